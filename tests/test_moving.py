"""A score or a treatment goes to the right patient, two records of one person become one, and nothing is lost."""

from __future__ import annotations

from datetime import date

import pytest
from sqlmodel import SQLModel, select

from clinic import alerts, assessments, episodes, integrity, moving, patients, treatments
from clinic.moving import merging
from clinic.moving import treatments as moved_treatments
from clinic.refused import BadInput, NotAllowed, NotFound
from data_model import (
    Alert,
    AuditRow,
    DutyDone,
    Episode,
    Firing,
    GateAnswer,
    Letter,
    Move,
    Patient,
    Treatment,
    database,
)
from data_model.assessments import Timing
from data_model.columns import Status
from data_model.treatments import Severity
from tests.people import course, days_ago, patient, phq9, scored, staff, treated

BORN, OTHERS = date(1985, 12, 10), date(1990, 5, 6)
SUICIDAL = phq9(1, 1, 1, 1, 1, 1, 1, 1, 2)
WHY = "Two tablets lay on one desk."


@pytest.fixture
def people(sqlite_store, operator):
    """Ada and Ben, each in a course that began long ago."""
    with database(operator) as db:
        ada, ben = patient(db), patient(db, "SM-2", family_name="Turing", given_name="Ben", birth_date=OTHERS)
        for each in (ada, ben):
            course(db, each).opened_at = days_ago(90)
    return ada, ben


def move(operator, score, to, **more):
    with database(operator) as db:
        return moving.move_score(
            db, score.key, to.key, **{"reason": WHY, "birth_date": to.birth_date, **more}
        )


def move_treatment(operator, treatment, to, **more):
    with database(operator) as db:
        return moving.move_treatment(
            db, treatment.key, to.key, **{"reason": WHY, "birth_date": to.birth_date, **more}
        )


def concern(db, of) -> Alert | None:
    return next((each for each, _ in alerts.open_ones(db, of) if each.rule == alerts.SUICIDE), None)


# ---- a score ----------------------------------------------------------------------------------------------------


def test_a_score_leaves_the_figures_of_the_one_and_stands_in_those_of_the_other(people, operator):
    ada, ben = people
    with database(operator) as db:
        score = scored(db, ada, days_ago(3), phq9(2), source_key="sheet,1")
        treated(db, ben, days_ago(10))
    made = move(operator, score, ben)
    with database(operator) as db:
        assert assessments.scores(db, ada).empty
        (row,) = assessments.scores(db, ben).itertuples()
        assert (row.assessment, row.total, row.episode) == (
            score.key,
            16,
            episodes.of_patient(db, ben)[-1].key,
        )
        stored = assessments.by_key(db, score.key)
        assert stored.source_key == "sheet,1", (
            "the same file finds it where it is now and brings nothing back"
        )
        audited = db.exec(
            select(AuditRow).where(AuditRow.record_table == "assessment", AuditRow.verb == "changed")
        ).one()
        assert audited.reason == WHY
        assert audited.before["patient_id"] == ada.id
        away = db.exec(select(AuditRow).where(AuditRow.verb == "moved away")).one()
        assert (away.patient_id, away.reason, away.after["move"]) == (ada.id, WHY, made.key)
        assert not list(integrity.problems(db))


def test_both_records_say_what_moved_by_whom_and_why_and_name_nobody_to_whom_it_is_not_shown(
    people, operator
):
    ada, ben = people
    with database(operator) as db:
        score = scored(db, ada, days_ago(3), phq9(2))
    move(operator, score, ben)
    with database(operator) as db:
        ((here,), (away,)) = moving.history(db, ben), moving.history(db, ada)
    assert here.here
    assert not away.here
    assert here.says.startswith("PHQ-9 of ")
    assert ", 16: moved here from record SM-1 (P-" in here.says
    assert here.says.endswith(f"because: {WHY}")
    assert "command line" in here.says
    assert ", 16: moved away to record SM-2 (P-" in away.says
    with database(staff("lead")) as db:
        (told,) = moving.history(db, ben)
    assert "SM-1" not in told.says
    assert "record P-" in told.says


@pytest.mark.parametrize(
    "more, sentence",
    [
        ({"reason": " "}, "Say why"),
        ({"birth_date": None}, "date of birth"),
        ({"birth_date": date(1985, 12, 11)}, "is not the date of birth"),
    ],
)
def test_nothing_moves_without_a_reason_and_the_right_birth_date(people, operator, more, sentence):
    ada, ben = people
    with database(operator) as db:
        score = scored(db, ada, days_ago(3), phq9(2))
    with pytest.raises(BadInput, match=sentence):
        move(operator, score, ben, **more)
    with database(operator) as db:
        assert assessments.by_key(db, score.key).patient_id == ada.id
        assert db.exec(select(Move)).first() is None


