"""What long work makes is stored in parts of 256 kB: nobody holds a file whole"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "job_file_parts",
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["job_id"], ["job_files.job_id"], name=op.f("fk_job_file_parts_job_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("job_id", "ordinal", name=op.f("pk_job_file_parts")),
    )
    op.execute("""INSERT INTO job_file_parts (job_id, ordinal, body)
        SELECT job_id, n, substring(body FROM n * 262144 + 1 FOR 262144)
        FROM job_files, generate_series(0, (length(body) - 1) / 262144) AS n WHERE length(body) > 0""")
    op.drop_column("job_files", "body")


def downgrade() -> None:
    op.add_column("job_files", sa.Column("body", sa.LargeBinary(), server_default="", nullable=False))
    op.execute("""UPDATE job_files SET body = whole.body FROM (
        SELECT job_id, string_agg(body, ''::bytea ORDER BY ordinal) AS body FROM job_file_parts GROUP BY job_id
    ) AS whole WHERE whole.job_id = job_files.job_id""")
    op.alter_column("job_files", "body", server_default=None)
    op.drop_table("job_file_parts")
