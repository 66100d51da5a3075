"""The questions of Outcomes as plain SQL, for SQLite and PostgreSQL: a row object for each of 100,000 courses, and a
time parsed by itself, would cost several times the reading.

Everything is asked about courses that began. They go into a table of this connection's own, so that a first dose is
looked up once. Nothing that anybody typed is ever part of a text here: only numbers and words of ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from clinic.outcomes.baseline import WITHIN_DAYS
from clinic.outcomes.counting import HOURS_AFTER_DOSE
from clinic.outcomes.states import Window
from data_model import Database
from data_model.columns import COUNTED

COUNTS = f"IN ({', '.join(repr(status.value) for status in COUNTED)})"
AT_ONCE = 10_000
CLOCKS = 3  # hours: more than clocks are ever put forward or back
MARGIN = 2  # days, where a little more to look at costs nothing

BEGUN = """
CREATE TEMPORARY TABLE begun AS
SELECT e.id AS course, e.patient_id AS person, e.primary_instrument AS instrument,
    coalesce(f.started_at, e.imported_start) AS start,
    e.key AS episode, p.key AS patient, e.indication, f.route, f.substance, p.site, p.clinician_id AS clinician
FROM episode e JOIN patient p ON p.id = e.patient_id
LEFT JOIN treatment f ON f.id = (
    SELECT t.id FROM treatment t WHERE t.patient_id = e.patient_id AND +t.episode_id = e.id AND t.status {counts}
    ORDER BY t.started_at, t.id LIMIT 1)
WHERE e.status <> 'void' AND p.status <> 'void' AND coalesce(f.started_at, e.imported_start) IS NOT NULL{only}
"""
ALL_BEGUN = (
    "SELECT course, person, instrument, start, episode, patient, indication, route, substance, site, clinician "
    "FROM begun"
)
# What one score of the course's own scale has to be: a whole total that counts.
_OWN = (
    "a.patient_id = b.person AND a.instrument = b.instrument AND a.status {counts} "
    "AND a.total IS NOT NULL AND NOT a.prorated"
)
# The mark decides about a score without an hour only. It is no part of the index, and looking it up costs as much as
# all the rest.
_MARK = "CASE WHEN a.date_only THEN a.timing END"
BASELINES = f"""
SELECT b.course, a.id, a.taken_at, a.date_only, a.total, {_MARK}
FROM begun b CROSS JOIN assessment a
WHERE {_OWN} AND a.taken_at >= {{since}} AND a.taken_at <= {{until}} AND (a.date_only OR a.taken_at < {{started}})
"""
CHOSEN = """
SELECT a.episode_id, a.instrument, a.total FROM assessment a WHERE a.baseline_reason IS NOT NULL
"""
# Scores about which the calendar or a missing hour decides: the rules are asked about each.
DOUBTFUL = f"""
CREATE TEMPORARY TABLE doubtful AS
SELECT b.course, b.person, a.id, a.taken_at, a.date_only, a.total, {_MARK} AS timing
FROM begun b CROSS JOIN assessment a
WHERE {_OWN} AND a.taken_at >= {{since}} AND a.taken_at <= {{until}}
    AND (a.date_only OR a.taken_at >= {{edge}})
"""
ALL_DOUBTFUL = "SELECT course, id, taken_at, date_only, total, timing FROM doubtful"
# Of those that have an hour and lie before the edge the last with no dose in the 72 hours before it is the one that
# counts, or none is. Two may have been taken at the same moment.
LAST = f"""
WITH found AS (
    SELECT b.course, b.person, b.instrument, (
        SELECT a.taken_at FROM assessment a
        WHERE {_OWN} AND NOT a.date_only AND a.taken_at >= {{since}} AND a.taken_at < {{edge}}
            AND NOT EXISTS (
                SELECT 1 FROM treatment t WHERE t.patient_id = b.person AND t.status {{counts}}
                    AND t.started_at >= {{long_before}} AND t.started_at < {{moment}})
        ORDER BY a.taken_at DESC LIMIT 1) AS at
    FROM begun b)
