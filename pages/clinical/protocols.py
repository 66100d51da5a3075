"""By which limits do we treat, and who approved them?"""

from __future__ import annotations

import streamlit as st

from clinic import editions, protocols, settings
from clinic.access import can
from clinic.editions import Version
from clinic.protocols import differences
from clinic.protocols.definition import Protocol
from clinic.protocols.measures import ROUTES
from clinic.protocols.parts import ANY_ROUTE, heading, parts
from data_model import database
from pages.shared import clock, limits, protocol_changes, protocol_tables, refusals, sheet, who
from pages.shared.words import as_typed

actor = who.actor()
ORDERS, REST = "Orders", "Everything else"


def title_of(id: str) -> str:
    return protocols.protocol(id).title


def status(in_use: str, found: list[Version]) -> None:
    """What judges today's treatments, in one card."""
    now = next(each for each in found if each.in_force)
    chosen = protocols.protocol(in_use)
    with st.container(border=True, key=f"{'' if now.approval.approved else 'card-'}in_force"):
        st.header(as_typed(f"In force: {chosen.title}, version {now.version}"), anchor=False)
        st.text(chosen.says)
        if now.approval.approved:
            st.success(as_typed(sentence(now)), icon=":material/verified:")
        else:
            st.warning(
                as_typed(
                    f"{sentence(now)} It may be used under this notice. It is approved when the medical lead and a "
                    "second clinician have signed it here."
                ),
                icon=":material/edit_note:",
            )
        for each in waiting(found):
            st.info(
                as_typed(f"Version {each.version} waits and holds nothing yet: {each.approval.says}."),
                icon=":material/hourglass_top:",
            )
        if left := left_behind(found):
            st.warning(
                as_typed(
                    f"The clinic's approved version {left.version} stands on {left.base_version}; this release "
                    f"brought {chosen.version}. Choose {left.version} and take its numbers along, or the shipped "
                    "ones hold."
                ),
                icon=":material/history:",
            )


def sentence(version: Version) -> str:
    said = version.approval.says
    return f"{said[:1].upper()}{said[1:]}."


def waiting(found: list[Version]) -> list[Version]:
    """Versions of the clinic made after the one in force; the list has the newest first."""
    at = next(place for place, each in enumerate(found) if each.in_force)
    return [each for each in found[:at] if not each.shipped]


def left_behind(found: list[Version]) -> Version | None:
    """The clinic's last approved version, where a newer shipped one took over from it."""
    now = next(each for each in found if each.in_force)
    older = [each for each in found if not each.shipped and each.approval.approved]
    return older[0] if older and now.shipped and older[0].base_version != now.version else None


def choose(in_use: str) -> tuple[str, list[Version], Version, str | None]:
    """Protocol, its versions, the one to read and the one to compare it with."""
    known = list(protocols.catalogue())
    asked = st.query_params.get("protocol")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        id = st.selectbox(
            "Protocol",
            known,
            known.index(asked if asked in known else in_use),
            format_func=lambda each: f"{title_of(each)} ({each})",
            key="protocol to read",
            width=300,
        )
        with database(actor) as db:
            found = editions.versions(db, id)
        by_name = {each.version: each for each in found}
        version = st.selectbox(
            "Version",
            list(by_name),
            first(list(by_name), by_name),
            format_func=lambda each: label(by_name[each]),
            key=protocol_changes.version_key(id),
            width=300,
        )
        other = st.selectbox(
            "Compare with",
            [each for each in by_name if each != version]
            + [f"{each} as shipped" for each in known if each != id],
            None,
            placeholder="nothing",
            key=f"compare:{id}",
            width=220,
        )
    return id, found, by_name[version], other


def first(names: list[str], by_name: dict[str, Version]) -> int:
    """The version that the address names, or the one in force."""
    asked = st.query_params.get("version")
    if asked in names:
        return names.index(asked)
    return next(place for place, name in enumerate(names) if by_name[name].in_force)


