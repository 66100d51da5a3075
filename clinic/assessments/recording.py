"""An assessment from its first answer to the one moment at which it begins to count."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlmodel import select

from clinic import alerts, episodes, instruments, patients, settings, watching
from clinic.access import require
from clinic.assessments.reading import by_key, scores
from clinic.instruments import Instrument, Score
from clinic.instruments.items import is_date_text
from clinic.refused import BadInput
from data_model import Assessment, Database, Episode, Patient, Treatment
from data_model.assessments import How, Timing
from data_model.columns import COUNTED, Status, now

DECLINED = "The person declined to answer the rest."
RECENT_DAYS = 92  # three months


def open_draft(db: Database, patient_key: str, instrument_id: str) -> Assessment:
    """This actor's unfinished form of one instrument for one patient: the one there is, or a new one.
    The database allows no second, so that two clicks or two tabs share it."""
    require(db, "record assessments")
    patient = patients.get(db, patient_key)
    instrument = instruments.instrument(instrument_id)
    found = db.exec(
        select(Assessment).where(
            Assessment.patient_id == patient.id,
            Assessment.author_id == db.actor.account_id,
            Assessment.instrument == instrument.id,
            Assessment.status == Status.DRAFT,
        )
    ).first()
    if found is not None:
        return found
    draft = Assessment(
        patient_id=patient.id,
        episode_id=_episode_at(db, patient.id, now()),
        instrument=instrument.id,
        version=instrument.version,
        how=How.INTERVIEW if instrument.rater == "clinician" else How.SELF_REPORT,
        rater=db.actor.name if instrument.rater == "clinician" else None,
        zone=settings.current(db)["time_zone"],
        answers={},
        status=Status.DRAFT,
        author=db.actor.name,
        author_id=db.actor.account_id,
    )
    db.add(draft)
    db.flush()
    return draft


def answer(db: Database, key: str, answers: Mapping[str, int | str | None], **details: Any) -> Score:
    """Stores what is answered so far and scores it. A positive suicide answer raises its concern at once,
    on a partial form too. On a form that is finished already this changes nothing."""
    require(db, "record assessments")
    draft = by_key(db, key)
    instrument = _definition(draft)
    score = instruments.score(instrument, answers)
    if draft.status != Status.DRAFT:
        return score
    given = {item: value for item, value in answers.items() if value is not None}
    if given != draft.answers:
        draft.answers = given
        _keep(draft, instrument, score)
    for name, value in details.items():
        if getattr(draft, name) != value:
            setattr(draft, name, value)
    if draft.suicide_state == "yes":
        alerts.suicide_concern(db, draft, instrument)
    return score


def finish(
    db: Database,
    key: str,
    *,
    taken_at: datetime | date | None = None,
    how: How | None = None,
    rater: str | None = None,
    timing: Timing | None = None,
    note: str | None = None,
    total: float | None = None,
    declined: bool = False,
) -> Assessment:
    """Turns a draft into a score that counts; a second call returns the same row and changes nothing.

    `taken_at` may be a date alone, which the score then says of itself. `total` is a total copied from paper
    in place of answers. A form that is read as a level wants every question answered, unless the person
    `declined` the rest, which is noted and is never a "no". Raises BadInput; the draft stays as it is.
    """
    require(db, "record assessments")
    draft = by_key(db, key)
    if draft.status != Status.DRAFT:
        return draft
    instrument = _definition(draft)
    at, date_only = _moment(db, taken_at)
    if total is not None:
        if draft.answers:
            raise BadInput("This form has answers; a paper total would contradict them.")
        score = instruments.score_total(instrument, total)
        draft.answers, draft.how = None, How.PAPER
    else:
        if not draft.answers:
            raise BadInput(f"No item of {instrument.title} is answered yet.")
        score = instruments.score(instrument, draft.answers)
        if not declined:
            instruments.refuse_incomplete(instrument, draft.answers)
        elif score.missing:
            note = "; ".join(part for part in (note, DECLINED) if part)
        _refuse_contradiction(instrument, draft.answers, at.astimezone(settings.zone(db)).date())
    _keep(draft, instrument, score)
    draft.taken_at, draft.date_only = at, date_only
    draft.how = How.PAPER if total is not None else (how or draft.how)
    draft.rater = rater or draft.rater
    draft.note = note
    draft.timing = timing or _timing(db, draft.patient_id, at)
    # A day without a time is looked at from its end: a course opened on it has its scores of that day.
    draft.episode_id = _episode_at(db, draft.patient_id, at + timedelta(days=1) if date_only else at)
    draft.status = Status.ACTIVE
    db.flush()
    _alert(db, draft, instrument)
    return draft


def discard(db: Database, key: str) -> None:
    """An unfinished form goes out of sight, not out of the store."""
    require(db, "record assessments")
    draft = by_key(db, key)
    if draft.status == Status.DRAFT:
        draft.status, draft.void_reason = Status.VOID, "draft discarded"


def void(db: Database, key: str, reason: str) -> None:
    """Takes a finished score out of every figure and count; it stays in the table, struck through."""
    require(db, "record assessments")
    if not reason.strip():
        raise BadInput("Say why this score is wrong.")
    score = by_key(db, key)
    with db.because(reason):
        score.status, score.void_reason, score.baseline_reason = Status.VOID, reason, None
    if score.episode_id is not None and alerts.watches(score.instrument):
        _look_for_worse(db, score, _definition(score))


def record(
    db: Database,
    patient: Patient,
    instrument: Instrument,
    *,
    taken_at: datetime | date,
    answers: Mapping[str, int | str | None] | None = None,
    total: float | None = None,
    episode: Episode | None = None,
    how: How = How.IMPORT,
    rater: str | None = None,
    timing: Timing | None = None,
    source_key: str | None = None,
    zone: str | None = None,
) -> Assessment:
    """A finished score in one step, for imports and the sample clinic."""
    require(db, "record assessments")
    score = (
        instruments.score(instrument, answers)
        if answers is not None
        else instruments.score_total(instrument, total)
    )
    at, date_only = _moment(db, taken_at)
    made = Assessment(
        patient_id=patient.id,
        episode_id=episode.id if episode else None,
        instrument=instrument.id,
        version=instrument.version,
        taken_at=at,
        date_only=date_only,
        zone=zone or settings.current(db)["time_zone"],
        how=how,
        rater=rater,
        timing=timing,
        answers={k: v for k, v in answers.items() if v is not None} if answers is not None else None,
        source_key=source_key,
        author=db.actor.name,
        author_id=db.actor.account_id,
    )
    _keep(made, instrument, score)
    db.add(made)
    db.flush()
    _alert(db, made, instrument)
    return made


def _alert(db: Database, row: Assessment, instrument: Instrument) -> None:
    """What a finished score may raise."""
    if row.suicide_state in ("yes", "skipped"):
        alerts.suicide_concern(db, row, instrument)
    if row.episode_id is not None and alerts.watches(instrument.id):
        _look_for_worse(db, row, instrument)
    watching.score(db, row)


def _look_for_worse(db: Database, row: Assessment, instrument: Instrument) -> None:
    """At this score and at the latest one of its course: what was entered late may be the baseline of what is
    there already."""
    episode, patient = db.get(Episode, row.episode_id), db.get(Patient, row.patient_id)
    baseline = episodes.baseline(db, episode, scores(db, patient), instrument.id)
    latest = episodes.latest_score(db, episode, instrument.id)
    for each in {one.id: one for one in (row, latest) if one is not None and one.status in COUNTED}.values():
        alerts.if_worse(db, each, instrument, baseline)


def _keep(row: Assessment, instrument: Instrument, score: Score) -> None:
    row.total, row.prorated, row.missing = score.total, score.prorated, len(score.missing)
    row.suicide, row.suicide_state = score.suicide, score.suicide_state


def _refuse_contradiction(instrument: Instrument, answers: Mapping[str, Any], day: date) -> None:
    """The date of the last suicidal behaviour and the answer whether it was recent must tell the same story on
    the day of the form, as the clinic's calendar has it. A month or a year is recent when its first day is."""
    level = instrument.level
    for item in instrument.items if level else ():
        written = answers.get(item.id)
        if not item.is_date or not is_date_text(written):
            continue
        if written > day.isoformat()[: len(written)]:
            raise BadInput(f"{instrument.title}: {written}, the date of the behaviour, lies in the future.")
        earliest = date.fromisoformat((written + "-01-01")[:10])
        recent = (day - earliest).days <= RECENT_DAYS
        if recent and level.recent and answers.get(level.recent) == 0:
            raise BadInput(
                f"{instrument.title}: the behaviour is dated {written}, within the last three months, and the "
                "answer says that it was not. Correct one of the two."
            )


