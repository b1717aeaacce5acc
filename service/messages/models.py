"""What the team writes to many, and reminder rules: relative to the event, sent once."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from service.core.database import Base

AUDIENCES = ("guests", "delegations")
PURPOSES = ("practical", "news")
STATES = ("draft", "waiting", "running", "paused", "stopped")


class Campaign(Base):
    """One message to many, in some of the event's languages: {"en": …}; the first that was written, `language`, is for
    everybody else. `plain` is the text for those who read no HTML, where it was written apart.

    To the guests whom `segment` finds when it is sent (the query of a list), or to the `chosen` ones: registrations, or
    delegations. News goes to nobody who asked for no more. A draft is kept; one that waits is begun by its job; one
    that runs has its mails in the outbox. `version` counts how often the words were changed, and guards against two
    people changing it at once. `people` are those it was begun for; the pace is outbox.groups.Pace."""

    __tablename__ = "campaigns"
    __table_args__ = (
        CheckConstraint(f"audience IN {AUDIENCES}", name="audience"),
        CheckConstraint(f"purpose IN {PURPOSES}", name="purpose"),
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint("0 <= from_hour AND from_hour < until_hour AND until_hour <= 24", name="hours"),
        CheckConstraint("per_minute >= 0 AND per_domain >= 0", name="limits"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    audience: Mapped[str] = mapped_column(server_default="guests")
    purpose: Mapped[str] = mapped_column(server_default="practical")
    subject: Mapped[dict[str, Any]]
    body: Mapped[dict[str, Any]]
    plain: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    language: Mapped[str]
    segment: Mapped[str] = mapped_column(server_default="")
    chosen: Mapped[list[str]] = mapped_column(server_default=text("'[]'"))
    state: Mapped[str] = mapped_column(server_default="draft")
    version: Mapped[int] = mapped_column(server_default="1")
    per_minute: Mapped[int] = mapped_column(server_default="0")
    per_domain: Mapped[int] = mapped_column(server_default="0")
    from_hour: Mapped[int] = mapped_column(server_default="0")
    until_hour: Mapped[int] = mapped_column(server_default="24")
    job_id: Mapped[UUID | None] = mapped_column(ForeignKey("jobs.id", ondelete="SET NULL"))
    starts_at: Mapped[datetime | None]
    people: Mapped[int | None]
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


class Wording(Base):
    """One version of what the team says in a system mail of its event: {"en": {"subject": …, "heading": …, "text": …,
    "button": …}}, only what differs from our words. Followed, never edited: the greatest version counts, and one
    without words is ours again."""

    __tablename__ = "wordings"
    __table_args__ = (
        UniqueConstraint("event_id", "letter", "version"),
        CheckConstraint("version > 0", name="version"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    letter: Mapped[str]
    version: Mapped[int]
    words: Mapped[dict[str, Any]]
    made_by: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
