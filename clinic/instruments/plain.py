"""What of a definition file would stop the reading itself, or would be read as something else."""

from __future__ import annotations

import re

from clinic.instruments.items import KINDS


def plain_problems(table: dict) -> list[str]:
    return [
        *option_problems(table),
        *(
            f"items {at}: {problem}"
            for at, row in enumerate(table["items"], 1)
            for problem in item_problems(row, table)
        ),
        *(problem for where, labels in tables_of_answers(table) for problem in label_problems(where, labels)),
        *(problem for where, points in tables_of_points(table) for problem in points_problems(where, points)),
        *(
            f"{section} {at}, {key} should be a list of item ids."
            for section, key in LISTS_OF_ITEMS
            for at, row in enumerate(table.get(section, []), 1)
            if key in row and not item_ids(row[key])
        ),
        *(
            f"one_of {at} should be two item ids."
            for at, pair_ in enumerate(table.get("one_of", []), 1)
            if not item_ids(pair_) or len(pair_) != 2
        ),
        *level_problems(table.get("level")),
        *conversion_problems(table.get("conversion")),
        *(
            f"{where} should be a list of text."
            for where, texts in (
                ("traps", table.get("traps", [])),
                ("unverified", table["unverified"]),
                ("columns", table.get("columns", {}).values()),
            )
            if not all(isinstance(text, str) for text in texts)
        ),
    ]


LISTS_OF_ITEMS = (
    ("subscales", "items"),
    ("domains", "items"),
    ("algorithms", "core"),
    ("algorithms", "only"),
    ("algorithms", "items"),
)


def option_problems(table: dict) -> list[str]:
    """A scale has labelled answers or a range of bare numbers for all items, or each item has its own."""
    if "answers" in table and "range" in table:
        return ["give “answers” (with labels) or “range” (bare numbers), one of the two."]
    if "range" in table and not pair(table["range"]):
        return ["range should be two whole numbers, lowest first."]
    return []


def tables_of_answers(table: dict):
    if "answers" in table:
        yield "answers", table["answers"]
    for at, row in enumerate(table["items"], 1):
        if "answers" in row:
            yield f"items {at}, answers", row["answers"]


def tables_of_points(table: dict):
    if "points" in table:
        yield "points", table["points"]
    for at, row in enumerate(table.get("subscales", []), 1):
        if "points" in row:
            yield f"subscales {at}, points", row["points"]


def label_problems(where: str, answers: dict) -> list[str]:
    problems = [] if len(answers) > 1 else [f"{where} should have at least two lines."]
    if not all(whole_text(value) for value in answers):
        problems.append(f"{where}: each key should be the number that the answer scores.")
    if not all(isinstance(label, str) for label in answers.values()):
        problems.append(f"{where}: each label should be text.")
    return problems


def points_problems(where: str, points: dict) -> list[str]:
    if all(whole_text(key) and type(value) is int for key, value in points.items()) and points:
        return []
    return [f"{where} should give a whole number of points for each answer."]


def item_problems(row: dict, table: dict) -> list[str]:
    problems = []
    if not re.fullmatch(r"[a-z]+[1-9][0-9]*", row["id"]):
        problems.append(f"id “{row['id']}” should be letters and the number of the item, such as q3.")
    if "range" in row and not pair(row["range"]):
        problems.append("range should be two whole numbers, lowest first.")
    kind = row.get("kind", "rating")
    if kind not in KINDS:
        problems.append(f"kind should be one of {', '.join(KINDS)}, not “{kind}”.")
    options = [place for place in (row, table) if "range" in place or "answers" in place]
    if kind in ("rating", "analogue") and not options:
        problems.append("give “answers” (with labels) or “range” (bare numbers), one of the two.")
    if "range" in row and "answers" in row:
        problems.append("give “answers” (with labels) or “range” (bare numbers), one of the two.")
    anchors = row.get("anchors", [])
    if (kind == "analogue") != (len(anchors) == 2 and all(isinstance(each, str) for each in anchors)):
        problems.append("an analogue item, and only that, has two anchors as text.")
    return problems


def level_problems(level: dict | None) -> list[str]:
    return [] if level is None or item_ids(level["items"]) else ["level, items should be a list of item ids."]


def conversion_problems(conversion: dict | None) -> list[str]:
    values = conversion["values"] if conversion else [0]
    if values and all(isinstance(value, (int, float)) and type(value) is not bool for value in values):
        return []
    return ["conversion, values should be numbers."]


def item_ids(names: object) -> bool:
    return isinstance(names, list) and bool(names) and all(isinstance(name, str) for name in names)


def whole_text(key: str) -> bool:
    return re.fullmatch(r"0|-?[1-9][0-9]*", key) is not None


def pair(numbers: list) -> bool:
    return len(numbers) == 2 and all(type(number) is int for number in numbers) and numbers[0] < numbers[1]
