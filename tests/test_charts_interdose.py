"""The inter-dose picture: every point is a score of its interval, and the words say what the crosses show."""

from __future__ import annotations

import plotly.graph_objects as go
import pytest

from clinic.charts.interdose import alt, interdose_figure
from clinic.charts.palette import DARK, LIGHT
from clinic.instruments import instrument
from clinic.outcomes.benefit import intervals
from tests.course_frames import at, score, scores

OASIS = instrument("oasis")
ROWS = [
    (-1, 16),
    (2, 8),
    (5, 6),
    (9, 12),
    (13, 14),
    (16, 5),
    (18, 6),
    (24, 7),
    (27, 12),
    (30, 4),
    (33, 5),
    (36, 6),
]
DOSES = [at(0), at(14), at(28)]


def found(rows=ROWS, doses=DOSES):
    return intervals(scores(*(score(at(d), t, instrument="oasis") for d, t in rows)), doses, OASIS)


@pytest.mark.parametrize("palette", [LIGHT, DARK])
@pytest.mark.parametrize("narrow", [False, True])
def test_points_drawn_are_the_scores_of_their_intervals(palette, narrow):
    drawn = interdose_figure(found(), OASIS, palette=palette, narrow=narrow)
    go.Figure(drawn.spec)
    lines = {
        t["name"]: list(zip(t["x"], t["y"], strict=True)) for t in drawn.spec["data"] if "lines" in t["mode"]
    }
    assert lines == {
        "after dose 1": [(0, 16), (2, 8), (5, 6), (9, 12), (13, 14)],
        "after dose 2": [(0, 14), (2, 5), (4, 6), (10, 7), (13, 12)],
        "after dose 3": [(0, 12), (2, 4), (5, 5), (8, 6)],
    }
    assert len(drawn.points) == 14


def test_only_the_latest_is_bold_and_the_whole_range_is_shown():
    spec = interdose_figure(found(), OASIS).spec
    widths = [t["line"]["width"] for t in spec["data"] if "lines" in t["mode"]]
    assert widths[-1] > max(widths[:-1])
    assert spec["layout"]["yaxis"]["range"] == [OASIS.minimum, OASIS.maximum]


def test_a_cross_stands_where_half_was_lost_and_nowhere_else():
    crosses = {
        t["name"]: (t["x"], t["y"])
        for t in interdose_figure(found(), OASIS).spec["data"]
        if t["mode"] == "markers"
    }
    assert crosses == {"half lost, dose 1": ([9], [12]), "half lost, dose 2": ([13], [12])}


def test_the_words_say_the_same():
    assert alt(found(), OASIS) == (
        "OASIS after 3 doses: after dose 3 half of the gain was lost not within 8 days; "
        "median of 3 intervals 8–13 d (1 still holding)."
    )
    assert alt(found(doses=DOSES[:1]), OASIS).endswith("1 interval of 3 for a median.")
    assert "no interval has enough scores" in alt(found(rows=ROWS[:2]), OASIS)


def test_nothing_to_draw_is_an_empty_figure():
    drawn = interdose_figure([], OASIS)
    go.Figure(drawn.spec)
    assert drawn.points == []
