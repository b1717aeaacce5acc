"""Lists are filtered by organisation, address and phone in an index, without reading the wide rows"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

LETTERS = "аәбвгґғдеёєжзийкқлмнңоөпрстуўұүфхҳһцчҷшщъыіїьэюя"
PLACES = "".join(chr(0x0430 + place) for place in range(len(LETTERS)))
NAME = "ix_registrations_event_organisation"
COLUMNS = ["event_id", sa.text(f"translate(lower(affiliation), '{LETTERS}', '{PLACES}')"), "sort_key", "id"]


def upgrade() -> None:
    op.drop_index(NAME, table_name="registrations")
    # an entry of an index has 2,704 bytes at most
    op.execute("UPDATE registrations SET sort_key = rtrim(left(sort_key, 120)) WHERE length(sort_key) > 120")
    op.create_index(NAME, "registrations", COLUMNS, postgresql_include=["affiliation", "email", "phone"])


def downgrade() -> None:
    op.drop_index(NAME, table_name="registrations")
    op.create_index(NAME, "registrations", COLUMNS)
