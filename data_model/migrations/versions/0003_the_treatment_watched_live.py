"""The treatment watched live: orders, gate, parts of a dose, leaving, protocols, the drug register, PINs"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from data_model import triggers

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString
TIME = sqlmodel.sql.sqltypes.UTCDateTime
MADE = (
    "dose_order",
    "gate_answer",
    "drug_intake",
    "gate_verdict",
    "dose_part",
    "interruption",
    "rescue_drug",
    "leaving_check",
    "safety_check",
    "duty_done",
    "protocol_edition",
    "protocol_approval",
    "drug_entry",
    "drug_discrepancy",
    "alert_firing",
)
APPEND_ONLY = (
    "signature",
    "amendment",
    "gate_verdict",
    "protocol_edition",
    "protocol_approval",
    "drug_entry",
    "alert_firing",
)
SIGNABLE = ("treatment", "vital_signs", "adverse_event")
ATTACHED = MADE[:8]
WRITTEN_UP = "status = 'draft' AND planned_for IS NULL"


def upgrade() -> None:
    op.create_table(
        "protocol_approval",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", TEXT(), nullable=False),
        sa.Column("protocol", TEXT(), nullable=False),
        sa.Column("version", TEXT(), nullable=False),
        sa.Column("fingerprint", TEXT(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("name", TEXT(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "nurse",
                "clinician",
                "lead",
                "administrator",
                "auditor",
                name="role",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("capacity", TEXT(), nullable=False),
        sa.Column("approved_at", TIME(), nullable=False),
        sa.CheckConstraint(
            "role IN ('nurse', 'clinician', 'lead', 'administrator', 'auditor')",
            name=op.f("ck_protocol_approval_role_known"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_protocol_approval_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_protocol_approval")),
        sa.UniqueConstraint("key", name=op.f("uq_protocol_approval_key")),
    )
    op.create_index(
        "uq_protocol_approval", "protocol_approval", ["protocol", "version", "account_id"], unique=True
    )
    op.create_table(
        "protocol_edition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", TEXT(), nullable=False),
        sa.Column("protocol", TEXT(), nullable=False),
        sa.Column("base_version", TEXT(), nullable=False),
        sa.Column("version", TEXT(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("reason", TEXT(), nullable=False),
        sa.Column("fingerprint", TEXT(), nullable=False),
        sa.Column("made_at", TIME(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_by", TEXT(), nullable=False),
        sa.ForeignKeyConstraint(["made_by_id"], ["account.id"], name=op.f("fk_protocol_edition_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_protocol_edition")),
        sa.UniqueConstraint("key", name=op.f("uq_protocol_edition_key")),
    )
    op.create_index("uq_protocol_edition", "protocol_edition", ["protocol", "version"], unique=True)
    op.create_table(
        "safety_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", TEXT(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft", "active", "signed", "amended", "void", name="status", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("author", TEXT(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", TIME(), nullable=False),
        sa.Column("void_reason", TEXT(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "liver tests",
                "urinary symptoms",
                "cognition",
                "urine drug screen",
                "prescription monitoring",
                "pregnancy test",
                "ECG",
                "craving or non-medical use",
                "mood and psychosis",
                name="checkkind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column(
            "finding",
            sa.Enum(
                "nothing found",
                "something found",
                "something grave found",
                name="finding",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("text", TEXT(), nullable=True),
        sa.CheckConstraint(
            "finding IN ('nothing found', 'something found', 'something grave found')",
            name=op.f("ck_safety_check_finding_known"),
        ),
        sa.CheckConstraint(
            "kind IN ('liver tests', 'urinary symptoms', 'cognition', 'urine drug screen', 'prescription monitoring', 'pregnancy test', 'ECG', 'craving or non-medical use', 'mood and psychosis')",
            name=op.f("ck_safety_check_kind_known"),
        ),
        sa.CheckConstraint(
            "status <> 'void' OR void_reason IS NOT NULL", name=op.f("ck_safety_check_void_has_reason")
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'active', 'signed', 'amended', 'void')",
            name=op.f("ck_safety_check_status_known"),
        ),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_safety_check_author_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_safety_check_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_safety_check")),
        sa.UniqueConstraint("key", name=op.f("uq_safety_check_key")),
    )
    op.create_index(op.f("ix_safety_check_patient_id"), "safety_check", ["patient_id"], unique=False)
    op.create_table(
        "dose_order",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", TEXT(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft", "active", "signed", "amended", "void", name="status", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("author", TEXT(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", TIME(), nullable=False),
        sa.Column("void_reason", TEXT(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("treatment_id", sa.Integer(), nullable=False),
        sa.Column(
            "substance",
            sa.Enum("racemic ketamine", "esketamine", name="substance", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column(
            "route",
            sa.Enum("IV", "IM", "SC", "IN", "SL", "oral", name="route", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("mg", sa.Float(), nullable=False),
        sa.Column("mg_per_kg", sa.Float(), nullable=True),
        sa.Column("weight_kg", sa.Float(), nullable=True),
        sa.Column(
            "weight_basis",
            sa.Enum("actual", "ideal", "adjusted", name="weightbasis", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("weighed_on", sa.Date(), nullable=True),
        sa.Column("height_cm", sa.Float(), nullable=True),
        sa.Column("dosing_kg", sa.Float(), nullable=True),
        sa.Column("concentration_mg_per_ml", sa.Float(), nullable=True),
        sa.Column("volume_ml", sa.Float(), nullable=True),
        sa.Column("diluted", sa.Boolean(), nullable=True),
        sa.Column("minutes", sa.Float(), nullable=True),
        sa.Column("devices", sa.Integer(), nullable=True),
        sa.Column("ladder", TEXT(), nullable=True),
        sa.Column("emergency", sa.Boolean(), nullable=False),
        sa.Column("note", TEXT(), nullable=True),
        sa.Column("reason", TEXT(), nullable=True),
        sa.Column("tier", TEXT(), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("protocol", TEXT(), nullable=False),
        sa.Column("protocol_version", TEXT(), nullable=False),
        sa.Column("identity", TEXT(), nullable=False),
        sa.Column("ordered_at", TIME(), nullable=False),
        sa.Column("ordered_by_id", sa.Integer(), nullable=True),
        sa.Column("ordered_by", TEXT(), nullable=False),
        sa.Column("confirmed_at", TIME(), nullable=True),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_by", TEXT(), nullable=True),
        sa.CheckConstraint(
            "route IN ('IV', 'IM', 'SC', 'IN', 'SL', 'oral')", name=op.f("ck_dose_order_route_known")
        ),
        sa.CheckConstraint(
            "status <> 'void' OR void_reason IS NOT NULL", name=op.f("ck_dose_order_void_has_reason")
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'active', 'signed', 'amended', 'void')",
            name=op.f("ck_dose_order_status_known"),
        ),
        sa.CheckConstraint(
            "substance IN ('racemic ketamine', 'esketamine')", name=op.f("ck_dose_order_substance_known")
        ),
        sa.CheckConstraint(
            "weight_basis IN ('actual', 'ideal', 'adjusted')", name=op.f("ck_dose_order_weight_basis_known")
        ),
        sa.CheckConstraint(
            "confirmed_by_id IS NULL OR confirmed_by_id <> ordered_by_id",
            name=op.f("ck_dose_order_confirmed_by_another"),
        ),
        sa.CheckConstraint("mg > 0", name=op.f("ck_dose_order_mg_positive")),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_dose_order_author_id")),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["account.id"], name=op.f("fk_dose_order_confirmed_by_id")
        ),
        sa.ForeignKeyConstraint(["ordered_by_id"], ["account.id"], name=op.f("fk_dose_order_ordered_by_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_dose_order_patient_id")),
        sa.ForeignKeyConstraint(["treatment_id"], ["treatment.id"], name=op.f("fk_dose_order_treatment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dose_order")),
        sa.UniqueConstraint("key", name=op.f("uq_dose_order_key")),
    )
    op.create_index(op.f("ix_dose_order_patient_id"), "dose_order", ["patient_id"], unique=False)
    op.create_index(op.f("ix_dose_order_treatment_id"), "dose_order", ["treatment_id"], unique=False)
    op.create_table(
        "dose_part",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", TEXT(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft", "active", "signed", "amended", "void", name="status", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("author", TEXT(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", TIME(), nullable=False),
        sa.Column("void_reason", TEXT(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("treatment_id", sa.Integer(), nullable=False),
        sa.Column("what", TEXT(), nullable=False),
        sa.Column("mg", sa.Float(), nullable=False),
        sa.Column("given_at", TIME(), nullable=False),
        sa.Column("lot", TEXT(), nullable=True),
        sa.CheckConstraint(
            "status <> 'void' OR void_reason IS NOT NULL", name=op.f("ck_dose_part_void_has_reason")
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'active', 'signed', 'amended', 'void')",
            name=op.f("ck_dose_part_status_known"),
        ),
        sa.CheckConstraint("mg >= 0", name=op.f("ck_dose_part_mg_not_negative")),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_dose_part_author_id")),
        sa.ForeignKeyConstraint(["treatment_id"], ["treatment.id"], name=op.f("fk_dose_part_treatment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dose_part")),
        sa.UniqueConstraint("key", name=op.f("uq_dose_part_key")),
    )
    op.create_index(op.f("ix_dose_part_treatment_id"), "dose_part", ["treatment_id"], unique=False)
    op.create_table(
        "drug_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", TEXT(), nullable=False),
        sa.Column("at", TIME(), nullable=False),
        sa.Column("entered_at", TIME(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "received",
                "drawn",
                "given",
                "wasted",
                "returned",
                "counted",
                "correction",
                name="entrykind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "substance",
            sa.Enum("racemic ketamine", "esketamine", name="substance", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("product", TEXT(), nullable=False),
        sa.Column("lot", TEXT(), nullable=False),
        sa.Column("expiry", sa.Date(), nullable=True),
        sa.Column("amount_mg", sa.Float(), nullable=False),
        sa.Column("change_mg", sa.Float(), nullable=False),
        sa.Column("balance_mg", sa.Float(), nullable=False),
        sa.Column("treatment_id", sa.Integer(), nullable=True),
        sa.Column("patient_id", sa.Integer(), nullable=True),
        sa.Column("author", TEXT(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("witness", TEXT(), nullable=True),
        sa.Column("witness_id", sa.Integer(), nullable=True),
        sa.Column("note", TEXT(), nullable=True),
        sa.Column("corrects_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "kind <> 'correction' OR corrects_id IS NOT NULL",
            name=op.f("ck_drug_entry_correction_names_a_line"),
        ),
        sa.CheckConstraint(
            "kind IN ('received', 'drawn', 'given', 'wasted', 'returned', 'counted', 'correction')",
            name=op.f("ck_drug_entry_kind_known"),
        ),
        sa.CheckConstraint(
            "substance IN ('racemic ketamine', 'esketamine')", name=op.f("ck_drug_entry_substance_known")
        ),
        sa.CheckConstraint("amount_mg >= 0", name=op.f("ck_drug_entry_amount_not_negative")),
        sa.CheckConstraint(
            "witness_id IS NULL OR witness_id <> author_id", name=op.f("ck_drug_entry_witness_is_another")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_drug_entry_author_id")),
        sa.ForeignKeyConstraint(["corrects_id"], ["drug_entry.id"], name=op.f("fk_drug_entry_corrects_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_drug_entry_patient_id")),
        sa.ForeignKeyConstraint(["treatment_id"], ["treatment.id"], name=op.f("fk_drug_entry_treatment_id")),
        sa.ForeignKeyConstraint(["witness_id"], ["account.id"], name=op.f("fk_drug_entry_witness_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drug_entry")),
        sa.UniqueConstraint("key", name=op.f("uq_drug_entry_key")),
    )
    op.create_index("ix_drug_entry_lot", "drug_entry", ["product", "lot", "id"], unique=False)
    op.create_index(op.f("ix_drug_entry_treatment_id"), "drug_entry", ["treatment_id"], unique=False)
    op.create_table(
        "drug_intake",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", TEXT(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft", "active", "signed", "amended", "void", name="status", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("author", TEXT(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", TIME(), nullable=False),
        sa.Column("void_reason", TEXT(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("treatment_id", sa.Integer(), nullable=False),
        sa.Column("drug_class", TEXT(), nullable=False),
        sa.Column("drug", TEXT(), nullable=True),
        sa.Column("dose", TEXT(), nullable=True),
        sa.Column("taken_at", TIME(), nullable=True),
        sa.CheckConstraint(
            "status <> 'void' OR void_reason IS NOT NULL", name=op.f("ck_drug_intake_void_has_reason")
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'active', 'signed', 'amended', 'void')",
            name=op.f("ck_drug_intake_status_known"),
        ),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_drug_intake_author_id")),
        sa.ForeignKeyConstraint(["treatment_id"], ["treatment.id"], name=op.f("fk_drug_intake_treatment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drug_intake")),
        sa.UniqueConstraint("key", name=op.f("uq_drug_intake_key")),
    )
    op.create_index(op.f("ix_drug_intake_treatment_id"), "drug_intake", ["treatment_id"], unique=False)
    op.create_table(
        "duty_done",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", TEXT(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft", "active", "signed", "amended", "void", name="status", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("author", TEXT(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", TIME(), nullable=False),
        sa.Column("void_reason", TEXT(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("treatment_id", sa.Integer(), nullable=False),
        sa.Column("duty", TEXT(), nullable=False),
        sa.Column("done_at", TIME(), nullable=False),
        sa.Column("note", TEXT(), nullable=True),
        sa.CheckConstraint(
            "status <> 'void' OR void_reason IS NOT NULL", name=op.f("ck_duty_done_void_has_reason")
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'active', 'signed', 'amended', 'void')",
            name=op.f("ck_duty_done_status_known"),
        ),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_duty_done_author_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_duty_done_patient_id")),
        sa.ForeignKeyConstraint(["treatment_id"], ["treatment.id"], name=op.f("fk_duty_done_treatment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_done")),
        sa.UniqueConstraint("key", name=op.f("uq_duty_done_key")),
    )
    op.create_index(op.f("ix_duty_done_patient_id"), "duty_done", ["patient_id"], unique=False)
    op.create_index(op.f("ix_duty_done_treatment_id"), "duty_done", ["treatment_id"], unique=False)
    op.create_table(
        "gate_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", TEXT(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft", "active", "signed", "amended", "void", name="status", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("author", TEXT(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", TIME(), nullable=False),
        sa.Column("void_reason", TEXT(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("episode_id", sa.Integer(), nullable=False),
        sa.Column("treatment_id", sa.Integer(), nullable=False),
        sa.Column("item", TEXT(), nullable=False),
        sa.Column("value", TEXT(), nullable=False),
        sa.Column("answered_at", TIME(), nullable=False),
        sa.Column("note", TEXT(), nullable=True),
        sa.Column("reviewed_at", TIME(), nullable=True),
        sa.Column("reviewed_by", TEXT(), nullable=True),
        sa.Column("reviewed_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "status <> 'void' OR void_reason IS NOT NULL", name=op.f("ck_gate_answer_void_has_reason")
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'active', 'signed', 'amended', 'void')",
            name=op.f("ck_gate_answer_status_known"),
        ),
        sa.CheckConstraint(
            "value IN ('yes', 'no', 'unknown', 'not assessed')", name=op.f("ck_gate_answer_value_known")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_gate_answer_author_id")),
        sa.ForeignKeyConstraint(["episode_id"], ["episode.id"], name=op.f("fk_gate_answer_episode_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_gate_answer_patient_id")),
        sa.ForeignKeyConstraint(
            ["reviewed_by_id"], ["account.id"], name=op.f("fk_gate_answer_reviewed_by_id")
        ),
        sa.ForeignKeyConstraint(["treatment_id"], ["treatment.id"], name=op.f("fk_gate_answer_treatment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gate_answer")),
        sa.UniqueConstraint("key", name=op.f("uq_gate_answer_key")),
    )
    op.create_index("ix_gate_answer_course", "gate_answer", ["episode_id", "item"], unique=False)
    op.create_index(op.f("ix_gate_answer_patient_id"), "gate_answer", ["patient_id"], unique=False)
    op.create_index(op.f("ix_gate_answer_treatment_id"), "gate_answer", ["treatment_id"], unique=False)
    op.create_table(
        "gate_verdict",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", TEXT(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("treatment_id", sa.Integer(), nullable=False),
        sa.Column("verdict", TEXT(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("protocol", TEXT(), nullable=False),
        sa.Column("protocol_version", TEXT(), nullable=False),
        sa.Column("decided_at", TIME(), nullable=False),
        sa.Column("author", TEXT(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("started", sa.Boolean(), nullable=False),
        sa.Column("override_reason", TEXT(), nullable=True),
        sa.Column("overridden_by", TEXT(), nullable=True),
        sa.Column("overridden_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "overridden_by IS NULL OR (override_reason IS NOT NULL AND override_reason <> '')",
            name=op.f("ck_gate_verdict_override_has_reason"),
        ),
        sa.CheckConstraint(
            "verdict IN ('do not start', 'not complete', 'prescriber decides', 'go')",
            name=op.f("ck_gate_verdict_verdict_known"),
        ),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_gate_verdict_author_id")),
        sa.ForeignKeyConstraint(
            ["overridden_by_id"], ["account.id"], name=op.f("fk_gate_verdict_overridden_by_id")
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_gate_verdict_patient_id")),
        sa.ForeignKeyConstraint(
            ["treatment_id"], ["treatment.id"], name=op.f("fk_gate_verdict_treatment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gate_verdict")),
        sa.UniqueConstraint("key", name=op.f("uq_gate_verdict_key")),
    )
    op.create_index(op.f("ix_gate_verdict_treatment_id"), "gate_verdict", ["treatment_id"], unique=False)
    op.create_table(
        "interruption",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", TEXT(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft", "active", "signed", "amended", "void", name="status", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("author", TEXT(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", TIME(), nullable=False),
        sa.Column("void_reason", TEXT(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("treatment_id", sa.Integer(), nullable=False),
        sa.Column("paused_at", TIME(), nullable=False),
        sa.Column("resumed_at", TIME(), nullable=True),
        sa.Column("reason", TEXT(), nullable=True),
        sa.CheckConstraint(
            "status <> 'void' OR void_reason IS NOT NULL", name=op.f("ck_interruption_void_has_reason")
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'active', 'signed', 'amended', 'void')",
            name=op.f("ck_interruption_status_known"),
        ),
        sa.CheckConstraint(
            "resumed_at IS NULL OR resumed_at >= paused_at", name=op.f("ck_interruption_resumes_after_pause")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_interruption_author_id")),
        sa.ForeignKeyConstraint(
            ["treatment_id"], ["treatment.id"], name=op.f("fk_interruption_treatment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interruption")),
        sa.UniqueConstraint("key", name=op.f("uq_interruption_key")),
    )
    op.create_index(op.f("ix_interruption_treatment_id"), "interruption", ["treatment_id"], unique=False)
    op.create_table(
        "leaving_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", TEXT(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft", "active", "signed", "amended", "void", name="status", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("author", TEXT(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", TIME(), nullable=False),
        sa.Column("void_reason", TEXT(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("treatment_id", sa.Integer(), nullable=False),
        sa.Column("criterion", TEXT(), nullable=False),
        sa.Column("met", sa.Boolean(), nullable=True),
        sa.Column("assessed_at", TIME(), nullable=False),
        sa.Column("note", TEXT(), nullable=True),
        sa.CheckConstraint(
            "status <> 'void' OR void_reason IS NOT NULL", name=op.f("ck_leaving_check_void_has_reason")
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'active', 'signed', 'amended', 'void')",
            name=op.f("ck_leaving_check_status_known"),
        ),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_leaving_check_author_id")),
        sa.ForeignKeyConstraint(
            ["treatment_id"], ["treatment.id"], name=op.f("fk_leaving_check_treatment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leaving_check")),
        sa.UniqueConstraint("key", name=op.f("uq_leaving_check_key")),
    )
    op.create_index(op.f("ix_leaving_check_treatment_id"), "leaving_check", ["treatment_id"], unique=False)
    op.create_table(
        "rescue_drug",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", TEXT(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft", "active", "signed", "amended", "void", name="status", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("author", TEXT(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", TIME(), nullable=False),
        sa.Column("void_reason", TEXT(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("treatment_id", sa.Integer(), nullable=False),
        sa.Column("drug", TEXT(), nullable=False),
        sa.Column("dose", TEXT(), nullable=True),
        sa.Column("route", TEXT(), nullable=True),
        sa.Column("given_at", TIME(), nullable=False),
        sa.Column("reason", TEXT(), nullable=True),
        sa.CheckConstraint(
            "status <> 'void' OR void_reason IS NOT NULL", name=op.f("ck_rescue_drug_void_has_reason")
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'active', 'signed', 'amended', 'void')",
            name=op.f("ck_rescue_drug_status_known"),
        ),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_rescue_drug_author_id")),
        sa.ForeignKeyConstraint(["treatment_id"], ["treatment.id"], name=op.f("fk_rescue_drug_treatment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rescue_drug")),
        sa.UniqueConstraint("key", name=op.f("uq_rescue_drug_key")),
    )
    op.create_index(op.f("ix_rescue_drug_treatment_id"), "rescue_drug", ["treatment_id"], unique=False)
    op.create_table(
        "alert_firing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alert_id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("rule", TEXT(), nullable=False),
        sa.Column("rule_version", TEXT(), nullable=False),
        sa.Column("subject", TEXT(), nullable=False),
        sa.Column("saw", TEXT(), nullable=False),
        sa.Column("at", TIME(), nullable=False),
        sa.Column("fired_at", TIME(), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name=op.f("fk_alert_firing_alert_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_alert_firing_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_firing")),
    )
    op.create_index(op.f("ix_alert_firing_alert_id"), "alert_firing", ["alert_id"], unique=False)
    op.create_index(op.f("ix_alert_firing_patient_id"), "alert_firing", ["patient_id"], unique=False)
    op.create_index("uq_alert_firing", "alert_firing", ["rule", "subject"], unique=True)
    op.create_table(
        "drug_discrepancy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", TEXT(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("says", TEXT(), nullable=False),
        sa.Column("opened_at", TIME(), nullable=False),
        sa.Column("opened_by", TEXT(), nullable=False),
        sa.Column("action", TEXT(), nullable=True),
        sa.Column("closed_at", TIME(), nullable=True),
        sa.Column("closed_by", TEXT(), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "closed_at IS NULL OR (closed_by IS NOT NULL AND action IS NOT NULL)",
            name=op.f("ck_drug_discrepancy_closed_by_somebody"),
        ),
        sa.ForeignKeyConstraint(
            ["closed_by_id"], ["account.id"], name=op.f("fk_drug_discrepancy_closed_by_id")
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["drug_entry.id"], name=op.f("fk_drug_discrepancy_entry_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drug_discrepancy")),
        sa.UniqueConstraint("key", name=op.f("uq_drug_discrepancy_key")),
    )
    op.create_index(op.f("ix_drug_discrepancy_entry_id"), "drug_discrepancy", ["entry_id"], unique=False)
    op.add_column("access_session", sa.Column("locked_at", TIME(), nullable=True))
    op.add_column("account", sa.Column("pin_hash", TEXT(), nullable=True))
    op.add_column("adverse_event", sa.Column("happened_at", TIME(), nullable=True))
    op.add_column("adverse_event", sa.Column("causality", TEXT(), nullable=True))
    op.add_column("adverse_event", sa.Column("outcome", TEXT(), nullable=True))
    op.add_column("adverse_event", sa.Column("assessed_as", TEXT(), nullable=True))
    op.add_column("adverse_event", sa.Column("assessed_by", TEXT(), nullable=True))
    op.add_column("alert", sa.Column("acted_at", TIME(), nullable=True))
    op.add_column("alert", sa.Column("acted_by", TEXT(), nullable=True))
    op.add_column("signature", sa.Column("identity", TEXT(), nullable=True))
    op.add_column("treatment", sa.Column("room", TEXT(), nullable=True))
    op.add_column("treatment", sa.Column("protocol", TEXT(), nullable=True))
    op.add_column("treatment", sa.Column("protocol_version", TEXT(), nullable=True))
    op.add_column("treatment", sa.Column("planned_minutes", sa.Float(), nullable=True))
    op.add_column("treatment", sa.Column("height_cm", sa.Float(), nullable=True))
    op.add_column("treatment", sa.Column("dosing_kg", sa.Float(), nullable=True))
    op.add_column("treatment", sa.Column("identity_at_start", TEXT(), nullable=True))
    op.add_column("treatment", sa.Column("started_by", TEXT(), nullable=True))
    op.add_column("treatment", sa.Column("transport", TEXT(), nullable=True))
    op.add_column("treatment", sa.Column("left_early_reason", TEXT(), nullable=True))
    op.add_column("treatment", sa.Column("leaving_decided_by", TEXT(), nullable=True))
    op.add_column("treatment", sa.Column("leaving_decision", TEXT(), nullable=True))
    op.create_index(
        "uq_treatment_running",
        "treatment",
        ["patient_id"],
        unique=True,
        sqlite_where=sa.text(
            "status = 'draft' AND planned_for IS NOT NULL AND started_at IS NOT NULL AND left_at IS NULL"
        ),
        postgresql_where=sa.text(
            "status = 'draft' AND planned_for IS NOT NULL AND started_at IS NOT NULL AND left_at IS NULL"
        ),
    )
    op.add_column("vital_signs", sa.Column("observed_at", TIME(), nullable=True))
    op.add_column("vital_signs", sa.Column("on_oxygen", sa.Boolean(), nullable=True))
    op.add_column("vital_signs", sa.Column("symptoms", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("vital_signs", sa.Column("dissociation", sa.Float(), nullable=True))
    op.add_column("vital_signs", sa.Column("dissociation_scale", TEXT(), nullable=True))
    op.add_column("vital_signs", sa.Column("aldrete", sa.Integer(), nullable=True))
    op.drop_index("uq_treatment_open_draft", table_name="treatment")
    op.create_index(
        "uq_treatment_open_draft",
        "treatment",
        ["patient_id", "author_id"],
        unique=True,
        sqlite_where=sa.text(WRITTEN_UP),
        postgresql_where=sa.text(WRITTEN_UP),
    )
    dialect = op.get_context().dialect.name
    for statement in triggers.statements(dialect, MADE):
        op.execute(statement)
    for statement in triggers.lock_statements(dialect, APPEND_ONLY, SIGNABLE, ATTACHED):
        op.execute(statement)