def test_only_a_clinician_moves(people, operator):
    ada, ben = people
    with database(operator) as db:
        score = scored(db, ada, days_ago(3), phq9(2))
    with pytest.raises(NotAllowed, match="move records"):
        move(staff("nurse"), score, ben)
    move(staff("clinician"), score, ben)


def test_to_itself_or_unfinished_it_does_not_move(people, operator):
    ada, ben = people
    with database(operator) as db:
        score = scored(db, ada, days_ago(3), phq9(2))
    with pytest.raises(BadInput, match="stands already"):
        move(operator, score, ada)
    with database(staff("nurse")) as db:
        draft = assessments.open_draft(db, ada.key, "phq9")
    with pytest.raises(BadInput, match="Only a finished score"):
        move(operator, draft, ben)


def test_it_goes_into_the_course_that_was_open_then_unless_another_is_chosen(people, operator):
    ada, ben = people
    with database(operator) as db:
        old = episodes.of_patient(db, ben)[-1]
        old.ended_at, old.stage, old.end_reason = days_ago(30), "ended", "done"
        new = course(db, ben)
        new.opened_at = days_ago(20)
        scores = [scored(db, ada, days_ago(days), phq9(1)) for days in (40, 5, 39, 25)]
        strange = episodes.of_patient(db, ada)[-1].key
    with database(operator) as db:
        assert [each.key for each in moving.courses(db, ben, days_ago(40))] == [old.key, new.key]
    with pytest.raises(NotFound):
        move(operator, scores[2], ben, course=strange)
    move(operator, scores[0], ben)
    move(operator, scores[1], ben)
    move(operator, scores[2], ben, course=new.key)
    move(operator, scores[3], ben)
    with database(operator) as db:
        where = [assessments.by_key(db, each.key).episode_id for each in scores]
    assert where == [old.id, new.id, new.id, old.id]


def test_somebody_without_a_course_gets_a_score_but_no_treatment(people, operator):
    ada, _ = people
    with database(operator) as db:
        cleo = patient(db, "SM-3", family_name="Noether", given_name="Cleo", birth_date=OTHERS)
        score, dose = scored(db, ada, days_ago(3), phq9(2)), treated(db, ada, days_ago(4))
    move(operator, score, cleo)
    with pytest.raises(BadInput, match="no course of care"):
        move_treatment(operator, dose, cleo)
    with database(operator) as db:
        assert assessments.by_key(db, score.key).episode_id is None


def test_a_chosen_baseline_does_not_go_along_and_the_place_among_the_doses_is_found_anew(people, operator):
    ada, ben = people
    with database(operator) as db:
        score = scored(db, ada, days_ago(9), phq9(2), timing=Timing.BASELINE)
        said = scored(db, ada, days_ago(8), phq9(2), timing=Timing.HOURS_24)
        episodes.choose_baseline(db, score.key, "the last before the first dose")
        treated(db, ben, days_ago(20))
    move(operator, score, ben)
    move(operator, said, ben)
    with database(operator) as db:
        row = assessments.by_key(db, score.key)
        assert (row.baseline_reason, row.timing) == (None, Timing.BETWEEN)
        assert assessments.by_key(db, said.key).timing == Timing.HOURS_24, "somebody said so"


# ---- its alerts -------------------------------------------------------------------------------------------------


def test_the_wrong_one_loses_the_concern_and_the_right_one_has_it(people, operator):
    ada, ben = people
    with database(operator) as db:
        score = scored(db, ada, days_ago(3), SUICIDAL)
        alerts.close(db, concern(db, ada).key, "Rang her; she knows of nothing.")
    move(operator, score, ben)
    with database(operator) as db:
        assert concern(db, ada) is None
        there = concern(db, ben)
        assert (there.level, there.assessment_id, there.acknowledged_at) == (2, score.id, None)
        assert next(each.subject for each in alerts.firings(db, there)) == f"assessment:{score.key}"
        old = db.exec(select(Alert).where(Alert.patient_id == ada.id)).one()
        assert "Rang her" in old.action
        assert "moved to another record" in old.action
        assert not list(integrity.problems(db))


