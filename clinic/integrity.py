"""Is the store what it says it is: the file, its references and triggers, and every total."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import text
from sqlmodel import select

from clinic import assessments, instruments
from clinic.access import require
from clinic.refused import BadAnswers, NotFound
from data_model import Assessment, Database
from data_model.columns import Status
from data_model.triggers import CLINICAL_TABLES

_TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
}


def problems(db: Database) -> Iterator[str]:
    """One sentence for each thing that is not as it should be; names assessments by key, nobody by name."""
    require(db, "see patients")
    yield from _file(db)
    yield from _triggers(db)
    yield from _scores(db)


def _file(db: Database) -> Iterator[str]:
    """SQLite's own examination; PostgreSQL keeps its pages and references by itself."""
    if db.get_bind().dialect.name != "sqlite":
        return
    for (said,) in db.execute(text("PRAGMA integrity_check(20)")):
        if said != "ok":
            yield f"The file is damaged: {said}."
    for table, row, parent, _ in db.execute(text("PRAGMA foreign_key_check")):
        yield f"Row {row} of {table} has lost the row of {parent} it belongs to."


def _triggers(db: Database) -> Iterator[str]:
    found = set(db.execute(text(_TRIGGERS[db.get_bind().dialect.name])).scalars())
    wanted = {"refuse_update_audit", "refuse_delete_audit"} | {f"refuse_delete_{t}" for t in CLINICAL_TABLES}
    for name in sorted(wanted - found):
        yield f"The trigger {name} is missing: what it refuses is no longer refused."


def _scores(db: Database) -> Iterator[str]:
    """A stored total must be what the definition of its version makes of the answers (docs/safety.md, promise 7)."""
    query = select(Assessment).where(Assessment.status != Status.DRAFT, Assessment.taken_at.is_not(None))
    for row in db.exec(query.order_by(Assessment.id).execution_options(yield_per=1000)):
        for difference in _differences(row):
            yield f"Assessment {row.key} ({row.instrument} {row.version}): {difference}."


def _differences(row: Assessment) -> Iterator[str]:
    try:
        instrument = instruments.instrument(row.instrument, row.version)
        score = (
            instruments.score_total(instrument, row.total)
            if row.answers is None
            else instruments.score(
                instrument, {item.id: row.answers.get(item.id) for item in instrument.items}
            )
        )
        if row.answers is not None and (unknown := set(row.answers) - {item.id for item in instrument.items}):
            yield f"answers to items it does not have ({', '.join(sorted(unknown))})"
    except (BadAnswers, NotFound) as fault:
        yield str(fault).rstrip(".")
        return
    suicide, state = assessments.suicide_answer(instrument, row.answers)
    for what, stored, computed in (
        ("total", row.total, score.total),
        ("prorated", row.prorated, score.prorated),
        ("number of missing items", row.missing, len(score.missing)),
        ("suicide answer", row.suicide, suicide),
        ("state of the suicide answer", row.suicide_state, state),
    ):
        if stored != computed:
            yield f"the stored {what} is {_word(stored)}, its definition makes it {_word(computed)}"


def _word(value: object) -> str:
    return "nothing" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
