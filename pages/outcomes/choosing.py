"""Who is looked at: the choice as widgets with the people each leaves, in the address, and kept under a name."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import streamlit as st

from clinic import cohorts
from clinic.cohorts import Choice
from clinic.refused import NotFound
from data_model import Actor, Database, database
from data_model.columns import now
from pages.shared import refusals, who
from pages.shared.words import as_typed

_READY = "cohort is chosen"
_WORDS = {
    "route": ("Route", "all routes"),
    "substance": ("Substance", "any substance"),
    "indication": ("For", "all indications"),
    "band": ("Baseline", "any baseline"),
    "clinician": ("Clinician", "all clinicians"),
    "site": ("Site", "every site"),
}
_PLAIN, _MORE = ("route", "indication"), ("substance", "band", "clinician", "site")
_USUAL = 365  # days


def _key(name: str) -> str:
    return f"cohort {name}"


def choose(actor: Actor, zone: ZoneInfo) -> Choice:
    """Draws the widgets and returns what they say; the address follows them. What an opened address says fills them,
    once."""
    with database(actor) as db:
        if _READY not in st.session_state:
            _fill(_asked(db, zone), zone)
        choice = _current(zone)
        people, left = cohorts.counts(db, choice), cohorts.options(db, choice)
        called, kept = cohorts.clinicians(db), cohorts.saved(db)
    _listed(kept, choice, zone)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.date_input("First dose between", format="DD/MM/YYYY", key=_key("period"), width=260)
        for name in _PLAIN:
            _select(name, left[name], called)
        _more(actor, choice, left, called, kept, zone)
    _to_address(choice, zone)
    _said(people, choice)
    return choice


def _asked(db: Database, zone: ZoneInfo) -> Choice:
    """An address without any condition means the last year."""
    query = st.query_params.to_dict()
    try:
        choice = cohorts.from_address(db, query)
    except NotFound as gone:
        st.warning(as_typed(str(gone)), icon=":material/bookmark_remove:")
        choice = Choice()
    if set(query) & {"cohort", *cohorts.PARAMETERS} and choice != Choice():
        return choice
    today = now().astimezone(zone).date()
    return cohorts.of_days(today - timedelta(days=_USUAL), today, zone)


def _fill(choice: Choice, zone: ZoneInfo) -> None:
    told = choice.address(zone)
    today = now().astimezone(zone).date()
    since = date.fromisoformat(told.get("from", "2000-01-01"))
    st.session_state[_key("period")] = (
        since,
        max(date.fromisoformat(told.get("to", today.isoformat())), since),
    )
    for name in _WORDS:
        st.session_state[_key(name)] = getattr(choice, name)
    st.session_state[_key("course")] = choice.course == cohorts.FIRST
    st.session_state[_READY] = True


def _current(zone: ZoneInfo) -> Choice:
    """While only one end of the period is chosen, it is that day alone."""
    period = st.session_state[_key("period")]
    days = (period if isinstance(period, tuple) else (period,)) or (now().astimezone(zone).date(),)
    chosen = {name: st.session_state.get(_key(name)) for name in _WORDS}
    course = cohorts.FIRST if st.session_state.get(_key("course")) else cohorts.ANY
    return replace(cohorts.of_days(days[0], days[-1], zone), course=course, **chosen)


def _select(name: str, left: dict[str, int], called: dict[str, str]) -> None:
    label, everything = _WORDS[name]
    chosen = st.session_state[_key(name)]
    values = list(left) if chosen is None or chosen in left else [*left, chosen]
    if name == "clinician":
        values.sort(key=lambda key: called.get(key, ""))

    def words(value: str) -> str:
        return f"{called.get(value, 'unknown') if name == 'clinician' else value} ({left.get(value, 0):,})"

    st.selectbox(
        label, values, index=None, placeholder=everything, key=_key(name), format_func=words, width=210
    )


def _more(actor: Actor, choice: Choice, left, called, kept, zone: ZoneInfo) -> None:
    count = sum(getattr(choice, name) is not None for name in _MORE) + (choice.course == cohorts.FIRST)
    label = f"More filters ({count})" if count else "More filters"
    with st.popover(label, icon=":material/filter_alt:", width="content"):
        for name in _MORE:
            _select(name, left[name], called)
        st.toggle(
            "First courses only",
            key=_key("course"),
            help="Somebody's first course of all. Otherwise each person counts by the first course in the period.",
        )
        st.divider()
        _keeping(actor, choice, kept, zone)


def _keeping(actor: Actor, choice: Choice, kept: list[cohorts.Saved], zone: ZoneInfo) -> None:
    same = _same(kept, choice, zone)
    if same is not None:
        st.caption(as_typed(f"Kept as “{same.name}” by {same.by}."))
        st.code(f"?{urlencode({'cohort': same.key})}", language=None)
        if st.button("Delete this cohort", key=_key("delete"), icon=":material/bookmark_remove:"):
            with refusals.in_words():
                with database(who.actor()) as db:
                    cohorts.delete(db, same.key)
                st.rerun()
        return
    name = st.text_input("Save this cohort as", key=_key("name"), max_chars=60, placeholder="a name for it")
    st.caption(
        "Everybody who may see this page finds it there. The address of this page leads to the same people too: "
        "no name is in it."
    )
    if st.button("Save this cohort", key=_key("save"), icon=":material/bookmark_add:"):
        with refusals.in_words():
            with database(who.actor()) as db:
                cohorts.save(db, name, choice)
            st.rerun()


def _listed(kept: list[cohorts.Saved], choice: Choice, zone: ZoneInfo) -> None:
    if not kept:
        return
    same = _same(kept, choice, zone)
    names = {each.key: each.name for each in kept}
    st.session_state[_key("saved")] = same.key if same else None
    st.pills(
        "Saved cohorts",
        list(names),
        key=_key("saved"),
        on_change=_open,
        args=(kept, zone),
        format_func=lambda key: as_typed(names[key]),
    )


def _same(kept: list[cohorts.Saved], choice: Choice, zone: ZoneInfo) -> cohorts.Saved | None:
    """The one that leads to the same widgets: a cohort without a period is shown from 2000 to today."""
    return next((each for each in kept if _whole(each.choice, zone) == _whole(choice, zone)), None)


def _whole(choice: Choice, zone: ZoneInfo) -> dict[str, str]:
    today = now().astimezone(zone).date().isoformat()
    return {"from": "2000-01-01", "to": today} | choice.address(zone)


def _open(kept: list[cohorts.Saved], zone: ZoneInfo) -> None:
    chosen = st.session_state[_key("saved")]
    for each in kept:
        if each.key == chosen:
            _fill(each.choice, zone)


def _to_address(choice: Choice, zone: ZoneInfo) -> None:
    told = choice.address(zone)
    for name in ("cohort", *cohorts.PARAMETERS):
        if name in told and st.query_params.get(name) != told[name]:
            st.query_params[name] = told[name]
        elif name not in told and name in st.query_params:
            del st.query_params[name]


def _said(people: dict[str, int], choice: Choice) -> None:
    """How many are left, and which condition costs how many."""
    text = f"{people['chosen']:,} of {people['started']:,} people who ever started"
    costs = [
        f"{people[name] - people['chosen']:,} more without {'the period' if name == 'period' else name}"
        for name in cohorts.CONDITIONS
        if choice.without(name) != choice and people[name] > people["chosen"]
    ]
    st.caption(". ".join((text, "; ".join(costs))) + "." if costs else f"{text}.")
