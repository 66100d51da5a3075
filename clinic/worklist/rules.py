"""The rules of Today that raise no alert: each puts a line on the list for as long as what it saw is so."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Why:
    """`trigger` is what has to be so; `source` where it was decided."""

    id: str
    version: str
    trigger: str
    source: str

    @property
    def name(self) -> str:
        return f"{self.id} v{self.version}"


LATE_AFTER = 15  # minutes
NOT_ASKED_DAYS = 7

LATE = Why(
    "arrival.late",
    "1",
    f"planned for today, more than {LATE_AFTER} minutes ago, and not started",
    "our own; the 15 minutes are those of docs/clinical.md H",
)
NOT_ASKED = Why(
    "suicide.not_asked",
    "1",
    f"a treatment of the last {NOT_ASKED_DAYS} days without a scale that asks about suicide on the same day; a "
    "skipped item was asked",
    "docs/clinical.md C.2",
)
WORSE = Why(
    "worse.reliable",
    "1",
    "the last score of the course on its own scale lies the scale's reliable change or more on the worse side of "
    "baseline; early and prorated scores count, to be safe; not where an alert of a rule “worse” of that scale is open",
    "docs/clinical.md D and I.1; the points are each scale's own",
)
FADING = Why(
    "response.fading",
    "1",
    "the response rule of the course's own scale, met before, is not met at the last score that counts (B.2), and "
    "the response is not lost by D.3; never where the baseline is too mild (B.5); not beside an open alert "
    "response.lost",
    "docs/clinical.md D.4",
)
RISING = Why(
    "rising.since_held",
    "1",
    "the last score that counts (B.2), with no dose after it, lies the scale's reliable change or more on the worse "
    "side of the best level that two scores in a row had held; not beside an open alert of a rule “worse” of that "
    "scale",
    "our own: the first half of docs/clinical.md D.2, on one score; a single best score is no level",
)
OVERDUE = Why(
    "overdue.days_x_severity",
    "1",
    "no score on the course's own scale for longer than the settings allow for its stage; in order of the days over "
    "the limit times the severity, which is the share of the scale's range that the last total reached (1 where "
    "there never was one: unknown is not mild)",
    "our own order; the limits are settings",
)
CHECK = Why(
    "check.due",
    "1",
    "a check is older than the protocol's limit for the stage; one never recorded counts from the first dose; where "
    "the alert check.overdue is open it stands in this place instead",
    "the protocol in force",
)
REVIEW = Why("review.due", "1", "the day of the next review of the course has come", "our own")

ALL = (LATE, NOT_ASKED, WORSE, FADING, RISING, OVERDUE, CHECK, REVIEW)
