"""How others with a like beginning fared, for the band behind one person's line.

One query over the clinic's most recent like courses. Nothing of anybody else but numbers leaves it, so whoever may
see the patient may see the band: a nurse needs it as much as a clinician, and "see outcomes" is about rates.
"""

from __future__ import annotations

import pandas as pd
from sqlalchemy import ScalarSelect, Select, and_, bindparam
from sqlmodel import select

from clinic import settings, typed
from clinic.access import require
from clinic.instruments import Instrument
from clinic.outcomes import band
from clinic.outcomes.baseline import choose_each
from data_model import Assessment, Database, Episode, Treatment
from data_model.columns import COUNTED, Status

MOST = 500  # of the latest like courses: more would not move a quantile that somebody reads by eye

SCORES = {
    "course": object,
    "patient": object,
    "start": typed.TIME,
    "assessment": object,
    "instrument": object,
    "version": object,
    "taken_at": typed.TIME,
    "date_only": bool,
    "total": float,
    "prorated": bool,
    "timing": object,
    "chosen": bool,
}


def _of_first_dose(column) -> ScalarSelect:
    """Each course's first dose, by the index on its course."""
    return (
        select(column)
        .where(Treatment.episode_id == Episode.id, Treatment.status.in_(COUNTED))
        .order_by(Treatment.started_at, Treatment.id)
        .limit(1)
        .correlate(Episode)
        .scalar_subquery()
    )


def _query() -> Select:
    likes = (
        select(Episode.id, Episode.patient_id, _of_first_dose(Treatment.started_at).label("start"))
        .where(
            Episode.status != Status.VOID,
            Episode.indication == bindparam("indication"),
            Episode.primary_instrument == bindparam("instrument"),
            Episode.patient_id != bindparam("patient"),
            _of_first_dose(Treatment.route) == bindparam("route"),
            _of_first_dose(Treatment.substance) == bindparam("substance"),
        )
        .order_by(Episode.id.desc())
        .limit(MOST)
        .subquery()
    )
    return (
        select(
            likes.c.id,
            likes.c.patient_id,
            likes.c.start,
            Assessment.key,
            Assessment.instrument,
            Assessment.version,
            Assessment.taken_at,
            Assessment.date_only,
            Assessment.total,
            Assessment.prorated,
            Assessment.timing,
            Assessment.baseline_reason.is_not(None),
        )
        .join(
            Assessment,
            and_(
                Assessment.episode_id == likes.c.id,
                Assessment.instrument == bindparam("instrument"),
                Assessment.status.in_(COUNTED),
                Assessment.total.is_not(None),
            ),
        )
        .order_by(likes.c.id, Assessment.taken_at, Assessment.id)
    )


_LIKE = _query()


def like(
    db: Database, course: Episode, scale: Instrument, baseline: float, substance: str, route: str
) -> band.Expected | None:
    """The band for a person with this baseline who began by this route; None where the baseline has no band.

    The person's own courses are left out, everybody else counts once, by the first like course. Scores of another
    version of the scale are a series of their own.
    """
    require(db, "see patients")
    named = scale.band(baseline)
    if named is None:
        return None
    asked = {
        "indication": course.indication,
        "instrument": scale.id,
        "patient": course.patient_id,
        "route": route,
        "substance": substance,
    }
    zone = settings.current(db)["time_zone"]
    found = _frame([row for row in db.exec(_LIKE, params=asked) if row[5] == scale.version])
    courses, scores = _courses(found, zone), found.drop(columns="start")
    return band.expected(band.improvement(scores, courses, scale, zone=zone), named)


def _frame(rows: list) -> pd.DataFrame:
    records = [(*row[:10], row[10].value if row[10] else None, bool(row[11])) for row in rows]
    scores = typed.frame(records, SCORES)
    first = scores.drop_duplicates("patient")["course"]
    return scores[scores["course"].isin(first)]


def _courses(scores: pd.DataFrame, zone: str) -> pd.DataFrame:
    """course, start, baseline: the one somebody chose, else by docs/clinical.md B.1."""
    courses = scores.drop_duplicates("course")[["course", "patient", "instrument", "start"]]
    courses = courses.reset_index(drop=True)
    found = choose_each(scores.drop(columns=["course", "start"]), courses, zone=zone)["baseline"]
    chosen = scores[scores["chosen"]].drop_duplicates("course").set_index("course")["total"]
    picked = courses["course"].map(chosen).astype(float)
    return courses.assign(baseline=picked.where(picked.notna(), found))
