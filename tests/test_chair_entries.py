"""What a tablet sends: each kind as it is stored, once, under its own treatment, or refused with a sentence."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlmodel import select

from clinic import signing, treatments
from data_model import (
    AdverseEvent,
    Alert,
    AuditRow,
    DosePart,
    Interruption,
    LeavingCheck,
    RescueDrug,
    VitalSigns,
    database,
)
from data_model.columns import Status, now
from data_model.treatments import Route, Severity, Substance
from tests.chair_room import MINUTE, QUIET, entry, planned, refused, running, saved, sent, stored, vitals
from tests.people import PASSWORD, staff

GAVE = next(iter(signing.MEANINGS))


@pytest.fixture
def nora(both_stores):
    return staff("nurse", "nora")


@pytest.fixture
def chair(nora):
    """Ada's infusion, which began half an hour ago."""
    return running(nora)


def rows(actor, table) -> list:
    with database(actor) as db:
        return list(db.exec(select(table).order_by(table.id)))


def one(actor, table):
    (row,) = rows(actor, table)
    return row


# ---- observations ------------------------------------------------------------------------------------------------


def test_an_observation_keeps_what_was_measured_when_and_by_whom(chair, nora):
    at = now() - timedelta(minutes=10, seconds=30)
    said = entry(
        "vitals",
        at,
        values=QUIET
        | {"dissociation": 2, "symptoms": ["symptom.vision"], "on_oxygen": False, "note": " tired "},
    )
    saved(nora, chair, said)
    row = one(nora, VitalSigns)
    assert (row.key, row.systolic_mmhg, row.diastolic_mmhg, row.moaas) == (said["key"], 128, 82, 5)
    assert (row.dissociation, row.dissociation_scale) == (2, "global")
    assert (row.symptoms, row.on_oxygen, row.note) == (["symptom.vision"], False, "tired")
    assert row.observed_at == at
    assert row.entered_at > at + 10 * MINUTE
    assert row.minute == 19, "whole minutes from the start, rounded down: 19 and a half"
    assert (row.status, row.author) == (Status.DRAFT, nora.name)
    assert row.position == 0


def test_what_was_not_measured_is_not_recorded(chair, nora):
    saved(nora, chair, vitals(heart_rate_bpm=70, spo2_percent=None))
    row = one(nora, VitalSigns)
    assert (row.heart_rate_bpm, row.spo2_percent, row.systolic_mmhg) == (70, None, None)
    assert (row.symptoms, row.on_oxygen, row.dissociation_scale) == (None, None, None)


def test_asked_and_none_is_an_observation_and_not_the_same_as_not_asked(chair, nora):
    saved(nora, chair, entry("vitals", values={}, symptoms=[]))
    assert one(nora, VitalSigns).symptoms == []


# ---- what happened -----------------------------------------------------------------------------------------------


def test_an_event_is_changed_afterwards_and_its_end_noted(chair, nora):
    event = entry("event", now() - 20 * MINUTE, term="Nausea", note="bowl given")
    change = entry("event_change", target=event["key"], severity="severe", serious=True)
    over = entry("event_change", now() - 5 * MINUTE, target=event["key"], resolved=True)
    saved(nora, chair, event, change, over)
    row = one(nora, AdverseEvent)
    assert (row.term, row.severity, row.serious, row.action) == (
        "Nausea",
        Severity.SEVERE,
        True,
        "bowl given",
    )
    assert (row.onset_minute, row.resolved_minute) == (10, 25)
    saved(nora, chair, entry("event_change", target=event["key"], resolved=False))
    assert one(nora, AdverseEvent).resolved_minute is None


def test_a_drug_given_against_something_is_a_row(chair, nora):
    saved(nora, chair, entry("rescue", drug="Ondansetron", dose="4 mg", route="IV", reason="vomiting"))
    row = one(nora, RescueDrug)
    assert (row.drug, row.dose, row.route, row.reason) == ("Ondansetron", "4 mg", "IV", "vomiting")


# ---- the dose ----------------------------------------------------------------------------------------------------


def test_an_infusion_pauses_and_goes_on(chair, nora):
    saved(nora, chair, entry("pause", now() - 12 * MINUTE, reason="nausea"))
    assert "paused already" in refused(nora, chair, entry("pause"))["problems"][0]
    assert "before it was paused" in refused(nora, chair, entry("resume", now() - 13 * MINUTE))["problems"][0]
    saved(nora, chair, entry("resume", now() - 8 * MINUTE))
    row = one(nora, Interruption)
    assert (row.resumed_at - row.paused_at) // MINUTE in (3, 4)
    assert row.reason == "nausea"
    assert "not paused" in refused(nora, chair, entry("resume"))["problems"][0]


