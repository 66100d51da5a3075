"""Changes at the fixed window: everybody is in one group, and the curve's counts are those of the states."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from clinic.instruments import catalogue, instrument
from clinic.outcomes import states, waterfall
from tests.command import DATA
from tests.course_frames import DOSE_ONE, at, courses, doses, score, scores

PHQ9 = instrument("phq9")


@pytest.fixture
def people() -> pd.DataFrame:
    """PHQ-9 of 20: to 8, to 18, to 27; none; no baseline; 5 (too mild) to 2; too early; and a GAD-7."""
    rows = courses(
        *({"baseline": each} for each in (20, 20, 20, 20, float("nan"), 5)),
        {"baseline": 20, "start": at(50)},
        {"baseline": 15, "instrument": "gad7"},
    )
    totals = {"p1": 8, "p2": 18, "p3": 27, "p5": 3, "p6": 2}
    given = scores(*(score(at(28), total, patient=who) for who, total in totals.items()))
    return states.people(rows, given, doses(), catalogue(), at(60))


def test_everybody_of_the_scale_is_a_bar_or_a_stub(people):
    found = waterfall.changes(people, PHQ9)
    assert found.people["patient"].tolist() == ["p1", "p2", "p3"]
    assert found.people["better"].tolist() == pytest.approx([60, 10, -35])
    assert found.without == {
        states.NO_SCORE: 1,
        states.NO_BASELINE: 1,
        states.TOO_MILD: 1,
        states.TOO_EARLY: 1,
    }
    assert len(found.people) + sum(found.without.values()) == found.started == 7
    assert (found.of, found.missing) == (6, 2)


def test_a_threshold_is_one_number_or_one_for_each_baseline(people):
    percent, points = (waterfall.changes(people, PHQ9, unit) for unit in waterfall.UNITS)
    assert percent.response == 50
    assert percent.reliable.tolist() == pytest.approx([30, 30, 30])
    assert points.people["better"].tolist() == [12, 2, -7]
    assert points.response.tolist() == [10, 10, 10]
    assert points.reliable == 6


def test_a_rule_that_asks_for_points_is_turned_into_per_cent():
    pcl5 = instrument("pcl5")
    rows = courses({"baseline": 60, "instrument": "pcl5"})
    given = scores(score(at(28), 40, instrument="pcl5", patient="p1"))
    seen = states.people(rows, given, doses(), catalogue(), at(60))
    assert waterfall.changes(seen, pcl5, "points").response == 15
    assert waterfall.changes(seen, pcl5).response.tolist() == [25]


def test_the_curve_keeps_everyone_in_the_denominator_and_says_what_the_missing_could_do(people):
    table = waterfall.at_least(waterfall.changes(people, PHQ9))
    assert table["n"].tolist() == [1, 2, 3]
    assert table["share"].tolist() == pytest.approx([1 / 6, 2 / 6, 3 / 6])
    assert table["highest"].tolist() == pytest.approx([3 / 6, 4 / 6, 5 / 6])


def test_the_steps_of_the_table_sum_to_everyone_who_started(people):
    for unit in waterfall.UNITS:
        found = waterfall.changes(people, PHQ9, unit)
        table = waterfall.by_step(found)
        assert table["people"].sum() == found.started
    assert waterfall.by_step(waterfall.changes(people, PHQ9))["change"].tolist()[:3] == [
        "60 to below 70 % better",
        "10 to below 20 % better",
        "above 30 to 40 % worse",
    ]


@pytest.mark.parametrize(("arm", "responders", "scored"), [("DRUG", 29, 64), ("PLACEBO", 20, 65)])
def test_a_published_trial_at_its_last_visit(arm, responders, scored):
    """Counts by pandas alone in `expected.json`'s data: HAM-D17 at visit 7, 50 % or more better."""
    raw = pd.read_csv(DATA / "rbmi_antidepressant" / "antidepressant_data.csv", dtype={"PATIENT": str})
    raw = raw[raw["THERAPY"] == arm]
    each = raw.drop_duplicates("PATIENT")
    rows = courses(
        *(
            {"patient": row.PATIENT, "baseline": row.BASVAL, "instrument": "hamd17"}
            for row in each.itertuples()
        )
    )
    seventh = raw[raw["VISIT"].astype(str) == "7"]
    given = scores(
        *(
            score(at(row.RELDAYS), row.HAMDTL17, patient=row.PATIENT, instrument="hamd17")
            for row in seventh.itertuples()
        )
    )
    window = states.Window(50, 40)
    seen = states.people(rows, given, doses(), catalogue(), at(120), window=window)
    mild = seen["state"] == states.TOO_MILD  # the trial judged them all the same
    judged = np.where(seen["score"].isna(), states.NO_SCORE, states.NOT_RESPONDED)
    seen = seen.assign(state=seen["state"].mask(mild, judged))
    found = waterfall.changes(seen, instrument("hamd17"))
    table = waterfall.at_least(found)
    reached = table[table["better"] >= 50]["n"].max()
    assert (reached, len(found.people)) == (responders, scored)
    assert found.of == len(each)
    fall = 100 * (seventh["BASVAL"] - seventh["HAMDTL17"]) / seventh["BASVAL"]
    for amount, share in zip(table["better"], table["share"], strict=True):
        assert share == pytest.approx((fall >= amount - 1e-9).sum() / len(each), abs=1e-12)


def test_the_curve_at_the_rule_is_the_headline(people):
    found = waterfall.changes(people, PHQ9)
    said = states.headline(people[people["instrument"] == "phq9"])
    table = waterfall.at_least(found)
    assert table.loc[table["better"] >= found.response, "n"].max() == said.responded
    assert found.of == said.of
    assert found.missing == said.missing


def test_nobody_scored_is_no_curve():
    rows = courses({"baseline": 20})
    seen = states.people(rows, scores(), doses(), catalogue(), DOSE_ONE)
    found = waterfall.changes(seen, PHQ9)
    assert (found.of, found.started) == (0, 1)
    assert not len(waterfall.at_least(found))
    assert np.ndim(found.reliable) == 1
