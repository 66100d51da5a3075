"""Is this course on track? Fixed rules, which a clinic of any size can use from its first patient.

Ours ([D] in the instruments reference §2.8): less than a fifth better two weeks after the first dose, or reliably
worse at any time. A signal is a prompt to review; it stops nothing and recommends nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from clinic.outcomes import change
from clinic.outcomes.following import Followed
from clinic.outcomes.verdicts import percent_of
from clinic.outcomes.wording import number

EARLY_RULE = "expect.early20"
WORSE_RULE = "expect.worse"
VERSION = "1"
EVIDENCE = "ours"
SOURCE = "instruments reference §2.8: our own rule for clinics that are too small for a band of their own"

EARLY_PERCENT = 20
# The nominal second week, as `weekly.by_week` counts weeks: day 14 and three days to either side.
EARLY_DAY, EARLY_FROM, EARLY_TO = 14, 11, 17

SIGNAL, CLEAR, PAST, OPEN = "review", "no signal", "past", "not judged"


@dataclass(frozen=True, slots=True)
class Signal:
    """`state` is one of SIGNAL, CLEAR, PAST (it was one, and a later score is better) and OPEN (not judged)."""

    rule: str
    state: str
    says: str
    by: str = ""  # the scale's own rule of reliable change, where it decided

    @property
    def named(self) -> str:
        return f"{self.rule} v{VERSION}{f' by {self.by}' if self.by else ''}"

    @property
    def worse(self) -> bool:
        """A signal of worsening, not only of too little."""
        return self.state == SIGNAL and self.rule == WORSE_RULE


def signals(it: Followed, night: int) -> tuple[Signal, Signal]:
    """Both rules on one scale; `night` is how many days the course has lasted by now."""
    return early(it, night), worse(it)


def early(it: Followed, night: int) -> Signal:
    """Less than 20 % better at the last score of days 11 to 17 that counts."""
    if why := _why_not(it, night):
        return Signal(EARLY_RULE, OPEN, why)
    counted = it.counted
    window = counted[counted["night"].between(EARLY_FROM, EARLY_TO)]
    percent = _percent(it, window.iloc[-1])
    at = f"{_better(percent)} by day {window['night'].iloc[-1]}"
    if percent >= EARLY_PERCENT:
        return Signal(EARLY_RULE, CLEAR, f"{at}, {EARLY_PERCENT} % or more")
    later = counted[counted["night"] > window["night"].iloc[-1]]
    if len(later) and (now := _percent(it, later.iloc[-1])) >= EARLY_PERCENT:
        since = f"{_better(now)} on day {later['night'].iloc[-1]}"
        return Signal(EARLY_RULE, PAST, f"{at}, below {EARLY_PERCENT} %; since then {since}")
    below = f", below {EARLY_PERCENT} %" if percent >= 0 else ""
    return Signal(EARLY_RULE, SIGNAL, f"{at}{below}: review")


def worse(it: Followed) -> Signal:
    """Reliably worse than baseline at the last complete score, one taken soon after a dose too."""
    rule = it.scale.default_change
    if rule is None:
        return Signal(WORSE_RULE, OPEN, "no reliable change is agreed for this scale")
    if it.baseline.total is None or not len(it.rows):
        return Signal(WORSE_RULE, OPEN, it.baseline.why if it.baseline.total is None else "no score yet")
    bad, by = _worse_rows(it), f"{rule.id} v{it.scale.version}"
    if not len(bad):
        return Signal(WORSE_RULE, CLEAR, "never reliably worse than baseline", by)
    last = bad.iloc[-1]
    rise = number(abs(last["total"] - it.baseline.total))
    at = f"{it.scale.title} {number(last['total'])} on day {last['night']}, {rise} points worse than baseline"
    if last.name == it.rows.index[-1]:
        return Signal(WORSE_RULE, SIGNAL, f"{at}, beyond measurement error: review", by)
    return Signal(WORSE_RULE, PAST, f"{at}; not at the last score", by)


def _worse_rows(it: Followed) -> pd.DataFrame:
    return it.rows[change.worsened(it.scale, it.rows["total"], [it.baseline.total] * len(it.rows)) == 1]


def _why_not(it: Followed, night: int) -> str:
    if not it.started:
        return "no dose in this course yet"
    if it.baseline.total is None:
        return it.baseline.why
    if it.too_mild:
        return f"baseline {number(it.baseline.total)} is too mild for a verdict"
    if percent_of(it.scale, it.baseline.total, it.baseline.total) is None:
        return f"{it.scale.title} is not judged in per cent"
    if not it.counted["night"].between(EARLY_FROM, EARLY_TO).any():
        if night < EARLY_TO:
            return f"judged from the scores of days {EARLY_FROM} to {EARLY_TO}; this is day {night}"
        return f"no score that counts between day {EARLY_FROM} and day {EARLY_TO}"
    return ""


def _percent(it: Followed, row: pd.Series) -> float:
    return percent_of(it.scale, it.baseline.total, float(row["total"]))


def _better(percent: float) -> str:
    """Rounded towards zero, so that 19.6 % does not read as 20 and still lie below it."""
    whole = int(percent)
    return f"{whole} % improvement" if whole >= 0 else f"{-whole} % worse"