def test_the_dose_ends_once_and_can_be_put_right(chair, nora):
    first = entry("stop", now() - 3 * MINUTE, early=True, reason="asked to stop")
    saved(nora, chair, first, first)
    record = stored(nora, chair)
    assert record.stopped_early
    assert "Stopped early: asked to stop" in record.note
    assert record.note.count("asked to stop") == 1
    assert "recorded already" in refused(nora, chair, entry("stop"))["problems"][0]
    saved(nora, chair, entry("undo", target="stop"), entry("stop", now() - MINUTE, early=False))
    record = stored(nora, chair)
    assert (record.stopped_early, (now() - record.stopped_at) // MINUTE) == (False, 1)


def test_devices_add_up_to_what_was_given(nora):
    spray = running(nora, substance=Substance.ESKETAMINE, route=Route.IN, ordered_mg=56.0)
    first, second = (entry("part", what="device", mg=28, lot="L1") for _ in range(2))
    saved(nora, spray, first, second, first)
    assert stored(nora, spray).given_mg == 56
    assert [(row.what, row.mg, row.lot) for row in rows(nora, DosePart)] == [("device", 28, "L1")] * 2
    assert "make 56 mg" in refused(nora, spray, entry("given", mg=84))["problems"][0]
    saved(nora, spray, entry("undo", target=second["key"]))
    assert stored(nora, spray).given_mg == 28
    saved(nora, spray, entry("undo", target=first["key"]))
    assert stored(nora, spray).given_mg is None


def test_a_dose_over_a_limit_is_recorded_after_confirmation_and_opens_an_incident(chair, nora):
    """docs/safety.md, promise 5: what was given can always be recorded."""
    said = entry("given", mg=120)
    refusal = refused(nora, chair, said)
    assert any("mg/kg" in sentence for sentence in refusal["problems"])
    saved(nora, chair, said | {"reason": "read off the empty syringe"})
    assert stored(nora, chair).given_mg == 120
    found = {row.rule for row in rows(nora, Alert)}
    assert "dose.given_over_limit" in found


# ---- leaving, notes, the room ------------------------------------------------------------------------------------


def test_ticks_stand_beside_each_other(chair, nora):
    for met in (True, False, None):
        saved(nora, chair, entry("tick", criterion="leaving.walks", met=met, note="round the room"))
    assert [row.met for row in rows(nora, LeavingCheck)] == [True, False, None]
    assert (
        "no criterion"
        in refused(nora, chair, entry("tick", criterion="leaving.oxygen", met=True))["problems"][0]
    )


def test_the_escort_has_a_name(chair, nora):
    assert "Name the responsible" in refused(nora, chair, entry("escort", name=""))["problems"][0]
    saved(nora, chair, entry("escort", name="Annabella Byron", transport="taxi"))
    assert (stored(nora, chair).escort, stored(nora, chair).transport) == ("Annabella Byron", "taxi")


def test_a_note_is_added_with_name_and_time_and_takes_nothing_away(chair, nora):
    first, second = entry("note", text="asked for water"), entry("note", text="asked for water")
    saved(nora, chair, first, second, first)
    lines = stored(nora, chair).note.split("\n")
    assert len(lines) == 2, "said twice by two entries, and not a third time by a copy"
    assert all(f"{nora.name}: asked for water" in line for line in lines)


def test_the_room_changes_and_a_late_copy_does_not_bring_the_old_one_back(chair, nora):
    first = entry("room", room="Room 2")
    saved(nora, chair, first, entry("room", room="Room 3"), first)
    assert stored(nora, chair).room == "Room 3"


@pytest.mark.parametrize(
    "said, table",
    [
        (vitals(), VitalSigns),
        (entry("event", term="Nausea"), AdverseEvent),
        (entry("pause"), Interruption),
        (entry("rescue", drug="Ondansetron"), RescueDrug),
        (entry("part", what="bolus", mg=5), DosePart),
        (entry("tick", criterion="leaving.walks", met=True), LeavingCheck),
    ],
)
def test_what_is_taken_back_stays_as_void_and_a_late_copy_changes_nothing(chair, nora, said, table):
    said = said | {"at": now().isoformat()}
    undo = entry("undo", target=said["key"])
    saved(nora, chair, said, undo, said, undo)
    row = one(nora, table)
    assert (row.status, row.void_reason) == (Status.VOID, "taken back")


def test_only_what_is_there_is_taken_back(chair, nora):
    assert "not part of this treatment" in refused(nora, chair, entry("undo", target="x" * 14))["problems"][0]


# ---- alerts ------------------------------------------------------------------------------------------------------


def alert_of(actor, rule: str) -> Alert:
    return next(row for row in rows(actor, Alert) if row.rule == rule)


def test_an_alert_is_seen_acted_upon_and_closed_from_the_chair(chair, nora):
    saved(nora, chair, vitals(systolic_mmhg=185, diastolic_mmhg=95))
    key = alert_of(nora, "bp.during").key
    assert "what was done" in refused(nora, chair, entry("close", alert=key))["problems"][0]
    saved(nora, chair, entry("ack", alert=key))
    assert alert_of(nora, "bp.during").acknowledged_by == nora.name
    saved(nora, chair, entry("act", alert=key, action="told the prescriber"), entry("close", alert=key))
    closed = alert_of(nora, "bp.during")
    assert (closed.closed_by, closed.action) == (nora.name, "told the prescriber")


def test_an_emergency_is_assessed_by_name_and_stays_as_urgent(chair, nora):
    """docs/clinical.md E.2."""
    event = entry("event", term="Chest pain")
    saved(nora, chair, event)
    key = alert_of(nora, "bp.critical").key
    assert "panic" in refused(nora, chair, entry("assess", alert=key, **{"as": "nothing"}))["problems"][0]
    saved(nora, chair, entry("assess", alert=key, **{"as": "panic"}, note="ECG unchanged"))
    row, alert = one(nora, AdverseEvent), alert_of(nora, "bp.critical")
    assert (row.assessed_as, row.assessed_by) == ("panic", nora.name)
    assert "assessed as panic: ECG unchanged" in alert.action
    assert (alert.urgency.value, alert.closed_at) == ("U0", None)


def test_an_alert_of_somebody_else_is_not_answered_here(chair, nora):
    other = running(nora, "SM-2")
    saved(nora, other, vitals(systolic_mmhg=185))
    key = alert_of(nora, "bp.during").key
    for kind in ("ack", "act", "close", "assess"):
        refusal = refused(nora, chair, entry(kind, alert=key, action="x"))
        assert "no such alert" in refusal["problems"][0]
    assert alert_of(nora, "bp.during").acknowledged_at is None


# ---- where the treatment stands -----------------------------------------------------------------------------------


def test_before_the_start_there_are_observations_notes_and_a_room(nora):
    plan = planned(nora)
    saved(nora, plan, vitals(now() - 5 * MINUTE), entry("note", text="early"), entry("room", room="Room 2"))
    assert one(nora, VitalSigns).minute is None
    for said in (entry("event", term="Nausea"), entry("stop"), entry("given", mg=35), entry("left")):
        assert "not started yet" in refused(nora, plan, said)["problems"][0]


def test_a_late_entry_still_goes_into_a_finished_record(nora):
    """The tablet was out of contact while another one finished the record."""
    done = running(nora, minutes=120)
    saved(nora, done, vitals(now() - 100 * MINUTE), entry("given", mg=35), entry("stop", now() - 80 * MINUTE))
    saved(nora, done, entry("left", reason="wanted to go"))
    with database(nora) as db:
        treatments.finish(db, done.key)
    saved(nora, done, vitals(now() - 60 * MINUTE), entry("event", now() - 50 * MINUTE, term="Nausea"))
    assert {row.status for row in [*rows(nora, VitalSigns), *rows(nora, AdverseEvent)]} == {Status.ACTIVE}


def test_a_signed_record_takes_no_entry_but_knows_those_it_has(nora):
    done = running(nora, minutes=120)
    first = vitals(now() - 100 * MINUTE)
    saved(
        nora,
        done,
        first,
        entry("given", mg=35),
        entry("stop", now() - 80 * MINUTE),
        entry("left", reason="x"),
    )
    with database(nora) as db:
        treatments.finish(db, done.key)
        whose = signing.whose(db, treatments.by_key(db, done.key))
    with database(nora) as db:
        signing.sign(db, done.key, PASSWORD, GAVE, identity=whose)
    for said in (
        vitals(),
        entry("note", text="x"),
        entry("undo", target=first["key"]),
        entry("room", room="x"),
    ):
        assert refused(nora, done, said)["problems"] == ["This record is signed: amend it."]
    saved(nora, done, first)
    assert one(nora, VitalSigns).status == Status.SIGNED


def test_an_alert_is_closed_although_the_record_is_signed(nora):
    """An alert is no part of the record."""
    done = running(nora, minutes=120)
    saved(nora, done, vitals(systolic_mmhg=185), entry("given", mg=35), entry("left", reason="x"))
    with database(nora) as db:
        treatments.finish(db, done.key)
        whose = signing.whose(db, treatments.by_key(db, done.key))
    with database(nora) as db:
        signing.sign(db, done.key, PASSWORD, GAVE, identity=whose)
    saved(nora, done, entry("close", alert=alert_of(nora, "bp.during").key, action="settled"))
    assert alert_of(nora, "bp.during").closed_by == nora.name


def test_what_was_cancelled_or_is_written_up_takes_nothing(nora):
    gone = planned(nora, status=Status.VOID, void_reason="cancelled")
    assert "cancelled" in refused(nora, gone, vitals())["problems"][0]
    form = planned(nora, "SM-2", planned_for=None)
    assert "written up" in refused(nora, form, vitals())["problems"][0]


# ---- exactly once --------------------------------------------------------------------------------------------------


def test_a_key_is_stored_once_and_the_first_content_stands(chair, nora):
    first = vitals(systolic_mmhg=120)
    outcome = sent(nora, chair, first, first | {"values": {"systolic_mmhg": 199}})
    assert outcome.saved == [first["key"]] * 2
    assert one(nora, VitalSigns).systolic_mmhg == 120


def test_a_key_of_another_treatment_is_refused(chair, nora):
    other, said = running(nora, "SM-2"), vitals()
    saved(nora, other, said)
    assert "under another treatment" in refused(nora, chair, said)["problems"][0]
    assert one(nora, VitalSigns).treatment_id == other.id


def test_one_bad_entry_does_not_keep_the_others(chair, nora):
    good, bad, also = vitals(), vitals(systolic_mmhg=1), entry("note", text="fine")
    outcome = sent(nora, chair, good, bad, also)
    assert outcome.saved == [good["key"], also["key"]]
    assert [each["key"] for each in outcome.refused] == [bad["key"]]


def test_a_change_is_applied_once_although_another_came_between(chair, nora):
    event = entry("event", term="Nausea")
    mild = entry("event_change", target=event["key"], severity="moderate")
    saved(nora, chair, event, mild, entry("event_change", target=event["key"], severity="severe"), mild)
    assert one(nora, AdverseEvent).severity == Severity.SEVERE


def test_two_tablets_at_once_lose_nothing_and_store_nothing_twice(chair, nora):
    """Six tablets, each with entries that change the treatment itself, and all of them a copy of one batch."""
    common = [vitals(), entry("note", text="common")]
    own = [[entry("note", text=f"note {tablet}.{n}") for n in range(4)] for tablet in range(6)]
    with ThreadPoolExecutor(6) as tablets:
        outcomes = list(tablets.map(lambda mine: sent(nora, chair, *common, *mine), own))
    assert all(outcome.refused == [] for outcome in outcomes)
    assert len(rows(nora, VitalSigns)) == 1
    lines = stored(nora, chair).note.split("\n")
    assert sorted(line.partition(": ")[2] for line in lines) == sorted(
        ["common", *(f"note {tablet}.{n}" for tablet in range(6) for n in range(4))]
    )


def test_two_tablets_that_pause_at_once_pause_once(chair, nora):
    with ThreadPoolExecutor(4) as tablets:
        outcomes = list(tablets.map(lambda _: sent(nora, chair, entry("pause")), range(4)))
    assert sorted(len(outcome.saved) for outcome in outcomes) == [0, 0, 0, 1]
    assert len(rows(nora, Interruption)) == 1


def test_every_entry_is_in_the_audit_trail_of_its_patient(chair, nora):
    saved(
        nora,
        chair,
        vitals(),
        entry("rescue", drug="Ondansetron"),
        entry("tick", criterion="leaving.walks", met=True),
        entry("escort", name="Annabella"),
    )
    with database(nora) as db:
        found = list(db.exec(select(AuditRow).where(AuditRow.patient_id == chair.patient_id)))
    tables = {row.record_table for row in found if row.actor == nora.name}
    assert {"vital_signs", "rescue_drug", "leaving_check", "treatment"} <= tables


# ---- who may ---------------------------------------------------------------------------------------------------------
