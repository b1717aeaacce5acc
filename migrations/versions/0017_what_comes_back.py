"""What comes back: attempts, copies and reports of every mail, what calendars answer, the team is told of failures"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

LOST = sa.text("state IN ('failed', 'bounced')")


def upgrade() -> None:
    for column in (
        sa.Column("tries", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("refusal", sa.String(), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("copy", postgresql.JSONB(), nullable=True),
    ):
        op.add_column("deliveries", column)
    op.execute("""
        UPDATE deliveries d SET failed_at = coalesce(o.done_at, d.created_at) FROM outbox o
        WHERE o.id = d.task_id AND d.state IN ('failed', 'bounced')
    """)
    op.create_check_constraint(
        op.f("ck_deliveries_refusal"), "deliveries", "refusal IN ('hard', 'soft', 'full', 'policy')"
    )
    op.create_index("ix_deliveries_lost", "deliveries", ["event_id", "failed_at"], postgresql_where=LOST)
    op.create_table(
        "mail_shells",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_shells")),
    )
    op.add_column("suppressions", sa.Column("said", sa.String(), server_default="", nullable=False))
    op.add_column(
        "accounts",
        sa.Column("told_of_failures", sa.Boolean(), server_default=sa.text("true"), nullable=False),
    )
    op.add_column("events", sa.Column("failures_told_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "registrations", sa.Column("calendar_answer", sa.String(), server_default="", nullable=False)
    )
    op.add_column(
        "registrations", sa.Column("calendar_answered_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.create_check_constraint(
        op.f("ck_registrations_calendar_answer"),
        "registrations",
        "calendar_answer IN ('', 'accepted', 'declined', 'tentative')",
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_registrations_calendar_answer"), "registrations")
    op.drop_column("registrations", "calendar_answered_at")
    op.drop_column("registrations", "calendar_answer")
    op.drop_column("events", "failures_told_at")
    op.drop_column("accounts", "told_of_failures")
    op.drop_column("suppressions", "said")
    op.drop_table("mail_shells")
    op.drop_index("ix_deliveries_lost", "deliveries")
    op.drop_constraint(op.f("ck_deliveries_refusal"), "deliveries")
    for column in ("copy", "failed_at", "refusal", "tries"):
        op.drop_column("deliveries", column)
