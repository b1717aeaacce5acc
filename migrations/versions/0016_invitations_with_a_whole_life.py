"""Invitations with a whole life: waves, deadlines, companions, assistants, substitutes, reminders to the silent"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

BEFORE = "('queued', 'sent', 'failed', 'bounced', 'accepted', 'declined', 'expired', 'withdrawn')"
STATES = "('waiting', 'queued', 'sent', 'failed', 'bounced', 'accepted', 'declined', 'substituted', 'expired', 'withdrawn')"
CHECKS = {
    "state": f"state IN {STATES}",
    "plus_ones": "plus_ones BETWEEN 0 AND 10",
    "answered_by": "answered_by IN ('', 'guest', 'assistant')",
    "waits_in_a_wave": "state <> 'waiting' OR wave_id IS NOT NULL",
}


def upgrade() -> None:
    op.create_table(
        "waves",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("answer_days", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("places > 0", name=op.f("ck_waves_places")),
        sa.CheckConstraint("answer_days > 0", name=op.f("ck_waves_answer_days")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_waves_event_id_events"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waves")),
    )
    op.create_index("uq_waves_event_lower_name", "waves", ["event_id", sa.text("lower(name)")], unique=True)
    op.create_table(
        "invitation_terms",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminders", sa.SmallInteger(), server_default="2", nullable=False),
        sa.Column("reminder_days", sa.SmallInteger(), nullable=True),
        sa.CheckConstraint("reminders BETWEEN 0 AND 5", name=op.f("ck_invitation_terms_reminders")),
        sa.CheckConstraint("reminder_days BETWEEN 1 AND 60", name=op.f("ck_invitation_terms_reminder_days")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_invitation_terms_event_id_events"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_invitation_terms")),
    )
    for column in (
        sa.Column("wave_id", sa.Uuid(), nullable=True),
        sa.Column("turn", sa.Integer(), nullable=True),
        sa.Column("plus_ones", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("copy_assistant", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("instead_of_id", sa.Uuid(), nullable=True),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.String(), server_default="", nullable=False),
    ):
        op.add_column("invitations", column)
    op.execute("UPDATE invitations SET invited_at = created_at")
    op.create_foreign_key(op.f("fk_invitations_wave_id_waves"), "invitations", "waves", ["wave_id"], ["id"])
    op.create_foreign_key(
        op.f("fk_invitations_instead_of_id_invitations"), "invitations", "invitations",
        ["instead_of_id"], ["id"], ondelete="SET NULL",
    )  # fmt: skip
    op.drop_constraint(op.f("ck_invitations_state"), "invitations")
    for name, condition in CHECKS.items():
        op.create_check_constraint(op.f(f"ck_invitations_{name}"), "invitations", condition)
    op.create_index(
        "ix_invitations_wave", "invitations", ["wave_id", "turn", "id"],
        postgresql_where=sa.text("wave_id IS NOT NULL"),
    )  # fmt: skip
    op.create_index(
        "uq_invitations_instead_of", "invitations", ["instead_of_id"], unique=True,
        postgresql_where=sa.text("instead_of_id IS NOT NULL"),
    )  # fmt: skip
    op.create_index(
        "ix_registrations_invitation", "registrations", ["invitation_id"],
        postgresql_where=sa.text("invitation_id IS NOT NULL"),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_registrations_invitation", "registrations")
    op.drop_index("uq_invitations_instead_of", "invitations")
    op.drop_index("ix_invitations_wave", "invitations")
    for name in CHECKS:
        op.drop_constraint(op.f(f"ck_invitations_{name}"), "invitations")
    # who waited was never asked; who named a substitute has said no
    op.execute("DELETE FROM invitations WHERE state = 'waiting'")
    op.execute("UPDATE invitations SET state = 'declined' WHERE state = 'substituted'")
    op.create_check_constraint(op.f("ck_invitations_state"), "invitations", f"state IN {BEFORE}")
    for column in (
        "answered_by", "invited_at", "reminded_at", "reminded", "answer_by", "instead_of_id", "copy_assistant",
        "plus_ones", "turn", "wave_id",
    ):  # fmt: skip
        op.drop_column("invitations", column)
    op.drop_table("invitation_terms")
    op.drop_table("waves")
