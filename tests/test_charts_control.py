"""Control charts as drawn: every month there, nothing joined over a gap, signals by mark and number, events escaped."""

from __future__ import annotations

import json
from datetime import date

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from clinic.charts.control import control_figure
from clinic.charts.control_words import EVENTS, RESPONDED, UNKNOWN, sentences
from clinic.charts.palette import DARK, LIGHT
from clinic.outcomes import control
from tests.test_outcomes_control import months

EVENT = [(date(2024, 6, 16), "<b>Room 3</b> opened"), (date(2019, 1, 1), "long ago")]


def shares(size: int = 24) -> pd.DataFrame:
    """Steady around a half, one month without anybody, the last one still growing, and one far out."""
    table = months([20, 22] * (size // 2), 42, [True] * (size - 1) + [False])
    table.loc[5, ["count", "of"]] = 0
    table.loc[size - 3, "count"] = 40
    return table.assign(unknown=np.where(table["of"] > 0, 2, 0), too_early=[0] * (size - 1) + [7])


def notes(spec: dict) -> list[str]:
    return [note["text"] for note in spec["layout"]["annotations"]]


def trace(spec: dict, name: str) -> dict:
    [found] = [each for each in spec["data"] if each["name"] == name]
    return found


@pytest.mark.parametrize("palette", [LIGHT, DARK])
@pytest.mark.parametrize("narrow", [False, True])
def test_plotly_accepts_each_kind_also_without_anybody(palette, narrow):
    table = shares()
    rates = table.drop(columns=["unknown", "too_early"])
    for chart, measure in (
        (control.shares(table), RESPONDED),
        (control.shares(table.head(8)), RESPONDED),
        (control.shares(table.drop(columns="unknown")), UNKNOWN),
        (control.shares(table.head(0)), RESPONDED),
        (control.rates(rates), EVENTS),
        (control.rates(rates.head(4)), EVENTS),
        (control.shares(months([0] * 3, 0)), RESPONDED),
    ):
        spec = control_figure(chart, measure, EVENT, palette=palette, narrow=narrow)
        go.Figure(spec)
        json.dumps(spec, allow_nan=False)


def test_whole_months_are_joined_and_the_growing_one_is_hollow():
    spec = control_figure(control.shares(shares()), RESPONDED)
    whole, growing = trace(spec, "whole months"), trace(spec, "months not whole yet")
    assert [at for at, y in enumerate(whole["y"]) if y is None] == [5, 23]
    assert not whole["connectgaps"]
    assert [at for at, y in enumerate(growing["y"]) if y is not None] == [23]
    assert growing["marker"]["color"] == LIGHT.surface
    assert "○ month still growing" in " ".join(notes(spec))


def test_the_numbers_stand_below_every_month_and_sum_to_the_head():
    table = shares()
    spec = control_figure(control.shares(table), RESPONDED)
    head = notes(spec)[0]
    assert head == (
        f"Responded, by month of the first dose: {table['count'].sum()} of {table['of'].sum()} people whose window has "
        f"passed, {table['unknown'].sum()} unknown; 7 too early."
    )
    for name in ("count", "of", "unknown"):
        label = {"count": "responded", "of": "of people"}.get(name, name)
        [row] = [note for note in spec["layout"]["annotations"] if note["text"] == label]
        below = [
            int(note["text"])
            for note in spec["layout"]["annotations"]
            if note.get("yshift") == row["yshift"] and note.get("xref") == "x"
        ]
        assert below == table[name].tolist()


def test_a_signal_has_a_mark_a_number_and_words():
    spec = control_figure(control.shares(shares()), RESPONDED)
    whole = trace(spec, "whole months")
    assert [at for at, mark in enumerate(whole["marker"]["symbol"]) if mark == "diamond"] == [21]
    assert "<b>1</b>" in notes(spec)
    assert "(1) beyond the limits (3 sigma): Oct 2025" in " ".join(notes(spec))


def test_the_unknown_reach_up_to_the_bound():
    table = shares()
    up = trace(control_figure(control.shares(table), RESPONDED), "if all unknown had responded")
    of = table["of"].to_numpy(float)
    expected = np.divide(table["unknown"], of, out=np.zeros(len(of)), where=of > 0)
    assert up["error_y"]["array"] == pytest.approx(expected.tolist())
    spec = control_figure(control.shares(table), RESPONDED)
    assert spec["layout"]["yaxis"]["range"][1] >= 42 / 42


def test_known_events_lie_on_their_day_and_their_words_are_escaped():
    spec = control_figure(control.shares(shares()), RESPONDED, EVENT)
    [line] = spec["layout"]["shapes"]
    assert line["x0"] == pytest.approx(5.0)  # 16 June, the middle of the sixth month
    assert "<b>a</b>  16 Jun 2024: &lt;b&gt;Room 3&lt;/b&gt; opened" in notes(spec)
    assert not any("long ago" in note for note in notes(spec))


def test_a_run_chart_has_a_median_and_no_limits():
    chart = control.shares(shares().head(9))
    spec = control_figure(chart, RESPONDED)
    assert trace(spec, "median")["y"] == [chart.centre] * 2
    assert not any("limit" in each["name"] for each in spec["data"])
    assert "limits need 12 months" in " ".join(notes(spec))


def test_the_words_say_by_what_the_limits_were_made():
    says = sentences(control.shares(shares()), RESPONDED)
    assert says[1].startswith(
        "p-chart, mean 49.8 % (418 of 840, 95 % interval 46.4–53.1 %); limits fixed by the first 20"
    )
    few = sentences(control.shares(shares(14)), RESPONDED)[1]
    assert "limits provisional until 20 months, from 12 months" in few
    plain = months([20, 22] * 8, 40)
    assert sentences(control.shares(plain), RESPONDED)[1].endswith(
        "No signal by the four rules: the months vary as by chance."
    )
    rate = sentences(control.rates(plain), EVENTS)
    assert rate[0] == "Adverse events recorded, by month of the treatment: 336 in 640 treatments."
    assert rate[1].startswith(
        "XmR chart, mean of the months 52.5 per 100; limits provisional until 20 months"
    )


def test_over_dispersion_and_rough_limits_are_said():
    wild = months([200, 600] * 10, 1000)
    assert "limits by chance alone flag too many months" in sentences(control.shares(wild), RESPONDED)[2]
    wide = sentences(control.shares(wild, widened=True), RESPONDED)[2]
    assert wide.endswith("these limits allow for it.")
    assert "rough" in sentences(control.shares(months([3, 4] * 8, 10)), RESPONDED)[-1]


def test_xmr_has_a_strip_of_moving_ranges_with_its_limit():
    chart = control.rates(months([20, 22] * 7, 40))
    spec = control_figure(chart, EVENTS)
    assert trace(spec, "moving range")["y"][1:] == pytest.approx([5.0] * 13)
    assert trace(spec, "limit of the ranges")["y"] == [chart.range_limit] * 2
