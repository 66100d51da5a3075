"""Signatures and amendments, and the locks that they mean"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from data_model import triggers

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString
TIME = sqlmodel.sql.sqltypes.UTCDateTime
ROLES = ("nurse", "clinician", "lead", "administrator", "auditor")


def upgrade() -> None:
    op.create_table(
        "signature",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", TEXT(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("treatment_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("name", TEXT(), nullable=False),
        sa.Column("role", sa.Enum(*ROLES, name="role", native_enum=False, length=40), nullable=False),
        sa.Column("meaning", TEXT(), nullable=False),
        sa.Column("signed_at", TIME(), nullable=False),
        sa.Column("content_hash", TEXT(), nullable=False),
        sa.CheckConstraint(
            "role IN ('nurse', 'clinician', 'lead', 'administrator', 'auditor')",
            name=op.f("ck_signature_role_known"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_signature_account_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_signature_patient_id")),
        sa.ForeignKeyConstraint(["treatment_id"], ["treatment.id"], name=op.f("fk_signature_treatment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signature")),
        sa.UniqueConstraint("key", name=op.f("uq_signature_key")),
    )
    op.create_index(op.f("ix_signature_treatment_id"), "signature", ["treatment_id"])
    op.create_table(
        "amendment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", TEXT(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("treatment_id", sa.Integer(), nullable=False),
        sa.Column("record_table", TEXT(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("record_version", sa.Integer(), nullable=False),
        sa.Column("field", TEXT(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("reason", TEXT(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("name", TEXT(), nullable=False),
        sa.Column("amended_at", TIME(), nullable=False),
        sa.CheckConstraint(
            "record_table IN ('treatment', 'vital_signs', 'adverse_event')",
            name=op.f("ck_amendment_record_table_known"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_amendment_account_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_amendment_patient_id")),
        sa.ForeignKeyConstraint(["treatment_id"], ["treatment.id"], name=op.f("fk_amendment_treatment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendment")),
        sa.UniqueConstraint("key", name=op.f("uq_amendment_key")),
    )
    op.create_index("ix_amendment_record", "amendment", ["record_table", "record_id", "record_version"])
    op.create_index(op.f("ix_amendment_treatment_id"), "amendment", ["treatment_id"])
    dialect = op.get_context().dialect.name
    for statement in triggers.statements(dialect, ("signature", "amendment")):
        op.execute(statement)
    for statement in triggers.lock_statements(
        dialect, ("signature", "amendment"), ("treatment", "vital_signs", "adverse_event"), ()
    ):
        op.execute(statement)
