"""From a definition file to an Instrument, or to sentences saying what is wrong in which file and key."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from pathlib import Path

from clinic.instruments.about import ABOUT, Loinc, Reliability
from clinic.instruments.definition import Instrument
from clinic.instruments.items import Algorithm, Conversion, Domain, Flag, Item, Level, Subscale
from clinic.instruments.keys import CONDITIONS, FILE, key_problems
from clinic.instruments.plain import plain_problems
from clinic.instruments.rules import Band, BandSet, Change, Condition, Rule
from clinic.instruments.sense import sense_problems
from clinic.refused import BadInput

YES_NO = {0: "No", 1: "Yes"}


class BadDefinition(BadInput):
    """A definition file that cannot be trusted; each problem is a sentence with file and key."""


def read_definition(path: Path) -> Instrument:
    """Read and check one file; raises BadDefinition with every problem found."""
    try:
        return read_text(path.name, path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as reason:
        raise BadDefinition(f"{path.name} is not well-formed TOML: {reason}.") from reason


def read_text(name: str, text: str) -> Instrument:
    """The same for a definition that does not lie in a file; `name` stands in the sentences."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as reason:
        raise BadDefinition(f"{name} is not well-formed TOML: {reason}.") from reason
    return read_table(name, table)


def read_table(name: str, table: dict) -> Instrument:
    refuse(name, key_problems(table) or plain_problems(table))
    instrument = instrument_of(table)
    refuse(name, sense_problems(instrument))
    return instrument


def refuse(name: str, problems: list[str]) -> None:
    if problems:
        raise BadDefinition(*(f"{name}: {problem}" for problem in problems))


def fingerprint(table: dict) -> str:
    """SHA-256 of what the file says; comments, layout and what is only about the scale do not enter."""
    said = {key: value for key, value in table.items() if key not in ABOUT}
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


# ---- from plain tables to the frozen shapes -------------------------------------------------------------------


def instrument_of(table: dict) -> Instrument:
    said = {key: value for key, value in table.items() if key in FILE}
    checks = rules_of(table, "checks")
    return Instrument(
        **said
        | {
            "minimum": table.get("minimum", 0),
            "maximum": table.get("maximum", 0),
            "scoring": table.get("scoring", "sum"),
            "unverified": tuple(table["unverified"]),
            "items": items_of(table),
            "one_of": tuple(tuple(each) for each in table.get("one_of", [])),
            "domains": tuple(
                Domain(**row | {"items": tuple(row["items"])}) for row in table.get("domains", [])
            ),
            "level": level_of(table.get("level")),
            "conversion": conversion_of(table.get("conversion")),
            "allow_not_applicable": table.get("allow_not_applicable", 0),
            "band_sets": tuple(band_set_of(row) for row in table.get("bands", [])),
            "responses": rules_of(table, "response"),
            "partials": rules_of(table, "partial"),
            "remissions": rules_of(table, "remission"),
            "checks": checks,
            "too_mild_below": too_mild_of(table, checks),
            "change": tuple(change_of(row) for row in table.get("change", [])),
            "meaningful": tuple(change_of(row) for row in table.get("meaningful", [])),
            "flags": tuple(Flag(**row) for row in table.get("flags", [])),
            "subscales": tuple(subscale_of(row) for row in table.get("subscales", [])),
            "algorithms": tuple(algorithm_of(row) for row in table.get("algorithms", [])),
            "traps": tuple(table.get("traps", [])),
            "columns": table.get("columns", {}),
            "hides_suicide_item": table.get("hides_suicide_item", False),
            "checked_on": table.get("checked_on"),
            "loinc": loinc_of(table.get("loinc")),
            "reliability": tuple(
                Reliability(**{"sd": None, "supports": None} | row) for row in table.get("reliability", [])
            ),
            "fingerprint": fingerprint(table),
        }
    )


def items_of(table: dict) -> tuple[Item, ...]:
    weights = weights_of(table.get("points", {}))
    return tuple(item_of(row, table, weights) for row in table["items"])


