"""One row of a file being read: each cell becomes a value, or a problem that names row and column."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from clinic.exchange import cells
from clinic.exchange.cells import Unreadable
from clinic.exchange.map_section import Source
from clinic.exchange.problems import Problem


@dataclass(slots=True)
class Swapped:
    """Dates that can only be read with day and month the other way round than the map says. One of them puts
    every date of its column in doubt, because most days of a month can be read both ways."""

    seen: dict[tuple[str, str], list[tuple[int, str]]] = field(default_factory=lambda: defaultdict(list))

    def look(self, row: int, source: Source, text: str) -> None:
        if not cells.fits(text, source.format) and cells.fits(text, cells.swapped(source.format)):
            self.seen[source.column, source.format].append((row, text))

    def problems(self) -> list[Problem]:
        return [
            Problem(
                None,
                column,
                f"{len(found)} date(s), the first “{found[0][1]}” in row {found[0][0]}, can only be read with "
                f"day and month the other way round than {cells.shown(form)}; so none of this column is safe "
                "to read. Correct the format in the map, or the file.",
            )
            for (column, form), found in self.seen.items()
        ]


@dataclass(slots=True)
class Row:
    number: int
    cells: Mapping[str, str]
    decimal: str
    missing: frozenset[str]
    zone: ZoneInfo
    swapped: Swapped
    problems: list[Problem] = field(default_factory=list)

    def text(self, column: str) -> str | None:
        """What stands in a cell, without blanks at its ends; None for nothing and for the map's missing words."""
        text = self.cells[column].strip()
        return None if text == "" or text.casefold() in self.missing else text

    def problem(self, column: str | None, sentence: str) -> None:
        self.problems.append(Problem(self.number, column, sentence))

    def value(self, source: Source | None, *, needed: bool = False) -> Any:
        """The constant, or the cell's text, translated by the map's words; None when it is missing."""

        def translated(text: str) -> Any:
            if source.pattern and not re.fullmatch(source.pattern, text):
                raise Unreadable(f"“{text}” does not look as the map says it should ({source.pattern}).")
            return cells.word(text, source.words) if source.words else text

        return self._read(source, translated, needed)

    def day(self, source: Source | None, *, needed: bool = False) -> date | None:
        return self._dated(source, lambda text: cells.day(text, source.format), needed)

    def moment(self, source: Source | None, *, needed: bool = False) -> date | datetime | None:
        return self._dated(source, lambda text: cells.moment(text, source.format, self.zone), needed)

    def number_in(self, column: str, *, needed: bool = False) -> float | int | None:
        """A number, as an integer where it is whole."""

        def numeric(text: str) -> float | int:
            value = cells.number(text, self.decimal)
            return int(value) if value.is_integer() else value

        return self._read(Source(column), numeric, needed)

    def whole_in(self, column: str, *, needed: bool = False) -> int | None:
        return self._read(Source(column), lambda text: cells.whole(text, self.decimal), needed)

    def word_in(self, column: str, words: Mapping[str, Any]) -> Any:
        return self._read(Source(column), lambda text: cells.word(text, words), needed=False)

    def _dated(self, source: Source | None, parse: Callable[[str], Any], needed: bool) -> Any:
        def read(text: str) -> Any:
            try:
                return parse(text)
            except Unreadable:
                self.swapped.look(self.number, source, text)
                raise

        return self._read(source, read, needed)

    def _read(self, source: Source | None, parse: Callable[[str], Any], needed: bool) -> Any:
        if source is None or source.column is None:
            return source and source.constant
        text = self.text(source.column)
        if text is None:
            if needed:
                self.problem(source.column, "the cell is empty.")
            return None
        try:
            return parse(text)
        except Unreadable as fault:
            self.problem(source.column, str(fault))
            return None
