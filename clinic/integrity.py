"""Is the store what it says it is: the file, its references and triggers, every total, and every alert."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy import text
from sqlmodel import select

from clinic import alerts, assessments, drug_log, editions, episodes, instruments, scales, signing
from clinic.access import require
from clinic.refused import BadAnswers, NotFound
from data_model import Alert, Assessment, Database, Episode, Patient, Treatment
from data_model.columns import COUNTED, Status
from data_model.triggers import CLINICAL_TABLES, lock_names

_TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
}


def problems(db: Database) -> Iterator[str]:
    """One sentence for each thing that is not as it should be; names assessments by key, nobody by name."""
    require(db, "see patients")
    yield from _file(db)
    yield from _triggers(db)
    yield from scales.left_out(db)
    yield from _scores(db)
    yield from editions.problems(db)
    yield from _alerts(db)
    yield from _signatures(db)
    yield from drug_log.problems(db)


def reviews_due(today: date) -> list[str]:
    """Definitions whose date for being read again has come; a reminder and not a fault of the store."""
    due = sorted(
        (each.next_review, each.title, each.version, each.checked_by)
        for each in instruments.catalogue().values()
        if each.next_review <= today
    )
    return [
        f"{title} {version}: its review was due on {on:%-d %b %Y}"
        + (f"; last checked by {by}." if by else "; it was never checked by a clinician.")
        for on, title, version, by in due
    ]


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
    wanted |= lock_names()
    for name in sorted(wanted - found):
        yield f"The trigger {name} is missing: what it refuses is no longer refused."


# ---- scores ----------------------------------------------------------------------------------------------------


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
            else instruments.score(instrument, row.answers)
        )
    except (BadAnswers, NotFound) as fault:
        yield str(fault).rstrip(".")
        return
    for what, stored, computed in (
        ("total", row.total, score.total),
        ("prorated", row.prorated, score.prorated),
        ("number of missing items", row.missing, len(score.missing)),
        ("suicide answer", row.suicide, score.suicide),
        ("state of the suicide answer", row.suicide_state, score.suicide_state),
    ):
        if stored != computed:
            yield f"the stored {what} is {_word(stored)}, its definition makes it {_word(computed)}"


def _word(value: object) -> str:
    return "nothing" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


# ---- signatures ------------------------------------------------------------------------------------------------


def _signatures(db: Database) -> Iterator[str]:
    """A signature may stop to hold through an amendment; without one somebody went past the program."""
    query = select(Treatment).where(Treatment.status.in_((Status.SIGNED, Status.AMENDED)))
    for row in db.exec(query.order_by(Treatment.id).execution_options(yield_per=500)):
        last = max((each.amended_at for each in signing.amendments(db, row)), default=None)
        for each in signing.signatures(db, row):
            if not each.holds and (last is None or last < each.signature.signed_at):
                yield (
                    f"Treatment {row.key}: what {each.signature.name} signed on "
                    f"{each.signature.signed_at:%-d %b %Y} was changed since without an amendment."
                )


# ---- alerts ----------------------------------------------------------------------------------------------------


def _alerts(db: Database) -> Iterator[str]:
    """Each score that should have raised an alert must have met one: an alert of that rule and patient that was
    open when the score was entered, or opened after it."""
    open_until = _open_until(db)

    def met(rule: str, row: Assessment) -> bool:
        return any(until is None or until >= row.entered_at for until in open_until[row.patient_id, rule])

    concerning = Assessment.suicide_state.in_(("yes", "skipped"))
    for row in db.exec(_counted().where(concerning).execution_options(yield_per=1000)):
        if not met(alerts.SUICIDE, row):
            yield (
                f"Assessment {row.key} ({row.instrument}): its suicide answer is “{row.suicide_state}”, and no "
                f"alert {alerts.SUICIDE} was open then or opened after it."
            )
    for row, rule in _worse(db):
        if not met(rule, row):
            yield f"Assessment {row.key} ({row.instrument} {row.total:g}): rule {rule} holds, and raised no alert."


def _open_until(db: Database) -> dict[tuple[int, str], list[datetime | None]]:
    """(patient, rule) -> when each of their alerts was closed, None while it is open."""
    found: dict[tuple[int, str], list[datetime | None]] = defaultdict(list)
    for patient, rule, closed in db.exec(select(Alert.patient_id, Alert.rule, Alert.closed_at)):
        found[patient, rule].append(closed)
    return found


def _counted():
    return select(Assessment).where(Assessment.status.in_(COUNTED)).order_by(Assessment.id)


def _worse(db: Database) -> Iterator[tuple[Assessment, str]]:
    """Scores that stand so far above their course's baseline that a rule holds, with the rule: the latest of
    each course, and earlier ones that were entered when the baseline was there already."""
    watched = [name for name in instruments.catalogue() if alerts.watches(name)]
    rows = defaultdict(list)
    for row in db.exec(_counted().where(Assessment.instrument.in_(watched), Assessment.total.is_not(None))):
        if row.episode_id is not None:
            rows[row.episode_id, row.instrument].append(row)
    for (episode_id, instrument), scored in rows.items():
        episode = db.get(Episode, episode_id)
        try:
            frame = assessments.scores(db, db.get(Patient, episode.patient_id))
        except NotFound:  # a score of an unknown definition, which `_scores` has named
            continue
        baseline = episodes.baseline(db, episode, frame, instrument)
        known = next((one.entered_at for one in scored if one.key == baseline.assessment), None)
        latest = max(scored, key=lambda one: (one.taken_at, one.id))
        for row in scored:
            in_time = baseline.source == "rule" and known is not None and known <= row.entered_at
            if row is latest or in_time:
                yield from ((row, rule.id) for rule in alerts.worse_rules(row, baseline))
