"""A SQLite store copied while it runs, checked, and put back. A PostgreSQL store has its own tools for that."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from clinic import trail
from clinic.access import require
from clinic.accounts import sessions
from clinic.refused import Refused
from data_model import Database, connection
from data_model.columns import now


@dataclass(frozen=True, slots=True)
class Copy:
    """A store's file, opened and counted. `checksum` is "matches" or "none" (no .sha256 beside it)."""

    path: Path
    revision: str
    rows: dict[str, int]
    checksum: str = "none"

    @property
    def sentence(self) -> str:
        some = ", ".join(f"{self.rows[t]} {t}" for t in ("patient", "treatment", "assessment", "audit"))
        return f"{self.path.name}: sound, {sum(self.rows.values())} rows ({some}), tables of {self.revision}"


def store_file() -> Path:
    """The configured store's file. Raises Refused for PostgreSQL."""
    url = connection.store_url()
    if url.get_backend_name() != "sqlite":
        raise Refused(
            "This store is a PostgreSQL database: back it up with pg_dump, and bring it back with pg_restore."
        )
    return Path(url.database)


def make(db: Database, folder: Path) -> Copy:
    """Copies the running store into `folder` under a name with the time (UTC), checks the copy, and puts its
    SHA-256 beside it. Half a copy never bears the final name."""
    require(db, "change settings")
    store = store_file()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = copied(store, folder / f"clinic-{_stamp(now())}.sqlite")
    _checksum_file(made.path).write_text(f"{_sha256(made.path)}  {made.path.name}\n")
    trail.note(db, "backed up", after={"file": made.path.name, "rows": sum(made.rows.values())})
    return made


def copied(source: Path, target: Path) -> Copy:
    """One consistent copy by SQLite's online backup, readable by its owner only, checked before it counts."""
    if target.exists():
        raise Refused(f"{target} exists already; nothing was overwritten.")
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600))
    with closing(_opened(source)) as old, closing(sqlite3.connect(part)) as new:
        old.backup(new)
        new.execute("PRAGMA journal_mode = DELETE")  # one file, without side files
    found = _examined(part)
    _on_disk(part)
    part.replace(target)
    _on_disk(target.parent)
    return dataclasses.replace(found, path=target)


def verify(path: Path) -> Copy:
    """Opens a copy, looks at every page and every reference, and counts its rows. Raises Refused."""
    if not path.is_file():
        raise Refused(f"There is no file {path}.")
    checksum = _checksum_file(path)
    if checksum.exists() and checksum.read_text().split()[:1] != [_sha256(path)]:
        raise Refused(f"{path.name} is not what was backed up: its checksum differs from {checksum.name}.")
    return dataclasses.replace(_examined(path), checksum="matches" if checksum.exists() else "none")


def restore(path: Path, *, replace: bool = False) -> tuple[Copy, Path | None]:
    """Puts a copy in the store's place and opens it there; an earlier store is moved aside, never deleted.

    Returns what the store now holds and where the earlier one went. Raises Refused when the copy is not sound,
    when there is a store and not `replace`, and while anything else has the store open.
    """
    verify(path)
    target = store_file()
    connection.forget_engines()
    if target.exists() and path.samefile(target):
        raise Refused("This file is the store itself.")
    if target.exists() and not replace:
        raise Refused(f"There is a store already: {target}. To put the copy in its place, add --replace.")
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = target.with_name(f"{target.name}.restored")
    fresh.unlink(missing_ok=True)
    copied(path, fresh)
    aside = _moved_aside(target) if target.exists() else None
    fresh.replace(target)
    return _examined(target), aside


def note_restored(db: Database, path: Path) -> None:
    """Ends every access session: one that was ended since the backup must not come back to life."""
    require(db, "change settings")
    sessions.end(db, why="store restored")
    trail.note(db, "restored", after={"file": path.name})


def _stamp(at: datetime) -> str:
    return f"{at:%Y%m%d-%H%M%S}"


def _checksum_file(path: Path) -> Path:
    return path.with_name(f"{path.name}.sha256")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _on_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)


def _opened(path: Path) -> sqlite3.Connection:
    """For reading only. SQLite looks at CHECK constraints on a writable connection alone, hence `rw` with
    writing switched off; beside a write-ahead log `ro`, because closing the last writable one would empty it."""
    mode = "ro" if path.with_name(f"{path.name}-wal").exists() else "rw"
    file = sqlite3.connect(f"file:{quote(str(path.resolve()))}?mode={mode}", uri=True)
    file.execute("PRAGMA query_only = ON")
    return file


def _examined(path: Path) -> Copy:
    try:
        with closing(_opened(path)) as file:
            damage = [row[0] for row in file.execute("PRAGMA integrity_check(5)")]
            orphans = len(file.execute("PRAGMA foreign_key_check").fetchall())
            tables = [row[0] for row in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            if "alembic_version" not in tables or "audit" not in tables:
                raise Refused(f"{path.name} is a database, but not a store of this clinic software.")
            rows = {t: file.execute(f'SELECT count(*) FROM "{t}"').fetchone()[0] for t in sorted(tables)}
            revision = file.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.DatabaseError as fault:
        raise Refused(f"{path.name} is damaged or no store: {fault}.") from None
    if damage != ["ok"]:
        raise Refused(f"{path.name} is damaged: {damage[0]}.")
    if orphans:
        raise Refused(f"{path.name} is damaged: {orphans} rows have lost the row they belong to.")
    return Copy(path, revision[0] if revision else "no release", rows)


def _moved_aside(target: Path) -> Path:
    """Raises Refused while anybody else has the store open: what they write next would be lost."""
    try:
        with closing(sqlite3.connect(target, timeout=0)) as store:
            store.execute("PRAGMA journal_mode = DELETE")  # needs the store for itself alone
    except sqlite3.OperationalError:
        raise Refused("The store is in use. Stop the dashboard first, then restore.") from None
    except sqlite3.DatabaseError:
        pass  # too damaged to open: being moved aside is what it needs
    aside = target.with_name(f"{target.stem}.before-restore-{_stamp(now())}{target.suffix}")
    for side in ("-wal", "-shm", ""):
        if (file := target.with_name(target.name + side)).exists():
            file.replace(aside.with_name(aside.name + side))
    return aside
