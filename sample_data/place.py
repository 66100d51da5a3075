"""Where a sample clinic may be put: never over a store of real people."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import URL, Engine
from sqlalchemy.exc import DatabaseError
from sqlmodel import SQLModel

from clinic.refused import Refused
from data_model import connection

_SIDE_FILES = ("-wal", "-shm")


@contextmanager
def cleared(url: URL) -> Iterator[URL]:
    """The address of an empty place to build in, which takes the place of `url` when the block ends well.

    A SQLite store is built in a file beside it and moved over it: whoever fails in between leaves the old one.
    """
    refuse_real(url)
    if url.get_backend_name() != "sqlite":
        _drop(with_driver(url))
        yield with_driver(url)
        return
    final = Path(url.database)
    beside = final.with_name(f"{final.name}.new")
    _remove(beside)
    try:
        yield url.set(database=str(beside))
        _one_file(connection.engine(url.set(database=str(beside))))
        connection.forget_engines()
        _remove(final, _SIDE_FILES)
        beside.replace(final)
    finally:
        connection.forget_engines()
        _remove(beside)


def refuse_real(url: URL) -> None:
    """Raises Refused when something lies there that does not call itself a sample clinic."""
    if url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:"):
        raise Refused("A sample clinic needs a file to live in.")
    if not _synthetic_or_empty(url):
        where = url.render_as_string(hide_password=True)
        raise Refused(f"At {where} lies something that is not a sample clinic. It stays as it is.")


def is_there(url: URL) -> bool:
    """Whether something lies there at all."""
    return not _no_file(url) and bool(_tables(url))


def _synthetic_or_empty(url: URL) -> bool:
    if _no_file(url):
        return True
    try:
        tables = _tables(url)
        return not tables or ("setting" in tables and _says_synthetic(url))
    except DatabaseError:  # a file that is no store at all
        return False


def _no_file(url: URL) -> bool:
    if url.get_backend_name() != "sqlite":
        return False
    file = Path(url.database)
    return not file.exists() or file.stat().st_size == 0


def _tables(url: URL) -> list[str]:
    with _looking(url) as engine:
        return inspect(engine).get_table_names()


def _says_synthetic(url: URL) -> bool:
    """By the newest version of the setting, whatever release wrote it."""
    with _looking(url) as engine, engine.connect() as db:
        query = "SELECT value FROM setting WHERE name = 'synthetic' ORDER BY version DESC LIMIT 1"
        found = db.execute(text(query)).scalar()
    found = json.loads(found) if isinstance(found, str) else found
    return bool(found) and found["is"] is True


@contextmanager
def _looking(url: URL) -> Iterator[Engine]:
    """An engine of its own, without the door's settings: what lies there may be anything."""
    engine = create_engine(with_driver(url))
    try:
        yield engine
    finally:
        engine.dispose()


def with_driver(url: URL) -> URL:
    return url.set(drivername="postgresql+psycopg") if url.get_backend_name() == "postgresql" else url


def _drop(url: URL) -> None:
    """Nothing clinical can be deleted row by row; a sample clinic goes with its tables."""
    connection.forget_engines()
    with _looking(url) as engine, engine.begin() as db:
        SQLModel.metadata.drop_all(db)
        db.execute(text("DROP TABLE IF EXISTS alembic_version"))


def _one_file(engine: Engine) -> None:
    with engine.connect() as db:
        db.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _remove(file: Path, suffixes: tuple[str, ...] = ("", *_SIDE_FILES)) -> None:
    for suffix in suffixes:
        file.with_name(file.name + suffix).unlink(missing_ok=True)
