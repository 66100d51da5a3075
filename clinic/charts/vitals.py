"""Vital signs of one treatment over its minutes, live, afterwards and in print: what was measured, unsmoothed, with
the limits, the person's own values before the dose, and what happened when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import NamedTuple

import numpy as np
import pandas as pd

from clinic.charts.palette import LIGHT, Palette, see_through
from clinic.charts.sheet import HEADER_PX, Sheet, apart, text_width
from clinic.outcomes.wording import plural

# Black on white: tiers are told apart by filling, line and mark alone.
PRINT = replace(
    LIGHT,
    name="print",
    text="#000000",
    muted="#3A3A3A",
    rule="#6E6E6E",
    grid="#E2E2E2",
    **dict.fromkeys(("primary", "score", "treatment", "worse", "event", "severity"), "#000000"),
)

# Until a page hands over its protocol's limits. Drawn only where a caller names none.
LIMITS = (
    ("systolic_mmhg", "amber", 160),
    ("systolic_mmhg", "red", 180),
    ("diastolic_mmhg", "amber", 100),
    ("diastolic_mmhg", "red", 110),
)
# The store's names and the short ones; both are read.
SHORT = {
    "systolic_mmhg": "systolic",
    "diastolic_mmhg": "diastolic",
    "heart_rate_bpm": "heart_rate",
    "spo2_percent": "spo2",
}
LINES = (
    ("heart_rate", "Heart rate", "per minute", (40, 120)),
    ("spo2", "Oxygen saturation", "% SpO₂", (88, 100)),
)
SMALL_ROWS = {"respiratory_rate": ("breaths", "breathing rate"), "moaas": ("MOAA/S", "MOAA/S")}
NAMES = {"systolic": "systolic", "diastolic": "diastolic", "heart_rate": "heart rate", "spo2": "SpO₂"} | {
    column: words for column, (_, words) in SMALL_ROWS.items()
}
LOW_IS_WORSE = ("spo2", "moaas")


class Tier(NamedTuple):
    """How a tier looks: `rank` from 1, the mark in words and as plotly's symbol ("" = colour of the bar only)."""

    rank: int
    mark: str
    symbol: str
    dash: str


TIERS = {
    "amber": Tier(1, "···", "", "dot"),
    "hold": Tier(2, "▲", "triangle-up", "dash"),
    "no_start": Tier(3, "▲", "triangle-up", "dash"),
    "red": Tier(4, "▲", "triangle-up", "dash"),
    "critical": Tier(5, "◆", "diamond", "solid"),
}
COMPARE = {">": np.greater, ">=": np.greater_equal, "<": np.less, "<=": np.less_equal}
SYMBOLS = {"event": "triangle-up", "intervention": "square", "rescue": "cross"}

USUAL_MMHG = (70, 150)  # at least this much of the axis is drawn
PRESSURE_PX, SMALL_PX, ROW_PX, LANE_ROW_PX = 206, 76, 19, 17
WIDE, NARROW = 880, 358
ROOMY_PX = 640  # as much room wants the longest title
NUMBER_PX = 21  # the least room between numbers on neighbouring bars
WORD_SIZE = 11.5


class Limit(NamedTuple):
    """A limit as a row. Without a comparison: below the value for SpO₂ and MOAA/S, at or above it for others."""

    measure: str
    tier: str
    value: float
    comparison: str = ""

    @property
    def column(self) -> str:
        return SHORT.get(self.measure, self.measure)

    @property
    def how(self) -> str:
        return self.comparison or ("<" if self.column in LOW_IS_WORSE else ">=")

    @property
    def figure(self) -> str:
        return f"{'<' if '<' in self.how else ''}{self.value:g}"

    def met(self, value) -> bool:
        return bool(COMPARE[self.how](value, self.value))


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


