"""The audit table: append-only lines with dotted names such as `registration.approved`."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from service.core.database import Base


class AuditLine(Base):
    """Who (actor_kind: core.actor) did what to which subject, when, with which before and after."""

    __tablename__ = "audit"
    __table_args__ = (
        Index("ix_audit_subject", "subject_id", "at"),
        Index("ix_audit_organisation_id_at", "organisation_id", "at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"))
    event_id: Mapped[UUID | None] = mapped_column(ForeignKey("events.id", ondelete="SET NULL"))
    subject_id: Mapped[UUID]
    name: Mapped[str]
    actor_kind: Mapped[str]
    actor_id: Mapped[UUID | None]
    actor_name: Mapped[str] = mapped_column(server_default="")
    data: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    at: Mapped[datetime] = mapped_column(server_default=text("now()"))
