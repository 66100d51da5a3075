"""Who may do what: the only place where rights are written."""

from __future__ import annotations

import getpass

from clinic.refused import NotAllowed
from data_model import Account, Actor, Database
from data_model.accounts import Role

NURSE, CLINICIAN, LEAD, ADMINISTRATOR, AUDITOR = Role

# action -> the roles that have it. Every function in this room asks for its action first.
ROLES_BY_ACTION: dict[str, set[Role]] = {
    "see patients": {NURSE, CLINICIAN, LEAD, AUDITOR},
    "see names": {NURSE, CLINICIAN, AUDITOR},
    "edit patients": {NURSE, CLINICIAN},
    "record assessments": {NURSE, CLINICIAN},
    "record treatments": {NURSE, CLINICIAN},
    "sign treatments": {NURSE, CLINICIAN},
    "amend treatments": {NURSE, CLINICIAN},
    "plan treatments": {NURSE, CLINICIAN},
    "see rooms": {NURSE, CLINICIAN},
    "see today": {NURSE, CLINICIAN},
    "answer alerts": {NURSE, CLINICIAN},
    "write letters": {NURSE, CLINICIAN},
    "choose baselines": {CLINICIAN},
    "move records": {CLINICIAN},
    "see scales": set(Role),
    "see protocols": set(Role),
    "edit protocols": {CLINICIAN, LEAD},
    "approve protocols": {CLINICIAN, LEAD},
    "see drug log": {NURSE, CLINICIAN, LEAD, AUDITOR},
    "keep drug log": {NURSE, CLINICIAN},
    "see safety": {CLINICIAN, LEAD, AUDITOR},
    "see outcomes": {CLINICIAN, LEAD},
    "see audit": {AUDITOR, ADMINISTRATOR},
    "manage accounts": {ADMINISTRATOR},
    "change settings": {ADMINISTRATOR},
    "import records": {ADMINISTRATOR},
}
# Rights that an account may be given beyond its role, and the flag that gives them.
GRANTS = {"prescribe": "may_prescribe", "see names": "sees_names"}
# What anybody signed in may do to their own account.
OWN = frozenset({"change own password"})

ACTIONS = [*ROLES_BY_ACTION, "prescribe", *OWN]


def rights(role: Role, may_prescribe: bool = False, sees_names: bool = False) -> frozenset[str]:
    """The actions of a role with its grants. The right to prescribe is a clinician's; a lead may be granted
    names; no flag gives anybody else anything."""
    of_role = {action for action, roles in ROLES_BY_ACTION.items() if role in roles}
    if may_prescribe and role is CLINICIAN:
        of_role.add("prescribe")
    if sees_names and role is LEAD:
        of_role.add("see names")
    return frozenset(of_role) | OWN


def actor(account: Account, access_session_id: int | None = None) -> Actor:
    return Actor(
        name=account.name,
        kind="account",
        rights=rights(account.role, account.may_prescribe, account.sees_names),
        account_id=account.id,
        access_session_id=access_session_id,
        role=account.role,
        preferences=tuple(sorted((account.preferences or {}).items())),
    )


def command_line(user: str | None = None) -> Actor:
    """Whoever runs commands on this machine can read the file anyway: every right, under the system name."""
    return Actor(
        name=f"command line ({user or _system_user()})", kind="command line", rights=frozenset(ACTIONS)
    )


def _system_user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container without a passwd entry
        return "unknown user"


FRONT_DOOR = Actor(name="front door", kind="front door", rights=frozenset({"check passwords", "see rooms"}))


def can(actor: Actor, action: str) -> bool:
    if action not in ACTIONS and action != "check passwords":
        raise KeyError(f"no such action: {action}")
    return action in actor.rights


def require(db: Database, action: str) -> None:
    """Raises NotAllowed unless the transaction's actor may do this."""
    if not can(db.actor, action):
        raise NotAllowed(f"Your account ({db.actor.role or db.actor.kind}) may not {action}.")
