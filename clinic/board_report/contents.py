"""A report of chosen figures before anybody typesets it: what leaves of each, and why the rest does not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pandas as pd

from clinic.board_report import figures, hiding, masking, prose
from clinic.board_report.hiding import ALL, LEAD, NOTHING, Shown
from clinic.charts import footers, palette
from clinic.outcomes.suppression import ALSO_HIDDEN, Scheme
from clinic.report import cells
from clinic.report.svg import drawn

WIDTH = 980  # pixels: as wide as the page draws its figures, so that no word runs over another
WIDEST = 9  # columns of a table on A4


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure as it stood on the screen. `n` says what was counted; `rules` carry their versions."""

    key: str
    spec: dict[str, Any]
    n: str
    rules: tuple[str, ...]
    unverified: tuple[str, ...]
    table: pd.DataFrame | None
    filters: tuple[str, ...]
    as_of: datetime
    zone: str
    title: str = field(default="")

    @property
    def named(self) -> str:
        return self.title or figures.kind(self.key).title

    def footer(self, n: str) -> str:
        """Without the days of the first and the last of its people, which point at them."""
        return footers.footer(
            n, (), self.rules, self.as_of, filters=self.filters, unverified=self.unverified, zone=self.zone
        )


def sections(chosen: Sequence[Figure], scheme: Scheme) -> list[dict[str, Any]]:
    """In the order chosen; the denominators of one guard those of the next."""
    known: set[int] = set()
    made = []
    for each in chosen:
        shown = outgoing(each, scheme, known)
        known |= shown.populations if shown else set()
        made.append(section(each, shown, scheme, known))
    return made


def outgoing(each: Figure, scheme: Scheme, known: Iterable[int] = ()) -> Shown | None:
    """The table as it may leave; None where its rows are people, or where there is none."""
    kind = figures.kind(each.key)
    if each.table is None or not kind.table:
        return None
    return hiding.hide(each.table, scheme, nested=kind.nested, typed=kind.typed, populations=known)


def section(each: Figure, shown: Shown | None, scheme: Scheme, known: set[int]) -> dict[str, Any]:
    picture = drawing(each, shown, scheme, known)
    alt = f"{each.named}. The numbers of the figure stand in the table below it."
    return cells.section(
        each.named,
        cells.figure(drawn(picture, WIDTH, alt), alt) if picture else cells.says(why_not(each, shown)),
        table(shown, scheme) if shown else None,
        cells.says(each.footer(prose.sentence(each.n, scheme, known))),
    )


def drawing(each: Figure, shown: Shown | None, scheme: Scheme, known: Iterable[int]) -> dict[str, Any] | None:
    """The figure in the colours of paper, without what its table hides; None where it cannot leave."""
    kind = figures.kind(each.key)
    if shown is None or kind.drawn == figures.NEVER:
        return None
    hidden = [how != ALL and not (how == LEAD and kind.leading) for how in shown.kept]
    if all(hidden):
        return None
    if not shown.whole and (kind.drawn == figures.WHOLE or kind.typed):
        return None
    rows = [str(value) for value in each.table.iloc[:, 0]]
    made = masking.masked(each.spec, rows, hidden, scheme, known)
    return made and on_paper(made)


def why_not(each: Figure, shown: Shown | None) -> str:
    kind = figures.kind(each.key)
    if not kind.table:
        return "Not printed: each row of this figure is one person."
    if kind.drawn == figures.NEVER:
        return "The figure is not printed: it has a mark for each person."
    if shown is None:
        return "The figure is not printed: it has no table by which its small counts could be told."
    return "The figure is not printed: counts that have to be hidden could be read off it."


def table(shown: Shown, scheme: Scheme) -> dict[str, Any] | None:
    if all(how == NOTHING for how in shown.kept):
        return cells.says("Its table is not printed either: all of its rows would have to be hidden.")
    frame = shown.table
    frame = frame.iloc[:, :WIDEST] if len(frame.columns) <= WIDEST else frame.loc[:, _not_empty(frame)]
    widths = {name: min(max(9, *map(len, name.split()), *map(len, frame[name])), 34) for name in frame}
    note = (
        ""
        if shown.whole
        else f"{ALSO_HIDDEN}: a count from 1 to {scheme.below - 1}, one derived from it, or what would give one away"
    )
    rows = [("", [cells.cell(text) for text in row]) for row in frame.itertuples(index=False, name=None)]
    return cells.table("", widths, rows, note=note)


def _not_empty(frame: pd.DataFrame) -> list[str]:
    """A wide table leaves out the columns in which everything is hidden."""
    return [name for name in frame if not (frame[name] == ALSO_HIDDEN).all()]


def on_paper(spec: dict[str, Any]) -> dict[str, Any]:
    """The same in the colours of the light theme, whichever theme it was drawn in."""
    return _recoloured(spec, _light())


def _light() -> dict[str, str]:
    pairs: dict[str, str] = {}
    for name in (
        "surface",
        "text",
        "muted",
        "rule",
        "grid",
        "primary",
        "score",
        "treatment",
        "worse",
        "event",
    ):
        _pair(pairs, name)
    for name in ("unknown", "severity", "background"):
        _pair(pairs, name)
    return pairs


def _pair(pairs: dict[str, str], name: str) -> None:
    dark, light = getattr(palette.DARK, name), getattr(palette.LIGHT, name)
    pairs.setdefault(dark, light)
    pairs.setdefault(_triple(dark), _triple(light))


def _triple(colour: str) -> str:
    return "rgba({},{},{},".format(*(int(colour[at : at + 2], 16) for at in (1, 3, 5)))


def _recoloured(value: Any, pairs: dict[str, str]) -> Any:
    if isinstance(value, str):
        for dark, light in pairs.items():
            value = value.replace(dark, light)
        return value
    if isinstance(value, dict):
        return {name: _recoloured(each, pairs) for name, each in value.items()}
    return [_recoloured(each, pairs) for each in value] if isinstance(value, (list, tuple)) else value
