"""One instrument completed once by one patient at one time."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, Index, text
from sqlmodel import Field

from data_model.columns import Clinical, clinical, one_of, words


class How(StrEnum):
    INTERVIEW = "interview"
    SELF_REPORT = "self-report"
    PAPER = "paper"
    IMPORT = "import"


class Timing(StrEnum):
    """Where a score stands relative to a dose; a two-week recall one day after it is partly about before."""

    BASELINE = "baseline"
    PRE_DOSE = "pre-dose"
    HOURS_4 = "+4 h"
    HOURS_24 = "+24 h"
    DAYS_7 = "+7 d"
    BETWEEN = "between"


class Assessment(Clinical, table=True):
    """Raw `answers` are the truth; `total` is what the definition of `instrument` and `version` makes of
    them, or a total copied from paper when `answers` is NULL."""

    __table_args__ = clinical(
        one_of("how", How),
        one_of("timing", Timing),
        CheckConstraint(
            "status IN ('draft', 'void')"
            " OR (taken_at IS NOT NULL AND (answers IS NOT NULL OR total IS NOT NULL))",
            name="complete_unless_draft",
        ),
        # Everything a trend or a cohort needs of a score without its answers: read from the index alone.
        Index(
            "ix_assessment_trend",
            "patient_id",
            "instrument",
            "taken_at",
            "total",
            "status",
            "prorated",
            "date_only",
        ),
        # The few answers that tell of something: found among ten million without looking at each.
        Index(
            "ix_assessment_endorsed",
            "patient_id",
            "taken_at",
            sqlite_where=text("suicide > 0"),
            postgresql_where=text("suicide > 0"),
        ),
        Index(
            "uq_assessment_open_draft",
            "patient_id",
            "author_id",
            "instrument",
            unique=True,
            sqlite_where=text("status = 'draft'"),
            postgresql_where=text("status = 'draft'"),
        ),
        Index(
            "uq_assessment_chosen_baseline",
            "episode_id",
            "instrument",
            unique=True,
            sqlite_where=text("baseline_reason IS NOT NULL"),
            postgresql_where=text("baseline_reason IS NOT NULL"),
        ),
        CheckConstraint(
            "baseline_reason IS NULL OR (NOT prorated AND status <> 'void')", name="baseline_is_complete"
        ),
    )

    patient_id: int = Field(foreign_key="patient.id")
    episode_id: int | None = Field(default=None, foreign_key="episode.id", index=True)
    instrument: str
    version: str
    taken_at: datetime | None = Field(default=None)
    date_only: bool = False
    zone: str = "UTC"
    how: How = Field(default=How.SELF_REPORT, sa_type=words(How))
    rater: str | None = None
    timing: Timing | None = Field(default=None, sa_type=words(Timing))
    answers: dict | None = Field(default=None, sa_type=JSON(none_as_null=True))
    total: float | None = None
    prorated: bool = False
    missing: int = 0
    # The suicide item's own column: a strip, a worklist and a cohort read it without opening the answers.
    suicide: int | None = None
    suicide_state: str = "not asked"
    # Set: somebody chose this score as its episode's baseline, and why. Unset everywhere: the rule finds one.
    baseline_reason: str | None = None
    note: str | None = None
    source_key: str | None = Field(default=None, unique=True)
