"""How a store comes to be, and how it moves to the tables of a newer release: Alembic, and nothing else.

Alembic is loaded where it moves a store. A start only looks, and somebody may be waiting for it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, inspect

from data_model.connection import StoreNotReady

if TYPE_CHECKING:
    from alembic.config import Config

NO_STORE = "There is no store here yet. Make one with: python -m clinic init"
_FOLDER = Path(__file__).with_name("migrations")


def config() -> Config:
    from alembic.config import Config

    made = Config()
    made.set_main_option("script_location", str(_FOLDER))
    return made


def upgrade(engine: Engine, to: str = "head") -> None:
    """Runs the migrations that are missing. On SQLite, foreign keys are off while tables are rebuilt, and
    are checked before the new tables count."""
    from alembic import command

    with engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
            connection.commit()
        with connection.begin():
            settings = config()
            settings.attributes["connection"] = connection
            command.upgrade(settings, to)
            if sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()):
                raise StoreNotReady(f"The migration would leave {len(broken)} rows without their parent.")
        if sqlite:
            connection.exec_driver_sql("PRAGMA foreign_keys = ON")


def newest() -> str:
    """The last migration of this release: its file begins with its number."""
    return max(file.name.partition("_")[0] for file in (_FOLDER / "versions").glob("[0-9]*.py"))


def refuse_unless_current(engine: Engine) -> None:
    """Raises StoreNotReady with the command to run, unless the store has exactly this release's tables."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            raise StoreNotReady(NO_STORE)
        found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    if found != newest():
        raise StoreNotReady(
            "The store is of another release. Bring it up to date with: python -m clinic migrate"
        )
