"""Treatments side by side: every value of the rows is drawn once, and what is missing is drawn as missing."""

from __future__ import annotations

from datetime import timedelta

import plotly.graph_objects as go
import pytest

from clinic.charts.palette import DARK, LIGHT
from clinic.charts.tolerability import alt, tolerance_figure
from clinic.outcomes.tolerability import Event, Given, Observation, borne
from tests.course_frames import at

LIMITS = (("systolic", "amber", 160), ("systolic", "red", 180), ("spo2", "amber", 94), ("spo2", "red", 92))


def treatment(
    n: int, *rows: Observation, events=(), minutes: float | None = 90, course="e1", number=None
) -> Given:
    start = at(3 * n).to_pydatetime()
    ready = start + timedelta(minutes=minutes) if minutes else None
    return Given(
        f"t{n}", course, number or n, start, "racemic ketamine", "IV", ready, None, rows, tuple(events)
    )


def observed(before, peak, spo2=97, rated=None, scale="global") -> tuple[Observation, ...]:
    return (
        Observation(-5, systolic=before, diastolic=70),
        Observation(20, systolic=peak, diastolic=82, spo2=spo2, dissociation=rated, scale=scale),
    )


FOUND = borne(
    [
        treatment(1, *observed(120, 150, rated=2), events=[Event("nausea", "mild")]),
        treatment(2, *observed(118, 185, spo2=91), events=[Event("crisis", "severe", serious=True)]),
        treatment(3, minutes=None),
        treatment(4, Observation(20, systolic=140), minutes=120),
    ]
)


def drawn(spec: dict, name: str) -> dict:
    return next(trace for trace in spec["data"] if trace["name"] == name)


@pytest.mark.parametrize("palette", [LIGHT, DARK])
@pytest.mark.parametrize("narrow", [False, True])
def test_points_drawn_are_the_values_of_the_rows(palette, narrow):
    figure = tolerance_figure(FOUND, LIMITS, palette=palette, narrow=narrow)
    go.Figure(figure.spec)
    peak = drawn(figure.spec, "systolic peak")
    assert list(zip(peak["x"], peak["y"], strict=True)) == [(0, 150), (1, 185), (3, 140)]
    before = drawn(figure.spec, "systolic before")
    assert list(zip(before["x"], before["y"], strict=True)) == [(0, 120), (1, 118)]
    assert [p for p in figure.points if p[1] == "spo2"] == [("t1", "spo2", 97), ("t2", "spo2", 91)]
    assert [p for p in figure.points if p[1] == "minutes"] == [
        ("t1", "minutes", 90),
        ("t2", "minutes", 90),
        ("t4", "minutes", 120),
    ]
    assert [p[2] for p in figure.points if p[1] == "dissociation, rating 0 to 4"] == [2]


def test_each_measure_has_an_axis_of_its_own():
    spec = tolerance_figure(FOUND, LIMITS).spec
    axes = [name for name in spec["layout"] if name.startswith("yaxis")]
    assert len(axes) == 6
    assert not any("overlaying" in spec["layout"][name] for name in axes)


def test_two_scales_of_dissociation_are_two_panels():
    mixed = borne(
        [treatment(1, *observed(120, 150, rated=2)), treatment(2, *observed(1, 2, rated=9, scale="cadss6"))]
    )
    names = {trace["name"]: trace["y"] for trace in tolerance_figure(mixed).spec["data"]}
    assert names["dissociation, rating 0 to 4"] == [2]
    assert names["dissociation, CADSS-6 at the chair"] == [9]


def test_a_stem_joins_two_recorded_values_and_nothing_else():
    stems = drawn(tolerance_figure(FOUND, LIMITS).spec, "systolic rise")
    assert stems["x"] == [0, 0, None, 1, 1, None]
    assert stems["y"] == [120, 150, None, 118, 185, None]


def test_what_was_not_recorded_is_marked_and_counted():
    spec = tolerance_figure(FOUND, LIMITS).spec
    absent = [trace["x"] for trace in spec["data"] if trace["name"] == "not recorded"]
    assert absent == [[2], [2, 3], [2, 3], [1, 2, 3], [2]]
    titles = " ".join(note["text"] for note in spec["layout"]["annotations"])
    assert "not recorded in 2 of 4" in titles


def test_what_reached_red_has_the_mark_and_not_only_the_colour():
    spec = tolerance_figure(FOUND, LIMITS).spec
    assert drawn(spec, "systolic peak")["marker"]["symbol"] == ["circle", "triangle-up", "circle"]
    assert drawn(spec, "spo2")["marker"]["symbol"] == ["circle", "triangle-up"]


def test_a_limit_is_drawn_where_the_panel_reaches_it():
    spec = tolerance_figure(borne([treatment(1, *observed(110, 120))]), LIMITS).spec
    lines = [s["y0"] for s in spec["layout"]["shapes"] if s.get("yref") == "y"]
    assert 160 in lines
    assert 250 not in lines


def test_a_new_course_begins_at_a_hairline():
    two = borne([treatment(1), treatment(2), treatment(3, course="e2", number=1)])
    spec = tolerance_figure(two).spec
    assert [s["x0"] for s in spec["layout"]["shapes"] if s["yref"] == "paper"] == [1.5]
    assert spec["layout"]["xaxis"]["ticktext"] == ["1<br>IV", "2<br>IV", "1<br>IV"]


@pytest.mark.parametrize("n", [0, 1, 100])
def test_good_for_none_one_and_a_hundred(n):
    many = borne([treatment(k, *observed(120, 130 + k % 40)) for k in range(1, n + 1)])
    for narrow in (False, True):
        figure = tolerance_figure(many, LIMITS, narrow=narrow)
        go.Figure(figure.spec)
        assert len([p for p in figure.points if p[1] == "systolic peak"]) == n
        assert len(figure.spec["layout"]["xaxis"]["ticktext"]) <= 24


def test_the_words_say_extremes_and_gaps():
    assert alt(FOUND) == (
        "4 treatments; highest systolic 185 in treatment 2 (not recorded in 1); largest systolic rise +67 in treatment "
        "2 (not recorded in 2); lowest SpO₂ 91 in treatment 2 (not recorded in 2); highest dissociation (rating 0 to "
        "4) 2 in treatment 1 (not recorded in 3); longest until ready 120 in treatment 4 (not recorded in 1); adverse "
        "events in 2 of 4."
    )
    assert alt([]) == "No treatment yet."
