"""What a treatment protocol is: the frozen shapes that a definition file is read into."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from clinic.instruments.rules import COMPARISONS, absent

# How far a statement can be trusted; shown wherever the statement is.
EVIDENCE = ("published", "unverified", "ours")
PHASES = ("pre", "during", "leaving", "order")
ROUTES = ("IV", "IM", "SC", "IN", "SL", "oral")
SUBSTANCES = ("racemic ketamine", "esketamine")
# Each from mildest to worst. What is "info" is said and counted, and asks for nothing.
VITAL_TIERS = ("info", "amber", "hold", "no_start", "red", "critical")
DOSE_TIERS = ("info", "warn", "strong", "block")
DRUG_TIERS = ("none", "note", "amber", "red")

# What a limit may be about, in words; the unit stands after the comma where there is one.
MEASURES = {
    "systolic_mmhg": "systolic blood pressure, mmHg",
    "diastolic_mmhg": "diastolic blood pressure, mmHg",
    "heart_rate_bpm": "heart rate, per minute",
    "spo2_percent": "oxygen saturation, %",
    "respiratory_rate": "respiratory rate, per minute",
    "moaas": "MOAA/S",
    "systolic_rise_mmhg": "systolic rise above the pre-dose value, mmHg",
    "diastolic_rise_mmhg": "diastolic rise above the pre-dose value, mmHg",
    "systolic_fall_percent": "systolic fall below the pre-dose value, %",
    "systolic_change_percent": "systolic difference from the pre-dose value (either way), %",
    "diastolic_change_percent": "diastolic difference from the pre-dose value (either way), %",
    "spo2_fall_percent": "fall of oxygen saturation below the pre-dose value, percentage points",
    "moaas_fall": "MOAA/S below the pre-dose value, points",
    "dissociation_rise": "dissociation rating above the pre-dose value, points",
    "dissociation": "dissociation rating",
    "cadss": "CADSS (23 items)",
    "aldrete": "modified Aldrete score",
    "suicide_answer": "answer to the suicide item of a rating scale",
    "suicide_rise": "suicide item above the last answer, points",
    "columbia_level": "level of ideation on the C-SSRS",
    "minutes_since_start": "time since the start or the first device, minutes",
    "minutes_since_stop": "time since the end of the dose, minutes",
    "minutes_from_due": "time between an observation and when it was due, minutes",
    "answer_age_minutes": "age of the answer or the measurement, minutes",
    "food_minutes": "time since the last food, minutes",
    "fluid_minutes": "time since the last drink, minutes",
    "nasal_spray_minutes": "time since a nasal steroid or decongestant, minutes",
    "alt_times_uln": "ALT, times the upper limit of normal",
    "ast_times_uln": "AST, times the upper limit of normal",
    "liver_tests_age_days": "age of the last liver tests, days",
    "urinary_symptoms_age_days": "time since urinary symptoms were asked about, days",
    "cognition_age_days": "time since cognition was tested, days",
    "drug_screen_age_days": "time since the last urine drug screen, days",
    "pdmp_age_days": "time since the last PDMP query, days",
    "mg": "dose, mg",
    "mg_per_kg": "dose, mg/kg",
    "mg_per_kg_per_min": "rate, mg/kg per minute",
    "minutes": "duration of the dose, minutes",
    "devices": "devices",
    "minutes_between_devices": "time between two devices, minutes",
    "mg_difference_percent": "difference between mg and mg/kg × weight, % of mg",
    "volume_difference_percent": "difference between mg and mL × concentration, % of mg",
    "weight_kg": "dosing weight, kg",
    "weight_age_days": "age of the weight, days",
    "weight_change_percent": "change of weight since the last one, (either way), %",
    "bmi": "body mass index, kg/m²",
    "age_years": "age, years",
    "calendar_days_since_last": "calendar days since the last dose (the same day is 0)",
    "hours_since_last": "time since the last dose, hours",
    "sessions_in_7_days": "sessions in 7 days (this one counted)",
    "sessions_in_30_days": "sessions in 30 days (this one counted)",
    "step_mg_per_kg": "rise above the last dose, mg/kg",
    "step_percent": "rise above the last dose, %",
    "step_mg": "rise above the last dose, mg",
    "ladder_steps": "steps up the ladder at once",
    "tolerated_sessions": "tolerated sessions at the current dose",
    "hours_since_event": "time since an adverse event of at least moderate grade, hours",
}


@dataclass(frozen=True, slots=True)
class When:
    """The circumstances under which a limit counts; what is None does not restrict it."""

    first_on_route: bool | None = None
    stage: str | None = None
    symptoms: bool | None = None
    week_from: int | None = None
    week_to: int | None = None
    not_indication: str | None = None

    def applies(self, **known: object) -> bool:
        """Whether the limit counts. A circumstance that nobody has recorded (None or not given) counts as the
        one that makes the limit apply: what is unknown must not switch a limit off.

        `known`: first_on_route, stage, symptoms, week (of the course, from 1), indication.
        """
        week, indication = known.get("week"), known.get("indication")
        same = ("first_on_route", "stage", "symptoms")
        if any(differs(getattr(self, name), known.get(name)) for name in same):
            return False
        if self.week_from is not None and week is not None and week < self.week_from:
            return False
        if self.week_to is not None and week is not None and week > self.week_to:
            return False
        return self.not_indication is None or indication != self.not_indication


def differs(asked: object, known: object) -> bool:
    return asked is not None and known is not None and asked != known


@dataclass(frozen=True, slots=True)
class Limit:
    """One number of a clinic: `measure comparison value` is the breach. Route and substance None mean all.

    `outer` are the lowest and highest value that a clinic may give it (both allowed), `tighter_only` says that
    a change may only make it break sooner. `stricter_first`: one tier worse at a person's first dose by a route.
    """

    id: str
    measure: str
    phase: str
    comparison: str
    value: float
    tier: str
    wording: str
    source: str
    evidence: str
    route: str | None = None
    substance: str | None = None
    outer: tuple[float, float] | None = None
    locked: bool = False
    tighter_only: bool = False
    stricter_first: bool = False
    when: When = When()

    @property
    def says(self) -> str:
        """The breach in words, with the number as it is now; `wording` has {value} in its place."""
        return self.wording.replace("{value}", f"{self.value:g}")

    @property
    def group(self) -> str:
        """The first word of the id: bp, dose, weight, interval and so on."""
        return self.id.split(".", 1)[0]

    def broken_by(self, value: float | None) -> bool | None:
        """Whether this value breaks the limit; None for a value that is missing, which is not within it."""
        return None if absent(value) else COMPARISONS[self.comparison](value, self.value)

    def is_for(self, route: str | None, substance: str | None) -> bool:
        """A route or substance that is not asked about (None) restricts nothing."""
        return not differs(self.route, route) and not differs(self.substance, substance)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule without a number of its own, such as a product that nobody knows, with the tier it raises."""

    id: str
    tier: str
    says: str
    source: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Slip:
    """A ratio between two numbers that gives away a typing error: from `low` to `high`, both included.
    `of` is "weight" (to the last weight) or "dose" (to what the order's other numbers, or the last dose, say)."""

    id: str
    of: str
    low: float
    high: float
    tier: str
    says: str
    source: str
    evidence: str

    def seen_in(self, ratio: float | None) -> bool | None:
        return None if absent(ratio) else self.low <= ratio <= self.high


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the observation. Either named minutes `at`, or one `every` so many minutes up to `until`: "stop"
    (the end of the dose), "leaving" (the minimum observation), or a minute from the start. `after` is the anchor:
    minutes count from "start" or "stop". `window` names the tolerance: "during" or "after"."""

    window: str
    after: str = "start"
    at: tuple[int, ...] = ()
    every: int | None = None
    begins: int = 0
    until: int | str | None = None


@dataclass(frozen=True, slots=True)
class Schedule:
    """When to observe after one substance by one route; route and substance None mean all others. The minimum
    observation is the limit that `minimum` names, an observation is due there too."""

    id: str
    minimum: str
    stretches: tuple[Stretch, ...]
    source: str
    evidence: str
    route: str | None = None
    substance: str | None = None


@dataclass(frozen=True, slots=True)
class Windows:
    """For how many minutes an observation counts: `during` and `after` either side of a due time, `pre` before
    the start, `leaving` before somebody leaves. Each is the id of a limit."""

    pre: str
    during: str
    after: str
    leaving: str


@dataclass(frozen=True, slots=True)
class Ladder:
    """Doses in mg/kg that a published schedule climbs. A step up on it raises neither the escalation rules nor
    a "warn" on mg/kg; the stronger tiers and the limits in mg stand. Leaving it is rule `ladder.left`."""

    id: str
    title: str
    route: str
    substance: str
    steps: tuple[float, ...]
    days_between: float
    says: str
    source: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Product:
    """One strength on the shelf. `device_mg` for what is given by the device, `dilute_for` the routes by which
    it must not be given undiluted, `routes` those it may be given by."""

    id: str
    title: str
    substance: str
    routes: tuple[str, ...]
    source: str
    evidence: str
    mg_per_ml: float | None = None
    device_mg: float | None = None
    dilute_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Weighing:
    """The arithmetic of ideal (Devine) and adjusted weight and of the units; kilograms, inches, centimetres."""

    ideal_male_kg: float
    ideal_female_kg: float
    ideal_kg_per_inch: float
    ideal_from_inches: float
    adjusted_share: float
    cm_per_inch: float
    kg_per_lb: float
    source: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Concomitant:
    """A class of other drugs and how much it matters: tiers "none", "note", "amber", "red".

    `same_day` is the tier if it was taken today, `with_same_day` names classes that make it `with_tier` if they
    were taken today, `by_route` gives routes a tier of their own. `asks` is what to ask about it.
    """

    id: str
    title: str
    drugs: tuple[str, ...]
    tier: str
    says: str
    source: str
    evidence: str
    same_day: str | None = None
    with_same_day: tuple[str, ...] = ()
    with_tier: str | None = None
    by_route: tuple[tuple[str, str], ...] = ()
    asks: str = ""


@dataclass(frozen=True, slots=True)
class GateItem:
    """One question before the dose. `go_if` is the answer ("yes" or "no") with which a dose may start, `else_`
    the verdict after the other one. `lasts`: "visit" (the same calendar day), "course", or the id of the limit on
    its age. Asked only by `route`, of `substance` and of `sex`, where given."""

    id: str
    title: str
    asks: str
    go_if: str
    else_: str
    lasts: str
    source: str
    evidence: str
    route: str | None = None
    substance: str | None = None
    sex: str | None = None


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing that must be so before somebody leaves. `method` says by what it is judged: "minutes", "ticked",
    "blood_pressure", "oxygen", "sedation", "dissociation" or "score"; `limits` names the limits it reads."""

    id: str
    title: str
    method: str
    source: str
    evidence: str
    limits: tuple[str, ...] = ()
    substance: str | None = None


