"""Signed is locked, whichever way one comes; what is amended stays readable; a signature says whether it holds."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from clinic import integrity, signing, treatments
from clinic.refused import BadInput, NotAllowed, Refused
from data_model import AdverseEvent, AuditRow, Locked, Treatment, VitalSigns, connection, database
from data_model.accounts import Role
from data_model.columns import Status
from data_model.treatments import Severity
from tests.people import PASSWORD, course, days_ago, patient, staff, treated

GAVE, RESPONSIBLE = signing.MEANINGS
VITALS = [{"minute": 0, "systolic_mmhg": 128, "diastolic_mmhg": 80}, {"minute": 40, "systolic_mmhg": 151}]
EVENTS = [{"term": "Nausea", "severity": Severity.MILD}]


@pytest.fixture
def nora(both_stores):
    return staff("nurse", "nora")


@pytest.fixture
def given(nora, operator) -> Treatment:
    """A finished treatment of Ada's with two observations and an event."""
    with database(operator) as db:
        ada = patient(db)
        course(db, ada)
        return treated(db, ada, days_ago(3), vitals=VITALS, events=EVENTS)


@pytest.fixture
def signed(given, nora) -> Treatment:
    with database(nora) as db:
        signing.sign(db, given.key, PASSWORD, GAVE)
    return given


def now_stored(operator, key: str) -> Treatment:
    with database(operator) as db:
        return treatments.by_key(db, key)


def test_signing_keeps_who_when_as_what_and_what_it_means(signed, nora, operator):
    with database(operator) as db:
        row = treatments.by_key(db, signed.key)
        (each,) = signing.signatures(db, row)
        statuses = {one.status for one in signing.rows(db, row)}
    made = each.signature
    assert (made.name, made.role, made.meaning) == (nora.name, Role.NURSE, GAVE)
    assert each.holds
    assert len(made.content_hash) == 64
    assert statuses == {Status.SIGNED}, "the observations and events are closed with it"


def test_a_wrong_password_signs_nothing_and_counts_as_a_failed_sign_in(given, nora, operator):
    for _ in range(5):
        with pytest.raises(Refused, match="password is wrong"), database(nora) as db:
            signing.sign(db, given.key, "not the password", GAVE)
    with pytest.raises(Refused, match="locked"), database(nora) as db:
        signing.sign(db, given.key, PASSWORD, GAVE)
    with database(operator) as db:
        row = treatments.by_key(db, given.key)
        assert (row.status, signing.signatures(db, row)) == (Status.ACTIVE, [])
        verbs = set(db.exec(select(AuditRow.verb)))
    assert {"failed sign-in", "locked"} <= verbs


def test_each_signs_only_what_is_theirs_to_say(given, nora):
    with pytest.raises(NotAllowed, match="not for your account"), database(nora) as db:
        signing.sign(db, given.key, PASSWORD, RESPONSIBLE)
    with pytest.raises(BadInput, match="not something a signature can say"), database(nora) as db:
        signing.sign(db, given.key, PASSWORD, "fine by me")
    with pytest.raises(NotAllowed, match="may not sign treatments"), database(staff("lead")) as db:
        signing.sign(db, given.key, PASSWORD, GAVE)


def test_a_clinician_signs_beside_the_nurse_and_nobody_twice(signed, nora, operator):
    with database(staff("clinician", "caspar")) as db:
        signing.sign(db, signed.key, PASSWORD, RESPONSIBLE)
    with pytest.raises(BadInput, match="signed this record already"), database(nora) as db:
        signing.sign(db, signed.key, PASSWORD, GAVE)
    with database(operator) as db:
        both = signing.signatures(db, treatments.by_key(db, signed.key))
    assert [(each.signature.meaning, each.holds) for each in both] == [(GAVE, True), (RESPONSIBLE, True)]


def test_a_draft_cannot_be_signed(nora, operator):
    with database(operator) as db:
        ada = patient(db)
        course(db, ada)
    with database(nora) as db:
        draft = treatments.open_draft(db, ada.key)
    with pytest.raises(BadInput, match="Only a finished treatment"), database(nora) as db:
        signing.sign(db, draft.key, PASSWORD, GAVE)


# ---- locked is locked: one test for each way in -----------------------------------------------------------------


