"""Validation rows: what a scale must come to on forms whose result somebody wrote down from its publication.

One CSV file per scale, never made from the definition. Shipped scales are held to theirs by a test, a clinic's
own scale is held to its rows before it is taken in. The columns are described in `validation/README.md`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import isclose
from pathlib import Path

from clinic.instruments.definition import Instrument, Score, default_of
from clinic.instruments.refusing import refuse_incomplete
from clinic.instruments.scoring import in_order, score, score_total
from clinic.refused import BadAnswers, BadInput

VALIDATION = Path(__file__).parent / "validation"
COLUMNS = (
    "case",
    "answers",
    "paper_total",
    "baseline",
    "sex",
    "total",
    "prorated",
    "missing",
    "band",
    "suicide",
    "checks",
    "subscales",
    "levels",
    "facts",
    "error",
    "source",
)
STATES = {"yes": True, "no": False, "?": None}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a file: column -> text, "" where the file does not have the column."""

    number: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def pairs(self, column: str) -> dict[str, str]:
        """`a=yes b=no` as a mapping; raises BadInput for a word without a value."""
        pairs = [word.partition("=") for word in self[column].split()]
        if bad := next((name for name, sign, value in pairs if not (sign and value)), None):
            raise BadInput(f"Row {self.number}, {column}: “{bad}” should be a name, = and a value.")
        return {name: value for name, _, value in pairs}


def rows_of(scale_id: str, folder: Path = VALIDATION) -> list[Row]:
    """The rows of one shipped scale; none where there is no file."""
    path = folder / f"{scale_id}.csv"
    return rows_in(path.read_text(encoding="utf-8")) if path.exists() else []


def rows_in(text: str) -> list[Row]:
    """The rows of a file's text. Raises BadInput for columns that are unknown or missing."""
    reader = csv.DictReader(io.StringIO(text))
    columns = reader.fieldnames or []
    strange = [name for name in columns if name not in COLUMNS]
    if strange or "case" not in columns or "source" not in columns:
        raise BadInput(
            f"Validation rows have the columns {', '.join(COLUMNS)} (case and source always)"
            + (f", not {', '.join(strange)}." if strange else ".")
        )
    return [
        Row(number, {name: (value or "").strip() for name, value in cells.items() if name})
        for number, cells in enumerate(reader, start=2)
    ]


def failures(instrument: Instrument, rows: list[Row]) -> Iterator[str]:
    """One sentence for each expectation that the definition does not meet; none means that all rows hold."""
    for row in rows:
        try:
            yield from (f"Row {row.number} ({row['case']}): {said}" for said in row_failures(instrument, row))
        except BadInput as reason:
            yield f"Row {row.number} ({row['case']}): {reason}"
        except (ValueError, LookupError, AttributeError) as reason:  # a number or a name that cannot be one
            yield f"Row {row.number} ({row['case']}): something in it cannot be read ({reason})."


def row_failures(instrument: Instrument, row: Row) -> Iterator[str]:
    if not row["source"]:
        yield "source is empty."
    if row["error"]:
        yield from _refusal(instrument, row)
        return
    if row["answers"] or row["paper_total"]:
        yield from _form(instrument, row)
    elif row["checks"] or row["band"] or row["levels"]:
        yield "has expectations but neither answers nor paper_total."
    yield from _differing("facts", row, lambda name: fact(instrument, name))


def answers_in(written: str) -> list[int | str | None]:
    """`3*2 - 1` is [2, 2, 2, None, 1]; `2026-05-03` stays a date."""
    values: list[int | str | None] = []
    for part in written.split():
        times, _, value = part.rpartition("*")
        values += int(times or 1) * [_answer(value)]
    return values


def _answer(word: str) -> int | str | None:
    if word == "-":
        return None
    return int(word) if word.lstrip("-").isdigit() and not (len(word) == 4 and word > "1900") else word


def scored(instrument: Instrument, row: Row) -> Score:
    """The form or the paper total of a row, scored."""
    sex = row["sex"] or None
    if row["paper_total"]:
        return score_total(instrument, float(row["paper_total"]), sex=sex)
    return score(instrument, in_order(instrument, answers_in(row["answers"])), sex=sex)


