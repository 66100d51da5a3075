"""Vital signs as they were measured: nothing smoothed, nothing filled in."""

from __future__ import annotations

import json

import pandas as pd
import plotly.graph_objects as go
import pytest

from clinic.charts.palette import DARK, LIGHT
from clinic.charts.vitals import vitals_alt, vitals_figure

COLUMNS = ["minute", "systolic", "diastolic", "heart_rate", "spo2"]
NAN = float("nan")


def table(*rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=COLUMNS).astype(float)


COURSE = table(
    (-5, 128, 82, 70, 98),
    (20, 158, 98, 88, 96),
    (30, 182, 112, 95, 95),
    (60, NAN, NAN, NAN, NAN),
    (90, 140, NAN, 80, 98),
    (120, 131, 80, 74, 98),
)


def bars(spec):
    return next(trace for trace in spec["data"] if trace["type"] == "bar")


@pytest.mark.parametrize(
    "vitals", [COURSE, table(), table((0, NAN, NAN, NAN, NAN)), table((0, 120, 80, 70, 98))]
)
@pytest.mark.parametrize("narrow, palette", [(False, LIGHT), (True, DARK)])
def test_plotly_accepts_full_and_empty_tables(vitals, narrow, palette):
    spec = vitals_figure(vitals, given_minutes=40, narrow=narrow, palette=palette)
    go.Figure(spec)
    json.dumps(spec, allow_nan=False)


def test_bars_float_from_diastolic_to_systolic():
    drawn = bars(vitals_figure(COURSE))
    assert drawn["x"] == [-5, 20, 30, 120]
    assert drawn["base"] == [82, 98, 112, 80]
    assert [low + rise for low, rise in zip(drawn["base"], drawn["y"], strict=True)] == [128, 158, 182, 131]


def test_a_pressure_half_recorded_is_drawn_as_that_half():
    half = next(trace for trace in vitals_figure(COURSE)["data"] if trace["name"] == "one half recorded")
    assert (half["x"], half["y"]) == ([90], [140])


def test_not_recorded_is_a_gap_and_never_nought():
    pulse = next(trace for trace in vitals_figure(COURSE)["data"] if trace["name"] == "Heart rate")
    assert pulse["y"] == [70, 88, 95, None, 80, 74]
    assert pulse["connectgaps"] is False


def test_only_pressures_at_the_limit_turn_red():
    lines = bars(vitals_figure(COURSE))["marker"]["line"]["color"]
    assert lines == [LIGHT.score, LIGHT.score, LIGHT.event, LIGHT.score]
    at_limit = bars(vitals_figure(table((0, 150, 110, 70, 98))))
    assert at_limit["marker"]["line"]["color"] == [LIGHT.event]


def test_the_panels_share_time_and_no_axis():
    axes = {trace["yaxis"] for trace in vitals_figure(COURSE)["data"] if trace["name"] != "one half recorded"}
    assert axes == {"y", "y2", "y3"}


def test_the_sentence():
    assert vitals_alt(COURSE) == (
        "Blood pressure 128/82 at minute -5, highest 182/112 at minute 30, last 131/80 at minute 120; "
        "not recorded in 2 of 6 rows."
    )
    assert vitals_alt(table((0, NAN, NAN, 70, 98))) == "1 row of vital signs, no blood pressure recorded."
