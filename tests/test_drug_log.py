"""The register of controlled drugs, on both databases: lines, balances, witnesses, corrections, and what is opened."""

from __future__ import annotations

import threading
from contextlib import suppress
from datetime import date, timedelta

import pytest
from argon2 import PasswordHasher
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from clinic import access, drug_log, integrity
from clinic.accounts import passwords, pins
from clinic.refused import BadInput, NotAllowed, NotFound, Refused
from data_model import Actor, AuditRow, DosePart, DrugDiscrepancy, DrugEntry, Treatment, database
from data_model.columns import now
from tests.people import PASSWORD, days_ago, staff, treated

VIAL = "ketamine 50 mg/mL, vial"
LOT = {"product": VIAL, "lot": "K-1"}
SPRAY = "esketamine nasal spray, 28 mg in 0.2 mL"
LATER = date(2099, 12, 31)


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch):
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    passwords._nobodys.cache_clear()


@pytest.fixture
def nora(both_stores) -> Actor:
    return staff("nurse", "nora")


@pytest.fixture
def mina(both_stores) -> Actor:
    return staff("clinician", "mina")


@pytest.fixture
def treatment(ada, operator) -> Treatment:
    """36 mg given to Ada an hour ago, as its record says."""
    with database(operator) as db:
        return treated(db, ada, now() - timedelta(hours=1), given_mg=36.0)


SEEN = {"witness": "mina", "secret": PASSWORD}


def received(actor: Actor, amount: float = 200, **more) -> DrugEntry:
    with database(actor) as db:
        return drug_log.receive(db, **LOT, amount_mg=amount, expiry=LATER, **more)


def done(actor: Actor, what, **about) -> DrugEntry:
    with database(actor) as db:
        return what(db, **({} if "product" in about else LOT), **about)


def left(actor: Actor) -> float:
    with database(actor) as db:
        return drug_log.balance(db, **LOT)


def open_now(actor: Actor) -> list[str]:
    with database(actor) as db:
        return drug_log.discrepancies(db)["says"].tolist()


# ---- lines and balances ----------------------------------------------------------------------------------------


def test_the_life_of_a_vial(nora, mina, treatment):
    received(nora)
    done(nora, drug_log.draw, amount_mg=50, treatment=treatment)
    done(nora, drug_log.give, amount_mg=36, treatment=treatment)
    done(nora, drug_log.waste, amount_mg=14, treatment=treatment, **SEEN)
    with database(nora) as db:
        found = drug_log.lines(db)
        assert found["kind"].tolist() == ["received", "drawn", "given", "wasted"]
        assert found["change_mg"].tolist() == [200, -50, 0, 0]
        assert found["balance_mg"].tolist() == [200, 150, 150, 150]
        assert found["author"].tolist() == ["Nora Test"] * 4
        assert found["witness"].tolist() == [None, None, None, "Mina Test"]
        assert found["treatment"].tolist() == [None] + [treatment.key] * 3
        assert found["person"].tolist() == [None] + ["Byron, Ada"] * 3
        assert found["expiry"].tolist() == [LATER] * 4, "each line passes the lot's expiry on"
        assert found["substance"].tolist() == ["racemic ketamine"] * 4
        assert drug_log.for_treatment(db, treatment).problems == []
    assert open_now(nora) == []


def test_what_goes_back_to_the_stock_comes_back_and_what_is_sent_back_leaves(nora):
    received(nora)
    done(nora, drug_log.draw, amount_mg=50)
    done(nora, drug_log.return_, amount_mg=50)
    assert left(nora) == 200
    done(nora, drug_log.return_, to="supplier", amount_mg=120)
    assert left(nora) == 80
    with database(nora) as db:
        assert drug_log.lines(db)["kind"].tolist() == ["received", "drawn", "returned", "sent back"]
        assert drug_log.stock(db)["loose_mg"].tolist() == [0]


def test_what_a_treatment_drew_is_not_sent_to_the_supplier(nora, treatment):
    with pytest.raises(BadInput, match="goes back to the stock first"):
        done(nora, drug_log.return_, to="supplier", amount_mg=50, treatment=treatment)
    with pytest.raises(BadInput, match="to the stock or to the supplier"):
        done(nora, drug_log.return_, to="attic", amount_mg=50)


