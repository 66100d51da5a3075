"""Severity shift: every column as high as everyone, "no score" hatched, counts and shares at each band."""

from __future__ import annotations

import json

import plotly.graph_objects as go
import pytest

from clinic.charts.palette import DARK, LIGHT, see_through
from clinic.charts.shift import shift_figure
from clinic.outcomes import shift
from tests.course_frames import at, courses, score, scores
from tests.test_outcomes_shift import made

NAMES = {"baseline": "Baseline", "end": "End of induction, day 28 ± 7", "last": "Last, after day 35"}


@pytest.fixture
def found() -> shift.Shift:
    rows = courses({"baseline": 21}, {"baseline": 21}, {"baseline": 12}, {"baseline": 12, "start": at(190)})
    given = scores(
        *(score(at(28), total, patient=who) for who, total in (("p1", 3), ("p2", 12), ("p3", 22))),
        score(at(70), 4, patient="p1"),
    )
    return made(rows, given)


@pytest.mark.parametrize("palette", [LIGHT, DARK])
@pytest.mark.parametrize("narrow", [False, True])
def test_plotly_accepts_it_with_two_looks_or_three_and_without_anybody(found, palette, narrow):
    nobody = shift.Shift(found.people.iloc[:0], found.bands, 1)
    for each in (found, nobody):
        for names in (NAMES, dict(list(NAMES.items())[:2])):
            spec = shift_figure(each, names, palette=palette, narrow=narrow)
            go.Figure(spec)
            json.dumps(spec, allow_nan=False)


def test_every_column_has_everyone_and_ribbons_join_them(found):
    spec = shift_figure(found, NAMES)
    bands, none = spec["data"][-2:]
    for column in (0, 1, 2):
        high = sum(
            high
            for each in (bands, none)
            for x, high in zip(each["x"], each["y"], strict=True)
            if x == column
        )
        assert high == pytest.approx(1)
    ribbons = [each["hovertemplate"].removesuffix("<extra></extra>") for each in spec["data"][:-2]]
    assert ribbons[:3] == ["moderate → severe: 1", "severe → minimal: 1", "severe → moderate: 1"]
    assert sum(int(each.rsplit(" ", 1)[1]) for each in ribbons) == 2 * found.n


def test_no_score_alone_is_hatched_and_only_a_graver_band_has_the_colour_of_worsening(found):
    spec = shift_figure(found, NAMES)
    bands, none = spec["data"][-2:]
    assert (bands["marker"]["pattern"]["shape"], none["marker"]["pattern"]["shape"]) == ("", "/")
    worse = see_through(LIGHT.worse, 0.5)
    assert [each["hovertemplate"][:17] for each in spec["data"][:-2] if each["fillcolor"] == worse] == [
        "moderate → severe"
    ]


def test_each_band_says_its_count_and_share_and_the_key_who_is_not_drawn(found):
    said = [note["text"] for note in shift_figure(found, NAMES)["layout"]["annotations"]]
    assert "4 started: 3 in each column, 1 too early" in said[0]
    assert "severe <b>2</b> · 67 %" in said
    assert "no score <b>2</b> · 67 %" in said
