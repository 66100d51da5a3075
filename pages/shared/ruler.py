"""The ruler of a scale as HTML, because its words must wrap where a phone has no room."""

from __future__ import annotations

from functools import cache
from html import escape
from pathlib import Path

import streamlit as st

from clinic.charts.palette import Palette, see_through
from clinic.charts.ruler import Ruled, Stretch, band_rows, cut_rows, in_words
from clinic.instruments import Instrument
from clinic.instruments.wording import signed


@cache
def _style() -> str:
    return Path(__file__).with_name("ruler.css").read_text(encoding="utf-8")


def show(scale: Instrument, palette: Palette) -> None:
    """Bands by source, the default on top, and below them each cut as the stretch of totals at which it holds."""
    rows = [_bands(scale, row, palette) for row in band_rows(scale)] or [_plain(scale)]
    rows += [_cut(scale, row, palette) for row in cut_rows(scale)]
    label = escape(in_words(scale), quote=True)
    st.html(
        f'<style>{_style()}</style><div class="ruler" lang="en" role="img" aria-label="{label}">{"".join(rows)}</div>'
    )


def _bands(scale: Instrument, row: Ruled, palette: Palette) -> str:
    cells = "".join(
        f'<span class="band" style="flex:{_width(part)} 0 0;background:{_tint(palette, part.depth)}">'
        f"<b>{signed(part.low)}</b>{escape(part.name)}</span>"
        for part in row.stretches
    )
    end = f'<b class="end">{signed(scale.maximum)}</b>'
    return (
        f'<div class="{"lead" if row.leads else "other"}"><div class="bar">{cells}{end}</div>{_id(row)}</div>'
    )


def _plain(scale: Instrument) -> str:
    ends = f"<b>{signed(scale.minimum)}</b>no source names bands"
    return (
        f'<div class="lead"><div class="bar"><span class="band" style="flex:1">{ends}</span>'
        f'<b class="end">{signed(scale.maximum)}</b></div></div>'
    )


def _cut(scale: Instrument, row: Ruled, palette: Palette) -> str:
    (part,) = row.stretches
    before, after = part.low - scale.minimum, scale.maximum - part.high
    bar = (
        f'<span style="flex:{before} 0 0"></span>'
        f'<span class="holds" style="flex:{_width(part)} 0 0"></span><span style="flex:{after} 0 0"></span>'
    )
    words = f"<small>{escape(row.what)}: {escape(part.name)}</small>{_id(row)}"
    return f'<div class="cut"><div class="bar">{bar}</div>{words}</div>'


def _id(row: Ruled) -> str:
    return f'<small class="id">{escape(row.id)}{", default" if row.leads else ""}</small>'


def _width(part: Stretch) -> int:
    return part.high - part.low + 1


def _tint(palette: Palette, depth: float) -> str:
    """Deeper than behind a chart's points, because nothing is drawn over it."""
    return see_through(palette.severity, 0.06 + 0.34 * depth)
