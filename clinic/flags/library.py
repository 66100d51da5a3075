"""The shipped rules: every published version of each, unchanged since it was published."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from clinic.flags.reading import read_rules
from clinic.flags.rule import Rule
from clinic.instruments.reading import BadDefinition
from clinic.refused import NotFound

FILE = Path(__file__).with_name("rules.toml")
PUBLISHED = Path(__file__).with_name("published.toml")


def rules() -> dict[str, Rule]:
    """The current version of each rule by id, in the order of the file."""
    return shelf_of(known().values())


def by_name(id: str, version: str) -> Rule:
    """The rule under which an alert was raised; raises NotFound."""
    try:
        return known()[id, version]
    except KeyError:
        raise NotFound(f"There is no version {version} of the rule “{id}”.") from None


@cache
def known() -> dict[tuple[str, str], Rule]:
    """Every shipped version by id and version; raises BadDefinition if one is ill-formed or was altered."""
    found = {(rule.id, rule.version): rule for rule in read_rules(FILE)}
    refuse_altered(found.values(), tomllib.loads(PUBLISHED.read_text(encoding="utf-8")))
    return found


def shelf_of(every: Iterable[Rule]) -> dict[str, Rule]:
    """The newest version of each by id, in the order in which the ids come first."""
    found: dict[str, Rule] = {}
    for rule in every:
        if rule.id not in found or int(rule.version) > int(found[rule.id].version):
            found[rule.id] = rule
    return found


def refuse_altered(found: Iterable[Rule], listed: dict[str, str]) -> None:
    """A published version stays as it was: alerts were raised under it. A changed rule is a new version beside it."""
    found = {rule.name: rule for rule in found}
    problems = [
        f"{name} was published, but is gone from {FILE.name}." for name in listed if name not in found
    ]
    for name, rule in found.items():
        if name not in listed:
            problems.append(
                f'{name} is new: add the line "{name}" = "{rule.fingerprint}" to {PUBLISHED.name}.'
            )
        elif listed[name] != rule.fingerprint:
            problems.append(
                f"{name} differs from what was published: keep it as it was and add the new one with a higher version."
            )
    if problems:
        raise BadDefinition(*problems)
