"""The programme: sessions with day, room, track, languages of interpretation and speakers."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.core.database import Base


class Track(Base):
    __tablename__ = "tracks"

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    name: Mapped[dict[str, str]]
    colour: Mapped[int] = mapped_column(server_default="1")
    ordinal: Mapped[int] = mapped_column(server_default="0")


class Room(Base):
    __tablename__ = "rooms"

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    name: Mapped[dict[str, str]]
    capacity: Mapped[int | None]
    ordinal: Mapped[int] = mapped_column(server_default="0")


class ProgrammeSession(Base):
    """`speakers` is a list of {"name": {lang: text}, "title": {lang: text}}; empty where none is published."""

    __tablename__ = "programme_sessions"
    __table_args__ = (CheckConstraint("ends_at > starts_at", name="ends_after_start"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    track_id: Mapped[UUID | None] = mapped_column(ForeignKey("tracks.id", ondelete="SET NULL"))
    room_id: Mapped[UUID | None] = mapped_column(ForeignKey("rooms.id", ondelete="SET NULL"))
    title: Mapped[dict[str, str]]
    summary: Mapped[dict[str, str]] = mapped_column(server_default=text("'{}'"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    languages: Mapped[list[str]] = mapped_column(server_default=text("'[]'"))
    speakers: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'"))