def vitals_figure(
    vitals: pd.DataFrame,
    *,
    given_minutes: float | None = None,
    limits: Iterable[Sequence] = LIMITS,
    limits_before: Iterable[Sequence] = (),
    baseline: Mapping[str, float | None] | None = None,
    events: Iterable[Pin] = (),
    minimum_minute: float | None = None,
    ready_minute: float | None = None,
    left_minute: float | None = None,
    now_minute: float | None = None,
    palette: Palette = LIGHT,
    narrow: bool = False,
    width: int | None = None,
) -> dict:
    """Blood pressure as floating bars, heart rate and oxygen saturation in panels of their own.

    `vitals` has minute (from the start of the dose, negative before it), systolic, diastolic, heart_rate, spo2 and
    may have respiratory_rate and moaas (or the store's names of them); NaN is not recorded and leaves a gap.
    `limits` are rows of measure, tier, value and, where the usual direction is not meant, comparison; other
    measures and tier "info" are left out. `limits_before`, if any, judge what was measured up to minute 0 and are
    not drawn. `baseline` is by measure, see `pre_dose`. `given_minutes` shades the time of giving, so far where it
    still runs. `width` in pixels only decides what would touch.
    """
    rows, limits = _rows(vitals), _limits(limits)
    before = {SHORT.get(name, name): value for name, value in (baseline or {}).items() if _known(value)}
    small = [column for column in SMALL_ROWS if column in rows and rows[column].notna().any()]
    tiers = _tiers(rows, limits, _limits(limits_before))
    left, right = (54 if small else 34), (12 if narrow else 108)
    sheet = Sheet(palette, narrow, left, right, 42, width or (NARROW if narrow else WIDE))
    minute = rows["minute"].to_numpy(float)
    events = tuple(events)
    clock = {"minimum": minimum_minute, "ready": ready_minute, "left": left_minute, "now": now_minute}
    clock = {name: at for name, at in clock.items() if at is not None}
    pinned = [pin.minute for pin in events if pin.placed]
    span = _span([*minute, *clock.values(), *pinned, given_minutes or 0.0])
    words = _words(sheet, events, clock)
    _lane(sheet, span, words, events, given_minutes)
    panels = [_pressure(sheet, rows, minute, span, limits, tiers, before)]
    panels += [_line(sheet, rows, minute, line, limits, tiers, before) for line in LINES]
    if small:
        panels.append(_small_rows(sheet, rows, minute, small, tiers, span))
    for ref in panels:
        _given(sheet, ref, given_minutes)
        sheet.shapes += [_upright(word, f"{ref} domain", 0, 1) for word in words]
    sheet.time_axis = _time_axis(sheet, span, panels[-1])
    return sheet.spec()


def vitals_alt(
    vitals: pd.DataFrame,
    *,
    limits: Iterable[Sequence] = LIMITS,
    limits_before: Iterable[Sequence] = (),
    baseline: Mapping[str, float | None] | None = None,
    events: Iterable[Pin] = (),
) -> str:
    """The figure in words: first, highest and last pressure, lowest SpO₂, limits reached, events, what is missing."""
    rows = _rows(vitals)
    parts = [_pressure_words(rows), _baseline_words(baseline), _lowest_words(rows)]
    parts += [_reached_words(rows, _limits(limits), _limits(limits_before)), _event_words(tuple(events))]
    return " ".join(part for part in parts if part)


def pre_dose(vitals: pd.DataFrame) -> dict[str, float]:
    """The last value of each measure up to minute 0; a measure that was not recorded before the dose is absent."""
    rows = _rows(vitals)
    before = rows[rows["minute"] <= 0]
    columns = [column for column in NAMES if column in rows]
    return {
        column: float(before[column].dropna().iloc[-1]) for column in columns if before[column].notna().any()
    }


# ---- what was measured, and what it reaches ----------------------------------------------------------------


def _rows(vitals: pd.DataFrame) -> pd.DataFrame:
    rows = vitals.rename(columns=SHORT)
    numbers = {c: pd.to_numeric(rows[c]).astype(float) for c in ("minute", *NAMES) if c in rows}
    return rows.assign(**numbers).sort_values("minute", kind="stable")


def _limits(limits: Iterable[Sequence]) -> list[Limit]:
    return [each for each in (Limit(*row) for row in limits) if each.column in NAMES and each.tier in TIERS]


def _known(value) -> bool:
    return value is not None and value == value


def _tiers(rows: pd.DataFrame, limits: list[Limit], before: list[Limit]) -> dict[str, list[str | None]]:
    """column -> the gravest tier that each row's value reaches; a value that was not recorded reaches none."""
    return {
        column: [
            _reached(before if before and minute <= 0 else limits, column, value)
            for minute, value in zip(rows["minute"], rows[column], strict=True)
        ]
        for column in NAMES
        if column in rows
    }


def _reached(limits: list[Limit], column: str, value: float) -> str | None:
    met = (
        [limit.tier for limit in limits if limit.column == column and limit.met(value)]
        if _known(value)
        else []
    )
    return max(met, key=lambda tier: TIERS[tier].rank, default=None)


