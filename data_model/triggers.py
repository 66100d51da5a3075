"""What the database itself refuses: changing the audit trail, deleting anything clinical, and changing what is
signed in any other way than by an amendment."""

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
    "signature",
    "amendment",
    "dose_order",
    "gate_answer",
    "drug_intake",
    "gate_verdict",
    "dose_part",
    "interruption",
    "rescue_drug",
    "leaving_check",
    "safety_check",
    "duty_done",
    "protocol_edition",
    "protocol_approval",
    "drug_entry",
    "drug_discrepancy",
    "alert_firing",
    "weight",
    "stage_change",
    "move",
    "letter",
    "saved_cohort",
)
APPEND_ONLY = (
    "signature",
    "amendment",
    "gate_verdict",
    "protocol_edition",
    "protocol_approval",
    "drug_entry",
    "alert_firing",
)
LOCKED = "the record is signed: amend it"
# A treatment and its children. Once signed, a row changes only after an amendment of its present version, and a
# child is added only after one of its treatment.
SIGNABLE = ("treatment", "vital_signs", "adverse_event")
# Its other children: nothing of them can be amended, so they change and grow only after an amendment of the
# treatment itself.
ATTACHED = (
    "dose_order",
    "gate_answer",
    "drug_intake",
    "gate_verdict",
    "dose_part",
    "interruption",
    "rescue_drug",
    "leaving_check",
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


def lock_statements(
    dialect: str,
    append_only: tuple[str, ...] = APPEND_ONLY,
    signable: tuple[str, ...] = SIGNABLE,
    attached: tuple[str, ...] = ATTACHED,
) -> list[str]:
    """The DDL of what signing closes, for "sqlite" or "postgresql"; safe to run twice. A migration names its tables
    itself."""
    refusals = [(table, "UPDATE", "it is only ever added to") for table in append_only]
    locks = [(table, "UPDATE") for table in signable]
    locks += [(table, "INSERT") for table in (*signable, *attached) if table != "treatment"]
    locks += [(table, "UPDATE") for table in attached if table not in append_only]
    if dialect == "sqlite":
        return [
            *(_sqlite(*refusal) for refusal in refusals),
            *(_sqlite_lock(table, verb, _closed(table, verb)) for table, verb in locks),
        ]
    made = [part for table, verb, why in refusals for part in _postgresql(table, verb, "ROW", why)]
    made += [_POSTGRESQL_LOCK, _POSTGRESQL_LOCK_CHILD]
    for table, verb in locks:
        made += _postgresql_lock(table, verb)
    return made


def moving_statements(dialect: str) -> list[str]:
    """The DDL that lets a firing follow what was moved to the right patient; safe to run twice. Nothing that it says
    may change: only whose it is, for a treatment or a whole record, or that its score is elsewhere now (its subject is
    then free for the rules to look at again), and both only after the move was stored."""
    table, why = "alert_firing", "it is only ever added to"
    dropped = f"DROP TRIGGER IF EXISTS refuse_update_{table}" + (
        "" if dialect == "sqlite" else f" ON {table}"
    )
    if dialect == "sqlite":
        return [
            dropped,
            f"CREATE TRIGGER refuse_update_{table} BEFORE UPDATE ON {table} WHEN NOT ({_FOLLOWS}) "
            f"BEGIN SELECT RAISE(ABORT, '{why}'); END",
        ]
    return [
        f"""CREATE OR REPLACE FUNCTION refuse_unmoved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT ({_FOLLOWS}) THEN RAISE EXCEPTION '{why}'; END IF;
  RETURN NEW;
END $$""",
        dropped,
        f"CREATE TRIGGER refuse_update_{table} BEFORE UPDATE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_unmoved()",
    ]


_SAME = " AND ".join(
    f"NEW.{name} = OLD.{name}" for name in ("id", "rule", "rule_version", "saw", "at", "fired_at")
)
_FOLLOWS = (
    f"{_SAME} AND ("
    "(NEW.subject = OLD.subject AND EXISTS (SELECT 1 FROM move m JOIN alert a ON a.patient_id = m.patient_id "
    "WHERE m.from_patient_id = OLD.patient_id AND m.patient_id = NEW.patient_id AND a.id = NEW.alert_id "
    "AND m.record_table IN ('treatment', 'patient')))"
    " OR (NEW.patient_id = OLD.patient_id AND NEW.alert_id = OLD.alert_id AND EXISTS (SELECT 1 FROM move m "
    "WHERE m.from_patient_id = OLD.patient_id AND m.record_table = 'assessment' "
    "AND NEW.subject = OLD.subject || ' moved ' || m.key)))"
)


def _by_treatment(table: str, verb: str) -> bool:
    """Whether an amendment of the treatment opens it, rather than one of the row."""
    return table in ATTACHED or (verb == "INSERT" and table != "treatment")


def _closed(table: str, verb: str) -> str:
    if _by_treatment(table, verb):
        return _unamended("treatment", table, "NEW")
    return _unamended(table, table, "OLD")


def _unamended(amended: str, table: str, row: str) -> str:
    """SQL that is true where the row may not be touched: it, or for a new child its treatment, is signed and
    no amendment names the present version."""
    if amended == table:
        return (
            f"{row}.status IN ('signed', 'amended') AND NOT EXISTS (SELECT 1 FROM amendment a WHERE "
            f"a.record_table = '{table}' AND a.record_id = {row}.id AND a.record_version = {row}.row_version)"
        )
    return (
        f"EXISTS (SELECT 1 FROM treatment t WHERE t.id = {row}.treatment_id AND "
        f"t.status IN ('signed', 'amended') AND NOT EXISTS (SELECT 1 FROM amendment a WHERE "
        "a.record_table = 'treatment' AND a.record_id = t.id AND a.record_version = t.row_version))"
    )


def _sqlite_lock(table: str, verb: str, where: str) -> str:
    return (
        f"CREATE TRIGGER IF NOT EXISTS locked_{verb.lower()}_{table} BEFORE {verb} ON {table} "
        f"WHEN {where} BEGIN SELECT RAISE(ABORT, '{LOCKED}'); END"
    )


_POSTGRESQL_LOCK = f"""
CREATE OR REPLACE FUNCTION refuse_signed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.status IN ('signed', 'amended') AND NOT EXISTS (SELECT 1 FROM amendment a WHERE
     a.record_table = TG_TABLE_NAME AND a.record_id = OLD.id AND a.record_version = OLD.row_version)
  THEN RAISE EXCEPTION '{LOCKED}'; END IF;
  RETURN NEW;
END $$
"""
_POSTGRESQL_LOCK_CHILD = f"""
CREATE OR REPLACE FUNCTION refuse_signed_child() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {_unamended("treatment", "child", "NEW")}
  THEN RAISE EXCEPTION '{LOCKED}'; END IF;
  RETURN NEW;
END $$
"""


def _postgresql_lock(table: str, verb: str) -> list[str]:
    name = f"locked_{verb.lower()}_{table}"
    function = "refuse_signed_child" if _by_treatment(table, verb) else "refuse_signed"
    return [
        f"DROP TRIGGER IF EXISTS {name} ON {table}",
        f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()",
    ]


def lock_names() -> set[str]:
    """The names of the triggers that `lock_statements` makes."""
    return {
        word
        for statement in lock_statements("sqlite")
        for word in statement.split()
        if word.startswith(("refuse_update_", "locked_"))
    }
