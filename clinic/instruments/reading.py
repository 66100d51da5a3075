"""From a definition file to an Instrument, or to sentences saying what is wrong in which file and key."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from pathlib import Path

from clinic.instruments.definition import (
    Algorithm,
    Band,
    BandSet,
    Change,
    Condition,
    Flag,
    Instrument,
    Item,
    Rule,
    Subscale,
)
from clinic.instruments.keys import CONDITIONS, FILE, key_problems
from clinic.instruments.sense import sense_problems
from clinic.refused import BadInput

# Who read the file and when to read it again may change without a new version.
BOOKKEEPING = {"checked_by", "next_review"}


class BadDefinition(BadInput):
    """A definition file that cannot be trusted; each problem is a sentence with file and key."""


def read_definition(path: Path) -> Instrument:
    """Read and check one file; raises BadDefinition with every problem found."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as reason:
        raise BadDefinition(f"{path.name} is not well-formed TOML: {reason}.") from reason
    refuse(path, key_problems(table) or plain_problems(table))
    instrument = instrument_of(table)
    refuse(path, sense_problems(instrument))
    return instrument


def refuse(path: Path, problems: list[str]) -> None:
    if problems:
        raise BadDefinition(*(f"{path.name}: {problem}" for problem in problems))


def fingerprint(table: dict) -> str:
    """SHA-256 of what the file says; comments, layout and the review bookkeeping do not enter."""
    said = {key: value for key, value in table.items() if key not in BOOKKEEPING}
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


def plain_problems(table: dict) -> list[str]:
    """What would stop the reading itself, or would be read as something else."""
    return [
        *answer_problems(table),
        *(
            f"items {at}: {problem}"
            for at, row in enumerate(table["items"], 1)
            for problem in item_problems(row)
        ),
        *(
            f"checks {at} should have exactly one condition."
            for at, row in enumerate(table.get("checks", []), 1)
            if len(conditions_of(row)) != 1
        ),
        *(
            f"{section} {at}, {key} should be a list of item ids."
            for section, key in (("subscales", "items"), ("algorithms", "core"))
            for at, row in enumerate(table.get(section, []), 1)
            if not row[key] or not all(isinstance(item, str) for item in row[key])
        ),
    ]


def answer_problems(table: dict) -> list[str]:
    """A scale has either labelled answers or a range of bare numbers."""
    if ("answers" in table) == ("range" in table):
        return ["give “answers” (with labels) or “range” (bare numbers), one of the two."]
    if "range" in table:
        return [] if pair(table["range"]) else ["range should be two whole numbers, lowest first."]
    answers = table["answers"]
    problems = [] if len(answers) > 1 else ["answers should have at least two lines."]
    if not all(re.fullmatch(r"0|[1-9][0-9]*", value) for value in answers):
        problems.append("answers: each key should be the number that the answer scores.")
    if not all(isinstance(label, str) for label in answers.values()):
        problems.append("answers: each label should be text.")
    return problems


def item_problems(row: dict) -> list[str]:
    problems = []
    if not re.fullmatch(r"[a-z]+[1-9][0-9]*", row["id"]):
        problems.append(f"id “{row['id']}” should be letters and the number of the item, such as q3.")
    if "range" in row and not pair(row["range"]):
        problems.append("range should be two whole numbers, lowest first.")
    return problems


def pair(numbers: list) -> bool:
    return len(numbers) == 2 and all(type(number) is int for number in numbers) and numbers[0] < numbers[1]


def instrument_of(table: dict) -> Instrument:
    said = {key: value for key, value in table.items() if key in FILE}
    checks = rules_of(table, "checks")
    return Instrument(
        **said
        | {
            "unverified": tuple(table["unverified"]),
            "items": items_of(table),
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
            "fingerprint": fingerprint(table),
        }
    )


def items_of(table: dict) -> tuple[Item, ...]:
    labels = {int(value): label for value, label in table.get("answers", {}).items()}
    return tuple(item_of(row, table.get("range"), labels) for row in table["items"])


def item_of(row: dict, default_range: list[int] | None, labels: dict[int, str]) -> Item:
    """Labels where the file gives them and the item keeps the common range, otherwise bare numbers."""
    if "range" in row or not labels:
        low, high = row.get("range", default_range)
        labels = {value: str(value) for value in range(low, high + 1)}
    low, high = min(labels), max(labels)
    not_assessed = row.get("not_assessed")
    extra = () if not_assessed is None else ((not_assessed, "not assessed"),)
    number = int(re.search(r"[0-9]+", row["id"]).group())
    options = tuple(sorted(labels.items())) + extra
    return Item(row["id"], number, row["text"], low, high, options, not_assessed)


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
            floor=table["minimum"],
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
    exceptions = tuple(row.get("except_from", {}).items())
    return Subscale(**{"at_least": None} | row | {"items": tuple(row["items"]), "except_from": exceptions})


def algorithm_of(row: dict) -> Algorithm:
    return Algorithm(**row | {"core": tuple(row["core"])})
