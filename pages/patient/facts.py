"""The line that always stands under a person's name, and the question that a long gap between treatments asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from html import escape
from pathlib import Path

import streamlit as st

from clinic.episodes import Header
from clinic.outcomes.wording import plural
from pages.patient import gap
from pages.patient.seen import Seen
from pages.shared.kept import kept


@dataclass(frozen=True, slots=True)
class Fact:
    """`state` is "" for what is recorded, "missing" for what is not, "wants" for what somebody should look at."""

    what: str
    says: str
    state: str = ""


def line(seen: Seen) -> None:
    today = seen.as_of.astimezone(seen.zone).date()
    st.html(kept(seen.key("kept header"), _html, seen.header, today))
    if seen.proposed:
        gap.show(seen, seen.proposed)


def of_header(header: Header, today: date) -> list[Fact]:
    """Always the same four, in the same order; consents take one place however many there are."""
    return [_clinician(header), _safety_plan(header, today), _consent(header), _review(header, today)]


def _clinician(header: Header) -> Fact:
    if header.clinician is None:
        return Fact("responsible", "nobody", "wants")
    gone = "" if header.works_here else ", no longer works here"
    return Fact("responsible", header.clinician + gone, "wants" if gone else "")


def _safety_plan(header: Header, today: date) -> Fact:
    if header.safety_plan_on is None:
        return Fact("safety plan", "none recorded", "missing")
    days = (today - header.safety_plan_on).days
    return Fact("safety plan", f"{_day(header.safety_plan_on)} ({_old(days)})")


def _consent(header: Header) -> Fact:
    if not header.consents:
        return Fact("consent", "none recorded for this course", "missing")
    withdrawn = any(gone for _, _, gone in header.consents)
    return Fact("consent", ", ".join(_one(*each) for each in header.consents), "wants" if withdrawn else "")


def _one(to_what: str, given: date, withdrawn: date | None) -> str:
    return f"to {to_what} withdrawn {_day(withdrawn)}" if withdrawn else f"to {to_what} {_day(given)}"


def _review(header: Header, today: date) -> Fact:
    if header.next_review_on is None:
        return Fact("next review", "none planned", "missing")
    late = (today - header.next_review_on).days
    if late > 0:
        return Fact(
            "next review", f"{_day(header.next_review_on)}, overdue by {plural(late, 'day')}", "wants"
        )
    return Fact("next review", "today" if late == 0 else _day(header.next_review_on))


def _old(days: int) -> str:
    return "today" if days == 0 else plural(days, "day")


def _day(on: date) -> str:
    return f"{on:%-d %b %Y}"


def _html(header: Header, today: date) -> str:
    facts = "".join(
        f"<div class='{fact.state}'><dt>{escape(fact.what)}</dt><dd>{escape(fact.says)}</dd></div>"
        for fact in of_header(header, today)
    )
    return f'<style>{_style()}</style><dl class="header-facts">{facts}</dl>'


@cache
def _style() -> str:
    return Path(__file__).with_name("facts.css").read_text(encoding="utf-8")
