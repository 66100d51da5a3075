"""One treatment as its tablets show it: the numbers, the limits, what is due, and whether anything is new."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from clinic import settings, treatments
from clinic.chair import polling, state
from clinic.refused import NotAllowed, NotFound
from data_model import Alert, Patient, database
from data_model.columns import now
from data_model.treatments import Route, Substance
from tests.chair_room import MINUTE, QUIET, entry, planned, running, saved, stored, vitals
from tests.people import staff


@pytest.fixture
def nora(both_stores):
    return staff("nurse", "nora")


@pytest.fixture
def chair(nora):
    """Ada's infusion, which began half an hour ago."""
    return running(nora)


def told(actor, treatment) -> dict:
    with database(actor) as db:
        return json.loads(json.dumps(state.of(db, treatments.by_key(db, treatment.key))))


def at(iso: str) -> datetime:
    return datetime.fromisoformat(iso)


def test_who_and_what_stands_on_top(chair, nora):
    found = told(nora, chair)["treatment"]
    assert (found["name"], found["line"]) == ("Byron, Ada", "born 10 Dec 1985, SM-1")
    assert found["dose"] == "35 mg · 0.5 mg/kg · over 40 min"
    assert (found["room"], found["substance"], found["route"]) == ("Room 1", "racemic ketamine", "IV")


def test_a_spray_is_in_mg_and_not_by_weight(nora):
    spray = running(
        nora, substance=Substance.ESKETAMINE, route=Route.IN, ordered_mg=56.0, planned_minutes=None
    )
    assert told(nora, spray)["treatment"]["dose"] == "56 mg"


def test_without_an_order_nothing_is_made_up(nora):
    assert told(nora, running(nora, ordered_mg=None))["treatment"]["dose"] == "no order"


@pytest.mark.parametrize(
    "systolic, tier",
    [(159, None), (160, "amber"), (179, "amber"), (180, "red"), (199, "red"), (200, "critical")],
)
def test_a_row_says_which_limit_it_reaches(chair, nora, systolic, tier):
    """docs/clinical.md E.1, at both sides of each limit; nothing before the dose, so that no rise is judged."""
    saved(nora, chair, vitals(systolic_mmhg=systolic))
    (row,) = told(nora, chair)["rows"]
    assert row["tier"] == tier
    assert bool(row["findings"]) == bool(tier)


def test_a_rise_is_judged_by_the_person_s_own_value_before_the_dose(chair, nora):
    """docs/clinical.md E.1 and the reference §2.2: 30 above 128 is amber, 29 is not."""
    saved(nora, chair, vitals(chair.started_at - 5 * MINUTE, systolic_mmhg=128, diastolic_mmhg=80))
    saved(nora, chair, vitals(now() - 6 * MINUTE, systolic_mmhg=157), vitals(now(), systolic_mmhg=158))
    before, below, above = told(nora, chair)["rows"]
    assert (before["tier"], below["tier"], above["tier"]) == (None, None, "amber")
    assert (before["minute"], above["minute"]) == (-5, 30)


def test_before_the_dose_other_limits_hold(nora):
    plan = planned(nora)
    saved(nora, plan, vitals(systolic_mmhg=165, diastolic_mmhg=85))
    (row,) = told(nora, plan)["rows"]
    assert (row["tier"], row["minute"]) == ("hold", None)


def test_rows_are_in_words_in_the_order_in_which_it_happened(chair, nora):
    saved(
        nora,
        chair,
        entry("vitals", now() - 2 * MINUTE, values=QUIET | {"aldrete": 9}, symptoms=["symptom.chest_pain"]),
        entry("event", now() - 9 * MINUTE, term="Nausea", severity="moderate", serious=True),
        entry("pause", now() - 8 * MINUTE, reason="nausea"),
        entry("rescue", now() - 7 * MINUTE, drug="Ondansetron", dose="4 mg", route="IV"),
        entry("part", now() - 6 * MINUTE, what="bolus", mg=5, lot="L1"),
        entry("tick", now() - 5 * MINUTE, criterion="leaving.walks", met=False),
        vitals(now() - 4 * MINUTE, systolic_mmhg=120),
    )
    rows = told(nora, chair)["rows"]
    assert [(row["kind"], row["says"]) for row in rows] == [
        ("event", "Nausea, moderate, serious"),
        ("pause", "Infusion paused"),
        ("rescue", "Ondansetron 4 mg IV"),
        ("part", "bolus, 5 mg"),
        ("tick", "Walks steadily: no"),
        ("vitals", "120/–"),
        ("vitals", "128/82 · 71 · SpO₂ 98 % · 14 breaths · MOAA/S 5 · dissociation 0 · Aldrete 9"),
    ]
    assert rows[-1]["detail"] == "Symptoms: chest pain."
    assert rows[-1]["tier"] == "critical"
    assert rows[-1]["by"] == nora.name
    assert told(nora, chair)["paused"]["key"] == rows[1]["key"]


@pytest.mark.parametrize("minutes, late", [(14, False), (16, True)])
def test_what_is_entered_much_later_says_so(chair, nora, minutes, late):
    """docs/clinical.md H: both times show when they differ by more than 15 minutes."""
    saved(nora, chair, vitals(now() - minutes * MINUTE))
    assert told(nora, chair)["rows"][0]["late"] is late


def test_what_was_taken_back_is_not_listed(chair, nora):
    said = vitals()
    saved(nora, chair, said, entry("undo", target=said["key"]))
    assert told(nora, chair)["rows"] == []


