"""Editions of the sheet in the shape of the REMS form: fields as data, one file each, never changed once published."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from clinic.report.rems_facts import FACTS
from clinic.report.typesetting import TEMPLATES

KINDS = ("text", "yes_no")
PUBLISHED = "published.toml"


class BadForm(ValueError):
    """A file of an edition is ill-formed, or is not what was published; nothing is printed on it."""


@dataclass(frozen=True, slots=True)
class Field:
    """`fact` is a name in rems_facts.FACTS."""

    label: str
    fact: str
    kind: str
    unverified: bool


@dataclass(frozen=True, slots=True)
class Form:
    """`sections` are (title, fields)."""

    id: str
    version: str
    title: str
    valid_from: date
    layout: str
    source: str
    unverified: str
    sections: tuple[tuple[str, tuple[Field, ...]], ...]


@cache
def forms() -> dict[str, Form]:
    """Every edition by its version, the oldest first; raises BadForm."""
    known = tomllib.loads((TEMPLATES / PUBLISHED).read_text(encoding="utf-8"))["rems"]
    found = [read(version, digest) for version, digest in known.items()]
    return {form.version: form for form in sorted(found, key=lambda form: form.valid_from)}


def form_of(day: date) -> Form:
    """The edition in force on a day; before the first one that first one."""
    editions = list(forms().values())
    return next((form for form in reversed(editions) if form.valid_from <= day), editions[0])


def read(version: str, digest: str) -> Form:
    name = f"rems_{version.replace('-', '_')}.toml"
    raw = (TEMPLATES / name).read_bytes()
    if hashlib.sha256(raw).hexdigest() != digest:
        raise BadForm(f"{name} is not what was published: make a new edition instead of changing it.")
    return form(tomllib.loads(raw.decode()))


def form(table: dict[str, Any]) -> Form:
    """Raises BadForm for a fact or a kind of field that there is not."""
    sections = tuple((each["title"], tuple(map(field_of, each["fields"]))) for each in table["sections"])
    return Form(**{name: table[name] for name in Form.__slots__ if name != "sections"}, sections=sections)


def field_of(table: dict[str, str]) -> Field:
    made = Field(
        table["label"], table["from"], table.get("kind", "text"), table.get("evidence") == "unverified"
    )
    if made.fact not in FACTS:
        raise BadForm(f"“{made.label}” asks for “{made.fact}”, which is no stored fact.")
    if made.kind not in KINDS:
        raise BadForm(f"“{made.label}” is of kind “{made.kind}”; there are {', '.join(KINDS)}.")
    return made
