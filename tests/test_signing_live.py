"""A treatment watched live is finished, signed and locked with all that hangs on it; what came late stays visible."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from clinic import integrity, signed_content, signing, treatments
from clinic.refused import BadInput, NotAllowed
from data_model import (
    AdverseEvent,
    DoseOrder,
    DosePart,
    DrugIntake,
    GateAnswer,
    GateVerdict,
    Interruption,
    LeavingCheck,
    Locked,
    RescueDrug,
    Treatment,
    VitalSigns,
    connection,
    database,
)
from data_model.columns import Status, now
from data_model.treatments import Route, Substance
from tests.chair_room import MINUTE, entry, running, saved, stored, vitals
from tests.people import PASSWORD, staff

GAVE = next(iter(signing.MEANINGS))
CHILDREN = signed_content.ATTACHED


@pytest.fixture
def nora(both_stores):
    return staff("nurse", "nora")


@pytest.fixture
def finished(nora) -> Treatment:
    """With a row of every kind, one of them taken back, and an order that nobody confirmed."""
    made = running(nora, minutes=120)
    nausea = entry("event", now() - 100 * MINUTE, term="Nausea")
    saved(
        nora,
        made,
        vitals(made.started_at - 5 * MINUTE),
        vitals(now() - 100 * MINUTE),
        entry("vitals", now() - 90 * MINUTE, values={"dissociation": 2}),
        nausea,
        entry("undo", target=nausea["key"]),
        entry("event", now() - 95 * MINUTE, term="Anxiety"),
        entry("pause", now() - 99 * MINUTE),
        entry("resume", now() - 97 * MINUTE),
        entry("rescue", now() - 96 * MINUTE, drug="Ondansetron", dose="4 mg"),
        entry("part", now() - 118 * MINUTE, what="bolus", mg=35),
        entry("tick", criterion="leaving.walks", met=True),
        entry("stop", now() - 80 * MINUTE),
        entry("left", reason="wanted to go"),
    )
    with database(nora) as db:
        hung_on(db, made)
    with database(nora) as db:
        return treatments.finish(db, made.key)


def hung_on(db, made: Treatment) -> None:
    """What is entered before the dose, by its own functions."""
    draft = {"treatment_id": made.id, "author": "x", "status": Status.DRAFT}
    person = {"patient_id": made.patient_id}
    judged = {"protocol": "adult", "protocol_version": "1.0"}
    dose = {"substance": Substance.RACEMIC, "route": Route.IV, "identity": "x", "ordered_by": "x", **judged}
    db.add(DoseOrder(**draft | {"status": Status.ACTIVE}, **person, mg=35, **dose))
    db.add(DoseOrder(**draft, **person, mg=70, **dose))
    db.add(GateAnswer(**draft, **person, episode_id=made.episode_id, item="gate.escort", value="yes"))
    db.add(DrugIntake(**draft, drug_class="benzodiazepine", drug="Lorazepam"))
    db.add(GateVerdict(treatment_id=made.id, **person, verdict="go", author="x", **judged))


@pytest.fixture
def signed(finished, nora) -> Treatment:
    with database(nora) as db:
        whose = signing.whose(db, treatments.by_key(db, finished.key))
        signing.sign(db, finished.key, PASSWORD, GAVE, identity=whose)
    return finished


def every(actor, table) -> list:
    with database(actor) as db:
        return list(db.exec(select(table).order_by(table.id)))


def test_finishing_counts_what_was_entered_around_the_dose(finished, nora):
    for table in (*CHILDREN, VitalSigns):
        assert {row.status for row in every(nora, table)} - {Status.VOID} == {Status.ACTIVE}, table
    orders = every(nora, DoseOrder)
    assert [(row.mg, row.status) for row in orders] == [(35, Status.ACTIVE), (70, Status.VOID)]
    assert "second clinician" in orders[1].void_reason
    kept = [row for row in every(nora, VitalSigns) if row.status == Status.ACTIVE]
    assert len(kept) == 3, "a rating alone is an observation, and not an empty line of a form"


def test_a_row_of_before_the_start_gets_its_minute_when_the_record_is_finished(nora):
    made = running(nora, minutes=60)
    saved(
        nora, made, vitals(made.started_at - 300 * MINUTE), entry("given", mg=35), entry("left", reason="x")
    )
    with database(nora) as db:
        db.exec(select(VitalSigns)).one().minute = None
    with database(nora) as db:
        treatments.finish(db, made.key)
    assert every(nora, VitalSigns)[0].minute == -300


def test_the_signature_closes_everything_that_counts(signed, nora):
    for table in (*CHILDREN, VitalSigns):
        assert {row.status for row in every(nora, table)} - {Status.VOID} == {Status.SIGNED}, table
    with database(nora) as db:
        (each,) = signing.signatures(db, treatments.by_key(db, signed.key))
        assert list(integrity.problems(db)) == []
    assert each.holds


# ---- locked is locked: each child, one test for each way in -------------------------------------------------------


@pytest.mark.parametrize("table", CHILDREN)
def test_a_direct_call_changes_no_child(signed, operator, table):
    with pytest.raises(Locked), database(operator) as db:
        db.exec(select(table).where(table.status == Status.SIGNED)).first().author = "somebody else"


@pytest.mark.parametrize("table", [*CHILDREN, GateVerdict])
def test_no_child_is_slipped_in(signed, operator, table):
    with pytest.raises(Locked), database(operator) as db:
        first = db.exec(select(table)).first()
        values = first.model_dump(exclude={"id", "key", "row_version"})
        db.add(table(**values))


@pytest.mark.parametrize("table", [*CHILDREN, GateVerdict])
@pytest.mark.parametrize("statement", ["UPDATE {} SET author = 'x'", "DELETE FROM {}"])
def test_sql_past_the_program_is_refused(signed, table, statement):
    with connection.engine().connect() as raw, pytest.raises(DBAPIError), raw.begin():
        raw.execute(text(statement.format(table.__tablename__)))


@pytest.mark.parametrize(
    "table, change",
    [
        (DoseOrder, {"mg": 99.0}),
        (GateAnswer, {"value": "no"}),
        (DrugIntake, {"drug": "Diazepam"}),
        (DosePart, {"mg": 99.0}),
        (Interruption, {"reason": "none"}),
        (RescueDrug, {"dose": "8 mg"}),
        (LeavingCheck, {"met": False}),
        (GateVerdict, {"verdict": "do not start"}),
    ],
)
def test_what_was_changed_past_the_locks_breaks_the_signature(signed, nora, table, change):
    """Whoever owns the file can drop a trigger; the hash still tells."""
    name = table.__tablename__
    sets = ", ".join(f"{column} = :{column}" for column in change)
    with connection.engine().connect() as raw, raw.begin():
        of = "" if raw.dialect.name == "sqlite" else f" ON {name}"
        for trigger in (f"locked_update_{name}", f"refuse_update_{name}"):
            raw.execute(text(f"DROP TRIGGER IF EXISTS {trigger}{of}"))
        raw.execute(text(f"UPDATE {name} SET {sets} WHERE id = 1"), change)
    with database(nora) as db:
        (each,) = signing.signatures(db, treatments.by_key(db, signed.key))
    assert not each.holds


@pytest.mark.parametrize("table", ["treatment", "vital_signs", "adverse_event"])
def test_a_signature_from_before_a_column_was_there_holds(table):
    """Empty, the column says nothing; filled it is part of what is signed."""
    kind = {"treatment": Treatment, "vital_signs": VitalSigns, "adverse_event": AdverseEvent}[table]
    later = signed_content._LATER[table]
    assert later <= set(kind.model_fields)
    empty = kind(key="k")
    said = signed_content._said(empty)
    assert not later & said.keys()
    for name in later:
        filled = kind(key="k")
        setattr(filled, name, 1)
        assert signed_content._said(filled)[name] == "1"


# ---- what comes late ------------------------------------------------------------------------------------------------


def late(actor, key: str, reason: str = "found on paper", **values):
    with database(actor) as db:
        return signing.add_late(db, key, values, reason)


@pytest.mark.parametrize(
    ("field", "value"),
    [("symptoms", ["symptom.headache"]), ("on_oxygen", True), ("aldrete", 9), ("dissociation", 3.0)],
)
def test_what_only_a_watcher_sees_can_be_amended_too(signed, nora, field, value):
    row = next(each for each in every(nora, VitalSigns) if each.status == Status.SIGNED)
    with database(nora) as db:
        (made,) = signing.amend(db, signed.key, "vital_signs", row.key, {field: value}, "read off the tablet")
    assert (made.field, made.before["is"], made.after["is"]) == (field, getattr(row, field), value)
    found = next(each for each in every(nora, VitalSigns) if each.key == row.key)
    assert (getattr(found, field), found.status) == (value, Status.AMENDED)
    with database(nora) as db:
        (each,) = signing.signatures(db, treatments.by_key(db, signed.key))
    assert not each.holds


def test_a_late_observation_is_an_amendment_and_the_signature_no_longer_holds(signed, nora):
    at = signed.started_at + timedelta(minutes=35, seconds=20)
    row = late(nora, signed.key, observed_at=at, systolic_mmhg=171, diastolic_mmhg=96)
    found = next(each for each in every(nora, VitalSigns) if each.key == row.key)
    assert (found.minute, found.systolic_mmhg, found.status) == (35, 171, Status.AMENDED)
    assert found.author == nora.name
    with database(nora) as db:
        record = treatments.by_key(db, signed.key)
        (each,) = signing.signatures(db, record)
        told = [one for one in signing.amendments(db, record) if one.field == "vital_signs"]
        assert list(integrity.problems(db)) == []
    assert (record.status, each.holds) == (Status.AMENDED, False)
    assert told[0].before == {"is": None}
    assert (told[0].after["is"]["systolic_mmhg"], told[0].after["is"]["key"]) == (171, row.key)
    assert (told[0].reason, told[0].name) == ("found on paper", nora.name)


def test_it_can_be_signed_anew_and_another_one_added(signed, nora):
    late(nora, signed.key, minute=35, systolic_mmhg=171)
    with database(nora) as db:
        whose = signing.whose(db, treatments.by_key(db, signed.key))
        signing.sign(db, signed.key, PASSWORD, GAVE, identity=whose)
    late(nora, signed.key, minute=50, systolic_mmhg=150)
    with database(nora) as db:
        both = signing.signatures(db, treatments.by_key(db, signed.key))
    assert [each.holds for each in both] == [False, False]


@pytest.mark.parametrize("times", [1, 2])
def test_after_a_late_observation_the_record_is_locked_again(signed, nora, operator, times):
    for minute in range(times):
        late(nora, signed.key, minute=minute, systolic_mmhg=150)
    with pytest.raises(Locked), database(operator) as db:
        db.add(VitalSigns(treatment_id=signed.id, position=99, minute=1, author="x"))
    with pytest.raises(Locked), database(operator) as db:
        db.add(DosePart(treatment_id=signed.id, what="bolus", mg=1, given_at=now(), author="x"))
    with pytest.raises(Locked), database(operator) as db:
        treatments.by_key(db, signed.key).note = "x"
    with pytest.raises(Locked), database(operator) as db:
        db.exec(select(VitalSigns).where(VitalSigns.status == Status.AMENDED)).first().systolic_mmhg = 1


@pytest.mark.parametrize(
    "values, reason, sentence",
    [
        ({"minute": 5, "systolic_mmhg": 150}, " ", "Say why"),
        ({"minute": 5}, "r", "Nothing was measured"),
        ({"minute": 5, "note": "x"}, "r", "Nothing was measured"),
        ({"systolic_mmhg": 150}, "r", "minute is missing"),
        ({"minute": 5, "systolic_mmhg": 999}, "r", "not possible"),
        ({"minute": 5, "systolic_mmhg": 80, "diastolic_mmhg": 90}, "r", "swapped"),
        ({"minute": 500, "systolic_mmhg": 150}, "r", "future"),
        ({"minute": 5, "status": "void"}, "r", "nothing that is observed"),
    ],
)
def test_what_cannot_be_added_gets_a_sentence(signed, nora, values, reason, sentence):
    before = len(every(nora, VitalSigns))
    with pytest.raises(BadInput, match=sentence):
        late(nora, signed.key, reason, **values)
    assert len(every(nora, VitalSigns)) == before
    assert stored(nora, signed).status == Status.SIGNED


def test_only_into_what_is_signed_and_only_by_those_who_may(finished, nora):
    with pytest.raises(BadInput, match="not signed"):
        late(nora, finished.key, minute=5, systolic_mmhg=150)
    with pytest.raises(NotAllowed):
        late(staff("auditor"), finished.key, minute=5, systolic_mmhg=150)
