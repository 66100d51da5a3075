"""The page docs/protocols.md: every limit of the shipped protocols with its source, read off the definitions.
`make docs` writes it, tests/test_docs.py compares."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from clinic.protocols import catalogue, differences, protocol
from clinic.protocols.definition import Protocol
from clinic.protocols.sense import rows_of
from clinic.protocols.table import (
    DRUG_HEADINGS,
    GATE_HEADINGS,
    HEADINGS,
    LEAVING_HEADINGS,
    SCHEDULE_HEADINGS,
    drug_rows,
    gate_rows,
    leaving_rows,
    plain_rows,
    schedule_rows,
    sections,
)
from tests import markdown

NOTE = "<!-- Written by `make docs` from the definitions. Change those, not this page. -->"
PAGE = "docs/protocols.md"
BASE = "adult"

# heading, section of the protocol, and the fields that are shown
OTHERS = (
    ("Emergency symptoms", "symptoms", ("id", "title", "tier", "source", "evidence")),
    ("Rules without a number", "rules", ("id", "tier", "says", "source", "evidence")),
    ("Typing errors", "slips", ("id", "of", "low", "high", "tier", "says", "source", "evidence")),
    (
        "Ladders",
        "ladders",
        ("id", "route", "substance", "steps", "days_between", "says", "source", "evidence"),
    ),
    (
        "Products",
        "products",
        ("id", "title", "routes", "mg_per_ml", "device_mg", "dilute_for", "source", "evidence"),
    ),
)


def pages() -> dict[str, Callable[[], str]]:
    """path -> what writes it."""
    return {PAGE: page}


def page() -> str:
    base = protocol(BASE)
    places = [each for each in catalogue().values() if each.id != BASE]
    return markdown.page(
        "Treatment protocols",
        NOTE,
        "Limits, observation times and criteria are data in "
        "[clinic/protocols/definitions](../clinic/protocols/definitions); no number stands in Python. They are "
        "starting values for a clinic's medical lead to approve or to change within the bounds shown; nothing here "
        "is advice, and nobody has checked them yet unless it says by whom.",
        "This page lists the shipped versions. A clinic changes numbers on the page Protocols: that makes a version "
        "such as 1.0+1, which holds once the medical lead and a second clinician have signed it "
        "([decision 0014](decisions/0014-a-clinics-own-limits-are-versions.md)). Older versions stay readable there, "
        "and each treatment keeps the one by which it was judged.",
        "*published*: somebody read the figure in its source. *unverified*: from memory. *ours*: a default that no "
        "source states. S1, S2 and so on are the sources of the clinical reference.",
        markdown.table(("protocol", "title", "what it is", "checked by"), map(about, catalogue().values())),
        "A limit of orders has the tiers info, warn, strong (a second clinician) and block; one of measurements "
        "info (counted only), amber, hold, no start, red and critical. A missing value breaks no limit and is said "
        "to be missing.",
        *(
            block
            for title, rows in sections(base).items()
            for block in (f"## {title}", markdown.table(HEADINGS, rows))
        ),
        "## Observations",
        markdown.table(SCHEDULE_HEADINGS, schedule_rows(base)),
        "## The gate before the dose",
        markdown.table(GATE_HEADINGS, gate_rows(base)),
        "## Criteria for leaving",
        markdown.table(LEAVING_HEADINGS, leaving_rows(base)),
        "## Other drugs",
        markdown.table(DRUG_HEADINGS, drug_rows(base)),
        *(block for title, section, names in OTHERS for block in other(base, title, section, names)),
        *(block for each in places for block in place(base, each)),
    )


def about(each: Protocol) -> tuple[str, ...]:
    return f"`{each.name}`", each.title, each.says, each.checked_by or "nobody yet"


def other(base: Protocol, title: str, section: str, names: Sequence[str]) -> list[str]:
    headings = [name.replace("_", " ") for name in names]
    return [f"## {title}", markdown.table(headings, plain_rows(getattr(base, section), *names))]


def place(base: Protocol, own: Protocol) -> list[str]:
    """What a place changes or adds, row by row."""
    known = {row.id: row for row in rows_of(base)}
    duties = {each.id for each in own.duties}
    changed = [each for each in rows_of(own) if known.get(each.id) != each and each.id not in duties]
    rows = [(each.id, "changed" if each.id in known else "new", what(each), each.source) for each in changed]
    numbers = "; ".join(f"{id}: {number(one)} → {number(two)}" for id, one, two in differences(base, own))
    return [
        f"## {own.title}",
        own.says,
        markdown.table(("id", "", "what", "source"), rows),
        f"Numbers that differ: {numbers or 'none'}.",
        markdown.table(
            ("duty", "says", "source", "evidence"),
            plain_rows(own.duties, "title", "says", "source", "evidence"),
        ),
    ]


def what(each) -> str:
    """A row in a few words, whatever it is."""
    says = getattr(each, "asks", "") or getattr(each, "title", "") or each.says
    return f"{says} (locked)" if getattr(each, "locked", False) else says


def number(value: float | None) -> str:
    return "–" if value is None else f"{value:g}"
