"""Names as they are looked for: without accents and case, and by how they sound."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from data_model import Patient


def plain(text: str) -> str:
    """Lower case without accents, so that "Müller" is found by "muller"."""
    apart = unicodedata.normalize("NFKD", text.lower().replace("ß", "ss"))
    return "".join(letter for letter in apart if not unicodedata.combining(letter)).strip()


def sound(family_name: str, given_name: str) -> str:
    """A key under which like-sounding names fall together: first letters kept, vowels and doubles dropped."""
    return " ".join(_skeleton(name) for name in (family_name, given_name))


def _skeleton(name: str) -> str:
    letters = re.sub(r"[^a-z]", "", plain(name))
    for pair, one in (("ph", "f"), ("ck", "k"), ("c", "k"), ("q", "k"), ("z", "s"), ("v", "f"), ("w", "f")):
        letters = letters.replace(pair, one)
    kept = letters[:1] + re.sub(r"[aeiouyh]", "", letters[1:])
    return re.sub(r"(.)\1+", r"\1", kept)


def index_for_search(patient: Patient, merged: Iterable[Patient] = ()) -> None:
    """Fills what `search` and `similar` look through; whoever changes a name calls it. `merged` are the records that
    became part of this one: it is found by their numbers and names too."""
    patient.search_text = " ".join(
        plain(f"{each.family_name} {each.given_name} {each.record_number}") for each in (patient, *merged)
    )
    patient.sound = sound(patient.family_name, patient.given_name)