def _graver(one: str | None, other: str | None) -> str | None:
    return max((one, other), key=lambda tier: TIERS[tier].rank if tier else 0)


def _marked(tier: str | None) -> bool:
    return tier is not None and bool(TIERS[tier].symbol)


def _missing_words(sheet: Sheet, missing: int, rows: int) -> str:
    if not missing:
        return ""
    return f" · {missing} of {rows} missing" if sheet.narrow else f" · not recorded in {missing} of {rows}"


# ---- time --------------------------------------------------------------------------------------------------


def _span(minutes: list[float]) -> tuple[float, float]:
    known = [at for at in minutes if at == at]
    first = min(0.0, *known) if known else 0.0
    last = max([first + 30, *known])
    room = 0.04 * (last - first)
    return first - room, last + room


def _time_axis(sheet: Sheet, span, anchor: str) -> dict:
    return {
        "anchor": anchor,
        "range": list(span),
        "title": {"text": "minutes from the start of the dose", "standoff": 4, "font": {"size": 11.5}},
        "nticks": 7 if sheet.narrow else 13,
        "showgrid": False,
        "zeroline": False,
        "showline": True,
        "linecolor": sheet.palette.rule,
        "tickfont": {"size": 11.5, "color": sheet.palette.muted},
        "fixedrange": True,
    }


def _given(sheet: Sheet, ref: str, minutes: float | None) -> None:
    if not minutes:
        return
    place = {"xref": "x", "yref": f"{ref} domain", "x0": 0, "x1": minutes, "y0": 0, "y1": 1}
    fill = see_through(sheet.palette.treatment, 0.09)
    sheet.shapes.append({"type": "rect", **place, "fillcolor": fill, "line": {"width": 0}, "layer": "below"})


def _upright(word: Word, yref: str, y0: float, y1: float) -> dict:
    line = {"color": word.colour, "width": 1 if word.symbol else 1.4, "dash": word.line}
    place = {"xref": "x", "yref": yref, "x0": word.minute, "x1": word.minute, "y0": y0, "y1": y1}
    return {"type": "line", **place, "line": line, "opacity": 0.45 if word.symbol else 0.85, "layer": "below"}


# ---- the lane of events ------------------------------------------------------------------------------------


def _words(sheet: Sheet, events: tuple[Pin, ...], clock: Mapping[str, float]) -> list[Word]:
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


class Place(NamedTuple):
    """Where a word stands: from `start` to `end` and its mark at `x`, in pixels of the plot; row 0 is the lowest."""

    x: float
    start: float
    end: float
    row: int

    @property
    def left(self) -> bool:
        return self.x - self.start > self.end - self.x

    def covers(self, other: Place) -> bool:
        return self.row == other.row and self.start < other.end and other.start < self.end

    def crosses(self, other: Place) -> bool:
        """Whether the line from this mark down to the panels runs through the other's word."""
        return self.row > other.row and other.start < self.x < other.end


def places(marks: Sequence[float], widths: Sequence[float], lowest: float, highest: float) -> list[Place]:
    """Rows such that no word covers another word or mark and, where it can be had, no line runs through a word.

    A word leans right of its mark or left of it, within `lowest` and `highest` where it fits. Several orders of
    placing are tried; the one with the fewest crossings, then the fewest rows, is kept.
    """
    order = list(range(len(marks)))
    fits = [x + wide <= highest for x, wide in zip(marks, widths, strict=True)]
    inner, outer = [at for at in order if fits[at]], [at for at in order if not fits[at]]
    turned = [order[at:] + order[:at] for at in order] or [order]
    tried = [
        order[::-1],
        inner[::-1] + outer,
        outer[::-1] + inner[::-1],
        *turned,
        *(each[::-1] for each in turned),
    ]
    packed = [_packed(each, marks, widths, lowest, highest, flat) for each in tried for flat in (False, True)]
    return min(packed, key=lambda found: (_crossings(found), max((each.row for each in found), default=0)))


def _packed(order: list[int], marks, widths, lowest: float, highest: float, flat: bool) -> list[Place]:
    """`flat` would rather lean left than stand higher."""
    placed: dict[int, Place] = {}
    for at in order:
        x, wide = marks[at], widths[at]
        leans = [(x - 6, x + wide)] if x + wide <= highest else []
        leans += [(x - wide, x + 6)] if x - wide >= lowest else []
        others = list(placed.values())
        could = [
            Place(x, *lean, row) for lean in leans or [(x - 6, x + wide)] for row in range(len(placed) + 1)
        ]
        free = [each for each in could if not any(each.covers(other) for other in others)]
        placed[at] = min(
            free, key=lambda each: (_new_crossings(each, others), each.left and not flat, each.row)
        )
    return [placed[at] for at in sorted(placed)]


