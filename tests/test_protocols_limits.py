"""The limits of the shipped protocol against one table written by hand from the references and docs/clinical.md
(tests/data/limits_by_hand.csv), both ways; and what the two places change. The bounds within which a clinic may
change a limit have no source: they are ours and stand in the table so that none moves unseen."""

from __future__ import annotations

import csv
from dataclasses import fields
from pathlib import Path

import pytest

from clinic.instruments.rules import COMPARISONS
from clinic.protocols.library import protocol
from clinic.protocols.limit import Limit, When

BY_HAND = Path(__file__).parent / "data" / "limits_by_hand.csv"
ADULT = protocol("adult")
COLUMNS = ("phase", "route", "substance", "measure", "comparison", "value", "tier", "when", "bounds")


def hand_rows() -> list[dict[str, str]]:
    with BY_HAND.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def as_written(limit: Limit) -> dict[str, object]:
    row = {name: getattr(limit, name, "") or "" for name in COLUMNS}
    return row | {"value": limit.value, "when": circumstances(limit.when), "bounds": bounds(limit)}


def bounds(limit: Limit) -> str:
    return "locked" if limit.locked else f"{limit.outer[0]:g} to {limit.outer[1]:g}"


def circumstances(when: When) -> str:
    said = [(each.name, getattr(when, each.name)) for each in fields(when)]
    return "; ".join(
        name if value is True else f"{name} {value}" for name, value in said if value is not None
    )


def test_no_limit_stands_only_in_the_definition_or_only_in_the_table():
    assert {row["limit"] for row in hand_rows()} == {limit.id for limit in ADULT.limits}
    assert len(hand_rows()) == len(ADULT.limits)


@pytest.mark.parametrize("row", hand_rows(), ids=lambda row: row["limit"])
def test_a_limit_is_what_the_references_say(row):
    expected = {name: row[name] for name in COLUMNS} | {"value": float(row["value"])}
    assert as_written(ADULT.limit(row["limit"])) == expected
    assert row["source"]


# value, one step below and above: which of the three break it, by what the comparison says in English
SIDES = {
    ">": (False, False, True),
    ">=": (False, True, True),
    "<": (True, False, False),
    "<=": (True, True, False),
}


@pytest.mark.parametrize("row", hand_rows(), ids=lambda row: row["limit"])
def test_each_limit_at_its_boundary(row):
    limit, value = ADULT.limit(row["limit"]), float(row["value"])
    step = 1e-6
    seen = tuple(limit.broken_by(each) for each in (value - step, value, value + step))
    assert seen == SIDES[row["comparison"]]
    assert limit.broken_by(None) is None
    assert limit.broken_by(float("nan")) is None


def test_every_comparison_has_its_sides():
    assert set(SIDES) == set(COMPARISONS)


def test_a_change_of_the_number_changes_the_sentence():
    for limit in ADULT.limits:
        if "{value}" in limit.wording:
            assert f"{limit.value:g}" in limit.says
            assert "{" not in limit.says


# What a place changes, and nothing else: the United States lock the time after esketamine (docs/clinical.md G).
def test_the_united_states_lock_two_hours_after_esketamine_and_the_others_do_not():
    assert protocol("us").limit("observation.esketamine").locked
    assert protocol("us").limit("observation.esketamine").value == 120
    for place in ("adult", "uk"):
        assert not protocol(place).limit("observation.esketamine").locked
        assert protocol(place).limit("observation.esketamine").value == 120


def test_a_place_changes_no_other_number():
    for place, more in (("us", {"check.pdmp"}), ("uk", set())):
        own = {limit.id: (limit.value, limit.tier, limit.comparison) for limit in protocol(place).limits}
        assert set(own) - {limit.id for limit in ADULT.limits} == more
        for limit in ADULT.limits:
            assert own[limit.id] == (limit.value, limit.tier, limit.comparison)
    assert protocol("us").limit("check.pdmp").value == 90  # ketamine reference 3.3: every 90 days
    assert {each.id: each.days for each in protocol("us").duties}["duty.rems_form"] == 7  # S1: within 7 days


