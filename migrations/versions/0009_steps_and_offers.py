"""Approval in steps, and offers of a place that end"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

JSON = postgresql.JSONB(astext_type=sa.Text())


def upgrade() -> None:
    op.add_column(
        "categories",
        sa.Column("steps", JSON, server_default='[{"kind": "desk"}]', nullable=False),
    )
    op.add_column("categories", sa.Column("offer_hours", sa.Integer(), nullable=True))
    op.create_check_constraint(
        op.f("ck_categories_steps"), "categories", "jsonb_array_length(steps) BETWEEN 1 AND 3"
    )
    op.create_check_constraint(op.f("ck_categories_offer_hours"), "categories", "offer_hours > 0")
    op.add_column("registrations", sa.Column("step", sa.SmallInteger(), server_default="1", nullable=False))
    op.add_column(
        "registrations",
        sa.Column(
            "waiting_since", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
    )
    op.add_column("registrations", sa.Column("offer_until", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE registrations SET waiting_since = coalesce(decided_at, created_at)")
    op.create_index(
        "ix_registrations_offers", "registrations", ["offer_until"],
        postgresql_where=sa.text("state = 'offered'"),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_registrations_offers", table_name="registrations")
    for name in ("offer_until", "waiting_since", "step"):
        op.drop_column("registrations", name)
    op.drop_constraint(op.f("ck_categories_offer_hours"), "categories")
    op.drop_constraint(op.f("ck_categories_steps"), "categories")
    for name in ("offer_hours", "steps"):
        op.drop_column("categories", name)
