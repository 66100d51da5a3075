"""What happens around one dose: the order, the gate before it, its parts and pauses, rescue drugs, and leaving.

Each is a row of its own from the moment it is said to be saved. `key` may be chosen by the tablet that entered it,
so that the same entry sent twice is stored once. With the treatment they are signed and locked.
"""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, Index
from sqlmodel import Field, SQLModel

from data_model.columns import Clinical, clinical, new_key, now, one_of, words
from data_model.treatments import Route, Substance, WeightBasis


class DoseOrder(Clinical, table=True):
    """What a prescriber wants given. A draft waits for a second clinician; a later order makes an earlier one
    void. `findings` are what the protocol's rules saw: [{"id", "tier", "says", "value"}, …]."""

    __tablename__ = "dose_order"
    __table_args__ = clinical(
        one_of("substance", Substance),
        one_of("route", Route),
        one_of("weight_basis", WeightBasis),
        CheckConstraint(
            "confirmed_by_id IS NULL OR confirmed_by_id <> ordered_by_id", name="confirmed_by_another"
        ),
        CheckConstraint("mg > 0", name="mg_positive"),
    )

    patient_id: int = Field(foreign_key="patient.id", index=True)
    treatment_id: int = Field(foreign_key="treatment.id", index=True)
    substance: Substance = Field(sa_type=words(Substance))
    route: Route = Field(sa_type=words(Route))
    mg: float
    mg_per_kg: float | None = None
    weight_kg: float | None = None
    weight_basis: WeightBasis = Field(default=WeightBasis.ACTUAL, sa_type=words(WeightBasis))
    weighed_on: date | None = None
    height_cm: float | None = None
    dosing_kg: float | None = None
    concentration_mg_per_ml: float | None = None
    volume_ml: float | None = None
    diluted: bool | None = None
    minutes: float | None = None
    devices: int | None = None
    ladder: str | None = None
    emergency: bool = False
    note: str | None = None
    reason: str | None = None  # for what the rules found unusual
    tier: str = "none"  # the worst of the findings
    findings: list = Field(default_factory=list, sa_type=JSON)
    protocol: str
    protocol_version: str
    identity: str  # name and birth date as they were confirmed
    ordered_at: datetime = Field(default_factory=now)
    ordered_by_id: int | None = Field(default=None, foreign_key="account.id")
    ordered_by: str
    confirmed_at: datetime | None = None
    confirmed_by_id: int | None = Field(default=None, foreign_key="account.id")
    confirmed_by: str | None = None


class GateAnswer(Clinical, table=True):
    """One answer to one question before the dose; a later answer to the same one stands beside it."""

    __tablename__ = "gate_answer"
    __table_args__ = clinical(
        CheckConstraint("value IN ('yes', 'no', 'unknown', 'not assessed')", name="value_known"),
        Index("ix_gate_answer_course", "episode_id", "item"),
    )

    patient_id: int = Field(foreign_key="patient.id", index=True)
    episode_id: int = Field(foreign_key="episode.id")
    treatment_id: int = Field(foreign_key="treatment.id", index=True)
    item: str
    value: str
    answered_at: datetime = Field(default_factory=now)
    note: str | None = None
    reviewed_at: datetime | None = None  # when a prescriber saw this answer and let the dose go ahead
    reviewed_by: str | None = None
    reviewed_by_id: int | None = Field(default=None, foreign_key="account.id")


class DrugIntake(Clinical, table=True):
    """Another drug of a class that the protocol asks about, and when it was last taken; unknown is NULL."""

    __tablename__ = "drug_intake"
    __table_args__ = clinical()

    treatment_id: int = Field(foreign_key="treatment.id", index=True)
    drug_class: str
    drug: str | None = None
    dose: str | None = None
    taken_at: datetime | None = None


class GateVerdict(SQLModel, table=True):
    """What the gate came to when somebody asked to start; only ever added to. `reasons` are
    [{"id", "verdict", "says"}, …], the gravest first. An override names who took it and why."""

    __tablename__ = "gate_verdict"
    __table_args__ = (
        CheckConstraint(
            "verdict IN ('do not start', 'not complete', 'prescriber decides', 'go')", name="verdict_known"
        ),
        CheckConstraint(
            "overridden_by IS NULL OR (override_reason IS NOT NULL AND override_reason <> '')",
            name="override_has_reason",
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(default_factory=new_key, unique=True)
    patient_id: int = Field(foreign_key="patient.id")
    treatment_id: int = Field(foreign_key="treatment.id", index=True)
    verdict: str
    reasons: list = Field(default_factory=list, sa_type=JSON)
    protocol: str
    protocol_version: str
    decided_at: datetime = Field(default_factory=now)
    author: str
    author_id: int | None = Field(default=None, foreign_key="account.id")
    started: bool = False  # whether the dose was started on this verdict
    override_reason: str | None = None
    overridden_by: str | None = None
    overridden_by_id: int | None = Field(default=None, foreign_key="account.id")


class DosePart(Clinical, table=True):
    """A part of what was given: one device, a bolus, one of several injections."""

    __tablename__ = "dose_part"
    __table_args__ = clinical(CheckConstraint("mg >= 0", name="mg_not_negative"))

    treatment_id: int = Field(foreign_key="treatment.id", index=True)
    what: str  # "device", "bolus", "injection", "tablet"
    mg: float
    given_at: datetime
    lot: str | None = None


class Interruption(Clinical, table=True):
    """A pause of the infusion."""

    __table_args__ = clinical(
        CheckConstraint("resumed_at IS NULL OR resumed_at >= paused_at", name="resumes_after_pause")
    )

    treatment_id: int = Field(foreign_key="treatment.id", index=True)
    paused_at: datetime
    resumed_at: datetime | None = None
    reason: str | None = None


class RescueDrug(Clinical, table=True):
    """A drug given because of something that happened; recorded, never recommended."""

    __tablename__ = "rescue_drug"
    __table_args__ = clinical()

    treatment_id: int = Field(foreign_key="treatment.id", index=True)
    drug: str
    dose: str | None = None
    route: str | None = None
    given_at: datetime
    reason: str | None = None


class LeavingCheck(Clinical, table=True):
    """One criterion of leaving as somebody assessed it: met, not met; a later row stands beside it. NULL takes an
    earlier answer back to not assessed."""

    __tablename__ = "leaving_check"
    __table_args__ = clinical()

    treatment_id: int = Field(foreign_key="treatment.id", index=True)
    criterion: str
    met: bool | None = None
    assessed_at: datetime = Field(default_factory=now)
    note: str | None = None
