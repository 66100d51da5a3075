"""How treatments were borne, side by side: small multiples by treatment number, each measure on its own axis.

Pressure is a stem from the person's own value before the dose up to the highest after it, so that rise and peak are
one mark. What was not recorded stands at the foot as a dash and is counted in the title; nothing is drawn through it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf

from clinic.charts.palette import LIGHT, Palette
from clinic.charts.sheet import Sheet
from clinic.charts.tolerability_marks import (
    absent,
    by_tier,
    draw_limits,
    figures,
    marks,
    numbers_axis,
    stems_of,
)
from clinic.outcomes.tolerability import SEVERITIES, Tolerated, scales_of
from clinic.outcomes.wording import number, plural

TALL_PX, SHORT_PX, EVENT_PX = 116, 72, 54
LEFT, FOOT = 62, 46
RIGHT = {False: 92, True: 14}
SEVERITY_MARKS = {"mild": "circle-open", "moderate": "diamond", "severe": "square"}


@dataclass(frozen=True, slots=True)
class ToleranceFigure:
    """`points` is (treatment key, measure, value) of every value drawn."""

    spec: dict
    points: list[tuple[str, str, float]]


def tolerance_figure(
    found: Sequence[Tolerated],
    limits: Iterable[tuple[str, str, float]] = (),
    *,
    palette: Palette = LIGHT,
    narrow: bool = False,
) -> ToleranceFigure:
    """`found` oldest first; `limits` as of `clinic.tolerance.limits`."""
    sheet = Sheet(palette, narrow, LEFT, RIGHT[narrow], FOOT, 350 if narrow else 1040)
    limits = tuple(limits)
    panels = [_pressure(sheet, found, limits, measure) for measure in ("systolic", "diastolic")]
    panels.append(_single(sheet, found, "spo2", "Lowest SpO₂", "%", [each.spo2 for each in found], limits))
    for scale in scales_of(found):
        values = [each.dissociated(scale) for each in found]
        panels.append(
            _single(sheet, found, f"dissociation, {scale}", "Dissociation", f"peak, {scale}", values)
        )
    ready = [each.minutes for each in found]
    panels.append(_single(sheet, found, "minutes", "Ready to leave", "minutes from the start", ready))
    _events(sheet, found)
    points = [point for panel in panels for point in panel]
    numbers_axis(sheet, found)
    return ToleranceFigure(sheet.spec(), points)


def alt(found: Sequence[Tolerated]) -> str:
    """The extremes in words, with what is missing."""
    if not found:
        return "No treatment yet."
    parts = [f"{plural(len(found), 'treatment')}"]
    parts += [
        _extreme(found, "highest systolic", lambda it: it.systolic.highest, max),
        _extreme(found, "largest systolic rise", lambda it: it.systolic.rise, max, "+"),
        _extreme(found, "lowest SpO₂", lambda it: it.spo2, min),
    ]
    for scale in scales_of(found):
        parts.append(
            _extreme(found, f"highest dissociation ({scale})", lambda it, s=scale: it.dissociated(s), max)
        )
    parts.append(_extreme(found, "longest until ready", lambda it: it.minutes, max))
    events = [each for each in found if each.worst]
    parts.append(f"adverse events in {len(events)} of {len(found)}")
    return "; ".join(parts) + "."


def _extreme(found, words: str, read, pick, sign: str = "") -> str:
    known = [(read(each), at) for at, each in enumerate(found) if read(each) is not None]
    if not known:
        return f"{words} not recorded"
    value, at = pick(known, key=lambda pair: pair[0])
    missing = len(found) - len(known)
    of = f" (not recorded in {missing})" if missing else ""
    return f"{words} {sign if value > 0 else ''}{number(value)} in treatment {found[at].given.number}{of}"


def _pressure(sheet: Sheet, found, limits, measure: str) -> list:
    peaks = [getattr(each, measure) for each in found]
    tops = [peak.highest for peak in peaks]
    known = [value for peak in peaks for value in (peak.before, peak.highest) if value is not None]
    mine = [(tier, value) for what, tier, value in limits if what == measure]
    floor, top = _pressure_range(known, mine, measure)
    ref = sheet.strip(
        TALL_PX, {"range": [floor, top], "nticks": 4, "showgrid": True, "gridcolor": sheet.palette.grid}
    )
    unit = "mmHg, before to peak" if sheet.narrow else "mmHg, from before the dose to its peak"
    sheet.title(ref, sheet.named(measure.capitalize(), _title(sheet, unit, tops)))
    draw_limits(sheet, ref, mine, top)
    stems = [at for at, peak in enumerate(peaks) if peak.rise is not None]
    sheet.data.append(stems_of(sheet, ref, stems, peaks, measure))
    before = [at for at, peak in enumerate(peaks) if peak.before is not None]
    sheet.data.append(
        marks(sheet, ref, f"{measure} before", before, [peaks[at].before for at in before], "line-ew", 9)
    )
    there = [at for at, top_ in enumerate(tops) if top_ is not None]
    drawn = marks(sheet, ref, f"{measure} peak", there, [tops[at] for at in there], "circle", 8)
    by_tier(sheet, drawn, [tops[at] for at in there], mine)
    drawn["hovertext"] = [_pressure_words(found[at], peaks[at]) for at in there]
    sheet.data.append(drawn)
    rises = [peak.rise for peak in peaks]
    texts = {at: f"+{rises[at]:.0f}" if rises[at] > 0 else number(rises[at]) for at in stems}
    figures(sheet, ref, tops, texts, weight=[-inf if rise is None else rise for rise in rises])
    absent(sheet, ref, tops, floor, top)
    return [
        (found[at].given.key, f"{measure} {name}", getattr(peaks[at], attribute))
        for name, attribute in (("before", "before"), ("peak", "highest"))
        for at in range(len(found))
        if getattr(peaks[at], attribute) is not None
    ]


def _single(sheet: Sheet, found, measure: str, name: str, unit: str, values: list, limits=()) -> list:
    known = [value for value in values if value is not None]
    mine = [(tier, value) for what, tier, value in limits if what == measure]
    floor, top = _range(measure, known, mine)
    ref = sheet.strip(
        SHORT_PX, {"range": [floor, top], "nticks": 4, "showgrid": True, "gridcolor": sheet.palette.grid}
    )
    sheet.title(ref, sheet.named(name, _title(sheet, unit, values)))
    draw_limits(sheet, ref, mine, top, floor)
    there = [at for at, value in enumerate(values) if value is not None]
    trace = marks(sheet, ref, measure, there, [values[at] for at in there], "circle", 8)
    by_tier(sheet, trace, [values[at] for at in there], mine, low=measure == "spo2")
    if measure == "minutes":
        trace["marker"]["symbol"] = [
            "circle" if found[at].until == "ready" else "circle-open" for at in there
        ]
    trace["hovertext"] = [_told(found[at], measure, values[at]) for at in there]
    sheet.data.append(trace)
    gravest = -1 if measure == "spo2" else 1
    weight = [-inf if value is None else gravest * value for value in values]
    figures(sheet, ref, values, {at: number(values[at]) for at in there}, weight=weight)
    absent(sheet, ref, values, floor, top)
    return [(found[at].given.key, measure, float(values[at])) for at in there]


def _told(it: Tolerated, measure: str, value: float) -> str:
    told = (
        f"{it.until} after {number(round(value))} min"
        if measure == "minutes"
        else f"{measure} {number(value)}"
    )
    return f"treatment {it.given.number}: {told}"


def _events(sheet: Sheet, found: Sequence[Tolerated]) -> None:
    """A mark of its own for each severity, filled by gravity; a serious one is ringed."""
    ref = sheet.strip(EVENT_PX, {"range": [-0.7, 2.7], "tickvals": [0, 1, 2], "ticktext": list(SEVERITIES)})
    with_event = [each for each in found if each.worst]
    words = f"in {len(with_event)} of {len(found)}, the worst of each"
    sheet.title(ref, sheet.named("Adverse events", words))
    for severity in SEVERITIES:
        at = [n for n, each in enumerate(found) if each.worst and each.worst.severity == severity]
        trace = marks(
            sheet, ref, severity, at, [SEVERITIES.index(severity)] * len(at), SEVERITY_MARKS[severity], 9
        )
        trace["marker"]["color"] = sheet.palette.event if severity != "mild" else sheet.palette.muted
        trace["marker"]["line"] = {
            "width": [2.4 if found[n].worst.serious else 1.4 for n in at],
            "color": sheet.palette.event if severity != "mild" else sheet.palette.muted,
        }
        trace["hovertext"] = [_events_words(found[n]) for n in at]
        sheet.data.append(trace)


def _events_words(it: Tolerated) -> str:
    said = [f"{each.term} ({each.severity}{', serious' if each.serious else ''})" for each in it.given.events]
    return f"treatment {it.given.number}: {', '.join(said)}"


def _pressure_words(it: Tolerated, peak) -> str:
    before = "not recorded before" if peak.before is None else f"from {number(peak.before)}"
    return f"treatment {it.given.number}: highest {number(peak.highest)}, {before}"


def _title(sheet: Sheet, unit: str, values: list) -> str:
    missing = sum(value is None for value in values)
    if not missing:
        return unit
    return (
        f"{unit}; – missing {missing}"
        if sheet.narrow
        else f"{unit}; – not recorded in {missing} of {len(values)}"
    )


def _pressure_range(known: list, limits: list, measure: str) -> tuple[float, float]:
    """Always up to the first limit, so that a calm course does not fill the panel like a wild one."""
    amber = min((value for _, value in limits), default=160 if measure == "systolic" else 100)
    top = max([amber, *known]) + 28
    return min([80 if measure == "systolic" else 50, *known]) - 6, top


def _range(measure: str, known: list, limits: list) -> tuple[float, float]:
    if measure == "spo2":
        lowest = min([value for _, value in limits] + known, default=90)
        return lowest - 2, 102
    if measure == "minutes":
        return 0, max([60, *known]) * 1.4
    return -0.3, max([4, *known]) * 1.3
