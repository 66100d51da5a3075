"""Figures of how soon and how long: plotly takes them, every number comes from the tables, missing is said."""

from __future__ import annotations

import json
from math import inf, nan

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from clinic.charts.benefit_by_number import benefit_figure
from clinic.charts.by_treatment import by_treatment_figure
from clinic.charts.doses_over_time import month_figure, number_figure
from clinic.charts.means import mean_figure
from clinic.charts.palette import DARK, LIGHT
from clinic.charts.survival import Panel, axis_step, median_words, survival_figure
from clinic.instruments import instrument
from clinic.outcomes import benefit_by_number, by_treatment, doses, weekly
from clinic.outcomes.survival import kaplan_meier, until_at_risk
from tests.course_frames import at, courses, treatment, treatments
from tests.test_outcomes_survival import AML
from tests.test_outcomes_weekly import riesby  # noqa: F401  (the fixture)

CURVE = until_at_risk(kaplan_meier(*AML), 5)
NOBODY = kaplan_meier([], [])
BOTH = pytest.mark.parametrize("palette, narrow", [(LIGHT, False), (DARK, True)])


def texts(spec: dict) -> list[str]:
    return [note["text"] for note in spec["layout"]["annotations"]]


def accepted(spec: dict) -> None:
    go.Figure(spec)
    json.dumps(spec, allow_nan=False)


def soon(**more) -> dict:
    return survival_figure([Panel("Still", "11 of 12", CURVE, CURVE)], axis="days since", **more)


@BOTH
def test_plotly_accepts_curves_also_of_nobody(palette, narrow):
    accepted(soon(palette=palette, narrow=narrow))
    panels = [Panel("A", "", NOBODY), Panel("B", "", CURVE, rising=True)]
    spec = survival_figure(panels, axis="days", palette=palette, narrow=narrow)
    accepted(spec)
    assert any("fewer than 5 people: no curve" in text for text in texts(spec))


def test_the_steps_are_those_of_the_curve_and_end_where_five_are_left():
    line = next(trace for trace in soon()["data"] if trace["name"] == "fewer than 10 left")
    assert line["x"] == [0, 9, 9, 13, 13, 18, 18, 23, 23, 31, 31, 31]
    assert line["y"][::2] == pytest.approx([1, *CURVE.survival])
    thick = next(trace for trace in soon()["data"] if trace["name"] == "Still")
    assert max(thick["x"]) == 13, "ten people were at risk on day 13"
    assert "fewer than 5 left" in texts(soon())


def test_rising_is_the_other_share_on_the_same_axis():
    spec = survival_figure([Panel("Have", "", CURVE, rising=True)], axis="days")
    band, line = spec["data"][0], spec["data"][1]
    assert line["y"][::2] == pytest.approx([0, *(1 - CURVE.survival)])
    half = len(band["x"]) // 2
    assert all(
        low >= high for low, high in zip(band["y"][2:half], band["y"][: half - 1 : -1][2:], strict=True)
    )
    assert spec["layout"]["yaxis"]["range"] == [-0.01, 1.03]


def test_numbers_at_risk_stand_under_their_days():
    spec = soon()
    under = {note["x"]: note["text"] for note in spec["layout"]["annotations"] if note.get("xref") == "x"}
    step = spec["layout"]["xaxis"]["dtick"]
    assert step == 7
    assert [under[day] for day in (0, 7, 14, 21, 28)] == ["11", "11", "8", "7", "6"]


def test_who_was_last_seen_is_a_stroke():
    strokes = next(trace for trace in soon()["data"] if trace["name"] == "last seen without it")
    assert strokes["x"] == [13, 28]
    assert kaplan_meier([5, 5, 5, 9], [1, 0, 0, 0]).censored().tolist() == [5, 5, 9]


def test_the_median_is_said_with_its_interval_or_as_not_reached():
    assert median_words(kaplan_meier(*AML)) == "median 31 days (95 % interval 13 to not reached)"
    assert median_words(kaplan_meier([5, 10, 10, 10], [1, 0, 0, 0])) == "median not reached"
    assert len(soon()["layout"]["shapes"]) == 2
    assert not survival_figure([Panel("A", "", NOBODY)], axis="days")["layout"]["shapes"]


def test_two_panels_share_the_axis_beside_or_below_each_other():
    panels = [Panel("A", "", CURVE), Panel("B", "", kaplan_meier(*AML))]
    wide, phone = survival_figure(panels, axis="days"), survival_figure(panels, axis="days", narrow=True)
    assert wide["layout"]["xaxis"]["range"] == wide["layout"]["xaxis2"]["range"]
    assert wide["layout"]["xaxis"]["domain"][1] < wide["layout"]["xaxis2"]["domain"][0]
    assert phone["layout"]["yaxis2"]["domain"][1] < phone["layout"]["yaxis"]["domain"][0]
    assert axis_step(161, 6, "days") == (28, 168)
    assert axis_step(9, 12, "treatments") == (1, 9)


def by_six() -> by_treatment.ByTreatment:
    """Ten who started; one too early, one mild, one without baseline, three responded, two not, two never seen."""
    given = [1, 2, 6, 6, 3, 0, 0, 0, 0, 2]
    why = ["", "", "", "", "", "", "", "baseline too mild", "no valid baseline", ""]
    event = [True, True, True, False, False, False, False, pd.NA, pd.NA, True]
    table = courses(*({} for _ in range(9)), {"start": at(60)})
    seen = pd.DataFrame({"course": [0, 1, 2, 3, 4, 9], "given": [1, 2, 4, 2, 3, 2]})
    responses = pd.DataFrame({"event": pd.array(event, "boolean"), "given": given, "why_none": why})
    doses_ = treatments(
        *(
            treatment(at(7 * n), patient=f"p{who}", episode=f"e{who}")
            for who in (1, 2, 3, 4)
            for n in range(6)
        )
    )
    return by_treatment.by_treatment(table, doses_, seen, responses, at(70))


