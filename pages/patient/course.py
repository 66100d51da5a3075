"""Where does the course stand, on whose account, since when, and from which scores is it counted?"""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from clinic import episodes
from clinic.episodes import Stood
from clinic.outcomes.wording import plural
from data_model import Episode, database
from data_model.episodes import Stage
from pages.patient import baselines, course_facts, course_next, moving
from pages.patient.background_sheet import Sheet, popover, row, section, style
from pages.patient.seen import Seen
from pages.shared import clock, refusals, sheet, who


@st.fragment
def show(seen: Seen) -> None:
    """Runs by itself while somebody fills a form here; a save runs the whole page."""
    with refusals.in_words():
        with database(who.actor()) as db:
            stood = episodes.stages(db, seen.course)
        page = Sheet.of(seen)
        st.html(f"<style>{style()}</style>")
        with st.container(key=seen.key("course-background-sheet")):
            left, right = st.columns(2, gap="large")
            with left:
                course_facts.show(page)
            with right:
                _this_course(page, stood)
            baselines.show(page)
            _courses(seen)
            if seen.may("move records"):
                moving.merge(seen)


def _this_course(page: Sheet, stood: list[Stood]) -> None:
    seen, course = page.seen, page.seen.course
    with section("This course"):
        with row(
            course.stage.value.capitalize(),
            f"since {clock.day(course.stage_since, seen.zone)}"
            + (f": {course.end_reason}" if course.end_reason else ""),
        ):
            if page.edits:
                _change(page)
        for one in reversed(stood[:-1] if not stood[-1].goes_on else stood):
            with row("", _said(one, seen), past=True):
                pass
        with row(
            f"For {course.indication.value}, led by {seen.primary.title}",
            f"opened {clock.day(course.opened_at, seen.zone)} by {course.author or 'an import'}",
        ):
            if page.edits:
                course_next.show(page)
        for other in seen.courses[:-1]:
            if other.stage != Stage.ENDED:
                _also_open(page, other)


def _also_open(page: Sheet, other: Episode) -> None:
    """After two records became one, an older course may be open beside the current one; it is ended here."""
    opened_on = clock.day(other.opened_at, page.seen.zone)
    with row(f"Also open: {other.indication.value}, {other.stage.value}", f"opened {opened_on}", late=True):
        if page.edits:
            _end(page, other)


def _end(page: Sheet, other: Episode) -> None:
    with popover(page, "End it", f"end {other.key}") as opened:
        if not opened:
            return
        with st.form(page.key(f"end form {other.key}"), border=False):
            reason = st.text_input("Why it ended", key=page.key(f"end why {other.key}"))
            sent = st.form_submit_button("End this course", type="primary")
        if sent:
            page.save(
                "The course has ended.", lambda db: episodes.move_to(db, other.key, Stage.ENDED, reason)
            )


def _said(one: Stood, seen: Seen) -> str:
    why = f": {one.reason}" if one.reason else ""
    if one.goes_on:
        return f"{clock.day(one.since, seen.zone)}{why}, by {one.author}"
    return f"{one.stage.value} from {clock.day(one.since, seen.zone)}{why}, by {one.author or 'an import'}"


def _change(page: Sheet) -> None:
    course, zone = page.seen.course, page.seen.zone
    with popover(page, "Change stage", "stage") as opened:
        if not opened:
            return
        others = [stage for stage in Stage if stage != course.stage]
        with st.form(page.key("stage form"), border=False):
            stage = st.selectbox(
                "Stage of care", others, format_func=lambda each: each.value, key=page.key("to stage")
            )
            since = st.date_input(
                "Since",
                page.seen.as_of.astimezone(zone).date(),
                clock.EARLIEST,
                clock.LATEST,
                format="DD/MM/YYYY",
                key=page.key("stage since"),
            )
            reason = st.text_input("Why", key=page.key("stage why"), help="Needed when the course ends.")
            sent = st.form_submit_button("Change stage", type="primary")
        if sent:
            page.save(
                f"The course is in {stage.value}." if stage is not Stage.ENDED else "The course has ended.",
                lambda db: episodes.move_to(db, course.key, stage, reason, since),
            )


def _courses(seen: Seen) -> None:
    """Every course of this person, the newest first."""
    rows = [_line(seen, number, course) for number, course in enumerate(seen.courses, 1)]
    sheet.table(
        plural(len(rows), "course"),
        ("No.", "For", "Opened", "Stage", "First dose", "Last dose", "Treatments", "Ended because"),
        rows[::-1],
        marked=[0],
    )


def _line(seen: Seen, number: int, course: Episode) -> list[str]:
    mine = seen.given[seen.given["episode"] == course.key]["started_at"]
    start = seen.starts[seen.starts["episode"] == course.key]["start"]
    return [
        str(number),
        course.indication.value,
        clock.day(course.opened_at, seen.zone),
        f"{course.stage.value} since {clock.day(course.stage_since, seen.zone)}",
        _day(start.min(), seen),
        _day(mine.max(), seen),
        str(len(mine)),
        course.end_reason or "",
    ]


def _day(at: pd.Timestamp | date, seen: Seen) -> str:
    return "none" if pd.isna(at) else clock.day(at, seen.zone)
