"""What the rules say of a course on each scale: change, response, remission, whether it holds, and early signals.

Each verdict names its rule with its version, and says why where there is none (docs/clinical.md A, B, D). It is
what a rule saw in the scores; what it means is for the clinician.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from math import inf

import pandas as pd

from clinic.instruments.definition import Instrument
from clinic.instruments.rules import percent_improvement
from clinic.outcomes import change, counting, durability
from clinic.outcomes.following import Followed, days_and_totals
from clinic.outcomes.states import EARLIEST_ANCHOR
from clinic.outcomes.wording import number, signed

VERSION = "1"  # of the rules that stand in code: counting, loss of response
NAMES = ("change", "response", "remission", "holding", "early signal")
NOT_JUDGED = "not judged"


@dataclass(frozen=True, slots=True)
class Verdict:
    """`value` in a word or two, `detail` the sentence behind it. `holds` is None where the rule cannot be judged,
    and `detail` then says why; `grave` marks worsening, fading and loss. `rule` is id and version, "" without one."""

    name: str
    holds: bool | None
    value: str
    detail: str
    rule: str = ""
    evidence: str = ""
    grave: bool = False


@dataclass(frozen=True, slots=True)
class OfScale:
    """All verdicts of one scale, in the order of `NAMES`; `score` and `night` are the last score that counts."""

    instrument: str
    title: str
    baseline: float | None
    score: float | None
    night: int | None
    verdicts: tuple[Verdict, ...]

    def named(self, name: str) -> Verdict:
        return next(each for each in self.verdicts if each.name == name)


def of_scale(it: Followed, ended: Iterable[tuple[float, str]] = ()) -> OfScale:
    """`ended` are the days and words of what ends a response at once by docs/clinical.md D.3: an admission for the
    condition, a suicide attempt, death, ECT, a new antidepressant, a rescue dose (`since_first_dose`)."""
    counted = it.counted
    last = counted.iloc[-1] if len(counted) else None
    verdicts = (_change(it, last), _response(it, last), _remission(it, last), _holding(it, ended), _early(it))
    score, night = (None, None) if last is None else (float(last["total"]), int(last["night"]))
    return OfScale(it.scale.id, it.scale.title, it.baseline.total, score, night, verdicts)


def since_first_dose(
    ended: Iterable[tuple[date, str]], starts: pd.DataFrame, course: str, zone: str
) -> list[tuple[float, str]]:
    """Dates as days of this course; what lies before its first dose ends no response in it, and is negative."""
    mine = starts[starts["episode"] == course]
    if not len(mine):
        return []
    first = mine["start"].iloc[0].tz_convert(zone).date()
    return [(float((on - first).days), words) for on, words in ended]


def _change(it: Followed, last) -> Verdict:
    rule = it.scale.default_change
    if rule is None:
        return _open("change", "no reliable change is agreed for this scale")
    said = f"{rule.id} v{it.scale.version}", rule.evidence
    if why := _why_not(it, last):
        return _open("change", why, *said)
    found = change.reliable_change(it.scale, it.baseline.total, last["total"])
    if found is None:
        return _open("change", "the threshold needs a baseline", *said)
    points = change.error_points(it.scale, it.baseline.total)
    beyond = "within measurement error" if found == "unchanged" else "beyond measurement error"
    value = {"better": "improved", "worse": "worse", "unchanged": "unchanged"}[found]
    detail = f"{_moved(it, last)}, {beyond} ({number(points)} points)"
    return Verdict("change", found != "unchanged", value, detail, *said, grave=found == "worse")


def _response(it: Followed, last) -> Verdict:
    rule = it.scale.default_response
    if rule is None:
        return _open("response", "nobody has named a response rule for this scale")
    said = f"{rule.id} v{it.scale.version}", rule.evidence
    if why := _why_not(it, last) or _mild_or_soon(it, last):
        return _open("response", why, *said)
    met = change.responded(rule, it.baseline.total, last["total"])
    if met is None:
        return _open("response", "no improvement can be worked out from this baseline", *said)
    if not met and change.partly(rule, it.baseline.total, last["total"]):
        named = it.scale.default_partial
        by = f"{named.id} v{it.scale.version}" if named else change.PARTLY_RULE
        evidence = named.evidence if named else "unverified"
        return Verdict("response", False, "partly", _moved(it, last), f"{said[0]}, {by}", evidence)
    return Verdict("response", met, "met" if met else "not met", _moved(it, last), *said)


def _remission(it: Followed, last) -> Verdict:
    rule = it.scale.default_remission
    if rule is None:
        return _open("remission", "nobody has named a remission rule for this scale")
    said = f"{rule.id} v{it.scale.version}", rule.evidence
    if why := _why_not(it, last) or _mild_or_soon(it, last):
        return _open("remission", why, *said)
    met = change.in_remission(rule, last["total"], it.baseline.total)
    detail = f"{it.scale.title} {number(last['total'])} on day {last['night']}; the rule asks for {rule.says}"
    return Verdict("remission", met, "met" if met else "not met", detail, *said)


def _holding(it: Followed, ended: Iterable[tuple[float, str]]) -> Verdict:
    """Whether a response, once there, holds: lost on two scores or by an event, fading on the last one alone."""
    rule = it.scale.default_response
    said = (f"{durability.LOSS_RULE} v{VERSION}", "ours")
    if rule is None:
        return _open("holding", "nobody has named a response rule for this scale")
    counted = it.counted
    why = _why_not(it, counted.iloc[-1] if len(counted) else None)
    if not why and it.too_mild:
        why = _mild(it)
    if why:
        return _open("holding", why, *said)
    days, totals = days_and_totals(counted)
    lost = durability.loss_of_response(rule, it.baseline.total, days, totals, at_once=ended)
    if lost is None:
        return _open("holding", "no response so far that could be lost", *said)
    if lost.event:
        regained = days[-1] > lost.day and rule.met(totals[-1], it.baseline.total)
        again = " It is met again at the last score." if regained else ""
        return Verdict("holding", False, "lost", _lost(lost) + again, *said, grave=not again)
    if durability.fading(rule, it.baseline.total, days, totals, at_once=ended):
        detail = (
            f"the last score, on day {days[-1]:.0f}, no longer meets {rule.id}; one reading, not confirmed"
        )
        return Verdict("holding", False, "fading", detail, *said, grave=True)
    return Verdict(
        "holding", True, "holds", f"since day {lost.since:.0f}, last seen on day {lost.day:.0f}", *said
    )


def _lost(lost: durability.TimeTo) -> str:
    if lost.why == "scores":
        days = f"between day {lost.after:.0f} and day {lost.day:.0f}"
        return f"the response of day {lost.since:.0f} was lost {days}, seen again on day {lost.confirmed_day:.0f}."
    return f"the response of day {lost.since:.0f} ended on day {lost.day:.0f}: {lost.why}."


def _early(it: Followed) -> Verdict:
    """The last score too soon to count, if nothing newer counts."""
    said = (f"{counting.RULE} v{VERSION}", "ours")
    early, counted = it.early, it.counted
    if not len(early):
        return _open("early signal", "no score was taken too soon to count", *said)
    last = early.iloc[-1]
    if len(counted) and counted["night"].iloc[-1] > last["night"]:
        return _open("early signal", "a later score counts", *said)
    detail = f"{last['why_not'].removeprefix('early signal: ')}; drawn, not counted towards response"
    return Verdict("early signal", None, _moved(it, last), detail, *said)


def _why_not(it: Followed, last) -> str:
    """Why nothing can be said yet, in the order in which somebody would ask."""
    if not it.started:
        return "no dose in this course yet"
    if it.baseline.total is None:
        return it.baseline.why
    if last is not None:
        return ""
    if it.other_version and not len(it.rows):
        return "the scores since are of another version of the scale and are not compared with this baseline"
    if it.prorated and not len(it.rows):
        return "only prorated scores since the first dose"
    return "no score that counts yet: 72 h after the last dose and 7 days after the first"


def _mild_or_soon(it: Followed, last) -> str:
    if it.too_mild:
        return _mild(it)
    if last["night"] < EARLIEST_ANCHOR:
        return f"judged from day {EARLIEST_ANCHOR} on; the last score is of day {last['night']}"
    return ""


def _mild(it: Followed) -> str:
    rule = it.scale.too_mild_below
    by = (
        f"is below {number(rule.conditions[0].value)}, {rule.id} v{it.scale.version}"
        if rule
        else "is the floor"
    )
    return f"baseline too mild: {number(it.baseline.total)} {by}"


def _moved(it: Followed, last) -> str:
    """`PHQ-9 21 to 9 on day 28, 57 % better`; points where a percentage would not mean anything."""
    before, total = it.baseline.total, float(last["total"])
    if before is None:
        return f"{it.scale.title} {number(total)} on day {last['night']}"
    moved = f"{it.scale.title} {number(before)} to {number(total)} on day {last['night']}"
    percent = percent_of(it.scale, before, total)
    if percent is None or round(percent) == 0:
        return f"{moved}, {signed(total - before)} points"
    return f"{moved}, {abs(round(percent))} % {'better' if percent > 0 else 'worse'}"


def percent_of(scale: Instrument, baseline: float | None, total: float) -> float | None:
    """Per cent improvement where the scale's own response rule counts in per cent, else None: there is no
    percentage common to all scales (docs/clinical.md A)."""
    rule = scale.default_response
    if rule is None or not any(each.measure == "fall_percent" for each in rule.conditions):
        return None
    found = percent_improvement(baseline, total, rule.floor)
    return None if found is None or abs(found) == inf else found


def _open(name: str, why: str, rule: str = "", evidence: str = "") -> Verdict:
    return Verdict(name, None, NOT_JUDGED, why, rule, evidence)
