"""The store: one door, one transaction, one actor, and an audit trail that cannot be edited."""

from __future__ import annotations

import stat
import threading
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import exc, inspect, text
from sqlmodel import SQLModel, select

import data_model
from data_model import (
    Actor,
    Assessment,
    AuditRow,
    ChangedMeanwhile,
    Episode,
    NoActor,
    Patient,
    StoreNotReady,
    connection,
    database,
    migrate,
    triggers,
)


def ada(**changes) -> Patient:
    return Patient(
        **{
            "record_number": "SM-1",
            "family_name": "Byron",
            "given_name": "Ada",
            "birth_date": date(1985, 12, 10),
            **changes,
        }
    )


@pytest.mark.parametrize("nobody", [None, "clinician", 0, object()])
def test_nobody_in_particular_gets_no_database(sqlite_store, nobody):
    with pytest.raises(NoActor), database(nobody):
        pass


@pytest.mark.parametrize(
    "fields", [{"name": " ", "kind": "command line"}, {"name": "Mina", "kind": "account"}]
)
def test_an_actor_is_somebody(fields):
    with pytest.raises(NoActor):
        Actor(**fields)


def test_a_write_leaves_an_audit_row_in_the_same_transaction(both_stores, operator):
    with database(operator) as db:
        db.add(ada())
    with database(operator) as db:
        patient = db.exec(select(Patient)).one()
        with db.because("the passport says so"):
            patient.given_name = "Augusta"
        patient.site = "north"
    with database(operator) as db:
        created, changed, moved = db.exec(select(AuditRow).order_by(AuditRow.id)).all()
    assert (created.verb, created.record_table, created.patient_id) == ("created", "patient", 1)
    assert created.after["family_name"] == "Byron"
    assert created.after["birth_date"] == "1985-12-10"
    assert (changed.before["given_name"], changed.after["given_name"]) == ("Ada", "Augusta")
    assert changed.reason == "the passport says so"
    assert moved.reason is None
    assert changed.actor == operator.name


def test_a_transaction_that_fails_leaves_neither_row_nor_trace(both_stores, operator):
    with pytest.raises(RuntimeError), database(operator) as db:
        db.add(ada())
        db.flush()
        raise RuntimeError("power cut")
    with database(operator) as db:
        assert db.exec(select(Patient)).all() == []
        assert db.exec(select(AuditRow)).all() == []


@pytest.mark.parametrize("statement", ["UPDATE audit SET actor = 'x'", "DELETE FROM audit"])
def test_the_audit_trail_refuses_change(both_stores, operator, statement):
    with database(operator) as db:
        db.add(ada())
    with pytest.raises(exc.DBAPIError, match="append-only"), database(operator) as db:
        db.execute(text(statement))


def test_nothing_clinical_is_deleted(both_stores, operator):
    with database(operator) as db:
        db.add(ada())
    with pytest.raises(exc.DBAPIError, match="void it"), database(operator) as db:
        db.delete(db.exec(select(Patient)).one())


def test_postgresql_refuses_truncate_too(postgresql_store, operator):
    with pytest.raises(exc.DBAPIError, match="append-only"), database(operator) as db:
        db.execute(text("TRUNCATE audit"))


def test_passwords_never_enter_the_audit_trail(both_stores, operator):
    with database(operator) as db:
        db.add(data_model.Account(username="mina", name="Mina", role="nurse", password_hash="argon2-secret"))
    with database(operator) as db:
        assert "argon2-secret" not in str([row.after for row in db.exec(select(AuditRow))])


def test_a_second_save_over_somebody_elses_is_refused(both_stores, operator):
    with database(operator) as db:
        db.add(ada())
    with pytest.raises(ChangedMeanwhile), database(operator) as first:
        mine = first.exec(select(Patient)).one()
        with database(operator) as second:
            second.exec(select(Patient)).one().site = "north"
        mine.site = "south"
    with database(operator) as db:
        assert db.exec(select(Patient)).one().site == "north"


