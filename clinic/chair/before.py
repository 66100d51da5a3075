"""Before the dose: what the gate comes to, from the answers, the measurements, the other drugs and the order.

The verdict is the protocol's about what is stored, is kept whenever somebody asks for it, and is never empty. A
prescriber may decide against it by name and with a reason; nothing decides for them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlmodel import select

from clinic import editions, settings
from clinic.access import require
from clinic.chair import deciding, intake, known, ordering, planning, predose
from clinic.chair.answers import IDENTITY, answer, answers, review
from clinic.chair.identity import day
from clinic.chair.intake import drug
from clinic.protocols import gate
from clinic.protocols.gate import GO, NOT_COMPLETE, Answer, Reason, Verdict, Visit
from clinic.protocols.measures import DOSE_TIERS
from clinic.refused import BadInput
from clinic.treatments import earlier
from data_model import Database, Episode, GateVerdict, Patient, Treatment
from data_model.columns import now as this_moment

__all__ = [
    "answer",
    "answers",
    "decide",
    "drug",
    "order_reasons",
    "overridden",
    "override",
    "review",
    "row_of",
    "verdict",
    "verdicts",
    "visit",
]

# An order must be there and fit: no prescriber's word at the gate stands in for it.
ORDER = "order."
LOOKED_AT = ("warn", "strong", "block")


def visit(
    db: Database, treatment: Treatment, now: datetime | None = None, *, identified: bool = False
) -> Visit:
    """What is known at the gate. `identified`: the birth date is being confirmed at this moment."""
    require(db, "see patients")
    at = (now or this_moment()).astimezone(settings.zone(db))
    said = {
        item: Answer(row.value, row.answered_at, row.reviewed_at is not None)
        for item, row in answers(db, treatment).items()
    }
    if identified:
        said[IDENTITY] = Answer("yes", at)
    return Visit(
        now=at,
        answers=said,
        readings=[predose.reading(row) for row, _ in predose.observed(db, treatment)],
        measures=known.measures(db, treatment, at),
        drugs=intake.by_class(db, treatment),
        route=treatment.route and treatment.route.value,
        substance=treatment.substance and treatment.substance.value,
        sex=earlier.sex(db.get(Patient, treatment.patient_id)),
        stage=db.get(Episode, treatment.episode_id).stage.value,
    )


def verdict(
    db: Database, treatment: Treatment, *, now: datetime | None = None, identified: bool = False
) -> Verdict:
    """What the protocol says about a start at this moment, with every reason, the gravest first."""
    protocol = editions.in_force(db)
    here = visit(db, treatment, now, identified=identified)
    found = gate.decide(protocol, here)
    more = [*_skipped(db, treatment, here.now), *order_reasons(db, treatment, here.now)]
    reasons = sorted([*found.reasons, *more], key=lambda one: gate.VERDICTS.index(one.verdict))
    gravest = reasons[0].verdict if reasons else GO
    if gravest == GO:
        asked = len(gate.asked(protocol, here))
        says = f"{asked} questions answered, nothing measured stands in the way, by {protocol.name}."
        reasons = [*reasons, Reason("gate", GO, says)]
    return replace(found, verdict=gravest, reasons=tuple(reasons))


def order_reasons(db: Database, treatment: Treatment, at: datetime) -> Iterator[Reason]:
    """An order that is missing, that waits, or that the rules would judge more gravely by now."""
    order = ordering.current(db, treatment)
    if order is None:
        waits = ordering.waiting_one(db, treatment)
        says = f"The order of {waits.mg:g} mg waits for a second clinician." if waits else "No order yet."
        yield Reason(ORDER + ("waiting" if waits else "missing"), NOT_COMPLETE, says)
        return
    before = {each["id"]: DOSE_TIERS.index(each["tier"]) for each in order.findings}
    for each in ordering.again(db, treatment, order, at).findings:
        if each.tier in LOOKED_AT and DOSE_TIERS.index(each.tier) > before.get(each.id, -1):
            yield Reason(f"{ORDER}outdated", NOT_COMPLETE, f"To be ordered anew: {each.says}")


def decide(
    db: Database, treatment_key: str, *, now: datetime | None = None, identified: bool = False
) -> GateVerdict:
    """Keeps the verdict of this moment."""
    require(db, "record treatments")
    treatment = planning.waiting(db, treatment_key)
    row = row_of(db, treatment, verdict(db, treatment, now=now, identified=identified))
    db.add(row)
    db.flush()
    return row


def row_of(db: Database, treatment: Treatment, found: Verdict, **more: Any) -> GateVerdict:
    """A verdict as it is stored, by whoever asks; nothing is written yet."""
    id, _, version = found.protocol.partition("@")
    return GateVerdict(
        patient_id=treatment.patient_id,
        treatment_id=treatment.id,
        verdict=found.verdict,
        reasons=[{"id": one.id, "verdict": one.verdict, "says": one.says} for one in found.reasons],
        protocol=id,
        protocol_version=version,
        author=db.actor.name,
        author_id=db.actor.account_id,
        **more,
    )


def override(
    db: Database, found: GateVerdict, reason: str, prescriber: deciding.Secret | None = None
) -> GateVerdict:
    """A prescriber's decision to start although the gate does not say "go", by name and with a reason; a row of its
    own. It holds today for exactly the reasons they saw. Raises BadInput."""
    require(db, "prescribe" if prescriber is None else "record treatments")
    planning.waiting(db, db.get(Treatment, found.treatment_id).key)
    if found.verdict == GO:
        raise BadInput("The gate says “go”: there is nothing to decide against.")
    if not reason.strip():
        raise BadInput("A decision against the gate needs a reason.")
    if ordered := [one["says"] for one in found.reasons if one["id"].startswith(ORDER)]:
        raise BadInput(*ordered, "A dose needs an order that fits; the gate cannot be decided without one.")
    name, account_id = deciding.by_whom(db, "prescribe", prescriber)
    row = GateVerdict(
        **found.model_dump(include={"patient_id", "treatment_id", "verdict", "reasons"}),
        protocol=found.protocol,
        protocol_version=found.protocol_version,
        author=db.actor.name,
        author_id=db.actor.account_id,
        override_reason=reason.strip(),
        overridden_by=name,
        overridden_by_id=account_id,
    )
    db.add(row)
    db.flush()
    return row


def overridden(db: Database, treatment: Treatment, found: Verdict) -> GateVerdict | None:
    """Today's decision against the gate, if it covers every reason that there is now, in the same words."""
    begins, ends = day(db, this_moment().astimezone(settings.zone(db)).date())
    now_against = {(one.id, one.says) for one in found.reasons if one.verdict != GO}
    for row in reversed(verdicts(db, treatment)):
        covered = {(one["id"], one["says"]) for one in row.reasons}
        if row.overridden_by and begins <= row.decided_at <= ends and now_against <= covered:
            return row
    return None


def verdicts(db: Database, treatment: Treatment) -> list[GateVerdict]:
    """Every verdict that was kept, the oldest first."""
    require(db, "see patients")
    query = select(GateVerdict).where(GateVerdict.treatment_id == treatment.id)
    return list(db.exec(query.order_by(GateVerdict.id)))


def _skipped(db: Database, treatment: Treatment, at: datetime) -> Iterator[Reason]:
    """A skipped suicide item counts as a positive answer until somebody has asked (docs/clinical.md B.3)."""
    today = known.scores_today(db, db.get(Patient, treatment.patient_id), at)
    asked = [row for row in today if row.suicide_state != "not asked"]
    if asked and all(row.suicide_state == "skipped" for row in asked):
        yield Reason("gate.suicide", NOT_COMPLETE, "Suicide question: skipped on today's scale; ask first.")
