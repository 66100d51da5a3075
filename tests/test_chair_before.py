"""Before the dose: answers, measurements and the order, and the verdict that they come to."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from clinic import checks
from clinic.chair import answers, before, intake, known, ordering, predose
from clinic.protocols.gate import ANSWERS
from clinic.refused import BadInput, NotAllowed, Refused
from data_model import GateAnswer, GateVerdict, Medication, Treatment, VitalSigns, database
from data_model.checks import CheckKind
from data_model.columns import Status, now
from tests.at_the_chair import answered, iv, observed, ordered, planned, ready, started
from tests.people import PASSWORD, days_ago, phq9, scored, staff, treated


@pytest.fixture
def nora(both_stores):
    return staff("nurse", "nora")


@pytest.fixture
def pia(both_stores):
    return staff("clinician", "pia", may_prescribe=True)


def verdict(actor, treatment, at=None, *, identified=True):
    with database(actor) as db:
        return before.verdict(db, db.get(Treatment, treatment.id), now=at, identified=identified)


def against(found) -> set[str]:
    return {one.id for one in found.reasons if one.verdict != "go"}


def answer(actor, treatment, item, value, note=None):
    with database(actor) as db:
        return answers.answer(db, treatment.key, item, value, note)


# ---- the verdict -----------------------------------------------------------------------------------------------


def test_nothing_answered_is_not_complete(ada, nora):
    found = verdict(nora, planned(nora, ada))
    assert found.verdict == "not complete"
    assert {"gate.escort", "gate.aneurysm", "order.missing", "gate.age.blood_pressure"} <= against(found)


def test_everything_as_it_should_be_is_go_and_never_empty(ada, nora, pia):
    found = verdict(nora, ready(nora, pia, ada))
    assert (found.verdict, against(found), found.protocol) == ("go", set(), "adult@1.0")
    assert any("questions answered" in one.says for one in found.reasons)


def test_without_the_birth_date_it_is_not_complete(ada, nora, pia):
    assert against(verdict(nora, ready(nora, pia, ada), identified=False)) == {"gate.identity"}


@pytest.mark.parametrize(
    ("item", "value", "comes_to"),
    [
        ("escort", "no", "do not start"),
        ("escort", "unknown", "do not start"),
        ("change", "yes", "prescriber decides"),
        ("change", "unknown", "prescriber decides"),
        ("psychosis", "yes", "do not start"),
        ("change", "not assessed", "not complete"),
    ],
)
def test_one_other_answer_changes_the_verdict(ada, nora, pia, item, value, comes_to):
    made = ready(nora, pia, ada)
    answer(nora, made, f"gate.{item}", value)
    found = verdict(nora, made)
    assert (found.verdict, against(found)) == (comes_to, {f"gate.{item}"})


def test_each_answer_is_a_row_at_once_and_the_last_one_holds(ada, nora):
    made = planned(nora, ada)
    for value in ANSWERS:
        answer(nora, made, "gate.change", value)
    with database(nora) as db:
        rows = db.exec(select(GateAnswer).order_by(GateAnswer.id)).all()
        assert [row.value for row in rows] == list(ANSWERS)
        assert {row.status for row in rows} == {Status.DRAFT}
        assert answers.answers(db, made)["gate.change"].value == "not assessed"


def test_what_is_no_answer_or_no_question_is_refused(ada, nora):
    made = planned(nora, ada)
    with pytest.raises(BadInput, match="no answer"):
        answer(nora, made, "gate.change", "maybe")
    with pytest.raises(BadInput, match="does not ask"):
        answer(nora, made, "gate.weather", "yes")


def test_no_answer_after_the_start(ada, nora, pia):
    with pytest.raises(BadInput, match="started already"):
        answer(nora, started(nora, pia, ada), "gate.change", "yes")


# ---- expiry (docs/clinical.md E.4) -----------------------------------------------------------------------------


def test_a_measurement_counts_for_thirty_minutes_and_not_a_second_longer(ada, nora, pia):
    made = ready(nora, pia, ada)
    with database(nora) as db:
        taken = db.exec(select(VitalSigns.observed_at)).one()
    assert against(verdict(nora, made, taken + timedelta(minutes=30))) == set()
    late = verdict(nora, made, taken + timedelta(minutes=30, seconds=1))
    assert (late.verdict, against(late)) == ("not complete", {"gate.age.blood_pressure"})


def test_an_answer_of_the_visit_ends_with_the_clinics_day_and_one_of_the_course_does_not(ada, nora, pia):
    made = ready(nora, pia, ada)
    late = verdict(nora, made, now() + timedelta(days=1))
    assert {"gate.escort", "gate.suicide", "gate.change"} <= against(late)
    assert "gate.aneurysm" not in against(late)


# ---- the prescriber has seen it --------------------------------------------------------------------------------


def test_a_prescriber_settles_what_is_theirs_to_decide_and_a_new_answer_opens_it_again(ada, nora, pia):
    made = ready(nora, pia, ada)
    said = answer(nora, made, "gate.sedatives", "yes")
    with database(pia) as db:
        before.review(db, said.key)
    assert verdict(nora, made).verdict == "go"
    answer(nora, made, "gate.sedatives", "yes")
    assert verdict(nora, made).verdict == "prescriber decides"
    with database(pia) as db, pytest.raises(BadInput, match="answered this question again"):
        before.review(db, said.key)


def test_no_review_lets_a_dose_go_ahead_that_must_not_start(ada, nora, pia):
    made = ready(nora, pia, ada)
    said = answer(nora, made, "gate.psychosis", "yes")
    with database(pia) as db:
        before.review(db, said.key)
    assert verdict(nora, made).verdict == "do not start"


def test_a_review_is_a_prescribers_at_their_own_desk_or_beside_the_tablet(ada, nora, pia):
    made = ready(nora, pia, ada)
    said = answer(nora, made, "gate.sedatives", "yes")
    with database(nora) as db, pytest.raises(NotAllowed):
        before.review(db, said.key)
    with database(nora) as db, pytest.raises(Refused, match="Wrong"):
        before.review(db, said.key, prescriber=("pia", "wrong"))
    with database(nora) as db:
        assert before.review(db, said.key, prescriber=("pia", PASSWORD)).reviewed_by == "Pia Test"


def test_an_answer_of_the_course_from_an_earlier_visit_is_reviewed_here(ada, nora, pia):
    first = planned(nora, ada)
    said = answer(nora, first, "gate.hypertension", "yes")
    second = ready(nora, pia, ada, at=now() + timedelta(seconds=5))
    with database(nora) as db:
        row = db.exec(select(GateAnswer).where(GateAnswer.item == "gate.hypertension")).all()[-1]
        row.status, row.void_reason = Status.VOID, "only the first counts here"
    with database(pia) as db:
        seen = before.review(db, said.key, treatment_key=second.key)
        assert (seen.treatment_id, seen.answered_at) == (second.id, said.answered_at)
    assert verdict(nora, second).verdict == "go"


# ---- measurements and other drugs ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("systolic", "comes_to"),
    [(139, "go"), (140, "not complete"), (160, "not complete"), (180, "do not start")],
)
def test_a_raised_pressure_is_repeated_before_anything_else(ada, nora, pia, systolic, comes_to):
    made = planned(nora, ada)
    ordered(pia, made)
    answered(nora, made)
    observed(nora, made, systolic_mmhg=systolic)
    assert verdict(nora, made).verdict == comes_to


@pytest.mark.parametrize(
    ("systolic", "comes_to"), [(159, "go"), (160, "prescriber decides"), (180, "do not start")]
)
def test_the_repeat_decides_and_both_are_kept(ada, nora, pia, systolic, comes_to):
    """docs/clinical.md E.1."""
    made = ready(nora, pia, ada)
    observed(nora, made, systolic_mmhg=150)
    observed(nora, made, systolic_mmhg=systolic)
    assert verdict(nora, made).verdict == comes_to
    with database(nora) as db:
        assert [row.systolic_mmhg for row, _ in predose.observed(db, made)] == [124, 150, systolic]


def test_a_measurement_taken_back_no_longer_counts(ada, nora, pia):
    made = ready(nora, pia, ada)
    wrong = observed(nora, made, systolic_mmhg=185)
    assert verdict(nora, made).verdict == "do not start"
    with database(nora) as db:
        predose.take_back(db, wrong.key)
    assert verdict(nora, made).verdict == "go"


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"systolic_mmhg": 700}, "not possible"),
        ({"systolic_mmhg": 80, "diastolic_mmhg": 120}, "swapped"),
        ({}, "at least one"),
    ],
)
def test_a_measurement_that_cannot_be_is_refused(ada, nora, values, says):
    made = planned(nora, ada)
    with database(nora) as db, pytest.raises(BadInput, match=says):
        predose.observe(db, made.key, values)


def test_a_symptom_is_an_emergency_at_any_pressure_and_not_asked_is_not_none(ada, nora, pia):
    made = ready(nora, pia, ada)
    with database(nora) as db:
        row = predose.observe(db, made.key, {"heart_rate_bpm": 70})
        assert row.symptoms is None
        predose.observe(db, made.key, {"heart_rate_bpm": 70}, symptoms=["symptom.chest_pain"])
    assert verdict(nora, made).verdict == "do not start"


def test_the_medication_list_proposes_and_enters_nothing_by_itself(ada, nora, pia):
    made = ready(nora, pia, ada)
    with database(nora) as db:
        for drug in ("Pregabalin 75 mg", "Lorazepam", "Sertraline"):
            db.add(Medication(patient_id=ada.id, drug=drug, started=now().date(), author="x"))
        db.flush()
        found = intake.proposed(db, made)
        assert [(each.drug_class, each.drug) for each in found] == [
            ("drug.gabapentinoid", "Pregabalin 75 mg"),
            ("drug.benzodiazepine", "Lorazepam"),
        ]
    assert verdict(nora, made).verdict == "go"
    with database(nora) as db:
        intake.drug(db, made.key, "drug.gabapentinoid", "Pregabalin 75 mg", None, now())
        assert [each.drug for each in intake.proposed(db, made)] == ["Lorazepam"]
    assert verdict(nora, made).verdict == "go"


def test_pregabalin_with_a_benzodiazepine_of_the_day_is_for_the_prescriber(ada, nora, pia):
    """docs/clinical.md F.3; when it was taken is not known, so it may have been today."""
    made = ready(nora, pia, ada)
    with database(nora) as db:
        before.drug(db, made.key, "drug.gabapentinoid", "pregabalin", None, now())
        taken = before.drug(db, made.key, "drug.benzodiazepine", "lorazepam", "1 mg", None)
    found = verdict(nora, made)
    assert (found.verdict, against(found)) == ("prescriber decides", {"drug.gabapentinoid"})
    with database(nora) as db:
        intake.not_taken(db, taken.key)
    assert verdict(nora, made).verdict == "go"


@pytest.mark.parametrize(("minutes", "reasons"), [(121, set()), (119, {"gate.food"})])
def test_food_less_than_two_hours_ago_is_for_the_prescriber(ada, nora, pia, minutes, reasons):
    made = ready(nora, pia, ada)
    with database(nora) as db:
        intake.drug(db, made.key, "intake.food", taken_at=now() - timedelta(minutes=minutes))
    assert against(verdict(nora, made)) == reasons


def test_what_lies_in_the_future_was_not_taken(ada, nora):
    made = planned(nora, ada)
    with database(nora) as db, pytest.raises(BadInput, match="future"):
        intake.drug(db, made.key, "intake.food", taken_at=now() + timedelta(minutes=5))
    with database(nora) as db, pytest.raises(BadInput, match="no class"):
        intake.drug(db, made.key, "drug.coffee")


# ---- what the store knows --------------------------------------------------------------------------------------


def test_the_store_says_what_it_knows_and_answers_nothing(ada, nora, pia):
    made = ready(nora, pia, ada)
    with database(nora) as db:
        said = known.beside(db, made)
        assert said["gate.suicide"] == ["Not asked today on any scale."]
        assert said["gate.scores"] == ["No scale answered today."]
        assert known.asked_today(db, made) == []
    with database(nora) as db:
        scored(db, ada, now(), phq9(1, 1, 1, 1, 1, 1, 1, 1, 0))
    with database(nora) as db:
        said = known.beside(db, made)
        assert said["gate.suicide"][0].startswith("PHQ-9, today")
        assert said["gate.suicide"][0].endswith("suicide item = 0.")
        assert said["gate.scores"] == ["Today: PHQ-9 8."]
        assert known.asked_today(db, made) == ["PHQ-9"]
        assert answers.answers(db, made)["gate.suicide"].author == "Nora Test"


def test_an_endorsed_suicide_item_of_today_is_for_the_prescriber_whatever_was_answered(ada, nora, pia):
    made = ready(nora, pia, ada)
    with database(nora) as db:
        scored(db, ada, days_ago(1.5), phq9(0, 0, 0, 0, 0, 0, 0, 0, 2))
    assert verdict(nora, made).verdict == "go"
    with database(nora) as db:
        scored(db, ada, now(), phq9(0, 0, 0, 0, 0, 0, 0, 0, 3))
        assert any("open concern" in line for line in known.beside(db, made)["gate.suicide"])
    found = verdict(nora, made)
    assert (found.verdict, against(found)) == (
        "prescriber decides",
        {"suicide.pre.item.hold", "suicide.pre.rise.hold"},
    )


def test_a_skipped_suicide_item_wants_the_question(ada, nora, pia):
    made = ready(nora, pia, ada)
    with database(nora) as db:
        scored(db, ada, now(), phq9(1, 1, 1, 1, 1, 1, 1, 1, None))
    assert verdict(nora, made).verdict == "not complete"


def test_a_score_of_yesterday_is_not_todays(ada, nora):
    made = planned(nora, ada)
    with database(nora) as db:
        scored(db, ada, now() - timedelta(days=1), phq9(1))
        assert known.scores_today(db, ada, now()) == []
        assert known.asked_today(db, made) == []


@pytest.mark.parametrize(
    ("times", "comes_to"), [(3.0, "go"), (3.1, "prescriber decides"), (5.1, "do not start")]
)
def test_the_last_liver_value_counts(ada, nora, pia, times, comes_to):
    made = ready(nora, pia, ada)
    with database(nora) as db:
        checks.record(db, ada.key, CheckKind.LIVER, now().date(), value=times)
    assert verdict(nora, made).verdict == comes_to


# ---- the order belongs to it -----------------------------------------------------------------------------------


def test_an_order_that_waits_is_not_complete(ada, nora, pia):
    made = planned(nora, ada)
    ordered(pia, made, iv(mg=63.0, minutes=60.0), reason="0.5 mg/kg was not enough elsewhere")
    answered(nora, made)
    observed(nora, made)
    assert against(verdict(nora, made)) == {"order.waiting"}


def test_an_order_that_no_longer_fits_is_to_be_made_anew(ada, nora, pia, operator):
    """Another dose of the same day came in between."""
    made = ready(nora, pia, ada)
    assert verdict(nora, made).verdict == "go"
    with database(operator) as db:
        treated(db, ada, now() - timedelta(minutes=1), given_mg=35.0, weight_kg=70.0)
    found = verdict(nora, made)
    assert (found.verdict, against(found)) == ("not complete", {"order.outdated"})
    with database(pia) as db:
        assert ordering.current(db, made) is not None


# ---- kept, and decided against ---------------------------------------------------------------------------------


def test_a_verdict_is_kept_with_its_reasons_and_only_ever_added_to(ada, nora):
    made = planned(nora, ada)
    with database(nora) as db:
        row = before.decide(db, made.key)
    assert (row.verdict, row.started, row.author) == ("not complete", False, "Nora Test")
    assert len(row.reasons) > 40
    assert set(row.reasons[0]) == {"id", "verdict", "says"}
    with pytest.raises(Exception, match="only ever added to"), database(nora) as db:
        db.get(GateVerdict, row.id).started = True


def decided(nora, pia, ada, **answers_) -> tuple:
    made = ready(nora, pia, ada)
    for item, value in answers_.items():
        answer(nora, made, f"gate.{item}", value)
    with database(nora) as db:
        return made, before.decide(db, made.key, identified=True)


def test_an_override_names_a_prescriber_and_needs_a_reason(ada, nora, pia):
    _, row = decided(nora, pia, ada, escort="no")
    with database(nora) as db, pytest.raises(NotAllowed):
        before.override(db, row, "brother comes at five")
    with database(pia) as db, pytest.raises(BadInput, match="needs a reason"):
        before.override(db, row, "  ")
    with database(nora) as db:
        made = before.override(db, row, "brother comes at five", ("pia", PASSWORD))
    assert (made.overridden_by, made.override_reason, made.verdict) == (
        "Pia Test",
        "brother comes at five",
        "do not start",
    )
    assert made.reasons == row.reasons


def test_an_override_holds_for_what_was_seen_and_no_more(ada, nora, pia):
    made, row = decided(nora, pia, ada, escort="no")
    with database(pia) as db:
        before.override(db, row, "brother comes at five")
    with database(nora) as db:
        assert before.overridden(db, made, before.verdict(db, made, identified=True))
    answer(nora, made, "gate.psychosis", "yes")
    with database(nora) as db:
        assert before.overridden(db, made, before.verdict(db, made, identified=True)) is None


def test_there_is_nothing_to_override_where_the_gate_says_go_or_the_order_lacks(ada, nora, pia):
    _, row = decided(nora, pia, ada)
    with database(pia) as db, pytest.raises(BadInput, match="says “go”"):
        before.override(db, row, "because")
    second = planned(nora, ada, now() + timedelta(seconds=9))
    with database(nora) as db:
        row = before.decide(db, second.key)
    with database(pia) as db, pytest.raises(BadInput, match="No order yet"):
        before.override(db, row, "because")


def test_who_only_reads_keeps_no_verdict(ada, nora):
    made = planned(nora, ada)
    with database(staff("auditor")) as db, pytest.raises(NotAllowed):
        before.decide(db, made.key)
