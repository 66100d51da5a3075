"""The dose as it went: its parts and pauses, its end, and how much of it was given.

What was given is recorded whatever the limits say, once somebody has confirmed it (docs/safety.md, promise 5).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sqlmodel import select

from clinic import editions
from clinic.chair.entries_record import add_note
from clinic.chair.entry import LONG, Ask, Entry
from clinic.chair.rows import begun, minute, standing, sum_up
from clinic.protocols.dose import check_dose
from clinic.refused import BadInput
from clinic.treatments.by_protocol import order
from clinic.treatments.judging import POSSIBLE
from clinic.watching.of_dose import OF_TIME
from data_model import Database, DoseOrder, DosePart, Interruption, Treatment
from data_model.columns import Status

CONSISTENT = "consistency.weight.warn"  # the limit on how far two statements of one dose may lie apart
GRAVE = ("strong", "block")


def pause(db: Database, treatment: Treatment, entry: Entry) -> None:
    _within(treatment, entry, "paused")
    if any(row.resumed_at is None for row in standing(db, Interruption, treatment)):
        raise BadInput("The infusion is paused already.")
    db.add(Interruption(**begun(db, treatment, entry), paused_at=entry.at, reason=entry.text("reason", LONG)))


def resume(db: Database, treatment: Treatment, entry: Entry) -> None:
    row = next((row for row in standing(db, Interruption, treatment) if row.resumed_at is None), None)
    if row is None:
        raise BadInput("The infusion is not paused.")
    if entry.at < row.paused_at:
        raise BadInput("The infusion cannot go on before it was paused.")
    row.resumed_at = entry.at


def stop(db: Database, treatment: Treatment, entry: Entry) -> None:
    """The first one stands; to put it right it is taken back (undo of "stop") and entered anew."""
    early = bool(entry.flag("early"))
    if (treatment.stopped_at, treatment.stopped_early) == (entry.at, early):
        return
    if treatment.stopped_at is not None:
        raise BadInput("The end of the dose is recorded already. Take it back first to change it.")
    if entry.at < treatment.started_at:
        raise BadInput("The dose cannot end before it began.")
    treatment.stopped_at, treatment.stopped_early = entry.at, early
    if reason := entry.text("reason", LONG):
        add_note(db, treatment, entry.at, f"Stopped{' early' if early else ''}: {reason}")


def part(db: Database, treatment: Treatment, entry: Entry) -> None:
    """One device, bolus or injection. What was given is then the sum of the parts."""
    made = DosePart(
        **begun(db, treatment, entry),
        what=entry.words("what", "Say what was given: a device, a bolus, an injection."),
        mg=entry.number("mg", *POSSIBLE["given_mg"]),
        lot=entry.text("lot"),
        given_at=entry.at,
    )
    if entry.at < treatment.started_at:
        raise BadInput("A part of the dose cannot be given before the start.")
    db.add(made)
    sum_up(db, treatment)


def given(db: Database, treatment: Treatment, entry: Entry) -> None:
    """Asks for confirmation with a reason where this is not what was ordered, or over a limit."""
    mg, reason = entry.number("mg", *POSSIBLE["given_mg"]), entry.text("reason", LONG)
    parts = standing(db, DosePart, treatment)
    if parts and mg != sum(row.mg for row in parts):
        raise BadInput(
            f"The parts that are recorded make {sum(row.mg for row in parts):g} mg. Add one, or take one back."
        )
    found = list(doubts(db, treatment, mg))
    if found and not reason:
        raise Ask("confirm", *found)
    treatment.given_mg = mg
    if found:
        add_note(db, treatment, entry.at, f"Given {mg:g} mg, confirmed: {reason}")


def doubts(db: Database, treatment: Treatment, mg: float) -> Iterator[str]:
    """What is unusual about this amount, beside what was known when the dose was ordered."""
    protocol = editions.of(db, treatment)
    ordered = treatment.ordered_mg
    if ordered and protocol.limit(CONSISTENT).broken_by(round(100 * abs(mg - ordered) / ordered, 6)):
        yield f"Given {mg:g} mg, ordered {ordered:g} mg."
    if not ordered:
        yield f"Given {mg:g} mg without an order."
    if treatment.substance and treatment.route:
        known = _known(db, treatment)
        for each in check_dose(protocol, replace(order(db, treatment), mg=mg)):
            of_time = treatment.stopped_early and set(OF_TIME) & set(each.id.split("."))
            if each.tier in GRAVE and each.id not in known and not of_time:
                yield each.says


def _known(db: Database, treatment: Treatment) -> set[str]:
    """The rules that spoke when the dose was ordered, and were answered then."""
    query = select(DoseOrder.findings).where(
        DoseOrder.treatment_id == treatment.id, DoseOrder.status != Status.VOID
    )
    return {each["id"] for findings in db.exec(query) for each in findings}


def _within(treatment: Treatment, entry: Entry, what: str) -> None:
    if minute(treatment, entry.at) < 0:
        raise BadInput(f"The dose cannot be {what} before it began.")
    if treatment.stopped_at is not None and entry.at > treatment.stopped_at:
        raise BadInput(f"The dose had ended by then; it cannot be {what}.")
