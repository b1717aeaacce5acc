"""Reminder rules have words of their own, a time before or after many things, and are for whomever a list finds"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

ANCHORS = "('starts', 'ends', 'session', 'closes', 'answers', 'offer', 'deadline', 'state')"


def upgrade() -> None:
    for column in (
        sa.Column("letter", sa.String(), server_default="message", nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=True),
        sa.Column("anchor", sa.String(), server_default="starts", nullable=False),
        sa.Column("anchor_state", sa.String(), server_default="", nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("amount", sa.SmallInteger(), server_default="3", nullable=False),
        sa.Column("unit", sa.String(), server_default="days", nullable=False),
        sa.Column("after", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("local_time", sa.Time(), server_default=sa.text("'09:00'"), nullable=False),
        sa.Column("state", sa.String(), server_default="draft", nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
    ):
        op.add_column("reminder_rules", column)
    # one that was sent stays sent: `sent_at` keeps it from finding anybody else
    op.execute("""
        UPDATE reminder_rules SET state = 'on', amount = days_before, local_time = make_time(local_hour, 0, 0),
            letter = CASE audience WHEN 'guests' THEN 'event_reminder' ELSE 'invitation_reminder' END
    """)
    # a mail to a guest is counted by the person from now on; of two to the same one the first keeps the key
    op.execute("""
        UPDATE outbox SET dedup = 'rule:' || split_part(outbox.dedup, ':', 2) || ':' || whose.who
        FROM (
            SELECT DISTINCT ON (split_part(o.dedup, ':', 2), coalesce(r.person_id, i.id)) o.id,
                coalesce(r.person_id, i.id) AS who
            FROM outbox o LEFT JOIN registrations r ON r.id::text = split_part(o.dedup, ':', 3)
                LEFT JOIN invitations i ON i.id::text = split_part(o.dedup, ':', 3)
            WHERE o.dedup LIKE 'reminder:%' AND coalesce(r.person_id, i.id) IS NOT NULL
            ORDER BY split_part(o.dedup, ':', 2), coalesce(r.person_id, i.id), o.id
        ) AS whose WHERE outbox.id = whose.id
    """)
    op.drop_constraint("uq_reminder_rules_event_id_audience", "reminder_rules")
    for name in ("audience", "days_before", "local_hour"):
        op.drop_constraint(op.f(f"ck_reminder_rules_{name}"), "reminder_rules")
    op.drop_column("reminder_rules", "days_before")
    op.drop_column("reminder_rules", "local_hour")
    op.alter_column("reminder_rules", "audience", server_default="guests")
    for name, condition in (
        ("audience", "audience IN ('guests', 'delegations', 'silent')"),
        ("letter", "letter IN ('message', 'event_reminder', 'invitation_reminder')"),
        ("words", "(letter = 'message') = (campaign_id IS NOT NULL)"),
        ("anchor", f"anchor IN {ANCHORS}"),
        ("unit", "unit IN ('days', 'hours')"),
        ("amount", "amount BETWEEN 0 AND 366"),
        ("state", "state IN ('draft', 'on', 'paused', 'removed')"),
    ):
        op.create_check_constraint(op.f(f"ck_reminder_rules_{name}"), "reminder_rules", condition)
    op.create_index(
        "uq_reminder_rules_standard",
        "reminder_rules",
        ["event_id", "letter"],
        unique=True,
        postgresql_where=sa.text("letter <> 'message'"),
    )
    op.create_index(op.f("ix_reminder_rules_event_id"), "reminder_rules", ["event_id"])
    op.create_unique_constraint(op.f("uq_reminder_rules_campaign_id"), "reminder_rules", ["campaign_id"])
    op.create_foreign_key(
        op.f("fk_reminder_rules_campaign_id"),
        "reminder_rules",
        "campaigns",
        ["campaign_id"],
        ["id"],
        ondelete="CASCADE",
    )
    op.create_foreign_key(
        op.f("fk_reminder_rules_session_id"),
        "reminder_rules",
        "programme_sessions",
        ["session_id"],
        ["id"],
        ondelete="SET NULL",
    )


def downgrade() -> None:
    # what the former form cannot say is left out; mails that were sent keep their new keys
    op.execute("""
        DELETE FROM reminder_rules
        WHERE letter = 'message' OR anchor <> 'starts' OR after OR unit <> 'days' OR amount > 90 OR state <> 'on'
    """)
    op.drop_constraint(op.f("fk_reminder_rules_session_id"), "reminder_rules")
    op.drop_constraint(op.f("fk_reminder_rules_campaign_id"), "reminder_rules")
    op.drop_constraint(op.f("uq_reminder_rules_campaign_id"), "reminder_rules")
    op.drop_index(op.f("ix_reminder_rules_event_id"), "reminder_rules")
    op.drop_index("uq_reminder_rules_standard", "reminder_rules")
    for name in ("audience", "letter", "words", "anchor", "unit", "amount", "state"):
        op.drop_constraint(op.f(f"ck_reminder_rules_{name}"), "reminder_rules")
    op.add_column(
        "reminder_rules", sa.Column("days_before", sa.Integer(), server_default="3", nullable=False)
    )
    op.add_column("reminder_rules", sa.Column("local_hour", sa.Integer(), server_default="9", nullable=False))
    op.execute("UPDATE reminder_rules SET days_before = amount, local_hour = extract(hour FROM local_time)")
    op.create_check_constraint(
        op.f("ck_reminder_rules_audience"), "reminder_rules", "audience IN ('guests', 'silent')"
    )
    op.create_check_constraint(
        op.f("ck_reminder_rules_days_before"), "reminder_rules", "days_before BETWEEN 0 AND 90"
    )
    op.create_check_constraint(
        op.f("ck_reminder_rules_local_hour"), "reminder_rules", "local_hour BETWEEN 0 AND 23"
    )
    op.alter_column("reminder_rules", "audience", server_default=None)
    for column in (
        "created_at", "looked_at", "state", "local_time", "after", "unit", "amount", "session_id", "anchor_state", "anchor",
        "campaign_id", "letter",
    ):  # fmt: skip
        op.drop_column("reminder_rules", column)
    op.create_unique_constraint(
        "uq_reminder_rules_event_id_audience", "reminder_rules", ["event_id", "audience"]
    )
