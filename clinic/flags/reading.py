"""From a file of rules to Rules, or to sentences saying what is wrong with which rule."""

from __future__ import annotations

import hashlib
import json
import tomllib
from pathlib import Path

from clinic.flags.keys import TEXTS, key_problems
from clinic.flags.rule import Rule
from clinic.instruments.reading import BadDefinition, refuse

# Not part of the fingerprint: it may be filled in without a new version.
ABOUT = ("checked_by",)


def read_rules(path: Path) -> list[Rule]:
    """Every version of every rule in the file, in its order; raises BadDefinition with every problem found."""
    try:
        return read_text(path.name, path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as reason:
        raise BadDefinition(f"{path.name} is not well-formed TOML: {reason}.") from reason


def read_text(name: str, text: str) -> list[Rule]:
    """The same for rules that do not lie in a file; `name` stands in the sentences."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as reason:
        raise BadDefinition(f"{name} is not well-formed TOML: {reason}.") from reason
    refuse(name, key_problems(table))
    return [rule_of(row) for row in table["rules"]]


def rule_of(row: dict) -> Rule:
    lists = {key: tuple(row[key]) for key in (*TEXTS, "numbers") if key in row}
    findings = {"findings": tuple(row["findings"].items())} if "findings" in row else {}
    return Rule(**row | lists | findings, fingerprint=fingerprint(row))


def fingerprint(row: dict) -> str:
    """SHA-256 of what the rule says; comments, layout and who checked it do not enter."""
    said = {key: value for key, value in row.items() if key not in ABOUT}
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()
