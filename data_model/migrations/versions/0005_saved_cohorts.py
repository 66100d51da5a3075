"""Saved cohorts, and an index from which a cohort's endpoints can be read"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from data_model import triggers

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString
TIME = sqlmodel.sql.sqltypes.UTCDateTime
MADE = ("saved_cohort",)
STATUSES = ("draft", "active", "signed", "amended", "void")
LISTED = ", ".join(f"'{status}'" for status in STATUSES)
TREND = ["patient_id", "instrument", "taken_at", "total", "status", "prorated", "date_only"]


def upgrade() -> None:
    op.create_table(
        "saved_cohort",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", TEXT(), nullable=False),
        sa.Column("status", sa.Enum(*STATUSES, name="status", native_enum=False, length=40), nullable=False),
        sa.Column("author", TEXT(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", TIME(), nullable=False),
        sa.Column("void_reason", TEXT(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("name", TEXT(), nullable=False),
        sa.Column("chosen", sa.JSON(), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_saved_cohort_named")),
        sa.CheckConstraint(f"status IN ({LISTED})", name=op.f("ck_saved_cohort_status_known")),
        sa.CheckConstraint(
            "status <> 'void' OR void_reason IS NOT NULL", name=op.f("ck_saved_cohort_void_has_reason")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_saved_cohort_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_cohort")),
        sa.UniqueConstraint("key", name=op.f("uq_saved_cohort_key")),
    )
    op.drop_index("ix_assessment_trend", table_name="assessment")
    op.create_index("ix_assessment_trend", "assessment", TREND, unique=False)
    op.create_index(
        "ix_assessment_endorsed",
        "assessment",
        ["patient_id", "taken_at"],
        unique=False,
        sqlite_where=sa.text("suicide > 0"),
        postgresql_where=sa.text("suicide > 0"),
    )
    for statement in triggers.statements(op.get_context().dialect.name, MADE):
        op.execute(statement)
