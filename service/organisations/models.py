"""The host: an organisation, its team, its signing keys."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from service.core.database import Base


class Organisation(Base):
    """Owns events, a directory of people and a team."""

    __tablename__ = "organisations"

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    reply_to: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class Membership(Base):
    """A role of an account: at one event, or (event_id empty) at all events of the organisation."""

    __tablename__ = "memberships"
    __table_args__ = (
        CheckConstraint("role IN ('owner', 'organizer', 'door', 'viewer')", name="role"),
        Index(
            "uq_memberships_account_scope",
            "account_id",
            "organisation_id",
            "event_id",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    organisation_id: Mapped[UUID] = mapped_column(
        ForeignKey("organisations.id", ondelete="CASCADE"), index=True
    )
    event_id: Mapped[UUID | None] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    role: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
