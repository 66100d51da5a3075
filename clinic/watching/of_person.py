"""The facts of one person: their scores by course and scale, and what checks came to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pandas as pd
from sqlmodel import select

from clinic import episodes, flags, instruments, settings, typed
from clinic.alerts.concern import answered
from clinic.flags.facts import Check, Ended, Score, Series, SuicideAnswer
from clinic.instruments import Instrument
from clinic.outcomes.baseline import Baseline
from clinic.outcomes.counting import DAYS_AFTER_FIRST, HOURS_AFTER_DOSE, hours_since
from clinic.watching.of_events import endings
from data_model import Assessment, Database, Episode, Patient, SafetyCheck, Treatment
from data_model.columns import COUNTED, Status

FRAME = {
    "assessment": object,
    "patient": object,
    "instrument": object,
    "taken_at": typed.TIME,
    "date_only": bool,
    "total": float,
    "prorated": bool,
    "timing": object,
}


def named_by(rules: Iterable[flags.Rule]) -> set[str]:
    """The scales that some rule names."""
    return {name for rule in rules for name in (*rule.instruments, rule.instrument) if name}


def all_series(
    db: Database, patient: Patient, rules: Iterable[flags.Rule], only: Iterable[str] | None = None
) -> tuple[Series, ...]:
    """Of every course the leading scale and those that the rules name; `only` these scales."""
    found, named, there = [], named_by(rules), answered_in(db, patient)
    courses = episodes.of_patient(db, patient)
    for at, course in enumerate(courses):
        wanted = ({course.primary_instrument} | named) & there.get(course.id, set())
        wanted = wanted if only is None else wanted & set(only)
        given = doses(db, course) if wanted else ()
        of_course = [series(db, patient, course, name, given) for name in sorted(wanted)]
        found += [
            replace(one, ended=ended(db, patient, course, given, courses[at + 1 :])) if one.leads else one
            for one in of_course
        ]
    return tuple(found)


def ended(
    db: Database,
    patient: Patient,
    course: Episode,
    given: tuple[tuple[datetime, str, str], ...],
    later: list[Episode],
) -> tuple[Ended, ...]:
    """What would end a response of this course at once: everything before the next course is opened."""
    start = begin(course, given)
    if start is None:
        return ()
    until = later[0].opened_at if later else None
    return tuple(
        Ended(
            each.subject,
            each.at.astimezone(UTC),
            (each.at - start) / timedelta(days=1),
            f"{each.says} on {each.at:%-d %b %Y}",
        )
        for each in endings(db, patient)
        if until is None or each.at < until
    )


def begin(course: Episode, given: tuple[tuple[datetime, str, str], ...]) -> datetime | None:
    return min((at for at, _, _ in given), default=course.imported_start)


def answered_in(db: Database, patient: Patient) -> dict[int, set[str]]:
    """Course -> the scales that it has scores of."""
    query = select(Assessment.episode_id, Assessment.instrument).where(
        Assessment.patient_id == patient.id,
        Assessment.status.in_(COUNTED),
        Assessment.episode_id.is_not(None),
    )
    found: dict[int, set[str]] = {}
    for course, name in db.exec(query.distinct()):
        found.setdefault(course, set()).add(name)
    return found


def series(
    db: Database, patient: Patient, course: Episode, name: str, given: tuple[tuple[datetime, str, str], ...]
) -> Series:
    """One scale in one course with its doses. Scores of two versions are looked at together, by the current one's
    rules, as in the figures."""
    query = select(Assessment).where(
        Assessment.patient_id == patient.id,
        Assessment.episode_id == course.id,
        Assessment.instrument == name,
        Assessment.status.in_(COUNTED),
    )
    rows = list(db.exec(query.order_by(Assessment.taken_at, Assessment.id)))
    scale = instruments.instrument(name)
    start = begin(course, given)
    zone = settings.current(db)["time_zone"]
    frame = typed.frame([record(row) for row in rows], FRAME)
    chosen = baseline(db, patient, course, name, start, zone)
    return Series(
        course=f"episode:{course.key}",
        instrument=name,
        title=scale.title,
        scores=tuple(scores(rows, frame, [at for at, _, _ in given], start, zone)),
        baseline=chosen.total,
        baseline_at=None if chosen.taken_at is None else chosen.taken_at.to_pydatetime(),
        leads=name == course.primary_instrument,
        floor=float(scale.minimum),
        too_mild=too_mild(scale, chosen.total),
        response=scale.default_response,
        doses=given,
    )


def record(row: Assessment) -> tuple:
    timing = str(row.timing) if row.timing else None
    return (
        row.key,
        row.patient_id,
        row.instrument,
        row.taken_at,
        row.date_only,
        row.total,
        row.prorated,
        timing,
    )


def baseline(
    db: Database, patient: Patient, course: Episode, name: str, start: datetime | None, zone: str
) -> Baseline:
    """As everywhere: the one that somebody chose, else by the rule among all of the person's scores of the scale."""
    chosen = episodes.chosen_baselines(db, course)
    if name in chosen:
        return chosen[name]
    query = select(Assessment).where(
        Assessment.patient_id == patient.id, Assessment.instrument == name, Assessment.status.in_(COUNTED)
    )
    rows = db.exec(query.order_by(Assessment.taken_at, Assessment.id))
    return episodes.baselines_by_rule(
        typed.frame([record(row) for row in rows], FRAME), [name], start, zone=zone
    )[name]


