"""The gate before the dose: every answer of every item, how long it lasts, and that nothing missing opens it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from clinic.protocols import Answer, Reading, Visit, decide, protocol
from clinic.protocols.gate import ANSWERS, VERDICTS, asked

ADULT = protocol("adult")
NOW = datetime(2026, 5, 4, 10, 0, tzinfo=ZoneInfo("Europe/London"))
DO_NOT_START, NOT_COMPLETE, PRESCRIBER, GO = VERDICTS
CHECKED = {limit.measure: 0 for limit in ADULT.group("check")}
ITEMS = {item.id: item for item in ADULT.gate}


def ago(minutes: float = 0, **more) -> datetime:
    return NOW - timedelta(minutes=minutes, **more)


def reading(minutes: float = 5, systolic=120, diastolic=78, **more) -> Reading:
    usual = {"heart_rate_bpm": 70, "spo2_percent": 98, "respiratory_rate": 14, "symptoms": ()}
    return Reading(systolic, diastolic, at=ago(minutes), **usual | more)


def visit(**more) -> Visit:
    """Somebody with whom all is well."""
    usual = {
        "now": NOW,
        "answers": {item.id: Answer(item.go_if, ago(10)) for item in ADULT.gate},
        "readings": (reading(),),
        "measures": CHECKED,
        "route": "IN",
        "substance": "esketamine",
        "sex": "female",
        "stage": "induction",
    }
    return Visit(**usual | more)


def with_answer(id: str, value: str, at: datetime = NOW, reviewed: bool = False, **more) -> Visit:
    start = visit(**more)
    return replace(start, answers={**start.answers, id: Answer(value, at, reviewed)})


def verdict(of: Visit, place: str = "adult") -> str:
    return decide(protocol(place), of).verdict


def reasons(of: Visit, id: str) -> list[str]:
    return [each.verdict for each in decide(ADULT, of).reasons if each.id == id]


def test_all_well_is_go_without_a_remark():
    found = decide(ADULT, visit())
    assert (found.verdict, found.reasons, found.protocol) == (GO, (), "adult@1.0")


def test_nothing_answered_is_not_complete():
    found = decide(ADULT, Visit(NOW))
    assert found.verdict == NOT_COMPLETE
    assert {each.id for each in found.reasons} >= set(ITEMS)


@pytest.mark.parametrize("item", ADULT.gate, ids=lambda item: item.id)
def test_each_answer_of_each_item(item):
    other = {"yes": "no", "no": "yes"}[item.go_if]
    assert verdict(with_answer(item.id, item.go_if)) == GO
    assert verdict(with_answer(item.id, other)) == item.else_
    assert verdict(with_answer(item.id, "not assessed")) == NOT_COMPLETE
    assert verdict(with_answer(item.id, "")) == NOT_COMPLETE
    # Unknown: nobody confirmed what has to be; or nobody knows of what must not be, and a prescriber decides.
    assert verdict(with_answer(item.id, "unknown")) == (item.else_ if item.go_if == "yes" else PRESCRIBER)


@pytest.mark.parametrize("item", ADULT.gate, ids=lambda item: item.id)
def test_a_missing_answer_is_not_complete(item):
    start = visit()
    answers = {id: answer for id, answer in start.answers.items() if id != item.id}
    assert verdict(replace(start, answers=answers)) == NOT_COMPLETE


# by hand: ketamine reference 3.1 "Stop", escort (flag 24), pregnancy, identity
STOPS = {
    *("identity", "consent", "escort", "pregnancy", "breastfeeding", "intoxication", "psychosis", "aneurysm"),
    *(
        "avm",
        "haemorrhage",
        "hypersensitivity",
        "cardiac_event",
        "pressure_hazard",
        "hypertension_uncontrolled",
    ),
    *("heart_failure", "liver_severe", "ketamine_misuse"),
}


def test_which_items_stop_a_dose():
    assert {id.removeprefix("gate.") for id, item in ITEMS.items() if item.else_ == DO_NOT_START} == STOPS


# by hand: ketamine reference 3.1 "Caution", for the prescriber; and what is asked at each visit
CAUTIONS = {
    *("hypertension", "encephalopathy", "arrhythmia", "icp", "seizures", "thyroid", "porphyria", "glaucoma"),
    *(
        "sleep_apnoea",
        "copd",
        "liver_moderate",
        "cystitis",
        "personality",
        "ptsd",
        "bipolar",
        "substance_use",
    ),
    *("cognitive", "antidepressant_stopped"),
}
VISITS = {
    *(
        "identity",
        "escort",
        "suicide",
        "fasting",
        "change",
        "sedatives",
        "benzodiazepine_omitted",
        "stimulants",
    ),
    *("urinary", "pregnancy", "nasal", "intoxication", "psychosis", "alerts", "scores"),
}


def test_which_items_are_asked_for_the_course_and_which_at_each_visit():
    assert {id.removeprefix("gate.") for id, item in ITEMS.items() if item.lasts == "visit"} == VISITS
    assert {id.removeprefix("gate.") for id in ITEMS} == STOPS | CAUTIONS | VISITS
    assert all(ITEMS[f"gate.{code}"].lasts == "course" for code in CAUTIONS)


def test_what_the_prescriber_has_reviewed_holds_nothing_up_and_a_stop_stays_one():
    assert verdict(with_answer("gate.ptsd", "yes", reviewed=True)) == GO
    assert reasons(with_answer("gate.ptsd", "yes", reviewed=True), "gate.ptsd") == [GO]
    assert verdict(with_answer("gate.ptsd", "not assessed", reviewed=True)) == NOT_COMPLETE
    assert verdict(with_answer("gate.aneurysm", "yes", reviewed=True)) == DO_NOT_START
    assert verdict(with_answer("gate.aneurysm", "unknown", reviewed=True)) == GO


# docs/clinical.md E.4: suicide question and escort the same day, which is the day of the clinic
@pytest.mark.parametrize("code", ["suicide", "escort", "identity", "pregnancy"])
def test_answers_of_the_visit_expire_with_the_day(code):
    item = ITEMS[f"gate.{code}"]
    midnight = NOW.replace(hour=0)
    assert verdict(with_answer(item.id, item.go_if, midnight)) == GO
    assert verdict(with_answer(item.id, item.go_if, midnight - timedelta(seconds=1))) == NOT_COMPLETE
    # 23:30 in UTC is half past midnight in London in May: the same day there
    late = datetime(2026, 5, 3, 23, 30, tzinfo=UTC)
    assert verdict(with_answer(item.id, item.go_if, late)) == GO


def test_answers_of_the_course_last_and_none_is_from_the_future():
    assert verdict(with_answer("gate.ptsd", "no", ago(days=60))) == GO
    assert verdict(with_answer("gate.ptsd", "no", ago(-1))) == NOT_COMPLETE
    start = with_answer("gate.ptsd", "no")
    assert verdict(replace(start, answers={**start.answers, "gate.ptsd": Answer("no", None)})) == NOT_COMPLETE


# ---- measurements ----------------------------------------------------------------------------------------------


# docs/clinical.md E.1, and E.4 for the age
@pytest.mark.parametrize(
    "pressures, expected",
    [
        ([(139, 89)], GO),
        ([(140, 80)], NOT_COMPLETE),  # tint and repeat
        ([(150, 80), (140, 80)], GO),
        ([(150, 80), (130, 80)], GO),
        ([(130, 80), (150, 95)], GO),
        ([(160, 80)], NOT_COMPLETE),
        ([(160, 80), (160, 80)], PRESCRIBER),
        ([(150, 80), (150, 100)], PRESCRIBER),
        ([(165, 80), (150, 80)], GO),
        ([(180, 80)], DO_NOT_START),
        ([(150, 80), (150, 110)], DO_NOT_START),
        ([(98, 60)], GO),
        ([(89, 60)], PRESCRIBER),
        ([(92, 60), (89, 60)], PRESCRIBER),
    ],
)
def test_blood_pressure_at_the_gate(pressures, expected):
    taken = tuple(reading(20 - at, *pair) for at, pair in enumerate(pressures))
    assert verdict(visit(readings=taken)) == expected


@pytest.mark.parametrize("minutes, expected", [(30, GO), (30.1, NOT_COMPLETE), (-1, NOT_COMPLETE)])
def test_measurements_are_worth_thirty_minutes(minutes, expected):
    assert verdict(visit(readings=(reading(minutes),))) == expected


@pytest.mark.parametrize("name", ADULT.pre_dose)
def test_a_vital_sign_that_is_missing_is_not_complete(name):
    assert verdict(visit(readings=(replace(reading(), **{name: None}),))) == NOT_COMPLETE


def test_the_required_vital_signs_are_those_of_the_reference():
    """ketamine reference 1.1, pre-dose gate: BP, HR, RR, SpO2."""
    assert set(ADULT.pre_dose) == {
        *("systolic_mmhg", "diastolic_mmhg", "heart_rate_bpm", "spo2_percent", "respiratory_rate")
    }


def test_a_repeated_pressure_need_not_repeat_the_rest_but_comes_whole():
    first = reading(15, 150, 80)
    assert verdict(visit(readings=(first, Reading(130, 78, at=ago(5))))) == GO
    assert verdict(visit(readings=(first, Reading(systolic_mmhg=130, at=ago(5))))) == NOT_COMPLETE


def test_the_newest_reading_counts_in_whatever_order_they_come():
    high, low = reading(15, 185, 80), reading(5, 120, 78)
    assert verdict(visit(readings=(low, high))) == verdict(visit(readings=(high, low))) == GO


def test_a_symptom_since_arrival_stays_until_a_person_says_what_it_was():
    with_pain = reading(25, symptoms=("symptom.chest_pain",))
    assert verdict(visit(readings=(with_pain, reading(5)))) == DO_NOT_START
    hours_ago = replace(with_pain, at=ago(150))
    assert verdict(visit(readings=(hours_ago, reading(5)))) == DO_NOT_START


@pytest.mark.parametrize(
    "name, value, expected",
    [
        ("spo2_percent", 95, GO),
        ("spo2_percent", 94, GO),  # amber is a remark
        ("spo2_percent", 91, PRESCRIBER),
        ("heart_rate_bpm", 131, PRESCRIBER),
        ("heart_rate_bpm", 39, PRESCRIBER),
        ("respiratory_rate", 31, PRESCRIBER),
        ("respiratory_rate", 7, PRESCRIBER),
        ("moaas", 3, PRESCRIBER),
        ("moaas", 4, GO),
    ],
)
def test_the_other_vital_signs(name, value, expected):
    assert verdict(visit(readings=(reading(**{name: value}),))) == expected


# ---- other numbers ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "measure, value, expected",
    [
        ("suicide_answer", 0, GO),
        ("suicide_answer", 1, PRESCRIBER),
        ("suicide_rise", 1, PRESCRIBER),
        ("columbia_level", 1, PRESCRIBER),
        ("alt_times_uln", 3, GO),
        ("alt_times_uln", 3.1, PRESCRIBER),
        ("ast_times_uln", 5.1, DO_NOT_START),
        ("food_minutes", 119, PRESCRIBER),
        ("food_minutes", 120, GO),
        ("fluid_minutes", 29, PRESCRIBER),
        ("nasal_spray_minutes", 59, PRESCRIBER),
        ("liver_tests_age_days", 92, GO),
    ],
)
def test_numbers_beside_the_vital_signs(measure, value, expected):
    assert verdict(visit(measures=CHECKED | {measure: value})) == expected


def test_a_check_that_is_due_is_said_and_one_that_nobody_knows_of_too():
    assert reasons(visit(measures=CHECKED | {"urinary_symptoms_age_days": 29}), "check.urinary") == [GO]
    assert reasons(visit(measures={}), "check.urinary") == [GO]
    assert reasons(visit(), "check.urinary") == []


def test_liver_tests_are_due_sooner_during_induction():
    late = CHECKED | {"liver_tests_age_days": 100}
    assert reasons(visit(measures=late), "check.liver.induction") == [GO]
    assert reasons(visit(measures=late, stage="maintenance"), "check.liver.induction") == []
    assert reasons(visit(measures=late, stage=None), "check.liver.induction") == [GO]


def test_in_the_united_states_an_old_pdmp_query_is_for_the_prescriber_and_the_rems_is_asked_about():
    rems = {id: Answer("yes", NOW) for id in ("gate.rems_enrolled", "gate.rems_on_site")}
    start = visit()
    start = replace(start, answers={**start.answers, **rems})
    assert verdict(replace(start, measures=CHECKED | {"pdmp_age_days": 90}), "us") == GO
    assert verdict(replace(start, measures=CHECKED | {"pdmp_age_days": 91}), "us") == PRESCRIBER
    assert verdict(start, "us") == PRESCRIBER
    assert verdict(replace(visit(), measures=CHECKED | {"pdmp_age_days": 1}), "us") == NOT_COMPLETE


def test_items_of_a_route_or_a_sex_are_asked_of_those_and_where_it_is_not_known():
    def codes(**more):
        return {item.id.removeprefix("gate.") for item in asked(ADULT, visit(**more))}

    assert "nasal" not in codes(route="IV")
    assert "nasal" in codes(route=None) & codes(route="IN")
    assert not {"pregnancy", "breastfeeding"} & codes(sex="male")
    assert {"pregnancy", "breastfeeding"} <= codes(sex=None) & codes(sex="female")


# ---- other drugs, docs/clinical.md F.3 ------------------------------------------------------------------------------

YESTERDAY = ago(days=1)


@pytest.mark.parametrize(
    "drugs, id, tier",
    [
        ({"drug.benzodiazepine": YESTERDAY}, "drug.benzodiazepine", "note"),
        ({"drug.benzodiazepine": ago(60)}, "drug.benzodiazepine", "amber"),
        ({"drug.benzodiazepine": None}, "drug.benzodiazepine", "amber"),
        ({"drug.gabapentinoid": YESTERDAY}, "drug.gabapentinoid", "amber"),
        ({"drug.gabapentinoid": YESTERDAY, "drug.opioid": YESTERDAY}, "drug.gabapentinoid", "amber"),
        ({"drug.gabapentinoid": YESTERDAY, "drug.opioid": ago(60)}, "drug.gabapentinoid", "red"),
        ({"drug.gabapentinoid": YESTERDAY, "drug.benzodiazepine": ago(60)}, "drug.gabapentinoid", "red"),
        ({"drug.gabapentinoid": YESTERDAY, "drug.benzodiazepine": None}, "drug.gabapentinoid", "red"),
        ({"drug.opioid": YESTERDAY}, "drug.opioid", "amber"),
        ({"drug.opioid": ago(60)}, "drug.opioid", "red"),
        ({"drug.propranolol": ago(60)}, "drug.propranolol", "note"),
        ({"drug.clonidine": ago(60)}, "drug.clonidine", "note"),
        ({"drug.inducer": ago(60)}, "drug.inducer", "note"),
    ],
)
def test_other_drugs(drugs, id, tier):
    found = decide(ADULT, visit(drugs=drugs))
    reason = next(each for each in found.reasons if each.id == id)
    assert f"({tier})" in reason.says
    assert reason.verdict == (PRESCRIBER if tier == "red" else GO)


def test_inducers_matter_more_by_mouth_and_lithium_is_not_mentioned():
    by_mouth = decide(ADULT, visit(drugs={"drug.inducer": NOW}, route="oral"))
    assert "(amber)" in by_mouth.reasons[0].says
    assert decide(ADULT, visit(drugs={"drug.lithium": NOW})).reasons == ()


# ---- whatever is known -----------------------------------------------------------------------------------------

answers = some.builds(
    Answer,
    some.sampled_from([*ANSWERS, ""]),
    some.none() | some.integers(-60, 3000).map(ago),
    some.booleans(),
)


@given(changed=some.dictionaries(some.sampled_from(sorted(ITEMS)), answers, max_size=4))
def test_the_verdict_is_the_gravest_of_its_reasons_and_never_empty(changed):
    start = visit()
    found = decide(ADULT, replace(start, answers={**start.answers, **changed}))
    ranks = [VERDICTS.index(each.verdict) for each in found.reasons]
    assert ranks == sorted(ranks)
    assert found.verdict == (found.reasons[0].verdict if found.reasons else GO)
    assert all(each.says.endswith(".") for each in found.reasons)


@given(gone=some.sets(some.sampled_from(sorted(ITEMS)), min_size=1))
def test_taking_answers_away_never_opens_the_gate(gone):
    start = visit()
    kept = {id: answer for id, answer in start.answers.items() if id not in gone}
    assert verdict(replace(start, answers=kept)) == NOT_COMPLETE
