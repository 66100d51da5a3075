"""Vital signs as they were measured: nothing smoothed, nothing filled in, nothing drawn twice."""

from __future__ import annotations

import json
from collections import Counter

import pandas as pd
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.charts.palette import DARK, LIGHT
from clinic.charts.vitals import PRINT, Pin, places, pre_dose, vitals_alt, vitals_figure

COLUMNS = ["minute", "systolic", "diastolic", "heart_rate", "spo2"]
ALL_COLUMNS = [*COLUMNS, "respiratory_rate", "moaas"]
NAN = float("nan")
# As clinic/protocols/definitions/adult.toml has them; the figure takes whatever it is given.
LIMITS = [
    ("systolic_mmhg", "amber", 160, ">="),
    ("systolic_mmhg", "red", 180, ">="),
    ("systolic_mmhg", "critical", 200, ">="),
    ("systolic_mmhg", "red", 90, "<"),
    ("diastolic_mmhg", "amber", 100, ">="),
    ("diastolic_mmhg", "red", 110, ">="),
    ("diastolic_mmhg", "critical", 120, ">="),
    ("heart_rate_bpm", "amber", 110, ">"),
    ("heart_rate_bpm", "red", 130, ">"),
    ("spo2_percent", "amber", 94, "<"),
    ("spo2_percent", "red", 92, "<"),
    ("respiratory_rate", "red", 8, "<"),
    ("moaas", "red", 3, "<="),
    ("systolic_rise_mmhg", "info", 40, ">="),
]
EVENTS = (
    Pin(18, "Dissociation", severity="moderate"),
    Pin(33, "Infusion paused", kind="intervention"),
    Pin(36, "Labetalol 10 mg", kind="rescue"),
    Pin(37, "Blood pressure increased", severity="severe"),
    Pin(None, "Headache <b>", severity="mild"),
)
CLOCK = {"minimum_minute": 100, "ready_minute": 104, "left_minute": 111}


def table(*rows, columns=COLUMNS) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=columns).astype(float)


COURSE = table(
    (-5, 128, 82, 70, 98),
    (20, 158, 98, 88, 96),
    (30, 182, 112, 95, 95),
    (60, NAN, NAN, NAN, NAN),
    (90, 140, NAN, 80, 98),
    (120, 131, 80, 74, 98),
)
FULL = table(
    (-5, 128, 82, 70, 98, 14, 5),
    (20, 168, 101, 112, 93, 12, 4),
    (30, 204, 121, 131, 91, 7, 3),
    (30, 199, 108, 118, 92, 8, 4),
    (60, NAN, NAN, NAN, NAN, NAN, NAN),
    (90, NAN, 79, NAN, 97, 14, NAN),
    (110, 84, 60, 66, 98, NAN, 5),
    columns=ALL_COLUMNS,
)
number = st.one_of(st.just(NAN), st.integers(30, 250))
any_course = st.lists(st.tuples(st.integers(-30, 240), *[number] * 6), max_size=20).map(
    lambda rows: table(*rows, columns=ALL_COLUMNS)
)


def bars(spec):
    return next(trace for trace in spec["data"] if trace["type"] == "bar")


def named(spec, name):
    return next(
        (trace for trace in spec["data"] if trace["name"] == name), {"x": [], "y": [], "customdata": []}
    )


def notes(spec):
    return {note["text"]: note for note in spec["layout"]["annotations"]}


def uprights(spec, at):
    return [
        shape
        for shape in spec["layout"]["shapes"]
        if shape["type"] == "line" and shape["xref"] == "x" and shape["x0"] == shape["x1"] == at
    ]


def drawn(spec) -> Counter:
    """(measure, minute, value) of everything that the figure shows as measured."""
    bar = bars(spec)
    found = Counter(("diastolic", x, low) for x, low in zip(bar["x"], bar["base"], strict=True))
    found.update(
        ("systolic", x, low + rise) for x, low, rise in zip(bar["x"], bar["base"], bar["y"], strict=True)
    )
    half = named(spec, "one half recorded")
    found.update(("half", x, y) for x, y in zip(half["x"], half["y"], strict=True))
    for measure, name in (("heart_rate", "Heart rate"), ("spo2", "Oxygen saturation")):
        line = named(spec, name)
        found.update((measure, x, y) for x, y in zip(line["x"], line["y"], strict=True) if y is not None)
    for measure, name in (("respiratory_rate", "breathing rate"), ("moaas", "MOAA/S")):
        row = named(spec, name)
        found.update((measure, x, y) for x, y in zip(row["x"], row["customdata"], strict=True))
    return found


