"""Who was asked to come, and what they answered."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from service.core.database import Base
from service.people.models import Card

STATES = ("queued", "sent", "failed", "bounced", "accepted", "declined", "expired", "withdrawn")


class Invitation(Card, Base):
    """One per address and event. The answer page's link token derives from the id and the master key."""

    __tablename__ = "invitations"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint("email = lower(email)", name="email_lower"),
        Index(
            "uq_invitations_event_email",
            "event_id",
            "email",
            unique=True,
            postgresql_where=text("email <> ''"),
        ),
        Index("ix_invitations_event_sort", "event_id", "sort_key", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"))
    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    category_id: Mapped[UUID] = mapped_column(ForeignKey("categories.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    state: Mapped[str] = mapped_column(server_default="queued")
    word: Mapped[str] = mapped_column(server_default="")
    search: Mapped[str]
    sort_key: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    answered_at: Mapped[datetime | None]


class Suppression(Base):
    """An address that wants no more invitations and news from an organisation: tickets and answers still reach it. Or,
    with the reason bounced, one at which nobody can be reached; `said` is then
    what its server answered."""

    __tablename__ = "suppressions"
    __table_args__ = (CheckConstraint("reason IN ('asked', 'bounced')", name="reason"),)

    organisation_id: Mapped[UUID] = mapped_column(
        ForeignKey("organisations.id", ondelete="CASCADE"), primary_key=True
    )
    email: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str] = mapped_column(server_default="asked")
    said: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