def test_an_open_concern_of_this_answer_alone_closes_and_of_several_says_the_others(people, operator):
    ada, ben = people
    with database(operator) as db:
        own = scored(db, ada, days_ago(9), phq9(1, 1, 1, 1, 1, 1, 1, 1, 1))
        wrong = scored(db, ada, days_ago(3), phq9(1, 1, 1, 1, 1, 1, 1, 1, 3))
        assert (concern(db, ada).level, concern(db, ada).times) == (3, 2)
    move(operator, wrong, ben)
    with database(operator) as db:
        left = concern(db, ada)
        assert (left.level, left.times, left.assessment_id) == (1, 1, own.id)
        assert "is 1" in left.saw
        assert concern(db, ben).level == 3
    move(operator, own, ben)
    with database(operator) as db:
        assert concern(db, ada) is None
        assert (concern(db, ben).level, concern(db, ben).times) == (3, 2)
        assert not list(integrity.problems(db))


def test_an_older_answer_that_comes_here_does_not_stand_for_the_latest_one(people, operator):
    ada, ben = people
    with database(operator) as db:
        latest = scored(db, ben, days_ago(1), phq9(1, 1, 1, 1, 1, 1, 1, 1, 2))
        older = scored(db, ada, days_ago(40), phq9(1, 1, 1, 1, 1, 1, 1, 1, 1))
    move(operator, older, ben)
    with database(operator) as db:
        there = concern(db, ben)
        assert (there.level, there.times, there.assessment_id) == (2, 2, latest.id)
        assert "is 2" in there.saw


def test_back_again_is_a_concern_here_again(people, operator):
    ada, ben = people
    with database(operator) as db:
        score = scored(db, ada, days_ago(3), SUICIDAL)
    for to in (ben, ada, ben):
        move(operator, score, to)
    with database(operator) as db:
        assert concern(db, ada) is None
        assert concern(db, ben).level == 2
        assert len(moving.history(db, ada)) == 3
        assert not list(integrity.problems(db))


def test_what_is_worse_than_a_baseline_is_looked_at_beside_the_right_ones_own(people, operator):
    ada, ben = people
    with database(operator) as db:
        for each, level in ((ada, 0), (ben, 2)):
            scored(db, each, days_ago(20), phq9(level))
            treated(db, each, days_ago(19))
        score = scored(db, ada, days_ago(3), phq9(2))
        assert [a.rule for a, _ in alerts.open_ones(db, ada)] == ["worse.phq9.baseline6"]
        low = scored(db, ben, days_ago(4), phq9(0))
    move(operator, score, ben)
    with database(operator) as db:
        assert not alerts.open_ones(db, ada)
        assert not alerts.open_ones(db, ben)
    move(operator, score, ada)
    with database(operator) as db:
        (again,) = [a for a, _ in alerts.open_ones(db, ada)]
        assert (again.rule, again.assessment_id) == ("worse.phq9.baseline6", score.id)
        assert assessments.by_key(db, low.key).patient_id == ben.id


# ---- a treatment ------------------------------------------------------------------------------------------------


def test_a_treatment_takes_all_that_is_in_it_along(people, operator):
    ada, ben = people
    with database(operator) as db:
        given = treated(
            db,
            ada,
            days_ago(3),
            vitals=[{"minute": 0, "systolic_mmhg": 128, "diastolic_mmhg": 80}],
            events=[{"term": "Chest pain", "severity": Severity.SEVERE, "serious": True}],
        )
        before = given.mg_per_kg
        db.add(
            GateAnswer(
                patient_id=ada.id,
                episode_id=given.episode_id,
                treatment_id=given.id,
                item="suicide.asked",
                value="yes",
            )
        )
        db.add(DutyDone(patient_id=ada.id, treatment_id=given.id, duty="rems"))
        raised = {each.rule for each, _ in alerts.open_ones(db, ada)}
        assert "adverse_event.serious" in raised
    move_treatment(operator, given, ben)
    with database(operator) as db:
        row, into = treatments.by_key(db, given.key), episodes.of_patient(db, ben)[-1]
        assert (row.patient_id, row.episode_id, row.mg_per_kg) == (ben.id, into.id, before)
        answer = db.exec(select(GateAnswer)).one()
        assert (answer.patient_id, answer.episode_id) == (ben.id, into.id)
        assert db.exec(select(DutyDone.patient_id)).one() == ben.id
        assert treatments.given(db, ada).empty
        assert len(treatments.vital_signs(db, row)) == 1
        assert not alerts.open_ones(db, ada)
        assert {each.rule for each, _ in alerts.open_ones(db, ben)} == raised
        assert set(db.exec(select(Firing.patient_id))) == {ben.id}
        assert not list(integrity.problems(db))