def label(version: Version) -> str:
    signed = "approved" if version.approval.approved else "not approved"
    state = "in force" if version.in_force else signed
    return f"{version.version} · {'as shipped, ' if version.shipped else ''}{state}"


def read(id: str, version: str) -> Protocol:
    with database(actor) as db:
        return editions.protocol(db, id, version)


def about(version: Version, chosen: Protocol, shipped: Protocol, in_use: str) -> None:
    """Where this version comes from, who signed it, and what can be done with it."""
    st.header(as_typed(f"{chosen.title}, version {chosen.version}"), anchor=False)
    if version.shipped:
        checked = (
            f"Checked by {chosen.checked_by}." if chosen.checked_by else "Not yet checked by a clinician."
        )
        said = f"As shipped. {checked} Next review {chosen.next_review:%-d %b %Y}."
    else:
        with database(actor) as db:
            day = clock.day(version.made_at, settings.zone(db))
        said = (
            f"Made by {version.made_by} on {day}, from {version.base_version} as shipped: “{version.reason}”"
        )
    st.text(said)
    if not (version.in_force and version.protocol == in_use):
        st.caption(as_typed(sentence(version)))
    if not version.shipped:
        ids = [id for id, *_ in differences(shipped, chosen)]
        limits.changes(
            f"What differs from {shipped.version} as shipped: {len(ids) or 'nothing'}",
            limits.named(shipped, chosen, ids),
            f"{shipped.version} as shipped",
            f"{chosen.version}",
        )


def compare(chosen: Protocol, other: str) -> None:
    name, _, rest = other.partition(" ")
    against = protocols.protocol(name) if rest else read(chosen.id, other)
    ids = [id for id, *_ in differences(against, chosen)]
    if not ids:
        st.info(as_typed(f"The numbers of {against.name} and {chosen.name} are the same."))
        return
    limits.changes("Numbers that differ", limits.named(against, chosen, ids), against.name, chosen.name)


def pick(chosen: Protocol) -> str:
    """The part to look at; orders have one for each route."""
    by_part = parts(chosen)
    orders = [name for name in (ANY_ROUTE, *ROUTES) if by_part[name]]
    names = [name for name in by_part if name not in orders]
    part = st.segmented_control(
        "Part", [*names, ORDERS, REST], default=names[0], key="part", required=True, width="stretch"
    )
    if part != ORDERS:
        return part
    return st.segmented_control("By route", orders, default=orders[1], key="route of orders", required=True)


def history(found: list[Version]) -> None:
    with database(actor) as db:
        zone = settings.zone(db)
    rows = [
        (
            each.version,
            f"{each.made_by}, {clock.day(each.made_at, zone)}" if not each.shipped else "as shipped",
            each.reason or "",
            sentence(each),
        )
        for each in found
    ]
    marked = [at for at, each in enumerate(found) if each.in_force]
    sheet.table("All versions", ("version", "made by", "why", "approval"), rows, marked)


st.title("Protocols", anchor=False)
st.caption(
    "Each number has its source and says how far it can be trusted: published (somebody read it in its source), "
    "unverified (from memory), ours (no source states it). The software states what a limit saw; the clinician decides."
)
if said := st.session_state.pop("protocol said", None):
    st.toast(said, icon=":material/check_circle:")
with database(actor) as db:
    in_use = settings.current(db)["protocol"]
    in_use_versions = editions.versions(db, in_use)
status(in_use, in_use_versions)
id, found, version, other = choose(in_use)
shown = read(id, version.version)
shipped = protocols.protocol(id, version.base_version or version.version)
about(version, shown, shipped, in_use)
with refusals.in_words(), st.container(horizontal=True):
    protocol_changes.offer_approval(actor, shown, version)
    changing = can(actor, "edit protocols") and protocol_changes.offer(shown)
if other:
    compare(shown, other)
part = pick(shown)
if part == REST:
    protocol_tables.rest(shown)
elif changing:
    with refusals.in_words():
        protocol_changes.form(shown, part)
else:
    limits.table(heading(part), parts(shown)[part], shipped)
    protocol_tables.beside(shown, part)
history(found)