def _definition(row: Assessment) -> Instrument:
    return instruments.instrument(row.instrument, row.version)


def _moment(db: Database, taken_at: datetime | date | None) -> tuple[datetime, bool]:
    """The time of a score, and whether it is known by its date only (kept at noon in the clinic's zone)."""
    date_only = taken_at is not None and not isinstance(taken_at, datetime)
    if date_only:
        zone = settings.zone(db)
        if taken_at > now().astimezone(zone).date():
            raise BadInput(f"The date, {taken_at:%-d %b %Y}, lies in the future.")
        return datetime.combine(taken_at, time(12), tzinfo=zone), True
    at = taken_at or now()
    if at > now() + timedelta(minutes=2):
        raise BadInput(f"The time, {at:%-d %b %Y %H:%M}, lies in the future.")
    return at, False


def _episode_at(db: Database, patient_id: int, at: datetime) -> int | None:
    """A score that is entered late belongs to the course that was open when it was taken."""
    query = select(Episode).where(Episode.patient_id == patient_id, Episode.status != Status.VOID)
    found = episodes.open_at(db.exec(query.order_by(*episodes.IN_ORDER)).all(), at)
    return found.id if found else None


def _timing(db: Database, patient_id: int, at: datetime) -> Timing:
    """Before any dose a score is a candidate for the baseline; otherwise it stands between doses until
    somebody says more."""
    query = select(Treatment.id).where(
        Treatment.patient_id == patient_id, Treatment.started_at <= at, Treatment.status.in_(COUNTED)
    )
    return Timing.BASELINE if db.exec(query.limit(1)).first() is None else Timing.BETWEEN
