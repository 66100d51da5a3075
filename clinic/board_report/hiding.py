"""A table as it may leave the lead's screen: without small counts, and without what would give them away.

Any count from 1 to below the smallest one shown is small, and so is the difference of two counts of the same row: 48 of
50 says 2. A row with one of these keeps at most its leading count with its denominator, where these two are safe by
themselves; with the count goes everything derived from it. Then each column is looked at as one with a total that the
reader knows, and more is hidden until no cell can be worked out (`clinic.outcomes.suppression`). A row in which no
count can be recognised is hidden as a whole.

What this does not do: two outputs of two different choices of people can still be subtracted from each other. Within
one report `populations` guards the denominators of all people only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import pandas as pd

from clinic.outcomes.suppression import ALSO_HIDDEN, Scheme, given_away

OF = re.compile(r"^\s*([\d,]+) of ([\d,]+)\b")
# Columns that say what a row is about although they hold numbers.
LABELS = frozenset(
    {"Month", "Week", "Treatment", "By treatment", "Who", "Rule", "To", "Was", "What", "At least"}
)
ALL, LEAD, NOTHING = "all", "lead", "nothing"


@dataclass(frozen=True, slots=True)
class Shown:
    """`table` holds texts only. `kept` says of each row whether all, its leading count or nothing of it is shown;
    `populations` are the denominators of everybody that stand in it."""

    table: pd.DataFrame
    kept: tuple[str, ...]
    populations: frozenset[int]

    @property
    def whole(self) -> bool:
        return all(each == ALL for each in self.kept)


def hide(
    table: pd.DataFrame,
    scheme: Scheme,
    *,
    nested: bool = False,
    populations: Iterable[int] = (),
    typed: bool = False,
) -> Shown:
    """`nested`: each row contains the people of the one before it or after it, so that neighbours can be subtracted.
    `typed`: the first column was typed by people, and a row that is hidden hides it too."""
    counted = counts(table)
    lead = leading(table, counted)
    people = _most(counted, lead)
    kept = [_kept(row, lead, scheme) for row in counted]
    known = sorted(set(populations))
    for at, row in enumerate(counted):
        if people in _numbers(row, lead) and not safe([people, *known], scheme):
            kept[at] = NOTHING
    if nested:
        _apart(counted, kept, scheme)
    _complement(counted, kept, lead, scheme)
    stands = any(
        people in _numbers(row, lead) for row, how in zip(counted, kept, strict=True) if how != NOTHING
    )
    return Shown(
        _written(table, counted, kept, lead, typed), tuple(kept), frozenset({people} if stands else ())
    )


def safe(numbers: Sequence[int], scheme: Scheme) -> bool:
    """Neither small themselves nor a small number apart."""
    return not any(map(scheme.small, numbers)) and not any(
        scheme.small(abs(one - other)) for one, other in combinations(sorted(set(numbers)), 2)
    )


# ---- what of a table is a count ----------------------------------------------------------------------------------


def is_label(table: pd.DataFrame, name: str) -> bool:
    if name == table.columns[0] or name in LABELS:
        return True
    column = table[name]
    return not pd.api.types.is_numeric_dtype(column) and not column.astype(str).str.contains(r"\d").any()


def counts(table: pd.DataFrame) -> list[dict[str, tuple[int, ...]]]:
    """For each row its counts by column: one, or two for "43 of 104"."""
    found: list[dict[str, tuple[int, ...]]] = [{} for _ in range(len(table))]
    for name in table.columns:
        if is_label(table, name):
            continue
        whole = pd.api.types.is_integer_dtype(table[name])
        for at, value in enumerate(table[name]):
            if whole:
                found[at][name] = (int(value),)
            elif match := OF.match(str(value)):
                found[at][name] = tuple(int(each.replace(",", "")) for each in match.groups())
    return found


def leading(table: pd.DataFrame, counted: list[dict[str, tuple[int, ...]]]) -> tuple[str, ...]:
    """The columns of the first count with its denominator, and of the rates behind it, which follow from these two
    alone; none where no denominator is named."""
    names = [name for name in table.columns if any(name in row for row in counted)]
    paired = {name for name in names if any(len(row.get(name, ())) == 2 for row in counted)}
    for at, name in enumerate(names):
        if name in paired:
            return (name,)
        after = names[at + 1] if at + 1 < len(names) else ""
        if after.lower().startswith("of") and after not in paired:
            return (name, after, *_rates(table, after))
    return ()


def _rates(table: pd.DataFrame, after: str) -> Iterator[str]:
    """The columns of decimal numbers up to the next count."""
    columns = list(table.columns)
    for name in columns[columns.index(after) + 1 :]:
        if not pd.api.types.is_float_dtype(table[name]):
            return
        yield name


def _numbers(row: dict[str, tuple[int, ...]], columns: Iterable[str]) -> list[int]:
    return [number for name in columns for number in row.get(name, ())]


def _most(counted: list[dict[str, tuple[int, ...]]], lead: tuple[str, ...]) -> int:
    """The denominator of everybody: the largest there is, 0 without any."""
    return max((max(numbers) for row in counted if (numbers := _numbers(row, lead))), default=0)


# ---- what has to go ----------------------------------------------------------------------------------------------


def _kept(row: dict[str, tuple[int, ...]], lead: tuple[str, ...], scheme: Scheme) -> str:
    if row and safe(_numbers(row, row), scheme):
        return ALL
    numbers = _numbers(row, lead)
    return LEAD if numbers and safe(numbers, scheme) else NOTHING


def _apart(counted: list[dict[str, tuple[int, ...]]], kept: list[str], scheme: Scheme) -> None:
    """Hides a row whose counts are a small number away from those of the last row shown."""
    before: dict[str, tuple[int, ...]] = {}
    for at, row in enumerate(counted):
        near = any(
            scheme.small(abs(one - other))
            for name in row.keys() & before.keys()
            for one, other in zip(row[name], before[name], strict=False)
        )
        if near:
            kept[at] = NOTHING
        elif kept[at] != NOTHING:
            before = row


def _complement(
    counted: list[dict[str, tuple[int, ...]]], kept: list[str], lead: tuple[str, ...], scheme: Scheme
) -> None:
    """Hides the next smallest of a column until what is hidden there cannot be worked out from its total."""
    names = list(dict.fromkeys(name for row in counted for name in row))
    changed = True
    while changed:
        changed = False
        for name in names:
            column = [row.get(name, (0,))[0] for row in counted]
            hidden = [not _stands(name, how, lead) and n > 0 for how, n in zip(kept, column, strict=True)]
            if not given_away(column, hidden, scheme, ALSO_HIDDEN):
                continue
            left = [at for at, n in enumerate(column) if _stands(name, kept[at], lead) and n > 0]
            # Beside nothing but zeros a hidden count is the total itself: then they go as well.
            more = (
                [min(left, key=column.__getitem__)]
                if left
                else [at for at in range(len(kept)) if kept[at] != NOTHING]
            )
            for at in more:
                kept[at] = NOTHING
            changed = changed or bool(more)


def _stands(name: str, how: str, lead: tuple[str, ...]) -> bool:
    return how == ALL or (how == LEAD and name in lead)


def _written(
    table: pd.DataFrame,
    counted: list[dict[str, tuple[int, ...]]],
    kept: list[str],
    lead: tuple[str, ...],
    typed: bool,
) -> pd.DataFrame:
    labels = [name for name in table.columns if is_label(table, name)]
    made = {}
    for name in table.columns:
        cells = []
        for value, how in zip(table[name], kept, strict=True):
            label = name in labels and not (typed and how == NOTHING and name == table.columns[0])
            cells.append(in_words(value) if label or _stands(name, how, lead) else ALSO_HIDDEN)
        made[str(name)] = cells
    return pd.DataFrame(made)


def in_words(value: object) -> str:
    """A cell as text; what is missing is a dash."""
    if value is None or value != value:
        return "–"
    return f"{value:g}" if isinstance(value, float) else str(value)
