"""A stored treatment as the clinic's protocol sees it: the same on a draft and on a finished record."""

from __future__ import annotations

import pytest

from clinic import settings, treatments
from clinic.refused import BadInput
from data_model import database
from data_model.treatments import Severity
from tests.people import course, days_ago, patient, treated
from tests.test_pages import access_key, opened, staff, words

QUIET = [{"minute": -5, "systolic_mmhg": 128, "diastolic_mmhg": 80, "spo2_percent": 98}]


def judged(operator, row) -> treatments.Judged:
    with database(operator) as db:
        return treatments.judged(db, treatments.by_key(db, row.key))


@pytest.fixture
def given(sqlite_store, operator):
    """Makes a treatment of Ada's with these observations."""

    def make(vitals=QUIET, days=2.0, **fields):
        with database(operator) as db:
            if make.ada is None:
                make.ada = patient(db)
                course(db, make.ada)
            return treated(db, make.ada, days_ago(days), vitals=vitals, **fields)

    make.ada = None
    return make


@pytest.mark.parametrize(
    "systolic, tier",
    [(159, None), (160, "amber"), (179, "amber"), (180, "red"), (199, "red"), (200, "critical")],
)
def test_a_pressure_during_the_treatment_at_both_sides_of_each_limit(given, operator, systolic, tier):
    """docs/clinical.md E.1; nothing before the dose, so that no rise is judged."""
    row = given([{"minute": 40, "systolic_mmhg": systolic, "diastolic_mmhg": 90}])
    found = judged(operator, row)
    assert [each.tier for _, breaches in found.vitals for each in breaches][:1] == ([tier] if tier else [])
    assert found.protocol.id == "adult"


def test_before_the_dose_other_limits_hold(given, operator):
    found = judged(operator, given([{"minute": -5, "systolic_mmhg": 165, "diastolic_mmhg": 85}]))
    assert found.vitals[0][1][0].tier == "hold"


def test_what_was_not_measured_reaches_nothing(given, operator):
    assert judged(operator, given([{"minute": 40, "heart_rate_bpm": 70}])).vitals == []


@pytest.mark.parametrize(
    "mg, tier", [(52.5, None), (53.0, "warn"), (70.0, "warn"), (71.0, "strong"), (106.0, "block")]
)
def test_an_iv_dose_at_70_kg_at_both_sides_of_each_limit(given, operator, mg, tier):
    """0.75, 1.0 and 1.5 mg/kg; the second treatment, so that no first-session rule is stricter."""
    for days in (30, 20, 10):
        given(days=days, given_mg=mg * 0.95, weighed_on=days_ago(days).date())
    found = judged(operator, given(given_mg=mg, weighed_on=days_ago(2).date()))
    per_kg = [each for each in found.dose if each.id.startswith("dose.iv") and "mg_per_kg" in each.id]
    assert (per_kg[0].tier if per_kg else None) == tier


def test_an_empty_form_has_no_dose_to_judge_and_one_without_a_weight_has(given, operator):
    given()
    nurse = staff("nurse")
    with database(nurse) as db:
        draft = treatments.open_draft(db, given.ada.key)
    assert judged(operator, draft).dose == []
    with database(nurse) as db:
        treatments.write_draft(db, draft.key, {"ordered_mg": 40.0})
    assert any("weight" in each.says.lower() for each in judged(operator, draft).dose)


def test_the_last_dose_is_known_to_the_rules(given, operator):
    given(days=9, given_mg=35.0, events=[{"term": "Panic attack", "severity": Severity.MODERATE}])
    found = judged(operator, given(given_mg=60.0))
    assert any("last dose" in each.says for each in found.dose), "a rise of 71 %"
    close = judged(operator, given(days=1.9, given_mg=35.0))
    assert any("hour" in each.says or "since" in each.says.lower() for each in close.dose)


def test_another_protocol_is_a_setting(given, operator):
    with database(operator) as db:
        settings.change(db, protocol="uk")
    assert judged(operator, given()).protocol.id == "uk"
    with (
        pytest.raises(BadInput, match="no protocol “mars”; there are adult, uk, us"),
        database(operator) as db,
    ):
        settings.change(db, protocol="mars")


def test_the_page_says_the_gravest_and_by_which_protocol(given):
    row = given([*QUIET, {"minute": 40, "systolic_mmhg": 212, "diastolic_mmhg": 118}])
    page = opened(
        access_key(staff("nurse")), "clinical/treatment.py", patient=given.ada.key, treatment=row.key
    )
    assert not page.exception
    assert "Critical**, minute 40" in words(page)
    assert "By protocol adult 1.0" in words(page)
    assert "nothing is stopped" in words(page)
