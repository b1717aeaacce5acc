"""Numbers and lists that join features, always within one event that was fetched with the right access."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

DELIVERIES = 50


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


class Mailed(msgspec.Struct, frozen=True, kw_only=True):
    """One mail, as the list shows it."""

    task_id: UUID
    letter: str
    address: str
    language: str
    state: str
    error: str | None
    created_at: datetime
    sent_at: datetime | None
    registration_id: UUID | None
    attempts: int


async def list_deliveries(
    session: AsyncSession, event_id: UUID, *, state: str, q: str, skip: int, campaign: UUID | None = None
) -> tuple[list[Mailed], int]:
    """The newest first, and how many in all; `state` may be several with commas, empty for all; `campaign` is one of
    the team's messages. Two queries."""
    known = {
        "event_id": event_id,
        "state": state,
        "states": state.split(","),
        "q": f"%{_like(q.lower())}%",
        "campaign": campaign,
        "skip": skip,
        "most": DELIVERIES,
    }
    rows = [Mailed(**row) for row in (await session.execute(_DELIVERIES, known)).mappings()]
    total = (
        await session.execute(
            _DELIVERIES_TOTAL, {key: known[key] for key in ("event_id", "state", "states", "q", "campaign")}
        )
    ).scalar_one()
    return rows, total


def _like(text_: str) -> str:
    return text_.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


_DELIVERIES = text("""
    SELECT d.task_id, d.letter, d.address, d.language, d.state, d.error, d.created_at, d.sent_at, d.registration_id,
        o.attempts
    FROM deliveries d JOIN outbox o ON o.id = d.task_id
    WHERE d.event_id = :event_id AND (:state = '' OR d.state = ANY(:states)) AND lower(d.address) LIKE :q
        AND (CAST(:campaign AS uuid) IS NULL OR o.campaign_id = :campaign)
    ORDER BY d.created_at DESC, d.task_id DESC OFFSET :skip LIMIT :most
""")
_DELIVERIES_TOTAL = text("""
    SELECT count(*) FROM deliveries d
    WHERE d.event_id = :event_id AND (:state = '' OR d.state = ANY(:states)) AND lower(d.address) LIKE :q
        AND (CAST(:campaign AS uuid) IS NULL
            OR EXISTS (SELECT FROM outbox o WHERE o.id = d.task_id AND o.campaign_id = :campaign))
""")


async def list_parked(session: AsyncSession, event_id: UUID) -> list[UUID]:
    """The tasks of all mails that were given up, the oldest first. One query."""
    return list((await session.execute(_PARKED, {"event_id": event_id})).scalars())


_PARKED = text("""
    SELECT o.id FROM outbox o JOIN deliveries d ON d.task_id = o.id
    WHERE d.event_id = :event_id AND d.state IN ('failed', 'bounced') AND o.state = 'parked' ORDER BY o.id
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
