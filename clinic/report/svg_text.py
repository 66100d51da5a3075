"""Words of a figure: the few tags that plotly reads (b, br, span with size and colour) as SVG text."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from html import escape
from html.parser import HTMLParser

LINE = 1.3  # from one line to the next, in sizes
# Marks of keys that our fonts lack: one of them would set the whole line in another font, or in none.
_LACKED = "━┄│┃┬✖▨▧▤▥▩"
INSTEAD = dict(
    zip(_LACKED, ("—", "- -", "|", "|", "T", "×", "[/]", "[\\]", "[-]", "[|]", "[#]"), strict=True)
)
BASE = 0.36  # from the middle of a line down to where its letters stand, in sizes


@dataclass(frozen=True, slots=True)
class Look:
    size: float | None = None
    colour: str | None = None
    bold: bool = False


class Runs(HTMLParser):
    """`lines` of (text, look); ValueError for a tag that it does not know."""

    def __init__(self, text: str):
        super().__init__(convert_charrefs=True)
        self.lines: list[list[tuple[str, Look]]] = [[]]
        self.looks = [Look()]
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list) -> None:
        if tag == "br":
            self.lines.append([])
        elif tag == "b":
            self.looks.append(replace(self.looks[-1], bold=True))
        elif tag == "span":
            self.looks.append(_styled(self.looks[-1], dict(attrs).get("style") or ""))
        else:
            raise ValueError(f"there is no way to write <{tag}> in a figure")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("b", "span"):
            self.looks.pop()

    def handle_data(self, data: str) -> None:
        self.lines[-1].append((data, self.looks[-1]))


def _styled(look: Look, style: str) -> Look:
    size = re.search(r"font-size:\s*([\d.]+)px", style)
    colour = re.search(r"(?<![\w-])color:\s*(#[0-9A-Fa-f]{6}|rgba?\([\d., ]+\))", style)
    return replace(
        look,
        size=float(size[1]) if size else look.size,
        colour=colour[1] if colour else look.colour,
    )


def block(
    text: str,
    x: float,
    y: float,
    *,
    size: float,
    colour: str,
    anchor: str,
    vertical: str = "middle",
    halo: bool = False,
    kind: str,
) -> str:
    """Lines around (x, y), which is the top, the middle or the bottom of all of them together."""
    lines = Runs(text).lines
    height = LINE * size * len(lines)
    top = y - {"top": 0.0, "middle": 0.5, "bottom": 1.0}[vertical] * height
    look = f'text-anchor="{anchor}" font-size="{size:g}" fill="{colour}"'
    if halo:
        look += ' paint-order="stroke" stroke="#FFFFFF" stroke-width="3" stroke-linejoin="round"'
    return "".join(
        f'<text class="{kind}" x="{x:.3f}" y="{top + (at + 0.5) * LINE * size + BASE * size:.3f}" {look}>'
        f"{''.join(_run(*run) for run in line)}</text>"
        for at, line in enumerate(lines)
    )


def _run(text: str, look: Look) -> str:
    attributes = "".join(
        (
            f' font-size="{look.size:g}"' if look.size else "",
            f' fill="{look.colour}"' if look.colour else "",
            ' font-weight="600"' if look.bold else "",
        )
    )
    for lacked, instead in INSTEAD.items():
        text = text.replace(lacked, instead)
    # A browser and a typesetter alike run blanks together; two of them part a name from its words, and
    # so does a wide one, which our fonts lack.
    said = escape(text, quote=False).replace("\u2003", "  ").replace("  ", "\u00a0 ")
    return f"<tspan{attributes}>{said}</tspan>" if attributes else said
