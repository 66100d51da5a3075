"""The least that Outcomes can cost: each course's baseline and the last score of its window, by one SQL statement and
the standard library. Days are 24 hours of UTC here, a date without an hour is midnight, nobody chose a baseline."""

from __future__ import annotations

import sqlite3
import sys

COUNTS = "IN ('active', 'signed', 'amended')"
OWN = (
    f"a.patient_id = s.person AND a.instrument = s.scale AND a.status {COUNTS} AND a.total IS NOT NULL "
    "AND NOT a.prorated"
)
STATEMENT = f"""
WITH s AS MATERIALIZED (
    SELECT e.id AS course, e.patient_id AS person, e.primary_instrument AS scale, coalesce((
        SELECT t.started_at FROM treatment t
        WHERE t.patient_id = e.patient_id AND +t.episode_id = e.id AND t.status {COUNTS}
        ORDER BY t.started_at LIMIT 1), e.imported_start) AS start
    FROM episode e WHERE e.status <> 'void')
SELECT course, person, (
    SELECT a.total FROM assessment a
    WHERE {OWN} AND a.taken_at <= s.start AND a.taken_at >= datetime(s.start, '-14 days')
    ORDER BY a.taken_at DESC LIMIT 1), (
    SELECT a.total FROM assessment a
    WHERE {OWN} AND a.taken_at < datetime(s.start, '+36 days') AND a.taken_at >= datetime(s.start, '+21 days')
        AND NOT EXISTS (
            SELECT 1 FROM treatment t WHERE t.patient_id = s.person AND t.status {COUNTS}
                AND t.started_at > datetime(a.taken_at, '-72 hours') AND t.started_at < a.taken_at)
    ORDER BY a.taken_at DESC LIMIT 1)
FROM s WHERE start IS NOT NULL
"""


def main(path: str) -> int:
    """How many courses have an endpoint."""
    store = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    store.execute("PRAGMA cache_size = -65536")
    return sum(endpoint is not None for *_, endpoint in store.execute(STATEMENT).fetchall())


if __name__ == "__main__":
    print(main(sys.argv[1]))
