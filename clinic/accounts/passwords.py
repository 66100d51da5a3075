"""Passwords: how they are kept, which are refused, and temporary ones that can be read out over the phone."""

from __future__ import annotations

import secrets
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 12, 200
_hasher = PasswordHasher()


def hashed(password: str) -> str:
    return _hasher.hash(_plain(password))


def matches(kept: str | None, password: str) -> bool:
    """Whether the password is the kept one. With nothing kept (no such account) it works just as long and
    says no, so that the time taken does not tell which user names exist."""
    try:
        return _hasher.verify(kept or _nobodys(), _plain(password)) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def outdated(kept: str) -> bool:
    """Whether the hash was made with weaker parameters than today's."""
    return _hasher.check_needs_rehash(kept)


def problem(password: str, username: str) -> str | None:
    """What is wrong with a new password, or None. Length is what counts; no rules about signs and digits
    (NIST SP 800-63B-4, 3.1.1.2)."""
    plain = _plain(password)
    if len(plain) < SHORTEST:
        return f"A password has at least {SHORTEST} characters."
    if len(plain) > LONGEST:
        return f"A password has at most {LONGEST} characters."
    if plain.casefold() == username.casefold():
        return "The password must not be the user name."
    return None


def temporary() -> str:
    """Four pairs of syllables and a number, 62 bits: "kuvo-remi-tasa-bino-4821" is easy to read out."""
    pairs = [_syllable() + _syllable() for _ in range(4)]
    return "-".join([*pairs, f"{secrets.randbelow(10_000):04}"])


def _syllable() -> str:
    return secrets.choice("bdfghkmnprstvz") + secrets.choice("aeiou")


def _plain(password: str) -> str:
    """One form for letters that keyboards compose differently, as é typed on a Mac."""
    return unicodedata.normalize("NFKC", password)


@cache
def _nobodys() -> str:
    return _hasher.hash(secrets.token_urlsafe())