@dataclass(frozen=True, slots=True)
class Symptom:
    """Something seen or said that is an emergency at any blood pressure."""

    id: str
    title: str
    tier: str
    says: str
    source: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Duty:
    """What the law or a regulator wants around a treatment; `days` is the time it leaves, if it names one."""

    id: str
    title: str
    says: str
    source: str
    evidence: str
    days: int | None = None
    substance: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Protocol:
    """One version of a clinic's way of treating. Judgements made by it name its id and version. `pre_dose` are the
    measures without which the gate is not complete."""

    id: str
    version: str
    title: str
    says: str
    place: str
    extends: str | None
    checked_by: str
    next_review: date
    pre_dose: tuple[str, ...]
    limits: tuple[Limit, ...]
    rules: tuple[Rule, ...]
    slips: tuple[Slip, ...]
    schedules: tuple[Schedule, ...]
    windows: Windows
    ladders: tuple[Ladder, ...]
    products: tuple[Product, ...]
    weighing: Weighing
    concomitant: tuple[Concomitant, ...]
    gate: tuple[GateItem, ...]
    leaving: tuple[Criterion, ...]
    symptoms: tuple[Symptom, ...]
    duties: tuple[Duty, ...]
    fingerprint: str

    @property
    def name(self) -> str:
        """As it is stored beside what it judged: `adult@1.0`."""
        return f"{self.id}@{self.version}"

    def limit(self, id: str) -> Limit:
        """KeyError if the protocol has none of that id."""
        return {limit.id: limit for limit in self.limits}[id]

    def rule(self, id: str) -> Rule:
        """KeyError if the protocol has none of that id."""
        return {rule.id: rule for rule in self.rules}[id]

    def limits_for(
        self, phase: str, route: str | None = None, substance: str | None = None
    ) -> tuple[Limit, ...]:
        """The limits of a phase that hold for this route and substance; None asks for those of every one."""
        return tuple(
            limit for limit in self.limits if limit.phase == phase and limit.is_for(route, substance)
        )

    def group(self, name: str) -> tuple[Limit, ...]:
        """The limits whose id begins with this word."""
        return tuple(limit for limit in self.limits if limit.group == name)

    @property
    def intervals(self) -> tuple[Limit, ...]:
        return self.group("interval")

    @property
    def escalation(self) -> tuple[Limit, ...]:
        return self.group("escalation")

    @property
    def weight_rules(self) -> tuple[Limit, ...]:
        return self.group("weight")

    def schedule(self, route: str | None, substance: str | None) -> Schedule | None:
        """The one that fits both most closely; None where nobody has named one."""
        fitting = [each for each in self.schedules if suits(each, route, substance)]
        return max(fitting, key=closeness, default=None)

    def minimum_minutes(self, route: str | None, substance: str | None) -> Limit | None:
        """The minimum observation, as a limit on minutes since start or since stop (its measure says which)."""
        found = self.schedule(route, substance)
        return self.limit(found.minimum) if found else None

    def products_of(self, substance: str | None, route: str | None = None) -> tuple[Product, ...]:
        return tuple(
            each
            for each in self.products
            if not differs(each.substance, substance) and (route is None or route in each.routes)
        )


def suits(each, route: str | None, substance: str | None) -> bool:
    """Whether something that may name a route and a substance is meant for these; unlike a limit's, an unknown
    route does not fit what is meant for one route."""
    return each.route in (None, route) and each.substance in (None, substance)


def closeness(schedule: Schedule) -> tuple[bool, bool]:
    """What is meant for the substance goes before what is meant for the route."""
    return schedule.substance is not None, schedule.route is not None


def worse(tiers: tuple[str, ...], tier: str, steps: int) -> str:
    """The tier so many steps worse, at most the worst."""
    return tiers[min(tiers.index(tier) + steps, len(tiers) - 1)]
