"""One patient in ten seconds: courses with their stages, what lasts, weights, corrections, letters"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from data_model import triggers

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString
TIME = sqlmodel.sql.sqltypes.UTCDateTime
MADE = ("weight", "stage_change", "move", "letter")
STATUSES = ("draft", "active", "signed", "amended", "void")


def upgrade() -> None:
    op.create_table(
        "move",
        *clinical_columns(),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("from_patient_id", sa.Integer(), nullable=False),
        sa.Column("record_table", TEXT(), nullable=False),
        sa.Column("record_key", TEXT(), nullable=False),
        sa.Column("says", TEXT(), nullable=False),
        sa.Column("reason", TEXT(), nullable=False),
        sa.ForeignKeyConstraint(["from_patient_id"], ["patient.id"], name=op.f("fk_move_from_patient_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_move_patient_id")),
        *clinical_constraints("move"),
    )
    op.create_index(op.f("ix_move_from_patient_id"), "move", ["from_patient_id"], unique=False)
    op.create_index(op.f("ix_move_patient_id"), "move", ["patient_id"], unique=False)
    op.create_table(
        "weight",
        *clinical_columns(),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("measured_on", sa.Date(), nullable=False),
        sa.Column("kg", sa.Float(), nullable=False),
        sa.CheckConstraint("kg > 0", name=op.f("ck_weight_kg_positive")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_weight_patient_id")),
        *clinical_constraints("weight"),
    )
    op.create_index(op.f("ix_weight_patient_id"), "weight", ["patient_id"], unique=False)
    op.create_table(
        "letter",
        *clinical_columns(),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("episode_id", sa.Integer(), nullable=True),
        sa.Column("recipient", TEXT(), nullable=False),
        sa.Column("form", TEXT(), nullable=False),
        sa.Column("chosen", sa.JSON(), nullable=False),
        sa.Column("data_as_of", TIME(), nullable=False),
        sa.Column("fingerprint", TEXT(), nullable=False),
        sa.ForeignKeyConstraint(["episode_id"], ["episode.id"], name=op.f("fk_letter_episode_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_letter_patient_id")),
        *clinical_constraints("letter"),
    )
    op.create_index(op.f("ix_letter_episode_id"), "letter", ["episode_id"], unique=False)
    op.create_index(op.f("ix_letter_patient_id"), "letter", ["patient_id"], unique=False)
    op.create_table(
        "stage_change",
        *clinical_columns(),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("episode_id", sa.Integer(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "assessment",
                "induction",
                "optimisation",
                "maintenance",
                "paused",
                "ended",
                name="stage",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("since", TIME(), nullable=False),
        sa.Column("reason", TEXT(), nullable=True),
        sa.CheckConstraint(
            "stage IN ('assessment', 'induction', 'optimisation', 'maintenance', 'paused', 'ended')",
            name=op.f("ck_stage_change_stage_known"),
        ),
        sa.ForeignKeyConstraint(["episode_id"], ["episode.id"], name=op.f("fk_stage_change_episode_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_stage_change_patient_id")),
        *clinical_constraints("stage_change"),
    )
    op.create_index(op.f("ix_stage_change_episode_id"), "stage_change", ["episode_id"], unique=False)
    op.create_index(op.f("ix_stage_change_patient_id"), "stage_change", ["patient_id"], unique=False)
    op.add_column("episode", sa.Column("next_review_on", sa.Date(), nullable=True))
    op.add_column("event_note", sa.Column("ended_on", sa.Date(), nullable=True))
    op.add_column(
        "event_note",
        sa.Column(
            "decides",
            sa.Enum(
                "admission for the condition",
                "suicide attempt",
                "death",
                "electroconvulsive therapy",
                "unplanned rescue dose",
                name="decides",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
    )
    op.add_column("medication", sa.Column("mg_per_day", sa.Float(), nullable=True))
    op.add_column("patient", sa.Column("safety_plan_on", sa.Date(), nullable=True))
    op.add_column("patient", sa.Column("merged_into_id", sa.Integer(), nullable=True))
    # One chosen baseline for each scale of a course, not one for the course.
    op.drop_index("uq_assessment_chosen_baseline", table_name="assessment")
    op.create_index(
        "uq_assessment_chosen_baseline",
        "assessment",
        ["episode_id", "instrument"],
        unique=True,
        sqlite_where=sa.text("baseline_reason IS NOT NULL"),
        postgresql_where=sa.text("baseline_reason IS NOT NULL"),
    )
    op.create_index(
        "ix_treatment_draft",
        "treatment",
        ["entered_at"],
        unique=False,
        sqlite_where=sa.text("status = 'draft'"),
        postgresql_where=sa.text("status = 'draft'"),
    )
    for statement in triggers.statements(op.get_context().dialect.name, MADE):
        op.execute(statement)
    for statement in triggers.moving_statements(op.get_context().dialect.name):
        op.execute(statement)


def clinical_columns() -> list[sa.Column]:
    """What every clinical row carried at this release."""
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", TEXT(), nullable=False),
        sa.Column("status", sa.Enum(*STATUSES, name="status", native_enum=False, length=40), nullable=False),
        sa.Column("author", TEXT(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", TIME(), nullable=False),
        sa.Column("void_reason", TEXT(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
    ]


def clinical_constraints(table: str) -> list[sa.Constraint]:
    listed = ", ".join(f"'{status}'" for status in STATUSES)
    return [
        sa.CheckConstraint(f"status IN ({listed})", name=op.f(f"ck_{table}_status_known")),
        sa.CheckConstraint(
            "status <> 'void' OR void_reason IS NOT NULL", name=op.f(f"ck_{table}_void_has_reason")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f(f"fk_{table}_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("key", name=op.f(f"uq_{table}_key")),
    ]
