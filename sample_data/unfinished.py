"""What somebody was in the middle of when the year ended: drafts of the demo nurse and clinician."""

from __future__ import annotations

from datetime import datetime, timedelta

from clinic import instruments
from data_model import Account, Assessment, Database, Treatment
from data_model.columns import Status
from data_model.episodes import Stage
from data_model.treatments import Route, Substance
from sample_data.hours import ZONE_NAME, day_of, open_day, utc
from sample_data.writing import Written


def leave(db: Database, written: list[Written], accounts: dict[str, Account], end: datetime, key) -> None:
    """Half a PHQ-9 of each, and a treatment that the nurse has prepared for the next morning."""
    waiting = [one for one in written if one.courses and one.courses[-1][1].stage == Stage.INDUCTION]
    waiting += [one for one in written if one.courses and one.courses[-1][1].stage == Stage.MAINTENANCE]
    nurses, clinicians, prepared = waiting[:3]
    evening = end - timedelta(hours=6, minutes=35)
    answered = {"q1": 2, "q2": 1, "q3": 3, "q4": 2, "q5": 1}
    db.add(_phq9(nurses, accounts["nora"], evening, answered, key("draft", 1)))
    db.add(
        _phq9(
            clinicians,
            accounts["caspar"],
            evening + timedelta(minutes=9),
            {"q1": 1, "q2": 1},
            key("draft", 2),
        )
    )
    db.add(_treatment(prepared, accounts["nora"], evening + timedelta(minutes=21), end, key))
    db.flush()


def _phq9(one: Written, who: Account, at: datetime, answers: dict[str, int], key: str) -> Assessment:
    instrument = instruments.instrument("phq9")
    score = instruments.score(instrument, answers)
    return Assessment(
        key=key,
        patient_id=one.patient.id,
        episode_id=one.courses[-1][1].id,
        instrument=instrument.id,
        version=instrument.version,
        zone=ZONE_NAME,
        answers=answers,
        total=score.total,
        missing=len(score.missing),
        suicide=score.suicide,
        suicide_state=score.suicide_state,
        status=Status.DRAFT,
        author=who.name,
        author_id=who.id,
        entered_at=at,
    )


def _treatment(one: Written, who: Account, at: datetime, end: datetime, key) -> Treatment:
    course, episode = one.courses[-1]
    return Treatment(
        key=key("draft", 3),
        patient_id=one.patient.id,
        episode_id=episode.id,
        planned_for=utc(open_day(day_of(end)), 9.5),
        substance=Substance(course.substance),
        route=Route(course.route),
        ordered_mg=course.doses[-1].ordered_mg,
        zone=ZONE_NAME,
        note="Prepared for tomorrow.",
        status=Status.DRAFT,
        author=who.name,
        author_id=who.id,
        entered_at=at,
    )
