"""Calendar entries of invitations, and what calendars answer to them; those that were asked before have none"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in (
        sa.Column("with_entry", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("entry_version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("calendar_answer", sa.String(), server_default="", nullable=False),
        sa.Column("calendar_answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("calendar_word", sa.String(), server_default="", nullable=False),
    ):
        op.add_column("invitations", column)
    op.alter_column("invitations", "with_entry", server_default=sa.text("true"))
    op.create_check_constraint(
        op.f("ck_invitations_calendar_answer"),
        "invitations",
        "calendar_answer IN ('', 'accepted', 'declined', 'tentative')",
    )
    op.add_column(
        "invitation_terms",
        sa.Column("with_entry", sa.Boolean(), server_default=sa.text("true"), nullable=False),
    )


def downgrade() -> None:
    op.drop_column("invitation_terms", "with_entry")
    op.drop_constraint(op.f("ck_invitations_calendar_answer"), "invitations")
    for column in ("calendar_word", "calendar_answered_at", "calendar_answer", "entry_version", "with_entry"):
        op.drop_column("invitations", column)
