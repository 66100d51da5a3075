"""What becomes of what a rule saw: raised once, joined while open, seen, acted upon, closed by a named person."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlmodel import select

from clinic import alerts, editions, episodes, flags, settings, treatments, watching
from clinic.flags import Fired
from clinic.refused import BadInput
from data_model import (
    Alert,
    DoseOrder,
    Firing,
    GateAnswer,
    GateVerdict,
    SafetyCheck,
    Treatment,
    VitalSigns,
    database,
)
from data_model.checks import DutyDone
from data_model.columns import Status
from tests.people import NOW, days_ago, patient, phq9, scored, staff, treated

STARTED = NOW - timedelta(minutes=42)


@pytest.fixture
def nora(ada):
    return staff("nurse", "nora")


def chair(db, ada, **fields) -> Treatment:
    """A treatment that somebody started at the chair 42 minutes ago, with an observation before it."""
    [episode] = episodes.of_patient(db, ada)
    row = Treatment(
        patient_id=ada.id,
        episode_id=episode.id,
        author="Nora Test",
        **{
            "status": Status.DRAFT,
            "planned_for": STARTED,
            "started_at": STARTED,
            "started_by": "Nora Test",
            "substance": "racemic ketamine",
            "route": "IV",
            "weight_kg": 70.0,
        }
        | fields,
    )
    db.add(row)
    db.flush()
    editions.keep(db, row)
    if row.started_at is not None:
        seen(db, row, -5, systolic_mmhg=128, diastolic_mmhg=80, moaas=5)
        for minute in (10, 20, 30):
            seen(db, row, minute, systolic_mmhg=130, diastolic_mmhg=82)
    return row


def seen(db, row: Treatment, minute: int | None, **values) -> VitalSigns:
    at = (row.started_at or NOW) + timedelta(minutes=minute or 0)
    one = VitalSigns(
        treatment_id=row.id,
        position=(minute or 0) + 100,
        minute=minute,
        status=Status.DRAFT,
        observed_at=at,
        **values,
    )
    db.add(one)
    db.flush()
    return one


def open_rules(db, ada) -> dict[str, Alert]:
    return {alert.rule: alert for alert, _ in alerts.open_ones(db, ada)}


# ---- raised once, joined while open ----------------------------------------------------------------------------


def test_a_red_pressure_raises_once_and_the_next_one_joins(ada, nora):
    with database(nora) as db:
        row = chair(db, ada)
        seen(db, row, 40, systolic_mmhg=184, diastolic_mmhg=108)
        [alert] = watching.treatment(db, row)
        assert (alert.rule, alert.urgency, alert.times, alert.treatment_id) == ("bp.during", "U0", 1, row.id)
        assert watching.treatment(db, row) == []
        alerts.acknowledge(db, alert.key)
        seen(db, row, 42, systolic_mmhg=186, diastolic_mmhg=100)
        assert watching.treatment(db, row) == [alert]
        assert (alert.times, alert.acknowledged_at) == (2, None), "a new reading is not seen yet"
        assert "186/100 at 42 min" in alert.saw
        assert [each.saw[:7] for each in alerts.firings(db, alert)] == ["184/108", "186/100"]


def test_after_it_was_closed_the_same_row_raises_nothing_and_a_new_one_does(ada, nora):
    with database(nora) as db:
        row = chair(db, ada)
        seen(db, row, 40, systolic_mmhg=184)
        [first] = watching.treatment(db, row)
        alerts.close(db, first.key, "repeated: 150/90")
        assert watching.treatment(db, row) == []
        seen(db, row, 42, systolic_mmhg=185)
        [second] = watching.treatment(db, row)
        assert second.key != first.key


def test_a_row_that_is_taken_back_leaves_its_alert(ada, nora):
    with database(nora) as db:
        row = chair(db, ada)
        one = seen(db, row, 40, systolic_mmhg=184)
        watching.treatment(db, row)
        alert = open_rules(db, ada)["bp.during"]
        one.status, one.void_reason = Status.VOID, "typed into the wrong field"
        watching.treatment(db, row)
        assert open_rules(db, ada)["bp.during"] == alert


def test_two_who_look_at_the_same_moment_raise_one_alert(ada, nora):
    with database(nora) as db:
        row = chair(db, ada)
        seen(db, row, 40, systolic_mmhg=184)
        key = row.key
    together, faults = threading.Barrier(2), []

    def look() -> None:
        try:
            with database(nora) as db:
                record = treatments.by_key(db, key)
                together.wait()
                watching.treatment(db, record)
        except Exception as fault:
            faults.append(fault)

    lookers = [threading.Thread(target=look) for _ in range(2)]
    for each in lookers:
        each.start()
    for each in lookers:
        each.join()
    assert faults == []
    with database(nora) as db:
        assert len(db.exec(select(Alert)).all()) == 1
        assert len(db.exec(select(Firing)).all()) == 1


def test_an_alert_is_as_urgent_as_the_gravest_that_joined(ada, nora):
    with database(nora) as db:
        db.add(check(ada, "urinary symptoms", finding="something found"))
        [alert] = watching.person(db, ada)
        assert alert.urgency == "U3"
        db.add(check(ada, "urinary symptoms", finding="something grave found", text="blood"))
        watching.person(db, ada)
        assert (alert.urgency, alert.times) == ("U2", 2)
        db.add(check(ada, "urinary symptoms", finding="something found"))
        watching.person(db, ada)
        assert alert.urgency == "U2"


def check(ada, kind: str, **more) -> SafetyCheck:
    return SafetyCheck(patient_id=ada.id, kind=kind, author="Nora Test", **{"checked_on": NOW.date()} | more)


# ---- one concern about suicide ---------------------------------------------------------------------------------


def test_a_grave_columbia_answer_makes_the_one_concern_more_urgent(ada, operator):
    columbia = {"q1": 1, "q2": 1, "q3": 1, "q4": 1, "q5": 0, "q6": 0}
    with database(operator) as db:
        scored(db, ada, days_ago(2), phq9(*[0] * 8, 1))
        concern = open_rules(db, ada)[alerts.SUICIDE]
        assert concern.urgency == "U1"
        scored(db, ada, days_ago(1), columbia, "cssrs_since")
        assert (concern.urgency, concern.times) == ("U0", 2)
        rules = [each.rule for each in alerts.firings(db, concern)]
    assert rules.count("suicide.concern") == 2
    assert "suicide.grave" in rules


def test_a_rising_answer_is_high(ada, operator):
    with database(operator) as db:
        scored(db, ada, days_ago(2), phq9(*[0] * 8, 0))
        scored(db, ada, days_ago(1), phq9(*[0] * 8, 1))
        concern = open_rules(db, ada)[alerts.SUICIDE]
        assert {each.rule for each in alerts.firings(db, concern)} == {"suicide.concern", "suicide.high"}


# ---- seen, acted upon, closed ----------------------------------------------------------------------------------


@pytest.fixture
def red(ada, nora) -> str:
    with database(nora) as db:
        row = chair(db, ada)
        seen(db, row, 40, systolic_mmhg=184)
        [alert] = watching.treatment(db, row)
    return alert.key


def test_acting_names_who_and_when_and_implies_having_seen(red, nora):
    with database(nora) as db:
        alert = alerts.act(db, red, " repeated: 170/95 ")
        assert (alert.action, alert.acted_by, alert.acknowledged_by) == (
            "repeated: 170/95",
            "Nora Test",
            "Nora Test",
        )
        assert alert.closed_at is None
        alerts.act(db, red, "prescriber told")
        alerts.act(db, red, "prescriber told")
        assert alert.action == "repeated: 170/95\nprescriber told"


def test_an_urgent_one_closes_only_with_an_action(red, nora):
    with database(nora) as db, pytest.raises(BadInput, match="what was done"):
        alerts.close(db, red, "  ")
    with database(nora) as db, pytest.raises(BadInput, match="what was done"):
        alerts.act(db, red, "  ")
    with database(nora) as db:
        alerts.act(db, red, "repeated")
        closed = alerts.close(db, red)
        assert (closed.action, closed.closed_by) == ("repeated", "Nora Test")
        assert alerts.act(db, red, "later").action == "repeated", "what is closed stays as it was"


def test_an_action_before_it_was_raised_again_does_not_close_it(red, ada, nora):
    with database(nora) as db:
        alerts.act(db, red, "repeated")
        row = db.exec(select(Treatment)).one()
        seen(db, row, 41, systolic_mmhg=190)
        watching.treatment(db, row)
    with database(nora) as db, pytest.raises(BadInput, match="what was done"):
        alerts.close(db, red)
    with database(nora) as db:
        assert alerts.close(db, red, "doctor came").action == "repeated\ndoctor came"


@pytest.mark.parametrize("urgency, wants", [("U2", True), ("U3", False), ("U4", False)])
def test_what_can_wait_closes_with_one_click(ada, nora, urgency, wants):
    with database(nora) as db:
        alert = alerts.raise_alert(db, "check.overdue", ada.id, "saw")
        alert.urgency = urgency
        key = alert.key
    with database(nora) as db:
        if wants:
            with pytest.raises(BadInput):
                alerts.close(db, key)
        else:
            assert alerts.close(db, key).action == "seen"


def test_red_wants_a_recheck_after_five_minutes(red, nora):
    with database(nora) as db:
        alert = alerts.by_key(db, red)
        row = db.get(Treatment, alert.treatment_id)
        at = row.started_at + timedelta(minutes=40)
        assert alerts.recheck_due(db, alert) == at + timedelta(minutes=5)
        seen(db, row, 41, spo2_percent=98)
        assert alerts.recheck_due(db, alert) == at + timedelta(minutes=5), "another measure is no recheck"
        seen(db, row, 42, systolic_mmhg=150, diastolic_mmhg=90)
        assert alerts.recheck_due(db, alert) is None


# ---- what each place writes ------------------------------------------------------------------------------------


def order(row: Treatment, *findings: tuple[str, str], mg: float = 36, **more) -> DoseOrder:
    return DoseOrder(
        patient_id=row.patient_id,
        treatment_id=row.id,
        substance="racemic ketamine",
        route="IV",
        mg=mg,
        findings=[{"id": id, "tier": tier, "says": f"{id}.", "value": 1} for id, tier in findings],
        protocol="adult",
        protocol_version="1.0",
        identity="Byron, Ada",
        ordered_by="Mina Test",
        author="Mina Test",
        **more,
    )


def test_an_order_over_a_limit_a_steep_one_and_one_too_soon(ada, nora):
    with database(nora) as db:
        row = chair(db, ada)
        db.add(order(row, ("dose.iv.mg_per_kg.strong", "strong"), ("escalation.iv.percent.strong", "strong")))
        db.add(order(row, ("interval.hours.warn", "warn")))
        watching.treatment(db, row)
        assert {"dose.over_limit", "dose.escalation", "dose.interval"} <= set(open_rules(db, ada))


def test_a_dose_given_over_the_limit_is_an_incident_unless_a_second_clinician_confirmed_it(ada, nora):
    mina = staff("clinician", "mina")
    with database(nora) as db:
        treated(db, ada, days_ago(7), given_mg=70.0)  # at a first dose strong would be a block
        row = chair(db, ada, given_mg=77.0)  # 1.1 mg/kg; strong is above 1.0
        db.add(order(row, mg=77, confirmed_at=NOW, confirmed_by="Mina Test", confirmed_by_id=mina.account_id))
        watching.treatment(db, row)
        assert "dose.given_over_limit" not in open_rules(db, ada)
        row.given_mg = 80.0
        watching.treatment(db, row)
        assert "dose.given_over_limit" in open_rules(db, ada)


def test_what_was_given_beside_what_was_ordered(ada, nora):
    with database(nora) as db:
        row = chair(db, ada, given_mg=36.0)
        db.add(order(row, mg=36))
        watching.treatment(db, row)
        assert "dose.given_not_as_ordered" not in open_rules(db, ada)
        row.given_mg = 30.0
        watching.treatment(db, row)
        assert open_rules(db, ada)["dose.given_not_as_ordered"].saw == "Incident. Given 30 mg, ordered 36 mg."


def test_the_gate_its_answers_and_a_start_against_it(ada, nora):
    with database(nora) as db:
        row = chair(db, ada)
        db.add(
            GateAnswer(
                patient_id=ada.id,
                episode_id=row.episode_id,
                treatment_id=row.id,
                item="gate.psychosis",
                value="yes",
                author="Nora Test",
            )
        )
        db.add(
            GateVerdict(
                patient_id=ada.id,
                treatment_id=row.id,
                verdict="do not start",
                reasons=[
                    {"id": "gate.escort", "verdict": "do not start", "says": "Escort: answered no."},
                    {"id": "gate.pregnancy", "verdict": "go", "says": "A remark."},
                ],
                protocol="adult",
                protocol_version="1.0",
                author="Nora Test",
                started=True,
                override_reason="given already",
            )
        )
        watching.treatment(db, row)
        found = open_rules(db, ada)
    assert {"mental_state", "escort", "gate.overridden"} <= set(found)
    assert "pregnancy.status" not in found, "a remark holds nothing up"
    assert found["escort"].urgency == "U0"
    assert "given already" in found["gate.overridden"].saw


def test_missed_observations_of_a_running_treatment(ada, nora):
    with database(nora) as db:
        row = chair(db, ada, started_at=NOW - timedelta(minutes=56))
        assert [each.rule for each in watching.treatment(db, row)] == ["observation.missed"]
        alert = open_rules(db, ada)["observation.missed"]
        assert (alert.urgency, alert.times) == ("U0", 2)
        assert "40 min" in alert.saw
        assert "50 min" in alert.saw
        row.left_at = NOW
        assert "observation.missed" not in [each.rule for each in watching.treatment(db, row)]


def test_a_record_written_up_afterwards_has_no_missed_observations_and_one_watched_has(ada, nora):
    with database(nora) as db:
        old = treated(db, ada, days_ago(2))
        watching.treatment(db, old)
        assert open_rules(db, ada) == {}
        old.planned_for, old.started_by = days_ago(2), "Nora Test"
        watching.treatment(db, old)
        assert open_rules(db, ada)["observation.missed"].urgency == "U2"


def test_leaving_early_and_with_a_criterion_not_met(ada, nora):
    with database(nora) as db:
        row = chair(
            db,
            ada,
            stopped_at=STARTED + timedelta(minutes=10),
            left_at=STARTED + timedelta(minutes=40),
            left_early_reason="the last train",
        )
        watching.treatment(db, row)
        found = open_rules(db, ada)
    assert {"left.early", "left.not_ready"} <= set(found)
    assert "the last train" in found["left.early"].saw


def test_finishing_a_written_up_record_looks_at_all_of_it(ada, nora):
    """Promise 5: the truth is saved, and what is over a limit opens an incident."""
    dose = {"substance": "racemic ketamine", "route": "IM", "given_mg": 120.0, "weight_kg": 70.0}
    vitals = [{"minute": 20, "systolic_mmhg": 205, "diastolic_mmhg": 100}]
    events = [{"term": "Headache", "severity": "severe", "serious": True}]
    with database(nora) as db:
        key = treatments.open_draft(db, ada.key).key
        treatments.write_draft(db, key, {**dose, "started_at": days_ago(1)}, vitals, events)
        assert open_rules(db, ada) == {}
        treatments.finish(db, key)
        assert set(open_rules(db, ada)) == {"bp.critical", "adverse_event.serious", "dose.given_over_limit"}


def test_checks_of_a_person(ada, nora):
    with database(nora) as db:
        db.add(check(ada, "liver tests", value=3.0))
        db.add(check(ada, "mood and psychosis", finding="nothing found"))
        assert watching.person(db, ada) == []
        db.add(check(ada, "liver tests", value=4.2))
        db.add(check(ada, "mood and psychosis", finding="something grave found"))
        db.add(check(ada, "prescription monitoring", finding="something found"))
        assert {each.rule for each in watching.person(db, ada)} == {"liver", "mental_state", "misuse.craving"}


def test_a_score_that_is_recorded_is_looked_at_with_those_before_it(ada, operator):
    """D.2 and D.3: two readings above a held level, and a response lost."""
    with database(operator) as db:
        scored(db, ada, days_ago(71), phq9(2))
        treated(db, ada, days_ago(70))
        for days, answer in ((60, 0), (50, 0), (40, 2)):
            scored(db, ada, days_ago(days), phq9(answer))
        assert open_rules(db, ada) == {}
        scored(db, ada, days_ago(30), phq9(2))
        assert set(open_rules(db, ada)) == {"worse.phq9.held6", "response.lost"}


@pytest.mark.parametrize("days, lost", [(3.1, True), (2.9, False)])
def test_a_score_soon_after_a_dose_speaks_of_no_response(ada, operator, days, lost):
    with database(operator) as db:
        scored(db, ada, days_ago(71), phq9(2))
        treated(db, ada, days_ago(70))
        treated(db, ada, days_ago(30))
        scored(db, ada, days_ago(50), phq9(0))
        scored(db, ada, days_ago(40), phq9(2))
        scored(db, ada, days_ago(30 - days), phq9(2))
        assert ("response.lost" in open_rules(db, ada)) is lost


def test_little_better_after_six_treatments(ada, operator):
    with database(operator) as db:
        scored(db, ada, days_ago(61), phq9(2))
        for days in range(60, 48, -2):
            treated(db, ada, days_ago(days))
        scored(db, ada, days_ago(40), phq9(*[2] * 6, 1, 1, 0))
        alert = open_rules(db, ada)["no_response.racemic"]
    assert alert.urgency == "U4"
    assert "PHQ-9 16 → 14 (12 % better) after 6 treatments." in alert.saw


# ---- what time makes due ---------------------------------------------------------------------------------------


def overdue(db, ada) -> str | None:
    watching.sweep(db)
    found = open_rules(db, ada).get("check.overdue")
    return found and found.saw


def test_checks_that_were_never_recorded_count_from_the_first_dose(ada, operator):
    with database(operator) as db:
        treated(db, ada, days_ago(27.5))
        assert overdue(db, ada) is None
    with database(operator) as db:
        [row] = db.exec(select(Treatment)).all()
        row.started_at = days_ago(29.5)
        assert "urinary symptoms were asked about: never recorded, 29 days" in overdue(db, ada)


def test_a_check_that_is_recorded_is_due_again_after_its_time(ada, operator):
    with database(operator) as db:
        treated(db, ada, days_ago(85))
        db.add(check(ada, "urinary symptoms", checked_on=days_ago(28).date()))
        assert overdue(db, ada) is None
        db.add(
            check(ada, "urinary symptoms", checked_on=days_ago(20).date(), status="void", void_reason="wrong")
        )
        [row] = db.exec(select(SafetyCheck).where(SafetyCheck.status != Status.VOID)).all()
        row.checked_on = days_ago(29.5).date()
        assert "urinary symptoms were asked about" in overdue(db, ada)


def test_nobody_outside_treatment_is_overdue(ada, operator):
    with database(operator) as db:
        treated(db, ada, days_ago(300))
        [episode] = episodes.of_patient(db, ada)
        episodes.move_to(db, episode.key, "paused")
        watching.sweep(db)
        assert open_rules(db, ada) == {}


@pytest.mark.parametrize("days, due", [(13.9, False), (14.1, True)])
def test_an_overdue_score_is_an_alert_once(ada, operator, days, due):
    with database(operator) as db:
        scored(db, ada, days_ago(days), phq9(1))
        treated(db, ada, days_ago(days))
        watching.sweep(db)
        watching.sweep(db)
        found = open_rules(db, ada).get("measure.overdue")
        assert (found is not None) is due
        assert not due or (found.times, found.urgency) == (1, "U4")


@pytest.mark.parametrize(
    "place, days, done, due",
    [
        ("us", 5.1, False, True),
        ("us", 4.9, False, False),
        ("us", 5.1, True, False),
        ("adult", 5.1, False, False),
    ],
)
def test_the_rems_form_is_due_only_where_the_protocol_has_the_duty(ada, operator, place, days, done, due):
    with database(operator) as db:
        settings.change(db, protocol=place)
        row = treated(db, ada, days_ago(days), substance="esketamine", route="IN", given_mg=56.0)
        if done:
            db.add(
                DutyDone(
                    patient_id=ada.id,
                    treatment_id=row.id,
                    duty="duty.rems_form",
                    author="x",
                    done_at=days_ago(1),
                )
            )
            db.flush()
        watching.sweep(db)
        assert ("duty.due" in open_rules(db, ada)) is due


def test_a_sweep_meets_the_running_treatments_that_nobody_wrote_to(ada, operator):
    with database(operator) as db:
        chair(db, ada, started_at=NOW - timedelta(minutes=50))
        watching.sweep(db)
        assert set(open_rules(db, ada)) == {"observation.missed"}


def test_a_process_sweeps_at_most_once_in_five_minutes(ada, operator):
    with database(operator) as db:
        watching.sweep_if_due(db)
        chair(db, ada, started_at=NOW - timedelta(minutes=50))
        assert watching.sweep_if_due(db) == []
        assert [each.rule for each in watching.sweep(db)] == ["observation.missed"]


# ---- how fast somebody acted -----------------------------------------------------------------------------------


def test_times_from_opening_to_closing_with_what_is_open_kept_in(ada, operator):
    opened = days_ago(2)
    with database(operator) as db:
        for number, minutes in enumerate((10, 20, 90, None)):
            other = patient(db, f"SM-{number + 10}")
            alert = alerts.raise_alert(db, "check.overdue", other.id, "saw")
            alert.opened_at = alert.raised_at = opened
            if minutes:
                alerts.close(db, alert.key)
                alert.closed_at = opened + timedelta(minutes=minutes)
        db.flush()
        found = alerts.times(db, days_ago(3), NOW)
        assert found["minutes_to_closed"].tolist()[:3] == [10, 20, 90]
        assert len(alerts.times(db, days_ago(1), NOW)) == 0
    [row] = alerts.time_to_close(found, NOW).itertuples()
    assert (row.urgency, row.raised, row.closed, row.open) == ("U3", 4, 3, 1)
    assert row.median_minutes == 20, "the one that is open counts: of 10, 20, 90 and open, half by 20"
    assert row.p90_minutes != row.p90_minutes, "nine in ten are not closed yet"


def test_only_who_may_see_safety_sees_the_times(ada, nora):
    from clinic.refused import NotAllowed

    with database(nora) as db, pytest.raises(NotAllowed):
        alerts.times(db, days_ago(1), NOW)


# ---- rules as they were ----------------------------------------------------------------------------------------


def test_the_version_that_raised_an_alert_can_be_looked_up(red, nora):
    with database(nora) as db:
        alert = alerts.by_key(db, red)
    assert flags.by_name(alert.rule, alert.rule_version).title == "Blood pressure red"


def test_several_things_seen_in_one_look_are_one_alert(ada, operator):
    rule = flags.rules()["check.overdue"]
    found = [Fired(rule, f"patient:{n}", days_ago(n), f"Check {n} is due.", "U3") for n in range(5)]
    with database(operator) as db:
        [alert] = alerts.raise_fired(db, ada.id, found)
        assert alert.times == 5
        assert alert.saw == "Check 0 is due. Check 1 is due. Check 2 is due. And 2 more."
