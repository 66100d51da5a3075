"""The treatment that is running: a component that speaks with the server by itself, and the figure below it.

The component keeps what the server has not confirmed and goes on without a rerun, so that a dropped connection, a
reload or a server that went away takes nothing from it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st

from data_model import Account, Actor, Database, database
from pages.chair import drugs, vitals
from pages.chair.context import Chair

_HERE = Path(__file__).with_name("tablet")
# One module, in this order: what stands later uses what stands before.
BASE = ("tools", "clock", "outbox", "link")
PARTS = (*BASE, "rows", "bar", "alerts", "vitals", "taps", "dose", "refused", "leaving", "main")
# Below Streamlit's own header, over which nothing of ours can lie.
_SHEET = "<style>[data-testid=stMain] .block-container { padding-top: 4.4rem; }</style>"


def show(chair: Chair) -> None:
    st.set_page_config(initial_sidebar_state="collapsed")
    st.html(_SHEET)
    tablet(chair, "running")
    vitals.live(chair)
    drugs.show(chair)


def tablet(chair: Chair, step: str) -> None:
    """The component, for a treatment that stands at `step`. It asks for a rerun when it hears of another step; the
    page then follows."""
    with database(chair.actor) as db:
        data = {
            "treatment": chair.treatment.key,
            "account": account_key(db, chair.actor),
            "zone": str(chair.zone),
            "step": step,
        }
    component()(key=component_key(chair.treatment.key), data=data, on_step_change=_nothing)


@cache
def component():
    """Made when it is first shown, not at import: a page that nobody opens costs nothing."""
    return st.components.v2.component(
        "clinic_tablet", html='<div class="tablet"></div>', css=style(_HERE / "tablet.css"), js=script(PARTS)
    )


def script(names: tuple[str, ...], *more: Path) -> str:
    return "\n".join(file.read_text(encoding="utf-8") for file in (*map(_file, names), *more))


def style(*files: Path) -> str:
    return "\n".join(file.read_text(encoding="utf-8") for file in (_HERE / "tones.css", *files))


def _file(name: str) -> Path:
    return _HERE / f"{name}.js"


def component_key(treatment: str) -> str:
    return f"of:tablet:{treatment.replace('_', '=')}"  # two underscores in a row are Streamlit's own


def account_key(db: Database, actor: Actor) -> str:
    """Under which the tablet keeps what one person has not sent; another person's is another."""
    found = db.get(Account, actor.account_id) if actor.account_id else None
    return found.key if found else "nobody"


def _nothing() -> None:
    """A change of the step reruns the page, which then shows that step's part."""
