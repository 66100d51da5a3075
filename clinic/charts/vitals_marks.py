"""What the panels of vital signs draw alike: marks, the colour of a tier, limits and the person's own values."""

from __future__ import annotations

from clinic.charts.palette import Palette
from clinic.charts.sheet import Sheet, apart
from clinic.charts.vitals_limits import TIERS, Limit, is_marked, tier_name


def marks_trace(sheet: Sheet, ref: str, name: str, x, y, symbols, colours, size: float) -> dict:
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


def tier_colour(palette: Palette, tier: str | None) -> str:
    if tier is None:
        return palette.score
    return palette.event if is_marked(tier) else palette.severity


def halo(palette: Palette) -> str:
    """What keeps a number readable on the lines behind it."""
    return ", ".join([f"0 0 2px {palette.surface}"] * 3)


def missing_words(sheet: Sheet, missing: int, rows: int) -> str:
    if not missing:
        return ""
    return f" · {missing} of {rows} missing" if sheet.narrow else f" · not recorded in {missing} of {rows}"


def limit_words(sheet: Sheet, limits: list[Limit]) -> str:
    """What the marks mean; on a phone in the title's second line, with the limits, as no words fit beside them."""
    present = dict.fromkeys(limit.tier for limit in sorted(limits, key=lambda each: TIERS[each.tier].rank))
    if not present:
        return ""
    if not sheet.narrow:
        return sheet.small(" · " + "  ".join(f"{TIERS[tier].mark} {tier_name(tier)}" for tier in present))
    said = []
    for tier in present:
        mine = [each.figure for each in limits if each.tier == tier]
        up, down = [each for each in mine if each[0] != "<"], [each for each in mine if each[0] == "<"]
        said.append(
            f"{TIERS[tier].mark} {tier_name(tier)} " + ", ".join((["/".join(up)] if up else []) + down)
        )
    return "<br>" + sheet.small("  ".join(said))


def draw_limits(sheet: Sheet, ref: str, limits, floor: float, px_per: float, before, columns) -> None:
    """Each limit and the person's own value with its word at the right edge, moved apart where words would touch."""
    palette = sheet.palette
    several = len(columns) > 1
    lines = [
        (
            limit.value,
            f"{TIERS[limit.tier].mark} {f'{limit.column} ' if several else ''}{limit.figure}",
            palette.event if is_marked(limit.tier) else palette.severity,
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