# fmt: off
# What is no limit and still a number, by hand from the same pages.
def test_ladders_products_and_slips_are_what_the_references_say():
    assert {each.id: (each.steps, each.days_between) for each in ADULT.ladders} == {
        "ladder.glue_sc": ((0.25, 0.5, 1.0), 7),       # docs/clinical.md F.1, weekly
        "ladder.kads_sc": ((0.5, 0.6, 0.75, 0.9), 3),  # ketamine reference 1.4, twice weekly
    }
    racemic = {each.mg_per_ml: each.dilute_for for each in ADULT.products_of("racemic ketamine")}
    assert racemic == {10: (), 50: (), 100: ("IV",)}  # ketamine reference 1.2, sanity checks
    assert [each.mg_per_ml for each in ADULT.products_of("esketamine", "IV")] == [5, 25]  # from memory, unverified
    nasal = ADULT.products_of("esketamine", "IN")
    assert [(each.device_mg, each.mg_per_ml) for each in nasal] == [(28, 140)]  # 28 mg in 0.2 mL
    assert {each.id: (each.low, each.high) for each in ADULT.slips} == {
        "slip.weight.pounds": (2.0, 2.4), "slip.weight.kilograms": (0.42, 0.50),  # ketamine reference 1.2
        "slip.dose.tenfold": (8, 12), "slip.dose.tenth": (0.08, 0.125),           # ours
    }
    weighing = ADULT.weighing  # ketamine reference 1.3
    assert (weighing.ideal_male_kg, weighing.ideal_female_kg, weighing.ideal_kg_per_inch) == (50, 45.5, 2.3)
    assert (weighing.ideal_from_inches, weighing.adjusted_share) == (60, 0.4)
    assert (weighing.cm_per_inch, weighing.kg_per_lb) == (2.54, 0.45359237)
# fmt: on


def test_the_first_session_is_stricter_for_high_doses_that_are_reckoned_and_for_nothing_else():
    stricter = {limit.id for limit in ADULT.limits if limit.stricter_first}
    expected = {
        row["limit"]
        for row in hand_rows()
        if row["measure"] in ("mg", "mg_per_kg")
        and row["comparison"] == ">"
        and row["tier"] in ("warn", "strong")
        and not row["when"]
    }
    assert stricter == expected


@pytest.mark.parametrize(
    "id, tier, same_day, with_tier",
    [
        ("drug.benzodiazepine", "note", "amber", None),  # docs/clinical.md F.3: same-day amber
        (
            "drug.gabapentinoid",
            "amber",
            None,
            "red",
        ),  # docs/clinical.md F.3: red with same-day opioid or benzodiazepine
        ("drug.opioid", "amber", "red", None),  # ketamine reference 3.2: amber; red if same-day
        ("drug.alcohol", "amber", "red", None),
        ("drug.depressant", "amber", "red", None),
        ("drug.stimulant", "amber", None, None),
        ("drug.maoi", "amber", None, None),
        ("drug.propranolol", "note", None, None),  # docs/clinical.md F.3: noted
        ("drug.clonidine", "note", None, None),
        ("drug.lamotrigine", "note", None, None),
        ("drug.naltrexone", "note", None, None),
        ("drug.inducer", "note", None, None),
        ("drug.inhibitor", "note", None, None),
        ("drug.theophylline", "amber", None, None),
        ("drug.antipsychotic", "note", None, None),
        ("drug.lithium", "none", None, None),
        ("drug.thyroid", "note", None, None),
    ],
)
def test_the_tier_of_each_class_of_other_drugs(id, tier, same_day, with_tier):
    drug = {each.id: each for each in ADULT.concomitant}[id]
    assert (drug.tier, drug.same_day, drug.with_tier) == (tier, same_day, with_tier)
    by_mouth = {"SL": "amber", "oral": "amber"} if id in ("drug.inducer", "drug.inhibitor") else {}
    assert dict(drug.by_route) == by_mouth  # ketamine reference 3.2: amber for oral and sublingual


def test_no_class_of_drugs_is_untested():
    assert len(ADULT.concomitant) == 17


def test_the_tiers_of_rules_without_a_number():
    assert {rule.id: rule.tier for rule in ADULT.rules} == {
        "route.no_limits": "block",
        "esketamine.not_devices": "block",
        "esketamine.other_amount": "strong",
        "product.unknown": "block",
        "product.undiluted": "block",
        "basis.changed": "warn",
        "weight.missing": "block",
        "ladder.left": "warn",
        "ladder.sooner": "warn",
    }


def test_nothing_from_memory_is_called_published():
    """The marks of the reference: [M] is unverified, [J] ours (ketamine reference 1.2, 1.3, 2.1, 2.6)."""
    unverified = {limit.id for limit in ADULT.limits if limit.evidence == "unverified"}
    assert unverified == {
        "dose.iv_esk.mg_per_kg.warn",
        "dose.iv_esk.mg_per_kg.strong",
        "dose.iv_esk.mg_per_kg.block",
        "dose.esketamine.between.warn",
        "gate.food",
        "gate.fluid",
        "gate.nasal_spray",
        "leaving.aldrete.low",
    }
    assert {limit.id for limit in ADULT.limits if limit.evidence == "published"} == {
        "bp.during.surge.systolic.info",
        "bp.during.surge.diastolic.info",
        "observation.esketamine",
        "dose.esketamine.mg.block",
        "dose.esketamine.mg.first",
        "dose.esketamine.devices.block",
        "interval.esketamine.induction",
        "interval.esketamine.later",
        "leaving.dissociation.cadss",
    }
