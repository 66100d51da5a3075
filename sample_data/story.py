"""What happens to people in the sample clinic, before it becomes rows: told by hand or drawn at random."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

RACEMIC, ESKETAMINE = "racemic ketamine", "esketamine"


@dataclass(frozen=True, slots=True)
class Lot:
    """What is dealt to a person and not drawn, so that the clinic as a whole has the shares it should have."""

    indication: str
    leads: str
    route: str
    kind: str
    attended: int  # how many treatments they would come to


@dataclass(slots=True)
class Form:
    """One instrument completed once; `total` is what the answers shall add up to before any is left blank."""

    instrument: str
    at: datetime
    total: int
    timing: str
    how: str = "self-report"
    suicide: int | None = None
    blank: tuple[str, ...] = ()
    only_total: bool = False
    entered_late: timedelta = timedelta(0)
    void_reason: str | None = None
    baseline_reason: str | None = None


@dataclass(slots=True)
class Event:
    term: str
    severity: str = "mild"
    onset: int | None = None
    resolved: int | None = None
    serious: bool = False
    action: str | None = None


@dataclass(slots=True)
class Vitals:
    """One observation, `minute` from the start of the dose; None is not recorded."""

    minute: int
    systolic: int | None
    diastolic: int | None
    heart_rate: int | None
    spo2: int | None
    breaths: int | None = None
    moaas: int | None = None
    note: str | None = None


@dataclass(slots=True)
class Dose:
    """One treatment given."""

    at: datetime
    ordered_mg: float
    given_mg: float
    weight_kg: float | None
    minutes: int
    note: str | None = None
    stopped_early: bool = False
    escort: str | None = "partner"
    ready_after: int | None = 100
    left_after: int = 110
    entered_late: timedelta = timedelta(0)
    confirmed: str | None = None  # set: an unlikely value was saved after this reason
    vitals: list[Vitals] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)


@dataclass(slots=True)
class Course:
    indication: str
    leads: str
    substance: str
    route: str
    opened: datetime
    stage: str = "assessment"
    stage_since: datetime | None = None
    ended_at: datetime | None = None
    end_reason: str | None = None
    goal: str | None = None
    doses: list[Dose] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)

    @property
    def anxiety_led(self) -> bool:
        return self.indication != "depression"


@dataclass(slots=True)
class Person:
    """`blood_pressure`, `pulse` and `weight` are this person's own usual values."""

    family: str
    given: str
    sex: str
    born: date
    registered: datetime
    site: str
    clinician: str
    number: int
    weight: float = 75.0
    blood_pressure: tuple[float, float] = (122.0, 76.0)
    pulse: float = 76.0
    kind: str | None = None  # how this person responds: for tests only, never stored
    courses: list[Course] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)  # outside any course
    notes: list[tuple[str, date, str]] = field(default_factory=list)  # (kind, day, text)
    moved_to: str | None = None
    concern_kept_from: datetime | None = None  # nobody closes a concern raised from then on

    @property
    def record_number(self) -> str:
        return f"SM-{self.number:04d}"

    def age(self, on: date) -> int:
        return on.year - self.born.year - ((on.month, on.day) < (self.born.month, self.born.day))