def test_below_nought_is_written_down_and_opens_a_discrepancy(nora):
    received(nora, 40)
    entry = done(nora, drug_log.draw, amount_mg=50)
    assert entry.balance_mg == left(nora) == -10
    assert open_now(nora) == [f"{VIAL}, lot K-1: the register stands at −10 mg, below nought."]
    done(nora, drug_log.receive, amount_mg=5)
    assert len(open_now(nora)) == 1, "what comes in takes nothing below nought"


def test_exactly_nought_opens_nothing(nora):
    received(nora, 50.3)
    done(nora, drug_log.draw, amount_mg=50.1)
    done(nora, drug_log.draw, amount_mg=0.2)
    assert left(nora) == 0
    assert open_now(nora) == []


def test_a_lot_in_other_letters_is_the_same_lot(nora):
    received(nora)
    done(nora, drug_log.draw, product=VIAL, lot=" k-1 ", amount_mg=50)
    with database(nora) as db:
        assert drug_log.stock(db)[["lot", "balance_mg"]].values.tolist() == [["K-1", 150]]


def test_two_lots_have_two_balances(nora):
    received(nora)
    done(nora, drug_log.receive, product=VIAL, lot="K-2", amount_mg=100)
    done(nora, drug_log.receive, product=SPRAY, lot="K-1", amount_mg=56)
    done(nora, drug_log.draw, amount_mg=50)
    with database(nora) as db:
        found = drug_log.stock(db).set_index(["product", "lot"])["balance_mg"].to_dict()
        assert found == {(VIAL, "K-1"): 150, (VIAL, "K-2"): 100, (SPRAY, "K-1"): 56}
        assert len(drug_log.lines(db, VIAL)) == 3
        assert len(drug_log.lines(db, VIAL, "K-1")) == 2
        assert drug_log.lines(db, limit=1)["kind"].tolist() == ["drawn"]
        assert drug_log.balance(db, VIAL, "never heard of") == 0


def test_sent_twice_is_one_line(nora, mina):
    for _ in range(2):
        received(nora, key="delivery-1")
        done(nora, drug_log.waste, amount_mg=50, from_stock=True, key="waste-1", **SEEN)
    with database(nora) as db:
        assert drug_log.lines(db)["kind"].tolist() == ["received", "drawn", "wasted"]


def test_what_was_wasted_in_the_cupboard_leaves_the_stock(nora, mina):
    received(nora)
    done(nora, drug_log.waste, amount_mg=50, from_stock=True, note="vial fell", **SEEN)
    assert left(nora) == 150
    with database(nora) as db:
        assert drug_log.stock(db)["loose_mg"].tolist() == [0]
    done(nora, drug_log.draw, amount_mg=50)
    with database(nora) as db:
        assert drug_log.stock(db)["loose_mg"].tolist() == [50]