def item_of(row: dict, table: dict, weights: tuple[tuple[int, int], ...]) -> Item:
    kind = row.get("kind", "rating")
    number = int(re.search(r"[0-9]+", row["id"]).group())
    same = {key: row.get(key) for key in ("not_assessed", "as_blank", "ask_if")}
    rest = same | {"kind": kind, "scored": row.get("scored", True), "anchors": tuple(row.get("anchors", []))}
    if kind == "date":
        return Item(row["id"], number, row["text"], 0, 0, (), **rest)
    labels = labels_of(row, table, kind)
    options = tuple(sorted(labels.items())) if kind != "analogue" else ()
    for code, label in (
        (row.get("not_assessed"), "not assessed"),
        (row.get("as_blank"), row.get("as_blank_label", "not assessed")),
    ):
        options += () if code is None else ((code, label),)
    return Item(row["id"], number, row["text"], min(labels), max(labels), options, weights=weights, **rest)


def labels_of(row: dict, table: dict, kind: str) -> dict[int, str]:
    """The item's own answers or range; else the common answers or range; yes and no need neither."""
    for place in (row, {} if kind == "yes_no" else table):
        if "answers" in place:
            return {int(value): label for value, label in place["answers"].items()}
        if "range" in place:
            low, high = place["range"]
            return {value: str(value) for value in range(low, high + 1)}
    return YES_NO


def weights_of(points: dict) -> tuple[tuple[int, int], ...]:
    return tuple((int(answer), value) for answer, value in points.items())


def band_set_of(row: dict) -> BandSet:
    bands = tuple(Band(each["name"], each["from"], each["to"]) for each in row["ranges"])
    return BandSet(row["id"], bands, row["source"], row["evidence"], row.get("default", False))


def conditions_of(row: dict) -> tuple[Condition, ...]:
    return tuple(Condition(*CONDITIONS[key], value) for key, value in row.items() if key in CONDITIONS)


def rules_of(table: dict, section: str) -> tuple[Rule, ...]:
    return tuple(
        Rule(
            id=row["id"],
            says=row["says"],
            conditions=conditions_of(row),
            source=row["source"],
            evidence=row["evidence"],
            default=row.get("default", False),
            floor=table.get("minimum", 0),
            sex=row.get("sex"),
        )
        for row in table.get(section, [])
    )


def too_mild_of(table: dict, checks: tuple[Rule, ...]) -> Rule | str | None:
    """The check that the file names; a name that is no check stays text for `sense_problems` to refuse."""
    named = table.get("too_mild_below")
    return next((check for check in checks if check.id == named), named)


def change_of(row: dict) -> Change:
    return Change(**{"points": None, "percent": None} | row)


def subscale_of(row: dict) -> Subscale:
    plain = {key: value for key, value in row.items() if key not in ("points", "except_from")}
    return Subscale(
        **{"at_least": None} | plain | {"items": tuple(row["items"])},
        except_from=tuple(row.get("except_from", {}).items()),
        weights=weights_of(row.get("points", {})),
    )


def algorithm_of(row: dict) -> Algorithm:
    lists = {key: tuple(row[key]) for key in ("core", "only", "items") if key in row}
    needs = {"needs": tuple(row["needs"].items())} if "needs" in row else {}
    return Algorithm(**row | lists | needs)


def level_of(row: dict | None) -> Level | None:
    return row and Level(**{"recent": None} | row | {"items": tuple(row["items"])})


def conversion_of(row: dict | None) -> Conversion | None:
    if row is None:
        return None
    rest = {key: value for key, value in row.items() if key not in ("from", "values")}
    return Conversion(start=row["from"], values=tuple(row["values"]), **rest)


def loinc_of(row: dict | None) -> Loinc | None:
    return row and Loinc(**{"panel": None, "total": None} | row | {"items": tuple(row.get("items", []))})
