"""A clinic's own numbers: within the outer bounds, never what is locked, suicide items only tighter."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from clinic.protocols import BadDefinition, Reading, differences, edited, judge_vitals, protocol, worst

ADULT, US = protocol("adult"), protocol("us")
OPEN = [limit for limit in ADULT.limits if not limit.locked]


def refusal(of, values, version="1.0+1") -> str:
    with pytest.raises(BadDefinition) as refused:
        edited(of, values, version=version)
    return str(refused.value)


def test_a_clinics_own_limit_is_judged_by_and_the_old_protocol_stays_as_it_was():
    cautious = edited(ADULT, {"bp.pre.systolic.hold": 150}, version="1.0+1")
    reading = Reading(systolic_mmhg=152)
    assert "bp.pre.systolic.hold" in {each.id for each in judge_vitals(cautious, reading, phase="pre")}
    assert "bp.pre.systolic.hold" not in {each.id for each in judge_vitals(ADULT, reading, phase="pre")}
    assert (cautious.name, ADULT.name) == ("adult@1.0+1", "adult@1.0")
    assert "systolic 150 or more" in cautious.limit("bp.pre.systolic.hold").says


def test_a_clinic_may_hold_at_140_over_90_as_the_reference_offers():
    """ketamine reference 2.2: "A cautious clinic can set hold = 140/90"; the tint goes below it."""
    values = {
        "bp.pre.systolic.hold": 140,
        "bp.pre.diastolic.hold": 90,
        "bp.pre.systolic.amber": 139,
        "bp.pre.diastolic.amber": 89,
    }
    cautious = edited(ADULT, values, version="2")
    for pressure, tier in (((139, 80), "amber"), ((140, 80), "hold"), ((120, 90), "hold")):
        assert worst(judge_vitals(cautious, Reading(*pressure), phase="pre")).tier == tier


@pytest.mark.parametrize("limit", [limit for limit in OPEN if limit.outer], ids=lambda limit: limit.id)
def test_a_value_outside_the_bounds_of_each_limit_is_refused(limit):
    low, high = limit.outer
    for value in (low - 0.001, high + 0.001):
        assert f"{limit.id}: {value:g} lies outside" in refusal(ADULT, {limit.id: value})


@pytest.mark.parametrize("limit", OPEN, ids=lambda limit: limit.id)
def test_every_limit_that_is_not_locked_has_bounds_around_its_value(limit):
    assert limit.outer
    assert limit.outer[0] <= limit.value <= limit.outer[1]
    assert limit.outer[0] < limit.outer[1]


@pytest.mark.parametrize("of", [ADULT, US], ids=lambda it: it.id)
def test_a_locked_limit_is_refused_whatever_the_value(of):
    locked = [limit for limit in of.limits if limit.locked]
    assert locked
    for limit in locked:
        for value in (limit.value, limit.value + 1):
            assert f"{limit.id}: this limit is locked" in refusal(of, {limit.id: value})


def test_two_hours_after_esketamine_can_be_changed_within_bounds_except_in_the_united_states():
    assert (
        edited(ADULT, {"observation.esketamine": 150}, version="2").limit("observation.esketamine").value
        == 150
    )
    assert "is locked" in refusal(US, {"observation.esketamine": 150})


SUICIDE = [limit for limit in ADULT.limits if limit.group == "suicide"]


@pytest.mark.parametrize("limit", SUICIDE, ids=lambda limit: limit.id)
def test_a_suicide_limit_can_be_made_tighter_and_not_looser(limit):
    assert limit.tighter_only
    assert edited(ADULT, {limit.id: 0}, version="2").limit(limit.id).value == 0
    wide = replace(limit, outer=(0, 3))
    looser = replace(ADULT, limits=tuple(wide if each.id == limit.id else each for each in ADULT.limits))
    assert "2 is looser than 1; this limit can only be made tighter" in refusal(looser, {limit.id: 2})


def test_tighter_is_higher_for_a_limit_on_too_little():
    limit = replace(ADULT.limit("leaving.aldrete.low"), tighter_only=True, outer=(8, 10))
    own = replace(ADULT, limits=tuple(limit if each.id == limit.id else each for each in ADULT.limits))
    assert edited(own, {limit.id: 10}, version="2").limit(limit.id).value == 10
    assert "8 is looser than 9" in refusal(own, {limit.id: 8})


@pytest.mark.parametrize("value", [None, "160", True, float("nan")])
def test_what_is_no_number_is_refused(value):
    assert "should be a number" in refusal(ADULT, {"bp.pre.systolic.hold": value})


def test_infinity_is_refused_as_outside_the_bounds():
    assert "lies outside" in refusal(ADULT, {"bp.pre.systolic.hold": float("inf")})


def test_all_that_is_wrong_is_said_at_once_with_the_limit():
    said = refusal(ADULT, {"bp.pre.systolic.hold": 500, "bp.pre.nowhere": 1, "moaas.pre.amber": 3})
    assert "bp.pre.systolic.hold: 500 lies outside 140 to 170" in said
    assert "There is no limit “bp.pre.nowhere” in Adults, in the clinic." in said
    assert "moaas.pre.amber: this limit is locked" in said


def test_a_worse_tier_that_would_come_sooner_than_a_milder_one_is_refused():
    said = refusal(ADULT, {"bp.pre.systolic.amber": 150, "bp.pre.systolic.hold": 145})
    assert said == "bp.pre.systolic.amber at 150 and bp.pre.systolic.hold at 145 are the wrong way round."


def test_nothing_changed_or_no_new_version_is_refused():
    assert "Nothing is changed" in refusal(ADULT, {})
    for version in ("", "1.0"):
        assert "needs a version of its own" in refusal(ADULT, {"bp.pre.systolic.hold": 150}, version)


def test_the_fingerprint_follows_the_values_and_nothing_else():
    def prints(values, version="2", of=ADULT):
        return edited(of, values, version=version).fingerprint

    one = {"bp.pre.systolic.hold": 150, "hr.pre.high.amber": 100}
    assert prints(one) == prints(dict(reversed(one.items())))
    assert prints(one) == prints({"bp.pre.systolic.hold": 150.0, "hr.pre.high.amber": 100})
    others = {
        prints(one, "3"),
        prints(one, of=protocol("uk")),
        prints({"bp.pre.systolic.hold": 150}),
        ADULT.fingerprint,
    }
    assert prints(one) not in others
    assert len(others) == 4


def test_what_differs_between_two_versions():
    own = edited(ADULT, {"bp.pre.systolic.hold": 150}, version="2")
    assert differences(ADULT, own) == [("bp.pre.systolic.hold", 160, 150)]
    assert differences(ADULT, ADULT) == []
    assert differences(ADULT, US) == [("check.pdmp", None, 90)]


@given(data=some.data(), limit=some.sampled_from([limit for limit in OPEN if limit.outer]))
def test_any_accepted_value_is_within_its_bounds_and_touches_no_other_limit(data, limit):
    value = data.draw(some.floats(allow_nan=True, allow_infinity=True) | some.floats(*limit.outer))
    try:
        own = edited(ADULT, {limit.id: value}, version="2")
    except BadDefinition:
        return
    assert limit.outer[0] <= own.limit(limit.id).value <= limit.outer[1]
    assert [each.id for each in own.limits] == [each.id for each in ADULT.limits]
    assert {id for id, *_ in differences(ADULT, own)} <= {limit.id}
