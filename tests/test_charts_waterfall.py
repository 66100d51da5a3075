"""Waterfall and its curve: a mark for everyone who started, the unknown hatched, lines where the rules are."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from clinic.charts.ecdf import ecdf_figure
from clinic.charts.palette import DARK, LIGHT
from clinic.charts.waterfall import MOST_BARS, waterfall_figure
from clinic.outcomes import states, waterfall
from tests.test_outcomes_waterfall import PHQ9, people  # noqa: F401  (the fixture)


@pytest.fixture
def found(people) -> waterfall.Changes:  # noqa: F811
    return waterfall.changes(people, PHQ9)


def bars(spec: dict) -> dict[str, dict]:
    return {each["name"]: each for each in spec["data"] if each["type"] == "bar"}


def many(count: int) -> pd.DataFrame:
    rng = np.random.default_rng(3)
    baseline = rng.integers(10, 28, count).astype(float)
    score = np.minimum(baseline, rng.integers(0, 28, count))
    better = 100 * (baseline - score) / baseline
    state = np.where(rng.random(count) < 0.2, states.NO_SCORE, states.NOT_RESPONDED)
    return pd.DataFrame(
        {
            "patient": np.arange(count),
            "instrument": "phq9",
            "baseline": baseline,
            "score": score,
            "improvement": better,
            "state": np.where((state != states.NO_SCORE) & (better >= 50), states.RESPONDED, state),
        }
    )


@pytest.mark.parametrize("palette", [LIGHT, DARK])
@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("unit", waterfall.UNITS)
def test_plotly_accepts_both_also_when_nobody_has_a_change(people, palette, narrow, unit):  # noqa: F811
    for rows in (people, people[people["state"] == states.NO_SCORE], people.iloc[:0], many(1000)):
        made = waterfall.changes(rows, PHQ9, unit)
        for draw in (waterfall_figure, ecdf_figure):
            spec = draw(made, palette=palette, narrow=narrow)
            go.Figure(spec)
            json.dumps(spec, allow_nan=False)


def test_there_is_a_bar_or_a_stub_for_everyone_who_started(found):
    drawn = bars(waterfall_figure(found))
    assert sum(len(each["x"]) for each in drawn.values()) == found.started
    assert drawn["responded"]["y"] == pytest.approx([-60])
    assert drawn["worse"]["y"] == pytest.approx([35])
    assert drawn["worse"]["marker"]["color"] == LIGHT.worse


def test_two_people_without_a_score_are_two_stubs_side_by_side(people):  # noqa: F811
    twice = waterfall.changes(pd.concat([people, people], ignore_index=True), PHQ9)
    drawn = bars(waterfall_figure(twice))
    places = [x for each in drawn.values() for x in each["x"]]
    assert len(set(places)) == len(places) == twice.started == 14


def test_the_unknown_are_hatched_and_whoever_is_too_early_is_hollow(found):
    drawn = bars(waterfall_figure(found))
    shape = {name: each["marker"].get("pattern", {}).get("shape") for name, each in drawn.items()}
    assert shape[states.NO_SCORE] == "/"
    assert shape[states.NO_BASELINE] == "\\"
    assert shape[states.TOO_EARLY] == ""
    assert shape["responded"] is None


def test_the_response_rule_is_a_line_and_reliable_change_a_tick_at_each_bar(found):
    spec = waterfall_figure(found)
    assert [shape["y0"] for shape in spec["layout"]["shapes"]] == [-50]
    ticks = [each for each in spec["data"] if each["type"] == "scatter"]
    assert list(ticks[-1]["y"][::3]) == pytest.approx([-30, -30, 30])


def test_the_key_counts_everyone(found):
    said = waterfall_figure(found)["layout"]["annotations"][0]["text"]
    for words in (
        "7 started:",
        "responded 1",
        "not responded 1",
        "worse 1",
        "no score in window 1",
        "too early 1",
    ):
        assert words in said


def test_past_four_hundred_people_a_bar_is_several():
    made = waterfall.changes(many(5000), PHQ9)
    drawn = bars(waterfall_figure(made))
    judged = [name for name in drawn if name not in waterfall.WITHOUT]
    assert sum(len(drawn[name]["x"]) for name in judged) <= MOST_BARS
    assert sum(sum(drawn[name]["width"]) for name in judged) / 0.86 == pytest.approx(len(made.people))
    assert drawn[states.NO_SCORE]["width"] == pytest.approx([0.86 * made.without[states.NO_SCORE]])


def test_the_curve_is_the_share_that_reached_each_amount_and_the_band_what_is_unknown(found):
    band, line = ecdf_figure(found)["data"]
    at = dict(zip(line["x"], line["y"], strict=True))
    assert line["y"][0] == pytest.approx(3 / 6)
    assert line["y"][-1] == 0
    assert at[60] == pytest.approx(0)
    assert line["y"][line["x"].index(60)] == pytest.approx(1 / 6)
    assert max(band["y"]) == pytest.approx(5 / 6)
    assert band["fillpattern"]["shape"] == "/"
    said = [note["text"] for note in ecdf_figure(found)["layout"]["annotations"]]
    assert "at least 50 % better: <b>1</b> of 6<br>17 %, 50 % if all unknown too" in said