def doses(db: Database, course: Episode) -> tuple[tuple[datetime, str, str], ...]:
    query = select(Treatment.started_at, Treatment.substance, Treatment.route).where(
        Treatment.episode_id == course.id, Treatment.status.in_(COUNTED)
    )
    rows = db.exec(query.order_by(Treatment.started_at))
    return tuple((at, substance.value, route.value) for at, substance, route in rows)


def scores(
    rows, frame: pd.DataFrame, given: list[datetime], start: datetime | None, zone: str
) -> Iterable[Score]:
    """With whether each may speak of response: whole, late enough after the last dose and the first one."""
    hours = after(frame, given, zone)
    days = after(frame, [start] if start else [], zone) / 24
    for at, row in enumerate(rows):
        whole = row.total is not None and not row.prorated
        late = days[at] >= DAYS_AFTER_FIRST and not hours[at] < HOURS_AFTER_DOSE
        yield Score(
            f"assessment:{row.key}", row.taken_at, float(days[at]), row.total, whole, bool(whole and late)
        )


def after(frame: pd.DataFrame, events: list[datetime], zone: str):
    """Hours from the latest of these events before each score, NaN before any."""
    who = pd.Series([frame["patient"].iloc[0]] * len(events), dtype=object)
    return hours_since(frame, who, pd.Series(events, dtype=typed.TIME), zone)


def too_mild(scale: Instrument, total: float | None) -> bool | None:
    if total is None:
        return None
    return scale.caseness is not None and total < scale.caseness


def checks(db: Database, patient: Patient) -> tuple[Check, ...]:
    """Each at noon of its day, which is all that is known."""
    query = select(SafetyCheck).where(SafetyCheck.patient_id == patient.id, SafetyCheck.status != Status.VOID)
    return tuple(
        Check(
            f"safety_check:{row.key}",
            datetime.combine(row.checked_on, time(12), tzinfo=UTC),
            str(row.kind),
            str(row.finding) if row.finding else None,
            row.value,
            row.text,
        )
        for row in db.exec(query.order_by(SafetyCheck.checked_on, SafetyCheck.id))
    )


def suicide_answers(db: Database, patient: Patient) -> tuple[SuicideAnswer, ...]:
    """Every positive or skipped one, each beside the last answer before it on the same scale."""
    query = select(Assessment).where(
        Assessment.patient_id == patient.id,
        Assessment.status.in_(COUNTED),
        Assessment.suicide_state != "not asked",
    )
    last: dict[str, int] = {}
    found = []
    for row in db.exec(query.order_by(Assessment.taken_at, Assessment.id)):
        if row.suicide_state in ("yes", "skipped"):
            scale = instruments.instrument(row.instrument, row.version)
            found.append(answered(row, scale, last.get(row.instrument)))
        if row.suicide is not None:
            last[row.instrument] = row.suicide
    return tuple(found)
