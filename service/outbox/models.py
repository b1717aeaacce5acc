"""Task rows (the truth about what must still happen) and deliveries (what the organizer sees of each mail)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from service.core.database import Base


class Task(Base):
    """One thing to do after the commit. States: queued, sending (claimed under a lease), done, parked, cancelled; and
    waiting, which nobody claims: its campaign is not begun, or paused.

    `dedup` makes a task unique (built from ids and ISO dates, never from translated text). `urgency` 0 goes first, 1 is
    one of many."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_due", "kind", "urgency", "due_at", postgresql_where=text("state = 'queued'")),
        Index("ix_outbox_lease", "lease_until", postgresql_where=text("state = 'sending'")),
        Index("ix_outbox_campaign", "campaign_id", "state", postgresql_where=text("campaign_id IS NOT NULL")),
        {"postgresql_with": {"fillfactor": "80"}},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]]
    dedup: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(server_default="queued")
    attempts: Mapped[int] = mapped_column(server_default="0")
    due_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    urgency: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    campaign_id: Mapped[UUID | None] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"))
    lease_until: Mapped[datetime | None]
    lease_token: Mapped[UUID | None]
    error: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    done_at: Mapped[datetime | None]


class Delivery(Base):
    """One mail to one person, for people to look at. States: queued, sent, bounced, failed, suppressed.

    `reply` is what the mail server said when it took it."""

    __tablename__ = "deliveries"
    __table_args__ = (Index("ix_deliveries_event_created", "event_id", "created_at"),)

    task_id: Mapped[UUID] = mapped_column(ForeignKey("outbox.id", ondelete="CASCADE"), primary_key=True)
    event_id: Mapped[UUID | None] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    registration_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("registrations.id", ondelete="SET NULL"), index=True
    )
    invitation_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("invitations.id", ondelete="SET NULL"), index=True
    )
    letter: Mapped[str]
    address: Mapped[str]
    language: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="queued")
    error: Mapped[str | None]
    reply: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    sent_at: Mapped[datetime | None]