def measured(vitals: pd.DataFrame) -> Counter:
    found = Counter()
    for row in vitals.to_dict("records"):
        whole = row["systolic"] == row["systolic"] and row["diastolic"] == row["diastolic"]
        for measure, value in row.items():
            if measure != "minute" and value == value:
                pressure = measure in ("systolic", "diastolic")
                found[("half" if pressure and not whole else measure, row["minute"], value)] += 1
    return found


@pytest.mark.parametrize(
    "vitals", [COURSE, FULL, table(), table((0, NAN, NAN, NAN, NAN)), table((0, 120, 80, 70, 98))]
)
@pytest.mark.parametrize("limits", [(), LIMITS])
@pytest.mark.parametrize("narrow, palette", [(False, LIGHT), (True, DARK), (False, PRINT), (True, LIGHT)])
def test_plotly_accepts_full_and_empty_tables(vitals, limits, narrow, palette):
    spec = vitals_figure(
        vitals,
        given_minutes=40,
        limits=limits,
        baseline=pre_dose(vitals),
        events=EVENTS,
        now_minute=95,
        **CLOCK,
        narrow=narrow,
        palette=palette,
    )
    go.Figure(spec)
    json.dumps(spec, allow_nan=False)


@given(any_course, st.booleans())
def test_every_measured_value_is_drawn_exactly_once(vitals, narrow):
    assert drawn(vitals_figure(vitals, limits=LIMITS, narrow=narrow)) == measured(vitals)


def test_the_names_of_the_store_are_read_too():
    store = FULL.rename(
        columns={
            "systolic": "systolic_mmhg",
            "diastolic": "diastolic_mmhg",
            "heart_rate": "heart_rate_bpm",
            "spo2": "spo2_percent",
        }
    )
    assert vitals_figure(store, limits=LIMITS) == vitals_figure(FULL, limits=LIMITS)


def test_bars_float_from_diastolic_to_systolic():
    drawn = bars(vitals_figure(COURSE))
    assert drawn["x"] == [-5, 20, 30, 120]
    assert drawn["base"] == [82, 98, 112, 80]
    assert [low + rise for low, rise in zip(drawn["base"], drawn["y"], strict=True)] == [128, 158, 182, 131]


def test_two_pressures_of_one_minute_stand_side_by_side():
    drawn = bars(vitals_figure(FULL))
    twins = [at for at, x in enumerate(drawn["x"]) if x == 30]
    (one, other) = ((drawn["offset"][at], drawn["offset"][at] + drawn["width"][at]) for at in twins)
    assert one[1] == pytest.approx(other[0])
    assert one[0] == pytest.approx(-other[1])


def test_a_pressure_half_recorded_is_drawn_as_that_half():
    half = named(vitals_figure(COURSE), "one half recorded")
    assert (half["x"], half["y"]) == ([90], [140])


def test_not_recorded_is_a_gap_and_never_nought():
    pulse = named(vitals_figure(COURSE), "Heart rate")
    assert pulse["y"] == [70, 88, 95, None, 80, 74]
    assert pulse["connectgaps"] is False


@pytest.mark.parametrize("narrow, words", [(False, "not recorded in 1 of 6"), (True, "1 of 6 missing")])
def test_what_was_not_recorded_is_said_in_each_panel(narrow, words):
    titles = [text for text in notes(vitals_figure(COURSE, narrow=narrow)) if text.startswith("<b>")]
    assert [words in title for title in titles] == [True, True, True]
    assert "1 half" in titles[0]
    for empty in (table(), table((5, NAN, NAN, NAN, NAN))):
        titles = [text for text in notes(vitals_figure(empty)) if text.startswith("<b>")]
        assert ["not recorded" in title for title in titles] == [True, True, True]


def test_rows_of_breathing_and_sedation_appear_only_where_recorded():
    assert named(vitals_figure(COURSE), "MOAA/S")["x"] == []
    row = named(vitals_figure(FULL, limits=LIMITS), "MOAA/S")
    assert (row["x"], row["customdata"]) == ([-5, 20, 30, 30, 110], [5, 4, 3, 4, 5])
    assert row["text"] == ["5", "4", "3▲", "4", "5"]


def test_only_pressures_at_the_limit_turn_red():
    lines = bars(vitals_figure(COURSE, limits=LIMITS))["marker"]["line"]["color"]
    assert lines == [LIGHT.score, LIGHT.score, LIGHT.event, LIGHT.score]
    at_limit = bars(vitals_figure(table((0, 150, 110, 70, 98)), limits=LIMITS))
    assert at_limit["marker"]["line"]["color"] == [LIGHT.event]