@pytest.mark.parametrize("table", [Treatment, VitalSigns, AdverseEvent])
def test_a_direct_call_through_the_one_door_changes_nothing(signed, operator, table):
    with pytest.raises(Locked, match="can only be amended"), database(operator) as db:
        db.exec(select(table)).first().status = Status.ACTIVE
    assert now_stored(operator, signed.key).status == Status.SIGNED


@pytest.mark.parametrize("table", [VitalSigns, AdverseEvent])
def test_nothing_is_slipped_in_below_a_signed_record(signed, operator, table):
    more = (
        {"position": 9, "minute": 90}
        if table is VitalSigns
        else {"term": "Fall", "severity": Severity.SEVERE}
    )
    with pytest.raises(Locked), database(operator) as db:
        db.add(table(treatment_id=signed.id, author="x", **more))
        db.flush()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE treatment SET given_mg = 1",
        "UPDATE treatment SET status = 'active'",
        "UPDATE vital_signs SET systolic_mmhg = 120",
        "DELETE FROM vital_signs",
        "DELETE FROM treatment",
        "UPDATE signature SET name = 'somebody else'",
        "DELETE FROM signature",
    ],
)
def test_sql_past_the_program_is_refused_by_the_database(signed, statement):
    with connection.engine().connect() as raw, pytest.raises(DBAPIError), raw.begin():
        raw.execute(text(statement))


def test_the_page_and_the_draft_functions_leave_a_signed_record_alone(signed, nora, operator):
    with database(nora) as db:
        assert (
            treatments.write_draft(db, signed.key, {"given_mg": 99.0}, [{"minute": 0, "systolic_mmhg": 1}])
            is False
        )
        treatments.discard(db, signed.key)
        assert treatments.finish(db, signed.key).given_mg == signed.given_mg
    assert now_stored(operator, signed.key).status == Status.SIGNED


def test_an_import_of_the_same_treatment_is_refused(nora, operator):
    with database(operator) as db:
        ada = patient(db)
        episode = course(db, ada)
        fields = {"substance": "racemic ketamine", "route": "IV", "given_mg": 35.0, "started_at": days_ago(2)}
        made = treatments.record(db, ada, episode, fields, source_key="row 1")
    with database(nora) as db:
        signing.sign(db, made.key, PASSWORD, GAVE)
    with pytest.raises(DBAPIError), database(operator) as db:
        treatments.record(db, ada, episode, fields | {"given_mg": 70.0}, source_key="row 1")
    assert now_stored(operator, made.key).given_mg == 35.0


# ---- amendments ---------------------------------------------------------------------------------------------------


def amended(
    actor, key: str, table: str, record: str, changes: dict, reason: str = "read off the pump"
) -> None:
    with database(actor) as db:
        signing.amend(db, key, table, record, changes, reason)


def test_an_amendment_changes_the_value_and_keeps_the_original_with_the_reason(signed, nora, operator):
    amended(nora, signed.key, "treatment", signed.key, {"given_mg": signed.given_mg + 7})
    with database(operator) as db:
        row = treatments.by_key(db, signed.key)
        found = {each.field: each for each in signing.amendments(db, row)}
        (each,) = signing.signatures(db, row)
    assert (row.status, row.given_mg) == (Status.AMENDED, signed.given_mg + 7)
    assert found["given_mg"].before["is"] == signed.given_mg
    assert (found["given_mg"].reason, found["given_mg"].name) == ("read off the pump", nora.name)
    assert row.mg_per_kg == round(row.given_mg / row.weight_kg, 3), "what is computed from it follows"
    assert "mg_per_kg" in found
    assert not each.holds


def test_an_observation_is_amended_within_its_record(signed, nora, operator):
    with database(operator) as db:
        first = treatments.stored_rows(db, signed)[0]
    amended(nora, signed.key, "vital_signs", first.key, {"systolic_mmhg": 138})
    amended(nora, signed.key, "vital_signs", first.key, {"systolic_mmhg": 139}, "and once more")
    with database(operator) as db:
        row = treatments.by_key(db, signed.key)
        told = [(a.record_table, a.field, a.before["is"], a.after["is"]) for a in signing.amendments(db, row)]
        assert treatments.vital_signs(db, row)["systolic_mmhg"].iloc[0] == 139
    assert row.status == Status.AMENDED
    assert told == [
        ("vital_signs", "systolic_mmhg", 128, 138),
        ("treatment", "status", "signed", "amended"),
        ("vital_signs", "systolic_mmhg", 138, 139),
    ]


