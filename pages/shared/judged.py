"""What the clinic's protocol says of a dose and of observations: words first, colour never alone."""

from __future__ import annotations

import streamlit as st

from clinic import editions
from clinic.editions import Approval
from clinic.protocols.definition import Protocol
from clinic.protocols.vitals import Breach, severity
from clinic.treatments import Judged
from data_model import database
from pages.shared import sheet, who
from pages.shared.words import as_typed

# What a tier is called, the gravest first; tiers that only count are not shown.
DOSE = {"block": "over the limit of an order", "strong": "wants a second clinician", "warn": "unusual"}
VITALS = {"critical": "critical", "red": "red", "no_start": "do not start", "hold": "hold", "amber": "amber"}
LOUD = ("critical", "red", "no_start", "hold", "block")


def show(found: Judged) -> None:
    """The gravest in a box, and below it one line for each observation and each finding about the dose."""
    lines = [*_dose(found), *_vitals(found)]
    loud = [line for line in lines if line[0] in LOUD]
    if loud:
        words = DOSE | VITALS
        gravest = min(loud, key=lambda line: LOUD.index(line[0]))
        st.error(
            f"**{words[gravest[0]].capitalize()}**, {gravest[1]}: {as_typed(gravest[2])}",
            icon=":material/priority_high:",
        )
    if lines:
        rows = [(when, (DOSE | VITALS)[tier], says) for tier, when, says in lines]
        marked = [at for at, line in enumerate(lines) if line[0] in LOUD]
        sheet.table("What the limits saw", ("when", "tier", "what"), rows, marked)
    with database(who.actor()) as db:
        approval = editions.approval(db, found.protocol)
    st.caption(as_typed(by(found.protocol, approval)))


def _dose(found: Judged) -> list[tuple[str, str, str]]:
    """Of several findings about one number only the gravest: 90 mg that want a second clinician are unusual too."""
    seen: dict[object, tuple[str, str, str]] = {}
    for each in found.dose:
        if each.tier in DOSE:
            seen.setdefault(each.value if each.value is not None else each.id, (each.tier, "dose", each.says))
    return list(seen.values())


def _vitals(found: Judged) -> list[tuple[str, str, str]]:
    """One line for each observation, of its gravest tier alone."""
    lines = []
    for minute, breaches in found.vitals:
        shown = [each for each in breaches if each.tier in VITALS]
        if shown:
            worst = max(shown, key=severity).tier
            lines.append((worst, _when(minute), _said([each for each in shown if each.tier == worst])))
    return lines


def _said(breaches: list[Breach]) -> str:
    return " ".join(each.says for each in breaches)


def by(protocol: Protocol, approval: Approval) -> str:
    """By which protocol, who approved it, and that it decides nothing."""
    return (
        f"By protocol {protocol.id} {protocol.version}, {approval.says}. It says what its limits saw: nothing is "
        "stopped by that, nobody is paged."
    )


def _when(minute: int | None) -> str:
    if minute is None:
        return "no minute"
    return "before the dose" if minute <= 0 else f"minute {minute}"
