"""Sentences and words of figures as they may leave: their counts go together, all or none.

They go where one of them is small, or two of them are a small number apart. Numbers that belong to a definition
("day 28 ± 7", "95 % interval") stay; what is not known as a definition is taken for a count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from clinic.board_report.hiding import safe
from clinic.outcomes.suppression import Scheme

HIDDEN = "…"
DEFINITIONS = re.compile(
    "|".join(
        (
            r"day \d+(?: ± \d+)?",
            r"\b(?:95|99\.8) %(?= (?:Wilson|exact|t |interval|limits))",
            r"\d+ days (?:ago|passed)",
            r"after \d+ days",
            r"\b[A-Za-z]\w*-[\w-]*\d+\w*",  # PHQ-9
            r"\b[A-Z]+\d+\b",
            r"[Tt]reatments? \d+(?: (?:to|and) \d+)?",
            r"weeks? \d+",
        )
    )
)
TAG = re.compile(r"(<[^>]*>)")
SHARE = re.compile(r"\(?\d+(?:\.\d+)? %(?: \([^)]*\))?\)?")
NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?(?![\w])")


def sentence(text: str, scheme: Scheme, known: Iterable[int] = ()) -> str:
    """Without the clauses that count, where not all counts may be shown. `known` are the denominators that the reader
    finds elsewhere in the same report."""
    if clean(text, scheme, known):
        return text
    why = f"counts are hidden: some are below {scheme.below}, or would give one away"
    clauses = (
        clause if HIDDEN not in clause else ", ".join(filter(_defines, clause.split(", ")))
        for clause in blanked(text).split("; ")
    )
    return "; ".join([*filter(None, clauses), why])


def _defines(part: str) -> bool:
    """Of a clause that counts only what defines stays: what people typed may stand in it too."""
    return HIDDEN not in part and part.startswith(("each by", "by their", "on their", "day ", "95 % "))


def words(text: str, scheme: Scheme, known: Iterable[int] = ()) -> str:
    """Of a figure: each number that goes is replaced by `HIDDEN`, tags stay."""
    return text if clean(text, scheme, known) else blanked(text)


def clean(text: str, scheme: Scheme, known: Iterable[int] = ()) -> bool:
    plain = SHARE.sub(" ", DEFINITIONS.sub(" ", TAG.sub("", text)))
    numbers = [int(found.replace(",", "")) for found in NUMBER.findall(plain) if "." not in found]
    return not numbers or safe([*numbers, *known], scheme)


def blanked(text: str) -> str:
    """Tags and definitions stay as they are."""
    made, at = [], 0
    keep = re.compile(f"{TAG.pattern}|({DEFINITIONS.pattern})")
    for found in keep.finditer(text):
        made += [_blanked(text[at : found.start()]), found.group()]
        at = found.end()
    return "".join([*made, _blanked(text[at:])])


def _blanked(text: str) -> str:
    return NUMBER.sub(HIDDEN, text)
