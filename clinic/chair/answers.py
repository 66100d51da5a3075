"""The answers to the questions before a dose: each a row from its tap on, the latest one holds.

What lasts for the course is asked once in it and counts at every later treatment until somebody answers anew.
"""

from __future__ import annotations

from sqlmodel import or_, select

from clinic import editions, watching
from clinic.access import require
from clinic.chair import deciding, planning
from clinic.protocols.gate import ANSWERS
from clinic.refused import BadInput, NotFound
from data_model import Database, GateAnswer, Treatment
from data_model.columns import Status, now

IDENTITY = "gate.identity"


def answer(db: Database, treatment_key: str, item: str, value: str, note: str | None = None) -> GateAnswer:
    """Stores an answer: "yes", "no", "unknown" or "not assessed", which takes an earlier one back. Raises BadInput
    once the dose has started, and for a question that the protocol does not ask."""
    require(db, "record treatments")
    treatment = planning.waiting(db, treatment_key)
    if value not in ANSWERS:
        raise BadInput(f"“{value}” is no answer; there are {', '.join(ANSWERS)}.")
    known = {each.id for each in editions.in_force(db).gate}
    if item not in known:
        raise BadInput(f"The protocol does not ask “{item}”.")
    made = stored(db, treatment, item, value, note)
    watching.treatment(db, treatment)
    return made


def stored(db: Database, treatment: Treatment, item: str, value: str, note: str | None = None) -> GateAnswer:
    require(db, "record treatments")
    made = GateAnswer(
        patient_id=treatment.patient_id,
        episode_id=treatment.episode_id,
        treatment_id=treatment.id,
        item=item,
        value=value,
        note=(note or "").strip() or None,
        status=Status.DRAFT,
        author=db.actor.name,
        author_id=db.actor.account_id,
    )
    db.add(made)
    db.flush()
    return made


def answers(db: Database, treatment: Treatment) -> dict[str, GateAnswer]:
    """item -> the answer that counts for this treatment, however old; whether it has expired is the gate's to say."""
    require(db, "see patients")
    protocol = editions.of(db, treatment)
    lasting = [item.id for item in protocol.gate if item.lasts == "course"]
    of_course = (GateAnswer.episode_id == treatment.episode_id) & GateAnswer.item.in_(lasting)
    query = select(GateAnswer).where(
        GateAnswer.status != Status.VOID, or_(GateAnswer.treatment_id == treatment.id, of_course)
    )
    rows = db.exec(query.order_by(GateAnswer.answered_at, GateAnswer.id))
    return {row.item: row for row in rows}


def review(
    db: Database,
    answer_key: str,
    *,
    treatment_key: str | None = None,
    prescriber: deciding.Secret | None = None,
) -> GateAnswer:
    """A prescriber has seen this answer and lets the dose go ahead; it settles what is for the prescriber to decide,
    for as long as the answer lasts. `prescriber` is somebody beside the tablet. An answer of the course that was
    given at another treatment than `treatment_key` stays there, and the review stands here with it."""
    require(db, "prescribe" if prescriber is None else "record treatments")
    row = db.exec(select(GateAnswer).where(GateAnswer.key == answer_key)).first()
    if row is None:
        raise NotFound("There is no such answer.")
    treatment = planning.waiting(db, treatment_key or db.get(Treatment, row.treatment_id).key)
    if row.key not in {each.key for each in answers(db, treatment).values()}:
        raise BadInput("Somebody has answered this question again since. Look at the newer answer.")
    if row.reviewed_at is not None:
        return row
    name, account_id = deciding.by_whom(db, "prescribe", prescriber)
    if row.treatment_id != treatment.id:
        asked_at = row.answered_at
        row = stored(db, treatment, row.item, row.value, row.note)
        row.answered_at = asked_at
    row.reviewed_at, row.reviewed_by, row.reviewed_by_id = now(), name, account_id
    db.flush()
    return row
