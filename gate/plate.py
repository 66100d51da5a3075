"""What stands on the door: the clinic's name and logo, and why somebody stands outside again."""

from __future__ import annotations

from dataclasses import dataclass

from clinic import accounts, settings
from clinic.access import FRONT_DOOR
from clinic.accounts.locking import TOO_MANY
from data_model import database

_WHY = {None: None, "idle": "idle", "signed out": "out", TOO_MANY: "pins"}


@dataclass(frozen=True, slots=True)
class Plate:
    clinic_name: str
    logo: str | None  # a data: address
    synthetic: bool


def read() -> Plate:
    with database(FRONT_DOOR) as db:
        found = settings.current(db)
    return Plate(found["clinic_name"], found["logo"], found["synthetic"])


def why_out(token: str | None) -> str | None:
    """ "locked", "idle", "pins", "out" or "ended" for a cookie that does not open, None for one that never did."""
    if accounts.locked_of(token):
        return "locked"
    return _WHY.get(accounts.why_ended(token), "ended")


def demo_accounts() -> list[tuple[str, str, str, str]]:
    """(user name, password, name, role) of the sample clinic's accounts; it alone prints passwords."""
    with database(FRONT_DOOR) as db:
        return [tuple(account) for account in settings.current(db)["demo_accounts"]]
