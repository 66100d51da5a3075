"""What is known of a patient besides scores: kept, corrected, taken back, drawn; what ends a response at once."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlmodel import select

from clinic import background, checks, episodes, medicines, settings, watching
from clinic.background import events, history, medication, weights
from clinic.chair import known as known_before
from clinic.charts.context import Bar, Happened, Step
from clinic.protocols import protocol
from clinic.refused import BadInput, Conflict, NotAllowed, NotFound
from clinic.watching import of_time
from data_model import Alert, AuditRow, Diagnosis, EventNote, Firing, database
from data_model.columns import Status, now
from data_model.people import Decides
from tests.people import course, days_ago, patient, phq9, scored, staff, treated

TODAY = now().date()
BORN = date(1985, 12, 10)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


@pytest.fixture
def ben(sqlite_store, operator):
    """A patient with an open course, on SQLite alone."""
    with database(operator) as db:
        made = patient(db)
        course(db, made)
    return made


@pytest.fixture
def nora(ben):
    return staff("nurse", "nora")


def known(actor, who):
    with database(actor) as db:
        current = episodes.of_patient(db, who)[-1]
        first = episodes.first_dose(db, current)
        return background.of_patient(db, who, current, first.date() if first else None)


# ---- medication ------------------------------------------------------------------------------------------------


def test_a_change_of_dose_ends_the_row_on_the_day_before_and_begins_another(ada, operator):
    with database(operator) as db:
        first = medication.add(
            db, ada.key, drug=" Lorazepam ", dose="1 mg twice daily", mg_per_day=2, started=ago(90)
        )
    with database(operator) as db:
        medication.change_dose(db, ada.key, first.key, dose="0.5 mg twice daily", mg_per_day=1, since=ago(30))
    with database(operator) as db:
        found = background.context(db, ada)
    assert found.steps == (
        Step("Lorazepam", ago(90), ago(31), 2.0),
        Step("Lorazepam", ago(30), None, 1.0),
    )
    assert [(bar.label, bar.kind, bar.detail) for bar in found.bars] == [
        ("Lorazepam", "medication", "1 mg twice daily"),
        ("Lorazepam", "medication", "0.5 mg twice daily"),
    ]
    assert [row.dose for row in known(operator, ada).medication] == ["0.5 mg twice daily", "1 mg twice daily"]


def test_a_dose_cannot_change_on_the_day_it_was_begun_nor_after_it_was_stopped(ben, nora):
    with database(nora) as db:
        made = medication.add(db, ben.key, drug="Sertraline", started=ago(5))
        with pytest.raises(BadInput, match="correct the entry instead"):
            medication.change_dose(db, ben.key, made.key, dose="100 mg", mg_per_day=100, since=ago(5))
        with pytest.raises(BadInput, match="Say the new dose"):
            medication.change_dose(db, ben.key, made.key, dose=" ", mg_per_day=None)
        medication.stop(db, ben.key, made.key)
        assert made.stopped == TODAY
        with pytest.raises(BadInput, match="was stopped on"):
            medication.change_dose(db, ben.key, made.key, dose="100 mg", mg_per_day=100)
        with pytest.raises(BadInput, match="already"):
            medication.stop(db, ben.key, made.key)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"drug": " "}, "Name the drug"),
        ({"started": None}, "since when"),
        ({"started": TODAY + timedelta(days=2)}, "lies in the future"),
        ({"started": BORN - timedelta(days=1)}, "before the date of birth"),
        ({"started": ago(3), "stopped": ago(4)}, "Stopped before it was started"),
        ({"stopped": TODAY + timedelta(days=2)}, "The last day, .* lies in the future"),
        ({"mg_per_day": 0}, "not possible"),
        ({"mg_per_day": 100_001}, "not possible"),
    ],
)
def test_what_a_list_of_medicines_cannot_hold(ben, nora, given, says):
    with database(nora) as db, pytest.raises(BadInput, match=says):
        medication.add(db, ben.key, **{"drug": "Sertraline", "started": ago(10)} | given)


def test_every_problem_is_said_at_once(ben, nora):
    with database(nora) as db, pytest.raises(BadInput) as refused:
        medication.add(db, ben.key, drug="", started=ago(3), stopped=ago(4), mg_per_day=-1)
    assert len(refused.value.problems) == 3


def test_what_was_changed_since_it_was_shown_is_not_overwritten(ben, nora):
    with database(nora) as db:
        made = medication.add(db, ben.key, drug="Sertralin", started=ago(10))
        version = made.row_version
    with database(nora) as db:
        medication.edit(db, ben.key, made.key, version, drug="Sertraline", started=ago(10))
    with database(nora) as db, pytest.raises(Conflict):
        medication.edit(db, ben.key, made.key, version, drug="Setraline", started=ago(10))
    assert [row.drug for row in known(nora, ben).medication] == ["Sertraline"]


# ---- whose it is, and taking back --------------------------------------------------------------------------------


def test_a_row_of_another_patient_is_out_of_reach(ben, nora, operator):
    with database(operator) as db:
        cleo = patient(db, "SM-2", family_name="Castle", given_name="Cleo")
        drug = medication.add(db, cleo.key, drug="Sertraline", started=ago(10))
        note = events.add(db, cleo.key, kind="life event", happened_on=ago(3), text="New job.")
        weight = weights.record(db, cleo.key, 70, ago(3))
        check = checks.record(db, cleo.key, "ECG", ago(3))
        tried = history.add_tried(db, cleo.key, what="CBT")
    attempts = [
        lambda db: medication.stop(db, ben.key, drug.key),
        lambda db: medication.edit(db, ben.key, drug.key, 1, drug="x", started=ago(1)),
        lambda db: medication.change_dose(db, ben.key, drug.key, dose="1 mg", mg_per_day=1),
        lambda db: events.edit(
            db, ben.key, note.key, 1, kind="life event", happened_on=ago(3), text="Old job."
        ),
        lambda db: history.edit_tried(db, ben.key, tried.key, 1, what="ACT"),
        lambda db: background.take_back(db, ben.key, "weight", weight.key, "wrong"),
        lambda db: background.take_back(db, ben.key, "safety_check", check.key, "wrong"),
        lambda db: background.take_back(db, ben.key, "medication", "no such key", "wrong"),
    ]
    for attempt in attempts:
        with database(nora) as db, pytest.raises(NotFound):
            attempt(db)


def test_taken_back_with_a_reason_it_leaves_the_page_and_stays_in_the_store(ben, nora):
    with database(nora) as db:
        made = history.add_diagnosis(db, ben.key, text="Panic disorder", icd10="f41.0", since=ago(400))
        assert made.icd10 == "F41.0"
    with database(nora) as db, pytest.raises(BadInput, match="Say why"):
        background.take_back(db, ben.key, "diagnosis", made.key, " ")
    with database(nora) as db:
        background.take_back(db, ben.key, "diagnosis", made.key, "another person's")
    assert known(nora, ben).diagnoses == []
    with database(nora) as db:
        row = db.exec(select(Diagnosis).where(Diagnosis.key == made.key)).one()
        assert (row.status, row.void_reason, row.text) == (Status.VOID, "another person's", "Panic disorder")
        query = select(AuditRow).where(
            AuditRow.record_table == "diagnosis", AuditRow.reason == "another person's"
        )
        assert len(db.exec(query).all()) == 1
    with database(nora) as db, pytest.raises(NotFound):
        background.take_back(db, ben.key, "diagnosis", made.key, "twice")


def test_who_only_reads_writes_nothing(ben, operator):
    reader = staff("auditor")
    with database(operator) as db:
        made = medication.add(db, ben.key, drug="Sertraline", started=ago(10))
    for attempt in (
        lambda db: medication.add(db, ben.key, drug="Sertraline", started=ago(10)),
        lambda db: medication.stop(db, ben.key, made.key),
        lambda db: weights.record(db, ben.key, 70, ago(1)),
        lambda db: events.add(db, ben.key, kind="life event", happened_on=ago(1), text="x"),
        lambda db: history.add_diagnosis(db, ben.key, text="x"),
        lambda db: background.take_back(db, ben.key, "medication", made.key, "x"),
    ):
        with database(reader) as db, pytest.raises(NotAllowed):
            attempt(db)
    assert len(known(reader, ben).medication) == 1
    outsider = staff("administrator")
    for read in (
        lambda db: background.context(db, ben),
        lambda db: background.at_once(db, ben),
        lambda db: weights.of_patient(db, ben),
        lambda db: background.of_patient(db, ben, None, None),
    ):
        with database(outsider) as db, pytest.raises(NotAllowed):
            read(db)


# ---- diagnoses, treatments tried, events, weight --------------------------------------------------------------------


@pytest.mark.parametrize("code", ["F33.1", "F41", "U07.1", "C7A.00", "S52.521A", None, ""])
def test_codes_of_icd10(ben, nora, code):
    with database(nora) as db:
        assert history.add_diagnosis(db, ben.key, text="x", icd10=code).icd10 == (code or None)


@pytest.mark.parametrize("code", ["33.1", "F3", "F33.", "F33.12345", "F33,1", "6A70"])
def test_what_is_no_code_of_icd10(ben, nora, code):
    with database(nora) as db, pytest.raises(BadInput, match="no ICD-10 code"):
        history.add_diagnosis(db, ben.key, text="x", icd10=code)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"text": ""}, "Say what happened"),
        ({"happened_on": None}, "on which day"),
        ({"happened_on": TODAY + timedelta(days=2)}, "future"),
        ({"ended_on": TODAY + timedelta(days=20)}, "The day it ended, .* lies in the future"),
        ({"ended_on": ago(11)}, "Ended before it began"),
    ],
)
def test_events_that_cannot_be(ben, nora, given, says):
    event = {"kind": "life event", "happened_on": ago(10), "text": "New job."}
    with database(nora) as db, pytest.raises(BadInput, match=says):
        events.add(db, ben.key, **event | given)


@pytest.mark.parametrize("kg", [29.9, 250.1, None])
def test_a_weight_that_is_hardly_one(ben, nora, kg):
    with database(nora) as db, pytest.raises(BadInput, match=r"hardly a weight|Say the weight"):
        weights.record(db, ben.key, kg, ago(1))


def test_weights_of_both_kinds_and_the_change_since_the_first(ada, operator):
    with database(operator) as db:
        weights.record(db, ada.key, 72.4, ago(60))
        treated(db, ada, days_ago(40), weight_kg=71.0, weighed_on=ago(40))
        weights.record(db, ada.key, 69.9, ago(2))
        found = weights.of_patient(db, ada)
    assert [(each.on, each.kg, each.key is None) for each in found] == [
        (ago(2), 69.9, False),
        (ago(40), 71.0, True),
        (ago(60), 72.4, False),
    ]
    assert weights.change(found) == pytest.approx(-2.5)
    assert weights.change(found[:1]) is None
    assert weights.change([]) is None


def test_a_weight_measured_on_its_own_is_a_weight_for_the_watch_too(ada, operator):
    """In induction no older than 30 days (ketamine reference §1.2)."""
    with database(operator) as db:
        treated(db, ada, days_ago(50), weight_kg=71.0, weighed_on=ago(50))
        assert episodes.of_patient(db, ada)[-1].stage == "induction"

        def late() -> list[float]:
            ages = of_time.check_ages(db, protocol("adult"))
            return [age.days for _, age in ages if age.limit.measure == of_time.WEIGHT]

        assert late() == [50]
        weights.record(db, ada.key, 70, ago(45))
        assert late() == [45]
        weights.record(db, ada.key, 70, ago(3))
        assert late() == []


def test_when_the_next_check_is_due(ben, operator):
    """Urinary symptoms: not older than 28 days (ketamine reference §3.3); without any, from the first dose."""
    assert known(operator, ben).looked == []  # in assessment no limit asks
    with database(operator) as db:
        treated(db, ben, days_ago(40))
    found = {each.kind.value: each for each in known(operator, ben).looked}
    assert found["urinary symptoms"].last is None
    assert found["urinary symptoms"].due == days_ago(40).date() + timedelta(days=28)
    with database(operator) as db:
        checks.record(db, ben.key, "urinary symptoms", ago(9), finding="nothing found")
        checks.record(db, ben.key, "urinary symptoms", ago(5), finding="something found")
        checks.record(db, ben.key, "ECG", ago(5))
    found = {each.kind.value: each for each in known(operator, ben).looked}
    assert found["urinary symptoms"].last.finding.value == "something found"
    assert found["urinary symptoms"].due == ago(5) + timedelta(days=28)
    assert (found["ECG"].due, found["ECG"].last.checked_on) == (None, ago(5))


def test_a_check_without_a_day_is_refused(ben, nora):
    with database(nora) as db, pytest.raises(BadInput, match="which day"):
        checks.record(db, ben.key, "ECG", None)


# ---- what is drawn -----------------------------------------------------------------------------------------------


def test_what_lasts_is_a_bar_and_what_happened_a_mark(ada, operator):
    with database(operator) as db:
        events.add(db, ada.key, kind="therapy", happened_on=ago(50), text="CBT, weekly")
        events.add(db, ada.key, kind="therapy", happened_on=ago(90), text="Group", ended_on=ago(60))
        events.add(db, ada.key, kind="life event", happened_on=ago(20), text="New job")
        events.add(
            db,
            ada.key,
            kind="clinical event",
            happened_on=ago(12),
            text="On the ward",
            ended_on=ago(8),
            decides=Decides.ADMISSION,
        )
        medication.add(db, ada.key, drug="Quetiapine", started=ago(70), stopped=ago(65))
    with database(operator) as db:
        found = background.context(db, ada)
    assert found.bars == (
        Bar("Group", "therapy", ago(90), ago(60)),
        Bar("Quetiapine", "medication", ago(70), ago(65)),
        Bar("CBT, weekly", "therapy", ago(50), None),
        Bar("On the ward", "clinical event", ago(12), ago(8)),
    )
    assert found.events == (
        Happened(ago(20), "life event", "New job"),
        Happened(ago(12), "clinical event", "On the ward", "admission for the condition"),
    )
    assert found.steps == ()


def test_nothing_known_draws_nothing(ben, operator):
    with database(operator) as db:
        assert not background.context(db, ben)


@pytest.mark.parametrize(
    ("drug", "tracked"),
    [
        ("Lorazepam", True),
        ("lorazepam 1 mg", True),
        ("ZOPICLONE, tablets", True),
        ("Pregabalin", True),
        ("Gabapentin", True),
        ("Sertraline instead of lorazepam", False),
        ("Lorazepamum", False),
        ("", False),
    ],
)
def test_drugs_whose_dose_is_a_track_are_those_of_the_protocol(drug, tracked):
    assert medicines.is_tracked(protocol("adult"), drug) is tracked


@pytest.mark.parametrize("drug", ["Sertraline", "venlafaxine XR 150 mg", "Clomipramíne", "Amitriptyline"])
def test_antidepressants_by_generic_name(drug):
    assert medicines.is_antidepressant(drug)


@pytest.mark.parametrize("drug", ["Lithium", "Quetiapine", "Esketamine", "Pregabalin", "(unknown)"])
def test_what_is_no_antidepressant(drug):
    assert not medicines.is_antidepressant(drug)


# ---- what ends a response at once (docs/clinical.md D.3) ---------------------------------------------------------


def responded(db, who, since: int = 70) -> None:
    """A PHQ-9 of 16, the first dose, and 10 days later a PHQ-9 of 0."""
    scored(db, who, days_ago(since + 1), phq9(2))
    treated(db, who, days_ago(since))
    scored(db, who, days_ago(since - 10), phq9(0))


def lost(db, who) -> list[str]:
    """What was ever seen of it; recording an event looks by itself."""
    watching.person(db, who)
    return list(
        db.exec(select(Firing.saw).where(Firing.patient_id == who.id, Firing.rule == "response.lost"))
    )


def test_an_admission_ends_a_response_at_once(ada, operator):
    with database(operator) as db:
        responded(db, ada)
        assert lost(db, ada) == []
        events.add(
            db,
            ada.key,
            kind="clinical event",
            happened_on=ago(20),
            text="Five nights",
            decides="admission for the condition",
        )
        saw, version = db.exec(
            select(Alert.saw, Alert.rule_version).where(Alert.rule == "response.lost")
        ).one()
        assert background.at_once(db, ada) == [
            (datetime.combine(ago(20), time(12), UTC), "admission for the condition")
        ]
    assert version == "2"
    assert f"admission for the condition on {ago(20):%-d %b %Y} ends a response at once" in saw
    assert "(best 0)" in saw


def test_an_event_before_the_response_or_in_another_course_ends_none(ben, operator):
    with database(operator) as db:
        responded(db, ben)
        events.add(db, ben.key, kind="clinical event", happened_on=ago(65), text="", decides=Decides.RESCUE)
        assert lost(db, ben) == []
        first = episodes.of_patient(db, ben)[-1]
        episodes.move_to(db, first.key, "ended", "moved away")
        first.ended_at = days_ago(40)
        second = course(db, ben)
        second.opened_at = days_ago(30)
        treated(db, ben, days_ago(29))
        events.add(db, ben.key, kind="clinical event", happened_on=ago(20), text="", decides=Decides.ECT)
        assert lost(db, ben) == []
        assert [each.text for each in known_events(db, ben)] == [
            "Unplanned rescue dose",
            "Electroconvulsive therapy",
        ]


def known_events(db, who) -> list[EventNote]:
    query = select(EventNote).where(EventNote.patient_id == who.id).order_by(EventNote.happened_on)
    return list(db.exec(query))


def test_a_new_antidepressant_ends_a_response_but_another_dose_or_an_old_one_does_not(ben, operator):
    with database(operator) as db:
        old = medication.add(db, ben.key, drug="Sertraline", started=ago(300), mg_per_day=50)
        medication.add(db, ben.key, drug="Mirtazapine", started=ago(500), stopped=ago(400))
        responded(db, ben)
        medication.change_dose(db, ben.key, old.key, dose="100 mg", mg_per_day=100, since=ago(40))
        medication.add(db, ben.key, drug="mirtazapine 15 mg", started=ago(30))
        medication.add(db, ben.key, drug="Lithium", started=ago(30))
        assert background.at_once(db, ben) == []
        made = medication.add(db, ben.key, drug="Venlafaxine", started=ago(25))
        says = [each for _, each in background.at_once(db, ben)]
        assert says == ["a new antidepressant, Venlafaxine"]
        assert len(lost(db, ben)) == 1
        background.take_back(db, ben.key, "medication", made.key, "never begun")
        assert background.at_once(db, ben) == []


def test_before_any_dose_nothing_is_new(ben, operator):
    with database(operator) as db:
        medication.add(db, ben.key, drug="Venlafaxine", started=ago(25))
        assert background.at_once(db, ben) == []
        course_of = episodes.of_patient(db, ben)[-1]
        course_of.imported_start = days_ago(30)
        db.flush()
        assert [each for _, each in background.at_once(db, ben)] == ["a new antidepressant, Venlafaxine"]


def test_the_day_of_an_event_is_that_of_the_clinic(ben, operator):
    with database(operator) as db:
        settings.change(db, time_zone="Pacific/Auckland")
    with database(operator) as db:
        events.add(db, ben.key, kind="clinical event", happened_on=ago(9), text="", decides=Decides.DEATH)
        ((at, says),) = background.at_once(db, ben)
    assert (at.date(), at.hour, says) == (ago(9), 12, "death")


def test_before_a_dose_another_dose_of_a_drug_reads_as_such(ben, operator):
    with database(operator) as db:
        old = medication.add(db, ben.key, drug="Lorazepam", dose="1 mg", started=ago(300))
        treated(db, ben, days_ago(20))
        medication.change_dose(db, ben.key, old.key, dose="0.5 mg", mg_per_day=0.5, since=ago(5))
        said = known_before.beside(db, treated(db, ben, days_ago(1)))["gate.change"]
    assert f"Lorazepam 1 mg stopped on {ago(6):%-d %b %Y}." in said
    assert f"Lorazepam 0.5 mg started on {ago(5):%-d %b %Y}." in said
