"""Before the dose: may it start, and what is missing? Order, questions, measurements and checks, each a row at once."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from clinic import editions
from clinic.chair import before, changes, identity, ordering
from clinic.patients import Person
from clinic.protocols import gate as gate_rules
from clinic.protocols.gate import Reason, Verdict
from data_model import database
from pages.chair import checks, gate, order, place, plan, start, taken
from pages.chair.context import Chair
from pages.shared import sheet, who
from pages.shared.words import as_typed

EVERY = "20s"  # answers and measurements expire while nobody touches the page
HEADLINES = {
    "go": ("May start", "Nothing that was answered or measured stands in the way."),
    "not complete": ("Not complete yet", "Something is missing, or too old to count."),
    "prescriber decides": ("A prescriber decides", "Start only after a prescriber has decided, by name."),
    "do not start": ("Do not start", "At least one answer or measurement says so."),
}
# How the gate words what lacks: many of one kind become one line.
UNMEASURED, UNASKED = ": not recorded, or too long ago.", ": not assessed."
FEW = 2
GROUPS = {
    "do not start": "Do not start",
    "prescriber decides": "For the prescriber",
    "not complete": "Missing",
}


def show(chair: Chair) -> None:
    place.style()
    place.refused(chair)
    plan.line(chair)
    warnings(chair)
    verdict(chair)
    with database(chair.actor) as db:
        found = before.verdict(db, chair.treatment, identified=True)
    start.button(chair, go=found.verdict == gate_rules.GO)
    order.show(chair)
    gate.today(chair)
    taken.show(chair)
    gate.measured(chair)
    gate.course(chair)
    since_last(chair)
    checks.show(chair)
    with database(chair.actor) as db:
        protocol = editions.in_force(db)
        approval = editions.approval(db, protocol)
    st.caption(as_typed(f"By protocol {protocol.id} {protocol.version}, {approval.says}."))


def warnings(chair: Chair) -> None:
    """Who else could be taken for this person (docs/clinical.md F.6)."""
    with database(chair.actor) as db:
        people = identity.similar(db, chair.patient)
        here = identity.here_today(db, people)
    if people:
        st.warning(f"**Similar names.** {as_typed(alike(people, here))}", icon=":material/group:")


def alike(people: Sequence[Person], here: set[str]) -> str:
    said = [
        f"{person.name}, {person.line}{', is treated here today' if person.key in here else ''}"
        for person in people
    ]
    return f"Also in this clinic: {'; '.join(said)}."


@st.fragment(run_every=EVERY)
def verdict(chair: Chair) -> None:
    with database(who.actor()) as db:
        found = before.verdict(db, chair.treatment, identified=True)
    place.html(in_words(found))


def in_words(found: Verdict) -> str:
    """The verdict as a card: its word, why, and what is only said."""
    title, below = HEADLINES[found.verdict]
    parts = [f"<h2>{place.text(title)}</h2><p>{place.text(below)}</p>"]
    for name, heading in GROUPS.items():
        if lines := grouped([one for one in found.reasons if one.verdict == name]):
            parts.append(f"<h3>{heading}</h3>{_list(lines)}")
    remarks = [one.says for one in found.reasons if one.verdict == gate_rules.GO]
    if remarks:
        count = f"{len(remarks)} remark{'' if len(remarks) == 1 else 's'}"
        parts.append(f"<details><summary>{count} that hold nothing up</summary>{_list(remarks)}</details>")
    kind = found.verdict.replace(" ", "-")
    return f'<section class="gate-verdict {kind}" aria-live="polite">{"".join(parts)}</section>'


def grouped(reasons: Sequence[Reason]) -> list[str]:
    """Each in its own words; measurements that lack in one line, and the questions that nobody answered yet only
    counted, for they stand below."""
    said = [one.says for one in reasons]
    lacking = [each.removesuffix(UNMEASURED) for each in said if each.endswith(UNMEASURED)]
    unasked = [each for each in said if each.endswith(UNASKED)]
    lines = [each for each in said if not each.endswith((UNMEASURED, UNASKED))]
    if lacking:
        names = [lacking[0], *(each[:1].lower() + each[1:] for each in lacking[1:])]
        lines.append(f"{', '.join(names)}{UNMEASURED}")
    few = len(unasked) <= FEW
    return lines + (unasked if few else [f"{len(unasked)} questions not answered yet."])


def _list(lines: Sequence[str]) -> str:
    return f"<ul>{''.join(f'<li>{place.text(line)}</li>' for line in lines)}</ul>"


def since_last(chair: Chair) -> None:
    """What changed: numbers to compare, none of which fills a field."""
    with database(chair.actor) as db:
        found = changes.from_last(db, chair.treatment)
        waits = ordering.waiting_one(db, chair.treatment) or ordering.current(db, chair.treatment)
    found = [each for each in found if each.before != changes.NOT_RECORDED or each.changed]
    if not found:
        st.caption("This would be the first treatment recorded for this person.")
        return
    rows = [
        (
            each.name,
            each.before,
            "" if each.now is None else each.now if waits or each.changed else "",
            "changed" if each.changed else "",
        )
        for each in found
    ]
    marked = [at for at, each in enumerate(found) if each.changed]
    with st.container(border=True):
        sheet.table("The last treatment, to compare", ("what", "then", "now", "differs"), rows, marked)