def test_what_was_done_about_its_alerts_goes_along_and_a_shared_one_is_shared_out(people, operator):
    ada, ben = people
    bad = [{"term": "Chest pain", "severity": Severity.SEVERE, "serious": True}]
    with database(operator) as db:
        first, second = (treated(db, ada, days_ago(days), events=bad) for days in (5, 3))
        third = treated(db, ada, days_ago(1), events=[])
        for each, _ in alerts.open_ones(db, ada):
            alerts.act(db, each.key, "ECG was normal")
        shared = next(a for a, _ in alerts.open_ones(db, ada) if a.rule == "adverse_event.serious")
        assert shared.times == 2
    move_treatment(operator, second, ben)
    with database(operator) as db:
        for of, treatment in ((ada, first), (ben, second)):
            alert = next(a for a, _ in alerts.open_ones(db, of) if a.rule == "adverse_event.serious")
            (event,) = treatments.adverse_events(db, treatment)
            assert {f.subject for f in alerts.firings(db, alert)} >= {f"adverse_event:{event.key}"}
            assert alert.times == 1
            assert "ECG was normal" in alert.action
        for each, _ in alerts.open_ones(db, ben):
            alerts.close(db, each.key, "done")
    move_treatment(operator, second, ada)
    with database(operator) as db:
        assert not alerts.open_ones(db, ben), "closed they came, and closed they stay"
        closed = db.exec(select(Alert).where(Alert.closed_at.is_not(None), Alert.patient_id == ada.id)).all()
        assert closed
        assert treatments.by_key(db, third.key).patient_id == ada.id


@pytest.mark.parametrize(
    "began, left, sentence", [(True, False, "is running"), (False, False, "only planned")]
)
def test_an_unfinished_treatment_stays_and_the_refusal_says_why(people, operator, began, left, sentence):
    ada, ben = people
    with database(operator) as db:
        draft = Treatment(
            patient_id=ada.id,
            episode_id=episodes.of_patient(db, ada)[-1].id,
            planned_for=days_ago(0),
            started_at=days_ago(0) if began else None,
            status=Status.DRAFT,
        )
        db.add(draft)
    with pytest.raises(BadInput, match=sentence):
        move_treatment(operator, draft, ben)


# ---- letters ----------------------------------------------------------------------------------------------------


def test_letters_that_may_contain_it_are_listed_before_and_after(people, operator):
    ada, ben = people
    with database(operator) as db:
        score = scored(db, ada, days_ago(9), phq9(2))
        for of, days in ((ada, 20), (ada, 4), (ben, 2)):
            db.add(
                Letter(
                    patient_id=of.id,
                    recipient=f"Dr {days}",
                    form="pdf",
                    data_as_of=days_ago(days),
                    fingerprint="0" * 64,
                    author="Caspar",
                )
            )
    with database(operator) as db:
        (before,) = moving.letters_of(db, "assessment", score.key, ada)
        assert before.startswith("Letter to Dr 4 of ")
    move(operator, score, ben)
    with database(operator) as db:
        (away,), (here,) = moving.history(db, ada), moving.history(db, ben)
    assert away.letters == ("1 paper of this record may contain it:", before)
    assert here.letters[0] == "1 paper of this record was made without it:"
    assert "Dr 2" in here.letters[1]


# ---- two records of one person ----------------------------------------------------------------------------------


@pytest.fixture
def twice(people, operator):
    """Ada a second time, with a course, scores, a dose and a concern in each record."""
    ada, _ben = people
    with database(operator) as db:
        again = patient(db, "SM-9", family_name="Biron", phone="07700 900001")
        course(db, again, "panic")
        for of in (ada, again):
            scored(db, of, days_ago(8), SUICIDAL)
            treated(db, of, days_ago(7))
    return ada, again


def merged(operator, keep, other, **more):
    with database(operator) as db:
        return moving.merge(
            db, keep.key, other.key, **{"reason": "Registered twice.", "birth_date": BORN, **more}
        )