def _new_crossings(one: Place, others: Sequence[Place]) -> int:
    return sum(one.crosses(other) + other.crosses(one) for other in others)


def _crossings(found: Sequence[Place]) -> int:
    return sum(one.crosses(other) for one in found for other in found)


def _lane(sheet: Sheet, span, words: list[Word], events: tuple[Pin, ...], given: float | None) -> None:
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
    said = _lane_words(events, given)
    second = sheet.narrow and len(said) > 1
    header = HEADER_PX + (16 if second else 0)
    ref = sheet.strip(rows * LANE_ROW_PX + 4, {"range": [0, rows], "tickvals": []}, header)
    title = sheet.named("Events", said[0] if second else " · ".join(said))
    sheet.title(ref, f"{title}<br>{sheet.small(said[1])}" if second else title)
    _given(sheet, ref, given)
    for word, text, place in zip(words, texts, found, strict=True):
        sheet.shapes.append(_upright(word, ref, 0, place.row + (0.5 if word.symbol else 0.85)))
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


def _lane_words(events: tuple[Pin, ...], given: float | None) -> list[str]:
    said = [f"shaded: given, {given:g} min"] if given else []
    unplaced = [escape(pin.said, quote=False) for pin in events if not pin.placed]
    return said + ([f"minute not recorded: {'; '.join(unplaced)}"] if unplaced else [])


def _pins(sheet: Sheet, ref: str, placed: list[tuple[Word, Place]]) -> None:
    if not placed:
        return
    words = [word for word, _ in placed]
    trace = _marks(
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


def _marks(sheet: Sheet, ref: str, name: str, x, y, symbols, colours, size: float) -> dict:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": x,
        "y": y,
        "xaxis": "x",
        "yaxis": ref,
        "cliponaxis": False,
        "hoverinfo": "skip",
        "marker": {
            "symbol": symbols,
            "size": size,
            "opacity": 1,
            "color": colours,
            "line": {"color": colours, "width": 1.6},
        },
    }


# ---- blood pressure ----------------------------------------------------------------------------------------


def _pressure(sheet: Sheet, rows: pd.DataFrame, minute: np.ndarray, span, limits, tiers, before) -> str:
    low, high = rows["diastolic"].to_numpy(float), rows["systolic"].to_numpy(float)
    mine = [limit for limit in limits if limit.column in ("systolic", "diastolic")]
    own = [before[column] for column in ("systolic", "diastolic") if column in before]
    seen = [
        value
        for value in [*low, *high, *own, *(limit.value for limit in mine), *USUAL_MMHG]
        if value == value
    ]
    per_px = (max(seen) - min(seen)) / (PRESSURE_PX - 58)
    ends = [min(seen) - 28 * per_px, max(seen) + 30 * per_px]
    header = HEADER_PX + (16 if sheet.narrow and mine else 0)
    ref = sheet.strip(PRESSURE_PX, {"range": ends, "dtick": 20, "tick0": 0}, header)
    half = int((np.isnan(low) ^ np.isnan(high)).sum())
    none = int((np.isnan(low) & np.isnan(high)).sum())
    words = "mmHg, bar from diastolic to systolic" if sheet.plot_width >= ROOMY_PX else "mmHg"
    words += _missing_words(sheet, none, len(rows)) if none < len(rows) else " · not recorded"
    words += f" · {half} {'half' if sheet.narrow else 'half recorded'}" if half else ""
    sheet.title(ref, sheet.named("Blood pressure", words) + _limit_line(sheet, mine))
    _own_corridor(sheet, ref, before)
    _limit_lines(sheet, ref, mine, ends[0], 1 / per_px, before, ("systolic", "diastolic"))
    ends_tiers = list(zip(tiers["diastolic"], tiers["systolic"], strict=True))
    whole = ~np.isnan(low) & ~np.isnan(high)
    _bars(
        sheet,
        ref,
        minute[whole],
        low[whole],
        high[whole],
        [_graver(*ends_tiers[at]) for at in np.flatnonzero(whole)],
        span,
    )
    _halves(sheet, ref, minute, low, high)
    _numbers(sheet, ref, minute, low, high, ends_tiers, span, per_px)
    return ref


