"""Views of the list that somebody of the team has kept for all."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from service.core.database import Base


class ListView(Base):
    """`query` is the list's own query string: filter, order and columns."""

    __tablename__ = "list_views"
    __table_args__ = (UniqueConstraint("event_id", "name"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"))
    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    name: Mapped[str]
    query: Mapped[str]
    made_by: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
