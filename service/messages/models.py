"""What the team writes to many, and reminder rules: relative to the event, sent once."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from service.core.database import Base


class Message(Base):
    """Written once, in some of the event's languages: {"en": …}; the first that was written is for everybody else."""

    __tablename__ = "messages"

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    subject: Mapped[dict[str, Any]]
    body: Mapped[dict[str, Any]]
    language: Mapped[str]
    made_by: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class ReminderRule(Base):
    """`audience` is guests (approved) or silent (invited, no answer): `days_before` the event's first local day, at
    `local_hour` in the event's zone. `sent_at` is set in the transaction that queues the mails."""

    __tablename__ = "reminder_rules"
    __table_args__ = (
        UniqueConstraint("event_id", "audience"),
        CheckConstraint("audience IN ('guests', 'silent')", name="audience"),
        CheckConstraint("days_before BETWEEN 0 AND 90", name="days_before"),
        CheckConstraint("local_hour BETWEEN 0 AND 23", name="local_hour"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    audience: Mapped[str]
    days_before: Mapped[int] = mapped_column(server_default="3")
    local_hour: Mapped[int] = mapped_column(server_default="9")
    sent_at: Mapped[datetime | None]
    queued: Mapped[int | None]
