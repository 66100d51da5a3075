"""What is wrong with a file that somebody wants to bring in: findings, not exceptions."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """`row` counts as a spreadsheet does, the header included. Without a row it concerns the whole file,
    and then no row of it can be trusted."""

    row: int | None
    column: str | None
    sentence: str

    @property
    def whole_file(self) -> bool:
        return self.row is None

    def __str__(self) -> str:
        where = [f"row {self.row}" if self.row else "", f"column “{self.column}”" if self.column else ""]
        place = ", ".join(part for part in where if part)
        return f"{place[:1].upper()}{place[1:]}: {self.sentence}" if place else self.sentence
