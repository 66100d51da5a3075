"""One table of a mapping file, taken key by key, so that a misspelt key is a fault and not silence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

from clinic.exchange import cells
from clinic.exchange.sheets import plain
from clinic.refused import BadInput


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value comes from: a column, or the same constant for every row. `words` translates cells (keys
    in small letters), `format` is a date's, `pattern` what a cell must look like."""

    column: str | None = None
    constant: Any = None
    words: Mapping[str, Any] | None = None
    format: str = cells.ISO
    pattern: str | None = None


class Section:
    """`problems` gathers one sentence for each fault of the whole map; `refuse` raises them together."""

    def __init__(self, name: str, values: Any, problems: list[str]):
        self.name, self.problems = name, problems
        self.values = dict(values) if isinstance(values, dict) else {}
        self.known: list[str] = []
        self.columns: list[str] = []
        self.parts: list[Section] = []
        if not isinstance(values, dict):
            self.say("is no table")

    def say(self, sentence: str) -> None:
        self.problems.append(f"{self.name}: {sentence}" + ("" if sentence.endswith("?") else "."))

    def part(self, name: str, values: Any) -> Section:
        made = Section(f"{name} in {self.name}", values, self.problems)
        self.parts.append(made)
        return made

    def take(
        self, key: str, kind: type | tuple[type, ...], default: Any = None, *, needed: bool = False
    ) -> Any:
        self.known.append(key)
        if key not in self.values:
            if needed:
                self.say(f"“{key}” is missing")
            return default
        value = self.values.pop(key)
        if not isinstance(value, kind) or isinstance(value, (bool, datetime)):
            self.say(f"“{key}” cannot be {value!r}")
            return default
        return value

    def one_of(self, key: str, allowed: Any, default: str | None = None) -> Any:
        value = self.take(key, str, default)
        if value is not None and value not in list(allowed):
            self.say(f"“{key}” is one of {', '.join(allowed)}, not “{value}”")
            return default
        return value

    def column(self, key: str) -> str | None:
        name = self.take(key, str)
        if name is not None:
            self.columns.append(plain(name))
        return name and plain(name)

    def source(self, key: str, *, needed: bool = False) -> Source | None:
        """A column's name alone, or a table with `column` or `constant` and what goes with it."""
        value = self.take(key, (str, dict), needed=needed)
        if value is None:
            return None
        part = self.part(key, {"column": value} if isinstance(value, str) else value)
        column, constant = part.column("column"), part.take("constant", (str, int, date))
        if (column is None) == (constant is None):
            part.say("wants either a column or a constant")
        words = part.take("words", dict)
        words = words and {str(cell).strip().casefold(): meaning for cell, meaning in words.items()}
        return Source(column, constant, words, _form(part), _pattern(part))

    def all_columns(self) -> Iterator[str]:
        yield from self.columns
        for part in self.parts:
            yield from part.all_columns()

    def refuse(self) -> None:
        self._say_leftovers()
        if self.problems:
            raise BadInput(*self.problems)

    def _say_leftovers(self) -> None:
        for key in self.values:
            near = get_close_matches(key, self.known, n=1)
            self.say(f"“{key}” means nothing here" + (f"; did you mean “{near[0]}”?" if near else ""))
        for part in self.parts:
            part._say_leftovers()


def _form(part: Section) -> str:
    form = part.take("format", str, cells.ISO)
    if form not in (cells.ISO, cells.EXCEL) and not re.search("%[dj]", form):
        part.say(f"the format “{form}” has no day (%d); an example is %d.%m.%Y")
    return form


def _pattern(part: Section) -> str | None:
    pattern = part.take("pattern", str)
    try:
        re.compile(pattern or "")
    except re.error as fault:
        part.say(f"the pattern “{pattern}” is no regular expression ({fault})")
        return None
    return pattern
