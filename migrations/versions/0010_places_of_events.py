"""Places of whole events; merges of those who were merged before"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        INSERT INTO places (id, kind, taken)
        SELECT e.id, 'event', (
            SELECT count(*) FROM registrations r
            WHERE r.event_id = e.id AND r.state IN ('pending', 'held', 'offered', 'approved'))
        FROM events e
    """)
    op.add_column(
        "merges",
        sa.Column("merges", postgresql.ARRAY(sa.UUID()), server_default="{}", nullable=False),
    )


def downgrade() -> None:
    op.drop_column("merges", "merges")
    op.execute("DELETE FROM places WHERE kind = 'event'")