@pytest.mark.parametrize(
    ("about", "said"),
    [
        ({"amount_mg": 0}, "more than 0 mg"),
        ({"amount_mg": -5}, "more than 0 mg"),
        ({"amount_mg": None}, "amount is missing"),
        ({"amount_mg": float("nan")}, "amount is missing"),
        ({"amount_mg": 2_000_000}, "2000000 mg is more than"),
        ({"amount_mg": 5, "lot": " "}, "lot is missing"),
        ({"amount_mg": 5, "product": ""}, "product is missing"),
        ({"amount_mg": 5, "at": now() + timedelta(minutes=10)}, "in the future"),
        ({"amount_mg": 5, "product": "powder"}, "Say which substance"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(nora, about, said):
    with pytest.raises(BadInput, match=said), database(nora) as db:
        drug_log.receive(db, **(LOT | about))
    assert left(nora) == 0


def test_the_substance_is_that_of_the_product_and_can_be_said(nora):
    assert done(nora, drug_log.receive, product=SPRAY, lot="S", amount_mg=56).substance == "esketamine"
    own = {"product": "powder", "lot": "P", "amount_mg": 10}
    assert done(nora, drug_log.receive, **own, substance="esketamine").substance == "esketamine"
    assert done(nora, drug_log.draw, **own).substance == "esketamine", "as the lines before say"


def test_the_other_substance_in_a_treatment_opens_a_discrepancy(nora, treatment):
    done(nora, drug_log.receive, product=SPRAY, lot="S", amount_mg=56)
    done(nora, drug_log.draw, product=SPRAY, lot="S", amount_mg=28, treatment=treatment)
    done(nora, drug_log.give, product=SPRAY, lot="S", amount_mg=28, treatment=treatment)
    assert open_now(nora) == [f"{SPRAY}, lot S: esketamine drawn in a treatment with racemic ketamine."]


# ---- expiry ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "state"),
    [
        (-1, "expired"),
        (0, "expires soon"),
        (30, "expires soon"),
        (31, "in date"),
        (None, "expiry not recorded"),
    ],
)
def test_a_lot_says_how_long_it_may_be_used(nora, days, state):
    expiry = None if days is None else now().date() + timedelta(days=days)
    with database(nora) as db:
        drug_log.receive(db, **LOT, amount_mg=10, expiry=expiry)
        assert drug_log.stock(db)["state"].tolist() == [state]


def test_an_expired_lot_is_drawn_after_a_reason_and_opens_a_discrepancy(nora):
    yesterday = now().date() - timedelta(days=1)
    done(nora, drug_log.receive, amount_mg=100, expiry=yesterday)
    with pytest.raises(drug_log.WantsReason, match="expired on"):
        done(nora, drug_log.draw, amount_mg=50, confirmed=" ")
    assert left(nora) == 100
    done(nora, drug_log.draw, amount_mg=50, confirmed="no other lot in the house")
    assert left(nora) == 50
    (said,) = open_now(nora)
    assert said.endswith("Reason given: no other lot in the house")
    assert "50 mg were drawn although it had expired" in said


def test_what_was_drawn_before_it_expired_and_what_is_destroyed_asks_for_no_reason(nora, mina):
    yesterday = now().date() - timedelta(days=1)
    done(nora, drug_log.receive, amount_mg=100, expiry=yesterday)
    done(nora, drug_log.draw, amount_mg=10, at=now() - timedelta(days=2))
    done(nora, drug_log.waste, amount_mg=90, from_stock=True, **SEEN)
    assert open_now(nora) == []


def test_another_expiry_opens_a_discrepancy_and_holds_from_then_on(nora):
    received(nora)
    done(nora, drug_log.receive, amount_mg=10, expiry=date(2098, 1, 31))
    assert "31 Jan 2098 by this line, on 31 Dec 2099 by the lines before" in open_now(nora)[0]
    with database(nora) as db:
        assert drug_log.stock(db)["expiry"].tolist() == [date(2098, 1, 31)]


# ---- counting and witnesses ------------------------------------------------------------------------------------


def test_a_count_that_agrees_opens_nothing_and_one_that_differs_does(nora, mina):
    received(nora)
    done(nora, drug_log.count, amount_mg=200, **SEEN)
    assert open_now(nora) == []
    done(nora, drug_log.count, amount_mg=190, **SEEN)
    assert left(nora) == 190
    assert open_now(nora) == [f"{VIAL}, lot K-1: counted 190 mg, the register says 200 mg."]
    done(nora, drug_log.count, amount_mg=0, **SEEN)
    assert left(nora) == 0


@pytest.mark.parametrize("what", [drug_log.waste, drug_log.count])
def test_without_a_witness_there_must_be_a_reason_which_opens_a_discrepancy(nora, what):
    received(nora)
    with pytest.raises(BadInput, match="second person"):
        done(nora, what, amount_mg=200)
    done(nora, what, amount_mg=200, alone="nobody else in the building")
    (said,) = open_now(nora)
    assert said.endswith("without a witness. Reason given: nobody else in the building")


def test_the_witness_confirms_with_a_password_or_pin_of_their_own(nora, mina):
    with database(mina) as db:
        pins.set_pin(db, PASSWORD, "395172")
    received(nora)
    assert done(nora, drug_log.count, amount_mg=200, witness="mina", secret="395172").witness == "Mina Test"
    with pytest.raises(Refused, match="Wrong"):
        done(nora, drug_log.count, amount_mg=200, witness="mina", secret="guessed wrongly")
    with pytest.raises(Refused, match="not you"):
        done(nora, drug_log.count, amount_mg=200, witness="nora", secret=PASSWORD)
    staff("auditor", "otto")
    with pytest.raises(NotAllowed, match="may not keep drug log"):
        done(nora, drug_log.count, amount_mg=200, witness="otto", secret=PASSWORD)
    with database(nora) as db:
        assert len(drug_log.lines(db)) == 2


def test_the_secret_is_nowhere_in_the_store(nora, mina):
    received(nora)
    done(nora, drug_log.count, amount_mg=200, **SEEN)
    with database(access.command_line("tests")) as db:
        everything = [
            str(row.model_dump()) for table in (AuditRow, DrugEntry) for row in db.exec(select(table))
        ]
    assert len(everything) > 4
    assert not [row for row in everything if PASSWORD in row]


def test_who_gave_the_dose_is_no_witness_though_somebody_else_writes(nora, mina, treatment):
    received(nora)
    done(mina, drug_log.draw, amount_mg=50, treatment=treatment)
    done(mina, drug_log.give, amount_mg=36, treatment=treatment)
    with pytest.raises(BadInput, match="Mina Test gave this dose"):
        done(nora, drug_log.waste, amount_mg=14, treatment=treatment, **SEEN)
    staff("nurse", "nils")
    done(nora, drug_log.waste, amount_mg=14, treatment=treatment, witness="nils", secret=PASSWORD)
    assert open_now(nora) == []


@pytest.mark.parametrize("how", ["started it", "gave a part"])
def test_the_giver_is_also_who_started_the_treatment_or_gave_a_part_of_it(nora, mina, ada, operator, how):
    with database(operator) as db:
        row = treated(db, ada, days_ago(1), given_mg=36.0, note="a record")
        if how == "started it":
            row.started_by = "Mina Test"
        else:
            about = {"what": "bolus", "mg": 36.0, "given_at": now(), "author_id": mina.account_id}
            db.add(DosePart(treatment_id=row.id, **about))
    received(nora)
    with pytest.raises(BadInput, match="gave this dose"):
        done(nora, drug_log.waste, amount_mg=14, treatment=row, **SEEN)


def test_a_witness_who_then_says_that_they_gave_it_opens_a_discrepancy(nora, mina, treatment):
    received(nora)
    done(nora, drug_log.draw, amount_mg=50, treatment=treatment)
    done(nora, drug_log.waste, amount_mg=14, treatment=treatment, **SEEN)
    done(mina, drug_log.give, amount_mg=36, treatment=treatment)
    assert "Mina Test witnessed what was wasted" in open_now(nora)[0]


def test_the_store_itself_refuses_a_line_whose_witness_is_its_author(nora):
    made = received(nora)
    with pytest.raises(DBAPIError, match="witness_is_another"), database(nora) as db:
        row = made.model_dump(exclude={"id", "key"}) | {"witness": "Nora Test", "witness_id": nora.account_id}
        db.add(DrugEntry(**row))


# ---- corrections -----------------------------------------------------------------------------------------------


def corrected(actor: Actor, entry: DrugEntry, amount: float, reason: str = "miscounted", **more) -> DrugEntry:
    with database(actor) as db:
        return drug_log.correct(db, entry.key, amount, reason, **more)


def test_a_correction_is_a_new_line_and_the_old_one_stays_as_it_was(nora):
    first = received(nora, 500)
    made = corrected(nora, first, 450, "nine vials, not ten")
    assert (made.change_mg, made.balance_mg, made.corrects_id) == (-50, 450, first.id)
    with database(nora) as db:
        found = drug_log.lines(db)
    assert found["amount_mg"].tolist() == [500, 450]
    assert found["stands_mg"].tolist()[0] == 450
    assert found["was_mg"].tolist()[1] == 500
    assert found[["corrects", "corrected_kind", "note"]].values.tolist()[1] == [
        first.key,
        "received",
        "nine vials, not ten",
    ]


def test_a_line_is_put_right_as_often_as_need_be_and_from_any_of_its_lines(nora):
    received(nora)
    drawn = done(nora, drug_log.draw, amount_mg=500)
    again = corrected(nora, drawn, 5)
    assert again.change_mg == 495
    last = corrected(nora, again, 50)
    assert (last.change_mg, last.balance_mg, last.corrects_id) == (-45, 150, drawn.id)
    with database(nora) as db:
        found = drug_log.lines(db)
    assert found["was_mg"].tolist()[-2:] == [500, 5]
    assert found["stands_mg"].tolist()[1] == 50
    taken_back = corrected(nora, drawn, 0, "never drawn")
    assert taken_back.balance_mg == 200


def test_what_was_sent_back_is_corrected_the_way_it_went(nora):
    received(nora)
    sent = done(nora, drug_log.return_, to="supplier", amount_mg=100)
    assert corrected(nora, sent, 150).balance_mg == 50
    drawn_back = done(nora, drug_log.return_, amount_mg=10)
    assert corrected(nora, drawn_back, 20).balance_mg == 70


def test_what_was_given_is_corrected_without_touching_the_stock(nora, treatment):
    received(nora)
    done(nora, drug_log.draw, amount_mg=50, treatment=treatment)
    entry = done(nora, drug_log.give, amount_mg=46, treatment=treatment)
    made = corrected(nora, entry, 50)
    assert (made.change_mg, made.balance_mg, made.treatment_id) == (0, 150, treatment.id)
    with database(nora) as db:
        (tally,) = drug_log.for_treatment(db, treatment).lots
    assert (tally.given, tally.unaccounted) == (50, 0)


def test_a_correction_wants_a_reason_a_difference_and_a_line(nora):
    first = received(nora)
    with pytest.raises(BadInput, match="Say why"):
        corrected(nora, first, 100, " ")
    with pytest.raises(BadInput, match="200 mg is what stands there"):
        corrected(nora, first, 200)
    with pytest.raises(BadInput, match="below 0"):
        corrected(nora, first, -1)
    with pytest.raises(NotFound), database(nora) as db:
        drug_log.correct(db, "nothing", 1, "why")


def test_a_correction_of_what_was_wasted_or_counted_needs_a_witness_again(nora, mina):
    received(nora)
    wasted = done(nora, drug_log.waste, amount_mg=50, from_stock=True, **SEEN)
    with pytest.raises(BadInput, match="second person"):
        corrected(nora, wasted, 40)
    assert corrected(nora, wasted, 40, **SEEN).witness == "Mina Test"
    counted = done(nora, drug_log.count, amount_mg=150, **SEEN)
    made = corrected(nora, counted, 140, **SEEN)
    assert made.balance_mg == 140
    assert "a count corrected from 150 to 140 mg" in open_now(nora)[-1]


def test_a_correction_below_nought_opens_a_discrepancy_and_one_sent_twice_is_one_line(nora):
    first = received(nora, 50)
    done(nora, drug_log.draw, amount_mg=50)
    for _ in range(2):
        corrected(nora, first, 40, key="once")
    assert left(nora) == -10
    assert len(open_now(nora)) == 1


def test_a_late_correction_of_an_old_line_leaves_the_expiry_alone(nora):
    first = received(nora)
    done(nora, drug_log.receive, amount_mg=10, expiry=date(2098, 1, 31))
    corrected(nora, first, 100)
    with database(nora) as db:
        assert drug_log.stock(db)["expiry"].tolist() == [date(2098, 1, 31)]


@pytest.mark.parametrize("sql", ["UPDATE drug_entry SET amount_mg = 1", "DELETE FROM drug_entry"])
def test_no_line_is_changed_or_deleted_by_anybody(nora, sql):
    received(nora)
    with pytest.raises(DBAPIError), database(nora) as db:
        db.execute(text(sql))
    assert left(nora) == 200


# ---- one treatment ---------------------------------------------------------------------------------------------


def test_what_is_not_accounted_for_is_said_and_opened_once(nora, mina, treatment):
    received(nora)
    done(nora, drug_log.draw, amount_mg=50, treatment=treatment)
    done(nora, drug_log.give, amount_mg=36, treatment=treatment)
    done(nora, drug_log.waste, amount_mg=10, treatment=treatment, **SEEN)
    said = f"{VIAL}, lot K-1: drawn 50 mg, given 36, wasted 10: 4 mg not accounted for."
    for _ in range(2):
        with database(nora) as db:
            assert drug_log.for_treatment(db, treatment).problems == [said]
            drug_log.settle(db, treatment)
    assert open_now(nora) == [said]
    with database(nora) as db:
        drug_log.close_discrepancy(
            db, drug_log.discrepancies(db)["discrepancy"][0], "4 mg spilt, seen by Mina"
        )
        assert drug_log.settle(db, treatment) == [], "closed with an explanation, it is not asked again"
        assert drug_log.unsettled(db).empty
    done(nora, drug_log.waste, amount_mg=4, treatment=treatment, **SEEN)
    with database(nora) as db:
        tally = drug_log.for_treatment(db, treatment)
        assert (tally.drawn, tally.given, tally.unaccounted, tally.problems) == (50, 36, 0, [])


def test_more_used_than_drawn_and_another_amount_than_the_record(nora, treatment):
    received(nora)
    done(nora, drug_log.draw, amount_mg=30, treatment=treatment)
    done(nora, drug_log.give, amount_mg=40, treatment=treatment)
    with database(nora) as db:
        assert drug_log.for_treatment(db, treatment).problems == [
            f"{VIAL}, lot K-1: drawn 30 mg, given 40, wasted 0: 10 mg more than was drawn.",
            "The record says 36 mg given, the register 40 mg.",
        ]
        assert len(drug_log.settle(db, treatment)) == 2


def test_each_lot_has_to_add_up_by_itself(nora, treatment):
    received(nora)
    done(nora, drug_log.receive, product=VIAL, lot="K-2", amount_mg=100)
    done(nora, drug_log.draw, amount_mg=36, treatment=treatment)
    done(nora, drug_log.give, product=VIAL, lot="K-2", amount_mg=36, treatment=treatment)
    with database(nora) as db:
        tally = drug_log.for_treatment(db, treatment)
    assert tally.unaccounted == 0
    assert [each.unaccounted for each in tally.lots] == [36, -36]
    assert len(tally.problems) == 2


def test_what_is_put_back_counts(nora, treatment):
    received(nora)
    done(nora, drug_log.draw, amount_mg=100, treatment=treatment)
    done(nora, drug_log.return_, amount_mg=64, treatment=treatment)
    done(nora, drug_log.give, amount_mg=36, treatment=treatment)
    with database(nora) as db:
        assert drug_log.for_treatment(db, treatment).problems == []


def test_a_treatment_that_the_register_never_heard_of_is_named(nora, ada, operator):
    received(nora, at=days_ago(2))
    with database(operator) as db:
        treated(db, ada, days_ago(5))
        missed = treated(db, ada, days_ago(1), given_mg=36.0)
    with database(nora) as db:
        found = drug_log.unsettled(db)
        assert found["treatment"].tolist() == [missed.key], "older ones were before the register began"
        assert found["says"].tolist() == ["The record says 36 mg given, the register nothing."]
        assert found["person"].tolist() == ["Byron, Ada"]
        assert drug_log.settle(db, missed) == []


def test_a_treatment_still_running_is_not_asked_about(nora, ada, operator):
    received(nora, at=days_ago(2))
    with database(operator) as db:
        row = treated(db, ada, days_ago(1), given_mg=36.0)
        running = dict.fromkeys(("started_at", "planned_for"), days_ago(0)) | {"status": "draft"}
        about = ("patient_id", "episode_id", "substance", "route", "given_mg")
        db.add(Treatment(**{name: getattr(row, name) for name in about}, **running))
    with database(nora) as db:
        assert drug_log.unsettled(db)["treatment"].tolist() == [row.key]


# ---- discrepancies ---------------------------------------------------------------------------------------------


def test_a_discrepancy_closes_once_with_a_name_and_what_was_found(nora, mina):
    received(nora, 40)
    entry = done(nora, drug_log.draw, amount_mg=50)
    with database(mina) as db:
        (key,) = drug_log.discrepancies(db)["discrepancy"]
        with pytest.raises(BadInput, match="Say what was found"):
            drug_log.close_discrepancy(db, key, "  ")
    with database(mina) as db:
        drug_log.close_discrepancy(db, key, "delivery of 23 November was not entered")
    with database(nora) as db:
        assert drug_log.discrepancies(db).empty
        (row,) = drug_log.discrepancies(db, closed=True).to_dict("records")
        assert (row["closed_by"], row["action"]) == ("Mina Test", "delivery of 23 November was not entered")
        assert row["opened_by"] == "Nora Test"
        assert drug_log.discrepancies(db, entry=entry.key)["discrepancy"].tolist() == [key]
    with pytest.raises(BadInput, match="Mina Test has closed this already"), database(nora) as db:
        drug_log.close_discrepancy(db, key, "again")
    with pytest.raises(NotFound), database(nora) as db:
        drug_log.close_discrepancy(db, "nothing", "x")


# ---- who may ---------------------------------------------------------------------------------------------------


def test_who_may_only_look_writes_nothing_and_sees_no_names_without_the_right(nora, treatment):
    received(nora)
    done(nora, drug_log.draw, amount_mg=50, treatment=treatment)
    lead, auditor = staff("lead"), staff("auditor")
    with database(auditor) as db:
        assert "Byron, Ada" in drug_log.lines(db)["person"].tolist()
        entry = drug_log.lines(db)["entry"][0]
    with database(lead) as db:
        assert not set(drug_log.lines(db)["person"].dropna()) & {"Byron, Ada"}
        assert drug_log.lines(db)["person"][1].startswith("P-")
    writes = [
        lambda db: drug_log.receive(db, **LOT, amount_mg=1),
        lambda db: drug_log.draw(db, **LOT, amount_mg=1),
        lambda db: drug_log.give(db, **LOT, amount_mg=1, treatment=treatment),
        lambda db: drug_log.waste(db, **LOT, amount_mg=1, alone="x"),
        lambda db: drug_log.return_(db, **LOT, amount_mg=1),
        lambda db: drug_log.count(db, **LOT, amount_mg=1, alone="x"),
        lambda db: drug_log.correct(db, entry, 1, "x"),
        lambda db: drug_log.settle(db, treatment),
        lambda db: drug_log.close_discrepancy(db, "x", "x"),
    ]
    reads = [
        drug_log.stock,
        drug_log.lines,
        drug_log.discrepancies,
        drug_log.unsettled,
        lambda db: list(drug_log.problems(db)),
        lambda db: drug_log.balance(db, **LOT),
        lambda db: drug_log.for_treatment(db, treatment),
    ]
    for actor in (lead, auditor):
        for write in writes:
            with pytest.raises(NotAllowed), database(actor) as db:
                write(db)
    administrator = staff("administrator")
    for read in reads:
        with pytest.raises(NotAllowed), database(administrator) as db:
            read(db)


# ---- the check -------------------------------------------------------------------------------------------------


def test_a_sound_register_has_no_problems(nora, mina, treatment, operator):
    first = received(nora)
    drawn = done(nora, drug_log.draw, amount_mg=500, treatment=treatment)
    corrected(nora, drawn, 50)
    corrected(nora, first, 190)
    sent = done(nora, drug_log.return_, to="supplier", amount_mg=10)
    corrected(nora, sent, 20)
    done(nora, drug_log.return_, amount_mg=10, treatment=treatment)
    counted = done(nora, drug_log.count, amount_mg=120, **SEEN)
    corrected(nora, counted, 125, **SEEN)
    with database(operator) as db:
        assert list(drug_log.problems(db)) == []


def behind_the_back(db, **values) -> None:
    """A line as somebody with a tool for the database would add it."""
    row = {"kind": "drawn", "substance": "racemic ketamine", "author": "x", "at": now(), **LOT, **values}
    db.add(DrugEntry(**row))
    db.flush()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"amount_mg": 50, "change_mg": -50, "balance_mg": 160}, "make 150 mg"),
        ({"amount_mg": 50, "change_mg": -40, "balance_mg": 160}, "its kind by −50 mg"),
        ({"amount_mg": 250, "change_mg": -250, "balance_mg": -50}, "no discrepancy was opened"),
        ({"kind": "given", "amount_mg": 50, "change_mg": -50, "balance_mg": 150}, "its kind by 0 mg"),
        ({"kind": "counted", "amount_mg": 150, "change_mg": -40, "balance_mg": 160}, "its kind by −50 mg"),
        (
            {"kind": "correction", "amount_mg": 190, "change_mg": 10, "balance_mg": 210, "corrects_id": 1},
            "its kind by −10 mg",
        ),
    ],
)
def test_a_line_written_past_the_program_is_found(nora, operator, values, said):
    received(nora)
    with database(operator) as db:
        behind_the_back(db, **values)
        found = list(drug_log.problems(db))
        assert len(found) == 1
        assert said in found[0]
        assert found[0] in list(integrity.problems(db)), "and `python -m clinic check` says so"