def test_what_is_due_follows_from_the_stored_start(chair, nora):
    """The reference §2.5: an infusion is observed before it and every 10 minutes until its end."""
    saved(nora, chair, vitals(chair.started_at + 10 * MINUTE), vitals(chair.started_at + 19 * MINUTE))
    due = told(nora, chair)["schedule"]
    assert [each["name"] for each in due] == ["before the dose", "10 min", "20 min", "30 min", "40 min"]
    assert [bool(each["done_at"]) for each in due] == [False, True, True, False, False]
    assert at(due[3]["at"]) == chair.started_at + 30 * MINUTE
    assert at(due[3]["closes"]) - at(due[3]["opens"]) == 10 * MINUTE


def test_an_infusion_that_pauses_is_observed_as_before(chair, nora):
    before = told(nora, chair)["schedule"]
    saved(nora, chair, entry("pause", now() - 8 * MINUTE))
    assert told(nora, chair)["schedule"] == before


def test_the_minimum_counts_from_the_end_of_the_infusion(chair, nora):
    """The reference §2.5: 60 minutes after the end of the infusion."""
    found = told(nora, chair)["minimum"]
    assert (found["minutes"], found["from"], found["until"]) == (60, "stop", None)
    saved(nora, chair, entry("stop", now() - 5 * MINUTE))
    stopped = stored(nora, chair).stopped_at
    assert at(told(nora, chair)["minimum"]["until"]) == stopped + 60 * MINUTE


def test_after_esketamine_it_counts_from_the_first_device(nora):
    """docs/clinical.md G: 120 minutes after esketamine is the default in all."""
    spray = running(nora, substance=Substance.ESKETAMINE, route=Route.IN)
    found = told(nora, spray)["minimum"]
    assert (found["minutes"], found["from"]) == (120, "start")
    assert at(found["until"]) == stored(nora, spray).started_at + 120 * MINUTE


def test_the_rating_of_dissociation_is_the_clinic_s_own(chair, nora, operator):
    rated = {each["name"]: each for each in told(nora, chair)["fields"]}["dissociation"]
    assert [value for value, _ in rated["choices"]] == [0, 1, 2, 3, 4]
    with database(operator) as db:
        settings.change(db, dissociation_scale="cadss6")
    rated = {each["name"]: each for each in told(nora, chair)["fields"]}["dissociation"]
    assert (rated["choices"], rated["low"], rated["high"]) == (None, 0, 24)
    saved(nora, chair, vitals(dissociation=20))
    assert told(nora, chair)["rows"][0]["values"]["dissociation_scale"] == "cadss6"


def test_only_the_open_alerts_of_this_treatment_are_shown(chair, nora):
    other = running(nora, "SM-2")
    saved(nora, other, vitals(systolic_mmhg=205))
    saved(nora, chair, vitals(systolic_mmhg=185))
    found = {each["rule"]: each for each in told(nora, chair)["alerts"]}
    assert "bp.during" in found
    assert "bp.critical" not in found
    due = at(found["bp.during"]["recheck_due"])
    assert timedelta(minutes=4) < due - now() <= timedelta(minutes=5)
    saved(nora, chair, entry("close", alert=found["bp.during"]["key"], action="settled"))
    assert "bp.during" not in {each["rule"] for each in told(nora, chair)["alerts"]}


def test_prescribers_are_offered_by_name(chair, nora):
    staff("clinician", "mina", may_prescribe=True)
    staff("clinician", "karl")
    assert told(nora, chair)["prescribers"] == [["mina", "Mina Test"]]


@pytest.mark.parametrize("role", ["auditor", "lead", "administrator"])
def test_only_those_who_treat_see_it(chair, role):
    with pytest.raises(NotAllowed), database(staff(role)) as db:
        polling.news(db, chair.key)


# ---- whether anything is new ---------------------------------------------------------------------------------------


def news(actor, treatment, version=None):
    with database(actor) as db:
        return polling.news(db, treatment.key, version)


def test_every_write_is_news_and_nothing_else_is(chair, nora):
    version = news(nora, chair)["version"]
    assert news(nora, chair, version) is None
    event = entry("event", term="Nausea")
    for said in (
        vitals(),
        event,
        entry("event_change", target=event["key"], severity="severe"),
        entry("pause"),
        entry("resume"),
        entry("stop"),
        entry("tick", criterion="leaving.walks", met=True),
        entry("escort", name="Annabella"),
        entry("room", room="Room 2"),
        entry("note", text="x"),
        entry("undo", target=event["key"]),
    ):
        saved(nora, chair, said)
        found = news(nora, chair, version)
        assert found is not None, said["kind"]
        assert news(nora, chair, found["version"]) is None
        version = found["version"]


def test_an_alert_that_somebody_answers_elsewhere_is_news(chair, nora):
    saved(nora, chair, vitals(systolic_mmhg=185))
    version = news(nora, chair)["version"]
    with database(nora) as db:
        db.exec(select(Alert).where(Alert.rule == "bp.during")).one().acknowledged_at = now()
    assert news(nora, chair, version) is not None


def test_a_new_name_is_news(chair, nora):
    version = news(nora, chair)["version"]
    with database(nora) as db:
        db.exec(select(Patient)).one().given_name = "Augusta"
    assert news(nora, chair, version)["treatment"]["name"] == "Byron, Augusta"


def test_what_time_alone_changes_is_news(chair, nora, monkeypatch):
    saved(nora, chair, entry("stop"))
    version = news(nora, chair)["version"]
    later = now() + 30 * MINUTE
    monkeypatch.setattr(polling, "now", lambda: later)
    monkeypatch.setattr(state, "now", lambda: later)
    found = news(nora, chair, version)
    observed = next(each for each in found["leaving"]["criteria"] if each["id"] == "leaving.observed")
    assert "30 minutes" in observed["says"]


def test_there_is_no_such_treatment(nora):
    with pytest.raises(NotFound):
        news(nora, type("Nothing", (), {"key": "nothing-here"}))
