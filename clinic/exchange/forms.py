"""A sheet under its map: the people, courses and scores it speaks of, and the problems. Nothing is stored."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from clinic.exchange.map_section import Source
from clinic.exchange.mapping import ANCHOR, BASELINE, Map
from clinic.exchange.problems import Problem
from clinic.exchange.rows import Row, Swapped
from clinic.exchange.score_cells import Found, long, totals_at_start, wide
from clinic.exchange.sheets import Sheet
from clinic.instruments import Instrument
from data_model.assessments import Timing

AT_START = "start of course"  # the occasion of a total that stands beside each later one
_FARTHEST = 40_000  # days from an anchor; more is another column
_CLOCKS_DIFFER = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Person:
    row: int
    record_number: str
    family_name: str | None
    given_name: str | None
    birth_date: date | None
    sex: str | None
    site: str | None


@dataclass(frozen=True, slots=True)
class Course:
    row: int
    record_number: str
    label: str | None
    indication: str | None
    start: date | datetime | None


@dataclass(frozen=True, slots=True)
class Form:
    """One score as the file has it. `occasion` (visit, or date) tells scores of one scale apart."""

    row: int
    column: str
    record_number: str
    label: str | None
    instrument: Instrument
    occasion: str
    taken_at: date | datetime
    timing: str | None
    answers: dict[str, int | None] | None
    total: float | None
    rater: str | None

    @property
    def says(self) -> tuple:
        """What makes two forms under one key the same."""
        given = {item: value for item, value in (self.answers or {}).items() if value is not None}
        return self.taken_at, given or self.total

    @property
    def shown(self) -> str:
        if self.answers is None:
            return f"total {self.total:g}"
        return "answers " + "".join("–" if v is None else str(v) for v in self.answers.values())


@dataclass(slots=True)
class Reading:
    """`blank` rows hold no score; `repeated` scores say what an earlier row said."""

    people: dict[str, Person] = field(default_factory=dict)
    courses: dict[tuple[str, str | None], Course] = field(default_factory=dict)
    forms: dict[str, Form] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    rows: int = 0
    blank: int = 0
    repeated: int = 0


def key(*parts: str | None) -> str:
    """The name of something in its source, the same whatever the file is called; parts cannot run together."""
    return json.dumps(parts, ensure_ascii=False)


def read(sheet: Sheet, plan: Map, zone: ZoneInfo, at: datetime) -> Reading:
    """`zone` is that of times without an offset, `at` the moment after which nothing can have happened."""
    reading = Reading(problems=list(sheet.problems), rows=len(sheet.rows) + len(sheet.problems))
    swapped = Swapped()
    for number, cells in sheet.rows:
        row = Row(number, cells, plan.decimal, plan.missing, zone, swapped)
        _read_row(row, plan, reading, at)
        reading.problems += row.problems
    reading.problems = swapped.problems() + sorted(reading.problems, key=lambda problem: problem.row)
    return reading


def _read_row(row: Row, plan: Map, reading: Reading, at: datetime) -> None:
    """Adds a row without a problem; of a row with one nothing is kept."""
    found = list(long(row, plan) if plan.long else wide(row, plan))
    at_start = list(totals_at_start(row, plan))
    scored = bool(found or at_start)
    reading.blank += not (scored or row.problems)
    record = row.value(plan.patient.record_number, needed=scored)
    if record is None:
        return
    taken_at, timing = _taken_at(row, plan) if found else None, _timing(row, plan)
    person, course = _person(row, plan, record), _course(row, plan, record, timing, taken_at, scored)
    _check_dates(row, plan, person, course, taken_at, at)
    if at_start and course.start is None:
        row.problem(_start_column(plan), "the cell is empty, and the baseline total has no other date.")
    if row.problems:
        return
    occasion, rater = _occasion(row, plan, taken_at) if found else "", row.value(plan.rater)
    forms = [_form(row, course, score, occasion, taken_at, timing, rater) for score in found]
    first = f"{AT_START}, {course.start}"
    forms += [_form(row, course, score, first, course.start, Timing.BASELINE, None) for score in at_start]
    named = {key(plan.id, record, form.instrument.id, form.occasion): form for form in forms}
    _check_against(row, plan, reading, person, course, named)
    if not row.problems:
        _keep(reading, plan, person, course, named)


def _form(row: Row, course: Course, score: Found, occasion: str, taken_at, timing, rater) -> Form:
    instrument, column, answers, total = score
    who = (course.record_number, course.label)
    return Form(row.number, column, *who, instrument, occasion, taken_at, timing, answers, total, rater)


def _keep(reading: Reading, plan: Map, person: Person, course: Course, forms: dict[str, Form]) -> None:
    _complete(reading.people, person.record_number, person)
    if plan.course is not None and (forms or course.label is not None or plan.course.label is None):
        _complete(reading.courses, (course.record_number, course.label), course)
    for name, form in forms.items():
        reading.repeated += name in reading.forms and not form.occasion.startswith(AT_START)
        reading.forms.setdefault(name, form)


def _complete(known: dict, name: Any, now: Person | Course) -> None:
    """Exports often say who somebody is in one of their rows only: later rows fill what is still missing."""
    before = known.setdefault(name, now)
    blank = {f.name: getattr(now, f.name) for f in fields(before) if getattr(before, f.name) is None}
    known[name] = replace(before, **blank)


# ---- when, who, in which course ----------------------------------------------------------------------------


def _taken_at(row: Row, plan: Map) -> date | datetime | None:
    if plan.when.date is not None:
        return row.moment(plan.when.date, needed=True)
    anchor, steps = row.moment(plan.when.anchor, needed=True), row.number_in(plan.when.steps, needed=True)
    if anchor is None or steps is None:
        return None
    days = steps * plan.when.step_days
    if days != int(days) or abs(days) > _FARTHEST:
        row.problem(
            plan.when.steps, f"{steps:g} is no number of {'weeks' if plan.when.step_days == 7 else 'days'}."
        )
        return None
    return anchor + timedelta(days=int(days))


def _occasion(row: Row, plan: Map, taken_at: date | datetime) -> str:
    if plan.when.visit is not None:
        if (visit := row.text(plan.when.visit)) is None:
            row.problem(plan.when.visit, "the cell is empty, and the map tells scores apart by it.")
        return visit or ""
    return (taken_at.astimezone(UTC) if isinstance(taken_at, datetime) else taken_at).isoformat()


def _timing(row: Row, plan: Map) -> str | None:
    if plan.timing.baseline is not None:
        text = row.text(plan.timing.baseline)
        if text is not None and text.casefold() in plan.timing.baseline_is:
            return Timing.BASELINE
    return row.value(plan.timing.marks)


def _person(row: Row, plan: Map, record: str) -> Person:
    who = plan.patient
    return Person(
        row.number,
        record,
        row.value(who.family_name),
        row.value(who.given_name),
        _birth_date(row, plan),
        row.value(who.sex),
        row.value(who.site),
    )


def _birth_date(row: Row, plan: Map) -> date | None:
    """Of a year alone, its first day: who has no name here cannot be mistaken by it."""
    if plan.patient.birth_year is None:
        return row.day(plan.patient.birth_date)
    year = plan.patient.birth_year.constant or row.whole_in(plan.patient.birth_year.column)
    if year is not None and not 1900 <= year <= 9999:
        row.problem(plan.patient.birth_year.column, f"{year} is no year of birth.")
        return None
    return year and date(year, 1, 1)


def _course(row: Row, plan: Map, record: str, timing: str | None, taken_at, scored: bool) -> Course:
    if plan.course is None:
        return Course(row.number, record, None, None, None)
    indication, label = row.value(plan.course.indication), row.value(plan.course.label, needed=scored)
    return Course(row.number, record, label, indication, _start(row, plan, timing, taken_at))


def _start(row: Row, plan: Map, timing: str | None, taken_at) -> date | datetime | None:
    start = plan.course.start
    if start == BASELINE:
        return taken_at if timing == Timing.BASELINE else None
    return row.moment(plan.when.anchor if start == ANCHOR else start)


# ---- what contradicts the calendar or an earlier row ---------------------------------------------------------


def _check_dates(row: Row, plan: Map, person: Person, course: Course, taken_at, at: datetime) -> None:
    column = plan.when.date.column if plan.when.date else plan.when.steps
    dates = [(column, taken_at)] + ([(_start_column(plan), course.start)] if plan.course else [])
    for name, day in dict.fromkeys(dates):
        if day is not None and _later(day, at, row.zone):
            row.problem(name, f"{_said(day)} lies in the future.")
    born, source = person.birth_date, _birth_source(plan)
    if born is None or source.column is None:
        return
    if born > at.astimezone(row.zone).date():
        row.problem(source.column, f"a birth on {born:%-d %b %Y} lies in the future.")
    elif taken_at is not None and _date(taken_at) < born:
        row.problem(column, f"{_said(taken_at)} lies before the birth on {born:%-d %b %Y}.")


def _later(taken_at: date | datetime, at: datetime, zone: ZoneInfo) -> bool:
    if isinstance(taken_at, datetime):
        return taken_at > at + _CLOCKS_DIFFER
    return taken_at > at.astimezone(zone).date()


def _date(taken_at: date | datetime) -> date:
    return taken_at.date() if isinstance(taken_at, datetime) else taken_at


def _said(taken_at: date | datetime) -> str:
    return f"{taken_at:%-d %b %Y %H:%M}" if isinstance(taken_at, datetime) else f"{taken_at:%-d %b %Y}"


def _check_against(row: Row, plan: Map, reading: Reading, person: Person, course: Course, forms) -> None:
    record = person.record_number
    known = reading.people.get(record)
    _check_same(row, record, known, person, _person_columns(plan))
    if plan.course is not None:
        known = reading.courses.get((record, course.label))
        columns = {"indication": plan.course.indication.column, "start": _start_column(plan)}
        _check_same(row, record, known, course, columns)
    for name, form in forms.items():
        other = reading.forms.get(name)
        if other is not None and other.says != form.says:
            row.problem(
                form.column,
                f"{form.instrument.title} has {form.shown} ({_said(form.taken_at)}) here, but row {other.row} has "
                f"{other.shown} ({_said(other.taken_at)}) for patient {record} on the same occasion, "
                f"{form.occasion}.",
            )


def _check_same(row: Row, record: str, before: Any, now: Any, columns: dict[str, str | None]) -> None:
    for name, column in columns.items():
        old, new = getattr(before, name, None), getattr(now, name)
        if old is not None and new is not None and old != new:
            row.problem(column, f"“{new}” for patient {record}, but row {before.row} says “{old}”.")


def _person_columns(plan: Map) -> dict[str, str | None]:
    names = ("family_name", "given_name", "sex", "site")
    sources = {name: getattr(plan.patient, name) for name in names} | {"birth_date": _birth_source(plan)}
    return {name: source and source.column for name, source in sources.items()}


def _birth_source(plan: Map) -> Source | None:
    return plan.patient.birth_date or plan.patient.birth_year


def _start_column(plan: Map) -> str | None:
    start = plan.when.anchor if plan.course.start == ANCHOR else plan.course.start
    return plan.timing.baseline if start == BASELINE else start and start.column
