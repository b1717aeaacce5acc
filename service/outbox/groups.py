"""The mails and texts of one campaign taken together: held, let go at a pace, stopped, counted.

A mail that a worker has in hand is not touched: the worker learns of it with its next mark."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from sqlalchemy import String, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.ext.asyncio import AsyncSession

from service.settings import CHANNELS

STOPPED = "The message was stopped."


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """At most so many a minute, in all and to one domain (0: as quickly as they go), between two hours of the day on
    the clocks of `zone`."""

    per_minute: int = 0
    per_domain: int = 0
    from_hour: int = 0
    until_hour: int = 24
    zone: str = "UTC"

    @property
    def at_once(self) -> bool:
        return not (self.per_minute or self.per_domain) and (self.from_hour, self.until_hour) == (0, 24)


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How many of a campaign's mails wait, went out, did not go through, and were left out."""

    waiting: int = 0
    sent: int = 0
    failed: int = 0
    left_out: int = 0

    @property
    def total(self) -> int:
        return self.waiting + self.sent + self.failed + self.left_out


async def hold(session: AsyncSession, campaign_id: UUID) -> int:
    """Nobody claims those that are not begun. Returns how many."""
    return len((await session.execute(_HOLD, {"id": campaign_id})).all())


_HOLD = text("UPDATE outbox SET state = 'waiting' WHERE campaign_id = :id AND state = 'queued' RETURNING 1")


async def release(session: AsyncSession, campaign_id: UUID, pace: Pace) -> int:
    """Those that wait, and those that are queued and not begun, get their times from now on. Returns how many.

    The mails are dealt out minute by minute: each has a place in its domain's line and one in the line of all, which is
    made of those. Minutes outside the hours of the day do not count; the clocks are those of the zone."""
    values = {"id": campaign_id, **msgspec.structs.asdict(pace)}
    statement = _AT_ONCE if pace.at_once else _RELEASE
    return len((await session.execute(statement, {"id": campaign_id} if pace.at_once else values)).all())


_AT_ONCE = text("""
    UPDATE outbox SET state = 'queued', due_at = now()
    WHERE campaign_id = :id AND (state = 'waiting' OR (state = 'queued' AND due_at > now() AND attempts = 0))
    RETURNING 1
""")
_RELEASE = text("""
    WITH known AS (
        SELECT now() AT TIME ZONE :zone AS local, CAST(:per_minute AS float) AS a, CAST(:per_domain AS float) AS d,
            CAST(:from_hour AS int) * 60 AS opens, (CAST(:until_hour AS int) - CAST(:from_hour AS int)) * 60 AS open
    ), begun AS (
        SELECT *, date_trunc('day', local) AS day, least(open, greatest(0,
            extract(epoch FROM local - date_trunc('day', local)) / 60 - opens)) AS elapsed FROM known
    ), domain_line AS (
        SELECT o.id, row_number() OVER (
            PARTITION BY lower(split_part(address, '@', -1)) ORDER BY o.id) - 1 AS place
        FROM outbox o JOIN deliveries ON task_id = o.id
        WHERE o.campaign_id = :id AND (o.state = 'waiting' OR (o.state = 'queued' AND o.attempts = 0))
    ), slotted AS (
        SELECT id, CASE WHEN d > 0 THEN place / d ELSE 0 END AS slot FROM domain_line, begun
    ), in_line AS (
        SELECT id, slot, row_number() OVER (ORDER BY slot, id) - 1 AS place FROM slotted
    ), timed AS (
        SELECT id, elapsed + greatest(slot, CASE WHEN a > 0 THEN place / a ELSE 0 END) AS minute, begun.*
        FROM in_line, begun
    ) UPDATE outbox o SET state = 'queued', due_at = greatest(now(), (
        day + floor(minute / open) * interval '1 day'
        + (opens + minute - floor(minute / open) * open) * interval '1 minute') AT TIME ZONE :zone)
    FROM timed WHERE o.id = timed.id AND o.state IN ('waiting', 'queued') RETURNING 1
""")


async def cancel(session: AsyncSession, campaign_id: UUID) -> int:
    """Those not begun never go out, and say why. Returns how many."""
    return len((await session.execute(_CANCEL, {"id": campaign_id, "reason": STOPPED})).all())


_CANCEL = text("""
    WITH task AS (
        UPDATE outbox SET state = 'cancelled', done_at = now(), error = :reason
        WHERE campaign_id = :id AND state IN ('waiting', 'queued') RETURNING id
    ) UPDATE deliveries SET state = 'suppressed', error = :reason FROM task WHERE task_id = task.id RETURNING 1
""")


async def count_progress(session: AsyncSession, campaign_ids: Sequence[UUID]) -> dict[UUID, Progress]:
    """Of these campaigns, from the index alone. One query."""
    found: dict[UUID, dict[str, int]] = {}
    for row in await session.execute(_COUNT, {"ids": list(campaign_ids)}):
        counts = found.setdefault(row.campaign_id, {})
        field = _FIELD.get(row.state, "waiting")
        counts[field] = counts.get(field, 0) + row.number
    return {one: Progress(**found.get(one, {})) for one in campaign_ids}


_FIELD = {"done": "sent", "parked": "failed", "cancelled": "left_out"}
_COUNT = text("""
    SELECT campaign_id, state, count(*) AS number FROM outbox WHERE campaign_id = ANY(:ids) GROUP BY campaign_id, state
""").bindparams(bindparam("ids", type_=ARRAY(PG_UUID(as_uuid=True))))


async def drop(session: AsyncSession, campaign_id: UUID) -> None:
    """Those that were written and never released, as if they had not been."""
    await session.execute(
        text("DELETE FROM outbox WHERE campaign_id = :id AND state = 'waiting'"), {"id": campaign_id}
    )


async def list_late(session: AsyncSession) -> list[UUID]:
    """Campaigns with a mail that should have gone out two minutes ago: the relay was away, or they are not to go on and
    a worker gave the mail back. One query."""
    return list((await session.execute(_LATE, {"kinds": ["mail", *CHANNELS]})).scalars())


_LATE = text("""
    SELECT DISTINCT o.campaign_id FROM outbox o
    WHERE o.kind = ANY(:kinds) AND o.state = 'queued' AND o.urgency = 1 AND o.due_at < now() - interval '2 minutes'
        AND o.campaign_id IS NOT NULL
    UNION
    SELECT o.campaign_id FROM outbox o JOIN campaigns c ON c.id = o.campaign_id
    WHERE o.kind = ANY(:kinds) AND o.state = 'queued' AND o.due_at < now() AND c.state IN ('paused', 'stopped')
""").bindparams(bindparam("kinds", type_=ARRAY(String)))
