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

# (hour of the wall clock, room) of what is planned for the day after the story.
TOMORROW = ((9.5, "Room 1"), (11.0, "Room 2"), (13.5, "Room 3"), (15.5, "Room 1"))


def leave(db: Database, written: list[Written], accounts: dict[str, Account], end: datetime, key) -> None:
    """Half a PHQ-9 of each, and the treatments that the nurse has planned for the next day."""
    waiting = [one for one in written if one.courses and one.courses[-1][1].stage == Stage.INDUCTION]
    waiting += [one for one in written if one.courses and one.courses[-1][1].stage == Stage.MAINTENANCE]
    nurses, clinicians = waiting[:2]
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
    for n, (prepared, (hour, room)) in enumerate(zip(waiting[2:], TOMORROW, strict=False)):
        at = evening + timedelta(minutes=21 + 2 * n)
        db.add(
            _treatment(
                prepared, accounts["nora"], at, utc(open_day(day_of(end)), hour), room, key("draft", 3 + n)
            )
        )
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


def _treatment(one: Written, who: Account, at: datetime, planned: datetime, room: str, key: str) -> Treatment:
    course, episode = one.courses[-1]
    return Treatment(
        key=key,
        patient_id=one.patient.id,
        episode_id=episode.id,
        planned_for=planned,
        room=room,
        substance=Substance(course.substance),
        route=Route(course.route),
        zone=ZONE_NAME,
        status=Status.DRAFT,
        author=who.name,
        author_id=who.id,
        entered_at=at,
    )
