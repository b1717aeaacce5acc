"""Numbers and lists that join features, always within one event that was fetched with the right access."""

from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """The event in numbers. Series are (label, count) in order."""

    by_state: dict[str, int]
    by_country: list[tuple[str, int]]
    per_day: list[tuple[str, int]]
    arrivals: list[tuple[str, int]]
    arrived: int
    deliveries: dict[str, int]
    waiting: list[Any]
    changes: list[Any]

    @property
    def total(self) -> int:
        """All registrations that are still wanted."""
        return sum(count for state, count in self.by_state.items() if state not in ("cancelled", "rejected"))


async def get_overview(session: AsyncSession, event_id: UUID, zone: str) -> Overview:
    """Eight queries, whatever the size."""
    known = {"event_id": event_id, "zone": zone}

    async def pairs(statement: Any) -> list[tuple[str, int]]:
        return [(row[0], row[1]) for row in await session.execute(statement, known)]

    return Overview(
        by_state=dict(await pairs(_BY_STATE)), by_country=await pairs(_BY_COUNTRY), per_day=await pairs(_PER_DAY),
        arrivals=await pairs(_ARRIVALS), arrived=(await session.execute(_ARRIVED, known)).scalar_one(),
        deliveries=await count_deliveries(session, event_id),
        waiting=list((await session.execute(_WAITING, known)).mappings()),
        changes=list((await session.execute(_CHANGES, known)).mappings()),
    )  # fmt: skip


async def count_deliveries(session: AsyncSession, event_id: UUID) -> dict[str, int]:
    """Mails of the event by state. One query."""
    rows = await session.execute(_DELIVERY_STATES, {"event_id": event_id})
    return {row.state: row.number for row in rows}


_BY_STATE = text("SELECT state, count(*) FROM registrations WHERE event_id = :event_id GROUP BY state")
_BY_COUNTRY = text("""
    SELECT country, count(*) FROM registrations
    WHERE event_id = :event_id AND state NOT IN ('cancelled', 'rejected') AND country <> ''
    GROUP BY country ORDER BY count(*) DESC, country LIMIT 8
""")
_PER_DAY = text("""
    WITH d AS (
        SELECT (created_at AT TIME ZONE :zone)::date AS day, count(*) AS n FROM registrations
        WHERE event_id = :event_id GROUP BY 1
    ), span AS (SELECT greatest(min(day), max(day) - 59) AS first, max(day) AS last FROM d)
    SELECT to_char(s.day, 'DD.MM.'), coalesce(d.n, 0)
    FROM span, generate_series(span.first, span.last, interval '1 day') AS s(day) LEFT JOIN d ON d.day = s.day::date
    ORDER BY s.day
""")
_ARRIVALS = text("""
    WITH latest AS (SELECT max(day) AS day FROM entries WHERE event_id = :event_id), e AS (
        SELECT date_bin('15 minutes', at AT TIME ZONE :zone, timestamp '2000-01-01') AS quarter, count(*) AS n
        FROM entries, latest WHERE event_id = :event_id AND entries.day = latest.day GROUP BY 1
    ), span AS (SELECT min(quarter) AS first, max(quarter) AS last FROM e)
    SELECT to_char(s.q, 'HH24:MI'), coalesce(e.n, 0)
    FROM span, generate_series(span.first, span.last, interval '15 minutes') AS s(q) LEFT JOIN e ON e.quarter = s.q
    ORDER BY s.q LIMIT 96
""")
_ARRIVED = text("SELECT count(DISTINCT registration_id) FROM entries WHERE event_id = :event_id")
_DELIVERY_STATES = text(
    "SELECT state, count(*) AS number FROM deliveries WHERE event_id = :event_id GROUP BY state"
)
_CHANGES = text("""
    SELECT a.at, a.name, a.actor_name, a.actor_kind, a.subject_id, r.native_name, r.id AS registration_id
    FROM audit a LEFT JOIN registrations r ON r.id = a.subject_id
    WHERE a.event_id = :event_id ORDER BY a.at DESC, a.id DESC LIMIT 10
""")
_WAITING = text("""
    SELECT r.id, r.native_name, r.latin_name, r.country, r.affiliation, r.created_at, c.name, c.colour
    FROM registrations r JOIN categories c ON c.id = r.category_id
    WHERE r.event_id = :event_id AND r.state = 'pending' ORDER BY r.created_at, r.id LIMIT 5
""")


async def list_event_numbers(session: AsyncSession, event_ids: list[UUID]) -> dict[UUID, tuple[int, int]]:
    """(registered, waiting for a decision) by event. One query."""
    rows = await session.execute(_EVENT_NUMBERS, {"ids": event_ids})
    return {row.event_id: (row.registered, row.waiting) for row in rows}


_EVENT_NUMBERS = text("""
    SELECT event_id, count(*) FILTER (WHERE state NOT IN ('cancelled', 'rejected')) AS registered,
        count(*) FILTER (WHERE state = 'pending') AS waiting
    FROM registrations WHERE event_id = ANY(:ids) GROUP BY event_id
""")


async def list_invitation_errors(session: AsyncSession, ids: list[UUID]) -> dict[UUID, str]:
    """Why the last mail of an invitation did not arrive, by invitation. One query."""
    rows = await session.execute(_INVITATION_ERRORS, {"ids": ids})
    return {row.invitation_id: row.error for row in rows}


_INVITATION_ERRORS = text("""
    SELECT DISTINCT ON (invitation_id) invitation_id, error FROM deliveries
    WHERE invitation_id = ANY(:ids) AND error IS NOT NULL AND state IN ('failed', 'bounced', 'suppressed', 'queued')
    ORDER BY invitation_id, created_at DESC
""")
