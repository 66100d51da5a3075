"""Leaving: what was assessed, who comes along, when somebody was ready, when they left, and who decided."""

from __future__ import annotations

from dataclasses import replace

from clinic import editions
from clinic.access import require
from clinic.accounts import second, signing_in
from clinic.chair import leaving
from clinic.chair.entry import LONG, Ask, Entry
from clinic.chair.rows import begun
from clinic.refused import BadInput
from data_model import Account, Database, LeavingCheck, Treatment


def tick(db: Database, treatment: Treatment, entry: Entry) -> None:
    """An answer to one criterion that nothing measures; None takes the answer before it back."""
    criterion = entry.words("criterion", "Say which criterion it is.")
    ticked = {each.id for each in editions.of(db, treatment).leaving if each.method == "ticked"}
    if criterion not in ticked:
        raise BadInput("This is no criterion that is answered by hand.")
    db.add(
        LeavingCheck(
            **begun(db, treatment, entry),
            criterion=criterion,
            met=entry.flag("met"),
            note=entry.text("note", LONG),
            assessed_at=entry.at,
        )
    )


def escort(db: Database, treatment: Treatment, entry: Entry) -> None:
    treatment.escort = entry.words("name", "Name the responsible adult.")
    treatment.transport = entry.text("transport")


def ready(db: Database, treatment: Treatment, entry: Entry) -> None:
    """The first time stands. What is not met then is for a prescriber to decide."""
    if treatment.ready_at is not None:
        return
    found = leaving.readiness(db, treatment, entry.at)
    if not found.ready and not treatment.leaving_decided_by:
        raise Ask("decision", *(f"{each.title}: {each.says}" for each in found.open))
    treatment.ready_at = entry.at


def left(db: Database, treatment: Treatment, entry: Entry) -> None:
    """Leaving is recorded, never prevented: with something not met it wants a reason, unless a prescriber has
    decided; before the end of a minimum observation that is locked it wants one in any case."""
    if treatment.left_at is not None:
        if treatment.left_at == entry.at:
            return
        raise BadInput("When they left is recorded already. Take it back first to change it.")
    if entry.at < treatment.started_at:
        raise BadInput("Nobody can leave before the start.")
    found = leaving.readiness(db, treatment, entry.at)
    too_soon = leaving.locked_minimum(editions.of(db, treatment), treatment, entry.at)
    reason = entry.text("reason", LONG)
    if not reason and (too_soon or not (found.ready or treatment.leaving_decided_by)):
        raise Ask("reason", *(f"{each.title}: {each.says}" for each in found.open))
    treatment.left_at = entry.at
    treatment.left_early_reason = None if found.ready else reason


def confirmed(db: Database, entry: Entry) -> Entry:
    """A decision with the name of the prescriber who has just shown who they are, and without their secret; any other
    entry as it is. Asked before anything is written. Raises Refused."""
    if entry.kind != "decide":
        return entry
    entry.words("reason", "Say why they may leave.", LONG)
    username = entry.words("username", "Say who decides.")
    secret = entry.said.get("secret")
    if not isinstance(secret, str) or len(secret) > LONG:
        raise BadInput("The password or PIN is missing.")
    own = db.get(Account, db.actor.account_id) if db.actor.account_id else None
    if own is not None and own.username == signing_in.login_name(username):
        require(db, "prescribe")
        account = second.confirm_own(db, secret)
    else:
        account = second.confirm_other(db, username, secret, right="prescribe")
    return replace(entry, said={"reason": entry.said["reason"], "by": account.name})


def decide(db: Database, treatment: Treatment, entry: Entry) -> None:
    treatment.leaving_decided_by = entry.said["by"]
    treatment.leaving_decision = entry.words("reason", "Say why they may leave.", LONG)
