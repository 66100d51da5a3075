"""Which keys a definition file has, and of which kind; anything else is refused before it is read.

A key that nobody knows is most often a misspelt one, and a misspelt cut-off would be silently absent.
"""

from __future__ import annotations

from datetime import date

TEXT = "text"
WHOLE = "a whole number"
NUMBER = "a number"
LIST = "a list"
TABLE = "a table"
YES_NO = "true or false"
DAY = "a date"

PYTHON = {
    TEXT: str,
    WHOLE: int,
    NUMBER: (int, float),
    LIST: list,
    TABLE: dict,
    YES_NO: bool,
    DAY: date,
}

CITED = {"source": TEXT, "evidence": TEXT}
RULE = {"id": TEXT, "says": TEXT} | CITED

# What a condition of a rule compares, and how. Several in one rule must all hold.
CONDITIONS = {
    "total_at_least": ("total", ">="),
    "total_at_most": ("total", "<="),
    "total_below": ("total", "<"),
    "total_above": ("total", ">"),
    "rise_at_least": ("rise", ">="),
    "fall_at_least": ("fall", ">="),
    "fall_percent_at_least": ("fall_percent", ">="),
    "fall_percent_above": ("fall_percent", ">"),
}
ON_CHANGE = dict.fromkeys(CONDITIONS, NUMBER)

FILE = {
    "id": TEXT,
    "version": TEXT,
    "title": TEXT,
    "name": TEXT,
    "construct": TEXT,
    "rater": TEXT,
    "recall": TEXT,
    "recall_days": WHOLE,
    "higher_is": TEXT,
    "stem": TEXT,
    "allow_missing": WHOLE,
    "text": TEXT,
    "licence": TEXT,
    "holder": TEXT,
    "notice": TEXT,
    "source": TEXT,
    "unverified": LIST,
    "checked_by": TEXT,
    "next_review": DAY,
    "items": LIST,
    "measures": TEXT,
    "family": TEXT,
    "timing": TEXT,
}
FILE_MAY = {
    "minimum": WHOLE,
    "maximum": WHOLE,
    "scoring": TEXT,
    "answers": TABLE,
    "range": LIST,
    "points": TABLE,
    "one_of": LIST,
    "domains": LIST,
    "level": TABLE,
    "conversion": TABLE,
    "allow_not_applicable": WHOLE,
    "traps": LIST,
    "columns": TABLE,
    "hides_suicide_item": YES_NO,
    "checked_on": DAY,
    "loinc": TABLE,
    "reliability": LIST,
    "too_mild_below": TEXT,
    "bands": LIST,
    "response": LIST,
    "partial": LIST,
    "remission": LIST,
    "checks": LIST,
    "change": LIST,
    "meaningful": LIST,
    "flags": LIST,
    "subscales": LIST,
    "algorithms": LIST,
}

