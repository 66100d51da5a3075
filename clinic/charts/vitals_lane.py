"""The lane on top of the vital signs: what happened and what the clock says, each word at its minute."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from clinic.charts.palette import see_through
from clinic.charts.sheet import HEADER_PX, Sheet, text_width
from clinic.charts.vitals_marks import marks_trace
from clinic.charts.vitals_places import Place, places

SYMBOLS = {"event": "triangle-up", "intervention": "square", "rescue": "cross"}
LANE_ROW_PX = 17
WORD_SIZE = 11.5


@dataclass(frozen=True, slots=True)
class Pin:
    """What happened at a minute; None is "no minute recorded". `kind` is event, intervention or rescue."""

    minute: float | None
    words: str
    kind: str = "event"
    severity: str | None = None

    @property
    def said(self) -> str:
        return f"{self.words}, {self.severity}" if self.severity else self.words

    @property
    def placed(self) -> bool:
        return self.minute is not None and self.minute == self.minute


@dataclass(frozen=True, slots=True)
class Word:
    """One word in the lane on top: at which minute, in which look; `symbol` "" is a mark of the clock's own."""

    minute: float
    text: str
    hover: str
    colour: str
    symbol: str = ""
    filled: bool = True
    line: str = "dot"
    bold: bool = False


def lane_words(sheet: Sheet, events: tuple[Pin, ...], clock: Mapping[str, float]) -> list[Word]:
    """Events and marks of the clock from left to right; a phone leaves the severity to the mark and the hover."""
    palette = sheet.palette
    found = [
        Word(
            minute=pin.minute,
            text=pin.words if sheet.narrow else pin.said,
            hover=f"minute {pin.minute:g}: {pin.said}",
            colour=palette.event if pin.kind == "event" else palette.treatment,
            symbol=SYMBOLS[pin.kind],
            filled=pin.kind != "event" or pin.severity == "severe",
        )
        for pin in events
        if pin.placed
    ]
    looks = {"minimum": (palette.muted, "dash"), "now": (palette.score, "solid")}
    for name, at in clock.items():
        colour, line = looks.get(name, (palette.text, "solid"))
        text = f"{'minimum observation' if name == 'minimum' and not sheet.narrow else name} {at:.0f}"
        found.append(Word(at, text, f"minute {at:g}: {name}", colour, line=line, bold=name == "now"))
    return sorted(found, key=lambda word: word.minute)


def draw_lane(sheet: Sheet, span, words: list[Word], events: tuple[Pin, ...], given: float | None) -> None:
    """Every word at its minute over the panels; without any there is no lane."""
    if not words and not events:
        return
    per_minute = sheet.plot_width / (span[1] - span[0])
    marks = [(word.minute - span[0]) * per_minute for word in words]
    room = sheet.plot_width + sheet.right - 4
    texts = [
        _fitting(word.text, max(room - x, x + sheet.left) - 14) for word, x in zip(words, marks, strict=True)
    ]
    found = places(marks, [text_width(text, WORD_SIZE) + 14 for text in texts], -sheet.left, room)
    rows = max((place.row for place in found), default=0) + 1
    said = _title_words(events, given)
    second = sheet.narrow and len(said) > 1
    header = HEADER_PX + (16 if second else 0)
    ref = sheet.strip(rows * LANE_ROW_PX + 4, {"range": [0, rows], "tickvals": []}, header)
    title = sheet.named("Events", said[0] if second else " · ".join(said))
    sheet.title(ref, f"{title}<br>{sheet.small(said[1])}" if second else title)
    shade_given(sheet, ref, given)
    for word, text, place in zip(words, texts, found, strict=True):
        sheet.shapes.append(upright(word, ref, 0, place.row + (0.5 if word.symbol else 0.85)))
        text = escape(text, quote=False)
        side = {"xanchor": "right" if place.left else "left", "xshift": -8 if place.left else 8}
        if not word.symbol:
            side["xshift"] /= 2
        at = {"x": word.minute, "xref": "x", "y": place.row + 0.5, "yref": ref, "yanchor": "middle"}
        sheet.note(f"<b>{text}</b>" if word.bold else text, size=WORD_SIZE, colour=word.colour, **at, **side)
    _pins(sheet, ref, [(word, place) for word, place in zip(words, found, strict=True) if word.symbol])


def _fitting(text: str, px: float) -> str:
    """Cut where it would not fit on either side of its mark; the whole stands in the hover and in the words."""
    most = max(int(px / text_width("n", WORD_SIZE)), 3)
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _title_words(events: tuple[Pin, ...], given: float | None) -> list[str]:
    said = [f"shaded: given, {given:g} min"] if given else []
    unplaced = [escape(pin.said, quote=False) for pin in events if not pin.placed]
    return said + ([f"minute not recorded: {'; '.join(unplaced)}"] if unplaced else [])


def _pins(sheet: Sheet, ref: str, placed: list[tuple[Word, Place]]) -> None:
    if not placed:
        return
    words = [word for word, _ in placed]
    trace = marks_trace(
        sheet,
        ref,
        "events",
        [word.minute for word in words],
        [place.row + 0.5 for _, place in placed],
        [word.symbol for word in words],
        [word.colour for word in words],
        10,
    )
    trace["marker"]["color"] = [word.colour if word.filled else sheet.palette.surface for word in words]
    trace |= {"hovertext": [escape(word.hover, quote=False) for word in words], "hoverinfo": "text"}
    sheet.data.append(trace)


def shade_given(sheet: Sheet, ref: str, minutes: float | None) -> None:
    if not minutes:
        return
    place = {"xref": "x", "yref": f"{ref} domain", "x0": 0, "x1": minutes, "y0": 0, "y1": 1}
    fill = see_through(sheet.palette.treatment, 0.09)
    sheet.shapes.append({"type": "rect", **place, "fillcolor": fill, "line": {"width": 0}, "layer": "below"})


def upright(word: Word, yref: str, y0: float, y1: float) -> dict:
    line = {"color": word.colour, "width": 1 if word.symbol else 1.4, "dash": word.line}
    place = {"xref": "x", "yref": yref, "x0": word.minute, "x1": word.minute, "y0": y0, "y1": y1}
    return {"type": "line", **place, "line": line, "opacity": 0.45 if word.symbol else 0.85, "layer": "below"}
