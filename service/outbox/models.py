"""Task rows (the truth about what must still happen) and deliveries (what the organizer sees of each mail)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, SmallInteger, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.core.database import Base


class Task(Base):
    """One thing to do after the commit. States: queued, sending (claimed under a lease), done, parked, cancelled; and
    waiting, which nobody claims: its campaign is not begun, or paused.

    `kind` is the way it goes: mail, or a channel of short texts (settings.CHANNELS), which has a line of its own.
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
    """One mail or text to one person, for people to look at. States: queued, sent, bounced, failed, suppressed.

    `reply` is what the mail server said when it took it; `tries` what was said each time it did not: {"at", "said"},
    with "times" and "until" when the same was said again, and "report" when it was told later. `refusal` is the class
    of the last of them. Failed and bounced ones have a `failed_at`. `copy` is what stands in the shell (MailShell):
    {"shell", "words", "files", "from"}; of a short text, which goes to a phone number, {"text"}.

    No index speaks of the state, and pages have room: marking a mail as sent touches no index (a HOT update)."""

    __tablename__ = "deliveries"
    __table_args__ = (
        CheckConstraint("refusal IN ('hard', 'soft', 'full', 'policy')", name="refusal"),
        Index("ix_deliveries_event_created", "event_id", "created_at"),
        Index(
            "ix_deliveries_lost",
            "event_id",
            "failed_at",
            postgresql_where=text("failed_at IS NOT NULL"),
        ),
        {"postgresql_with": {"fillfactor": "35"}},
    )

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
    tries: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'"))
    refusal: Mapped[str | None]
    failed_at: Mapped[datetime | None]
    copy: Mapped[dict[str, Any] | None]


class MailShell(Base):
    """What all mails of one kind, language and state of things share, with marks for what is personal: each delivery
    keeps its own words, so that a copy of fifty thousand mails is one of these and fifty thousand short lines."""

    __tablename__ = "mail_shells"

    id: Mapped[str] = mapped_column(primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)
    used_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