# section: (keys it must have, keys it may have)
SECTIONS = {
    "items": (
        {"id": TEXT, "text": TEXT},
        {
            "range": LIST,
            "answers": TABLE,
            "kind": TEXT,
            "anchors": LIST,
            "not_assessed": WHOLE,
            "as_blank": WHOLE,
            "as_blank_label": TEXT,
            "ask_if": TEXT,
            "scored": YES_NO,
        },
    ),
    "domains": ({"name": TEXT, "title": TEXT, "items": LIST}, {}),
    "bands": ({"id": TEXT, "ranges": LIST} | CITED, {"default": YES_NO}),
    "response": (RULE, ON_CHANGE | {"default": YES_NO}),
    "partial": (RULE, ON_CHANGE | {"default": YES_NO}),
    "remission": (RULE, ON_CHANGE | {"default": YES_NO}),
    "checks": (RULE, ON_CHANGE | {"sex": TEXT}),
    "change": (RULE, {"points": NUMBER, "percent": NUMBER, "default": YES_NO}),
    "meaningful": (RULE, {"points": NUMBER, "percent": NUMBER}),
    "flags": (
        {"name": TEXT, "item": TEXT, "says": TEXT, "review_from": WHOLE, "urgent_from": WHOLE} | CITED,
        {},
    ),
    "subscales": (
        {"name": TEXT, "title": TEXT, "method": TEXT, "items": LIST} | CITED,
        {"at_least": WHOLE, "except_from": TABLE, "points": TABLE},
    ),
    "algorithms": ({"name": TEXT, "method": TEXT} | CITED, {}),
    "reliability": (
        {"kind": TEXT, "value": NUMBER, "sample": TEXT} | CITED,
        {"sd": NUMBER, "supports": TEXT},
    ),
}
# Tables that stand once in a file, in the same shape.
TABLES = {
    "level": (
        {"items": LIST, "behaviour": TEXT, "past_behaviour": TEXT, "recent_behaviour": TEXT}
        | dict.fromkeys(("low_from", "moderate_from", "high_from"), WHOLE)
        | CITED,
        {"recent": TEXT},
    ),
    "conversion": ({"name": TEXT, "title": TEXT, "from": WHOLE, "values": LIST} | CITED, {}),
    "loinc": (CITED, {"panel": TEXT, "total": TEXT, "items": LIST}),
}
# What each method of judging reads, besides its name, source and evidence.
ALGORITHMS = {
    "depressive_syndrome": {"counts": TEXT, "core": LIST, "other_from": WHOLE, "major_from": WHOLE},
    "every_cluster": {"needs": TABLE},
    "points_only_from": {"only": LIST},
    "all_equal": {"items": LIST, "value": WHOLE},
}
BAND = {"name": TEXT, "from": WHOLE, "to": WHOLE}


def key_problems(table: dict) -> list[str]:
    """One sentence for each key that is missing, unknown or of the wrong kind, naming the key."""
    problems = table_problems(table, "", FILE, FILE_MAY)
    for section, (must, may) in SECTIONS.items():
        rows = table.get(section, [])
        for at, row in enumerate(rows if isinstance(rows, list) else [], start=1):
            extra = method_keys(row) if section == "algorithms" else {}
            problems += row_problems(row, f"{section} {at}", must | extra, may)
            if section == "bands":
                problems += band_problems(row, f"{section} {at}")
    for name, (must, may) in TABLES.items():
        if isinstance(table.get(name), dict):
            problems += table_problems(table[name], name, must, may)
    return problems


def method_keys(row: object) -> dict:
    """The keys of the row's method; those of a method that nobody knows are refused later, by its name."""
    known = ALGORITHMS.get(str(row.get("method"))) if isinstance(row, dict) else None
    if known is not None or not isinstance(row, dict):
        return known or {}
    every = {key: kind for keys in ALGORITHMS.values() for key, kind in keys.items()}
    return {key: kind for key, kind in every.items() if key in row}


def table_problems(table: dict, where: str, must: dict, may: dict) -> list[str]:
    kinds = must | may
    place = f"{where}, " if where else ""
    return (
        [f"{place}key “{key}” is missing." for key in must if key not in table]
        + [f"{place}key “{key}” is unknown." for key in table if key not in kinds]
        + [
            f"{place}key “{key}” should be {kinds[key]}, not {value!r}."
            for key, value in table.items()
            if key in kinds and not is_kind(value, kinds[key])
        ]
    )


def row_problems(row: object, where: str, must: dict, may: dict) -> list[str]:
    if not isinstance(row, dict):
        return [f"{where} should be a table, not {row!r}."]
    return table_problems(row, where, must, may)


def band_problems(row: object, where: str) -> list[str]:
    ranges = row.get("ranges", []) if isinstance(row, dict) else []
    return [
        problem
        for at, band in enumerate(ranges if isinstance(ranges, list) else [], start=1)
        for problem in row_problems(band, f"{where}, range {at}", BAND, {})
    ]


def is_kind(value: object, kind: str) -> bool:
    """Python calls True a whole number; a definition does not."""
    return isinstance(value, PYTHON[kind]) and (kind == YES_NO or not isinstance(value, bool))
