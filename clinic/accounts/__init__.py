"""Who works here and who is signed in: passwords and PINs, sign-in, access sessions, and keeping the accounts."""

from clinic.accounts.keeping import (
    change,
    create,
    listing,
    reset_password,
    set_preference,
)
from clinic.accounts.locking import Locked, locked_of, unlock
from clinic.accounts.pins import has_pin, remove_pin, set_pin
from clinic.accounts.sessions import Access, access_of, actor_of, sign_out, touch, why_ended
from clinic.accounts.signing_in import SignedIn, change_own_password, sign_in

__all__ = [
    "Access",
    "Locked",
    "SignedIn",
    "access_of",
    "actor_of",
    "change",
    "change_own_password",
    "create",
    "has_pin",
    "listing",
    "locked_of",
    "remove_pin",
    "reset_password",
    "set_pin",
    "set_preference",
    "sign_in",
    "sign_out",
    "touch",
    "unlock",
    "why_ended",
]
