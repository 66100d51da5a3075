"""Outcome figures: seven bars that sum, unknown visible, n at every point."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from clinic.charts.outcomes import DRAWN, mean_figure, states_figure
from clinic.charts.palette import DARK, LIGHT
from clinic.instruments import instrument
from clinic.outcomes import states, weekly
from tests.test_outcomes_weekly import riesby  # noqa: F401  (the fixture)

HAMD = instrument("hamd17")


@pytest.fixture
def counted() -> pd.DataFrame:
    n = dict(zip(states.STATES, (9, 4, 5, 11, 3, 34, 22), strict=True))
    return states.summary(
        pd.DataFrame({"state": [state for state, count in n.items() for _ in range(count)]})
    )


@pytest.mark.parametrize("palette", [LIGHT, DARK])
@pytest.mark.parametrize("narrow", [False, True])
def test_plotly_accepts_the_states_also_when_nobody_started(counted, palette, narrow):
    empty = states.summary(pd.DataFrame({"state": []}))
    for summary in (counted, empty):
        spec = states_figure(summary, partly=8, palette=palette, narrow=narrow)
        go.Figure(spec)
        json.dumps(spec, allow_nan=False)


def test_every_state_has_a_bar_a_count_and_an_interval(counted):
    spec = states_figure(counted, partly=8)
    bars, whiskers = spec["data"]
    assert sum(bars["x"]) == pytest.approx(1)
    texts = [note["text"] for note in spec["layout"]["annotations"]]
    assert texts[0] == "<b>34</b> of 88 · 39 % (29–49)"
    assert len(texts) == 7
    low = np.array(whiskers["x"]) - np.array(whiskers["error_x"]["arrayminus"])
    assert low.tolist() == pytest.approx(counted.set_index("state").reindex(DRAWN)["low"].tolist())
    assert "8 of them partly" in spec["layout"]["yaxis"]["ticktext"][1]


def test_who_is_unknown_is_hatched_and_nobody_else(counted):
    shapes = states_figure(counted)["data"][0]["marker"]["pattern"]["shape"]
    hatched = {state for state, shape in zip(DRAWN, shapes, strict=True) if shape}
    assert hatched == {"no score in window", "no valid baseline"}


def test_worse_has_a_colour_of_its_own(counted):
    colours = states_figure(counted)["data"][0]["marker"]["color"]
    assert colours[DRAWN.index("worse")] == LIGHT.worse
    assert colours.count(LIGHT.worse) == 1


@pytest.mark.parametrize("narrow", [False, True])
def test_the_mean_prints_n_at_each_point(riesby, narrow):  # noqa: F811
    spec = mean_figure(riesby, weekly.the_same(riesby), HAMD, weekly.everyone(riesby), narrow=narrow)
    go.Figure(spec)
    json.dumps(spec, allow_nan=False)
    notes = [note["text"] for note in spec["layout"]["annotations"]]
    assert notes.count("46") == 6
    for n in ("61", "63", "65", "58"):
        assert n in notes
    same = spec["data"][-1]
    assert same["y"] == pytest.approx(weekly.the_same(riesby)["mean"].tolist())
    assert spec["data"][1]["y"][0] == pytest.approx(23.4426, abs=0.0001)


def test_thin_lines_hold_every_score_and_join_nobody_to_the_next(riesby):  # noqa: F811
    lines = mean_figure(riesby, weekly.the_same(riesby), HAMD)["data"][0]
    known = riesby["total"].notna().sum()
    assert sum(y is not None for y in lines["y"]) == known
    assert sum(y is None for y in lines["y"]) == riesby["patient"].nunique() - 1


def test_past_four_hundred_people_the_lines_become_a_spread():
    rng = np.random.default_rng(1)
    long = pd.DataFrame(
        {
            "patient": np.repeat(np.arange(401), 3),
            "week": np.tile([0, 1, 2], 401),
            "total": rng.integers(0, 52, 1203),
        }
    )
    spec = mean_figure(long, weekly.the_same(long), HAMD)
    go.Figure(spec)
    assert spec["data"][0]["name"] == "middle 80 %"


def test_the_mean_keeps_the_scales_whole_range(riesby):  # noqa: F811
    low, high = mean_figure(riesby, weekly.the_same(riesby), HAMD)["layout"]["yaxis"]["range"]
    assert low <= 0
    assert high >= 52


def test_nobody_measured_is_an_empty_figure():
    empty = pd.DataFrame({"patient": [], "week": [], "total": []})
    go.Figure(mean_figure(empty, weekly.the_same(empty), HAMD, weekly.everyone(empty)))
