"""Reads of registrations, always within one event that was fetched with the right access."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, and_, false, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from service.core.errors import NotFound
from service.core.names import query_ways
from service.registrations.models import Registration


def spelled(search: InstrumentedAttribute[str], q: str) -> ColumnElement[bool]:
    """Whether a stored search text has what was typed, in one of the ways it may be read (core.names.query_ways)."""
    return or_(
        false(),
        *(
            and_(*(or_(*(search.like(pattern(token)) for token in word)) for word in way))
            for way in query_ways(q)
        ),
    )


def pattern(token: str) -> str:
    """A LIKE pattern that finds the token at the start of any stored word."""
    escaped = token.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"% {escaped}%"


async def list_arrived(session: AsyncSession, ids: Sequence[UUID]) -> set[UUID]:
    """Those of these who came in, at any gate on any day. One query."""
    rows = await session.execute(
        text("SELECT DISTINCT registration_id FROM entries WHERE registration_id = ANY(:ids)"),
        {"ids": list(ids)},
    )
    return set(rows.scalars())


async def get_registration(
    session: AsyncSession, event_id: UUID, registration_id: UUID, *, lock: bool = False
) -> Registration:
    """Raises NotFound when it is not of this event."""
    wanted = select(Registration).where(Registration.id == registration_id, Registration.event_id == event_id)
    found = (await session.execute(wanted.with_for_update() if lock else wanted)).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


async def get_own(session: AsyncSession, registration_id: UUID, *, lock: bool = False) -> Registration:
    """For the guest whose personal link was verified. Raises NotFound when it was deleted."""
    wanted = select(Registration).where(Registration.id == registration_id)
    found = (await session.execute(wanted.with_for_update() if lock else wanted)).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


async def list_companions(session: AsyncSession, registration_id: UUID) -> list[Registration]:
    """Who comes with them, by name; not those who are out. One query."""
    wanted = select(Registration).where(
        Registration.principal_id == registration_id, Registration.state.not_in(("cancelled", "rejected"))
    )
    return list((await session.execute(wanted.order_by(Registration.sort_key, Registration.id))).scalars())


async def find_by_email(session: AsyncSession, event_id: UUID, email: str) -> Registration | None:
    """The living registration of an address at an event."""
    wanted = select(Registration).where(
        Registration.event_id == event_id,
        Registration.email == email,
        Registration.email != "",  # lets the plan use the partial index of addresses
        Registration.state != "cancelled",
    )
    return (await session.execute(wanted)).scalar_one_or_none() if email else None


async def find_registration_of(session: AsyncSession, invitation_id: UUID) -> Registration | None:
    """What an accepted invitation became."""
    wanted = select(Registration).where(Registration.invitation_id == invitation_id)
    return (
        await session.execute(wanted.order_by(Registration.created_at.desc()).limit(1))
    ).scalar_one_or_none()


class Moment(msgspec.Struct, frozen=True):
    """One line of a timeline: a change, a mail, or a scan. The `id` is that of a change."""

    at: datetime
    id: UUID | None
    kind: str
    name: str
    who: str
    data: dict[str, Any]


async def list_timeline(session: AsyncSession, registration_id: UUID) -> list[Moment]:
    """All that happened to one, the newest first: changes, mails, scans. One query."""
    rows = await session.execute(_TIMELINE, {"id": registration_id})
    return [Moment(row.at, row.id, row.kind, row.name, row.who, row.data) for row in rows]


_TIMELINE = text("""
    SELECT at, id, 'change' AS kind, name, CASE actor_kind WHEN 'guest' THEN 'guest' ELSE actor_name END AS who, data
    FROM audit WHERE subject_id = :id
    UNION ALL
    SELECT coalesce(sent_at, created_at), NULL, 'mail', letter, address,
        jsonb_build_object('state', state, 'error', error, 'task_id', task_id)
    FROM deliveries WHERE registration_id = :id
    UNION ALL
    SELECT s.received_at, NULL, 'scan', s.verdict, coalesce(a.name, ''),
        jsonb_build_object('point', p.name, 'action', s.action)
    FROM scans s JOIN checkin_points p ON p.id = s.point_id LEFT JOIN accounts a ON a.id = s.account_id
    WHERE s.registration_id = :id
    ORDER BY at DESC
""")


def as_id(value: str) -> UUID | None:
    """An id from the URL; None when it is none."""
    try:
        return UUID(value)
    except ValueError:
        return None
