"""Questions"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "questions",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("label", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "help", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column(
            "choices", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False
        ),
        sa.Column("required", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column(
            "category_ids", postgresql.ARRAY(sa.UUID()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column(
            "condition",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("personal", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("retention_days", sa.Integer(), nullable=True),
        sa.Column("at_door", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("asks_again", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("minimum", sa.Double(), nullable=True),
        sa.Column("maximum", sa.Double(), nullable=True),
        sa.Column("ordinal", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "kind IN ('short_text', 'long_text', 'number', 'yes_no', 'one_of', 'many_of', 'date', 'country', 'phone', 'email', 'link', 'file', 'photo', 'consent')",
            name=op.f("ck_questions_kind"),
        ),
        sa.CheckConstraint("minimum <= maximum", name=op.f("ck_questions_limits")),
        sa.CheckConstraint("retention_days >= 0", name=op.f("ck_questions_retention_days")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_questions_event_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")),
        sa.UniqueConstraint("event_id", "key", name=op.f("uq_questions_event_id_key")),
    )
    op.create_table(
        "files",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("question_id", sa.Uuid(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column(
            "crop", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("source", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("size = octet_length(data)", name=op.f("ck_files_size")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_files_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["questions.id"], name=op.f("fk_files_question_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registrations.id"],
            name=op.f("fk_files_registration_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_files")),
    )
    # packed already: compressing again only costs
    op.execute(
        "ALTER TABLE files ALTER COLUMN data SET STORAGE EXTERNAL, ALTER COLUMN source SET STORAGE EXTERNAL"
    )
    op.create_index(op.f("ix_files_event_id"), "files", ["event_id"], unique=False)
    op.create_index(op.f("ix_files_question_id"), "files", ["question_id"], unique=False)
    op.create_index(
        "ix_files_registration",
        "files",
        ["registration_id"],
        unique=False,
        postgresql_where=sa.text("registration_id IS NOT NULL"),
    )
    op.create_index(
        "ix_files_waiting",
        "files",
        ["created_at"],
        unique=False,
        postgresql_where=sa.text("registration_id IS NULL"),
    )
    op.add_column("events", sa.Column("answers_until", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("events", "answers_until")
    op.drop_index("ix_files_waiting", table_name="files", postgresql_where=sa.text("registration_id IS NULL"))
    op.drop_index(
        "ix_files_registration", table_name="files", postgresql_where=sa.text("registration_id IS NOT NULL")
    )
    op.drop_index(op.f("ix_files_question_id"), table_name="files")
    op.drop_index(op.f("ix_files_event_id"), table_name="files")
    op.drop_table("files")
    op.drop_table("questions")
