"""The directory: notes, names as keys, merges, and who is somebody else; lists by organisation"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

LETTERS = "аәбвгґғдеёєжзийкқлмнңоөпрстуўұүфхҳһцчҷшщъыіїьэюя"
PLACES = "".join(chr(0x0430 + place) for place in range(len(LETTERS)))
JSON = postgresql.JSONB(astext_type=sa.Text())


def upgrade() -> None:
    op.add_column("people", sa.Column("note", sa.String(), server_default="", nullable=False))
    op.add_column("people", sa.Column("name_key", sa.String(), nullable=True))
    op.add_column("people", sa.Column("version", sa.Integer(), server_default="1", nullable=False))
    op.create_index(
        "ix_people_name_key", "people", ["organisation_id", "name_key"],
        postgresql_where=sa.text("name_key <> ''"),
    )  # fmt: skip
    op.create_index(
        "ix_people_phone", "people", ["organisation_id", "phone"], postgresql_where=sa.text("phone <> ''")
    )
    op.create_index("ix_people_no_key", "people", ["id"], postgresql_where=sa.text("name_key IS NULL"))
    op.create_index("ix_people_organisation", "people", ["organisation_id", "id"])
    op.create_index(
        "ix_registrations_event_organisation", "registrations",
        ["event_id", sa.text(f"translate(lower(affiliation), '{LETTERS}', '{PLACES}')"), "sort_key", "id"],
    )  # fmt: skip
    op.create_table(
        "merges",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("kept_id", sa.Uuid(), nullable=False),
        sa.Column("gone_id", sa.Uuid(), nullable=False),
        sa.Column("gone", JSON, nullable=False),
        sa.Column("before", JSON, nullable=False),
        sa.Column("after", JSON, nullable=False),
        sa.Column("registrations", postgresql.ARRAY(sa.UUID()), server_default="{}", nullable=False),
        sa.Column("invitations", postgresql.ARRAY(sa.UUID()), server_default="{}", nullable=False),
        sa.Column("tags", JSON, nullable=False),
        sa.Column("cancelled", JSON, nullable=False),
        sa.Column("made_by", sa.String(), server_default="", nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["kept_id"], ["people.id"], name=op.f("fk_merges_kept_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_merges_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merges")),
    )
    op.create_index("ix_merges_kept", "merges", ["kept_id"])
    op.create_table(
        "people_apart",
        sa.Column("one_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("one_id < other_id", name=op.f("ck_people_apart_in_order")),
        sa.ForeignKeyConstraint(
            ["one_id"], ["people.id"], name=op.f("fk_people_apart_one_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["people.id"], name=op.f("fk_people_apart_other_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("one_id", "other_id", name=op.f("pk_people_apart")),
    )
    op.create_index(op.f("ix_people_apart_other_id"), "people_apart", ["other_id"])


def downgrade() -> None:
    op.drop_table("people_apart")
    op.drop_index("ix_registrations_event_organisation", table_name="registrations")
    op.drop_table("merges")
    for name in ("ix_people_organisation", "ix_people_no_key", "ix_people_phone", "ix_people_name_key"):
        op.drop_index(name, table_name="people")
    for name in ("version", "name_key", "note"):
        op.drop_column("people", name)
