"""Lists are filtered and counted in an index, without reading the wide rows"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

INCLUDED = [
    "state", "step", "category_id", "country", "delegation_id", "invitation_id", "person_id", "principal_id",
    "source", "language", "companion", "watched", "created_at", "decided_at",
]  # fmt: skip


def upgrade() -> None:
    op.drop_index("ix_registrations_event_sort", table_name="registrations")
    op.create_index(
        "ix_registrations_event_sort", "registrations", ["event_id", "sort_key", "id"],
        postgresql_include=INCLUDED,
    )  # fmt: skip
    op.drop_index("ix_registrations_event_created", table_name="registrations")
    op.create_index("ix_registrations_event_created", "registrations", ["event_id", "created_at", "id"])


def downgrade() -> None:
    op.drop_index("ix_registrations_event_created", table_name="registrations")
    op.create_index("ix_registrations_event_created", "registrations", ["event_id", "created_at"])
    op.drop_index("ix_registrations_event_sort", table_name="registrations")
    op.create_index("ix_registrations_event_sort", "registrations", ["event_id", "sort_key", "id"])
