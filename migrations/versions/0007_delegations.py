"""Whoever is in a delegation, or chose an answer with places, is counted"""

from uuid import uuid5

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "registrations",
        sa.Column(
            "choice_places", postgresql.ARRAY(sa.UUID()), server_default=sa.text("'{}'"), nullable=False
        ),
    )
    bind = op.get_bind()
    op.execute("DELETE FROM delegation_quotas")
    counted = bind.execute(
        sa.text(
            "SELECT delegation_id, category_id, count(*) AS taken FROM registrations "
            "WHERE delegation_id IS NOT NULL AND state IN ('pending', 'held', 'offered', 'approved') GROUP BY 1, 2"
        )
    )
    rows = [
        {"id": uuid5(row.delegation_id, str(row.category_id)), "taken": row.taken} for row in counted.all()
    ]
    if rows:
        bind.execute(
            sa.text(
                "INSERT INTO places (id, kind, taken) VALUES (:id, 'quota', :taken) "
                "ON CONFLICT (id) DO UPDATE SET taken = excluded.taken"
            ),
            rows,
        )
    op.create_index(
        "ix_delegations_event_lower_name", "delegations", ["event_id", sa.text("lower(name)")], unique=True
    )
    op.drop_constraint("uq_delegations_event_id_name", "delegations")


def downgrade() -> None:
    op.drop_column("registrations", "choice_places")
    op.create_unique_constraint("uq_delegations_event_id_name", "delegations", ["event_id", "name"])
    op.drop_index("ix_delegations_event_lower_name", table_name="delegations")
