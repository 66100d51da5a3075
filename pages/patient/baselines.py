"""From which score is each scale counted: by the rule, or chosen here by a person who says why."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import streamlit as st

from clinic import episodes
from clinic.outcomes.baseline import RULE, Baseline
from clinic.outcomes.wording import number
from data_model import Assessment, database
from pages.patient.background_sheet import Sheet, popover, row, section
from pages.patient.seen import Seen
from pages.shared import clock, who


def show(page: Sheet) -> None:
    seen = page.seen
    with database(who.actor()) as db:
        by = episodes.chosen_by(db, seen.course)
        first = _first_ever(db, seen)
    with section("Baselines"):
        for name in _scales(seen):
            with row(*said(seen, name, by.get(name), first.get(name))):
                if seen.may("choose baselines"):
                    _choose(page, name, by.get(name))
        st.caption(
            f"The last complete score at or before the first dose, at most 14 days old (rule {RULE}), unless "
            "somebody chose another one."
        )


def _scales(seen: Seen) -> list[str]:
    """The leading scale, then the others of this course that come to a total, by name. A rating of change has no
    baseline: it is a comparison already."""
    mine = seen.scores[seen.scores["episode"] == seen.course.key]["instrument"].unique()
    known = [seen.catalogue[name] for name in mine]
    used = {scale.id for scale in known if scale.has_total and scale.construct != "global change"}
    used.add(seen.primary.id)
    return sorted(used, key=lambda name: (name != seen.primary.id, seen.catalogue[name].title.casefold()))


def _first_ever(db, seen: Seen) -> dict[str, Baseline]:
    """Of the course with the first dose of all, if that is not the current one."""
    if not len(seen.starts):
        return {}
    key, start = seen.starts.loc[seen.starts["start"].idxmin(), ["episode", "start"]]
    if key == seen.course.key:
        return {}
    by_rule = episodes.baselines_by_rule(seen.scores, _scales(seen), start, zone=seen.zone.key)
    course = next(each for each in seen.courses if each.key == key)
    return by_rule | episodes.chosen_baselines(db, course)


def said(seen: Seen, name: str, by: tuple[str, datetime] | None, first: Baseline | None) -> tuple[str, str]:
    """What the row says large and small."""
    title, baseline = seen.catalogue[name].title, seen.baselines.get(name)
    return f"{title}: {_value(baseline)}", " · ".join(
        part for part in (_why(baseline, by, seen.zone), _ever(first, seen.zone)) if part
    )


def _value(baseline: Baseline | None) -> str:
    return "no valid baseline" if baseline is None or baseline.total is None else number(baseline.total)


def _why(baseline: Baseline | None, by: tuple[str, datetime] | None, zone: ZoneInfo) -> str:
    if baseline is None:
        return "no score of this scale"
    why = baseline.why.removeprefix("no valid baseline: ")
    if baseline.total is None:
        return why
    taken = f"taken {clock.day(baseline.taken_at, zone)}" if baseline.taken_at is not None else ""
    if by is not None:
        why = f"chosen by {by[0]} on {clock.day(by[1], zone)}: {why.removeprefix('chosen: ')}"
    return " · ".join(part for part in (taken, why) if part)


def _ever(first: Baseline | None, zone: ZoneInfo) -> str:
    if first is None:
        return ""
    if first.total is None:
        return "first course: none"
    return f"first-ever baseline {number(first.total)}, {clock.day(first.taken_at, zone)}"


def _choose(page: Sheet, name: str, by: tuple[str, datetime] | None) -> None:
    with popover(page, "Choose", f"choose {name}") as opened:
        if not opened:
            return
        with database(who.actor()) as db:
            found = episodes.candidates(db, page.seen.course, name)
        if not found:
            st.text("This course has no complete score at or before its first dose to choose from.")
        else:
            _form(page, name, found)
        if by is not None:
            _take_back(page, name)


def _form(page: Sheet, name: str, found: list[Assessment]) -> None:
    zone = page.seen.zone
    with st.form(page.key(f"baseline form {name}"), border=False):
        chosen = st.selectbox(
            "Score",
            found,
            format_func=lambda each: (
                f"{number(each.total)} of {clock.moment(each.taken_at, zone, each.date_only)}"
            ),
            key=page.key(f"baseline {name}"),
        )
        reason = st.text_input("Why this one", key=page.key(f"baseline why {name}"))
        st.caption("A score after the first dose cannot be chosen. Chosen baselines are counted on Outcomes.")
        sent = st.form_submit_button("Make it the baseline", type="primary")
    if sent:
        page.save("Baseline chosen.", lambda db: episodes.choose_baseline(db, chosen.key, reason))


def _take_back(page: Sheet, name: str) -> None:
    with st.form(page.key(f"rule form {name}"), border=False):
        reason = st.text_input("Why the choice is taken back", key=page.key(f"rule why {name}"))
        sent = st.form_submit_button("Back to the rule")
    if sent:
        page.save(
            "Back to the rule.",
            lambda db: episodes.take_back_baseline(db, page.seen.course, name, reason),
        )
