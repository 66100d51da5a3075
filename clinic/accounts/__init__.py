"""Who works here and who is signed in: passwords, sign-in, access sessions, and keeping the accounts."""

from clinic.accounts.keeping import (
    change,
    create,
    listing,
    reset_password,
    set_preference,
)
from clinic.accounts.sessions import Access, access_of, actor_of, sign_out, touch, why_ended
from clinic.accounts.signing_in import SignedIn, change_own_password, sign_in

__all__ = [
    "Access",
    "SignedIn",
    "access_of",
    "actor_of",
    "change",
    "change_own_password",
    "create",
    "listing",
    "reset_password",
    "set_preference",
    "sign_in",
    "sign_out",
    "touch",
    "why_ended",
]
