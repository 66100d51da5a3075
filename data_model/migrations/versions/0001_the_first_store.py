"""The first store"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from data_model import triggers

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


CLINICAL_TABLES = (
    "patient",
    "diagnosis",
    "prior_treatment",
    "medication",
    "event_note",
    "consent",
    "episode",
    "treatment",
    "vital_signs",
    "adverse_event",
    "assessment",
    "alert",
    "setting",
    "account",
)


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("username", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
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
        sa.Column("may_prescribe", sa.Boolean(), nullable=False),
        sa.Column("sees_names", sa.Boolean(), nullable=False),
        sa.Column("site", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("password_hash", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("preferences", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "role IN ('nurse', 'clinician', 'lead', 'administrator', 'auditor')",
            name=op.f("ck_account_role_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("key", name=op.f("uq_account_key")),
        sa.UniqueConstraint("username", name=op.f("uq_account_username")),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("actor", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("actor_kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("access_session_id", sa.Integer(), nullable=True),
        sa.Column("verb", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("record_table", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("record_id", sa.Integer(), nullable=True),
        sa.Column("patient_id", sa.Integer(), nullable=True),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("after", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_at"), ["at"], unique=False)
        batch_op.create_index("ix_audit_patient", ["patient_id", "at"], unique=False)
        batch_op.create_index("ix_audit_record", ["record_table", "record_id"], unique=False)

    op.create_table(
        "setting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("effective_from", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("set_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("approved_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_setting")),
        sa.UniqueConstraint("name", "version", name=op.f("uq_setting_name_version")),
    )
    op.create_table(
        "access_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("token_hash", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("started_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("last_seen_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("ended_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("ended_why", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("address", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("browser", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_access_session_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_session")),
        sa.UniqueConstraint("key", name=op.f("uq_access_session_key")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_access_session_token_hash")),
    )
    with op.batch_alter_table("access_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_access_session_account_id"), ["account_id"], unique=False)

    op.create_table(
        "patient",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft", "active", "signed", "amended", "void", name="status", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("author", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("void_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("record_number", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("family_name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("given_name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=False),
        sa.Column(
            "sex",
            sa.Enum("female", "male", "other", "unknown", name="sex", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("phone", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("email", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("clinician_id", sa.Integer(), nullable=True),
        sa.Column("site", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("search_text", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("sound", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("source_key", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.CheckConstraint(
            "sex IN ('female', 'male', 'other', 'unknown')", name=op.f("ck_patient_sex_known")
        ),
        sa.CheckConstraint(
            "status <> 'void' OR void_reason IS NOT NULL", name=op.f("ck_patient_void_has_reason")
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'active', 'signed', 'amended', 'void')", name=op.f("ck_patient_status_known")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_patient_author_id")),
        sa.ForeignKeyConstraint(["clinician_id"], ["account.id"], name=op.f("fk_patient_clinician_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient")),
        sa.UniqueConstraint("key", name=op.f("uq_patient_key")),
        sa.UniqueConstraint("record_number", name=op.f("uq_patient_record_number")),
        sa.UniqueConstraint("source_key", name=op.f("uq_patient_source_key")),
    )
    with op.batch_alter_table("patient", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_patient_clinician_id"), ["clinician_id"], unique=False)
        batch_op.create_index("ix_patient_name_order", ["family_name", "given_name", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_patient_sound"), ["sound"], unique=False)

    op.create_table(
        "diagnosis",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft", "active", "signed", "amended", "void", name="status", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("author", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("void_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("icd10", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "status <> 'void' OR void_reason IS NOT NULL", name=op.f("ck_diagnosis_void_has_reason")
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'active', 'signed', 'amended', 'void')",
            name=op.f("ck_diagnosis_status_known"),
        ),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_diagnosis_author_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_diagnosis_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_diagnosis")),
        sa.UniqueConstraint("key", name=op.f("uq_diagnosis_key")),
    )
    with op.batch_alter_table("diagnosis", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_diagnosis_patient_id"), ["patient_id"], unique=False)

    op.create_table(
        "episode",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft", "active", "signed", "amended", "void", name="status", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("author", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("void_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column(
            "indication",
            sa.Enum(
                "generalised anxiety",
                "social anxiety",
                "panic",
                "obsessive-compulsive",
                "post-traumatic stress",
                "any anxiety",
                "depression",
                name="indication",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("primary_instrument", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("protocol", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("protocol_version", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
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
        sa.Column("stage_since", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("opened_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("imported_start", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("label", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("ended_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("end_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("goal", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("source_key", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.CheckConstraint(
            "indication IN ('generalised anxiety', 'social anxiety', 'panic', 'obsessive-compulsive', 'post-traumatic stress', 'any anxiety', 'depression')",
            name=op.f("ck_episode_indication_known"),
        ),
        sa.CheckConstraint(
            "stage <> 'ended' OR ended_at IS NOT NULL", name=op.f("ck_episode_ended_has_date")
        ),
        sa.CheckConstraint(
            "stage IN ('assessment', 'induction', 'optimisation', 'maintenance', 'paused', 'ended')",
            name=op.f("ck_episode_stage_known"),
        ),
        sa.CheckConstraint(
            "status <> 'void' OR void_reason IS NOT NULL", name=op.f("ck_episode_void_has_reason")
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'active', 'signed', 'amended', 'void')", name=op.f("ck_episode_status_known")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_episode_author_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_episode_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_episode")),
        sa.UniqueConstraint("key", name=op.f("uq_episode_key")),
        sa.UniqueConstraint("source_key", name=op.f("uq_episode_source_key")),
    )
    with op.batch_alter_table("episode", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_episode_patient_id"), ["patient_id"], unique=False)

    op.create_table(
        "event_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft", "active", "signed", "amended", "void", name="status", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("author", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("void_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "medication change",
                "life event",
                "clinical event",
                "therapy",
                name="eventkind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('medication change', 'life event', 'clinical event', 'therapy')",
            name=op.f("ck_event_note_kind_known"),
        ),
        sa.CheckConstraint(
            "status <> 'void' OR void_reason IS NOT NULL", name=op.f("ck_event_note_void_has_reason")
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'active', 'signed', 'amended', 'void')",
            name=op.f("ck_event_note_status_known"),
        ),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_event_note_author_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_event_note_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_note")),
        sa.UniqueConstraint("key", name=op.f("uq_event_note_key")),
    )
    with op.batch_alter_table("event_note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_note_patient_id"), ["patient_id"], unique=False)

    op.create_table(
        "medication",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft", "active", "signed", "amended", "void", name="status", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("author", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("void_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("drug", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("dose", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("started", sa.Date(), nullable=False),
        sa.Column("stopped", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "status <> 'void' OR void_reason IS NOT NULL", name=op.f("ck_medication_void_has_reason")
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'active', 'signed', 'amended', 'void')",
            name=op.f("ck_medication_status_known"),
        ),
        sa.CheckConstraint(
            "stopped IS NULL OR stopped >= started", name=op.f("ck_medication_stops_after_start")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_medication_author_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_medication_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_medication")),
        sa.UniqueConstraint("key", name=op.f("uq_medication_key")),
    )
    with op.batch_alter_table("medication", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_medication_patient_id"), ["patient_id"], unique=False)

    op.create_table(
        "prior_treatment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft", "active", "signed", "amended", "void", name="status", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("author", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("void_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("what", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("outcome", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("ended", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "status <> 'void' OR void_reason IS NOT NULL", name=op.f("ck_prior_treatment_void_has_reason")
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'active', 'signed', 'amended', 'void')",
            name=op.f("ck_prior_treatment_status_known"),
        ),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_prior_treatment_author_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_prior_treatment_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prior_treatment")),
        sa.UniqueConstraint("key", name=op.f("uq_prior_treatment_key")),
    )
    with op.batch_alter_table("prior_treatment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_prior_treatment_patient_id"), ["patient_id"], unique=False)

    op.create_table(
        "assessment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft", "active", "signed", "amended", "void", name="status", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("author", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("void_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("episode_id", sa.Integer(), nullable=True),
        sa.Column("instrument", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("version", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("taken_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("date_only", sa.Boolean(), nullable=False),
        sa.Column("zone", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "how",
            sa.Enum("interview", "self-report", "paper", "import", name="how", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("rater", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column(
            "timing",
            sa.Enum(
                "baseline",
                "pre-dose",
                "+4 h",
                "+24 h",
                "+7 d",
                "between",
                name="timing",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("answers", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("total", sa.Float(), nullable=True),
        sa.Column("prorated", sa.Boolean(), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.Column("suicide", sa.Integer(), nullable=True),
        sa.Column("suicide_state", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("baseline_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("note", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("source_key", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.CheckConstraint(
            "baseline_reason IS NULL OR (NOT prorated AND status <> 'void')",
            name=op.f("ck_assessment_baseline_is_complete"),
        ),
        sa.CheckConstraint(
            "how IN ('interview', 'self-report', 'paper', 'import')", name=op.f("ck_assessment_how_known")
        ),
        sa.CheckConstraint(
            "status <> 'void' OR void_reason IS NOT NULL", name=op.f("ck_assessment_void_has_reason")
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'active', 'signed', 'amended', 'void')",
            name=op.f("ck_assessment_status_known"),
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'void') OR (taken_at IS NOT NULL AND (answers IS NOT NULL OR total IS NOT NULL))",
            name=op.f("ck_assessment_complete_unless_draft"),
        ),
        sa.CheckConstraint(
            "timing IN ('baseline', 'pre-dose', '+4 h', '+24 h', '+7 d', 'between')",
            name=op.f("ck_assessment_timing_known"),
        ),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_assessment_author_id")),
        sa.ForeignKeyConstraint(["episode_id"], ["episode.id"], name=op.f("fk_assessment_episode_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_assessment_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
        sa.UniqueConstraint("key", name=op.f("uq_assessment_key")),
        sa.UniqueConstraint("source_key", name=op.f("uq_assessment_source_key")),
    )
    with op.batch_alter_table("assessment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_assessment_episode_id"), ["episode_id"], unique=False)
        batch_op.create_index(
            "ix_assessment_trend",
            ["patient_id", "instrument", "taken_at", "total", "status", "prorated"],
            unique=False,
        )
        batch_op.create_index(
            "uq_assessment_chosen_baseline",
            ["episode_id"],
            unique=True,
            sqlite_where=sa.text("baseline_reason IS NOT NULL"),
            postgresql_where=sa.text("baseline_reason IS NOT NULL"),
        )
        batch_op.create_index(
            "uq_assessment_open_draft",
            ["patient_id", "author_id", "instrument"],
            unique=True,
            sqlite_where=sa.text("status = 'draft'"),
            postgresql_where=sa.text("status = 'draft'"),
        )

    op.create_table(
        "consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft", "active", "signed", "amended", "void", name="status", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("author", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("void_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("episode_id", sa.Integer(), nullable=True),
        sa.Column("to_what", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("form_version", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "status <> 'void' OR void_reason IS NOT NULL", name=op.f("ck_consent_void_has_reason")
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'active', 'signed', 'amended', 'void')", name=op.f("ck_consent_status_known")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_consent_author_id")),
        sa.ForeignKeyConstraint(["episode_id"], ["episode.id"], name=op.f("fk_consent_episode_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_consent_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
        sa.UniqueConstraint("key", name=op.f("uq_consent_key")),
    )
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consent_episode_id"), ["episode_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_consent_patient_id"), ["patient_id"], unique=False)

    op.create_table(
        "treatment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft", "active", "signed", "amended", "void", name="status", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("author", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("void_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("episode_id", sa.Integer(), nullable=False),
        sa.Column("planned_for", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column(
            "substance",
            sa.Enum("racemic ketamine", "esketamine", name="substance", native_enum=False, length=40),
            nullable=True,
        ),
        sa.Column(
            "route",
            sa.Enum("IV", "IM", "SC", "IN", "SL", "oral", name="route", native_enum=False, length=40),
            nullable=True,
        ),
        sa.Column("product", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("lot", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("expiry", sa.Date(), nullable=True),
        sa.Column("concentration_mg_per_ml", sa.Float(), nullable=True),
        sa.Column("ordered_mg", sa.Float(), nullable=True),
        sa.Column("given_mg", sa.Float(), nullable=True),
        sa.Column("weight_kg", sa.Float(), nullable=True),
        sa.Column(
            "weight_basis",
            sa.Enum("actual", "ideal", "adjusted", name="weightbasis", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("weighed_on", sa.Date(), nullable=True),
        sa.Column("mg_per_kg", sa.Float(), nullable=True),
        sa.Column("started_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("stopped_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("zone", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("stopped_early", sa.Boolean(), nullable=False),
        sa.Column("ready_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("left_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("escort", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("note", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("source_key", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.CheckConstraint(
            "route IN ('IV', 'IM', 'SC', 'IN', 'SL', 'oral')", name=op.f("ck_treatment_route_known")
        ),
        sa.CheckConstraint(
            "status <> 'void' OR void_reason IS NOT NULL", name=op.f("ck_treatment_void_has_reason")
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'active', 'signed', 'amended', 'void')",
            name=op.f("ck_treatment_status_known"),
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'void') OR (substance IS NOT NULL AND route IS NOT NULL AND given_mg IS NOT NULL AND started_at IS NOT NULL)",
            name=op.f("ck_treatment_complete_unless_draft"),
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'void') OR stopped_at IS NULL OR stopped_at >= started_at",
            name=op.f("ck_treatment_stops_after_start"),
        ),
        sa.CheckConstraint(
            "substance IN ('racemic ketamine', 'esketamine')", name=op.f("ck_treatment_substance_known")
        ),
        sa.CheckConstraint(
            "weight_basis IN ('actual', 'ideal', 'adjusted')", name=op.f("ck_treatment_weight_basis_known")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_treatment_author_id")),
        sa.ForeignKeyConstraint(["episode_id"], ["episode.id"], name=op.f("fk_treatment_episode_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_treatment_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_treatment")),
        sa.UniqueConstraint("key", name=op.f("uq_treatment_key")),
        sa.UniqueConstraint("source_key", name=op.f("uq_treatment_source_key")),
    )
    with op.batch_alter_table("treatment", schema=None) as batch_op:
        batch_op.create_index("ix_treatment_course", ["patient_id", "started_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_treatment_episode_id"), ["episode_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_treatment_started_at"), ["started_at"], unique=False)
        batch_op.create_index(
            "uq_treatment_open_draft",
            ["patient_id", "author_id"],
            unique=True,
            sqlite_where=sa.text("status = 'draft'"),
            postgresql_where=sa.text("status = 'draft'"),
        )

    op.create_table(
        "adverse_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft", "active", "signed", "amended", "void", name="status", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("author", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("void_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("treatment_id", sa.Integer(), nullable=False),
        sa.Column("term", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "severity",
            sa.Enum("mild", "moderate", "severe", name="severity", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("serious", sa.Boolean(), nullable=False),
        sa.Column("onset_minute", sa.Integer(), nullable=True),
        sa.Column("resolved_minute", sa.Integer(), nullable=True),
        sa.Column("action", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.CheckConstraint(
            "severity IN ('mild', 'moderate', 'severe')", name=op.f("ck_adverse_event_severity_known")
        ),
        sa.CheckConstraint(
            "status <> 'void' OR void_reason IS NOT NULL", name=op.f("ck_adverse_event_void_has_reason")
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'active', 'signed', 'amended', 'void')",
            name=op.f("ck_adverse_event_status_known"),
        ),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_adverse_event_author_id")),
        sa.ForeignKeyConstraint(
            ["treatment_id"], ["treatment.id"], name=op.f("fk_adverse_event_treatment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adverse_event")),
        sa.UniqueConstraint("key", name=op.f("uq_adverse_event_key")),
    )
    with op.batch_alter_table("adverse_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_adverse_event_treatment_id"), ["treatment_id"], unique=False)

    op.create_table(
        "alert",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=True),
        sa.Column("treatment_id", sa.Integer(), nullable=True),
        sa.Column("rule", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("rule_version", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "urgency",
            sa.Enum("U0", "U1", "U2", "U3", "U4", name="urgency", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("saw", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("level", sa.Float(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("opened_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("raised_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("acknowledged_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("acknowledged_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("action", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("closed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("closed_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("urgency IN ('U0', 'U1', 'U2', 'U3', 'U4')", name=op.f("ck_alert_urgency_known")),
        sa.CheckConstraint(
            "closed_at IS NULL OR (closed_by IS NOT NULL AND action IS NOT NULL)",
            name=op.f("ck_alert_closed_by_somebody"),
        ),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name=op.f("fk_alert_assessment_id")),
        sa.ForeignKeyConstraint(["closed_by_id"], ["account.id"], name=op.f("fk_alert_closed_by_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_alert_patient_id")),
        sa.ForeignKeyConstraint(["treatment_id"], ["treatment.id"], name=op.f("fk_alert_treatment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
        sa.UniqueConstraint("key", name=op.f("uq_alert_key")),
    )
    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.create_index(
            "ix_alert_open",
            ["raised_at"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.create_index(batch_op.f("ix_alert_patient_id"), ["patient_id"], unique=False)
        batch_op.create_index(
            "uq_alert_open",
            ["patient_id", "rule"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    op.create_table(
        "vital_signs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft", "active", "signed", "amended", "void", name="status", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("author", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("void_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("treatment_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("minute", sa.Integer(), nullable=True),
        sa.Column("systolic_mmhg", sa.Integer(), nullable=True),
        sa.Column("diastolic_mmhg", sa.Integer(), nullable=True),
        sa.Column("heart_rate_bpm", sa.Integer(), nullable=True),
        sa.Column("spo2_percent", sa.Integer(), nullable=True),
        sa.Column("respiratory_rate", sa.Integer(), nullable=True),
        sa.Column("moaas", sa.Integer(), nullable=True),
        sa.Column("note", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.CheckConstraint(
            "status <> 'void' OR void_reason IS NOT NULL", name=op.f("ck_vital_signs_void_has_reason")
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'active', 'signed', 'amended', 'void')",
            name=op.f("ck_vital_signs_status_known"),
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'void') OR minute IS NOT NULL",
            name=op.f("ck_vital_signs_timed_unless_draft"),
        ),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_vital_signs_author_id")),
        sa.ForeignKeyConstraint(["treatment_id"], ["treatment.id"], name=op.f("fk_vital_signs_treatment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vital_signs")),
        sa.UniqueConstraint("key", name=op.f("uq_vital_signs_key")),
    )
    with op.batch_alter_table("vital_signs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_vital_signs_treatment_id"), ["treatment_id"], unique=False)

    for statement in triggers.statements(op.get_context().dialect.name, CLINICAL_TABLES):
        op.execute(statement)