def test_after_an_amendment_the_record_is_locked_again_and_can_be_signed_anew(signed, nora, operator):
    amended(nora, signed.key, "treatment", signed.key, {"note": "slept"})
    with pytest.raises(Locked), database(operator) as db:
        treatments.by_key(db, signed.key).note = "did not sleep"
    with database(nora) as db:
        signing.sign(db, signed.key, PASSWORD, GAVE)
    with database(operator) as db:
        both = signing.signatures(db, treatments.by_key(db, signed.key))
    assert [each.holds for each in both] == [False, True]


@pytest.mark.parametrize(
    "changes, reason, sentence",
    [
        ({"note": "x"}, " ", "Say why"),
        ({"given_mg": 9000.0}, "typo", "not possible"),
        ({"status": Status.VOID}, "typo", "cannot be amended"),
        ({"note": None}, "typo", "Nothing differs"),
    ],
)
def test_what_cannot_be_amended_gets_a_sentence_and_changes_nothing(
    signed, nora, operator, changes, reason, sentence
):
    with pytest.raises(BadInput, match=sentence):
        amended(nora, signed.key, "treatment", signed.key, changes, reason)
    with database(operator) as db:
        row = treatments.by_key(db, signed.key)
        assert (row.status, signing.amendments(db, row)) == (Status.SIGNED, [])


def test_only_what_is_signed_is_amended_and_only_by_those_who_may(given, nora):
    with pytest.raises(BadInput, match="is not signed"):
        amended(nora, given.key, "treatment", given.key, {"note": "x"})
    with pytest.raises(NotAllowed):
        amended(staff("auditor"), given.key, "treatment", given.key, {"note": "x"})


# ---- past everything ------------------------------------------------------------------------------------------------


def test_a_record_changed_past_the_locks_says_so_and_so_does_the_check(signed, operator):
    """Whoever owns the file can drop a trigger; the hash still tells."""
    with connection.engine().connect() as raw, raw.begin():
        of = "" if raw.dialect.name == "sqlite" else " ON treatment"
        raw.execute(text(f"DROP TRIGGER locked_update_treatment{of}"))
        raw.execute(text("UPDATE treatment SET given_mg = 1"))
    with database(operator) as db:
        (each,) = signing.signatures(db, treatments.by_key(db, signed.key))
        said = list(integrity.problems(db))
    assert not each.holds
    assert any("was changed since without an amendment" in sentence for sentence in said)
    assert any("locked_update_treatment is missing" in sentence for sentence in said)


def test_an_amended_record_is_in_order(signed, nora, operator):
    amended(nora, signed.key, "treatment", signed.key, {"note": "slept"})
    with database(operator) as db:
        assert list(integrity.problems(db)) == []


def watched(given, operator) -> Treatment:
    """The same treatment as one that was planned and watched live."""
    with database(operator) as db:
        row = treatments.by_key(db, given.key)
        row.planned_for = row.started_at
        return row


@pytest.mark.parametrize("identity", [None, "", "Byron, Ben · born 10 Dec 1985"])
def test_a_treatment_watched_live_is_signed_only_with_name_and_birth_date(given, nora, operator, identity):
    watched(given, operator)
    with pytest.raises(BadInput, match="Confirm name and date of birth"), database(nora) as db:
        signing.sign(db, given.key, PASSWORD, GAVE, identity=identity)
    with database(operator) as db:
        assert signing.signatures(db, treatments.by_key(db, given.key)) == []


def test_a_signature_keeps_the_name_and_birth_date_that_were_confirmed(given, nora, operator):
    row = watched(given, operator)
    with database(nora) as db:
        made = signing.sign(db, given.key, PASSWORD, GAVE, identity=signing.whose(db, row))
    assert made.identity == "Byron, Ada · born 10 Dec 1985"


def test_the_wrong_name_is_refused_for_a_record_that_was_written_up_too(given, nora):
    with pytest.raises(BadInput, match="Confirm name and date of birth"), database(nora) as db:
        signing.sign(db, given.key, PASSWORD, GAVE, identity="Babbage, Ben · born 10 Dec 1985")
