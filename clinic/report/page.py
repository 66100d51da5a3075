"""The printout as one HTML file: no script, no other file, white in a dark browser too, and made to be printed."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from clinic.report.cells import Block, Cell

FONT = Path(__file__).resolve().parents[2] / "assets" / "fonts" / "inter-latin-wght-normal.woff2"
CSS = Path(__file__).with_name("page.css")


@cache
def style(*more: Path) -> str:
    """With the letters themselves, as the words of the figure are placed by their width; `more` are files of CSS
    that a sheet adds."""
    font = b64encode(FONT.read_bytes()).decode()
    face = (
        "@font-face { font-family: Inter; font-weight: 100 900; "
        f"src: url(data:font/woff2;base64,{font}) format('woff2'); }}\n"
    )
    return face + "".join(file.read_text(encoding="utf-8") for file in (CSS, *more))


def html(data: dict[str, Any]) -> str:
    """Every text of `data` is escaped; its drawings are our own and stay."""
    body = [
        f"<header><div><h1>{said(data['name'])}</h1><p class='quiet'>{said(data['line'])}</p></div>",
        f"<div class='right'><p><strong>{said(data['title'])}</strong></p>",
        f"<p class='quiet'>{said(data['clinic'])}</p></div></header>",
        f"<p class='what'>{said(data['what'])}</p>",
        *map(block, data["state"]),
        *map(section, data["sections"]),
        f"<footer>{said(footer(data['stamp']))}</footer>",
    ]
    title = f"{data['title']}: {data['name']}, {data['what']}"
    return document(title, style() + page_rule(data["stamp"]), "".join(body))


def document(title: str, look: str, body: str) -> str:
    """The whole file; `body` is markup."""
    return (
        "<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width, initial-scale=1'><meta name='color-scheme' content='light'>"
        f"<title>{escape(title)}</title><style>{look}</style></head><body>{body}</body></html>"
    )


def footer(stamp: dict[str, str]) -> str:
    return (
        f"{stamp['clinic']} · printed {stamp['at']} by {stamp['by']} · template {stamp['template']} · "
        f"{stamp['data']} · SHA-256 {stamp['hash']}"
    )


def page_rule(stamp: dict[str, str]) -> str:
    return paper("15mm 16mm 20mm", footer(stamp))


def paper(margin: str, foot: str) -> str:
    """The footer of each printed page, where a browser can do that; the number of the page stands at its end."""
    look = "font: 7pt Inter, system-ui, sans-serif; color: #4a4a4a; vertical-align: top; padding-top: 2mm"
    return (
        f"@page {{ size: A4; margin: {margin}; @bottom-left {{ content: {quoted(foot)}; width: 84%; "
        f"{look} }} @bottom-right {{ content: 'page ' counter(page) ' of ' counter(pages); {look} }} }}"
    )


def quoted(text: str) -> str:
    """A string of CSS in which every character but plain letters, digits and blanks stands as its code."""
    return (
        "'"
        + "".join(c if c.isascii() and (c.isalnum() or c == " ") else f"\\{ord(c):x} " for c in text)
        + "'"
    )


def section(each: dict[str, Any]) -> str:
    return f"<section><h2>{said(each['title'])}</h2>{''.join(map(block, each['blocks']))}</section>"


def block(each: Block) -> str:
    return KINDS[each["kind"]](each)


def sentence(each: Block) -> str:
    return f"<p class='{'loud' if each['loud'] else 'quiet'}'>{said(each['text'])}</p>"


def facts(each: Block) -> str:
    pairs = "".join(
        f"<div><dt>{said(one['label'])}</dt><dd>{value(one['value'])}</dd></div>" for one in each["facts"]
    )
    whole = len(each["facts"]) == 1 and not each["facts"][0]["label"]
    return f"<dl class='whole'>{pairs}</dl>" if whole else f"<dl>{pairs}</dl>"


def table(each: Block) -> str:
    title = f"<h3>{said(each['title'])}</h3>" if each["title"] else ""
    shares = "".join(f"<col style='width:{100 * w / sum(each['widths']):.1f}%'>" for w in each["widths"])
    head = "".join(f"<th scope='col'>{said(one)}</th>" for one in each["headings"])
    body = "".join(map(line, each["rows"]))
    note = f"<p class='quiet'>{said(each['note'])}</p>" if each["note"] else ""
    return (
        f"{title}<div class='scroll'><table><colgroup>{shares}</colgroup><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table></div>{note}"
    )


def line(row: dict[str, Any]) -> str:
    mark = f" class='{row['mark']}'" if row["mark"] else ""
    return f"<tr{mark}>{''.join(f'<td>{value(one)}</td>' for one in row['cells'])}</tr>"


def figure(each: Block) -> str:
    return f"<figure>{each['svg']}</figure>"


KINDS = {"says": sentence, "facts": facts, "table": table, "figure": figure}


def value(cell: Cell) -> str:
    """What stood there before is struck through, and is named as deleted to those who only hear it."""
    old = "".join(f"<s>{said(each)}</s> " for each in cell["old"])
    now = said(cell["text"])
    if cell["missing"]:
        return f"{old}<span class='missing'>{now}</span>"
    return f"{old}<strong>{now}</strong>" if cell["strong"] else old + now


def said(text: str) -> str:
    """Text of its own direction, so that a name from right to left turns nothing around it."""
    return f"<bdi>{escape(text)}</bdi>" if text.strip() else ""