def _refusal(instrument: Instrument, row: Row) -> Iterator[str]:
    try:
        scored(instrument, row)
        if row["answers"]:
            refuse_incomplete(instrument, in_order(instrument, answers_in(row["answers"])))
    except BadAnswers as refused:
        if refused.code != row["error"]:
            yield f"refused as {refused.code}, not as {row['error']}."
    else:
        yield f"accepted, and should be refused as {row['error']}."


def _form(instrument: Instrument, row: Row) -> Iterator[str]:
    found = scored(instrument, row)
    suicide = f"{found.flags['suicide']} {found.levels['suicide']}" if "suicide" in found.flags else ""
    for name, value, wanted in (
        ("total", found.total, _number(row["total"])),
        ("prorated", found.prorated, STATES.get(row["prorated"] or "no")),
        ("missing", len(found.missing), int(row["missing"] or 0)),
        ("band", found.band, row["band"] or None),
        ("suicide", suicide, row["suicide"]),
    ):
        if not _same(value, wanted):
            yield f"{name} is {value}, not {wanted}."
    yield from _differing("checks", row, lambda name: _verdict(instrument, name, found, row))
    yield from _differing("subscales", row, lambda name: _plain(found.subscales[name]))
    yield from _differing("levels", row, lambda name: _level(instrument, found, name))


def _verdict(instrument: Instrument, name: str, found: Score, row: Row) -> str:
    """yes, no or ? of a check, a rule, or a change between baseline and total."""
    baseline = _number(row["baseline"])
    if name in found.checks:
        verdict = found.checks[name]
    elif name in (rules := {rule.name: rule for rule in instrument.rules}):
        verdict = rules[name].met(found.total, baseline)
    else:
        changes = {each.name: each for each in (*instrument.change, *instrument.meaningful)}
        verdict = changes[name].reached(found.total, baseline)
    return {True: "yes", False: "no", None: "?"}[verdict]


def _level(instrument: Instrument, found: Score, name: str) -> str:
    if name in found.levels:
        return found.levels[name].replace(" ", "_")
    chosen = next(each for each in instrument.band_sets if each.name == name)
    return (chosen.band(found.total) or "-").replace(" ", "_")


def _differing(column: str, row: Row, find: Callable[[str], str]) -> Iterator[str]:
    for name, wanted in row.pairs(column).items():
        try:
            value = find(name)
        except (KeyError, StopIteration):
            yield f"{column}: the scale has nothing called “{name}”."
            continue
        if value != wanted and not _same_number(value, wanted):
            yield f"{name} is {value}, not {wanted}."


def fact(instrument: Instrument, name: str) -> str:
    """What a definition says that no score shows, by the name that validation rows use for it."""
    kind, _, which = name.partition("_")
    if kind == "leads":
        chosen = default_of({"bands": instrument.band_sets, **_defaults(instrument)}[which])
        return chosen.name if chosen else "-"
    if name == "too_mild":
        return instrument.too_mild_below.name if instrument.too_mild_below else "-"
    if kind == "loinc":
        return _loinc(instrument, which)
    if name.startswith(("reliability", "sd")):
        figure = instrument.reliability[int(name.removeprefix("reliability").removeprefix("sd")) - 1]
        return _plain(figure.sd if name.startswith("sd") else figure.value)
    if name == "items":
        return str(len(instrument.items))
    if kind in ("minimum", "maximum") and which:
        return str(getattr({item.id: item for item in instrument.items}[which], kind))
    if name in ("minimum", "maximum", "recall_days", "allow_missing", "allow_not_applicable"):
        return str(getattr(instrument, name))
    raise KeyError(name)


def _defaults(instrument: Instrument) -> dict[str, tuple]:
    return {
        "response": instrument.responses,
        "partial": instrument.partials,
        "remission": instrument.remissions,
        "change": instrument.change,
    }


def _loinc(instrument: Instrument, which: str) -> str:
    if instrument.loinc is None:
        return "-"
    if which.startswith("item"):
        return instrument.loinc.items[int(which.removeprefix("item")) - 1]
    return getattr(instrument.loinc, which) or "-"


def _number(text: str) -> float | None:
    return float(text) if text else None


def _plain(value: float | None) -> str:
    return "?" if value is None else f"{value:g}"


def _same(value: object, wanted: object) -> bool:
    if isinstance(value, float) and isinstance(wanted, float):
        return isclose(value, wanted, abs_tol=0.005)
    return value == wanted


def _same_number(value: str, wanted: str) -> bool:
    try:
        return isclose(float(value), float(wanted), abs_tol=1e-9)
    except ValueError:
        return False
