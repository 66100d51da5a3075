"""Which keys a definition file of a protocol has, and sentences for those that are unknown, missing or of the wrong
kind."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from clinic.instruments.keys import (
    CITED,
    DAY,
    LIST,
    NUMBER,
    TABLE,
    TEXT,
    WHOLE,
    YES_NO,
    is_kind,
    row_problems,
    table_problems,
)

FILE = {
    "id": TEXT,
    "version": TEXT,
    "title": TEXT,
    "says": TEXT,
    "place": TEXT,
    "checked_by": TEXT,
    "next_review": DAY,
    "pre_dose": LIST,
}
SAID = {"id": TEXT, "says": TEXT} | CITED
TITLED = {"id": TEXT, "title": TEXT} | CITED
WHERE = {"route": TEXT, "substance": TEXT}
# section: (shape, keys it must have, keys it may have)
SECTIONS = {
    "limits": (
        "Limit",
        SAID | {"measure": TEXT, "phase": TEXT, "comparison": TEXT, "value": NUMBER, "tier": TEXT},
        WHERE
        | {"outer": LIST, "when": TABLE}
        | dict.fromkeys(("locked", "tighter_only", "stricter_first"), YES_NO),
    ),
    "rules": ("Rule", SAID | {"tier": TEXT}, {}),
    "slips": ("Slip", SAID | {"of": TEXT, "low": NUMBER, "high": NUMBER, "tier": TEXT}, {}),
    "schedules": ("Schedule", {"id": TEXT, "minimum": TEXT, "stretches": LIST} | CITED, WHERE),
    "ladders": (
        "Ladder",
        SAID | TITLED | {"route": TEXT, "substance": TEXT, "steps": LIST, "days_between": NUMBER},
        {},
    ),
    "products": (
        "Product",
        TITLED | {"substance": TEXT, "routes": LIST},
        {"mg_per_ml": NUMBER, "device_mg": NUMBER, "dilute_for": LIST},
    ),
    "concomitant": (
        "Concomitant",
        SAID | TITLED | {"drugs": LIST, "tier": TEXT},
        {"same_day": TEXT, "with_same_day": LIST, "with_tier": TEXT, "by_route": TABLE, "asks": TEXT},
    ),
    "gate": (
        "GateItem",
        TITLED | dict.fromkeys(("asks", "go_if", "else_", "lasts"), TEXT),
        WHERE | {"sex": TEXT},
    ),
    "leaving": ("Criterion", TITLED | {"method": TEXT}, {"limits": LIST, "substance": TEXT}),
    "symptoms": ("Symptom", SAID | TITLED | {"tier": TEXT}, {}),
    "duties": ("Duty", SAID | TITLED, {"days": WHOLE, "substance": TEXT}),
}
# Tables that stand once in a file.
TABLES = {
    "windows": dict.fromkeys(("pre", "during", "after", "leaving"), TEXT),
    "weighing": CITED
    | dict.fromkeys(
        (
            "ideal_male_kg",
            "ideal_female_kg",
            "ideal_kg_per_inch",
            "ideal_from_inches",
            "adjusted_share",
            "cm_per_inch",
            "kg_per_lb",
        ),
        NUMBER,
    ),
}
STRETCH = {"window": TEXT}, {"after": TEXT, "at": LIST, "every": WHOLE, "begins": WHOLE, "until": None}
WHEN = {
    "first_on_route": YES_NO,
    "stage": TEXT,
    "symptoms": YES_NO,
    "week_from": WHOLE,
    "week_to": WHOLE,
    "not_indication": TEXT,
}
# Lists that hold text; the others hold numbers or tables.
TEXTS = ("routes", "dilute_for", "drugs", "with_same_day")


def key_problems(table: dict) -> list[str]:
    """What can be said of one file alone: unknown keys, wrong kinds, rows without an id or with one twice. Keys
    that are missing may stand in the base."""
    must = FILE if "extends" not in table else {"id": TEXT, "version": TEXT, "extends": TEXT}
    may = FILE | {"extends": TEXT} | dict.fromkeys(SECTIONS, LIST) | dict.fromkeys(TABLES, TABLE)
    problems = table_problems(table, "", must, may)
    for section, (_, keys, optional) in SECTIONS.items():
        rows = table.get(section, [])
        for at, row in enumerate(rows if isinstance(rows, list) else [], start=1):
            problems += row_problems(row, place_of(section, at, row), {"id": TEXT}, keys | optional)
        problems += twice(section, rows)
    for name, keys in TABLES.items():
        if isinstance(table.get(name), dict):
            problems += table_problems(table[name], name, {}, keys)
    return problems


def complete_problems(table: dict) -> list[str]:
    """What a file and its bases must have together."""
    problems = table_problems(
        {key: table[key] for key in table if key in FILE or key in TABLES},
        "",
        FILE | dict.fromkeys(TABLES, TABLE),
        {},
    )
    for section, (_, must, may) in SECTIONS.items():
        for at, row in enumerate(table.get(section, []), start=1):
            where = place_of(section, at, row)
            problems += row_problems(row, where, must, may) or inner_problems(where, row)
    for name, keys in TABLES.items():
        problems += table_problems(table.get(name, {}), name, keys, {}) if name in table else []
    return problems


def inner_problems(where: str, row: dict) -> list[str]:
    """Lists and tables inside a row."""
    problems = [
        f"{where}, {key} should be a list of text."
        for key in TEXTS
        if not all(isinstance(each, str) for each in row.get(key, []))
    ]
    problems += table_problems(row["when"], f"{where}, when", {}, WHEN) if "when" in row else []
    if "outer" in row and not rising_numbers(row["outer"], of=2):
        problems.append(f"{where}, outer should be two numbers, lowest first.")
    if "steps" in row and not rising_numbers(row["steps"]):
        problems.append(f"{where}, steps should be numbers that rise.")
    if "limits" in row and not all(isinstance(each, str) for each in row["limits"]):
        problems.append(f"{where}, limits should be a list of text.")
    for at, stretch in enumerate(row.get("stretches", []), start=1):
        problems += stretch_problems(f"{where}, stretch {at}", stretch)
    return problems


def stretch_problems(where: str, stretch: object) -> list[str]:
    must, may = STRETCH
    kinds = {key: kind for key, kind in may.items() if kind}
    until = stretch.get("until") if isinstance(stretch, dict) else None
    plain = {key: stretch[key] for key in stretch if key != "until"} if isinstance(stretch, dict) else stretch
    problems = row_problems(plain, where, must, kinds)
    if not problems and ("at" in plain) == ("every" in plain):
        problems.append(f"{where} should have either at or every.")
    if not problems and "every" in plain and plain["every"] < 1:
        problems.append(f"{where}, every should be at least a minute.")
    if not problems and "at" in plain and not rising_numbers(plain["at"]):
        problems.append(f"{where}, at should be minutes that rise.")
    if not problems and "every" in plain and until not in ("stop", "leaving") and not is_kind(until, WHOLE):
        problems.append(f"{where}, until should be “stop”, “leaving” or a minute, not {until!r}.")
    return problems


def rising_numbers(numbers: list, of: int | None = None) -> bool:
    right = bool(numbers) and all(is_kind(each, NUMBER) for each in numbers)
    return right and of in (None, len(numbers)) and all(low < high for low, high in pairwise(numbers))


def place_of(section: str, at: int, row: object) -> str:
    """A row by its id where it has one: files are long, and the fortieth limit is hard to count."""
    id = row.get("id") if isinstance(row, dict) else None
    return f"{section} {id if isinstance(id, str) else at}"


def twice(section: str, rows: object) -> list[str]:
    ids = [row.get("id") for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return [
        f"{section}: “{id}” stands there twice." for id, times in Counter(map(str, ids)).items() if times > 1
    ]
