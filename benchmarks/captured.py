"""What the real Patient page sends to a browser, kept as constants for the bare page."""

from __future__ import annotations

import json
from base64 import b64encode
from pathlib import Path
from typing import Any

from streamlit.proto.Element_pb2 import Element
from streamlit.proto.Markdown_pb2 import Markdown

from benchmarks.screen import TIMES, Tab

ALERTS = {1: "error", 2: "warning", 3: "info", 4: "success"}


async def capture(tab: Tab, to: Path) -> None:
    """Writes the figure for each time axis, the table and every text of the page, in their order, as JSON.
    Buttons and other ways in are left out: the bare page has the choice of the time axis only."""
    figures = {}
    for _ in TIMES:
        figures[tab.time_axis] = json.loads(tab.figure)
        await tab.change()
    to.write_text(json.dumps({"figures": figures, "shown": commands(tab)}), encoding="utf-8")


def commands(tab: Tab) -> list[tuple[str, str]]:
    """The Streamlit commands that show the page's elements again, and what each shows."""
    drawn = [tab.page.elements[place] for place in sorted(tab.page.elements)]
    return [found for it in drawn if (found := command(it))]


def command(it: Element) -> tuple[str, str] | None:
    """The one for one element; None for a way in, such as a button."""
    kind = it.WhichOneof("type")
    return _command(kind, getattr(it, kind)) if kind else None


def _command(kind: str, it: Any) -> tuple[str, str] | None:
    if kind == "plotly_chart":
        return "figure", ""
    if kind == "dataframe":
        return "table", b64encode(it.arrow_data.data).decode()
    if kind == "heading":
        return {"h1": "title", "h2": "header"}.get(it.tag, "subheader"), it.body
    if kind == "markdown":
        return "caption" if it.element_type == Markdown.CAPTION else "markdown", it.body
    if kind == "alert":
        return ALERTS[it.format], it.body
    return (kind, it.body) if kind in ("text", "html") else None
