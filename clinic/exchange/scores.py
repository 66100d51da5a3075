"""Scores from a CSV file into the store: all or nothing, the same file twice only once."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlmodel import func, select

from clinic import assessments, patients, settings, trail
from clinic.access import require
from clinic.exchange import forms, mapping, matching, sheets
from clinic.exchange.forms import Course, Form, Person, Reading
from clinic.exchange.mapping import Map
from clinic.exchange.matching import Match, noon
from clinic.exchange.problems import Problem
from clinic.refused import BadInput
from data_model import Alert, Database, Episode, Patient
from data_model.columns import now
from data_model.episodes import Stage

PLACEHOLDER = "Imported"  # the family name of people whom the file does not name


@dataclass(slots=True)
class Report:
    """What an import did, or would do. `scores` holds one line for each instrument, `alike` one for each new
    person who may be in the store already."""

    file: str
    read_as: str
    rows: int
    blank: int
    repeated: int
    problems: list[Problem]
    left_out: int = 0  # rows
    people: int = 0
    courses: int = 0
    scores: list[str] = field(default_factory=list)
    alike: list[str] = field(default_factory=list)
    unchanged: int = 0
    withdrawn: int = 0
    alerts: int = 0
    written: bool = False
    dry_run: bool = False

    def sentences(self) -> list[str]:
        counted = {
            "{} without a score.": (self.blank, "row"),
            "{} standing there twice, with the same values.": (self.repeated, "score"),
            "{} in the store already, unchanged.": (self.unchanged, "score"),
            "{} withdrawn in the store, and left so.": (self.withdrawn, "score"),
            "{} left out.": (self.left_out, "row"),
        }
        said = [f"{self.file}: {_count(self.rows, 'row')}, {self.read_as}."]
        said += [sentence.format(_count(*what)) for sentence, what in counted.items() if what[0]]
        if self.scores:
            new = "New" if self.written else "Would be new"
            said.append(f"{new}: {_count(self.people, 'patient')}, {_count(self.courses, 'course')}.")
            said += [f"{new}: {line}." for line in self.scores]
        said += self.alike
        said += [f"{_count(self.alerts, 'alert')} opened: see Today."] if self.alerts else []
        return [*said, self._outcome()]

    def _outcome(self) -> str:
        if self.dry_run:
            return "Nothing was written: this was a dry run."
        if self.written:
            return "Written."
        if self.problems:
            return f"Nothing was written: {_count(len(self.problems), 'problem')}."
        return "Nothing was written: there is nothing new."


def import_scores(
    db: Database, file: Path, map_file: Path, *, accept_good_rows: bool = False, dry_run: bool = False
) -> Report:
    """Reads `file` under `map_file` and records what is new, in the caller's transaction.

    With any problem nothing is written, unless `accept_good_rows`: then rows with a problem are left out, but
    a problem of the whole file still stops everything. Raises BadInput when file or map cannot be read at all.
    """
    require(db, "import records")
    plan = mapping.read(map_file)
    sheet = sheets.read(file, plan.shape, plan.columns)
    zone = settings.zone(db)
    reading = forms.read(sheet, plan, plan.when.zone or zone, now())
    found = matching.match(db, plan, reading, zone)
    report = _report(file, sheet.read_as, reading, found, dry_run)
    if dry_run or not found.new_forms or not _may_write(report, accept_good_rows):
        return report
    report.alerts = _write(db, plan, found, zone, f"imported from {file.name} by the map {plan.id}")
    trail.note(db, "imported", after={"file": file.name, "map": plan.id, "scores": len(found.new_forms)})
    report.written = True
    return report


def _may_write(report: Report, accept_good_rows: bool) -> bool:
    if not report.problems:
        return True
    return accept_good_rows and not any(problem.whole_file for problem in report.problems)


def _report(file: Path, read_as: str, reading: Reading, found: Match, dry_run: bool) -> Report:
    problems = reading.problems + sorted(found.problems, key=lambda problem: problem.row)
    bad = {problem.row for problem in reading.problems} | found.left_out
    return Report(
        file=file.name,
        read_as=read_as,
        rows=reading.rows,
        blank=reading.blank,
        repeated=reading.repeated,
        problems=problems,
        left_out=len(bad - {None}),
        people=len(found.new_people),
        courses=len(found.new_courses),
        scores=_lines(found.new_forms.values()),
        alike=found.alike,
        unchanged=found.unchanged,
        withdrawn=found.withdrawn,
        dry_run=dry_run,
    )


def _lines(new: object) -> list[str]:
    """What will be stored, plainly enough to notice exchanged days and months or a wrong column."""
    by_title: dict[str, list[Form]] = defaultdict(list)
    for form in new:
        by_title[form.instrument.title].append(form)
    return [f"{len(some)} × {title}, {_span(some)}" for title, some in sorted(by_title.items())]


def _span(some: list[Form]) -> str:
    days = sorted(
        form.taken_at.date() if isinstance(form.taken_at, datetime) else form.taken_at for form in some
    )
    totals = sorted(form.total for form in some if form.total is not None)
    between = f", totals {totals[0]:g} to {totals[-1]:g}" if totals else ""
    return f"{days[0]:%-d %b %Y} to {days[-1]:%-d %b %Y}{between}"


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


# ---- writing -----------------------------------------------------------------------------------------------


def _write(db: Database, plan: Map, found: Match, zone: ZoneInfo, reason: str) -> int:
    """Stores what is new, oldest first, so that a baseline is there before what is compared with it; returns
    how many alerts that opened."""
    before = _open_alerts(db)
    with db.because(reason + _made_up(plan)):
        for person in found.new_people.values():
            found.stored[person.record_number] = _register(db, plan, person)
    spans = _spans(found.new_forms.values(), zone)
    dated = sorted(found.new_forms.items(), key=lambda named: (noon(named[1].taken_at, zone), named[1].row))
    with db.because(reason):
        for name, course in found.new_courses.items():
            found.joined[name] = _begin(
                db, plan, course, found.stored[course.record_number], spans[name], zone
            )
        for name, form in dated:
            _record(db, found, name, form, zone)
    return _open_alerts(db) - before


def _made_up(plan: Map) -> str:
    """What the audit trail must say about a date of birth that nobody told."""
    if plan.patient.birth_year is not None:
        return "; of the birth only the year is known"
    given = plan.patient.birth_date
    return "; the date of birth is a placeholder" if given and given.column is None else ""


def _open_alerts(db: Database) -> int:
    return db.exec(select(func.count()).where(Alert.closed_at.is_(None))).one()


def _register(db: Database, plan: Map, person: Person) -> Patient:
    try:
        return patients.register(
            db,
            record_number=person.record_number,
            family_name=person.family_name or PLACEHOLDER,
            given_name=person.given_name or person.record_number,
            birth_date=person.birth_date,
            sex=person.sex,
            site=person.site,
            source_key=forms.key(plan.id, person.record_number),
        )
    except BadInput as refused:
        raise BadInput(*(f"Row {person.row}: {problem}" for problem in refused.problems)) from None


def _spans(new: object, zone: ZoneInfo) -> dict[tuple[str, str | None], list[datetime]]:
    times = defaultdict(list)
    for form in new:
        times[form.record_number, form.label].append(noon(form.taken_at, zone))
    return times


def _begin(db: Database, plan: Map, course: Course, patient: Patient, times: list[datetime], zone) -> Episode:
    start = course.start and noon(course.start, zone)
    opened = min([*times, start] if start else times)
    ended = max(times) if plan.course.stage == Stage.ENDED else None
    episode = Episode(
        patient_id=patient.id,
        indication=course.indication,
        primary_instrument=plan.course.primary,
        stage=plan.course.stage,
        stage_since=ended or start or opened,
        opened_at=opened,
        imported_start=start,
        label=course.label,
        ended_at=ended,
        end_reason=plan.course.end_reason,
        source_key=matching.course_key(plan, course),
        author=db.actor.name,
        author_id=db.actor.account_id,
    )
    db.add(episode)
    db.flush()
    return episode


def _record(db: Database, found: Match, name: str, form: Form, zone: ZoneInfo) -> None:
    course = found.joined.get((form.record_number, form.label)) or matching.course_at(
        found.courses_of.get(form.record_number, []), noon(form.taken_at, zone)
    )
    timed = form.taken_at.tzinfo if isinstance(form.taken_at, datetime) else None
    assessments.record(
        db,
        found.stored[form.record_number],
        form.instrument,
        taken_at=form.taken_at,
        answers=form.answers,
        total=form.total,
        episode=course,
        rater=form.rater,
        timing=form.timing,
        source_key=name,
        zone=timed.key if isinstance(timed, ZoneInfo) else zone.key,
    )
