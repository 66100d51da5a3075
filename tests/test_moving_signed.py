"""A signed treatment moves only by an amendment, its signature says for whom it was, and the database holds the rest;
whatever is moved, no row is lost and no suicide answer is without its concern."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from clinic import alerts, drug_log, editions, integrity, moving, patients, signing, treatments
from data_model import (
    Alert,
    Assessment,
    DoseOrder,
    DrugEntry,
    Episode,
    Firing,
    Locked,
    Move,
    Patient,
    Treatment,
    connection,
    database,
)
from data_model.columns import COUNTED, Status
from data_model.drug_log import EntryKind
from tests.people import PASSWORD, course, days_ago, patient, phq9, scored, staff, treated

GAVE, RESPONSIBLE = signing.MEANINGS
VITALS = [{"minute": 0, "systolic_mmhg": 128, "diastolic_mmhg": 80}]
WHY = "The wrong wristband was read."
OTHERS = date(1990, 5, 6)


@pytest.fixture
def caspar(both_stores):
    return staff("clinician", "caspar")


@pytest.fixture
def people(caspar, operator):
    with database(operator) as db:
        ada, ben = patient(db), patient(db, "SM-2", family_name="Turing", given_name="Ben", birth_date=OTHERS)
        for each in (ada, ben):
            course(db, each).opened_at = days_ago(90)
    return ada, ben


@pytest.fixture
def signed(people, caspar, operator) -> Treatment:
    """A treatment of Ada's with an observation and an order, signed by Caspar."""
    ada, _ = people
    with database(operator) as db:
        protocol, made = editions.in_force(db), treated(db, ada, days_ago(3), vitals=VITALS)
        db.add(
            DoseOrder(
                patient_id=ada.id,
                treatment_id=made.id,
                substance="racemic ketamine",
                route="IV",
                mg=35,
                protocol=protocol.id,
                protocol_version=protocol.version,
                identity="Byron, Ada",
                ordered_by="Caspar",
            )
        )
    with database(caspar) as db:
        signing.sign(db, made.key, PASSWORD, GAVE, identity=signing.whose(db, made))
    return made


def moved(actor, treatment, to):
    with database(actor) as db:
        return moving.move_treatment(db, treatment.key, to.key, reason=WHY, birth_date=to.birth_date)


def test_a_signed_treatment_moves_by_an_amendment_and_says_for_whom_it_was_signed(
    people, signed, caspar, operator
):
    ada, ben = people
    moved(caspar, signed, ben)
    with database(operator) as db:
        row = treatments.by_key(db, signed.key)
        assert (row.patient_id, row.status) == (ben.id, Status.AMENDED)
        assert db.exec(select(DoseOrder.patient_id)).one() == ben.id
        told = {each.field: each for each in signing.amendments(db, row)}
        assert told["patient"].before == {"is": patients.pseudonym(ada.key)}
        assert told["patient"].after == {"is": patients.pseudonym(ben.key)}
        assert {each.reason for each in told.values()} == {WHY}
        (signature,) = signing.signatures(db, row)
        assert (signature.holds, signature.for_another) == (False, True)
        assert signature.signature.identity.startswith("Byron, Ada")
        assert signature.signature.patient_id == ada.id
        assert signature.signature.content_hash == signing.content_hash(db, row), (
            "what was given is as it was signed"
        )
        assert not list(integrity.problems(db))
    with database(caspar) as db:  # the same person may now stand for it as Ben's
        signing.sign(db, signed.key, PASSWORD, GAVE, identity=signing.whose(db, row))
        assert [each.holds for each in signing.signatures(db, row)] == [False, True]


def test_afterwards_it_is_locked_as_before(people, signed, caspar, operator):
    moved(caspar, signed, people[1])
    for change in ({"patient_id": people[0].id}, {"given_mg": 1.0}):
        with pytest.raises(Locked), database(operator) as db:
            row = treatments.by_key(db, signed.key)
            for name, value in change.items():
                setattr(row, name, value)
    with pytest.raises(Locked), database(operator) as db:
        db.exec(select(DoseOrder)).one().patient_id = people[0].id


def test_without_the_amendment_no_signed_treatment_changes_its_patient(people, signed, operator):
    with pytest.raises(Locked), database(operator) as db:
        treatments.by_key(db, signed.key).patient_id = people[1].id
    with pytest.raises(Locked), database(operator) as db:
        db.exec(select(DoseOrder)).one().patient_id = people[1].id


def test_a_firing_follows_a_stored_move_and_nothing_else_changes_it(people, caspar, operator):
    ada, ben = people
    with database(operator) as db:
        score = scored(db, ada, days_ago(3), phq9(1, 1, 1, 1, 1, 1, 1, 1, 2))
        other = scored(db, ben, days_ago(3), phq9(1, 1, 1, 1, 1, 1, 1, 1, 2))
        there = db.exec(select(Alert).where(Alert.patient_id == ben.id)).one()
    away = f"UPDATE alert_firing SET patient_id = {ben.id}, alert_id = {there.id}"
    forbidden = [away, "UPDATE alert_firing SET saw = 'nothing'", "UPDATE alert_firing SET subject = 'x'"]
    mine = f" WHERE patient_id = {ada.id}"
    for statement in forbidden:
        with (
            connection.engine().connect() as raw,
            pytest.raises(DBAPIError, match="only ever added"),
            raw.begin(),
        ):
            raw.execute(text(statement + mine))
    with database(caspar) as db:
        made = moving.move_score(db, score.key, ben.key, reason=WHY, birth_date=OTHERS)
    with database(operator) as db:
        assert made.key in db.exec(select(Firing.subject).where(Firing.patient_id == ada.id)).first()
        assert {each.assessment_id for each in db.exec(select(Alert).where(Alert.patient_id == ben.id))} <= {
            score.id,
            other.id,
        }
    # A score's move opens no other way either, and not for what it does not name.
    for statement in (forbidden[1], away, "UPDATE alert_firing SET subject = subject || ' moved x'"):
        with (
            connection.engine().connect() as raw,
            pytest.raises(DBAPIError, match="only ever added"),
            raw.begin(),
        ):
            raw.execute(text(statement + mine))


