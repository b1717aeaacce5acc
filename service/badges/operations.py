"""Marking badges as printed: printing is not entering."""

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession


class Unprinted(msgspec.Struct, frozen=True):
    """How many badges wait to be printed, and when the last of them was issued (None: there is none)."""

    count: int
    until: datetime | None


async def count_unprinted(session: AsyncSession, event_id: UUID) -> Unprinted:
    """What a page offers to print, so that exactly this can be marked later. One query."""
    row = (await session.execute(_UNPRINTED, {"event_id": event_id})).one()
    return Unprinted(row.number, row.until)


async def mark_printed(session: AsyncSession, event_id: UUID, *, until: datetime, now: datetime) -> int:
    """All issued up to `until` that were not marked; one approved since then is in nobody's hands yet.

    Returns how many."""
    known = {"event_id": event_id, "until": until, "now": now}
    return len((await session.execute(_MARK, known)).all())


_UNPRINTED = text("""
    SELECT count(*) AS number, max(issued_at) AS until FROM credentials
    WHERE event_id = :event_id AND printed_at IS NULL AND revoked_at IS NULL
""")
_MARK = text("""
    UPDATE credentials SET printed_at = :now
    WHERE event_id = :event_id AND printed_at IS NULL AND revoked_at IS NULL AND issued_at <= :until RETURNING id
""")
