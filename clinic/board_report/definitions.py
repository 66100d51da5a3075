"""What each rule of a report means, where it comes from, and whether somebody has verified it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from clinic import instruments
from clinic.outcomes import talking_therapies

FILE = Path(__file__).with_name("definitions.toml")
UNDEFINED = "no definition on file"


class Definition(NamedTuple):
    rule: str
    says: str
    source: str


def definitions(rules: Iterable[str]) -> list[Definition]:
    """Each rule once, by name; `rules` are ids, with or without a version behind them. One that nobody defined says so
    and is still listed."""
    named = (rule.partition(" ") for rule in rules)
    versions = {name: version for name, _, version in sorted(named)}
    return [_definition(name, version) for name, version in versions.items()]


def _definition(name: str, version: str) -> Definition:
    says, source, standing = _all().get(name, (UNDEFINED, "", ""))
    return Definition(f"{name} {version or standing}".strip(), says, source)


@cache
def _all() -> dict[str, tuple[str, str, str]]:
    """id -> what it says, its source, its version."""
    ours = tomllib.loads(FILE.read_text(encoding="utf-8"))
    found = {name: (each["says"], each["source"], "") for name, each in ours.items()}
    for rule in talking_therapies.RULES:
        source = "NHS Talking Therapies manual" + _doubt(rule.evidence)
        found[rule.id] = (_sentence(rule.says), source, talking_therapies.VERSION)
    return found | dict(_of_scales())


def _of_scales() -> Iterator[tuple[str, tuple[str, str, str]]]:
    for scale in instruments.catalogue().values():
        lists = (
            scale.responses,
            scale.partials,
            scale.remissions,
            scale.checks,
            scale.change,
            scale.meaningful,
        )
        for rule in (each for rules in lists for each in rules):
            says = f"{scale.title}: {rule.says}"
            yield rule.id, (_sentence(says), rule.source + _doubt(rule.evidence), scale.version)
        for bands in scale.band_sets:
            named = ", ".join(f"{band.name} {band.low}–{band.high}" for band in bands.bands)
            yield bands.id, (f"{scale.title}: {named}.", bands.source + _doubt(bands.evidence), scale.version)


def _doubt(evidence: str) -> str:
    return " (unverified)" if evidence == "unverified" else ""


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."