def test_the_register_of_drugs_gets_a_correction_that_names_the_right_patient(people, caspar, operator):
    ada, ben = people
    with database(operator) as db:
        given_ = treated(db, ada, days_ago(1))
        kept = {"substance": "racemic ketamine", "product": "K", "lot": "1", "author": "x", "at": days_ago(1)}
        db.add(DrugEntry(**kept, kind="received", amount_mg=50, change_mg=50, balance_mg=50))
        db.add(
            DrugEntry(
                **kept,
                kind="drawn",
                amount_mg=35,
                change_mg=-35,
                balance_mg=15,
                treatment_id=given_.id,
                patient_id=ada.id,
            )
        )
    moved(caspar, given_, ben)
    with database(operator) as db:
        *_, drawn, put_right = db.exec(select(DrugEntry).order_by(DrugEntry.id))
        assert (drawn.patient_id, put_right.patient_id) == (ada.id, ben.id)
        assert (put_right.kind, put_right.corrects_id) == (EntryKind.CORRECTION, drawn.id)
        assert (put_right.amount_mg, put_right.change_mg, put_right.balance_mg) == (35, 0, 15)
        assert WHY in put_right.note
        assert drug_log.balance(db, "K", "1") == 15


def test_merging_keeps_signatures_for_they_are_of_the_same_person(people, signed, caspar, operator):
    ada, _ = people
    with database(operator) as db:
        kept = patient(db, "SM-9")
    with database(caspar) as db:
        moving.merge(db, kept.key, ada.key, reason="Registered twice.", birth_date=kept.birth_date)
    with database(operator) as db:
        row = treatments.by_key(db, signed.key)
        (signature,) = signing.signatures(db, row)
        assert (row.patient_id, signature.holds, signature.for_another) == (kept.id, True, False)
        assert not list(integrity.problems(db))


# ---- whatever is moved ------------------------------------------------------------------------------------------


@pytest.fixture
def crowd(sqlite_store, operator):
    """Three people; two of them with three scores, of which two answer the suicide item, and a dose with an event."""
    with database(operator) as db:
        people = [
            patient(db, f"SM-{n}", family_name=name, birth_date=date(1980, 1, n))
            for n, name in enumerate(("Byron", "Turing", "Noether"), 1)
        ]
        for each in people:
            course(db, each).opened_at = days_ago(90)
        for n, each in enumerate(people[:2]):
            for m, level in enumerate((0, 2, 1)):
                scored(db, each, days_ago(20 - m * 3 - n), phq9(*[m] * 8, level))
            treated(
                db,
                each,
                days_ago(15 - n),
                events=[{"term": "Syncope", "severity": "severe", "serious": True}],
            )
    return people


@pytest.mark.parametrize("seed", [1, 2])
def test_random_moves_never_lose_a_row_or_a_concern(crowd, operator, seed):
    chance, done = Random(seed), 0
    with database(operator) as db:
        things = [*db.exec(select(Assessment).order_by(Assessment.id)), *db.exec(select(Treatment))]
        firings = len(db.exec(select(Firing)).all())
    for _ in range(10):
        thing, to = chance.choice(things), chance.choice(crowd)
        with database(operator) as db:
            thing = db.get(type(thing), thing.id)
            if chance.random() < 0.4:  # somebody answers what stands there before
                for alert, _ in alerts.open_ones(db, db.get(Patient, thing.patient_id)):
                    alerts.close(db, alert.key, "spoke with them")
            if thing.patient_id == to.id:
                continue
            act = moving.move_score if isinstance(thing, Assessment) else moving.move_treatment
            act(db, thing.key, to.key, reason=WHY, birth_date=to.birth_date)
            done += 1
    assert done > 4
    with database(operator) as db:
        scores = list(db.exec(select(Assessment).where(Assessment.status.in_(COUNTED))))
        doses = list(db.exec(select(Treatment).where(Treatment.status.in_(COUNTED))))
        assert len(scores) + len(doses) == len(things)
        assert len(db.exec(select(Firing)).all()) >= firings
        assert len(db.exec(select(Move)).all()) == done
        for row in (*scores, *doses):
            assert db.get(Episode, row.episode_id).patient_id == row.patient_id
        for row in (each for each in scores if each.suicide_state == "yes"):
            seen = db.exec(select(Firing).where(Firing.subject == f"assessment:{row.key}")).all()
            assert {each.patient_id for each in seen} == {row.patient_id}
        for each in db.exec(select(Firing)):
            assert db.get(Alert, each.alert_id).patient_id == each.patient_id
        assert not list(integrity.problems(db))
