"""Events that move: what their guests know of time and place, and since when it is no longer so"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("events", sa.Column("moved_from", postgresql.JSONB(), nullable=True))
    op.add_column("events", sa.Column("moved_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("events", "moved_at")
    op.drop_column("events", "moved_from")
