"""Who is looked at: choosing, counting, keeping under a name, leading there by an address, and not remembering too
long."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from clinic import background, cohorts, moving
from clinic.cohorts import Choice, labels, remembered
from clinic.cohorts.choice import COLUMNS
from clinic.refused import BadInput, NotAllowed, NotFound
from data_model import Account, Assessment, AuditRow, Patient, SavedCohort, connection, database
from data_model.columns import Status
from data_model.episodes import Stage
from tests.people import course, days_ago, patient, phq9, scored, staff, treated

LONDON = ZoneInfo("Europe/London")
WHOLE = Choice(
    since=cohorts.of_days(date(2026, 3, 1), date(2026, 4, 30), LONDON).since,
    until=cohorts.of_days(date(2026, 3, 1), date(2026, 4, 30), LONDON).until,
    route="IV",
    substance="esketamine",
    indication="panic",
    band="severe",
    clinician="abc123",
    site="North",
    course=cohorts.FIRST,
)


@pytest.fixture
def clinic(sqlite_store, operator):
    """Three people: one by infusion for depression with two courses, one by injection for anxiety, one who waits."""
    staff("clinician", "caspar")
    with database(operator) as db:
        caspar = db.exec(select(Account).where(Account.username == "caspar")).one()
        ada = patient(db, "SM-1", site="North", clinician_id=caspar.id)
        gus, waiting = patient(db, "SM-2", site="South"), patient(db, "SM-3")
        earlier = course(db, ada)
        scored(db, ada, days_ago(201), phq9(2))
        treated(db, ada, days_ago(200))
        earlier.stage, earlier.ended_at, earlier.end_reason = Stage.ENDED, days_ago(120), "course completed"
        db.flush()
        course(db, gus, "generalised anxiety")
        treated(db, gus, days_ago(100), route="IM")
        course(db, waiting)
        course(db, ada)
        treated(db, ada, days_ago(20))


# ---- the choice ----------------------------------------------------------------------------------------------


def test_an_address_leads_back_to_the_same_choice():
    told = WHOLE.address(LONDON)
    assert told["from"] == "2026-03-01"
    assert told["to"] == "2026-04-30"
    assert set(told) == set(cohorts.PARAMETERS)
    assert Choice.of_address(told, LONDON) == WHOLE
    assert Choice().address(LONDON) == {}
    assert {field.name for field in fields(Choice)} == {"since", "until", "course", *COLUMNS}
    assert Choice.of_address({}, LONDON) == Choice()


@pytest.mark.parametrize(
    "query",
    [
        {"from": "yesterday", "to": "2026-02-30"},
        {"route": "by owl", "substance": "caffeine", "indication": "'; DROP TABLE patient"},
        {"site": "x" * 100, "band": "a\nb", "clinician": ""},
        {"course": "second"},
        {"from": "0001-01-01"},
    ],
)
def test_what_an_address_cannot_mean_is_left_out(query):
    assert Choice.of_address(query, LONDON) == Choice()


def test_a_period_that_ends_before_it_begins_is_refused():
    with pytest.raises(BadInput, match="ends before it begins"):
        cohorts.of_days(date(2026, 3, 2), date(2026, 3, 1), LONDON)


def test_the_choice_in_words_names_a_clinician_only_as_the_reader_may():
    said = WHOLE.says(LONDON, {"abc123": "Dr Specimen"})
    assert said[0] == "first dose 1 Mar 2026 to 30 Apr 2026"
    assert "clinician Dr Specimen" in said
    assert "baseline severe" in said
    assert "first courses only" in said
    assert "clinician one clinician" in WHOLE.says(LONDON)
    assert Choice().says(LONDON) == ["first dose at any time", "all routes", "all indications"]


@pytest.mark.parametrize(
    "choice, left",
    [
        (Choice(), 3),
        (Choice(site="North"), 2),
        (Choice(route="IM"), 1),
        (Choice(band="moderately severe"), 1),
        (Choice(band=cohorts.NO_BASELINE), 2),
        (Choice(course=cohorts.FIRST), 2),
        (Choice(site="North", course=cohorts.FIRST), 1),
        (Choice(clinician="nobody"), 0),
        (Choice(substance="racemic ketamine", since=days_ago(150)), 2),
    ],
)
def test_each_condition_leaves_its_courses(clinic, operator, choice, left):
    with database(operator) as db:
        assert len(cohorts.cohort(db, choice).courses) == left


def test_a_second_course_stays_the_second_when_the_period_leaves_the_first_out(clinic, operator):
    with database(operator) as db:
        late = cohorts.cohort(db, Choice(since=days_ago(50)))
        assert late.courses["course_number"].tolist() == [2]
        assert late.first["course_number"].tolist() == [2]  # each person once, by the first in the period
        assert not len(cohorts.cohort(db, Choice(since=days_ago(50), course=cohorts.FIRST)).courses)


def test_counts_say_what_each_condition_costs(clinic, operator):
    with database(operator) as db:
        found = cohorts.counts(db, Choice(site="North", route="IM"))
        assert (found["started"], found["chosen"], found["site"], found["route"]) == (2, 0, 1, 1)
        left = cohorts.options(db, Choice(route="IM"))
        assert left["site"] == {"South": 1}
        assert left["route"] == {"IM": 1, "IV": 1}


# ---- who may see what ----------------------------------------------------------------------------------------


def test_clinicians_are_named_only_to_who_may_see_names(clinic, operator):
    caspar = "Caspar Test"
    for actor, called in ((staff("lead"), False), (staff("lead", "leo", sees_names=True), True)):
        with database(actor) as db:
            found = cohorts.cohort(db)
            assert (caspar in set(found.courses["clinician"])) is called
            assert (caspar in cohorts.clinicians(db).values()) is called
    assert found.courses["clinician"].isna().sum() == 1  # Gus has none


@pytest.mark.parametrize("role", ["nurse", "administrator", "auditor"])
def test_who_may_not_see_outcomes_gets_nothing(clinic, role):
    actor = staff(role)
    asked = (
        cohorts.cohort,
        cohorts.saved,
        cohorts.clinicians,
        lambda db: cohorts.counts(db, Choice()),
        lambda db: cohorts.options(db, Choice()),
        lambda db: cohorts.save(db, "x", Choice()),
        lambda db: cohorts.delete(db, "x"),
        lambda db: cohorts.from_address(db, {}),
    )
    for ask in asked:
        with pytest.raises(NotAllowed), database(actor) as db:
            ask(db)


def test_two_people_of_one_pseudonym_stay_two(monkeypatch, clinic):
    monkeypatch.setattr(labels, "pseudonym", lambda key: "P-AAAAA")
    with database(staff("lead")) as db:
        found = cohorts.cohort(db)
    assert sorted(found.first["patient"]) == ["P-AAAAA", "P-AAAAA·2"]
    assert found.courses["patient"].nunique() == 2
    assert set(found.treatments["patient"]) == set(found.first["patient"])


# ---- under a name --------------------------------------------------------------------------------------------


def test_a_saved_cohort_is_shared_opened_by_its_key_and_deleted(clinic, operator):
    lead, other = staff("lead"), staff("clinician", "petra")
    with database(lead) as db:
        key = cohorts.save(db, "  Infusions,   North ", Choice(route="IV", site="North"))
    with database(other) as db:
        [kept] = cohorts.saved(db)
        assert (kept.name, kept.by, kept.choice) == (
            "Infusions, North",
            "Lead Test",
            Choice(route="IV", site="North"),
        )
        assert cohorts.from_address(db, {"cohort": key, "route": "IM"}) == kept.choice
        cohorts.delete(db, key)
    with database(lead) as db:
        assert cohorts.saved(db) == []
        with pytest.raises(NotFound):
            cohorts.from_address(db, {"cohort": key})
        row = db.exec(select(SavedCohort)).one()
        assert row.status == Status.VOID
        assert row.void_reason


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "taken", "TAKEN"])
def test_a_name_that_cannot_be_kept_is_refused(clinic, name):
    with database(staff("lead")) as db:
        cohorts.save(db, "Taken", Choice())
        with pytest.raises(BadInput):
            cohorts.save(db, name, Choice())


def test_a_saved_cohort_and_its_address_hold_no_name(clinic, operator):
    with database(operator) as db:
        caspar = db.exec(select(Account).where(Account.username == "caspar")).one()
        cohorts.save(db, "his", Choice(clinician=caspar.key))
        row = db.exec(select(SavedCohort)).one()
        assert row.chosen == {"clinician": caspar.key}
        assert len(cohorts.cohort(db, cohorts.saved(db)[0].choice).first) == 1


# ---- remembered ----------------------------------------------------------------------------------------------


def test_what_was_read_is_kept_while_nothing_is_written(clinic, operator, monkeypatch):
    with database(operator) as db:
        before = cohorts.cohort(db)
    monkeypatch.setattr(remembered.everyone, "read", None)
    with database(operator) as db:
        db.add(AuditRow(actor="x", actor_kind="account", verb="read", patient_id=1))
    with database(operator) as db:
        assert cohorts.cohort(db).courses is before.courses


def test_a_treatment_entered_by_somebody_else_counts_at_once(clinic, operator):
    with database(operator) as db:
        assert len(cohorts.cohort(db).first) == 2
    with database(operator) as db:
        treated(db, db.exec(select(Patient).where(Patient.record_number == "SM-3")).one(), days_ago(1))
    with database(operator) as db:
        assert len(cohorts.cohort(db).first) == 3


def test_a_bulk_load_without_an_audit_trail_is_noticed(clinic, operator):
    with database(operator) as db:
        first = cohorts.cohort(db)
        row = db.exec(select(Assessment)).one().model_dump(exclude={"id", "key", "taken_at"})
        assert first.courses["baseline"].max() == 16
    with connection.engine().begin() as raw:
        table = Assessment.__table__
        raw.execute(table.insert(), [row | {"key": "bulk", "taken_at": days_ago(200.5), "total": 21.0}])
    with database(operator) as db:
        assert cohorts.cohort(db).courses["baseline"].max() == 21


def test_what_was_taken_back_is_forgotten(clinic, operator):
    with pytest.raises(RuntimeError), database(operator) as db:
        waiting = db.exec(select(Patient).where(Patient.record_number == "SM-3")).one()
        treated(db, waiting, days_ago(1))
        assert len(cohorts.cohort(db).first) == 3
        raise RuntimeError
    with database(operator) as db:
        assert len(cohorts.cohort(db).first) == 2


def test_a_patient_taken_out_leaves_the_cohort(clinic, operator):
    with database(operator) as db:
        cohorts.cohort(db)
        gus = db.exec(select(Patient).where(Patient.record_number == "SM-2")).one()
        gus.status, gus.void_reason = Status.VOID, "entered twice"
    with database(operator) as db:
        assert len(cohorts.cohort(db).first) == 1


def test_a_score_that_is_moved_away_counts_for_the_wrong_one_no_more(sqlite_store, operator):
    with database(operator) as db:
        wrong, right = patient(db, "SM-1"), patient(db, "SM-2")
        for one in (wrong, right):
            course(db, one)
            treated(db, one, days_ago(60))
        baseline = scored(db, wrong, days_ago(61), phq9(2))
    assert _baselines(operator) == {wrong.key: 16, right.key: None}
    with database(operator) as db:
        moving.move_score(db, baseline.key, right.key, reason="Two tablets.", birth_date=right.birth_date)
    assert _baselines(operator) == {wrong.key: None, right.key: 16}


def _baselines(operator) -> dict[str, float | None]:
    with database(operator) as db:
        found = cohorts.cohort(db).courses.set_index("patient")["baseline"]
    return {key: None if total != total else total for key, total in found.items()}


def test_what_other_tables_tell_is_asked_again_after_any_write(clinic, operator):
    asked = []

    def made() -> int:
        asked.append("again")
        return len(asked)

    def answer() -> int:
        with database(operator) as db:
            return cohorts.kept_until_written(db, "question", made)

    assert (answer(), answer()) == (1, 1)
    with database(operator) as db:
        ada = db.exec(select(Patient).where(Patient.record_number == "SM-1")).one()
        background.events.add(db, ada.key, kind="life event", happened_on=days_ago(3).date(), text="New job.")
    assert (answer(), answer()) == (2, 2)
