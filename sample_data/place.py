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
        url = url.set(drivername="postgresql+psycopg")
        _drop(url)
        yield url
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
    if not is_sample(url):
        where = url.render_as_string(hide_password=True)
        raise Refused(f"At {where} lies something that is not a sample clinic. It stays as it is.")


def is_sample(url: URL) -> bool:
    """True for a place where nothing lies, too."""
    if url.get_backend_name() == "sqlite":
        if not url.database or url.database == ":memory:":
            raise Refused("A sample clinic needs a file to live in.")
        if not Path(url.database).exists() or Path(url.database).stat().st_size == 0:
            return True
    return _says_synthetic(url)


def _says_synthetic(url: URL) -> bool:
    engine = create_engine(
        url if url.get_backend_name() == "sqlite" else url.set(drivername="postgresql+psycopg")
    )
    try:
        tables = inspect(engine).get_table_names()
        if not tables:
            return True
        return "setting" in tables and _newest(engine) is True
    except DatabaseError:  # a file that is no store at all
        return False
    finally:
        engine.dispose()


def _newest(engine: Engine) -> bool | None:
    with engine.connect() as db:
        query = "SELECT value FROM setting WHERE name = 'synthetic' ORDER BY version DESC LIMIT 1"
        found = db.execute(text(query)).scalar()
    found = json.loads(found) if isinstance(found, str) else found
    return found["is"] if found else None


def _drop(url: URL) -> None:
    """Nothing clinical can be deleted row by row; a sample clinic goes with its tables."""
    connection.forget_engines()
    engine = create_engine(url)
    with engine.begin() as db:
        SQLModel.metadata.drop_all(db)
        db.execute(text("DROP TABLE IF EXISTS alembic_version"))
    engine.dispose()


def _one_file(engine: Engine) -> None:
    with engine.connect() as db:
        db.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _remove(file: Path, suffixes: tuple[str, ...] = ("", *_SIDE_FILES)) -> None:
    for suffix in suffixes:
        file.with_name(file.name + suffix).unlink(missing_ok=True)