SELECT b.course, a.id, a.taken_at, a.date_only, a.total, NULL
FROM found b CROSS JOIN assessment a WHERE {_OWN} AND a.taken_at = b.at AND NOT a.date_only
"""
DOSES = """
SELECT DISTINCT d.person, t.started_at FROM doubtful d CROSS JOIN treatment t
WHERE t.patient_id = d.person AND t.status {counts} AND t.started_at >= {since} AND t.started_at <= {until}
"""


def rows(db: Database, statement: str) -> list[tuple]:
    """As the driver gives them: times are texts on SQLite, see `times`."""
    return list(_rows(db, statement))


def _rows(db: Database, statement: str) -> Iterator[tuple]:
    cursor = run(db, statement)
    try:
        while some := cursor.fetchmany(AT_ONCE):
            yield from some
    finally:
        cursor.close()


def run(db: Database, statement: str):
    cursor = db.connection().connection.cursor()
    cursor.execute(statement)
    return cursor


def times(values: Sequence) -> np.ndarray:
    """Moments of UTC as numpy's, in microseconds; NaT where there is none."""
    if any(isinstance(value, str) for value in values[:1] or ()):
        return np.array(values, "datetime64[us]")
    return (
        pd.to_datetime(pd.Series(list(values), dtype=object), utc=True)
        .dt.tz_localize(None)
        .to_numpy("M8[us]")
    )


def begun(db: Database, people: Sequence[int] | None = None) -> str:
    only = "" if people is None else f" AND e.patient_id IN ({', '.join(str(int(one)) for one in people)})"
    return BEGUN.format(counts=COUNTS, only=only)


def baselines(db: Database) -> str:
    """Wider than the rule on both sides: it is the rule that chooses."""
    return BASELINES.format(
        counts=COUNTS,
        since=_days(db, "b.start", -WITHIN_DAYS - MARGIN),
        until=_days(db, "b.start", MARGIN),
        started=_second(db, "b.start", 1),
    )


def doubtful(db: Database, window: Window) -> str:
    return DOUBTFUL.format(counts=COUNTS, **_bounds(db, window))


def last(db: Database, window: Window) -> str:
    moment = _second(db, "a.taken_at")
    return LAST.format(
        counts=COUNTS,
        moment=moment,
        long_before=_second(db, "a.taken_at", -HOURS_AFTER_DOSE * 3600 + 1),
        **_bounds(db, window),
    )


def doses(db: Database) -> str:
    """Those that could make a doubtful score too early."""
    before = -(HOURS_AFTER_DOSE // 24) - MARGIN
    return DOSES.format(
        counts=COUNTS, since=_days(db, "d.taken_at", before), until=_days(db, "d.taken_at", MARGIN)
    )


def _bounds(db: Database, window: Window) -> dict[str, str]:
    first, final = window.day - window.either_side, window.day + window.either_side
    return {
        "since": _hours(db, "b.start", 24 * (first - 1) - CLOCKS),
        "edge": _hours(db, "b.start", 24 * final - CLOCKS),
        "until": _hours(db, "b.start", 24 * (final + 1) + CLOCKS),
    }


def _days(db: Database, at: str, days: int) -> str:
    return _hours(db, at, 24 * days)


def _hours(db: Database, at: str, hours: int) -> str:
    if _sqlite(db):
        return f"datetime({at}, '{hours:+d} hours')"
    return f"({at} + interval '{hours} hours')"


def _second(db: Database, at: str, more: int = 0) -> str:
    """The whole second of a moment, `more` seconds later: the rules compare whole seconds."""
    if _sqlite(db):
        return f"datetime({at}, '{more:+d} seconds')"
    return f"(date_trunc('second', {at}) + interval '{more} seconds')"


def _sqlite(db: Database) -> bool:
    return db.get_bind().dialect.name == "sqlite"
