"""Counters of places. One row per thing that has places; the id is that thing's own id."""

from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.core.database import Base


class Places(Base):
    """`taken` of `capacity` (empty: no limit) for the thing of this `kind` (event, category, quota, choice).

    A low fillfactor keeps the hot row's updates on its page (HOT)."""

    __tablename__ = "places"
    __table_args__ = (
        CheckConstraint("taken >= 0", name="not_negative"),
        CheckConstraint("capacity IS NULL OR taken <= capacity", name="within_capacity"),
        {"postgresql_with": {"fillfactor": "20"}},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    capacity: Mapped[int | None]
    taken: Mapped[int] = mapped_column(server_default="0")
