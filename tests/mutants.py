"""Every number of a definition file, altered one at a time: does anything notice?

The check of published fingerprints is switched off here, so that only the loader's sense and the validation
rows, which are written by hand from the publications, stand between a slip and a patient. `survivors` should
find none; `make docs` writes the kill rate into docs/instruments/README.md.
"""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from clinic.instruments.library import DEFINITIONS
from clinic.instruments.reading import BadDefinition, read_table
from clinic.instruments.validation import VALIDATION, Row, failures, rows_in

# Numbers that are names: their digits are no quantities, and other tests hold them.
NAMES = ("version", "id", "next_review", "checked_on")


@dataclass(frozen=True, slots=True)
class Mutant:
    """One altered file; `what` says which number became which."""

    what: str
    table: dict


def mutants(table: dict) -> Iterator[Mutant]:
    """Each number one step up and one step down, alone; and the slips that stay consistent with themselves:
    a boundary between two bands moved on both sides, an item's maximum moved together with the total's, another
    rule made the default."""
    yield from single(table)
    yield from boundaries(table)
    yield from taller_items(table)
    yield from other_defaults(table)
    yield from other_signs(table)
    yield from shorter_lists(table)


def single(table: dict) -> Iterator[Mutant]:
    for path, value in numbers(table):
        for step in steps(value):
            altered = copy.deepcopy(table)
            put(altered, path, value + step)
            yield Mutant(f"{words(path)}: {value} → {value + step:g}", altered)
    for path, old, new in number_keys(table):
        altered = copy.deepcopy(table)
        inner = at(altered, path)
        inner[new] = inner.pop(old)
        yield Mutant(f"{words(path)}: key {old} → {new}", altered)


def numbers(value: object, path: tuple = ()) -> Iterator[tuple[tuple, float]]:
    """Every number with the keys that lead to it."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key not in NAMES:
                yield from numbers(inner, (*path, key))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from numbers(inner, (*path, place))
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield path, value


def number_keys(value: object, path: tuple = ()) -> Iterator[tuple[tuple, str, str]]:
    """Answers and their points are keys: the highest of each table, moved one up."""
    if isinstance(value, dict):
        if value and all(key.lstrip("-").isdigit() for key in value):
            highest = max(value, key=int)
            yield path, highest, str(int(highest) + 1)
        for key, inner in value.items():
            yield from number_keys(inner, (*path, key))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from number_keys(inner, (*path, place))


def steps(value: float) -> tuple[float, float]:
    """One up, one down; for a number with decimals one unit of its last one."""
    unit = 1 if float(value).is_integer() else 10.0 ** -len(repr(value).partition(".")[2])
    return unit, -unit


def boundaries(table: dict) -> Iterator[Mutant]:
    for chosen, bands in enumerate(table.get("bands", [])):
        for lower in range(len(bands["ranges"]) - 1):
            for step in (1, -1):
                altered = copy.deepcopy(table)
                ranges = altered["bands"][chosen]["ranges"]
                ranges[lower]["to"] += step
                ranges[lower + 1]["from"] += step
                yield Mutant(f"{bands['id']}: boundary after {ranges[lower]['name']} {step:+d}", altered)


def taller_items(table: dict) -> Iterator[Mutant]:
    """Items that go one further, with the total and the top band following: each item that has a range of its
    own, and all that share the common one."""
    if "maximum" not in table or table.get("scoring", "sum") != "sum" or "points" in table:
        return
    for place, item in enumerate(table["items"]):
        if "range" in item and item.get("scored", True):
            altered = copy.deepcopy(table)
            altered["items"][place]["range"][1] += 1
            grow(altered, 1)
            yield Mutant(f"{item['id']}: maximum {item['range'][1]} + 1, total with it", altered)
    common = [item for item in table["items"] if "range" not in item and item.get("scored", True)]
    if "range" in table and common:
        altered = copy.deepcopy(table)
        altered["range"][1] += 1
        grow(altered, len(common))
        yield Mutant(f"range: maximum {table['range'][1]} + 1, total with it", altered)


def grow(table: dict, points: int) -> None:
    table["maximum"] += points
    for bands in table.get("bands", []):
        bands["ranges"][-1]["to"] += points


def other_defaults(table: dict) -> Iterator[Mutant]:
    for section in ("bands", "response", "partial", "remission", "change"):
        for place, row in enumerate(table.get(section, [])):
            if not row.get("default"):
                altered = copy.deepcopy(table)
                for other in altered[section]:
                    other.pop("default", None)
                altered[section][place]["default"] = True
                yield Mutant(f"{section}: {row['id']} made the default", altered)


SIGNS = {
    "total_at_least": "total_above",
    "total_above": "total_at_least",
    "total_at_most": "total_below",
    "total_below": "total_at_most",
    "fall_percent_at_least": "fall_percent_above",
    "fall_percent_above": "fall_percent_at_least",
}


def other_signs(table: dict) -> Iterator[Mutant]:
    """ "At least" becomes "more than", "at most" becomes "below", and the other way round."""
    for section in ("response", "partial", "remission", "checks"):
        for place, row in enumerate(table.get(section, [])):
            for key in row.keys() & SIGNS.keys():
                altered = copy.deepcopy(table)
                altered[section][place][SIGNS[key]] = altered[section][place].pop(key)
                yield Mutant(f"{row['id']}: {key} → {SIGNS[key]}", altered)


def shorter_lists(table: dict) -> Iterator[Mutant]:
    """An item forgotten in a subscale or a domain, or left out of the total."""
    for section in ("subscales", "domains"):
        for place, row in enumerate(table.get(section, [])):
            for at_, item in enumerate(row["items"]):
                altered = copy.deepcopy(table)
                del altered[section][place]["items"][at_]
                yield Mutant(f"{section} {row['name']}: without {item}", altered)
    for place, item in enumerate(table["items"]):
        altered = copy.deepcopy(table)
        altered["items"][place]["scored"] = not item.get("scored", True)
        yield Mutant(f"{item['id']}: scored is now {altered['items'][place]['scored']}", altered)


def put(table: dict, path: tuple, value: float) -> None:
    at(table, path[:-1])[path[-1]] = value


def at(table: dict, path: tuple):
    for key in path:
        table = table[key]
    return table


def words(path: tuple) -> str:
    return ".".join(str(key + 1 if isinstance(key, int) else key) for key in path) or "top"


@dataclass(frozen=True, slots=True)
class Tally:
    """How many mutants the loader refused, how many a validation row caught, and which nobody noticed."""

    refused: int
    caught: int
    survivors: tuple[str, ...]

    @property
    def all(self) -> int:
        return self.refused + self.caught + len(self.survivors)


def tally(table: dict, rows: list[Row]) -> Tally:
    refused, caught, survivors = 0, 0, []
    for mutant in mutants(table):
        try:
            instrument = read_table("mutant", mutant.table)
        except BadDefinition:
            refused += 1
            continue
        if next(failures(instrument, rows), None) is None:
            survivors.append(mutant.what)
        else:
            caught += 1
    return Tally(refused, caught, tuple(survivors))


def tally_of(scale_id: str, definitions: Path = DEFINITIONS, validation: Path = VALIDATION) -> Tally:
    table = tomllib.loads((definitions / f"{scale_id}.toml").read_text(encoding="utf-8"))
    return tally(table, rows_in((validation / f"{scale_id}.csv").read_text(encoding="utf-8")))
