"""A store made large by copying: a thousand simple patients a hundred times, inside SQLite, without an audit trail."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from sqlalchemy.engine import make_url

from data_model import connection
from sample_data.bulk import AUTHOR
from sample_data.place import refuse_real

# Parents before children. What must be unique is made anew or left empty; what points to a parent moves along with it.
TABLES = ("patient", "episode", "treatment", "vital_signs", "assessment")
POINTS = {"patient_id": "patient", "episode_id": "episode", "treatment_id": "treatment"}
CACHE_KB = 1_500_000


def copies(url: str, times: int) -> None:
    """Adds `times` copies of everything that `bulk` wrote; SQLite only. Indexes are dropped and made again, because a
    million rows into a finished one cost ten times as much. Raises Refused where a real store lies."""
    place = make_url(url)
    refuse_real(place)
    connection.forget_engines()  # an open connection would keep the journal
    raw = sqlite3.connect(place.database, isolation_level=None)
    try:
        for setting in ("journal_mode = OFF", "synchronous = OFF", f"cache_size = -{CACHE_KB}"):
            raw.execute(f"PRAGMA {setting}")
        raw.execute("BEGIN")
        indexes = list(_dropped(raw))
        span = {table: _one(raw, f"SELECT coalesce(max(id), 0) FROM {table}") for table in TABLES}
        for table in TABLES:
            raw.execute(_copying(raw, table, span, times))
        for made in indexes:
            raw.execute(made)
        raw.execute("COMMIT")
        raw.execute("PRAGMA journal_mode = WAL")
    finally:
        raw.close()


def _dropped(raw: sqlite3.Connection) -> Iterator[str]:
    """The statements that make the indexes again which this drops."""
    listed = ", ".join(f"'{table}'" for table in TABLES)
    found = (
        f"SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql NOTNULL AND tbl_name IN ({listed})"
    )
    for name, sql in raw.execute(found).fetchall():
        raw.execute(f"DROP INDEX {name}")
        yield sql


def _copying(raw: sqlite3.Connection, table: str, span: dict[str, int], times: int) -> str:
    columns = [row[1] for row in raw.execute(f"PRAGMA table_info({table})")]
    values = ", ".join(_value(table, column, span) for column in columns)
    numbers = f"WITH RECURSIVE n(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM n WHERE k < {times})"
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) {numbers} "
        f"SELECT {values} FROM n CROSS JOIN {table} o WHERE o.author = '{AUTHOR}' ORDER BY k, o.id"
    )


def _value(table: str, column: str, span: dict[str, int]) -> str:
    if column == "id":
        return f"o.id + n.k * {span[table]}"
    if column in POINTS:
        return f"o.{column} + n.k * {span[POINTS[column]]}"
    if column == "key":
        return "lower(hex(randomblob(9)))"
    if column == "record_number":
        return "o.record_number || '-' || n.k"
    if column == "search_text":
        return "o.search_text || '-' || n.k"
    return "NULL" if column == "source_key" else f"o.{column}"


def _one(raw: sqlite3.Connection, query: str) -> int:
    return raw.execute(query).fetchone()[0]
