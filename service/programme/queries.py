"""Reads of the programme, for guests and organizers alike."""

from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from service.core.errors import NotFound
from service.programme.models import ProgrammeSession, Room, Track

Part = TypeVar("Part", Track, Room, ProgrammeSession)


class SessionView(msgspec.Struct, frozen=True, kw_only=True):
    """A session with the names and colour of its track and room; None where it has none."""

    id: UUID
    title: dict[str, str]
    summary: dict[str, str]
    starts_at: datetime
    ends_at: datetime
    languages: list[str]
    speakers: list[dict[str, Any]]
    track_id: UUID | None
    track: dict[str, str] | None
    colour: int | None
    room_id: UUID | None
    room: dict[str, str] | None


class Day(msgspec.Struct, frozen=True):
    """The sessions that start on one local day of the event."""

    date: date
    first: datetime
    sessions: list[SessionView]


async def list_days(session: AsyncSession, event_id: UUID, zone: str) -> list[Day]:
    """The programme by local day, each in order of time. One query."""
    rows = await session.execute(_SESSIONS, {"event_id": event_id})
    days: dict[date, list[SessionView]] = {}
    for row in rows.mappings():
        view = SessionView(**row)
        days.setdefault(view.starts_at.astimezone(ZoneInfo(zone)).date(), []).append(view)
    return [Day(day, sessions[0].starts_at, sessions) for day, sessions in days.items()]


_SESSIONS = text("""
    SELECT s.id, s.title, s.summary, s.starts_at, s.ends_at, s.languages, s.speakers,
        s.track_id, t.name AS track, t.colour, s.room_id, r.name AS room
    FROM programme_sessions s LEFT JOIN tracks t ON t.id = s.track_id LEFT JOIN rooms r ON r.id = s.room_id
    WHERE s.event_id = :event_id ORDER BY s.starts_at, r.ordinal, t.ordinal, s.id
""")


async def list_parts(session: AsyncSession, kind: type[Part], event_id: UUID) -> list[Part]:
    """Tracks or rooms, in the organizer's order."""
    wanted = select(kind).where(kind.event_id == event_id).order_by(text("ordinal"), kind.id)
    return list((await session.execute(wanted)).scalars())


async def get_part(session: AsyncSession, kind: type[Part], event_id: UUID, part_id: UUID) -> Part:
    """One track, room or session. Raises NotFound when it is not of this event."""
    part = await session.get(kind, part_id)
    if part is None or part.event_id != event_id:
        raise NotFound
    return part
