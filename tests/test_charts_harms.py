"""Figures of harm and of gaps: plotly takes them, every row is drawn, the missing are hatched."""

from __future__ import annotations

import json

import pandas as pd
import plotly.graph_objects as go
import pytest

from clinic.charts.completeness import completeness_figure
from clinic.charts.harms import harms_figure
from clinic.charts.palette import DARK, LIGHT
from clinic.charts.suicide_change import DRAWN, change_figure
from clinic.outcomes import completeness, harms, suicide_change
from clinic.outcomes.states import Window
from tests.test_outcomes_completeness import facts  # noqa: F401  (the fixture)
from tests.test_outcomes_harms import events, given  # noqa: F401  (the fixtures)

EACH = [(palette, narrow) for palette in (LIGHT, DARK) for narrow in (False, True)]


@pytest.fixture
def changed() -> pd.DataFrame:
    n = dict(zip(suicide_change.STATES, (7, 4, 5, 16, 13, 22, 44), strict=True))
    states = [state for state, count in n.items() for _ in range(count)]
    return suicide_change.summary(
        pd.DataFrame({"state": states, "since": [state == "too early" for state in states]})
    )


def accepted(spec: dict) -> dict:
    go.Figure(spec)
    json.dumps(spec, allow_nan=False)
    return spec


def texts(spec: dict) -> str:
    return " ".join(note["text"] for note in spec["layout"]["annotations"])


@pytest.mark.parametrize(("palette", "narrow"), EACH)
def test_plotly_accepts_adverse_events_also_without_any(given, events, palette, narrow):  # noqa: F811
    accepted(harms_figure(harms.by_term(given, events), palette=palette, narrow=narrow))
    none = accepted(harms_figure(harms.by_term(given, events.iloc[:0]), palette=palette, narrow=narrow))
    assert "no adverse event on record" in texts(none)


def test_each_term_has_a_dot_per_panel_and_its_numbers_in_words(given, events):  # noqa: F811
    table = harms.by_term(given, events)
    spec = harms_figure(table)
    dots = [trace for trace in spec["data"] if trace["name"] == "any severity"]
    assert [trace["x"] for trace in dots] == [pytest.approx([50, 100 / 3]), pytest.approx([100, 50])]
    low = dots[0]["x"][0] - dots[0]["error_x"]["arrayminus"][0]
    assert low == pytest.approx(table["low_treatments"][0])
    assert "<b>3</b>" in texts(spec)
    assert "6 in all" in texts(spec)


def test_a_term_that_somebody_typed_is_shown_as_text(given, events):  # noqa: F811
    typed = events.assign(term="<b>x</b> & <a href='y'>")
    for narrow in (False, True):
        axis = harms_figure(harms.by_term(given, typed), narrow=narrow)["layout"]["yaxis"]["ticktext"]
        assert "<b>" not in axis[0]
        assert "&lt;b&gt;x" in axis[0]


@pytest.mark.parametrize(("palette", "narrow"), EACH)
def test_plotly_accepts_the_change_also_when_nobody_started(changed, palette, narrow):
    accepted(change_figure(changed, Window(), palette=palette, narrow=narrow))
    nobody = suicide_change.summary(pd.DataFrame({"state": [], "since": pd.Series(dtype=bool)}))
    accepted(change_figure(nobody, Window(), palette=palette, narrow=narrow))


def test_the_bars_sum_to_everyone_and_who_is_not_known_is_hatched(changed):
    spec = change_figure(changed, Window())
    (bars,) = spec["data"]
    assert sum(bars["x"]) == pytest.approx(1)
    hatched = {state for state, shape in zip(DRAWN, bars["marker"]["pattern"]["shape"], strict=True) if shape}
    assert hatched == set(suicide_change.UNKNOWN)
    assert "<b>111 started</b>" in texts(spec)
    assert "<b>5</b> of 111" in texts(spec)
    assert "7 of them endorsed since" in spec["layout"]["yaxis"]["ticktext"][DRAWN.index("too early")]


@pytest.mark.parametrize(("palette", "narrow"), EACH)
def test_plotly_accepts_completeness_also_of_nothing(facts, palette, narrow):  # noqa: F811
    for some in (facts, facts.iloc[:0]):
        by_month = completeness.table(some, ("measure", "month"))
        accepted(completeness_figure(by_month, completeness.table(some), palette=palette, narrow=narrow))


def test_recorded_and_missing_fill_each_column(facts):  # noqa: F811
    by_month = completeness.table(facts, ("measure", "month"))
    spec = completeness_figure(by_month, completeness.table(facts))
    for there, missing in zip(spec["data"][::2], spec["data"][1::2], strict=True):
        height = dict(zip(there["x"], there["y"], strict=True))
        for place, y, base in zip(missing["x"], missing["y"], missing["base"], strict=True):
            assert base == height[place]
            assert base + y == pytest.approx(1)
        assert missing["marker"]["pattern"]["shape"] == "/"
    for row in by_month.itertuples():
        assert f"{row.n}/{row.of}" in texts(spec)
    assert "1 of 3, 33 % (6–79); 2 missing" in texts(spec), "criteria for leaving"
