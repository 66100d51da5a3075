"""A dose order: its arithmetic, its four tiers, and whose word it needs. Limits of IV racemic ketamine are those of
tests/data/limits_by_hand.csv: a reason above 0.75 mg/kg, a second clinician above 1, blocked above 1.5."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlmodel import select

from clinic import accounts
from clinic.chair import dose_form, ordering, planning
from clinic.chair.ordering import DoseForm, NeedsReason
from clinic.refused import BadInput, NotAllowed, Refused
from data_model import Account, AuditRow, DoseOrder, Treatment, database
from data_model.columns import Status, now
from tests.at_the_chair import BORN, again, iv, ordered, planned, started
from tests.people import PASSWORD, days_ago, staff, treated


@pytest.fixture
def nora(both_stores):
    return staff("nurse", "nora")


@pytest.fixture
def pia(both_stores):
    return staff("clinician", "pia", may_prescribe=True)


@pytest.fixture
def mina(both_stores):
    return staff("clinician", "mina")


@pytest.fixture
def plan(ada, nora):
    return planned(nora, ada)


def judged(actor, treatment, form) -> ordering.OrderJudged:
    with database(actor) as db:
        return ordering.judge(db, db.get(Treatment, treatment.id), form)


def orders(actor) -> list[tuple[float, str]]:
    with database(actor) as db:
        return [(row.mg, row.status.value) for row in db.exec(select(DoseOrder).order_by(DoseOrder.id))]


# ---- arithmetic ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "form",
    [
        iv(mg=36.0, weight=72.0),
        iv(mg=None, mg_per_kg=0.5, weight=72.0),
        iv(mg=None, volume_ml=3.6, concentration_mg_per_ml=10.0, weight=72.0),
        iv(mg=36.0, mg_per_kg=0.5, volume_ml=3.6, concentration_mg_per_ml=10.0, weight=72.0),
    ],
)
def test_one_dose_said_in_each_unit_is_the_same(plan, pia, form):
    amounts = judged(pia, plan, form).amounts
    assert (amounts.mg, amounts.mg_per_kg) == (36.0, 0.5)
    assert amounts.volume_ml in (None, pytest.approx(3.6))


def test_weights_by_devine_and_by_forty_percent(plan, pia):
    """A woman of 170 cm: 45.5 + 2.3 × (170/2.54 − 60) = 61.4 kg; of 100 kg, adjusted 61.4 + 0.4 × 38.6 = 76.8."""
    amounts = judged(pia, plan, iv(mg=None, mg_per_kg=0.5, weight=100.0, weight_basis="adjusted")).amounts
    assert (round(amounts.ideal_kg, 1), round(amounts.adjusted_kg, 1)) == (61.4, 76.9)
    assert amounts.dosing_kg == amounts.adjusted_kg
    assert amounts.mg == pytest.approx(38.4, abs=0.05)
    assert round(amounts.bmi, 1) == 34.6


def test_nothing_is_judged_until_substance_and_route_are_chosen(plan, pia):
    assert judged(pia, plan, DoseForm(mg=35.0)) is None
    found = judged(pia, plan, iv(mg=None))
    assert (found.findings, found.tier, found.amounts.mg) == ((), "none", None)


@pytest.mark.parametrize(
    "more", [{"mg_per_kg": 0.4, "weight": 72.0}, {"volume_ml": 7.2, "concentration_mg_per_ml": 10.0}]
)
def test_two_statements_that_do_not_agree_are_seen(plan, pia, more):
    found = judged(pia, plan, iv(mg=36.0, **more))
    assert any("difference between" in each.says.lower() for each in found.findings), found.findings
    assert found.tier in ("strong", "block")


def test_pounds_are_stored_as_kilograms(plan, pia):
    made = ordered(pia, plan, iv(mg=34.0, weight=154.3, unit="lb"))
    assert made.weight_kg == pytest.approx(69.99, abs=0.01)


def test_pounds_typed_as_kilograms_are_caught(ada, plan, pia, operator):
    with database(operator) as db:
        treated(db, ada, days_ago(7), weight_kg=70.0)
    found = judged(pia, plan, iv(mg=35.0, weight=154.0))
    assert "slip.weight.pounds" in {each.id for each in found.findings}
    assert found.tier in ("strong", "block")


@pytest.mark.parametrize(
    ("mg", "slip"), [(350.0, "slip.dose.tenfold"), (3.5, "slip.dose.tenth"), (35.0, None)]
)
def test_a_decimal_point_in_the_wrong_place_is_caught(ada, plan, pia, operator, mg, slip):
    with database(operator) as db:
        treated(db, ada, days_ago(7), given_mg=35.0, weight_kg=70.0)
    found = judged(pia, plan, iv(mg=mg))
    assert {each.id for each in found.findings if each.id.startswith("slip.dose")} == (
        {slip} if slip else set()
    )


def test_a_dose_given_an_hour_ago_counts_though_its_record_is_not_finished(ada, nora, pia, mina):
    running = started(nora, pia, ada)
    with database(nora) as db:
        row = db.get(Treatment, running.id)
        row.left_at = now()
    found = judged(pia, planned(nora, ada), iv())
    assert "interval.same_day.strong" in {each.id for each in found.findings}


# ---- the four tiers --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mg", "tier"),
    [(35.0, "none"), (35.1, "warn"), (52.5, "warn"), (52.6, "strong"), (70.0, "strong"), (70.1, "block")],
)
def test_the_first_infusion_is_judged_one_step_more_strictly(plan, pia, mg, tier):
    assert judged(pia, plan, iv(mg=mg, minutes=60.0)).tier == tier


@pytest.mark.parametrize(
    ("mg", "tier"),
    [(52.5, "none"), (52.6, "warn"), (70.0, "warn"), (70.1, "strong"), (105.0, "strong"), (105.1, "block")],
)
def test_each_tier_at_both_sides_of_its_limit(ada, plan, pia, operator, mg, tier):
    """After a dose of 1.5 mg/kg, so that nothing rises."""
    with database(operator) as db:
        treated(db, ada, days_ago(7), given_mg=105.1, weight_kg=70.0)
    assert judged(pia, plan, iv(mg=mg, minutes=90.0)).tier == tier


def test_an_ordinary_dose_is_ordered_at_once_and_goes_with_the_treatment(plan, nora, pia, ada):
    made = ordered(pia, plan)
    assert (made.status, made.tier, made.identity) == (Status.ACTIVE, "none", "Byron, Ada · born 10 Dec 1985")
    assert (made.protocol, made.protocol_version, made.ordered_by) == ("adult", "1.0", "Pia Test")
    row = again(nora, plan)
    assert (row.ordered_mg, row.weight_kg, row.dosing_kg, row.planned_minutes) == (35.0, 70.0, 70.0, 40.0)
    assert (row.protocol, row.protocol_version, row.given_mg) == ("adult", "1.0", None)


def test_an_unusual_dose_needs_a_reason(plan, pia):
    with pytest.raises(NeedsReason, match="Say why") as refusal:
        ordered(pia, plan, iv(mg=45.0, minutes=60.0))
    assert any("0.642" in problem for problem in refusal.value.problems)
    assert orders(pia) == []
    made = ordered(pia, plan, iv(mg=45.0, minutes=60.0), reason="0.5 mg/kg did nothing elsewhere")
    assert (made.status, made.tier, made.reason) == (Status.ACTIVE, "warn", "0.5 mg/kg did nothing elsewhere")


def test_an_order_over_the_outer_limit_is_refused_and_the_refusal_noted(plan, nora, pia, operator):
    with pytest.raises(BadInput, match="Nothing was ordered"):
        ordered(pia, plan, iv(mg=120.0, minutes=60.0), reason="please")
    assert orders(pia) == []
    assert again(nora, plan).ordered_mg is None
    with database(operator) as db:
        noted = db.exec(select(AuditRow).where(AuditRow.verb == "order refused")).one()
    assert (noted.actor, noted.patient_id, noted.after["mg"]) == ("Pia Test", plan.patient_id, 120.0)
    assert "mg/kg" in noted.reason


def test_only_a_prescriber_orders(plan, nora, mina):
    for actor in (nora, mina):
        with pytest.raises(NotAllowed):
            ordered(actor, plan)


def test_a_prescriber_orders_beside_the_nurses_tablet(plan, nora, pia):
    made = ordered(nora, plan, prescriber=("pia", PASSWORD))
    assert (made.ordered_by, made.author) == ("Pia Test", "Nora Test")
    with pytest.raises(Refused, match="Wrong"):
        ordered(nora, plan, iv(mg=34.0), prescriber=("pia", "not this"))
    with pytest.raises(NotAllowed):
        ordered(nora, plan, iv(mg=34.0), prescriber=("nora", PASSWORD))


def test_an_order_needs_the_birth_date(plan, pia):
    with database(pia) as db, pytest.raises(BadInput, match="date of birth"):
        ordering.place(db, plan.key, iv(), birth_date=date(1985, 10, 12))
    assert orders(pia) == []


@pytest.mark.parametrize(
    ("form", "says"),
    [
        (iv(mg=None), "Enter the dose"),
        (iv(mg=-5.0), "more than 0"),
        (iv(mg=None, mg_per_kg=0.5, weight=None), "needs the weight"),
        (iv(weighed_on=None), "on which day"),
        (iv(weight=7000.0), "not possible"),
        (iv(height_cm=17.0), "not possible"),
        (iv(minutes=900.0), "too long"),
        (iv(weighed_on=now().date() + timedelta(days=2)), "future"),
        (DoseForm(mg=35.0), "substance and the route"),
    ],
)
def test_what_cannot_be_is_refused_in_words(plan, pia, form, says):
    with pytest.raises(BadInput, match=says):
        ordered(pia, plan, form)


def test_a_new_order_takes_the_place_of_the_one_before(plan, nora, pia):
    ordered(pia, plan)
    ordered(pia, plan, iv(mg=30.0))
    assert orders(pia) == [(35.0, "void"), (30.0, "active")]
    assert again(nora, plan).ordered_mg == 30.0
    with database(pia) as db:
        assert [row.void_reason for row in ordering.replaced(db, plan)] == ["replaced"]


def test_the_same_order_sent_twice_is_one(plan, pia):
    assert ordered(pia, plan).key == ordered(pia, plan).key
    assert orders(pia) == [(35.0, "active")]


def test_an_order_is_taken_back_with_a_reason(plan, nora, pia):
    made = ordered(pia, plan)
    with database(pia) as db, pytest.raises(BadInput, match="Say why"):
        ordering.withdraw(db, made.key, " ")
    with database(pia) as db:
        ordering.withdraw(db, made.key, "blood pressure")
    assert orders(pia) == [(35.0, "void")]
    assert again(nora, plan).ordered_mg is None


def test_nothing_is_ordered_once_the_dose_has_started(ada, nora, pia):
    running = started(nora, pia, ada)
    with pytest.raises(BadInput, match="started already"):
        ordered(pia, running, iv(mg=30.0))


# ---- the second clinician --------------------------------------------------------------------------------------


@pytest.fixture
def waits(plan, pia):
    return ordered(pia, plan, iv(mg=63.0, minutes=60.0), reason="0.5 mg/kg was not enough elsewhere")


def confirmed(actor, order, username, secret=PASSWORD):
    with database(actor) as db:
        return ordering.confirm(db, order.key, username, secret)


def test_a_strong_order_waits_and_orders_nothing_yet(plan, waits, nora):
    assert (waits.status, waits.tier) == (Status.DRAFT, "strong")
    with database(nora) as db:
        assert ordering.current(db, plan) is None
        assert ordering.waiting_one(db, plan).key == waits.key
        found = ordering.waiting(db)
    assert [(order.key, of.key, who.id) for order, of, who in found] == [
        (waits.key, plan.key, plan.patient_id)
    ]
    assert again(nora, plan).ordered_mg is None


def test_a_second_clinician_confirms_beside_the_nurse_by_password_or_pin(plan, waits, nora, mina):
    with database(mina) as db:
        accounts.pins.set_pin(db, PASSWORD, "271828")
    done = confirmed(nora, waits, "mina", "271828")
    assert (done.status, done.confirmed_by) == (Status.ACTIVE, "Mina Test")
    assert again(nora, plan).ordered_mg == 63.0
    with pytest.raises(BadInput, match="does not wait"):
        confirmed(nora, waits, "mina")


def test_the_one_who_ordered_cannot_be_the_second(waits, nora, pia):
    for actor in (nora, pia):
        with pytest.raises(Refused, match="not the one who ordered"):
            confirmed(actor, waits, "pia")
    assert orders(nora) == [(63.0, "draft")]


def test_a_nurse_is_no_second_clinician(waits, nora, pia):
    staff("nurse", "nick")
    with pytest.raises(NotAllowed, match="no clinician"):
        confirmed(nora, waits, "nick")
    with pytest.raises(NotAllowed, match="no clinician"):
        confirmed(nora, waits, "nora")


def test_a_wrong_secret_confirms_nothing_and_is_counted(waits, nora, mina, operator):
    with pytest.raises(Refused, match="Wrong"):
        confirmed(nora, waits, "mina", "not this one")
    assert orders(nora) == [(63.0, "draft")]
    with database(operator) as db:
        assert db.exec(select(Account.failures).where(Account.username == "mina")).one() == 1


def test_a_clinician_at_the_tablet_confirms_with_their_own_secret(waits, mina):
    assert confirmed(mina, waits, "mina").confirmed_by == "Mina Test"


def test_a_replaced_order_is_not_confirmed(plan, waits, nora, pia, mina):
    ordered(pia, plan)
    with pytest.raises(BadInput, match="does not wait"):
        confirmed(nora, waits, "mina")
    assert orders(nora) == [(63.0, "void"), (35.0, "active")]


def test_an_order_of_a_treatment_called_off_is_not_confirmed(plan, waits, nora, mina):
    with database(nora) as db:
        planning.cancel(db, plan.key, "did not come")
    with pytest.raises(BadInput):
        confirmed(nora, waits, "mina")


# ---- esketamine, ladders ---------------------------------------------------------------------------------------


def nasal(devices: int | None = None, **more) -> DoseForm:
    return DoseForm(substance="esketamine", route="IN", devices=devices, **more)


@pytest.mark.parametrize(("devices", "mg"), [(1, 28.0), (2, 56.0), (3, 84.0)])
def test_esketamine_is_ordered_by_devices(plan, pia, devices, mg):
    found = judged(pia, plan, nasal(devices))
    assert (found.amounts.mg, found.amounts.devices, found.amounts.mg_per_kg) == (mg, devices, None)


def test_esketamine_that_is_no_whole_device_is_blocked(plan, pia):
    with pytest.raises(BadInput, match="28 mg devices"):
        ordered(pia, plan, nasal(mg=40.0), reason="between two")


def test_84_mg_at_the_first_session_is_right_in_an_emergency(plan, pia):
    """docs/clinical.md F.4."""
    usual, emergency = judged(pia, plan, nasal(3)), judged(pia, plan, nasal(3, emergency=True))
    first = {each.id for each in usual.findings} - {each.id for each in emergency.findings}
    assert any("first" in id for id in first), usual.findings


def test_a_step_on_its_ladder_raises_nothing_and_leaving_it_warns(ada, plan, pia, operator):
    """docs/clinical.md F.1: Glue 0.25 → 0.5 → 1.0 mg/kg, a week each."""
    with database(operator) as db:
        treated(db, ada, days_ago(8), route="SC", given_mg=35.0, weight_kg=70.0)
    step = {"route": "SC", "minutes": None, "ladder": "ladder.glue_sc"}
    up, off = judged(pia, plan, iv(mg=70.0, **step)), judged(pia, plan, iv(mg=60.0, **step))
    assert not {each.id for each in up.findings if each.id.startswith(("escalation", "ladder"))}
    assert "ladder.left" in {each.id for each in off.findings}
    assert "escalation.step.warn" not in {each.id for each in up.findings}


def test_the_form_of_an_order_would_place_it_again(plan, pia):
    form = iv(mg=36.0, weight=72.0, concentration_mg_per_ml=10.0)
    with database(pia) as db:
        placed = ordering.place(db, plan.key, form, birth_date=BORN)
        back = ordering.form_of(placed)
    kept = set(dose_form.DoseForm.__dataclass_fields__) - {"volume_ml", "note"}
    assert {name: getattr(back, name) for name in kept} == {name: getattr(form, name) for name in kept}
    assert back.volume_ml == pytest.approx(3.6)
