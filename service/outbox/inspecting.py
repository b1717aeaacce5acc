"""The outbox as an administrator sees it: what waits, what is stuck, what was given up and why; what to do about it."""

from typing import Literal

import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service.outbox.rounds import NEXT

LATE = 60.0  # seconds; then it is told
MOST_REASONS = 8

Action = Literal["retry", "park", "drop"]


class Sight(msgspec.Struct, frozen=True, kw_only=True):
    """How many tasks are due, planned for later, held by a message that is not begun or is paused, in a worker's hands,
    under a lease that has ended, and given up; how long the oldest has been due, in seconds; why most were given up."""

    due: int
    planned: int
    held: int
    sending: int
    stuck: int
    parked: int
    oldest: float
    reasons: list[tuple[str, int]]


async def look(session: AsyncSession) -> Sight:
    """Two queries."""
    row = (await session.execute(_LOOK)).mappings().one()
    reasons = [(one.error, one.number) for one in await session.execute(_REASONS, {"most": MOST_REASONS})]
    return Sight(**row, reasons=reasons)


# What is done is by far the most: it is in none of these states, and an index has those.
_LOOK = text("""
    SELECT count(*) FILTER (WHERE state = 'queued' AND due_at <= now()) AS due,
        count(*) FILTER (WHERE state = 'queued' AND due_at > now()) AS planned,
        count(*) FILTER (WHERE state = 'waiting') AS held,
        count(*) FILTER (WHERE state = 'sending' AND lease_until >= now()) AS sending,
        count(*) FILTER (WHERE state = 'sending' AND lease_until < now()) AS stuck,
        count(*) FILTER (WHERE state = 'parked') AS parked,
        coalesce(extract(epoch FROM now() - min(due_at) FILTER (WHERE state = 'queued' AND due_at <= now())), 0)::float
            AS oldest
    FROM outbox WHERE state IN ('queued', 'waiting', 'sending', 'parked')
""")
_REASONS = text("""
    SELECT left(coalesce(error, ''), 80) AS error, count(*) AS number FROM outbox WHERE state = 'parked'
    GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT :most
""")


async def oldest_due(session: AsyncSession) -> float:
    """For how many seconds the oldest has been due, of those that are to go out; 0 when none is."""
    return float((await session.execute(_OLDEST)).scalar_one())


_OLDEST = text("""
    SELECT coalesce(max(extract(epoch FROM now() - o.due_at)), 0)::float FROM outbox o
    WHERE o.state = 'queued' AND o.due_at < now() AND (o.campaign_id IS NULL
        OR EXISTS (SELECT FROM campaigns c WHERE c.id = o.campaign_id AND c.state = 'running'))
""")


async def act(session: AsyncSession, action: Action, *, letter: str = "", error: str = "") -> int:
    """Retry (from zero attempts) or drop those that were given up, or park those that wait; of these only the mails of
    one kind, or those whose reason holds this text. Returns how many."""
    return len((await session.execute(_ACT[action], {"letter": letter, "error": error})).all())


def _statement(before: str, task: str, delivery: str) -> str:
    return f"""
        WITH task AS (
            UPDATE outbox o SET {task} FROM deliveries d
            WHERE d.task_id = o.id AND o.state = '{before}' AND (:letter = '' OR d.letter = :letter)
                AND (:error = '' OR strpos(o.error, :error) > 0)
            RETURNING o.id
        ) UPDATE deliveries SET {delivery} FROM task WHERE task_id = task.id RETURNING 1
    """


_ACT = {
    "retry": text(
        _statement(
            "parked", f"state = 'queued', attempts = 0, due_at = now(), done_at = NULL, error = NULL, {NEXT}",
            "state = 'queued', error = NULL, refusal = NULL, failed_at = NULL",
        )
    ),
    "park": text(
        _statement(
            "queued", "state = 'parked', done_at = now(), error = coalesce(o.error, 'Parked by hand.')",
            "state = 'failed', failed_at = now(), error = coalesce(error, 'Parked by hand.')",
        )
    ),
    "drop": text(
        _statement("parked", "state = 'cancelled', done_at = now()", "state = 'suppressed'")
    ),
}  # fmt: skip
