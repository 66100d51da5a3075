"""Each of the 28 flags on both sides of what it watches for; the numbers stand here by hand, from the ketamine
reference §4 as corrected by docs/clinical.md."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from clinic import flags
from clinic.flags.facts import (
    Answer,
    Doubt,
    Duty,
    Event,
    Facts,
    Given,
    Missed,
    Unmeasured,
    Verdict,
)
from clinic.protocols import protocol
from tests.flag_cases import (
    ADULT,
    NOW,
    START,
    aged,
    asked,
    checked,
    dosed,
    fired,
    left,
    observed,
    series,
)

ESKETAMINE = ("esketamine", "IN")
IV = ("racemic ketamine", "IV")
MILD, GRAVE, NOTHING = "something found", "something grave found", "nothing found"


def event(term: str, serious: bool = False) -> Facts:
    return Facts(ADULT, NOW, events=(Event("adverse_event:a", START, term, "mild", serious),))


def answered(item: str, value: str) -> Facts:
    return Facts(ADULT, NOW, answers=(Answer("gate_answer:a", START, item, item, value),))


def verdict(
    *reasons: str, started: bool = False, says: str = "do not start", why: str | None = None
) -> Facts:
    told = tuple((reason, f"{reason} was said.") for reason in reasons)
    return Facts(ADULT, NOW, verdicts=(Verdict("gate_verdict:a", START, says, told, started, why),))


def given(mg: float, ordered: float, early: bool = False) -> Facts:
    return Facts(ADULT, NOW, given=(Given("treatment:a", START, mg, ordered, early),))


def missed(running: bool) -> Facts:
    return Facts(ADULT, NOW, missed=(Missed("treatment:a:40", "40 min", START, running),))


def duty(days_ago: float, done: float | None = None) -> Facts:
    since = NOW - timedelta(days=days_ago)
    done_at = None if done is None else since + timedelta(days=done)
    return Facts(ADULT, NOW, duties=(Duty("treatment:a", "REMS monitoring form", since, 7, done_at),))


def waiting(days: int) -> Facts:
    return Facts(ADULT, NOW, unmeasured=(Unmeasured("episode:a", START, "PHQ-9", days, 14, "induction"),))


# flag, rule, facts that raise it, how urgent that is, facts just on the other side
SIDES = [
    (1, "suicide.concern", asked(1), "U1", Facts(ADULT, NOW)),
    (2, "suicide.high", asked(2, urgent=True, previous=2), "U1", asked(1, previous=1)),
    (2, "suicide.high", asked(1, previous=0), "U1", asked(1)),
    (3, "suicide.grave", asked(4, by_level=True), "U0", asked(3, by_level=True)),
    (3, "suicide.grave", asked(6, by_level=True), "U0", asked(6)),
    (4, "bp.pre", observed(-10, systolic_mmhg=160), "U0", observed(-10, systolic_mmhg=159)),
    (4, "bp.pre", observed(-10, diastolic_mmhg=100), "U0", observed(-10, diastolic_mmhg=99)),
    (4, "bp.pre", observed(-10, systolic_mmhg=180), "U0", observed(20, systolic_mmhg=170)),
    (5, "bp.during", observed(40, systolic_mmhg=180), "U0", observed(40, systolic_mmhg=179)),
    (5, "bp.during", observed(40, diastolic_mmhg=110), "U0", observed(40, diastolic_mmhg=109)),
    (5, "bp.during", observed(40, systolic_mmhg=89), "U0", observed(40, systolic_mmhg=90)),
    (5, "bp.during", observed(40, systolic_mmhg=199), "U0", observed(40, systolic_mmhg=200)),
    (6, "bp.critical", observed(40, systolic_mmhg=200), "U0", observed(40, systolic_mmhg=199)),
    (6, "bp.critical", observed(40, diastolic_mmhg=120), "U0", observed(40, diastolic_mmhg=119)),
    (6, "bp.critical", observed(40, symptoms=("symptom.chest_pain",)), "U0", observed(40, symptoms=())),
    (6, "event.emergency", event("Chest pain"), "U0", event("Nausea")),
    (7, "spo2", observed(30, spo2_percent=91), "U0", observed(30, spo2_percent=92)),
    (7, "spo2", observed(30, spo2_percent=89), "U0", observed(30, spo2_percent=93)),
    (7, "spo2", observed(-5, spo2_percent=91), "U0", observed(-5, spo2_percent=92)),
    (8, "breathing.slow", observed(30, respiratory_rate=7), "U0", observed(30, respiratory_rate=8)),
    (8, "breathing.slow", observed(30, symptoms=("symptom.apnoea",)), "U0", observed(30, symptoms=None)),
    (8, "breathing.event", event("Respiratory depression"), "U0", event("Throat irritation")),
    (9, "sedation.deep", observed(30, moaas=3), "U0", observed(30, moaas=4)),
    (9, "sedation.deep", observed(30, moaas=1), "U0", observed(30, moaas=None)),
    (
        10,
        "still_symptomatic",
        observed(120, rated=5, scale="cadss"),
        "U1",
        observed(120, rated=4, scale="cadss"),
    ),
    (
        10,
        "still_symptomatic",
        observed(120, rated=5, scale="cadss"),
        "U1",
        observed(119, rated=5, scale="cadss"),
    ),
    (
        10,
        "still_symptomatic",
        observed(120, rated=1, scale="global"),
        "U1",
        observed(120, rated=0, scale="global"),
    ),
    (
        10,
        "still_symptomatic",
        observed(130, rated=3, scale="cadss6", own_rated=2),
        "U1",
        observed(130, rated=2, scale="cadss6", own_rated=2),
    ),
    (10, "still_symptomatic", observed(120, moaas=4), "U1", observed(120, moaas=5)),
    (10, "still_symptomatic", observed(120, moaas=3, own_moaas=4), "U1", observed(120, moaas=4, own_moaas=4)),
    (11, "left.early", left(59), "U1", left(60)),
    (11, "left.early", left(119, "IN", "esketamine"), "U1", left(120, "IN", "esketamine")),
    (11, "left.early", left(119.9, "IM"), "U1", left(None, "IM")),
    (11, "left.not_ready", left(60, reason="train", ready=False), "U1", left(60, reason="train", ready=True)),
    (
        11,
        "left.not_ready",
        left(60, reason="train", ready=False),
        "U1",
        left(60, reason="train", ready=False, decided_by="Mina Holm"),
    ),
    (12, "observation.missed", missed(True), "U0", Facts(ADULT, NOW)),
    (12, "observation.missed", missed(False), "U2", Facts(ADULT, NOW)),
    (
        13,
        "dose.over_limit",
        dosed("ordered", ("dose.iv.mg.strong", "strong")),
        "U3",
        dosed("ordered", ("dose.iv.mg.warn", "warn")),
    ),
    (
        13,
        "dose.given_over_limit",
        dosed("given", ("dose.iv.mg.strong", "strong")),
        "U1",
        dosed("given", ("dose.iv.mg.strong", "strong"), allowed=True),
    ),
    (
        13,
        "dose.given_over_limit",
        dosed("given", ("dose.iv.mg.block", "block"), allowed=True),
        "U1",
        dosed("given", ("dose.iv.mg.warn", "warn")),
    ),
    (13, "dose.given_not_as_ordered", given(37.9, 36), "U2", given(37.8, 36)),
    (13, "dose.given_not_as_ordered", given(20, 36), "U2", given(20, 36, early=True)),
    (
        14,
        "dose.escalation",
        dosed("ordered", ("escalation.iv.percent.strong", "strong")),
        "U3",
        dosed("ordered", ("escalation.iv.step.warn", "warn")),
    ),
    (
        15,
        "dose.interval",
        dosed("ordered", ("interval.hours.warn", "warn")),
        "U3",
        dosed("given", ("interval.hours.warn", "warn")),
    ),
    (
        15,
        "dose.interval",
        dosed("given without an order", ("interval.same_day.strong", "strong")),
        "U3",
        dosed("ordered", ("weight.age.induction", "warn")),
    ),
    (16, "urinary", checked("urinary symptoms", MILD), "U3", checked("urinary symptoms", NOTHING)),
    (16, "urinary", checked("urinary symptoms", GRAVE), "U2", checked("cognition", GRAVE)),
    (16, "urinary.answer", answered("gate.urinary", "yes"), "U3", answered("gate.urinary", "no")),
    (16, "urinary.event", event("Dysuria"), "U3", event("Dizziness")),
    (16, "urinary.event_grave", event("Haematuria"), "U2", event("Nocturia")),
    (16, "urinary.score", series(4, 5, name="icsi"), "U3", series(5, 5, name="icsi")),
    (17, "liver", checked("liver tests", value=3.1), "U2", checked("liver tests", value=3.0)),
    (17, "liver", checked("liver tests", value=5.1), "U2", checked("liver tests")),
    (18, "worse.phq9.baseline6", series(16, baseline=10), "U2", series(15, baseline=10)),
    (
        18,
        "worse.gad7.baseline6",
        series(12, baseline=6, name="gad7"),
        "U2",
        series(11, baseline=6, name="gad7"),
    ),
    (18, "worse.phq9.held6", series(5, 6, 12, 12), "U3", series(5, 6, 12, 11)),
    (18, "worse.gad7.held6", series(5, 6, 12, 12, name="gad7"), "U3", series(5, 12, 12, name="gad7")),
    (18, "worse.phq9.held6", series(5, 6, 12, 12), "U3", series(2, 9, 12, 12)),
    (19, "response.lost", series(9, 11, 11, days=[14, 21, 26]), "U3", series(9, 11, 11, days=[14, 21, 25])),
    (19, "response.lost", series(9, 11, 11), "U3", series(9, 11, 10)),
    (20, "no_response.racemic", series(15.1, doses=[IV] * 6), "U4", series(15, doses=[IV] * 6)),
    (20, "no_response.racemic", series(20, doses=[IV] * 6), "U4", series(20, doses=[IV] * 5)),
    (20, "no_response.racemic", series(20, doses=[IV] * 6), "U4", series(20, doses=[IV] * 6, too_mild=True)),
    (
        20,
        "no_response.esketamine",
        series(20, doses=[ESKETAMINE] * 8),
        "U4",
        series(20, doses=[ESKETAMINE] * 7),
    ),
    (21, "mental_state", checked("mood and psychosis", MILD), "U1", checked("mood and psychosis", NOTHING)),
    (21, "mental_state.answer", answered("gate.psychosis", "yes"), "U1", answered("gate.psychosis", "no")),
    (21, "mental_state.event", event("Psychotic symptoms"), "U1", event("Dissociation")),
    (
        22,
        "misuse.craving",
        checked("craving or non-medical use", MILD),
        "U3",
        checked("craving or non-medical use"),
    ),
    (22, "misuse.screen", checked("urine drug screen", MILD), "U3", checked("urine drug screen", NOTHING)),
    (
        22,
        "misuse.pdmp",
        checked("prescription monitoring", GRAVE),
        "U3",
        checked("prescription monitoring", NOTHING),
    ),
    (22, "misuse.event", event("Drug craving"), "U3", event("Euphoric mood")),
    (23, "pregnancy.status", verdict("gate.pregnancy"), "U3", verdict("gate.fasting")),
    (23, "pregnancy.status", verdict("gate.pregnancy", started=True), "U0", verdict(started=True)),
    (23, "pregnancy.test", checked("pregnancy test", MILD), "U2", checked("pregnancy test", NOTHING)),
    (24, "escort", verdict("gate.escort"), "U3", verdict("gate.fasting")),
    (24, "escort", verdict("gate.escort", started=True), "U0", verdict(started=True)),
    (25, "check.overdue", aged("check.urinary", 29), "U3", aged("check.urinary", 28)),
    (
        25,
        "check.overdue",
        aged("check.liver.induction", 92, ever=False),
        "U3",
        aged("check.liver.induction", 91),
    ),
    (25, "check.overdue", aged("weight.age.maintenance", 91), "U3", aged("weight.age.maintenance", 90)),
    (26, "measure.overdue", waiting(15), "U4", Facts(ADULT, NOW)),
    (27, "duty.due", duty(5.01), "U2", duty(5)),
    (27, "duty.due", duty(30, done=6), "U2", duty(30, done=4)),
    (28, "adverse_event.serious", event("Headache", serious=True), "U1", event("Headache")),
    (None, "pulse_or_breathing", observed(20, heart_rate_bpm=131), "U0", observed(20, heart_rate_bpm=130)),
    (None, "pulse_or_breathing", observed(20, respiratory_rate=31), "U0", observed(20, respiratory_rate=30)),
    (
        None,
        "gate.overridden",
        verdict("gate.fasting", started=True, says="prescriber decides"),
        "U2",
        verdict(started=True, says="go"),
    ),
    (
        None,
        "entry.unlikely",
        Facts(ADULT, NOW, doubts=(Doubt("treatment:a", START, "501 mg."),)),
        "U2",
        Facts(ADULT, NOW),
    ),
]


@pytest.mark.parametrize("number, rule, raises, urgency, quiet", SIDES, ids=lambda each: str(each)[:30])
def test_a_flag_on_both_sides(number, rule, raises, urgency, quiet):
    seen = fired(raises)
    assert rule in seen
    assert seen[rule].urgency == urgency
    assert seen[rule].saw
    assert rule not in fired(quiet)
    assert number is None or number in flags.rules()[rule].numbers


def test_every_rule_and_all_28_flags_are_tested_on_both_sides():
    assert {rule for _, rule, *_ in SIDES} == set(flags.rules())
    assert {number for number, *_ in SIDES if number} == set(range(1, 29))


def test_amber_never_alerts():
    """A fifth of treatments see it (docs/clinical.md E.1)."""
    ambers = [
        observed(20, systolic_mmhg=165, diastolic_mmhg=103, spo2_percent=93, heart_rate_bpm=112),
        observed(20, systolic_mmhg=98, respiratory_rate=25),
        observed(-10, systolic_mmhg=150, diastolic_mmhg=95, spo2_percent=94, moaas=4),
    ]
    assert [fired(each) for each in ambers] == [{}, {}, {}]


@pytest.mark.parametrize("id", ["adult", "us", "uk"])
def test_whatever_is_red_or_worse_in_a_protocol_is_listened_to(id):
    """A limit that nobody listens to would be said on the page and reach nobody."""
    listening = [rule for rule in flags.rules().values() if rule.on == "vital signs"]
    unheard = [
        limit.id
        for limit in protocol(id).limits
        if limit.phase in ("pre", "during")
        and limit.group in ("bp", "spo2", "rr", "hr", "moaas")
        and limit.tier in ("hold", "no_start", "red", "critical")
        and not any(
            limit.tier in rule.tiers and any(limit.id.startswith(f"{name}.") for name in rule.limits)
            for rule in listening
        )
    ]
    assert unheard == []
    for symptom in protocol(id).symptoms:
        assert "bp.critical" in fired(observed(20, symptoms=(symptom.id,)))


def test_a_missing_value_raises_nothing():
    assert fired(observed(40)) == {}
    assert fired(series(None, 30, baseline=None)) == {}
    assert fired(checked("liver tests", "nothing found")) == {}


def test_what_is_said_is_what_was_seen():
    said = fired(observed(40, systolic_mmhg=184, diastolic_mmhg=108))["bp.during"].saw
    assert said.startswith("184/108 at 40 min (before the dose 128/80): Systolic blood pressure 184 mmHg: ")
    assert said.endswith("Repeat in 5 minutes; look for symptoms; tell the prescriber.")
    lost = fired(series(9, 15, 16))["response.lost"].saw
    assert lost == (
        "Was a responder. PHQ-9 met phq9.response.fall50 (best 9); 15 and 16 at the last two scores do not."
    )
    early = fired(left(84, "IM", reason="train", ready=False))["left.early"].saw
    assert "84" in early
    assert "120" in early
    assert "Reason: train." in early


def test_a_rise_that_goes_on_fires_once_for_each_time_that_it_begins():
    rising = series(5, 5, 12, 12, 13)
    found = [each.subject for each in flags.fired(flags.rules().values(), rising) if "held6" in each.rule.id]
    assert found == ["assessment:3"]


def test_the_same_facts_always_give_the_same():
    facts = series(5, 6, 12, 12, 18, baseline=10, doses=[IV] * 6)
    rules = flags.rules().values()
    assert flags.fired(rules, facts) == flags.fired(rules, facts) != []


def test_a_changed_limit_of_the_protocol_changes_what_is_raised():
    """The numbers of a clinic live in its protocol; a rule only listens."""
    from clinic.protocols import edited

    stricter = edited(ADULT, {"check.urinary": 21}, version="1.0+1")
    age = replace(aged("check.urinary", 22).check_ages[0], limit=stricter.limit("check.urinary"))
    assert "check.overdue" in fired(Facts(stricter, NOW, check_ages=(age,)))
    assert "check.overdue" not in fired(aged("check.urinary", 22))
