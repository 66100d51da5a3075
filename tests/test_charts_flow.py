"""The flow and its reasons: bars of one length, who is on the way hatched, what was typed never markup."""

from __future__ import annotations

import json

import plotly.graph_objects as go
import pytest

from clinic.charts.flow import MOST_REASONS, flow_figure, reasons_figure
from clinic.charts.palette import DARK, LIGHT
from clinic.outcomes import flow
from tests.course_frames import courses
from tests.test_outcomes_flow import NOW, doses, found, standing  # noqa: F401  (the fixture)


def texts(spec: dict) -> list[str]:
    return [note["text"] for note in spec["layout"]["annotations"]]


@pytest.mark.parametrize("palette", [LIGHT, DARK])
@pytest.mark.parametrize("narrow", [False, True])
def test_plotly_accepts_both_also_when_nobody_started(found, palette, narrow):  # noqa: F811
    empty = flow.flow(
        courses({}).iloc[:0], doses(), standing(e1=("ended", None, None)).iloc[:0], NOW, gap_days=28
    )
    for each in (found, empty):
        for spec in (
            flow_figure(each, palette=palette, narrow=narrow),
            reasons_figure(flow.reasons(each), each.started, palette=palette, narrow=narrow),
        ):
            go.Figure(spec)
            json.dumps(spec, allow_nan=False)


def test_every_bar_is_as_long_as_everyone_with_treatments(found):  # noqa: F811
    bars = flow_figure(found)["data"]
    assert [sum(parts) for parts in zip(*(each["x"] for each in bars), strict=True)] == [6] * 7


def test_only_those_on_the_way_are_hatched(found):  # noqa: F811
    bars = flow_figure(found)["data"]
    assert [each["name"] for each in bars if each["marker"]["pattern"]["shape"]] == [flow.UNDER_WAY]


def test_each_step_says_its_rate_and_who_is_still_on_the_way(found):  # noqa: F811
    said = texts(flow_figure(found))
    assert said[1] == "<b>6</b> of 7<br>who started"
    assert said[-1].startswith("<b>2</b> of 4 · 50 % (15–85)")
    assert "2 still on the way" in said[-1]


def test_reasons_are_escaped_and_sum_with_the_rest_in_one_line():
    people = [f"p{n}" for n in range(30)]
    made = flow.flow(
        courses(*({"episode": who, "patient": who} for who in people)),
        doses(**dict.fromkeys(people, (0,))),
        standing(**{who: ("ended", f"<b>{n // 2}</b>", None) for n, who in enumerate(people)}),
        NOW,
        gap_days=28,
    )
    table = flow.reasons(made)
    assert len(table) == 15
    spec = reasons_figure(table, 30)
    assert len(spec["data"][0]["x"]) == MOST_REASONS
    assert sum(spec["data"][0]["x"]) == 30
    assert "&lt;b&gt;0&lt;/b&gt;" in texts(spec)
    assert "4 further reasons" in texts(spec)
