"""Who does the thing now. No actor, no database."""

from __future__ import annotations

from dataclasses import dataclass


class NoActor(Exception):
    """Nobody in particular asked for data."""


@dataclass(frozen=True, slots=True)
class Actor:
    """A person signed in, the command line, or the front door itself while it checks a password.

    `rights` holds the actions of `clinic.access` that this actor may do; this room only carries them.
    """

    name: str
    kind: str  # "account", "command line" or "front door"
    rights: frozenset[str] = frozenset()
    account_id: int | None = None
    access_session_id: int | None = None
    role: str | None = None
    preferences: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise NoActor("An actor has a name.")
        if self.kind == "account" and self.account_id is None:
            raise NoActor("An account's actor names its account.")
