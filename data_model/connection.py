"""The one door to the store: `with database(actor) as db:`, one transaction with one actor."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import Session

from data_model import audit_trail, triggers
from data_model.actor import Actor, NoActor

DEFAULT_URL = "sqlite:///store/clinic.sqlite"
_checked: set[str] = set()
_checking = threading.Lock()


class StoreNotReady(Exception):
    """The store does not exist or does not have this release's tables; the message says what to run."""


class ChangedMeanwhile(Exception):
    """Somebody else saved the same row between reading and writing it; nothing was overwritten."""


class Locked(Exception):
    """A signed record was to be changed without an amendment; nothing was changed."""


class Database(Session):
    """A transaction that knows who acts. `reason` goes into the audit rows of what follows."""

    actor: Actor
    reason: str | None = None

    @contextmanager
    def because(self, reason: str) -> Iterator[None]:
        """Flushes at both ends, so that exactly what is changed inside carries the reason."""
        self.flush()
        self.reason = reason
        try:
            yield
            self.flush()
        finally:
            self.reason = None


audit_trail.listen(Database)


@contextmanager
def database(actor: Actor | None) -> Iterator[Database]:
    """Commits at the end, rolls back on any exception. Raises NoActor for nobody in particular,
    StoreNotReady when the store was never made or is of another release, ChangedMeanwhile on a conflict,
    Locked when a signed record was to be changed in place."""
    if not isinstance(actor, Actor):
        raise NoActor("Nobody is signed in.")
    db = Database(ready_engine(), expire_on_commit=False)
    db.actor = actor
    try:
        yield db
        db.commit()
    except StaleDataError as conflict:
        db.rollback()
        raise ChangedMeanwhile(
            "Somebody else saved the same record at this moment. Please look again."
        ) from conflict
    except DBAPIError as fault:
        db.rollback()
        if triggers.LOCKED in str(fault.orig):
            raise Locked("This record is signed. It can only be amended, with a reason.") from fault
        raise
    except BaseException:
        db.rollback()
        raise
    finally:
        db.close()


def store_url() -> URL:
    """CLINIC_DATABASE_URL, or the file store/clinic.sqlite of the working folder."""
    url = make_url(os.environ.get("CLINIC_DATABASE_URL") or DEFAULT_URL)
    if url.get_backend_name() == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    return url


def engine(url: URL | None = None) -> Engine:
    """The engine of a store, one for each address and process."""
    return _engine((url or store_url()).render_as_string(hide_password=False))


def ready_engine() -> Engine:
    """The engine of the configured store, once its tables are known to be those of this release."""
    url = store_url().render_as_string(hide_password=False)
    if url not in _checked:
        with _checking:
            from data_model import migrate  # it imports every table

            if _absent(make_url(url)):
                raise StoreNotReady(migrate.NO_STORE)
            migrate.refuse_unless_current(engine())
            _checked.add(url)
    return _engine(url)


def forget_engines() -> None:
    """Closes every connection and forgets what was checked: after a restore, and between tests."""
    for one in _made:
        one.dispose()
    _made.clear()
    _checked.clear()
    _engine.cache_clear()


_made: list[Engine] = []


@cache
def _engine(url: str) -> Engine:
    parsed = make_url(url)
    sqlite = parsed.get_backend_name() == "sqlite"
    made = _sqlite(parsed) if sqlite else create_engine(parsed, pool_pre_ping=True)
    _made.append(made)
    return made


def _sqlite(url: URL) -> Engine:
    if url.database and url.database != ":memory:":
        _private_file(Path(url.database))
    made = create_engine(url, connect_args={"check_same_thread": False})

    @event.listens_for(made, "connect")
    def _pragmas(connection, _record):
        for pragma in (
            "foreign_keys = ON",
            "journal_mode = WAL",
            "synchronous = FULL",
            "busy_timeout = 5000",
            "cache_size = -65536",
            "temp_store = MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")

    return made


def _absent(url: URL) -> bool:
    """Whether a SQLite file is not there at all; looking for it must not make it."""
    return url.get_backend_name() == "sqlite" and not Path(url.database or "").exists()


def _private_file(path: Path) -> None:
    """The store is readable by its owner only, from its first byte; SQLite's side files copy its mode."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    path.chmod(0o600)
