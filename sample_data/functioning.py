"""How people live: WSAS before the first dose and about every four weeks, and PGI-C with each later one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import numpy as np

from clinic import instruments
from clinic.instruments import Instrument
from data_model import Assessment, Database
from data_model.assessments import How
from data_model.columns import Status
from sample_data import answers
from sample_data.writing import Written

EVERY = timedelta(days=24)  # with the first form of the leading scale after so long
ASKED = 0.8  # of courses; in the others nobody thought of it
LATER = timedelta(minutes=3)  # after the form of the leading scale, by the same hand


def ask(db: Database, rng: np.random.Generator, written: list[Written], end: datetime, key: Callable) -> None:
    """Adds the forms beside those of the leading scale that are there already."""
    known = instruments.catalogue()
    rows = []
    for one in written:
        for number, (course, episode) in enumerate(one.courses):
            leading = [s for s in one.scores if s.episode_id == episode.id and s.instrument == course.leads]
            if not course.doses or len(leading) < 2 or rng.random() > ASKED:
                continue
            for n, form in enumerate(_occasions(leading, course.doses[0].at)):
                where = (one.person.number, number, n)
                rows.append(_wsas(rng, known["wsas"], form, known[course.leads], key("wsas", *where)))
                if n and form.taken_at > course.doses[0].at:
                    rows.append(_pgi_c(rng, known["pgi_c"], form, leading[0], key("pgi_c", *where)))
    db.add_all(row for row in rows if row.entered_at < end)
    db.flush()


def _occasions(leading: list[Assessment], first_dose: datetime) -> Iterator[Assessment]:
    """The last form before the first dose, then one every few weeks."""
    timed = [s for s in leading if s.status == Status.ACTIVE and s.total is not None and not s.date_only]
    before = [s for s in timed if s.taken_at <= first_dose]
    last = before[-1] if before else None
    if last is not None:
        yield last
    for form in timed:
        if form.taken_at > first_dose and (last is None or form.taken_at - last.taken_at >= EVERY):
            last = form
            yield form


def _wsas(
    rng: np.random.Generator, scale: Instrument, form: Assessment, led: Instrument, key: str
) -> Assessment:
    """About as ill as the leading scale says, and slower to change than it."""
    share = (form.total - led.minimum) / (led.maximum - led.minimum)
    total = int(np.clip(round(4 + 36 * share + rng.normal(0, 3)), 0, scale.maximum))
    return _row(scale, form, answers.spread(rng, scale, total, answers.leanings(rng, scale), {}), key)


def _pgi_c(
    rng: np.random.Generator, scale: Instrument, form: Assessment, first: Assessment, key: str
) -> Assessment:
    """By the fall of the leading scale since its first form."""
    fall = (first.total - form.total) / max(first.total, 1)
    rating = int(np.clip(round(4 - 4 * fall + rng.normal(0, 0.5)), scale.minimum, scale.maximum))
    return _row(scale, form, {"q1": rating}, key)


def _row(scale: Instrument, form: Assessment, given: dict[str, int], key: str) -> Assessment:
    score = instruments.score(scale, given)
    return Assessment(
        key=key,
        patient_id=form.patient_id,
        episode_id=form.episode_id,
        instrument=scale.id,
        version=scale.version,
        taken_at=form.taken_at + LATER if form.timing != "pre-dose" else form.taken_at - LATER,
        zone=form.zone,
        how=How.SELF_REPORT,
        timing=form.timing,
        answers=given,
        total=score.total,
        prorated=score.prorated,
        missing=len(score.missing),
        suicide=score.suicide,
        suicide_state=score.suicide_state,
        author=form.author,
        author_id=form.author_id,
        entered_at=form.entered_at + LATER,
    )