def test_merging_keeps_one_with_everything_of_both(twice, operator):
    ada, again = twice
    merged(operator, ada, again)
    with database(operator) as db:
        assert len(assessments.scores(db, ada)) == len(treatments.given(db, ada)) == 2
        assert [each.indication for each in episodes.of_patient(db, ada)] == ["depression", "panic"]
        open_ = [a for a, _ in alerts.open_ones(db, ada) if a.rule == alerts.SUICIDE]
        assert [(a.times, a.level, a.acknowledged_at) for a in open_] == [(2, 2, None)]
        gone = db.get(Patient, again.id)
        assert (gone.status, gone.merged_into_id) == (Status.VOID, ada.id)
        assert patients.get(db, again.key).id == ada.id, "an address to it leads to the kept one"
        for text in ("SM-9", "biron", "SM-1"):
            assert [person.key for person, _ in patients.search(db, text)[0]] == [ada.key]
        assert db.get(Patient, ada.id).phone == "07700 900001"
        (told,) = moving.history(db, ada)
        assert told.says.startswith("Record SM-9 (P-")
        assert ", with 1 score, 1 treatment, 1 course, by " in told.says
        assert not list(integrity.problems(db))


def test_the_open_course_is_the_current_one_after_merging_with_one_that_ended(people, operator):
    """Whichever record was entered first: scores, treatments and the list of patients go by it."""
    ada, _ = people
    with database(operator) as db:
        again = patient(db, "SM-9")
        old = course(db, again, "panic")
        old.opened_at = old.stage_since = days_ago(400)
        db.flush()
        episodes.move_to(db, old.key, "ended", "it was done", days_ago(300))
    merged(operator, ada, again)
    with database(operator) as db:
        kept = patients.get(db, ada.key)
        assert [each.indication for each in episodes.of_patient(db, kept)] == ["panic", "depression"]
        ((_, listed),), _ = patients.search(db, "SM-9")
        assert listed.indication == "depression"
        assert patients.search(db, "", patients.Filter(stage="ended"))[1] == 0
        draft = assessments.open_draft(db, kept.key, "phq9")
        assert db.get(Episode, draft.episode_id).indication == "depression"
        with pytest.raises(BadInput, match="still open"):
            episodes.start(db, kept.key, indication="depression")


def test_after_an_edit_it_is_still_found_by_both_numbers(twice, operator):
    ada, again = twice
    merged(operator, ada, again)
    with database(operator) as db:
        kept = patients.get(db, ada.key)
        patients.edit(db, kept.key, kept.row_version, family_name="Lovelace")
        assert [person.key for person, _ in patients.search(db, "SM-9")[0]] == [ada.key]


def test_earlier_moves_and_earlier_merges_lead_to_the_record_that_is_left(twice, people, operator):
    ada, again = twice
    _, ben = people
    with database(operator) as db:
        score = scored(db, ben, days_ago(2), phq9(1))
    move(operator, score, again)
    merged(operator, again, ada)
    with database(operator) as db:
        third = patient(db, "SM-10", birth_date=BORN)
    merged(operator, third, again)
    with database(operator) as db:
        assert {patients.get(db, each.key).id for each in (ada, again, third)} == {third.id}
        assert len(moving.history(db, third)) == 3
        (told,) = moving.history(db, ben)
        assert "moved away to record SM-10" in told.says


def test_running_treatments_and_two_open_forms_are_finished_first(twice, operator):
    ada, again = twice
    with database(operator) as db:
        for of in (ada, again):
            db.add(
                Treatment(
                    patient_id=of.id,
                    episode_id=episodes.of_patient(db, of)[-1].id,
                    planned_for=days_ago(0),
                    started_at=days_ago(0),
                    status=Status.DRAFT,
                )
            )
    nora = staff("nurse")
    with database(nora) as db:
        for of in (ada, again):
            assessments.open_draft(db, of.key, "phq9")
            treatments.open_draft(db, of.key)
    with pytest.raises(BadInput) as refused:
        merged(operator, ada, again)
    assert [" ".join(each.split()[:6]) for each in refused.value.problems] == [
        "A treatment is running in the",
        "Both records have an unfinished treatment",
        "Both records have an unfinished PHQ-9",
    ]


def test_every_table_that_names_a_patient_is_thought_of():
    """A new table must be decided on: whether its rows go along."""
    known = {table.__tablename__ for table in (*merging.GOES, *moved_treatments.NAMED, Treatment)}
    known |= {"alert", "alert_firing", "move", *merging.STAYS}
    naming = {name for name, table in SQLModel.metadata.tables.items() if "patient_id" in table.columns}
    assert naming == known


def test_every_table_that_names_a_treatment_is_thought_of():
    known = {table.__tablename__ for table in (*moved_treatments.NAMED, *moved_treatments.PARTS)}
    known |= {"alert", "signature", "amendment", "drug_entry"}
    naming = {name for name, table in SQLModel.metadata.tables.items() if "treatment_id" in table.columns}
    assert naming == known
