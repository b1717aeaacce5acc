"""The door: points, devices, append-only scans, and the entries that scans made."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from service.core.database import Base

VERDICTS = (
    "admitted", "already_in", "not_approved", "cancelled", "revoked", "wrong_event", "wrong_day", "wrong_gate",
    "unknown", "undone", "nothing_to_undo",
)  # fmt: skip


class Point(Base):
    """A gate, room or counter. It admits the categories listed (empty: all) between `opens_at` and `closes_at`.

    One entry per registration, zone and local day: gates of the same `zone` know of each other."""

    __tablename__ = "checkin_points"

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    name: Mapped[dict[str, str]]
    zone: Mapped[str] = mapped_column(server_default="venue")
    category_ids: Mapped[list[UUID]] = mapped_column(
        ARRAY(PG_UUID(as_uuid=True)), server_default=text("'{}'")
    )
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    ordinal: Mapped[int] = mapped_column(server_default="0")


class Device(Base):
    """A browser that scans: made when door staff choose a point; revocable."""

    __tablename__ = "devices"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    name: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    revoked_at: Mapped[datetime | None]


class Scan(Base):
    """What a device saw, never changed. The id is made on the device (UUIDv7): the same scan sent twice is one row.

    `action` is enter or undo; `device_time` with `device_offset` (minutes from UTC) and `seq` are the device's own."""

    __tablename__ = "scans"
    __table_args__ = (
        CheckConstraint("action IN ('enter', 'undo')", name="action"),
        CheckConstraint(f"verdict IN {VERDICTS}", name="verdict"),
        Index("ix_scans_point_received", "point_id", "received_at"),
        Index("ix_scans_event_received", "event_id", "received_at"),
        Index("ix_scans_registration_id", "registration_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    point_id: Mapped[UUID] = mapped_column(ForeignKey("checkin_points.id"))
    device_id: Mapped[UUID | None]
    account_id: Mapped[UUID | None]
    credential_id: Mapped[UUID | None]
    registration_id: Mapped[UUID | None]
    action: Mapped[str] = mapped_column(server_default="enter")
    verdict: Mapped[str]
    how: Mapped[str] = mapped_column(server_default="scan")
    device_time: Mapped[datetime | None]
    device_offset: Mapped[int | None]
    seq: Mapped[int | None]
    received_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class Entry(Base):
    """Who is in, decided by this key alone: one per registration, zone and local day of the event."""

    __tablename__ = "entries"

    registration_id: Mapped[UUID] = mapped_column(
        ForeignKey("registrations.id", ondelete="CASCADE"), primary_key=True
    )
    zone: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    point_id: Mapped[UUID]
    scan_id: Mapped[UUID]
    at: Mapped[datetime] = mapped_column(server_default=text("now()"))
