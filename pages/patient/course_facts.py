"""What stands in the header and is put right here: who is responsible, safety plan, next review, goal, consent."""

from __future__ import annotations

from datetime import date

import streamlit as st

from clinic import episodes
from clinic.episodes import Consented, Header
from data_model import database
from pages.patient.background_sheet import Sheet, popover, row, section, words
from pages.patient.facts import Fact, of_header
from pages.shared import clock, who


def show(page: Sheet) -> None:
    seen = page.seen
    with database(who.actor()) as db:
        header = episodes.header(db, seen.patient, seen.course)
        given = episodes.consents(db, seen.course)
    today = seen.as_of.astimezone(seen.zone).date()
    clinician, plan, _, review = of_header(header, today)
    with section("Responsible, plans, goal"):
        with _fact(clinician):
            if page.edits:
                _clinician(page, header)
        with _fact(plan):
            if page.edits:
                _safety_plan(page, header, today)
        with _fact(review):
            if page.edits:
                _review(page, header)
        goal = f"“{header.goal}”" if header.goal else "None written down"
        with row(goal, "goal, in the patient's own words", past=not header.goal):
            if page.edits:
                _goal(page, header)
    _consents(page, given, today)


def _fact(fact: Fact):
    return row(
        fact.says[:1].upper() + fact.says[1:],
        fact.what,
        past=fact.state == "missing",
        late=fact.state == "wants",
    )


def _clinician(page: Sheet, header: Header) -> None:
    with popover(page, "Change", "clinician") as opened:
        if not opened:
            return
        with database(who.actor()) as db:
            known = dict(episodes.clinicians(db))
        now = page.seen.patient.clinician_id
        if now is not None:
            known.setdefault(now, f"{header.clinician}, who has left")
        with st.form(page.key("clinician form"), border=False):
            chosen = st.selectbox(
                "Responsible clinician",
                list(known),
                list(known).index(now) if now in known else None,
                format_func=known.get,
                placeholder="Nobody",
                key=page.key("clinician id"),
            )
            sent = st.form_submit_button("Save", type="primary")
        if sent and chosen != now:
            page.save("Saved.", lambda db: episodes.assign_clinician(db, page.seen.patient.key, chosen))


def _safety_plan(page: Sheet, header: Header, today: date) -> None:
    patient = page.seen.patient.key
    if header.safety_plan_on != today and st.button(
        "Gone through today", key=page.key("plan today"), type="tertiary"
    ):
        page.save("Safety plan dated today.", lambda db: episodes.record_safety_plan(db, patient, today))
    with popover(page, "Another day", "plan") as opened:
        if opened:
            on = _dated(page, "plan", "Made or gone through on", header.safety_plan_on)
            if on is not _UNSENT:
                page.save("Saved.", lambda db: episodes.record_safety_plan(db, patient, on))


def _review(page: Sheet, header: Header) -> None:
    with popover(page, "Change", "review") as opened:
        if opened:
            on = _dated(page, "review", "Next review on", header.next_review_on)
            if on is not _UNSENT:
                page.save("Saved.", lambda db: episodes.set_next_review(db, page.seen.course.key, on))


_UNSENT = object()


def _dated(page: Sheet, name: str, label: str, now: date | None):
    """The date once it is sent, which may be none; else `_UNSENT`."""
    with st.form(page.key(f"{name} form"), border=False):
        on = st.date_input(
            label, now, clock.EARLIEST, clock.LATEST, format="DD/MM/YYYY", key=page.key(f"{name} day")
        )
        sent = st.form_submit_button("Save", type="primary")
    return on if sent else _UNSENT


def _goal(page: Sheet, header: Header) -> None:
    with popover(page, "Change", "goal") as opened:
        if not opened:
            return
        with st.form(page.key("goal form"), border=False):
            said = st.text_area(
                "One goal, in the patient's own words",
                header.goal or "",
                key=page.key("goal words"),
                height=90,
            )
            sent = st.form_submit_button("Save", type="primary")
        if sent:
            page.save("Saved.", lambda db: episodes.set_goal(db, page.seen.course.key, said))


# ---- consent -----------------------------------------------------------------------------------------------


def _consents(page: Sheet, given: list[Consented], today: date) -> None:
    with section("Consent", (lambda: _add(page, today)) if page.edits else None):
        if not given:
            words("", "None recorded for this course.")
        for one in given:
            with row(f"To {one.to_what}", _said(one), past=one.withdrawn_on is not None):
                if page.edits:
                    _edit(page, one, today)


def _said(one: Consented) -> str:
    parts = [
        f"given {one.given_on:%-d %b %Y}",
        f"form {one.form_version}" if one.form_version else "",
        f"withdrawn {one.withdrawn_on:%-d %b %Y}" if one.withdrawn_on else "",
    ]
    return " · ".join(part for part in parts if part)


def _add(page: Sheet, today: date) -> None:
    with popover(page, "Add", "add consent here", ":material/add:") as opened:
        if not opened:
            return
        with st.form(page.key("consent form"), border=False):
            to_what = st.text_input("Consent to", key=page.key("consent to"))
            on = st.date_input(
                "Given on",
                today,
                clock.EARLIEST,
                clock.LATEST,
                format="DD/MM/YYYY",
                key=page.key("consent on"),
            )
            version = st.text_input("Version of the form", key=page.key("consent version"))
            sent = st.form_submit_button("Save", type="primary")
        if sent:
            page.save(
                "Saved.", lambda db: episodes.add_consent(db, page.seen.course.key, to_what, on, version)
            )


def _edit(page: Sheet, one: Consented, today: date) -> None:
    with popover(page, "Change", f"consent {one.key}") as opened:
        if not opened:
            return
        if one.withdrawn_on is None:
            with st.form(page.key(f"withdraw {one.key}"), border=False):
                on = st.date_input(
                    "Withdrawn on",
                    today,
                    clock.EARLIEST,
                    clock.LATEST,
                    format="DD/MM/YYYY",
                    key=page.key(f"withdrawn {one.key}"),
                )
                sent = st.form_submit_button("Withdrawn", type="primary")
            if sent:
                page.save("Consent withdrawn.", lambda db: episodes.withdraw_consent(db, one.key, on))
        with st.form(page.key(f"take out {one.key}"), border=False):
            why = st.text_input("Entered by mistake: why?", key=page.key(f"mistake {one.key}"))
            if st.form_submit_button("Take it out"):
                page.save("Taken out.", lambda db: episodes.void_consent(db, one.key, why))
