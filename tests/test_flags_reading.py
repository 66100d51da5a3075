"""A file of rules is read whole or refused with sentences, and a published rule stays as it was."""

from __future__ import annotations

import re

import pytest

from clinic import flags
from clinic.flags import library
from clinic.flags.keys import KINDS
from clinic.flags.reading import read_rules, read_text
from clinic.instruments.reading import BadDefinition
from clinic.refused import NotFound

RULE = """
[[rules]]
id = "bp.during"
version = "2"
title = "Blood pressure red"
on = "vital signs"
limits = ["bp.during"]
tiers = ["red"]
trigger = "red"
urgency = "U0"
says = "{saw} Repeat."
source = "ours"
evidence = "ours"
checked_by = ""
"""


def refused(text: str) -> str:
    with pytest.raises(BadDefinition) as refusal:
        read_text("mine.toml", text)
    return " ".join(refusal.value.problems)


def test_a_good_rule_is_read():
    [rule] = read_text("mine.toml", RULE)
    assert (rule.name, rule.alert, rule.limits, rule.told("184/108.")) == (
        "bp.during@2",
        "bp.during",
        ("bp.during",),
        "184/108. Repeat.",
    )


@pytest.mark.parametrize(
    "old, new, says",
    [
        ('on = "vital signs"', 'on = "moon"', "on should be one of suicide answer, "),
        ('urgency = "U0"', 'urgency = "U5"', "urgency should be one of U0, U1, U2, U3, U4, not “U5”"),
        ('tiers = ["red"]', 'tiers = ["rouge"]', "tiers should be one of .*, not “rouge”"),
        ('tiers = ["red"]', "tiers = []", "tiers should be a list of text with at least one"),
        ('tiers = ["red"]\n', "", "key “tiers” is missing"),
        ('source = "ours"\n', "", "key “source” is missing"),
        ('version = "2"', 'version = "2b"', "version should be a whole number"),
        ('says = "{saw} Repeat."', 'says = "Repeat."', "says should name what the rule saw"),
        ('evidence = "ours"', 'evidence = "hearsay"', "evidence should be one of"),
        (
            'checked_by = ""',
            'checked_by = ""\njoins = "nobody"',
            "joins names “nobody”, which is no rule here",
        ),
        ('checked_by = ""', 'checked_by = ""\nnumbers = [29]', "numbers should be places among the 28 flags"),
        ('checked_by = ""', 'checked_by = ""\nsystolic = 180', "key “systolic” is unknown"),
        ('limits = ["bp.during"]', 'limits = "bp.during"', "key “limits” should be a list"),
    ],
)
def test_what_is_wrong_is_said_with_the_rule(old, new, says):
    assert old in RULE
    said = refused(RULE.replace(old, new))
    assert "mine.toml: rule bp.during" in said
    assert re.search(says, said), said


def test_no_toml_no_rules_and_one_version_twice():
    assert "not well-formed TOML" in refused("[[rules]")
    assert "key “rules” is missing" in refused("")
    assert "bp.during@2 stands there twice" in refused(RULE + RULE)


def test_the_newest_version_counts_and_an_old_one_stays_readable():
    older = RULE.replace('version = "2"', 'version = "1"')
    both = read_text("mine.toml", RULE + older)
    assert [rule.version for rule in both] == ["2", "1"]
    assert flags.shelf_of(both)["bp.during"].version == "2"
    tenth = read_text("mine.toml", RULE + RULE.replace('version = "2"', 'version = "10"'))
    assert flags.shelf_of(tenth)["bp.during"].version == "10"


def test_a_published_rule_that_was_altered_new_or_gone_is_refused():
    [rule] = read_text("mine.toml", RULE)
    library.refuse_altered([rule], {rule.name: rule.fingerprint})
    for listed, says in (
        ({}, "bp.during@2 is new: add the line"),
        ({rule.name: "other"}, "bp.during@2 differs from what was published"),
        ({rule.name: rule.fingerprint, "gone@1": "x"}, "gone@1 was published, but is gone"),
    ):
        with pytest.raises(BadDefinition, match=says):
            library.refuse_altered([rule], listed)


def test_who_checked_a_rule_may_be_filled_in_without_a_new_version():
    [plain] = read_text("mine.toml", RULE)
    [checked] = read_text("mine.toml", RULE.replace('checked_by = ""', 'checked_by = "Dr Holm"'))
    assert plain.fingerprint == checked.fingerprint
    [other] = read_text("mine.toml", RULE.replace("Repeat.", "Repeat now."))
    assert plain.fingerprint != other.fingerprint


def test_the_shipped_file_uses_every_kind_and_nobody_has_checked_it():
    rules = read_rules(library.FILE)
    assert {rule.on for rule in rules} == set(KINDS)
    assert {rule.checked_by for rule in rules} == {""}


def test_a_version_that_never_was_is_not_found():
    assert flags.by_name("bp.during", "1").urgency == "U0"
    with pytest.raises(NotFound):
        flags.by_name("bp.during", "99")
