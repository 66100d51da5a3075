"""Each limit on a vital sign on both sides, from the definition; and what must hold for any reading."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as some

from clinic.protocols import BadDefinition, Reading, judge_vitals, not_recorded, protocol, worst
from clinic.protocols.measures import VITAL_TIERS
from clinic.protocols.vitals import VITALS, measured
from clinic.refused import BadInput

ADULT = protocol("adult")
BASELINE = Reading(systolic_mmhg=120, diastolic_mmhg=80, heart_rate_bpm=70, spo2_percent=98, moaas=5)
STEP = 0.01
# A reading whose measure comes to that value, given BASELINE; what is derived is put in by its plain value.
INTO = {
    "systolic_rise_mmhg": lambda value: {"systolic_mmhg": 120 + value},
    "diastolic_rise_mmhg": lambda value: {"diastolic_mmhg": 80 + value},
    "systolic_fall_percent": lambda value: {"systolic_mmhg": 120 - 1.2 * value},
}
JUDGED = [
    (phase, limit)
    for phase in ("pre", "during")
    for limit in ADULT.limits_for(phase)
    if limit.measure in (*VITALS, *INTO)
]


def reading_with(measure: str, value: float, **more) -> Reading:
    return Reading(**INTO.get(measure, lambda it: {measure: it})(value), **more)


def ids(reading: Reading, phase: str = "during", baseline: Reading | None = BASELINE) -> set[str]:
    return {breach.id for breach in judge_vitals(ADULT, reading, phase=phase, baseline=baseline)}


@pytest.mark.parametrize("phase, limit", JUDGED, ids=lambda it: getattr(it, "id", it))
def test_a_limit_is_reached_on_its_own_side_only(phase, limit):
    symptoms = ("symptom.headache",) if limit.when.symptoms else ()
    worse, better = (STEP, -STEP) if limit.comparison.startswith(">") else (-STEP, STEP)
    at = {
        away: limit.id in ids(reading_with(limit.measure, limit.value + away, symptoms=symptoms), phase)
        for away in (worse, better)
    }
    assert at == {worse: True, better: False}
    exactly = ids(reading_with(limit.measure, limit.value, symptoms=symptoms), phase)
    assert (limit.id in exactly) == limit.comparison.endswith("=")


def test_no_limit_on_a_vital_sign_is_left_out_of_the_boundaries():
    assert len(JUDGED) == 46
    assert {limit.measure for _, limit in JUDGED} == {*VITALS, *INTO}


# docs/clinical.md E.1, both halves, before and during; written by hand.
@pytest.mark.parametrize(
    "phase, pressure, tier",
    [
        ("pre", (139, 89), None),
        ("pre", (140, 89), "amber"),
        ("pre", (139, 90), "amber"),
        ("pre", (159, 99), "amber"),
        ("pre", (160, 99), "hold"),
        ("pre", (159, 100), "hold"),
        ("pre", (179, 109), "hold"),
        ("pre", (180, 109), "no_start"),
        ("pre", (179, 110), "no_start"),
        ("during", (159, 99), None),
        ("during", (160, 99), "amber"),
        ("during", (159, 100), "amber"),
        ("during", (180, 99), "red"),
        ("during", (159, 110), "red"),
        ("during", (200, 99), "critical"),
        ("during", (159, 120), "critical"),
    ],
)
def test_blood_pressure_before_and_during(phase, pressure, tier):
    reading = Reading(systolic_mmhg=pressure[0], diastolic_mmhg=pressure[1])
    seen = worst(judge_vitals(ADULT, reading, phase=phase))
    assert (seen and seen.tier) == tier


def test_the_sentence_has_the_number_and_what_the_limit_says():
    [red, *_] = judge_vitals(ADULT, Reading(systolic_mmhg=184, diastolic_mmhg=98), phase="during")
    assert red.says == (
        "Systolic blood pressure 184 mmHg: systolic 180 or more; repeat within 5 minutes, tell the prescriber."
    )
    assert (red.id, red.tier, red.value) == ("bp.during.systolic.red", "red", 184)


def test_a_reading_without_anything_has_no_breach_and_says_all_that_is_missing():
    assert judge_vitals(ADULT, Reading(), phase="during", baseline=BASELINE) == []
    assert worst([]) is None
    assert len(not_recorded(Reading())) == len(VITALS)
    assert not_recorded(replace(BASELINE, moaas=None)) == ("respiratory rate", "MOAA/S")
    assert not_recorded(Reading(systolic_mmhg=float("nan")))[0] == "systolic blood pressure"


def test_without_a_baseline_no_rise_is_judged_and_none_is_invented():
    assert ids(Reading(systolic_mmhg=158), baseline=None) == set()
    assert "bp.during.rise.systolic.amber" in ids(Reading(systolic_mmhg=158))
    assert "systolic_rise_mmhg" not in measured(Reading(systolic_mmhg=158), Reading())


def test_a_fall_counts_with_symptoms_and_when_nobody_asked_about_them():
    fallen = Reading(systolic_mmhg=101)  # 15.8 % below 120
    far = replace(BASELINE, systolic_mmhg=140)  # 27.9 % below 140
    assert "bp.during.fall.amber" not in ids(replace(fallen, symptoms=("symptom.vision",)))
    assert "bp.during.fall.amber" in ids(replace(fallen, symptoms=("symptom.vision",)), baseline=far)
    assert "bp.during.fall.amber" not in ids(replace(fallen, symptoms=()), baseline=far)
    [unasked] = judge_vitals(ADULT, fallen, phase="during", baseline=far)
    assert unasked.says.endswith("with symptoms; symptoms not recorded.")


# docs/clinical.md E.2: chest pain, neurological signs, breathlessness at once, at any blood pressure.
@pytest.mark.parametrize("symptom", ADULT.symptoms, ids=lambda it: it.id)
@pytest.mark.parametrize("phase", ["pre", "during"])
def test_an_emergency_symptom_is_critical_at_any_blood_pressure(symptom, phase):
    reading = Reading(systolic_mmhg=120, diastolic_mmhg=75, symptoms=(symptom.id,))
    [breach] = judge_vitals(ADULT, reading, phase=phase, baseline=BASELINE)
    assert (breach.id, breach.tier, breach.value) == (symptom.id, "critical", None)
    assert breach.says.startswith(symptom.title[:1].upper())


def test_every_symptom_of_the_references_is_there():
    """ketamine reference 2.2 (seven tick-boxes) and 2.3 (apnoea, arrhythmia, syncope)."""
    assert {each.id.removeprefix("symptom.") for each in ADULT.symptoms} == {
        *("chest_pain", "breathlessness", "headache", "vision", "seizure", "consciousness", "focal"),
        *("apnoea", "arrhythmia", "syncope"),
    }


def test_a_symptom_that_the_protocol_does_not_know_is_not_dropped():
    with pytest.raises(BadInput, match="no symptom “chest pain”"):
        judge_vitals(ADULT, Reading(symptoms=("chest pain",)), phase="during")


def test_a_phase_that_has_no_limits_is_a_mistake_and_not_a_clean_bill():
    with pytest.raises(ValueError, match="after"):
        judge_vitals(ADULT, Reading(systolic_mmhg=220), phase="after")
    assert not issubclass(ValueError, BadDefinition)


def test_sedation_level_four_is_expected_and_three_is_not():
    assert ids(Reading(moaas=4)) == set()
    assert ids(Reading(moaas=3)) == {"moaas.during.red"}
    assert ids(Reading(moaas=2)) == {"moaas.during.red"}  # ketamine reference 2.3: 2 = red
    assert ids(Reading(moaas=1)) == {"moaas.during.red", "moaas.during.critical"}


# ---- for any reading -------------------------------------------------------------------------------------------

whole = some.integers
maybe = some.none
readings = some.builds(
    Reading,
    systolic_mmhg=maybe() | whole(60, 260),
    diastolic_mmhg=maybe() | whole(30, 160),
    heart_rate_bpm=maybe() | whole(20, 200),
    spo2_percent=maybe() | whole(70, 100),
    respiratory_rate=maybe() | whole(0, 50),
    moaas=maybe() | whole(0, 5),
    symptoms=maybe() | some.just(()) | some.just(("symptom.vision",)),
)


def tier_rank(reading: Reading, phase: str, baseline: Reading | None) -> int:
    seen = worst(judge_vitals(ADULT, reading, phase=phase, baseline=baseline))
    return VITAL_TIERS.index(seen.tier) if seen else -1


@given(
    reading=readings,
    baseline=maybe() | readings,
    rise=whole(0, 150),
    phase=some.sampled_from(["pre", "during"]),
)
def test_raising_a_systolic_never_lowers_the_worst_tier(reading, baseline, rise, phase):
    """From where it is not too low, which is a breach of its own that a rise ends."""
    assume(reading.systolic_mmhg is not None)
    own = (baseline and baseline.systolic_mmhg) or 0
    assume(reading.systolic_mmhg >= max(own, ADULT.limit("bp.during.low.amber").value))
    higher = replace(reading, systolic_mmhg=reading.systolic_mmhg + rise)
    assert tier_rank(higher, phase, baseline) >= tier_rank(reading, phase, baseline)


@given(reading=readings, fall=whole(0, 30), phase=some.sampled_from(["pre", "during"]))
def test_a_lower_oxygen_saturation_never_lowers_the_worst_tier(reading, fall, phase):
    assume(reading.spo2_percent is not None)
    lower = replace(reading, spo2_percent=reading.spo2_percent - fall)
    assert tier_rank(lower, phase, None) >= tier_rank(reading, phase, None)


@given(reading=readings, name=some.sampled_from(VITALS), phase=some.sampled_from(["pre", "during"]))
def test_a_missing_value_adds_no_breach_and_hides_no_other(reading, name, phase):
    without = replace(reading, **{name: None})
    before = judge_vitals(ADULT, reading, phase=phase, baseline=BASELINE)
    after = judge_vitals(ADULT, without, phase=phase, baseline=BASELINE)
    about = {limit.id for limit in ADULT.limits if limit.measure.startswith(name.split("_")[0])}
    about |= {limit.id for limit in ADULT.limits if limit.measure == name}
    assert [each for each in before if each.id not in about] == [
        each for each in after if each.id not in about
    ]
    assert {each.id for each in after} <= {each.id for each in before}
    assert len(not_recorded(without)) >= len(not_recorded(reading))


@given(reading=readings, phase=some.sampled_from(["pre", "during"]))
def test_breaches_come_with_the_worst_first_and_each_id_once(reading, phase):
    found = judge_vitals(ADULT, reading, phase=phase, baseline=BASELINE)
    ranks = [VITAL_TIERS.index(each.tier) for each in found]
    assert ranks == sorted(ranks, reverse=True)
    assert len({each.id for each in found}) == len(found)
    assert worst(found) == (found[0] if found else None)