def _bars(sheet: Sheet, ref: str, minute, low, high, tiers, span) -> None:
    """Pressures of one minute stand side by side, so that none hides another."""
    palette = sheet.palette
    wide = _bar_minutes(minute, span, sheet)
    _, inverse, count = np.unique(minute, return_inverse=True, return_counts=True)
    share = count[inverse] if len(minute) else np.array([])
    nth = np.array([int((minute[:at] == minute[at]).sum()) for at in range(len(minute))])
    colours = [_colour(palette, tier) for tier in tiers]
    sheet.data.append(
        {
            "type": "bar",
            "name": "blood pressure",
            "x": minute.tolist(),
            "base": low.tolist(),
            "y": (high - low).tolist(),
            "width": (wide / share).tolist() if len(minute) else [],
            "offset": (wide * (nth / share - 0.5)).tolist() if len(minute) else [],
            "xaxis": "x",
            "yaxis": ref,
            "cliponaxis": False,
            "marker": {
                "color": [
                    mixed(c, palette.surface, _filling(t)) for c, t in zip(colours, tiers, strict=True)
                ],
                "line": {"color": colours, "width": [2 if _marked(tier) else 1.4 for tier in tiers]},
            },
            "customdata": [[float(a), float(b)] for a, b in zip(high, low, strict=True)],
            "hovertext": [f" · {_tier_name(tier)}" if tier else "" for tier in tiers],
            "hovertemplate": "minute %{x}: %{customdata[0]:.0f}/%{customdata[1]:.0f}%{hovertext}<extra></extra>",
        }
    )


def _colour(palette: Palette, tier: str | None) -> str:
    if tier is None:
        return palette.score
    return palette.event if _marked(tier) else palette.severity


def _filling(tier: str | None) -> float:
    return 0.18 if tier is None else {"amber": 0.3, "critical": 1.0}.get(tier, 0.55)


def mixed(colour: str, ground: str, share: float) -> str:
    """`share` of a colour on an opaque ground, so that lines behind a bar do not show through it."""
    pairs = [(int(colour[at : at + 2], 16), int(ground[at : at + 2], 16)) for at in (1, 3, 5)]
    return "#" + "".join(f"{round(share * one + (1 - share) * other):02X}" for one, other in pairs)


def _bar_minutes(minute: np.ndarray, span, sheet: Sheet) -> float:
    per_px = (span[1] - span[0]) / sheet.plot_width
    gaps = np.diff(np.unique(minute[~np.isnan(minute)]))
    return float(max(min(13 * per_px, 0.7 * gaps.min() if len(gaps) else np.inf), 3 * per_px))


def _halves(sheet: Sheet, ref: str, minute, low, high) -> None:
    """A pressure of which only one half was recorded stands as a dash at that height."""
    alone = np.isnan(low) ^ np.isnan(high)
    if alone.any():
        x, y = minute[alone].tolist(), np.where(np.isnan(low), high, low)[alone].tolist()
        trace = _marks(sheet, ref, "one half recorded", x, y, "line-ew", sheet.palette.score, 12)
        trace["marker"]["line"]["width"] = 2
        del trace["hoverinfo"]
        sheet.data.append(
            trace | {"hovertemplate": "minute %{x}: %{y}, other value not recorded<extra></extra>"}
        )


def _numbers(sheet: Sheet, ref: str, minute, low, high, tiers, span, per_px: float) -> None:
    """The numbers at the ends of the bars as far as they do not touch, and the mark of each red or critical end."""
    px = (minute - span[0]) * sheet.plot_width / (span[1] - span[0])
    for end, values, up in ((1, high, 1), (0, low, -1)):
        mine = [tier[end] for tier in tiers]
        every = up > 0 or not sheet.narrow
        shown = _shown(px, values, mine, every)
        sheet.data.append(
            {
                "type": "scatter",
                "mode": "text",
                "name": "systolic in figures" if up > 0 else "diastolic in figures",
                "x": minute[shown].tolist(),
                "y": values[shown].tolist(),
                "text": [
                    f"<b>{values[at]:.0f}</b>" if _marked(mine[at]) else f"{values[at]:.0f}" for at in shown
                ],
                "textposition": "top center" if up > 0 else "bottom center",
                "textfont": {
                    "size": 11,
                    "color": [_number_colour(sheet.palette, mine[at], up > 0) for at in shown],
                    "shadow": _halo(sheet.palette),
                },
                "xaxis": "x",
                "yaxis": ref,
                "cliponaxis": False,
                "hoverinfo": "skip",
            }
        )
        _end_marks(sheet, ref, minute, values, mine, set(shown), up * per_px)


