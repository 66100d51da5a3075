"""What the rules look at, as plain values. Each fact names its `subject`, table:key of the row it comes from.

None is not known, never normal; what somebody has taken back is not among the facts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from clinic.instruments import Rule as ResponseRule
from clinic.protocols.definition import Protocol
from clinic.protocols.limit import Limit
from clinic.protocols.vitals import Breach, Reading


@dataclass(frozen=True, slots=True)
class Observation:
    """One observation with the limits it reaches. `before` is the person's own reading before the dose;
    `dissociation_before` the rating then, if it was on the same scale."""

    subject: str
    at: datetime
    minute: float | None
    reading: Reading
    before: Reading | None
    breaches: tuple[Breach, ...]
    dissociation: float | None = None
    scale: str | None = None
    dissociation_before: float | None = None


@dataclass(frozen=True, slots=True)
class Missed:
    """An observation of the schedule that nobody entered; `at` is when its window closed."""

    subject: str
    name: str
    at: datetime
    running: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """What a rule of the protocol saw in a dose, such as a finding that was stored with its order."""

    id: str
    tier: str
    says: str


@dataclass(frozen=True, slots=True)
class Dose:
    """A dose that was ordered, or given (with or without an order). `allowed`: a second clinician had confirmed at
    least as much."""

    subject: str
    at: datetime
    of: str
    says: str
    findings: tuple[Seen, ...]
    allowed: bool = False


@dataclass(frozen=True, slots=True)
class Given:
    """What was given beside what was ordered, in mg."""

    subject: str
    at: datetime
    mg: float
    ordered_mg: float
    stopped_early: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate came to when somebody asked to start: `reasons` are (item, what it said)."""

    subject: str
    at: datetime
    verdict: str
    reasons: tuple[tuple[str, str], ...]
    started: bool
    override_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    subject: str
    at: datetime
    item: str
    title: str
    value: str


@dataclass(frozen=True, slots=True)
class Event:
    subject: str
    at: datetime
    term: str
    severity: str
    serious: bool


@dataclass(frozen=True, slots=True)
class Leaving:
    """Somebody left. `elapsed` minutes of the `minimum` observation; None where one of the two is not known."""

    subject: str
    at: datetime
    elapsed: float | None
    minimum: Limit | None
    reason: str | None
    decided_by: str | None
    ready: bool


@dataclass(frozen=True, slots=True)
class Doubt:
    """A value outside what is usual that was saved after confirmation."""

    subject: str
    at: datetime
    says: str


@dataclass(frozen=True, slots=True)
class Duty:
    """Something to be done within so many days of a treatment."""

    subject: str
    title: str
    since: datetime
    days: int
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class SuicideAnswer:
    """One answer about suicide. `level` is 0 to 5 and 6 for behaviour on a scale that is read as a level (`by_level`),
    otherwise the item's own number; `urgent` is what the scale's file calls so; `previous` the last answer before it
    on the same scale."""

    subject: str
    at: datetime
    saw: str
    level: float
    urgent: bool
    by_level: bool
    previous: float | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """One score of a series. `whole` has a total and is not prorated; `counts` may speak of response."""

    subject: str
    at: datetime
    day: float
    total: float | None
    whole: bool
    counts: bool


@dataclass(frozen=True, slots=True)
class Ended:
    """Something in a course that ends a response without a score; `day` since the first dose, `says` with its date."""

    subject: str
    at: datetime
    day: float
    says: str


@dataclass(frozen=True, slots=True)
class Series:
    """One person's scores of one scale in one course, oldest first, with the doses of the course. `baseline` is a
    total and when it was taken. `leads`: it is the scale of this course; only then has it what `ended` a response."""

    course: str
    instrument: str
    title: str
    scores: tuple[Score, ...]
    baseline: float | None
    baseline_at: datetime | None
    leads: bool
    floor: float
    too_mild: bool | None
    response: ResponseRule | None
    doses: tuple[tuple[datetime, str, str], ...] = ()  # when, substance, route
    ended: tuple[Ended, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """The result of one check between treatments; `value` has a meaning for liver tests only."""

    subject: str
    at: datetime
    kind: str
    finding: str | None
    value: float | None
    text: str | None


@dataclass(frozen=True, slots=True)
class CheckAge:
    """How old the last check is that a limit of the protocol asks for, in days; without any, since the first dose."""

    subject: str
    at: datetime
    limit: Limit
    days: float
    ever: bool


@dataclass(frozen=True, slots=True)
class Unmeasured:
    """A course under treatment without a score on its own scale for longer than the clinic's setting allows."""

    subject: str
    at: datetime
    title: str
    days: int
    allowed: int
    stage: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything about one treatment or one person that somebody gathered; `now` is when they looked. Facts that no
    limit of a protocol is about may come without one."""

    protocol: Protocol | None
    now: datetime
    observations: tuple[Observation, ...] = ()
    missed: tuple[Missed, ...] = ()
    doses: tuple[Dose, ...] = ()
    given: tuple[Given, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    answers: tuple[Answer, ...] = ()
    events: tuple[Event, ...] = ()
    leaving: tuple[Leaving, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    duties: tuple[Duty, ...] = ()
    suicide: tuple[SuicideAnswer, ...] = ()
    series: tuple[Series, ...] = ()
    checks: tuple[Check, ...] = ()
    check_ages: tuple[CheckAge, ...] = ()
    unmeasured: tuple[Unmeasured, ...] = ()