# ---- many at once ----------------------------------------------------------------------------------------------


def test_eight_people_at_the_same_moment_leave_one_chain(nora, operator):
    """Each draws, returns and draws again, of two lots in opposite orders."""
    received(nora, 1000)
    done(nora, drug_log.receive, product=VIAL, lot="K-2", amount_mg=1000)
    together, failures = threading.Barrier(8), []

    def work(number: int) -> None:
        lots = ["K-1", "K-2"] if number % 2 else ["K-2", "K-1"]
        try:
            together.wait()
            for turn in range(4):
                with database(nora) as db:
                    drug_log.stock(db)  # what was read before its turn must not count
                    for lot in lots:
                        drug_log.draw(db, product=VIAL, lot=lot, amount_mg=number + turn + 0.1)
        except Exception as fault:
            failures.append(fault)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert failures == []
    used = sum(number + turn + 0.1 for number in range(8) for turn in range(4))
    with database(operator) as db:
        for lot in ("K-1", "K-2"):
            found = drug_log.lines(db, VIAL, lot)
            assert len(found) == 33
            assert found["change_mg"].cumsum().round(6).tolist() == found["balance_mg"].tolist()
            assert drug_log.balance(db, VIAL, lot) == pytest.approx(1000 - used)
        assert list(drug_log.problems(db)) == []


