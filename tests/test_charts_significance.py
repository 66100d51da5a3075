"""The scatter of baseline against endpoint and the figures of rates: everybody counted, the missing drawn."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from clinic.charts.outcomes import DRAWN
from clinic.charts.palette import DARK, LIGHT
from clinic.charts.rates import rates_figure
from clinic.charts.significance import IN_WORDS, MARKS, scatter_figure
from clinic.charts.states_by import states_by_figure
from clinic.instruments import catalogue, instrument
from clinic.outcomes import rates, states, yardsticks
from tests.course_frames import ZONE, at, courses, doses, score, scores

PHQ9 = instrument("phq9")
LOOKS = [(palette, narrow) for palette in (LIGHT, DARK) for narrow in (False, True)]


def judged(*pairs: tuple[float | None, float | None], scale: str = "phq9") -> pd.DataFrame:
    """People whose window has passed, each a baseline and a score."""
    first = [
        {"patient": f"p{n}", "instrument": scale, "baseline": np.nan if before is None else before}
        for n, (before, _) in enumerate(pairs)
    ]
    given = [
        score(at(28), after, patient=f"p{n}", instrument=scale)
        for n, (_, after) in enumerate(pairs)
        if after is not None
    ]
    return states.people(courses(*first), scores(*given), doses()[:0], catalogue(), at(60), zone=ZONE)


@pytest.mark.parametrize(
    "before, after, category",
    [
        (20, 14, "improved"),  # six points are reliable, and 14 is still a case
        (20, 15, "unchanged"),
        (16, 9, "recovered"),
        (16, 10, "improved"),  # 10 is a case
        (10, 4, "recovered"),  # and so is a start at 10
        (9, 3, "improved"),  # no case at the start: nothing to recover from
        (9, 15, "harmed"),
        (4, 9, "unchanged"),
        (3, 9, "deteriorated"),
        (12, 18, "deteriorated"),
        (20, None, "no score in window"),
        (None, 9, "no valid baseline"),
        (None, None, "no valid baseline"),
    ],
)
def test_by_the_definitions_change_and_caseness(before, after, category):
    assert yardsticks.pairs(judged((before, after)), PHQ9)["category"].tolist() == [category]


def test_it_agrees_with_jacobson_and_truax_on_the_sd_and_alpha_of_the_nhs_rule():
    """1.96 · 5.66 · √2 · √(1 − .89) = 5.20: on whole points the same as six or more."""
    from clinic.outcomes.significance import categories, yardstick

    exact = yardstick((16, 5.66), 0.89, (4, 4), cutoff="c")
    assert exact.reliable_points == pytest.approx(5.203, abs=0.001)
    before, after = (grid.ravel() for grid in np.meshgrid(np.arange(28.0), np.arange(28.0)))
    ours = categories(before, after, yardsticks.held(PHQ9).by)
    theirs = categories(before, after, exact)
    reliable = {"recovered": "better", "improved": "better", "deteriorated": "worse", "harmed": "worse"}
    assert [reliable.get(each) for each in ours] == [reliable.get(each) for each in theirs]


def test_without_a_reliable_change_nobody_is_called_better_or_worse():
    held = yardsticks.held(instrument("madrs"))
    assert held.points is None
    assert "no agreed reliable change" in held.says
    found = yardsticks.pairs(judged((30, 10), scale="madrs"), instrument("madrs"))
    assert found["category"].tolist() == [""]


def test_without_a_caseness_nobody_is_recovered_or_harmed():
    scale = instrument("oci_r")
    assert "neither norms" in yardsticks.held(scale).says
    found = yardsticks.pairs(judged((60, 5), (5, 60), (20, 20), scale="oci_r"), scale)
    assert found["category"].tolist() == ["improved", "deteriorated", "unchanged"]


def test_the_categories_sum_to_everyone_whose_window_has_passed():
    people = judged((20, 4), (20, 19), (9, 20), (20, None), (None, 3))
    early = states.people(
        courses({"patient": "new", "start": at(50)}), scores(), doses()[:0], catalogue(), at(60), zone=ZONE
    )
    counts = yardsticks.counted(yardsticks.pairs(pd.concat([people, early], ignore_index=True), PHQ9))
    assert counts["n"].sum() == counts["of"].iloc[0] == 5


@pytest.mark.parametrize("palette, narrow", LOOKS)
@pytest.mark.parametrize("scale", ["phq9", "madrs", "oci_r"])
def test_plotly_accepts_the_scatter_also_of_nobody(scale, palette, narrow):
    chosen = instrument(scale)
    for people in (judged((20, 4), (20, None), (None, 3), scale=scale), judged((20, 4), scale=scale)[:0]):
        pairs = yardsticks.pairs(people, chosen)
        spec = scatter_figure(
            pairs,
            yardsticks.counted(pairs),
            chosen,
            yardsticks.held(chosen),
            palette=palette,
            narrow=narrow,
        )
        go.Figure(spec)
        json.dumps(spec, allow_nan=False)


def test_every_baseline_is_drawn_and_equal_pairs_share_a_mark():
    pairs = yardsticks.pairs(judged((20, 4), (20, 4), (20, 19), (18, None), (None, 3)), PHQ9)
    spec = scatter_figure(pairs, yardsticks.counted(pairs), PHQ9, yardsticks.held(PHQ9))
    by = {trace["name"]: trace for trace in spec["data"]}
    assert sum(sum(trace["customdata"]) for trace in spec["data"]) == 4
    assert (by["recovered"]["x"], by["recovered"]["y"], by["recovered"]["customdata"]) == ([20], [4], [2])
    missing = by[IN_WORDS["no score in window"]]
    assert missing["x"] == [18]
    assert missing["y"][0] > PHQ9.maximum
    key = spec["layout"]["annotations"][-1]["text"]
    for words in (
        "<b>2</b> recovered",
        "<b>1</b> no score in the window",
        "<b>1</b> no valid baseline",
        "of 5",
    ):
        assert words in key


def test_categories_are_told_apart_by_their_mark_alone():
    drawn = [symbol for name, (symbol, _) in MARKS.items() if symbol and name]
    assert len(drawn) == len(set(drawn))


@pytest.mark.parametrize("palette, narrow", LOOKS)
def test_plotly_accepts_the_rates_also_of_nobody(palette, narrow):
    for people in (judged((20, 4), (20, None)), judged((20, 4))[:0]):
        spec = rates_figure(rates.by(people, "indication"), palette=palette, narrow=narrow)
        go.Figure(spec)
        json.dumps(spec, allow_nan=False)


def test_a_rate_is_drawn_with_its_missing_and_those_with_a_score():
    spec = rates_figure(rates.by(judged((20, 4), (20, 19), (20, None), (20, None)), "indication"))
    missing, had, interval, observed = spec["data"]
    assert (had["x"][0], missing["base"][0], missing["x"][0]) == (0.25, 0.25, 0.5)
    assert missing["marker"]["pattern"]["shape"] == "/"
    assert observed["x"][0] == 0.5
    assert interval["x"][0] + interval["error_x"]["array"][0] == pytest.approx(0.6994, abs=0.0001)
    text = " ".join(note["text"] for note in spec["layout"]["annotations"])
    assert "1 of 4 · 25 % (5–70)" in text
    assert "2 unknown, at most 75 %" in text
    assert "with score 1 of 2 · 50 % (9–91)" in text


def test_names_that_people_typed_stay_words():
    people = judged((20, 4)).assign(indication="<b>x</b>")
    for spec in (
        rates_figure(rates.by(people, "indication")),
        states_by_figure(states.by_group(people, "indication")),
    ):
        text = " ".join(note["text"] for note in spec["layout"]["annotations"])
        assert "&lt;b&gt;x" in text
        assert "<b>x</b>" not in text


@pytest.mark.parametrize("palette, narrow", LOOKS)
def test_every_group_has_seven_bars_that_sum_to_it(palette, narrow):
    people = judged((20, 4), (20, 19), (20, None), (None, 3), (5, 3), (20, 26))
    people["indication"] = ["a", "a", "a", "b", "b", "c"]
    spec = states_by_figure(states.by_group(people, "indication"), palette=palette, narrow=narrow)
    go.Figure(spec)
    json.dumps(spec, allow_nan=False)
    assert [len(trace["x"]) for trace in spec["data"]] == [len(DRAWN)] * 3
    assert [sum(trace["x"]) for trace in spec["data"]] == pytest.approx([1, 1, 1])
    text = [note["text"] for note in spec["layout"]["annotations"]]
    assert sum("started" in words for words in text) == 3


def test_nobody_has_no_groups():
    go.Figure(states_by_figure(states.by_group(judged((20, 4))[:0], "indication")))
