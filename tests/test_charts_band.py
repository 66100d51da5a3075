"""The band of a clinic's own data: quantiles as they are, the person's points as they are, n under each week."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
import pytest

from clinic.charts.band import alt, band_figure
from clinic.charts.palette import DARK, LIGHT
from clinic.outcomes.band import COLUMNS, Expected

WEEKS = pd.DataFrame(
    [(1, 40, -5, 2, 10, 20, 30), (2, 36, 0, 8, 20, 35, 50), (4, 31, 5, 15, 40, 60, 75)], columns=COLUMNS
)
FOUND = Expected("severe", 44, WEEKS, pd.Timestamp("2026-11-02", tz="UTC"))
OWN = pd.DataFrame({"night": [7, 14, 200], "total": [18.0, 20.0, 9.0], "improvement": [10.0, -3.0, 55.0]})


def trace(spec, name):
    return next(each for each in spec["data"] if each["name"] == name)


def drawn(spec, name):
    return [(each["x"], each["y"]) for each in spec["data"] if each["name"] == name]


@pytest.mark.parametrize("palette", [LIGHT, DARK])
@pytest.mark.parametrize("narrow", [False, True])
def test_edges_and_points_value_for_value(palette, narrow):
    spec = band_figure(FOUND, OWN, palette=palette, narrow=narrow)
    go.Figure(spec)
    assert drawn(spec, "middle 80 %, low") == [([7, 14], [-5, 0]), ([27, 29], [5, 5])], "no band in week 3"
    assert drawn(spec, "middle 80 %") == [([7, 14], [30, 50]), ([27, 29], [75, 75])]
    assert drawn(spec, "middle 50 %") == [([7, 14], [20, 35]), ([27, 29], [60, 60])]
    assert drawn(spec, "half of them above") == [([7, 14], [10, 20]), ([27, 29], [40, 40])]
    person = trace(spec, "this person")
    assert list(zip(person["x"], person["y"], strict=True)) == [(7, 10), (14, -3)], (
        "day 200 lies beyond the weeks"
    )
    assert spec["layout"]["yaxis"]["range"][0] < -5


def test_the_line_of_the_person_breaks_after_a_gap():
    own = pd.DataFrame({"night": [7, 42, 78], "total": [18.0, 16.0, 9.0], "improvement": [10.0, 20.0, 55.0]})
    assert drawn(band_figure(FOUND, own, gap_days=35), "this person") == [
        ([7, 42, None, 78], [10, 20, None, 55])
    ]


def test_every_week_carries_its_number_of_people():
    ticks = band_figure(FOUND, OWN)["layout"]["xaxis"]["ticktext"]
    assert ticks == ["0<br>", "1<br>n 40", "2<br>n 36", "3<br>", "4<br>n 31"]


def test_the_band_is_grey_and_the_person_is_not():
    spec = band_figure(FOUND, OWN, palette=LIGHT)
    grey = tuple(int(LIGHT.unknown[at : at + 2], 16) for at in (1, 3, 5))
    assert trace(spec, "middle 80 %")["fillcolor"].startswith(f"rgba({grey[0]},{grey[1]},{grey[2]},")
    assert trace(spec, "this person")["line"]["color"] == LIGHT.score


def test_in_words_where_the_last_point_lies():
    assert alt(FOUND, OWN.iloc[:2]) == (
        "−3 % improvement on day 14, below nine of ten; of 36 people in week 2 the middle 80 % lie between 0 and 50 %."
    )
    assert "within the middle 80 %" in alt(FOUND, OWN.iloc[:1])
    assert "no score in a week with a band" in alt(FOUND, OWN.iloc[2:])


def test_nothing_to_draw_is_an_empty_figure():
    empty = Expected("severe", 3, WEEKS.iloc[:0])
    go.Figure(band_figure(empty, OWN.iloc[:0]))
    assert alt(empty, OWN.iloc[:0]).startswith("3 people")