def test_red_and_critical_have_a_mark_at_the_end_that_reached_the_limit():
    """204/121 is critical at both ends, 199/108 red above only, 84/60 red for a systolic below 90."""
    marks = [
        trace for trace in vitals_figure(FULL, limits=LIMITS)["data"] if trace["name"] == "red and critical"
    ]
    above, below = sorted(marks, key=lambda trace: -max(trace["y"]))
    assert list(zip(above["x"], above["marker"]["symbol"], strict=True)) == [
        (30, "diamond"),
        (30, "triangle-up"),
        (110, "triangle-up"),
    ]
    assert all(y > value for y, value in zip(above["y"], (204, 199, 84), strict=True))
    assert (below["x"], below["marker"]["symbol"]) == ([30], ["diamond"])
    assert below["y"][0] < 121


@pytest.mark.parametrize("palette", [LIGHT, DARK, PRINT])
def test_tiers_differ_without_colour(palette):
    """On paper all of it is black: amber by its filling, red and critical by a mark of their own."""
    fills = bars(vitals_figure(FULL, limits=LIMITS, palette=palette))["marker"]["color"]
    assert len(set(fills)) == 4
    oxygen = named(vitals_figure(FULL, limits=LIMITS, palette=palette), "Oxygen saturation")["marker"][
        "symbol"
    ]
    assert oxygen[:4] == ["circle", "circle", "triangle-up", "circle"]


def test_print_is_black_on_white():
    inks = {PRINT.text, PRINT.score, PRINT.event, PRINT.treatment, PRINT.severity, PRINT.primary, PRINT.worse}
    assert (inks, PRINT.surface) == ({"#000000"}, "#FFFFFF")


@pytest.mark.parametrize("value, red", [(180, True), (179, False)])
def test_a_limit_counts_as_its_comparison_says(value, red):
    spec = vitals_figure(table((0, value, 70, 130, 92)), limits=LIMITS)
    assert (bars(spec)["marker"]["line"]["color"] == [LIGHT.event]) is red
    assert named(spec, "Heart rate")["marker"]["symbol"] == ["circle"], "130 is not above 130"
    assert named(spec, "Oxygen saturation")["marker"]["symbol"] == ["circle"], "92 is not below 92"


def test_limits_are_those_given_and_no_others():
    def levels(spec, ref):
        return sorted(s["y0"] for s in spec["layout"]["shapes"] if s["type"] == "line" and s["yref"] == ref)

    spec = vitals_figure(COURSE, limits=LIMITS)
    assert levels(spec, "y") == [90, 100, 110, 120, 160, 180, 200]
    assert levels(spec, "y2") == [110, 130]
    assert levels(spec, "y3") == [92, 94]
    assert levels(vitals_figure(COURSE, limits=()), "y") == []
    assert levels(vitals_figure(COURSE, limits=[("systolic_mmhg", "red", 171)]), "y") == [171]


def test_what_was_measured_before_the_dose_is_judged_by_the_limits_for_then():
    before = [("systolic_mmhg", "amber", 140), ("diastolic_mmhg", "no_start", 110)]
    vitals = table((-5, 145, 80, 70, 98), (0, 130, 110, 70, 98), (10, 145, 80, 70, 98))
    spec = vitals_figure(vitals, limits=LIMITS, limits_before=before)
    assert bars(spec)["marker"]["line"]["color"] == [LIGHT.severity, LIGHT.event, LIGHT.score]


def test_the_own_values_before_the_dose_are_drawn_in_every_panel():
    spec = vitals_figure(COURSE, baseline=pre_dose(COURSE))
    assert {"pre-dose 128", "pre-dose 82", "pre-dose 70", "pre-dose 98"} <= set(notes(spec))
    corridor = [s for s in spec["layout"]["shapes"] if s["type"] == "rect" and s["xref"] == "paper"]
    assert [(s["y0"], s["y1"]) for s in corridor] == [(82, 128)]
    assert not any(text.startswith("pre-dose") for text in notes(vitals_figure(COURSE)))


def test_the_value_before_the_dose_is_the_last_one_recorded_up_to_minute_nought():
    vitals = table(
        (-20, 150, 95, 80, 97), (-5, 138, 88, NAN, 98), (0, NAN, NAN, 76, NAN), (5, 160, 99, 90, 96)
    )
    assert pre_dose(vitals) == {"systolic": 138, "diastolic": 88, "heart_rate": 76, "spo2": 98}
    assert pre_dose(table((5, 160, 99, 90, 96))) == {}


