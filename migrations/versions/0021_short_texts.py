"""Short texts beside mail: what guests agreed to, and what messages say in them"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("registrations", sa.Column("text_channel", sa.String(), server_default="", nullable=False))
    op.add_column("registrations", sa.Column("text_consent_at", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(
        op.f("ck_registrations_text_channel"),
        "registrations",
        "text_channel IN ('', 'sms', 'whatsapp', 'telegram')",
    )
    op.create_check_constraint(
        op.f("ck_registrations_text_consent"),
        "registrations",
        "(text_channel = '') = (text_consent_at IS NULL)",
    )
    op.add_column(
        "campaigns",
        sa.Column("short", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
    )


def downgrade() -> None:
    op.drop_column("campaigns", "short")
    op.drop_constraint(op.f("ck_registrations_text_consent"), "registrations")
    op.drop_constraint(op.f("ck_registrations_text_channel"), "registrations")
    op.drop_column("registrations", "text_consent_at")
    op.drop_column("registrations", "text_channel")
