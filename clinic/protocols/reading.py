"""From a definition file to a Protocol, or to sentences saying what is wrong in which file and key.

A file that `extends` another says only what differs: a row with a known id replaces the keys it names, a row
with a new id is added. The base is named with its version, so that a later base changes nothing here.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from functools import lru_cache
from pathlib import Path

from clinic.instruments.reading import BadDefinition, refuse
from clinic.protocols import shapes
from clinic.protocols.definition import Protocol
from clinic.protocols.keys import FILE, SECTIONS, complete_problems, key_problems
from clinic.protocols.limit import Limit, When
from clinic.protocols.sense import sense_problems
from clinic.protocols.shapes import Stretch

# Not part of the fingerprint: they may be filled in without a new version.
ABOUT = ("checked_by", "next_review")


def read_definition(path: Path) -> Protocol:
    """Read and check one file and what it extends; raises BadDefinition with every problem found."""
    return protocol_of(path.name, whole_table(path))


def whole_table(path: Path) -> dict:
    """What the file says on top of what it extends; the base lies in the same folder."""
    table = plain_table(path)
    refuse(path.name, key_problems(table))
    if "extends" not in table:
        return table
    base = base_path(path, table["extends"])
    return merged(whole_table(base), table)


def plain_table(path: Path) -> dict:
    """What the file itself says. Nobody changes it: files that extend the same one share it."""
    try:
        return _parsed(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as reason:
        raise BadDefinition(f"{path.name} is not well-formed TOML: {reason}.") from reason


@lru_cache(maxsize=4)
def _parsed(text: str) -> dict:
    """The base is asked for five times while the shelf is read, at a tenth of a second each on a slow machine."""
    return tomllib.loads(text)


def base_path(path: Path, extends: str) -> Path:
    """The file of that version, under its old name if it has one."""
    id = extends.partition("@")[0]
    for found in (path.parent / f"{extends}.toml", path.parent / f"{id}.toml"):
        if found.exists() and found != path and "{id}@{version}".format(**plain_table(found)) == extends:
            return found
    raise BadDefinition(f"{path.name}: key “extends” names {extends}, which is not in this folder.")


def merged(base: dict, own: dict) -> dict:
    """Rows of a section are matched by id; tables and single values of the own file replace those of the base."""
    both = {**base, **own}
    for section in SECTIONS:
        rows = {row["id"]: row for row in base.get(section, [])}
        for row in own.get(section, []):
            rows[row["id"]] = rows.get(row["id"], {}) | row
        both[section] = list(rows.values())
    return both


def protocol_of(name: str, table: dict) -> Protocol:
    """From a whole table; raises BadDefinition."""
    refuse(name, complete_problems(table))
    protocol = Protocol(
        **{key: table[key] for key in FILE} | {"pre_dose": tuple(table["pre_dose"])},
        **{section: tuple(row_of(section, row) for row in table.get(section, [])) for section in SECTIONS},
        extends=table.get("extends"),
        windows=shapes.Windows(**table["windows"]),
        weighing=shapes.Weighing(**table["weighing"]),
        fingerprint=fingerprint(table),
    )
    refuse(name, sense_problems(protocol))
    return protocol


def row_of(section: str, row: dict) -> object:
    values = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
    if section == "limits":
        values["wording"] = values.pop("says")
        values["when"] = When(**row.get("when", {}))
    if section == "schedules":
        values["stretches"] = tuple(stretch_of(each) for each in row["stretches"])
    if "by_route" in row:
        values["by_route"] = tuple(row["by_route"].items())
    shape = Limit if section == "limits" else getattr(shapes, SECTIONS[section][0])
    return shape(**values)


def stretch_of(row: dict) -> Stretch:
    return Stretch(**row | {"at": tuple(row.get("at", ()))})


def fingerprint(table: dict) -> str:
    """SHA-256 of what the file and its bases say; comments, layout and who checked it do not enter."""
    said = {key: value for key, value in table.items() if key not in ABOUT}
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()
