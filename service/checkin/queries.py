"""Reads of the door: counters and what was scanned."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service.checkin.facts import DoorFacts
from service.checkin.scan import Runner
from service.checkin.schemas import Outcome
from service.core.database import Database
from service.events.cache import Remembered


class Arrivals(msgspec.Struct, frozen=True, kw_only=True):
    """Today at one point, in people: `admitted` entered here, `inside` entered its zone by any point, `expected` are
    approved and of a category that this point admits."""

    point_id: UUID
    admitted: int
    inside: int
    expected: int


async def get_answers(run: Runner, door: DoorFacts, outcome: Outcome) -> dict[str, Any]:
    """The guest's answers, for a verdict. No query unless a question is marked for the door."""
    if not door.questions or outcome.registration_id is None:
        return {}
    row = await run.fetchrow(_ANSWERS, outcome.registration_id, door.id)
    return msgspec.convert(row["answers"], dict[str, Any]) if row else {}


_ANSWERS = "SELECT answers FROM registrations WHERE id = $1 AND event_id = $2"


def arrivals_cache(db: Database, door: Remembered[DoorFacts]) -> Remembered[list[Arrivals]]:
    """Counters by the event's slug, a second old at most: many devices ask, counting 50,000 guests takes 30 ms."""

    async def look_up(slug: str) -> list[Arrivals]:
        facts = await door.get(slug)
        async with db.begin() as session:
            return await count_arrivals(session, facts.id, facts.zone)

    return Remembered(look_up)


async def count_arrivals(session: AsyncSession, event_id: UUID, zone: str) -> list[Arrivals]:
    """By point, in the organizer's order; `zone` is the event's time zone. One query."""
    rows = await session.execute(_ARRIVALS, {"event_id": event_id, "zone": zone})
    return [Arrivals(**row) for row in rows.mappings()]


_ARRIVALS = text("""
    WITH today AS (
        SELECT point_id, zone, count(*) AS n FROM entries
        WHERE event_id = :event_id AND day = (now() AT TIME ZONE :zone)::date GROUP BY point_id, zone
    ), approved AS (
        SELECT category_id, count(*) AS n FROM registrations
        WHERE event_id = :event_id AND state = 'approved' GROUP BY category_id
    )
    SELECT p.id AS point_id,
        coalesce((SELECT sum(n) FROM today WHERE today.point_id = p.id), 0)::int AS admitted,
        coalesce((SELECT sum(n) FROM today WHERE today.zone = p.zone), 0)::int AS inside,
        coalesce((SELECT sum(n) FROM approved
            WHERE cardinality(p.category_ids) = 0 OR category_id = ANY (p.category_ids)), 0)::int AS expected
    FROM checkin_points p WHERE p.event_id = :event_id ORDER BY p.ordinal, p.id
""")


class PastScan(msgspec.Struct, frozen=True, kw_only=True):
    """One scan as lists show it; names are '' for an unknown code; `stands` if its entry was not undone."""

    id: UUID
    at: datetime
    point_id: UUID
    verdict: str
    action: str
    registration_id: UUID | None
    native_name: str
    latin_name: str
    country: str
    who: str
    stands: bool


async def list_scans(
    session: AsyncSession, event_id: UUID, *, point_id: UUID | None = None, limit: int = 20
) -> list[PastScan]:
    """The newest first, at one point or all. One query."""
    at_point = "AND s.point_id = :point_id" if point_id else ""
    values: dict[str, Any] = {"event_id": event_id, "limit": limit, "point_id": point_id}
    rows = await session.execute(text(_SCANS.format(at_point=at_point)), values)
    return [PastScan(**row) for row in rows.mappings()]


_SCANS = """
    SELECT s.id, s.received_at AS at, s.point_id, s.verdict, s.action, s.registration_id,
        coalesce(r.native_name, '') AS native_name, coalesce(r.latin_name, '') AS latin_name,
        coalesce(r.country, '') AS country, coalesce(a.name, t.name, '') AS who,
        EXISTS (SELECT FROM entries e WHERE e.registration_id = s.registration_id AND e.scan_id = s.id) AS stands
    FROM scans s LEFT JOIN registrations r ON r.id = s.registration_id
    LEFT JOIN accounts a ON a.id = s.account_id LEFT JOIN api_tokens t ON t.id = s.account_id
    WHERE s.event_id = :event_id {at_point} ORDER BY s.received_at DESC LIMIT :limit
"""
