"""Letters that left the clinic: one about the first of the cast, taken out twice. Nobody kept the files."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from clinic.letter import Chosen
from data_model import Account, Database, Letter
from sample_data.hours import day_of, open_day, utc
from sample_data.writing import Written

TO = "Dr Margaret Invented\nThe Invented Surgery\n1 Sample Street"
PLAN = "Maintenance every six weeks as long as the scores hold; the next review is in twelve weeks."
DAYS_AGO = 13
FORMS = (("pdf", timedelta(0)), ("html", timedelta(minutes=2)))


def take_out(db: Database, written: list[Written], accounts: dict[str, Account], end: datetime, key) -> None:
    one = written[0]
    course, episode = one.courses[-1]
    until = open_day(day_of(end) - timedelta(days=DAYS_AGO))
    chosen = Chosen(episode.key, TO, (course.leads,), day_of(episode.opened_at), until, plan=PLAN)
    at = utc(until, 16.25)
    db.add_all(
        _letter(one, episode.id, chosen, form, at + later, accounts["caspar"], key) for form, later in FORMS
    )
    db.flush()


def _letter(
    one: Written, episode_id: int, chosen: Chosen, form: str, at: datetime, who: Account, key
) -> Letter:
    number = key("letter", form)
    return Letter(
        key=number,
        patient_id=one.patient.id,
        episode_id=episode_id,
        recipient=chosen.recipient,
        form=form,
        chosen=chosen.stored(),
        data_as_of=at,
        fingerprint=hashlib.sha256(number.encode()).hexdigest(),
        author=who.name,
        author_id=who.id,
        entered_at=at,
    )
