"""Long work: what was asked for, how far it is, and what came of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from service.core.database import Base

STATES = ("queued", "running", "done", "failed", "stopped")


class Job(Base):
    """One piece of work at an event, owned by the account that asked. The row is the truth; the bell only hurries it.

    `done` of `total` is for people to watch. `result` of a job that is done says {say, data, path}: a sentence with its
    data, and the page it leads to. A worker holds it under a lease; when that ends another goes on from what is
    committed. `due_at` lies ahead while what it does can still be undone by not doing it."""

    __tablename__ = "jobs"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        Index("ix_jobs_open", "due_at", postgresql_where=text("state IN ('queued', 'running')")),
        Index("ix_jobs_event_created", "event_id", "created_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"))
    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    kind: Mapped[str]
    input: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(server_default="queued")
    done: Mapped[int] = mapped_column(server_default="0")
    total: Mapped[int] = mapped_column(server_default="0")
    result: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    error: Mapped[str] = mapped_column(server_default="")
    attempts: Mapped[int] = mapped_column(server_default="0")
    due_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    lease_until: Mapped[datetime | None]
    lease_token: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    finished_at: Mapped[datetime | None]


class JobFile(Base):
    """What a job made for its owner to fetch (an export); thrown away after some days."""

    __tablename__ = "job_files"

    job_id: Mapped[UUID] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str]
    media_type: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class JobFilePart(Base):
    """A file's bytes from one place on, so that neither who writes it nor who fetches it ever holds it whole."""

    __tablename__ = "job_file_parts"

    job_id: Mapped[UUID] = mapped_column(ForeignKey("job_files.job_id", ondelete="CASCADE"), primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[bytes]
