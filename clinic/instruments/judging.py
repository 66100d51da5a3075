"""Verdicts in words from several items, by a named method; a definition names the method and its numbers."""

from __future__ import annotations

from collections.abc import Mapping

from clinic.instruments.definition import Instrument
from clinic.instruments.items import Algorithm, Subscale

Points = Mapping[str, int | None]


def judged(instrument: Instrument, algorithm: Algorithm, points: Points) -> str:
    return METHODS[algorithm.method](instrument, algorithm, points)


def present(scale: Subscale, points: Points, blank: bool = False) -> dict[str, bool]:
    """Which items of a counting subscale are reached; a blank one counts as `blank`."""
    exceptions = dict(scale.except_from)
    return {
        item: blank if points[item] is None else points[item] >= exceptions.get(item, scale.at_least)
        for item in scale.items
    }


def depressive_syndrome(instrument: Instrument, algorithm: Algorithm, points: Points) -> str:
    """ "major", "other" or "none"; "unknown" if the blank items could change the verdict.

    Enough symptoms, at least one of them a core one. The verdict rises with every symptom, so it is certain
    when reading all blanks as absent and all as present agree.
    """
    scale = counting(instrument, algorithm.counts)
    least = _syndrome(algorithm, present(scale, points, blank=False))
    most = _syndrome(algorithm, present(scale, points, blank=True))
    return least if least == most else "unknown"


def _syndrome(algorithm: Algorithm, symptoms: dict[str, bool]) -> str:
    if not any(symptoms[item] for item in algorithm.core):
        return "none"
    count = sum(symptoms.values())
    if count >= algorithm.major_from:
        return "major"
    return "other" if count >= algorithm.other_from else "none"


def every_cluster(instrument: Instrument, algorithm: Algorithm, points: Points) -> str:
    """ "yes" if each counting subscale reaches its number; "unknown" if blanks could change that."""

    def reached(blank: bool) -> bool:
        return all(
            sum(present(counting(instrument, name), points, blank).values()) >= needed
            for name, needed in algorithm.needs
        )

    return _yes_no(reached(False), reached(True))


def points_only_from(instrument: Instrument, algorithm: Algorithm, points: Points) -> str:
    """ "yes" if there are points and all of them come from the items named; "unknown" with any blank."""
    scored = {item.id: points[item.id] for item in instrument.scored_items}
    if None in scored.values():
        return "unknown"
    inside = sum(scored[item] for item in algorithm.only)
    return "yes" if inside > 0 and inside == sum(scored.values()) else "no"


def all_equal(instrument: Instrument, algorithm: Algorithm, points: Points) -> str:
    """ "yes" if every item named has this answer; one other answer settles it as "no"."""
    values = [points[item] for item in algorithm.items]
    other = any(value not in (None, algorithm.value) for value in values)
    return "no" if other else "unknown" if None in values else "yes"


def counting(instrument: Instrument, name: str) -> Subscale:
    return next(scale for scale in instrument.subscales if scale.name == name)


def _yes_no(least: bool, most: bool) -> str:
    return "unknown" if least != most else "yes" if least else "no"


METHODS = {
    "depressive_syndrome": depressive_syndrome,
    "every_cluster": every_cluster,
    "points_only_from": points_only_from,
    "all_equal": all_equal,
}
