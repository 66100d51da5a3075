"""What the database itself refuses: changing the audit trail, and deleting anything clinical."""

from __future__ import annotations

CLINICAL_TABLES = (
    "patient",
    "diagnosis",
    "prior_treatment",
    "medication",
    "event_note",
    "consent",
    "episode",
    "treatment",
    "vital_signs",
    "adverse_event",
    "assessment",
    "alert",
    "setting",
    "account",
)

_POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '%', TG_ARGV[0]; END $$
"""


def statements(dialect: str, tables: tuple[str, ...] = CLINICAL_TABLES) -> list[str]:
    """The DDL that makes every trigger, for "sqlite" or "postgresql"; safe to run twice.

    A migration names its `tables` itself: what it did must not change when the list above grows.
    """
    refusals = [("audit", "UPDATE", "the audit trail is append-only")]
    refusals += [("audit", "DELETE", "the audit trail is append-only")]
    refusals += [(table, "DELETE", "nothing clinical is deleted: void it") for table in tables]
    if dialect == "sqlite":
        return [_sqlite(*refusal) for refusal in refusals]
    made = [_POSTGRESQL_FUNCTION]
    for table, verb, why in refusals:
        made += _postgresql(table, verb, "ROW", why)
        if verb == "DELETE":
            made += _postgresql(table, "TRUNCATE", "STATEMENT", why)
    return made


def _sqlite(table: str, verb: str, why: str) -> str:
    return (
        f"CREATE TRIGGER IF NOT EXISTS refuse_{verb.lower()}_{table} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{why}'); END"
    )


def _postgresql(table: str, verb: str, level: str, why: str) -> list[str]:
    name = f"refuse_{verb.lower()}_{table}"
    return [
        f"DROP TRIGGER IF EXISTS {name} ON {table}",
        f"CREATE TRIGGER {name} BEFORE {verb} ON {table} "
        f"FOR EACH {level} EXECUTE FUNCTION refuse_change('{why}')",
    ]