# ---- any sequence ----------------------------------------------------------------------------------------------

AMOUNT = st.integers(1, 3000).map(lambda tenths: tenths / 10)
STEP = st.tuples(
    st.sampled_from(["receive", "draw", "waste", "return_", "send", "count", "correct"]),
    AMOUNT,
    st.sampled_from(["K-1", "K-2"]),
    st.integers(0, 30),
)


@given(steps=st.lists(STEP, max_size=14))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_entered_the_balance_is_the_sum_and_below_nought_is_asked_about(sqlite_store, steps):
    operator = access.command_line("tests")
    with database(operator) as db:
        for word, amount, lot, which in steps:
            enter(db, word, amount, lot, which)
        expected: dict[str, float] = {}
        asked = {
            row.entry_id for row in db.exec(select(DrugDiscrepancy)) if row.says.endswith("below nought.")
        }
        for row in db.exec(select(DrugEntry).order_by(DrugEntry.id)):
            expected[row.lot] = round(expected.get(row.lot, 0) + row.change_mg, 6)
            assert row.balance_mg == expected[row.lot]
            assert (row.id in asked) == (row.balance_mg < 0 and row.change_mg < 0)
        assert {lot: drug_log.balance(db, VIAL, lot) for lot in expected} == expected
        assert list(drug_log.problems(db)) == []
        db.rollback()


def enter(db, word: str, amount: float, lot: str, which: int) -> None:
    of = {"product": VIAL, "lot": lot, "amount_mg": amount}
    entries = drug_log.lines(db)["entry"].tolist()
    if word == "correct":
        with suppress(BadInput):  # where it says the amount that stands there already
            if entries:
                drug_log.correct(db, entries[which % len(entries)], amount, "wrong", alone="night")
    elif word in ("waste", "count"):
        getattr(drug_log, word)(db, **of, alone="night")
    elif word == "send":
        drug_log.return_(db, **of, to="supplier")
    else:
        getattr(drug_log, word)(db, **of)
