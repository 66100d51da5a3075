"""How a store comes to be, and how it moves to the tables of a newer release: Alembic, and nothing else."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect

from data_model.connection import StoreNotReady

NO_STORE = "There is no store here yet. Make one with: python -m clinic init"
_FOLDER = Path(__file__).with_name("migrations")


def config() -> Config:
    made = Config()
    made.set_main_option("script_location", str(_FOLDER))
    return made


def upgrade(engine: Engine, to: str = "head") -> None:
    """Runs the migrations that are missing. On SQLite, foreign keys are off while tables are rebuilt, and
    are checked before the new tables count."""
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


def refuse_unless_current(engine: Engine) -> None:
    """Raises StoreNotReady with the command to run, unless the store has exactly this release's tables."""
    wanted = ScriptDirectory.from_config(config()).get_current_head()
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            raise StoreNotReady(NO_STORE)
        found = MigrationContext.configure(connection).get_current_revision()
    if found != wanted:
        raise StoreNotReady(
            "The store is of another release. Bring it up to date with: python -m clinic migrate"
        )
