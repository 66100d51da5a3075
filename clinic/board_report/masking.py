"""A figure without the rows that its table hides: their bars, marks and words are taken out, their names stay."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from typing import Any

from clinic.board_report import prose
from clinic.outcomes.suppression import Scheme

NEAR = 0.5  # of a row, on the axis of the rows
TAGS = re.compile(r"<[^>]*>")


def masked(
    spec: dict[str, Any], rows: Sequence[str], hidden: Sequence[bool], scheme: Scheme, known: Iterable[int]
) -> dict[str, Any] | None:
    """`rows` are the names of all rows. The figure without those that are hidden, and with no small count in any of
    its words; None where one of them cannot be found in it, so that it cannot be taken out."""
    made = {"data": [dict(each) for each in spec["data"]], "layout": deepcopy(spec["layout"])}
    places = _in_order(made["layout"], rows) or [_place(made["layout"], label) for label in rows]
    for label, place, hide in zip(rows, places, hidden, strict=True):
        if hide and place is None:
            return None
        if hide and place is not None:
            _take_out(made, *place, label)
    _reword(made["layout"], scheme, tuple(known))
    return made


def plain(text: Any) -> str:
    """The first line without tags, as it is compared."""
    return TAGS.sub("", str(text).split("<br>")[0]).strip().casefold()


def _in_order(layout: dict[str, Any], rows: Sequence[str]) -> list[tuple[str, float]] | None:
    """Where an axis has one tick for each row, in their order, under the beginnings of their names ("Feb" for "Feb
    2026")."""
    for name, axis in _axes(layout):
        texts = [plain(text) for text in axis.get("ticktext") or ()]
        if len(texts) == len(rows) and all(
            text and row.casefold().startswith(text) for text, row in zip(texts, rows, strict=True)
        ):
            return [(name[0], float(value)) for value in axis["tickvals"]]
    return None


def _place(layout: dict[str, Any], label: str) -> tuple[str, float] | None:
    """On which axis and where a row stands: by its tick, or by a note that begins with its name."""
    wanted = label.strip().casefold()
    for name, axis in _axes(layout):
        texts = axis.get("ticktext") or [f"{value:g}" for value in axis.get("tickvals", ())]
        for value, text in zip(axis.get("tickvals", ()), texts, strict=True):
            if wanted in (plain(text), TAGS.sub("", str(text).replace("<br>", " ")).strip().casefold()):
                return name[0], float(value)
    for note in layout.get("annotations", []):
        if _on(note, "y") and plain(note["text"]).startswith(wanted):
            return "y", float(round(note["y"]))
    return None


def _axes(layout: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    return ((name, axis) for name, axis in layout.items() if name[1:].startswith("axis"))


def _on(note: dict[str, Any], way: str) -> bool:
    """Whether a note stands at a value of an axis and not at a share of the plot."""
    return bool(re.fullmatch(rf"{way}\d*", note.get(f"{way}ref", way)))


def _take_out(made: dict[str, Any], way: str, at: float, label: str) -> None:
    for each in made["data"]:
        stays = [value is None or abs(value - at) >= NEAR for value in each[way]]
        for name in ("x", "y"):
            each[name] = [value if stay else None for value, stay in zip(each[name], stays, strict=True)]
        if "text" in each and isinstance(each["text"], (list, tuple)):
            each["text"] = [text if stay else "" for text, stay in zip(each["text"], stays, strict=True)]
    layout, notes = made["layout"], []
    for note in layout.get("annotations", []):
        if not _on(note, way) or abs(note[way] - at) >= NEAR:
            notes.append(note)
        elif plain(note["text"]).startswith(label.strip().casefold()):
            notes.append(note | {"text": f"{label}  (hidden)"})
    layout["annotations"] = notes
    for name, axis in layout.items():
        if name.startswith(f"{way}axis") and axis.get("ticktext"):
            axis["ticktext"] = [
                f"{TAGS.sub('', text.split('<br>')[0])}<br>hidden" if value == at and text else text
                for value, text in zip(axis["tickvals"], axis["ticktext"], strict=True)
            ]


def _reword(layout: dict[str, Any], scheme: Scheme, known: tuple[int, ...]) -> None:
    """Words beside the rows too: a tick's second line, a title, a legend with its numbers."""
    for note in layout.get("annotations", []):
        # At a row stands what the table says of it, which was looked at there beside other denominators.
        of_row = _on(note, "x") != _on(note, "y")
        note["text"] = prose.words(note["text"], scheme, () if of_row else known)
    for _, axis in _axes(layout):
        if axis.get("ticktext"):
            axis["ticktext"] = [_tick(text, scheme, known) for text in axis["ticktext"]]
        if title := axis.get("title"):
            axis["title"] = title | {"text": prose.words(title["text"], scheme, known)}


def _tick(text: str, scheme: Scheme, known: tuple[int, ...]) -> str:
    """The first line is the row's name, which may hold a number of its own."""
    first, mark, rest = text.partition("<br>")
    return first + mark + prose.words(rest, scheme, known) if mark else text
