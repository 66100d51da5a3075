"""The letter as one HTML file: no script, no other file, and printed by a browser on one page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from clinic.report import page
from clinic.report.page import said

CSS = Path(__file__).with_name("letter.css")


def html(data: dict[str, Any]) -> str:
    """Every text of `data` is escaped; its drawings are our own and stay."""
    body = [
        top(data),
        f"<div class='who'><h1>{said(data['name'])}</h1><p class='quiet'>{said(data['line'])}</p>",
        f"<p>{said(data['what'])}</p></div>",
        *(f"<p class='says'>{said(each)}</p>" for each in data["says"]),
        page.block(data["figure"]),
        page.block(data["table"]),
        f"<p class='under quiet'>{said(data['under'])}</p>",
        f"<div class='parts'>{''.join(map(column, data['columns']))}</div>",
        *map(part, data["texts"]),
        f"<p class='quiet'>{said(data['left_out'])}</p>" if data["left_out"] else "",
        f"<p class='signed'>{said(data['signed'])}</p>",
        f"<div class='definitions'>{''.join(map(definition, data['definitions']))}</div>",
        f"<footer>{said(footer(data['stamp']))}</footer>",
    ]
    title = f"{data['title']}: {data['name']}, {data['what']}"
    return page.document(title, page.style(CSS) + page_rule(data["stamp"]), "".join(body))


def top(data: dict[str, Any]) -> str:
    """The logo stands as a picture of its own, which runs nothing that may be in it."""
    to = "".join(f"<p>{said(line)}</p>" for line in data["recipient"]["lines"])
    return (
        f"<div class='top'><div><p class='clinic'>{said(data['clinic'])}</p>{to}</div>"
        f"<div class='right'>{data['logo']['svg']}<p>{said(data['date'])}</p></div></div>"
    )


def column(parts: list[dict[str, Any]]) -> str:
    return f"<div>{''.join(map(part, parts))}</div>"


def part(each: dict[str, Any]) -> str:
    lines = "".join(f"<p>{said(line) or '&nbsp;'}</p>" for line in each["lines"])
    return f"<section><h2>{said(each['title'])}</h2>{lines}</section>"


def definition(each: dict[str, str]) -> str:
    return f"<p><strong>{said(each['word'])}</strong>: {said(each['means'])}</p>"


def footer(stamp: dict[str, str]) -> str:
    return (
        f"{stamp['clinic']} · made {stamp['at']} by {stamp['by']} · template {stamp['template']} · "
        f"letter {stamp['number']}"
    )


def page_rule(stamp: dict[str, str]) -> str:
    """The footer of the printed page, where a browser can do that."""
    return page.paper("13mm 16mm 15mm", footer(stamp))
