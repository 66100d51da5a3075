"""A clinic's own numbers: changing them one part at a time, making a version of them, and putting a name under it."""

from __future__ import annotations

import math
from dataclasses import replace

import streamlit as st

from clinic import editions, protocols
from clinic.editions import Altered, Version
from clinic.protocols import differences
from clinic.protocols.definition import Protocol
from clinic.protocols.limit import Limit
from clinic.protocols.parts import heading, parts, room, together
from data_model import Actor, database
from pages.shared import limits, refusals, who
from pages.shared.words import as_typed

STEPS = 10  # a number input steps through its room in about so many steps, or finer


def version_key(id: str) -> str:
    """The widget that says which version of this protocol is read; a version just made goes there first."""
    key = f"version:{id}"
    if made := st.session_state.pop(f"made:{id}", None):
        st.session_state[key] = made
    return key


# ---- approving -----------------------------------------------------------------------------------------------


def offer_approval(actor: Actor, shown: Protocol, version: Version) -> None:
    """A place for the actor's name, where it could be of use."""
    allowed = editions.capacities(actor)
    if version.approval.approved or not allowed:
        return
    with database(actor) as db:
        in_the_way = editions.in_the_way(db, shown.id, shown.version)
        before = _standing(db, shown.id)
    if in_the_way:
        st.caption(as_typed(in_the_way))
        return
    taken = {capacity for _, _, capacity, _ in version.approval.by}
    open_ = [capacity for capacity in allowed if capacity not in taken]
    if not open_:
        st.caption(as_typed(f"Not by you: {version.approval.says}."))
        return
    with st.popover(f"Approve {shown.version}", icon=":material/draw:"), refusals.in_words():
        _what_changes(before, shown)
        capacity = st.radio("I approve it as", open_, key=f"capacity:{shown.name}")
        password = st.text_input("Your password", type="password", key=f"password:{shown.name}")
        st.caption(
            as_typed(
                f"As {actor.name}, {actor.role}. With both names it holds for every treatment that starts from "
                "then on; what was judged before keeps its version."
            )
        )
        if st.button("Approve", type="primary", key=f"approve:{shown.name}"):
            with database(who.actor()) as db:
                editions.approve(db, shown.id, shown.version, capacity, password)
            st.session_state["protocol said"] = f"Version {shown.version} has your name under it."
            st.rerun()


def _standing(db, id: str) -> Protocol:
    """The version in force; where that cannot be read any more, the shipped one, so that another can be approved."""
    try:
        return editions.protocol(db, id, editions.version_in_force(db, id))
    except Altered:
        return protocols.protocol(id)


def _what_changes(before: Protocol, shown: Protocol) -> None:
    ids = [id for id, *_ in differences(before, shown)]
    if ids:
        limits.changes(
            "What would change",
            limits.named(before, shown, ids),
            f"{before.version}, in force",
            shown.version,
        )
    else:
        st.text(f"No number differs from version {before.version}, which is in force.")


# ---- changing ------------------------------------------------------------------------------------------------


def offer(shown: Protocol) -> bool:
    """Whether its limits are being changed now."""
    key = f"changing:{shown.name}"
    if not st.session_state.get(key):
        if st.button("Change limits", icon=":material/tune:", key=f"change:{shown.name}"):
            st.session_state[key] = True
            st.rerun()
        return False
    if st.button("Stop changing", icon=":material/close:", key=f"stop:{shown.name}"):
        _forget(shown)
        st.rerun()
    return True


def form(shown: Protocol, part: str) -> None:
    """The numbers of one part to be typed; what was typed in another part is kept, and all of it is listed."""
    shipped = {limit.id: limit for limit in protocols.protocol(shown.id).limits}
    typed = st.session_state.setdefault(f"typed:{shown.name}", {})
    st.subheader(as_typed(heading(part)), anchor=False)
    for measured, some in together(parts(shown)[part]).items():
        st.markdown(f"**{as_typed(measured)}**")
        with st.grid(3, min_column_width=230):
            for limit in some:
                _number(shown, limit, shipped.get(limit.id), typed)
    _make(shown, typed)


def _number(shown: Protocol, limit: Limit, shipped: Limit | None, typed: dict[str, float]) -> None:
    span = room(shipped) if shipped else None
    label = f"{limits.tier_words(limit)} {limits.SIGNS[limit.comparison]}"
    key = f"limit:{shown.name}:{limit.id}"
    if span is None:
        st.number_input(f"{label} (locked)", value=limit.value, format="%g", disabled=True, key=key)
        return
    whole = all(isinstance(each, int) for each in (shipped.value, *shipped.outer))
    kind = int if whole else float
    value = st.number_input(
        f"{label} ({span[0]:g} to {span[1]:g})",
        kind(span[0]),
        kind(span[1]),
        kind(typed.get(limit.id, limit.value)),
        1 if whole else step(*span),
        format="%d" if whole else "%g",
        help=as_typed(f"{limit.says}. Shipped: {shipped.value:g}. {limit.source} ({limit.evidence})."),
        key=key,
    )
    if value == limit.value:
        typed.pop(limit.id, None)
    else:
        typed[limit.id] = value


def step(low: float, high: float) -> float:
    """A power of ten that leaves at least STEPS steps between the two."""
    return 10.0 ** math.floor(math.log10((high - low) / STEPS)) if high > low else 1.0


def _make(shown: Protocol, typed: dict[str, float]) -> None:
    """What would change, why, and the button that makes a version of it."""
    old = shown.version.partition("+")[0] != protocols.protocol(shown.id).version
    with st.container(border=True):
        if typed:
            found = [
                (limit, replace(limit, value=typed[limit.id])) for limit in shown.limits if limit.id in typed
            ]
            limits.changes(f"Changed so far: {len(found)}", found, shown.version, "new")
        elif old:
            st.text("These numbers can be taken along as they are.")
        else:
            st.text("Nothing is changed yet.")
        reason = st.text_input("Why", key=f"why:{shown.name}", placeholder="stays with the version")
        st.caption("It holds nothing until the medical lead and a second clinician have approved it.")
        with database(who.actor()) as db:
            next_one = editions.next_version(db, shown.id)
        if st.button(f"Make version {next_one}", type="primary", key=f"make:{shown.name}"):
            with database(who.actor()) as db:
                made = editions.edit(db, shown.id, typed, reason, on=shown.version).version
            _forget(shown)
            st.session_state[f"made:{shown.id}"] = made
            st.session_state["protocol said"] = f"Version {made} is made and waits for two names."
            st.rerun()


def _forget(shown: Protocol) -> None:
    for name in [name for name in st.session_state if str(name).startswith(f"limit:{shown.name}:")]:
        del st.session_state[name]
    for name in ("changing", "typed", "why"):
        st.session_state.pop(f"{name}:{shown.name}", None)
