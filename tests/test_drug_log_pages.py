"""The pages of the drug register through Streamlit's own test client: who sees what, and what each button writes."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from streamlit.testing.v1 import AppTest

from clinic import access, drug_log
from clinic.accounts import passwords
from data_model import Actor, Treatment, database
from data_model.columns import now
from tests.people import access_key, course, patient, staff, treated

ROOT = Path(__file__).parent.parent
SCRIPT = ROOT / "pages" / "menu.py"
VIAL = "ketamine 50 mg/mL, vial"
LOT = {"product": VIAL, "lot": "K-1"}


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch):
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    passwords._nobodys.cache_clear()


@pytest.fixture
def treatment(sqlite_store, operator) -> Treatment:
    with database(operator) as db:
        ada = patient(db)
        course(db, ada)
        return treated(db, ada, now() - timedelta(hours=1), given_mg=36.0)


@pytest.fixture
def nora(sqlite_store) -> Actor:
    return staff("nurse", "nora")


def received(actor: Actor, expiry: date = date(2099, 12, 31)) -> None:
    with database(actor) as db:
        drug_log.receive(db, **LOT, amount_mg=200, expiry=expiry)


def page(actor: Actor) -> AppTest:
    test = AppTest.from_file(str(SCRIPT), default_timeout=30)
    test.user = {"access": access_key(actor)}
    test.run()
    return test.switch_page("service/drug_log.py").run()


def at_the_chair(actor: Actor, treatment: Treatment) -> AppTest:
    """The part that stands on the page of a treatment, on a page of its own."""

    def alone(key: str):
        import streamlit as st

        from clinic import treatments
        from data_model import Patient, database
        from pages.chair import drugs
        from pages.chair.context import chair
        from pages.shared import who

        assert st.user["access"]
        actor = who.actor()
        with database(actor) as db:
            row = treatments.by_key(db, key)
            here = chair(db, actor, db.get(Patient, row.patient_id), row)
        drugs.show(here)

    test = AppTest.from_function(alone, args=(treatment.key,), default_timeout=30)
    test.user = {"access": access_key(actor)}
    return test.run()


def field(test: AppTest, kind: str, label: str):
    return next(each for each in test.get(kind) if each.label == label)


def button(test: AppTest, label: str):
    return next(each for each in test.button if each.label == label)


def fill(test: AppTest, kind: str, amount: float, lot: str = "K-1") -> AppTest:
    field(test, "button_group", "What happened").set_value(kind).run()
    field(test, "selectbox", "Product").set_value(VIAL).run()
    if kind == "Received":
        field(test, "text_input", "Lot").set_value(lot)
    else:
        field(test, "selectbox", "Lot").set_value(lot)
    label = "Counted (mg)" if kind == "Counted" else "Amount (mg)"
    field(test, "number_input", label).set_value(amount)
    return test


def words(test: AppTest) -> str:
    kinds = (test.title, test.header, test.text, test.caption, test.markdown, test.error, test.warning)
    html = [element.proto.body for element in test.get("html")]
    return " ".join([str(each.value) for kind in (*kinds, test.success) for each in kind] + html).replace(
        "\\", ""
    )


def written(actor: Actor) -> list[tuple]:
    with database(actor) as db:
        found = drug_log.lines(db)
    return list(found[["kind", "amount_mg", "balance_mg"]].itertuples(index=False, name=None))


def test_an_empty_register_begins_with_what_is_received(nora):
    test = page(nora)
    assert "Nothing is in stock" in test.info[0].value
    fill(test, "Received", 500)
    button(test, "Save as received").click().run()
    assert not test.exception
    assert written(nora) == [("received", 500, 500)]
    assert "The register says 500 mg left" in words(test)


def test_a_second_click_after_the_first_writes_nothing(nora):
    test = fill(page(nora), "Received", 500)
    button(test, "Save as received").click().run()
    button(test, "Save as received").click().run()
    assert written(nora) == [("received", 500, 500)]
    assert "The amount is missing" in words(test)


def test_given_wants_a_treatment(nora, treatment):
    received(nora)
    test = fill(page(nora), "Given", 36)
    button(test, "Save as given").click().run()
    assert "Choose the treatment" in words(test)
    field(test, "selectbox", "Treatment").set_value(treatment.key).run()
    button(test, "Save as given").click().run()
    assert written(nora)[-1] == ("given", 36, 200)
    assert "Byron, Ada" in words(test)


def test_an_expired_lot_asks_for_a_reason_first(nora):
    received(nora, now().date() - timedelta(days=1))
    test = fill(page(nora), "Drawn", 50)
    button(test, "Save as drawn").click().run()
    assert "This lot has expired" in words(test)
    assert len(written(nora)) == 1
    field(test, "text_input", "Reason").set_value("no other in the house").run()
    button(test, "Save as it was").click().run()
    assert written(nora)[-1] == ("drawn", 50, 150)
    assert "Discrepancy opened" in words(test)
    assert "Reason given: no other in the house" in words(test)


def test_without_a_witness_a_reason_is_asked_and_a_discrepancy_opened(nora):
    received(nora)
    test = fill(page(nora), "Counted", 200)
    field(test, "toggle", "Nobody can be the witness").set_value(True).run()
    field(test, "text_input", "Why is there no witness?").set_value("night").run()
    button(test, "Save as counted, without a witness").click().run()
    assert written(nora)[-1] == ("counted", 200, 200)
    assert "200 mg counted without a witness. Reason given: night" in words(test)
    assert "no witness" in words(test), "the line says so itself"


def test_what_was_wasted_in_the_cupboard(nora):
    received(nora)
    test = fill(page(nora), "Wasted", 50)
    field(test, "button_group", "It was").set_value("in the cupboard").run()
    field(test, "toggle", "Nobody can be the witness").set_value(True).run()
    field(test, "text_input", "Why is there no witness?").set_value("night").run()
    button(test, "Save as wasted, without a witness").click().run()
    assert written(nora)[1:] == [("drawn", 50, 150), ("wasted", 50, 150)]


def test_a_corrected_amount_is_struck_through_beside_the_right_one(nora):
    received(nora)
    test = page(nora)
    field(test, "number_input", "Milligrams that it should say").set_value(150)
    field(test, "text_input", "Why is the line wrong?").set_value("<b>three</b> vials")
    button(test, "Save the correction").click().run()
    assert written(nora)[-1] == ("correction", 150, 150)
    said = words(test)
    assert said.count("<del>200 mg</del> <span class='aside'>corrected to</span> <ins>150 mg</ins>") == 2
    assert "&lt;b&gt;three&lt;/b&gt; vials" in said
    assert "<b>" not in said


def test_a_discrepancy_is_closed_with_what_was_found(nora):
    received(nora)
    with database(nora) as db:
        drug_log.draw(db, **LOT, amount_mg=250)
    test = page(nora)
    assert "Open discrepancies: 1" in words(test)
    button(test, "Close the discrepancy").click().run()
    assert "Say what was found and done" in words(test)
    field(test, "text_area", "What was found and done").set_value("a delivery was not entered")
    button(test, "Close the discrepancy").click().run()
    assert "Open discrepancies" not in words(test)
    assert "Nora Test: “a delivery was not entered”" in words(test)


@pytest.mark.parametrize(("role", "named"), [("lead", False), ("auditor", True)])
def test_who_only_reads_has_no_button_and_names_only_by_right(nora, treatment, role, named):
    received(nora)
    with database(nora) as db:
        drug_log.draw(db, **LOT, amount_mg=250, treatment=treatment)
    test = page(staff(role))
    assert not test.exception
    assert ("Byron" in words(test)) is named
    labels = {each.label for each in test.button}
    assert not labels & {
        "Close the discrepancy",
        "Save as received",
        "Save the correction",
        "Open a discrepancy",
    }


def test_many_lines_are_shown_a_few_at_a_time_and_one_lot_alone(nora):
    received(nora)
    with database(nora) as db:
        drug_log.receive(db, product=VIAL, lot="K-2", amount_mg=77)
        for _ in range(55):
            drug_log.draw(db, **LOT, amount_mg=1)
    test = page(nora)
    assert words(test).count("data-heading='Time'") == 50
    button(test, "Show more").click().run()
    assert words(test).count("data-heading='Time'") == 57
    field(test, "selectbox", "Product and lot").set_value((VIAL, "K-2")).run()
    assert words(test).count("data-heading='Time'") == 1


def test_used_up_lots_are_put_away(nora):
    received(nora)
    with database(nora) as db:
        drug_log.draw(db, **LOT, amount_mg=200)
        drug_log.waste(db, **LOT, amount_mg=200, alone="night")
    test = page(nora)
    assert "Nothing is in stock" in test.info[0].value
    field(test, "toggle", "Show 1 used up").set_value(True).run()
    assert "<p class='balance'>0 mg</p>" in words(test)


# ---- at the chair ----------------------------------------------------------------------------------------------


def test_at_the_chair_a_vial_is_drawn_given_and_the_rest_is_said(nora, treatment):
    received(nora)
    test = at_the_chair(nora, treatment)
    assert "Nothing was written into the drug register" in words(test)
    fill(test, "Drawn", 50)
    button(test, "Save as drawn").click().run()
    fill(test, "Given", 36)
    button(test, "Save as given").click().run()
    assert not test.exception
    assert written(nora)[1:] == [("drawn", 50, 150), ("given", 36, 150)]
    assert "drawn 50 mg, given 36, wasted 0: 14 mg not accounted for" in words(test)
    with database(nora) as db:
        assert set(drug_log.lines(db)["treatment"][1:]) == {treatment.key}


def test_at_the_chair_it_adds_up_and_another_treatment_s_lines_are_not_there(nora, treatment, operator):
    received(nora)
    with database(operator) as db:
        other = patient(db, "SM-2", family_name="Babbage", given_name="Ben")
        course(db, other)
        theirs = treated(db, other, now() - timedelta(hours=2))
    with database(nora) as db:
        for of, mg in ((treatment, 36.0), (theirs, 41.5)):
            drug_log.draw(db, **LOT, amount_mg=mg, treatment=of)
            drug_log.give(db, **LOT, amount_mg=mg, treatment=of)
    test = at_the_chair(nora, treatment)
    assert "It adds up: drawn 36 mg, given 36, wasted 0" in words(test)
    assert "41.5" not in words(test)


def test_who_may_not_see_the_register_sees_nothing_of_it_at_the_chair(treatment, monkeypatch):
    nora = staff("nurse", "nora")
    received(nora)
    monkeypatch.setitem(access.ROLES_BY_ACTION, "see drug log", set())
    test = at_the_chair(nora, treatment)
    assert not test.exception
    assert "Controlled drugs" not in words(test)