def test_by_treatment_every_number_sums_to_those_who_could():
    found = by_six()
    assert (found.started, found.of, found.too_early) == (10, 9, 1)
    rows = found.table
    parts = rows[["responded", "not_responded", "unknown", "too_mild"]]
    assert (parts.sum(axis=1) == 9).all()
    assert rows["responded"].tolist() == [1, 2, 2, 2, 2, 3]
    assert rows["unknown"].tolist() == [7, 5, 4, 3, 3, 3]
    assert rows["had"].tolist() == [4] * 6
    assert rows["most"].tolist() == pytest.approx([8 / 9, 7 / 9, 6 / 9, 5 / 9, 5 / 9, 6 / 9])
    assert found.says.startswith(
        "by treatment 3 2 of 9 had responded (22 %, 95 % interval 6–55 %), 4 unknown"
    )
    assert found.curve.n == 8


def test_by_treatment_a_day_short_is_too_early():
    table = courses({"start": at(0)}, {"start": at(1)})
    seen = pd.DataFrame({"course": [], "given": []})
    responses = pd.DataFrame({"event": pd.array([False] * 2, "boolean"), "given": 0, "why_none": ""})
    found = by_treatment.by_treatment(table, treatments(), seen, responses, at(56))
    assert (found.of, found.too_early) == (1, 1)
    nobody = by_treatment.by_treatment(table, treatments(), seen, responses, at(3))
    assert nobody.says == "Nobody of 2 started 56 days ago or earlier."
    accepted(by_treatment_figure(nobody))


@BOTH
def test_by_treatment_hatches_the_unknown_on_top_of_the_responders(palette, narrow):
    spec = by_treatment_figure(by_six(), palette=palette, narrow=narrow)
    accepted(spec)
    full, hatched = spec["data"][:2]
    assert hatched["marker"]["pattern"]["shape"] == "/"
    tops = np.add(hatched["base"], hatched["y"])
    assert tops.tolist() == pytest.approx(by_six().table["most"].tolist())
    assert full["y"] == pytest.approx(by_six().table["share"].tolist())
    assert "10 started: 9 at least 56 days ago, 1 too early" in texts(spec)


@BOTH
def test_days_of_benefit_are_a_point_each_and_hollow_where_still_holding(palette, narrow):
    found = pd.DataFrame(
        [(1, 5, 8, ""), (1, 9, inf, ""), (1, 10, 14, ""), (1, nan, nan, "no score"), (2, 4, inf, "")],
        columns=["number", "after", "by", "why"],
    )
    table = benefit_by_number.by_number(found)
    spec = benefit_figure(found, table, palette=palette, narrow=narrow)
    accepted(spec)
    lost, held = spec["data"]
    assert (sorted(lost["y"]), sorted(held["y"])) == ([8, 14], [4, 9])
    assert held["marker"]["symbol"].endswith("open")
    (box,) = spec["layout"]["shapes"]
    assert (box["y0"], box["y1"]) == (9, 14)
    assert ("<b>9–14</b>" if narrow else "<b>9–14 d</b>") in texts(spec)
    accepted(benefit_figure(found.iloc[:0], table.iloc[:0], palette=palette, narrow=narrow))


@BOTH
def test_doses_have_a_point_with_n_and_a_gap_where_none_is_known(palette, narrow):
    rows = [treatment(at(day), mg_per_kg=dose) for day, dose in ((0, 0.5), (1, 0.7), (40, nan), (70, 0.9))]
    table = doses.doses(courses({}), treatments(*rows))
    months = month_figure(doses.by_month(table), "ketamine, IV", "mg/kg", palette=palette, narrow=narrow)
    accepted(months)
    assert months["data"][0]["y"] == [pytest.approx(0.6), None, 0.9]
    assert "dose unknown" in texts(months)
    numbers = number_figure(
        doses.by_number(table),
        doses.by_number(doses.same_people(table, 2)),
        "ketamine, IV",
        "mg/kg",
        palette=palette,
        narrow=narrow,
    )
    accepted(numbers)
    everyone, same = numbers["data"]
    assert everyone["y"] == [0.5, 0.7, None, 0.9]
    assert same["y"] == [0.5, 0.7]
    none = table.iloc[:0]
    accepted(month_figure(doses.by_month(none), "ketamine, IV", "mg", palette=palette, narrow=narrow))
    accepted(
        number_figure(
            doses.by_number(none), doses.by_number(none), "ketamine, IV", "mg", palette=palette, narrow=narrow
        )
    )


def test_medians_by_week_are_drawn_as_such_with_who_could_have_come(riesby):  # noqa: F811
    everyone = weekly.everyone_median(riesby)
    could = pd.DataFrame({"week": range(6), "n": [66] * 6})
    same = weekly.the_same(riesby, "ends", weekly.everyone_median)
    spec = mean_figure(riesby, same, instrument("hamd17"), everyone, could_have=could)
    accepted(spec)
    assert spec["data"][-1]["name"] == "median of the same people"
    assert spec["data"][1]["y"] == everyone["median"].tolist()
    assert texts(spec).count("66") == 6