def test_times_come_back_in_utc_and_naive_ones_are_refused(both_stores, operator):
    noon_in_berlin = datetime(2026, 6, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    with database(operator) as db:
        db.add(ada(entered_at=noon_in_berlin))
    with database(operator) as db:
        assert db.exec(select(Patient)).one().entered_at == datetime(2026, 6, 1, 10, tzinfo=UTC)
    with pytest.raises(exc.StatementError), database(operator) as db:
        db.add(ada(record_number="SM-2", entered_at=datetime(2026, 6, 1, 12)))  # noqa: DTZ001


def test_a_draft_may_be_incomplete_and_nothing_else_may(both_stores, operator):
    with database(operator) as db:
        db.add(ada())
        db.flush()
        db.add(Assessment(patient_id=1, instrument="phq9", version="1", status="draft"))
    with pytest.raises(exc.IntegrityError), database(operator) as db:
        db.add(Assessment(patient_id=1, instrument="phq9", version="1", status="active"))


def test_an_answers_free_total_is_null_not_json_null(both_stores, operator):
    with database(operator) as db:
        db.add(ada())
        db.flush()
        db.add(Assessment(patient_id=1, instrument="phq9", version="1", total=9, taken_at=datetime.now(UTC)))
    with database(operator) as db:
        assert db.exec(select(Assessment).where(Assessment.answers.is_(None))).one().total == 9


def test_an_orphan_is_refused(both_stores, operator):
    with pytest.raises(exc.IntegrityError), database(operator) as db:
        db.add(
            Episode(
                patient_id=99,
                indication="panic",
                primary_instrument="oasis",
                stage_since=datetime.now(UTC),
                opened_at=datetime.now(UTC),
            )
        )


def test_sqlite_is_durable_private_and_waits(sqlite_store, operator):
    with database(operator) as db:
        pragma = {
            name: db.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("foreign_keys", "journal_mode", "synchronous", "busy_timeout")
        }
    assert pragma == {"foreign_keys": 1, "journal_mode": "wal", "synchronous": 2, "busy_timeout": 5000}
    path = Path(connection.store_url().database)
    for file in path.parent.glob(path.name + "*"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file.name


def test_eight_threads_write_without_losing_a_row(both_stores, operator):
    def register(thread: int) -> None:
        for number in range(10):
            with database(operator) as db:
                db.add(ada(record_number=f"SM-{thread}-{number}"))

    threads = [threading.Thread(target=register, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database(operator) as db:
        assert len(db.exec(select(Patient)).all()) == 80
        assert len(db.exec(select(AuditRow)).all()) == 80


def test_a_store_that_was_never_made_says_how_to_make_one(tmp_path, monkeypatch, operator):
    connection.forget_engines()
    monkeypatch.setenv("CLINIC_DATABASE_URL", f"sqlite:///{tmp_path}/none.sqlite")
    with pytest.raises(StoreNotReady, match="python -m clinic init"), database(operator):
        pass
    assert not (tmp_path / "none.sqlite").exists(), "looking for a store does not make one"
    connection.forget_engines()


def schema(engine) -> dict[str, str]:
    """Everything the database says about its own shape: tables, checks, indexes with WHERE, triggers, types."""
    with engine.connect() as c:
        if engine.dialect.name == "sqlite":
            rows = c.execute(text("SELECT type || ' ' || name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
            found = {name: _clauses(sql) for name, sql in rows}
            return {name: sql for name, sql in found.items() if "alembic_version" not in name}
        found = {}
        for query in (
            "SELECT table_name || '.' || column_name, data_type || ' ' || is_nullable"
            " || coalesce(character_maximum_length::text, '') FROM information_schema.columns"
            " WHERE table_schema = 'public'",
            "SELECT conrelid::regclass || ' ' || conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE connamespace = 'public'::regnamespace",
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
            "SELECT tgrelid::regclass || ' ' || tgname, pg_get_triggerdef(oid) FROM pg_trigger"
            " WHERE NOT tgisinternal",
        ):
            found |= {name: text_ for name, text_ in c.execute(text(query)) if "alembic" not in name}
        return found


def _clauses(sql: str) -> list[str]:
    """The clauses of a CREATE statement in an order of their own: it alone may differ after a migration."""
    flat, depth, clauses = " ".join(sql.split()), 0, [""]
    for letter in flat:
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 1:
            clauses.append("")
        else:
            clauses[-1] += letter
    return sorted(clause.strip(" ()") for clause in clauses)


def test_the_migrated_schema_equals_the_models(both_stores):
    engine = connection.engine()
    migrated = schema(engine)
    with engine.connect() as c:
        settings = migrate.config()
        settings.attributes["connection"] = c
        command.check(settings)
    fresh = _fresh_like(engine)
    assert schema(fresh) == migrated
    assert set(inspect(fresh).get_table_names()) == set(SQLModel.metadata.tables)


def test_the_newest_migration_is_the_one_that_alembic_runs_last():
    assert migrate.newest() == ScriptDirectory.from_config(migrate.config()).get_current_head()


def _fresh_like(engine):
    """A second store made straight from the models, plus the triggers."""
    if engine.dialect.name == "sqlite":
        url = engine.url.set(database=engine.url.database + ".fresh")
    else:
        with engine.connect() as c:
            c = c.execution_options(isolation_level="AUTOCOMMIT")
            c.execute(text(f"CREATE DATABASE {engine.url.database}_fresh"))
        url = engine.url.set(database=f"{engine.url.database}_fresh")
    fresh = connection.engine(url)
    SQLModel.metadata.create_all(fresh)
    with fresh.begin() as c:
        for statement in (
            *triggers.statements(fresh.dialect.name),
            *triggers.lock_statements(fresh.dialect.name),
            *triggers.moving_statements(fresh.dialect.name),
        ):
            c.execute(text(statement))
    return fresh


def test_the_schema_comparison_sees_what_alembic_does_not(sqlite_store):
    """The guard itself must be able to fail: a lost trigger and a loosened CHECK are both differences."""
    engine = connection.engine()
    before = schema(engine)
    with engine.begin() as c:
        c.execute(text("DROP TRIGGER refuse_update_audit"))
    assert schema(engine) != before
