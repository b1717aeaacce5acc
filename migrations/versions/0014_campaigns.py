"""Messages become campaigns: kept as drafts, paused, stopped, sent at a pace; mails to one before mails to many"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

STATES = "('draft', 'waiting', 'running', 'paused', 'stopped')"


def upgrade() -> None:
    op.rename_table("messages", "campaigns")
    op.execute("ALTER TABLE campaigns RENAME CONSTRAINT pk_messages TO pk_campaigns")
    op.execute(
        "ALTER TABLE campaigns RENAME CONSTRAINT fk_messages_event_id_events TO fk_campaigns_event_id_events"
    )
    op.execute("ALTER INDEX ix_messages_event_id RENAME TO ix_campaigns_event_id")
    for column in (
        sa.Column("audience", sa.String(), server_default="guests", nullable=False),
        sa.Column("purpose", sa.String(), server_default="practical", nullable=False),
        sa.Column("plain", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("segment", sa.String(), server_default="", nullable=False),
        sa.Column("chosen", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False),
        # what was written until now has been sent
        sa.Column("state", sa.String(), server_default="running", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("per_minute", sa.Integer(), server_default="0", nullable=False),
        sa.Column("per_domain", sa.Integer(), server_default="0", nullable=False),
        sa.Column("from_hour", sa.Integer(), server_default="0", nullable=False),
        sa.Column("until_hour", sa.Integer(), server_default="24", nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("people", sa.Integer(), nullable=True),
    ):
        op.add_column("campaigns", column)
    op.alter_column("campaigns", "state", server_default="draft")
    op.execute("UPDATE campaigns SET starts_at = created_at")
    op.create_foreign_key(
        "fk_campaigns_job_id_jobs", "campaigns", "jobs", ["job_id"], ["id"], ondelete="SET NULL"
    )
    op.create_check_constraint(
        op.f("ck_campaigns_audience"), "campaigns", "audience IN ('guests', 'delegations')"
    )
    op.create_check_constraint(op.f("ck_campaigns_purpose"), "campaigns", "purpose IN ('practical', 'news')")
    op.create_check_constraint(op.f("ck_campaigns_state"), "campaigns", f"state IN {STATES}")
    op.create_check_constraint(
        op.f("ck_campaigns_hours"),
        "campaigns",
        "0 <= from_hour AND from_hour < until_hour AND until_hour <= 24",
    )
    op.create_check_constraint(
        op.f("ck_campaigns_limits"), "campaigns", "per_minute >= 0 AND per_domain >= 0"
    )

    op.add_column("outbox", sa.Column("campaign_id", sa.Uuid(), nullable=True))
    op.add_column("outbox", sa.Column("urgency", sa.SmallInteger(), server_default="0", nullable=False))
    op.create_foreign_key(
        "fk_outbox_campaign_id_campaigns", "outbox", "campaigns", ["campaign_id"], ["id"], ondelete="CASCADE"
    )
    op.execute("""
        UPDATE outbox SET campaign_id = c.id, urgency = 1, payload = outbox.payload - 'message_id'
        FROM campaigns c WHERE outbox.payload->>'message_id' = c.id::text
    """)
    op.drop_index("ix_outbox_due", "outbox")
    op.create_index(
        "ix_outbox_due",
        "outbox",
        ["kind", "urgency", "due_at"],
        postgresql_where=sa.text("state = 'queued'"),
    )
    op.create_index(
        "ix_outbox_campaign",
        "outbox",
        ["campaign_id", "state"],
        postgresql_where=sa.text("campaign_id IS NOT NULL"),
    )
    op.add_column("deliveries", sa.Column("reply", sa.String(), nullable=True))
    op.add_column("suppressions", sa.Column("reason", sa.String(), server_default="asked", nullable=False))
    op.create_check_constraint(
        op.f("ck_suppressions_reason"), "suppressions", "reason IN ('asked', 'bounced')"
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_suppressions_reason"), "suppressions")
    op.drop_column("suppressions", "reason")
    op.drop_column("deliveries", "reply")
    op.execute("""
        UPDATE outbox SET payload = payload || jsonb_build_object('message_id', campaign_id)
        WHERE campaign_id IS NOT NULL
    """)
    op.drop_index("ix_outbox_campaign", "outbox")
    op.drop_index("ix_outbox_due", "outbox")
    op.create_index(
        "ix_outbox_due", "outbox", ["kind", "due_at"], postgresql_where=sa.text("state = 'queued'")
    )
    op.drop_column("outbox", "urgency")
    op.drop_column("outbox", "campaign_id")
    for name in ("audience", "purpose", "state", "hours", "limits"):
        op.drop_constraint(op.f(f"ck_campaigns_{name}"), "campaigns")
    op.drop_constraint("fk_campaigns_job_id_jobs", "campaigns")
    for column in (
        "people", "starts_at", "job_id", "until_hour", "from_hour", "per_domain", "per_minute", "version", "state",
        "chosen", "segment", "plain", "purpose", "audience",
    ):  # fmt: skip
        op.drop_column("campaigns", column)
    op.execute("ALTER INDEX ix_campaigns_event_id RENAME TO ix_messages_event_id")
    op.execute(
        "ALTER TABLE campaigns RENAME CONSTRAINT fk_campaigns_event_id_events TO fk_messages_event_id_events"
    )
    op.execute("ALTER TABLE campaigns RENAME CONSTRAINT pk_campaigns TO pk_messages")
    op.rename_table("campaigns", "messages")