def _halo(palette: Palette) -> str:
    """What keeps a number readable on the lines behind it."""
    return ", ".join([f"0 0 2px {palette.surface}"] * 3)


def _number_colour(palette: Palette, tier: str | None, systolic: bool) -> str:
    return palette.event if _marked(tier) else palette.text if systolic else palette.muted


def _shown(px, values, tiers, every: bool) -> list[int]:
    """Which numbers fit, in order of weight: red and critical ones, the peak, the ends, then from left to right."""
    known = [at for at in range(len(values)) if values[at] == values[at]]
    if not known:
        return []
    peak = max(known, key=lambda at: values[at])
    marked = sorted((at for at in known if _marked(tiers[at])), key=lambda at: -TIERS[tiers[at]].rank)
    order = marked + ([peak, known[0], known[-1], *known] if every else [])
    chosen: list[int] = []
    for at in order:
        if all(abs(px[at] - px[other]) >= NUMBER_PX for other in chosen):
            chosen.append(at)
    return sorted(chosen)


def _end_marks(sheet: Sheet, ref: str, minute, values, tiers, numbered: set[int], up: float) -> None:
    mine = [at for at in range(len(values)) if _marked(tiers[at])]
    if mine:
        y = [float(values[at] + up * (21 if at in numbered else 9)) for at in mine]
        symbols = [TIERS[tiers[at]].symbol for at in mine]
        x = minute[mine].tolist()
        sheet.data.append(_marks(sheet, ref, "red and critical", x, y, symbols, sheet.palette.event, 8))


# ---- limits and the person's own values --------------------------------------------------------------------


def _limit_line(sheet: Sheet, limits: list[Limit]) -> str:
    """What the marks mean; on a phone in the title's second line, with the limits, as no words fit beside them."""
    present = dict.fromkeys(limit.tier for limit in sorted(limits, key=lambda each: TIERS[each.tier].rank))
    if not present:
        return ""
    if not sheet.narrow:
        return sheet.small(" · " + "  ".join(f"{TIERS[tier].mark} {_tier_name(tier)}" for tier in present))
    said = []
    for tier in present:
        mine = [each.figure for each in limits if each.tier == tier]
        up, down = [each for each in mine if each[0] != "<"], [each for each in mine if each[0] == "<"]
        said.append(
            f"{TIERS[tier].mark} {_tier_name(tier)} " + ", ".join((["/".join(up)] if up else []) + down)
        )
    return "<br>" + sheet.small("  ".join(said))


def _tier_name(tier: str) -> str:
    return tier.replace("_", " ")


def _own_corridor(sheet: Sheet, ref: str, before: Mapping[str, float]) -> None:
    if "systolic" in before and "diastolic" in before:
        place = {
            "xref": "paper",
            "x0": 0,
            "x1": 1,
            "yref": ref,
            "y0": before["diastolic"],
            "y1": before["systolic"],
        }
        fill = see_through(sheet.palette.score, 0.08)
        sheet.shapes.append(
            {"type": "rect", **place, "fillcolor": fill, "line": {"width": 0}, "layer": "below"}
        )


def _limit_lines(sheet: Sheet, ref: str, limits, floor: float, px_per: float, before, columns) -> None:
    """Each limit and the person's own value with its word at the right edge, moved apart where words would touch."""
    palette = sheet.palette
    several = len(columns) > 1
    lines = [
        (
            limit.value,
            f"{TIERS[limit.tier].mark} {f'{limit.column} ' if several else ''}{limit.figure}",
            palette.event if _marked(limit.tier) else palette.severity,
            TIERS[limit.tier].dash,
        )
        for limit in limits
    ]
    lines += [
        (before[c], f"pre-dose {before[c]:g}", palette.score, "longdash") for c in columns if c in before
    ]
    places = [(y - floor) * px_per for y, *_ in lines]
    for (y, words, colour, dash), place, moved in zip(lines, places, apart(places, 13), strict=True):
        line = {"color": colour, "width": 1, "dash": dash}
        ends = {"type": "line", "xref": "paper", "yref": ref, "x0": 0, "x1": 1, "y0": y, "y1": y}
        sheet.shapes.append(ends | {"line": line, "opacity": 0.6, "layer": "below"})
        if not sheet.narrow:
            side = {"x": 1, "xref": "paper", "xshift": 7, "xanchor": "left", "yanchor": "middle"}
            sheet.note(words, size=11, colour=colour, y=y, yref=ref, yshift=moved - place, **side)


