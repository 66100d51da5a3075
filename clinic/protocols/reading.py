"""From a definition file to a Protocol, or to sentences saying what is wrong in which file and key.

A file that `extends` another says only what differs: a row with a known id replaces the keys it names, a row
with a new id is added. The base is named with its version, so that a later base changes nothing here.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

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
from clinic.instruments.reading import BadDefinition, refuse
from clinic.instruments.rules import COMPARISONS
from clinic.protocols import definition
from clinic.protocols.definition import MEASURES, Limit, Protocol, Schedule, Stretch, When

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
# Not part of the fingerprint: they may be filled in without a new version.
ABOUT = ("checked_by", "next_review")
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

# Without rows in these, a verdict or a readiness to leave would rest on nothing.
NEVER_EMPTY = ("limits", "schedules", "gate", "leaving", "symptoms", "pre_dose")
VERDICTS = ("prescriber decides", "do not start")
METHODS = ("minutes", "ticked", "blood_pressure", "oxygen", "sedation", "dissociation", "score")
STAGES = ("induction", "optimisation", "maintenance")


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
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as reason:
        raise BadDefinition(f"{path.name} is not well-formed TOML: {reason}.") from reason


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
        windows=definition.Windows(**table["windows"]),
        weighing=definition.Weighing(**table["weighing"]),
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
    return getattr(definition, SECTIONS[section][0])(**values)


def stretch_of(row: dict) -> Stretch:
    return Stretch(**row | {"at": tuple(row.get("at", ()))})


def fingerprint(table: dict) -> str:
    """SHA-256 of what the file and its bases say; comments, layout and who checked it do not enter."""
    said = {key: value for key, value in table.items() if key not in ABOUT}
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


# ---- keys ------------------------------------------------------------------------------------------------------


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


# ---- sense -----------------------------------------------------------------------------------------------------


def sense_problems(protocol: Protocol) -> list[str]:
    """What is well formed and still cannot be meant."""
    return [
        *(f"{each.id}: {problem}" for each in protocol.limits for problem in limit_problems(each)),
        *order_problems(protocol.limits),
        *word_problems(protocol),
        *name_problems(protocol),
        *(f"{section}: there is none." for section in NEVER_EMPTY if not getattr(protocol, section)),
        *(f"pre_dose: “{each}” is no measure." for each in protocol.pre_dose if each not in MEASURES),
    ]


def limit_problems(limit: Limit) -> Iterator[str]:
    if limit.measure not in MEASURES:
        yield f"measure “{limit.measure}” is unknown."
    if limit.comparison not in COMPARISONS:
        yield f"comparison should be one of {', '.join(COMPARISONS)}, not “{limit.comparison}”."
    tiers = definition.DOSE_TIERS if limit.phase == "order" else definition.VITAL_TIERS
    if limit.tier not in tiers:
        yield f"tier should be one of {', '.join(tiers)}, not “{limit.tier}”."
    if limit.outer and not limit.outer[0] <= limit.value <= limit.outer[1]:
        yield f"{limit.value:g} lies outside {limit.outer[0]:g} to {limit.outer[1]:g}, the outer bounds."
    if not limit.locked and "{value}" not in limit.wording:
        yield "says should name the number as {value}, or a change of the limit would leave it behind."
    if limit.when.stage not in (None, *STAGES):
        yield f"when, stage should be one of {', '.join(STAGES)}, not “{limit.when.stage}”."


def order_problems(limits: tuple[Limit, ...]) -> list[str]:
    """Among limits on the same thing a worse tier must not be reached sooner than a milder one; what is only
    counted ("info") stands outside the order."""
    alike = defaultdict(list)
    for each in limits:
        if each.comparison in COMPARISONS and each.measure in MEASURES and each.tier != "info":
            side = each.comparison[0]
            alike[each.measure, each.phase, each.route, each.substance, each.when, side].append(each)
    return [
        f"{milder.id} at {milder.value:g} and {worse.id} at {worse.value:g} are the wrong way round."
        for together in alike.values()
        for milder, worse in pairwise(sorted(together, key=rank))
        if rank(milder) != rank(worse) and sooner(worse, milder)
    ]


def rank(limit: Limit) -> int:
    tiers = definition.DOSE_TIERS if limit.phase == "order" else definition.VITAL_TIERS
    return tiers.index(limit.tier) if limit.tier in tiers else len(tiers)


def sooner(one: Limit, other: Limit) -> bool:
    """Whether the first is reached at a value where the second is not yet, or at the same one."""
    return one.value <= other.value if one.comparison[0] == ">" else one.value >= other.value


def word_problems(protocol: Protocol) -> list[str]:
    """Words of a closed list, wherever they stand."""
    closed = {
        "evidence": definition.EVIDENCE,
        "phase": definition.PHASES,
        "route": definition.ROUTES,
        "substance": definition.SUBSTANCES,
        "else_": VERDICTS,
        "go_if": ("yes", "no"),
        "sex": ("female", "male"),
        "method": METHODS,
        "of": ("weight", "dose"),
    }
    problems = [
        f"{row.id}: {key} should be one of {', '.join(words)}, not “{getattr(row, key)}”."
        for row in rows_of(protocol)
        for key, words in closed.items()
        if getattr(row, key, None) not in (None, *words)
    ]
    problems += tier_problems("rules", protocol.rules, definition.DOSE_TIERS)
    problems += tier_problems("slips", protocol.slips, definition.DOSE_TIERS)
    problems += tier_problems("symptoms", protocol.symptoms, definition.VITAL_TIERS)
    return problems + tier_problems("concomitant", protocol.concomitant, definition.DRUG_TIERS)


def tier_problems(section: str, rows: tuple, tiers: tuple[str, ...]) -> list[str]:
    keys = ("tier", "same_day", "with_tier")
    said = [(row.id, getattr(row, key, None)) for row in rows for key in keys]
    said += [(row.id, tier) for row in rows for _, tier in getattr(row, "by_route", ())]
    return [
        f"{section} {id}: tier should be one of {', '.join(tiers)}, not “{tier}”."
        for id, tier in said
        if tier not in (None, *tiers)
    ]


def name_problems(protocol: Protocol) -> list[str]:
    """Ids that one row names and no other has, and slips of a row's own numbers."""
    limits = {limit.id for limit in protocol.limits}
    classes = {each.id for each in protocol.concomitant}
    windows = {f"windows {name}": getattr(protocol.windows, name) for name in TABLES["windows"]}
    named = [
        *windows.items(),
        *((each.id, each.minimum) for each in protocol.schedules),
        *((each.id, id) for each in protocol.leaving for id in each.limits),
        *((each.id, each.lasts) for each in protocol.gate if each.lasts not in ("visit", "course")),
    ]
    return [
        *(f"{by}: there is no limit “{id}”." for by, id in named if id not in limits),
        *(
            f"{each.id}: there is no class of drugs “{id}”."
            for each in protocol.concomitant
            for id in each.with_same_day
            if id not in classes
        ),
        *(f"{each.id}: low should be below high." for each in protocol.slips if each.low >= each.high),
        *schedule_problems(protocol.schedules),
        *unwatched(protocol),
    ]


def schedule_problems(schedules: tuple[Schedule, ...]) -> list[str]:
    return [
        f"{each.id}: {key} “{value}” should be one of {', '.join(words)}."
        for each in schedules
        for stretch in each.stretches
        for key, value, words in (
            ("window", stretch.window, ("during", "after")),
            ("after", stretch.after, ("start", "stop")),
        )
        if value not in words
    ]


def unwatched(protocol: Protocol) -> list[str]:
    """What may be ordered must have a schedule of observations: nobody is dosed and then not looked at."""
    ordered = {(each.route, each.substance) for each in protocol.limits_for("order") if each.group == "dose"}
    return [
        f"schedules: there is none for {substance} {route}."
        for route, substance in sorted(ordered, key=str)
        if route and substance and not protocol.schedule(route, substance)
    ]


def rows_of(protocol: Protocol) -> Iterator:
    for section in SECTIONS:
        yield from getattr(protocol, section)
