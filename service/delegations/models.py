"""A country or company at an event, and how many of each category it may bring."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from service.core.database import Base

KINDS = ("country", "company")
STATES = ("open", "submitted", "locked")


class Delegation(Base):
    """`name` is whole, in any script; `country` is ISO 3166-1 alpha-2 or ''. The head is one of its registrations.

    The focal point fills it in by a personal link, which derives from the id, `link_number` and the master key: a new
    number ends the old link. A `deadline` (UTC) that has passed makes it late; the team locks."""

    __tablename__ = "delegations"
    __table_args__ = (
        Index("ix_delegations_event_lower_name", "event_id", text("lower(name)"), unique=True),
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint("focal_email = lower(focal_email)", name="focal_email_lower"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"))
    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(server_default="company")
    name: Mapped[str]
    country: Mapped[str] = mapped_column(server_default="")
    head_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("registrations.id", ondelete="SET NULL", use_alter=True)
    )
    focal_name: Mapped[str] = mapped_column(server_default="")
    focal_email: Mapped[str] = mapped_column(server_default="")
    focal_language: Mapped[str] = mapped_column(server_default="en")
    link_number: Mapped[int] = mapped_column(server_default="1")
    deadline: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(server_default="open")
    submitted_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(server_default="1")
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class Quota(Base):
    """A category that a delegation may bring. The id is that of its counter: places.operations.place_of the two."""

    __tablename__ = "delegation_quotas"
    __table_args__ = (UniqueConstraint("delegation_id", "category_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    delegation_id: Mapped[UUID] = mapped_column(ForeignKey("delegations.id", ondelete="CASCADE"))
    category_id: Mapped[UUID] = mapped_column(ForeignKey("categories.id", ondelete="CASCADE"))