# ---- heart rate, oxygen saturation, and the small rows -----------------------------------------------------


def _line(sheet: Sheet, rows: pd.DataFrame, minute, line, limits, tiers, before) -> str:
    column, name, unit, usual = line
    palette = sheet.palette
    value = rows[column].to_numpy(float) if column in rows else np.full(len(rows), np.nan)
    known = [each for each in value if each == each]
    mine = [limit for limit in limits if limit.column == column]
    own = [before[column]] if column in before else []
    seen = [*known, *own, *usual, *(limit.value for limit in mine)]
    per_px = (max(seen) - min(seen)) / (SMALL_PX - 22)
    ends = [min(seen) - 11 * per_px, max(seen) + 11 * per_px]
    header = HEADER_PX + (16 if sheet.narrow and mine else 0)
    ref = sheet.strip(
        SMALL_PX, {"range": ends, "nticks": 4, "showgrid": not mine, "gridcolor": palette.grid}, header
    )
    missing = _missing_words(sheet, len(rows) - len(known), len(rows)) if known else " · not recorded"
    sheet.title(ref, sheet.named(name, unit + missing) + (_limit_line(sheet, mine) if sheet.narrow else ""))
    _limit_lines(sheet, ref, mine, ends[0], 1 / per_px, before, (column,))
    mine_tiers = tiers.get(column, [None] * len(rows))
    sheet.data.append(_line_trace(sheet, ref, name, minute, value, mine_tiers, column in LOW_IS_WORSE))
    return ref


def _line_trace(sheet: Sheet, ref: str, name: str, minute, value, tiers, low: bool) -> dict:
    palette = sheet.palette
    colours = [_colour(palette, tier) for tier in tiers]
    return {
        "type": "scatter",
        "mode": "lines+markers+text",
        "name": name,
        "x": minute.tolist(),
        "y": [None if each != each else each for each in value.tolist()],
        "xaxis": "x",
        "yaxis": ref,
        "connectgaps": False,
        "cliponaxis": False,
        "line": {"color": palette.score, "width": 1.8},
        "marker": {
            "size": [10 if _marked(tier) else 7 for tier in tiers],
            "symbol": [TIERS[tier].symbol if _marked(tier) else "circle" for tier in tiers],
            "color": [
                c if _marked(tier) else palette.surface for c, tier in zip(colours, tiers, strict=True)
            ],
            "line": {"color": colours, "width": 1.6},
            "opacity": 1,
        },
        "text": _worst_and_last(value, low),
        "textposition": "bottom center" if low else "top center",
        "textfont": {
            "size": 11,
            "color": [palette.event if _marked(tier) else palette.text for tier in tiers],
            "shadow": _halo(palette),
        },
        "hovertext": [f" · {_tier_name(tier)}" if tier else "" for tier in tiers],
        "hovertemplate": "minute %{x}: %{y}%{hovertext}<extra></extra>",
    }


def _worst_and_last(value: np.ndarray, low: bool) -> list[str]:
    """In figures stand the extreme and the last value only."""
    if np.isnan(value).all():
        return [""] * len(value)
    last = int(np.flatnonzero(~np.isnan(value))[-1])
    shown = {int(np.nanargmin(value) if low else np.nanargmax(value)), last}
    return [f"{each:g}" if at in shown else "" for at, each in enumerate(value)]


def _small_rows(sheet: Sheet, rows: pd.DataFrame, minute, columns: list[str], tiers, span) -> str:
    """Breathing rate and MOAA/S as figures at their minutes, a tier with its mark behind the figure; where figures
    would touch, every other one stands lower."""
    figures = {column: _figures(rows[column].to_numpy(float), tiers[column]) for column in columns}
    px = (minute - span[0]) * sheet.plot_width / (span[1] - span[0])
    lower = {column: _staggered(px, figures[column]) for column in columns}
    depth = 2 if any(any(each) for each in lower.values()) else 1
    tops = [-depth * at for at in range(len(columns))]
    axis = {
        "range": [tops[-1] - depth + 0.5, 0.5],
        "tickvals": [top - (depth - 1) / 2 for top in tops],
        "ticktext": [SMALL_ROWS[column][0] for column in columns],
    }
    ref = sheet.strip((15 if depth > 1 else ROW_PX) * depth * len(columns), axis, 8)
    for top, column in zip(tops, columns, strict=True):
        sheet.data.append(
            _figure_row(sheet, ref, column, minute, rows[column].to_numpy(float), figures[column])
        )
        known = [at for at, each in enumerate(figures[column]) if each]
        sheet.data[-1]["y"] = [top - lower[column][at] for at in known]
        sheet.data[-1]["textfont"]["color"] = [_row_colour(sheet.palette, tiers[column][at]) for at in known]
    return ref