def test_events_are_pinned_at_their_minutes_through_every_panel():
    spec = vitals_figure(FULL, events=EVENTS)
    pins = named(spec, "events")
    assert pins["x"] == [18, 33, 36, 37]
    assert pins["marker"]["symbol"] == ["triangle-up", "square", "cross", "triangle-up"]
    assert pins["marker"]["color"][0] == LIGHT.surface, "hollow unless severe"
    assert pins["marker"]["color"][3] == LIGHT.event
    said = notes(spec)
    assert said["Dissociation, moderate"]["x"] == 18
    assert said["Labetalol 10 mg"]["x"] == 36
    for minute in pins["x"]:
        assert {s["yref"] for s in uprights(spec, minute)} == {"y", *(f"y{n} domain" for n in range(2, 6))}
    title = next(text for text in said if text.startswith("<b>Events"))
    assert "minute not recorded: Headache &lt;b&gt;, mild" in title


def test_the_clock_is_drawn_as_uprights_with_words():
    spec = vitals_figure(COURSE, **CLOCK, now_minute=95)
    for minute, words in (
        (100, "minimum observation 100"),
        (104, "ready 104"),
        (111, "left 111"),
        (95, "<b>now 95</b>"),
    ):
        assert notes(spec)[words]["x"] == minute
        assert len(uprights(spec, minute)) == 4
    low, high = spec["layout"]["xaxis"]["range"]
    assert low < -5
    assert high > 120


def test_a_running_treatment_shows_the_way_to_the_minimum_observation():
    spec = vitals_figure(COURSE[:2], given_minutes=22, now_minute=22, minimum_minute=140)
    assert spec["layout"]["xaxis"]["range"][1] > 140


def test_the_time_of_giving_is_shaded_in_every_panel():
    spec = vitals_figure(FULL, given_minutes=40, events=EVENTS)
    shaded = [s for s in spec["layout"]["shapes"] if s["type"] == "rect" and s["x1"] == 40]
    assert len(shaded) == 5
    assert {s["x0"] for s in shaded} == {0}


words = st.lists(st.tuples(st.integers(0, 700), st.integers(20, 180)), max_size=12)


@given(words)
def test_no_word_of_the_lane_covers_another(each):
    marks = sorted(x for x, _ in each)
    found = places(marks, [wide for _, wide in each], -40, 760)
    assert [place.x for place in found] == marks
    for at, one in enumerate(found):
        assert one.start <= one.x <= one.end
        in_row = [other for other in found[at + 1 :] if other.row == one.row]
        assert all(one.end <= other.start or other.end <= one.start for other in in_row)


def test_a_staircase_of_words_is_crossed_by_no_line():
    found = places([100, 110, 120, 130, 700], [150] * 5, -40, 760)
    assert not any(one.crosses(other) for one in found for other in found)
    assert [place.left for place in found] == [False] * 4 + [True]


def test_the_panels_share_time_and_no_axis():
    axes = {trace["yaxis"] for trace in vitals_figure(COURSE)["data"] if trace["name"] != "one half recorded"}
    assert axes == {"y", "y2", "y3"}


def test_the_sentence():
    assert vitals_alt(COURSE, limits=LIMITS) == (
        "Blood pressure 128/82 at minute -5, highest 182/112 at minute 30, last 131/80 at minute 120; "
        "not recorded in 2 of 6 rows. Lowest oxygen saturation 95 % at minute 30. "
        "Limits reached: systolic 182 at minute 30 (red), diastolic 112 at minute 30 (red)."
    )
    assert vitals_alt(table((0, NAN, NAN, 70, 98)), limits=LIMITS) == (
        "1 row of vital signs, no blood pressure recorded. Lowest oxygen saturation 98 % at minute 0. "
        "No limit reached by what was recorded."
    )


def test_the_sentence_says_peak_lowest_oxygen_limits_own_values_and_events():
    said = vitals_alt(FULL, limits=LIMITS, baseline=pre_dose(FULL), events=EVENTS)
    assert "highest 204/121 at minute 30" in said
    assert (
        "Before the dose: systolic 128, diastolic 82, heart rate 70, SpO₂ 98, breathing rate 14, MOAA/S 5."
        in said
    )
    assert "Lowest oxygen saturation 91 % at minute 30." in said
    assert "systolic 204 at minute 30 (critical)" in said
    assert "SpO₂ 91 at minute 30 (red)" in said
    assert "MOAA/S 3 at minute 30 (red)" in said
    assert (
        "Dissociation, moderate at minute 18; Infusion paused at minute 33; Labetalol 10 mg at minute 36"
        in said
    )
    assert said.endswith("Headache <b>, mild, minute not recorded.")


def test_a_limit_is_never_said_to_be_kept_by_what_was_not_recorded():
    assert "Oxygen saturation not recorded." in vitals_alt(table((0, 120, 80, 70, NAN)), limits=LIMITS)
