"""Plain HTML pages: no Streamlit and hardly a script, so that they open at once and password managers know them."""

from __future__ import annotations

from functools import cache
from html import escape
from pathlib import Path
from string import Template

from starlette.responses import HTMLResponse

from gate.plate import Plate

_TEMPLATES = Path(__file__).with_name("templates")
MARK = "/assets/mark.svg"


class Html(str):
    """Text that is HTML already; any other string is escaped when it enters a template."""

    __slots__ = ()


NOTHING = Html("")


def filled(template: str, **values: str) -> Html:
    """The template of that name with every $name in it replaced. Raises KeyError for one left over."""
    safe = {name: v if isinstance(v, Html) else escape(v, quote=True) for name, v in values.items()}
    return Html(_template(template).substitute(safe))


def page(title: str, body: Html, plate: Plate, status: int = 200) -> HTMLResponse:
    """The body inside the frame that every plain page has: the clinic's name, its logo, and the banner that
    says when the data are synthetic."""
    banner = filled("banner") if plate.synthetic else NOTHING
    frame = {"title": title, "clinic": plate.clinic_name, "logo": plate.logo or MARK}
    return HTMLResponse(filled("frame", body=body, banner=banner, **frame), status)


def alert(sentence: str | None, kind: str = "refusal") -> Html:
    """A sentence above the form: a "refusal", read out at once, or a "note"."""
    return filled(kind, sentence=sentence) if sentence else NOTHING


@cache
def _template(name: str) -> Template:
    return Template((_TEMPLATES / f"{name}.html").read_text("utf-8"))