def _figures(value: np.ndarray, tiers: list[str | None]) -> list[str]:
    """ "" for what was not recorded."""
    return [
        "" if each != each else f"{each:g}{TIERS[tier].mark}" if _marked(tier) else f"{each:g}"
        for each, tier in zip(value, tiers, strict=True)
    ]


def _row_colour(palette: Palette, tier: str | None) -> str:
    return _colour(palette, tier) if tier else palette.text


def _staggered(px: np.ndarray, figures: list[str]) -> list[int]:
    """1 for each figure that would touch the one before it in the upper half of the row."""
    end, found = -np.inf, []
    for at, text in zip(px, figures, strict=True):
        half = text_width(text, 12) / 2 + 1
        free = at - half >= end
        found.append(0 if free or not text else 1)
        end = at + half if free and text else end
    return found


def _figure_row(sheet: Sheet, ref: str, column: str, minute, value: np.ndarray, figures: list[str]) -> dict:
    known = ~np.isnan(value)
    name = SMALL_ROWS[column][1]
    return {
        "type": "scatter",
        "mode": "text",
        "name": name,
        "x": minute[known].tolist(),
        "text": [each for each in figures if each],
        "customdata": value[known].tolist(),
        "textfont": {"size": 11, "shadow": _halo(sheet.palette)},
        "xaxis": "x",
        "yaxis": ref,
        "cliponaxis": False,
        "hovertemplate": f"minute %{{x}}: {name} %{{customdata}}<extra></extra>",
    }


# ---- in words ----------------------------------------------------------------------------------------------


def _pair(row) -> str:
    return f"{row['systolic']:.0f}/{row['diastolic']:.0f}"


def _pressure_words(rows: pd.DataFrame) -> str:
    both = rows[rows["systolic"].notna() & rows["diastolic"].notna()]
    if not len(both):
        return f"{plural(len(rows), 'row')} of vital signs, no blood pressure recorded."
    first, last, top = both.iloc[0], both.iloc[-1], both.iloc[int(np.argmax(both["systolic"]))]
    words = f"Blood pressure {_pair(first)} at minute {first['minute']:g}, highest {_pair(top)} at minute "
    words += f"{top['minute']:g}, last {_pair(last)} at minute {last['minute']:g}"
    missing = int(len(rows) - len(both))
    return f"{words}; not recorded in {missing} of {len(rows)} rows." if missing else f"{words}."


def _baseline_words(baseline: Mapping[str, float | None] | None) -> str:
    own = {SHORT.get(name, name): value for name, value in (baseline or {}).items() if _known(value)}
    said = [f"{NAMES[column]} {own[column]:g}" for column in NAMES if column in own]
    return f"Before the dose: {', '.join(said)}." if said else ""


def _lowest_words(rows: pd.DataFrame) -> str:
    known = rows[rows["spo2"].notna()] if "spo2" in rows else rows[:0]
    if not len(known):
        return "Oxygen saturation not recorded." if len(rows) else ""
    lowest = known.iloc[int(np.argmin(known["spo2"]))]
    return f"Lowest oxygen saturation {lowest['spo2']:g} % at minute {lowest['minute']:g}."


def _reached_words(rows: pd.DataFrame, limits: list[Limit], before: list[Limit]) -> str:
    if not limits or not len(rows):
        return ""
    found = [
        f"{NAMES[column]} {value:g} at minute {minute:g} ({_tier_name(tier)})"
        for column, tiers in _tiers(rows, limits, before).items()
        for minute, value, tier in zip(rows["minute"], rows[column], tiers, strict=True)
        if tier
    ]
    return f"Limits reached: {', '.join(found)}." if found else "No limit reached by what was recorded."


def _event_words(events: tuple[Pin, ...]) -> str:
    ordered = sorted(events, key=lambda pin: (not pin.placed, pin.minute if pin.placed else 0))
    said = [
        f"{pin.said} at minute {pin.minute:g}" if pin.placed else f"{pin.said}, minute not recorded"
        for pin in ordered
    ]
    return f"Events: {'; '.join(said)}." if said else ""
