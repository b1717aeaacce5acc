"""Asking for long work; and what a worker does with it: claim, tell how far it is, finish. Leases use the database's
clock only."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Protocol
from uuid import UUID

import msgspec
from sqlalchemy import bindparam, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from service.core.actor import Actor
from service.core.errors import Forbidden
from service.core.tokens import new_id
from service.jobs.models import Job

LEASE = 60.0  # seconds
MAX_ATTEMPTS = 8
LONGEST_ERROR = 500
Progress = Callable[[int, int], Awaitable[None]]  # how many are done, of how many


class Place(Protocol):
    """Where the work is done: an event (this room is below it)."""

    id: UUID
    organisation_id: UUID


class Claimed(msgspec.Struct, frozen=True, kw_only=True):
    """A job under our lease. `token` proves it: a write with a stale one changes nothing."""

    id: UUID
    organisation_id: UUID
    event_id: UUID
    account_id: UUID
    kind: str
    input: dict[str, Any]
    done: int
    total: int
    attempts: int
    token: UUID


async def start(
    session: AsyncSession, actor: Actor, event: Place, kind: str, given: dict[str, Any], *, total: int = 0,
    delay: float = 0.0,
) -> Job:  # fmt: skip
    """Ask for it, in the caller's transaction; ring the bell after the commit. Raises Forbidden without a log-in:
    the work is done with the rights that its owner has when it is done. No worker takes it for `delay` seconds: with
    LEASE the caller does it at once by itself (`finish_at_once`), and only if that never comes, a worker does it."""
    if actor.kind != "account" or actor.id is None:
        raise Forbidden
    job = Job(
        organisation_id=event.organisation_id, event_id=event.id, account_id=actor.id, kind=kind, input=given,
        total=total, due_at=func.now() + timedelta(seconds=delay),
    )  # fmt: skip
    session.add(job)
    await session.flush()
    return job


async def stop(session: AsyncSession, job: Job) -> bool:
    """Nothing more of it is done. What it did until now stays; False when it was over already."""
    stopped = await session.execute(_STOP, {"id": job.id})
    return stopped.scalar_one_or_none() is not None


_STOP = text("""
    UPDATE jobs SET state = 'stopped', lease_token = NULL, lease_until = NULL, finished_at = now()
    WHERE id = :id AND state IN ('queued', 'running') RETURNING id
""")


async def claim(session: AsyncSession) -> Claimed | None:
    """The oldest that is due, or whose worker was lost; it is ours for LEASE seconds."""
    row = (await session.execute(_CLAIM, {"lease": LEASE, "token": new_id()})).mappings().one_or_none()
    return Claimed(**row) if row else None


_CLAIM = text("""
    UPDATE jobs SET state = 'running', lease_until = now() + :lease * interval '1 second', lease_token = :token,
        attempts = attempts + 1
    WHERE id = (
        SELECT id FROM jobs
        WHERE state IN ('queued', 'running') AND due_at <= now() AND (lease_until IS NULL OR lease_until < now())
        ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED
    )
    RETURNING id, organisation_id, event_id, account_id, kind, input, done, total, attempts, lease_token AS token
""")


async def progress(session: AsyncSession, job: Claimed, done: int, total: int) -> bool:
    """How far it is; the lease runs anew. False when the job is no longer ours (stopped, or another worker has it)."""
    values = {"id": job.id, "token": job.token, "done": done, "total": total, "lease": LEASE}
    return (await session.execute(_PROGRESS, values)).scalar_one_or_none() is not None


_PROGRESS = text("""
    UPDATE jobs SET done = :done, total = :total, lease_until = now() + :lease * interval '1 second'
    WHERE id = :id AND lease_token = :token RETURNING id
""")


async def finish(session: AsyncSession, job: Claimed, result: dict[str, Any]) -> bool:
    """It is done; False when it is no longer ours."""
    values = {"id": job.id, "token": job.token, "state": "done", "result": result, "error": ""}
    return (await session.execute(_END, values)).scalar_one_or_none() is not None


async def finish_at_once(session: AsyncSession, job_id: UUID, result: dict[str, Any]) -> None:
    """The one who asked has done it."""
    values = {"id": job_id, "result": result}
    await session.execute(_AT_ONCE, values)


_AT_ONCE = text("""
    UPDATE jobs SET state = 'done', result = :result, done = total, finished_at = now()
    WHERE id = :id AND state IN ('queued', 'running')
""").bindparams(bindparam("result", type_=JSONB))


async def fail(session: AsyncSession, job: Claimed, say: str, data: dict[str, Any]) -> bool:
    """It cannot be done, and why (a msgid and its data), where its owner sees it."""
    error = (say % data if data else say).replace("\0", "")[:LONGEST_ERROR]
    result = {"say": say, "data": data}
    values = {"id": job.id, "token": job.token, "state": "failed", "result": result, "error": error}
    return (await session.execute(_END, values)).scalar_one_or_none() is not None


_END = text("""
    UPDATE jobs SET state = CAST(:state AS text), result = :result, error = :error, lease_token = NULL,
        lease_until = NULL, finished_at = now(),
        done = CASE CAST(:state AS text) WHEN 'done' THEN greatest(done, total) ELSE done END
    WHERE id = :id AND lease_token = :token RETURNING id
""").bindparams(bindparam("result", type_=JSONB))


async def hand_back(session: AsyncSession, job: Claimed, delay: float) -> None:
    """Not finished, and nobody's fault: due again in `delay` seconds."""
    await session.execute(_HAND_BACK, {"id": job.id, "token": job.token, "delay": delay})


_HAND_BACK = text("""
    UPDATE jobs SET state = 'queued', lease_token = NULL, lease_until = NULL, attempts = attempts - 1,
        due_at = now() + :delay * interval '1 second'
    WHERE id = :id AND lease_token = :token
""")
