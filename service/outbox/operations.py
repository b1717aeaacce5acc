"""Adding, claiming, finishing, postponing and giving up tasks. Leases use the database's clock only."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

import msgspec
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from service.core.tokens import new_id

MAX_ATTEMPTS = 8
GIVE_UP_AFTER = timedelta(hours=48)
LOST_AT_MOST = 3 * MAX_ATTEMPTS
LONGEST_ERROR = 500


class Runner(Protocol):
    """An asyncpg pool (the statement commits alone: marking is on the hot path) or the connection of a transaction."""

    async def fetchval(self, query: str, *args: Any) -> Any: ...


class Mail(msgspec.Struct, frozen=True, kw_only=True):
    """A mail to be written later: which letter, about what, to whom. What it says is loaded when it is sent.

    It leaves at once, or when it is `due`."""

    letter: str
    dedup: str
    address: str
    language: str
    event_id: UUID | None = None
    registration_id: UUID | None = None
    invitation_id: UUID | None = None
    more: dict[str, Any] = {}
    due: datetime | None = None


class Claimed(msgspec.Struct, frozen=True):
    """A task under our lease. `token` proves it: a write with a stale one changes nothing."""

    id: UUID
    kind: str
    payload: dict[str, Any]
    attempts: int
    token: UUID
    letter: str
    address: str
    language: str


async def add_mail(session: AsyncSession, mail: Mail) -> bool:
    """Queue one mail in the caller's transaction. False if its dedup key was there already (then nothing is added)."""
    return await add_mails(session, [mail]) == 1


async def add_mails(session: AsyncSession, mails: Sequence[Mail]) -> int:
    """Queue many; returns how many were new."""
    if not mails:
        return 0
    rows = [{**msgspec.to_builtins(mail), "id": str(new_id())} for mail in mails]
    result = await session.execute(_ADD, {"rows": rows})
    return int(result.scalar_one())


_ADD = text("""
    WITH wanted AS (
        SELECT * FROM jsonb_to_recordset(:rows) AS w(
            id uuid, letter text, dedup text, address text, language text,
            event_id uuid, registration_id uuid, invitation_id uuid, more jsonb, due timestamptz)
    ), task AS (
        INSERT INTO outbox (id, kind, payload, dedup, due_at)
        SELECT id, 'mail', more || jsonb_build_object(
            'event_id', event_id, 'registration_id', registration_id, 'invitation_id', invitation_id), dedup,
            coalesce(due, now())
        FROM wanted ORDER BY dedup ON CONFLICT (dedup) DO NOTHING RETURNING id
    ), delivery AS (
        INSERT INTO deliveries (task_id, event_id, registration_id, invitation_id, letter, address, language)
        SELECT w.id, event_id, registration_id, invitation_id, letter, address, language
        FROM wanted w JOIN task ON task.id = w.id RETURNING task_id
    ) SELECT count(*) FROM delivery
""").bindparams(bindparam("rows", type_=JSONB))


async def claim(session: AsyncSession, kind: str, limit: int, lease: float) -> list[Claimed]:
    """Take up to `limit` due tasks for `lease` seconds; rows another worker holds are skipped."""
    rows = await session.execute(_CLAIM, {"kind": kind, "limit": limit, "lease": lease, "token": new_id()})
    return [Claimed(**row) for row in rows.mappings()]


_CLAIM = text("""
    UPDATE outbox SET state = 'sending', lease_until = now() + :lease * interval '1 second',
        lease_token = :token, attempts = attempts + 1
    FROM (
        SELECT o.id AS task_id, d.letter, d.address, d.language FROM outbox o JOIN deliveries d ON d.task_id = o.id
        WHERE o.kind = :kind AND o.state = 'queued' AND o.due_at <= now()
        ORDER BY o.due_at LIMIT :limit FOR UPDATE OF o SKIP LOCKED
    ) AS due WHERE outbox.id = due.task_id
    RETURNING outbox.id, kind, payload, attempts, lease_token AS token, letter, address, language
""")


async def finish(run: Runner, task_id: UUID, token: UUID) -> bool:
    """The mail went out. False if the lease was lost in between (somebody else will have, or has, sent it again)."""
    return await _mark(run, task_id, token, "done", "sent", "sent", None)


async def give_up(run: Runner, task_id: UUID, token: UUID, error: str, *, bounced: bool = False) -> bool:
    """Park the task where the organizer sees it, with the reason; a bounce is the relay's final word on the address."""
    state = "bounced" if bounced else "failed"
    return await _mark(run, task_id, token, "parked", state, state, error)


async def suppress(run: Runner, task_id: UUID, token: UUID, reason: str) -> bool:
    """What the mail would say is no longer true, or nobody wants to hear it: it never goes out, and says why."""
    return await _mark(run, task_id, token, "cancelled", "suppressed", "failed", reason)


async def _mark(
    run: Runner, task_id: UUID, token: UUID, task: str, delivery: str, invitation: str, error: str | None
) -> bool:
    marked = await run.fetchval(_MARK, task_id, token, task, delivery, invitation, _storable(error))
    return marked is not None


def _storable(error: str | None) -> str | None:
    """PostgreSQL takes no NUL in a text; a mail server may say anything, at any length."""
    return None if error is None else error.replace("\0", "")[:LONGEST_ERROR]


_MARK = """
    WITH task AS (
        UPDATE outbox SET state = $3::text, done_at = now(), lease_until = NULL, lease_token = NULL, error = $6::text
        WHERE id = $1 AND lease_token = $2 RETURNING id
    ), delivery AS (
        UPDATE deliveries d SET state = $4::text, error = $6::text, sent_at = CASE $4::text WHEN 'sent' THEN now() END
        FROM task WHERE d.task_id = task.id RETURNING d.task_id, d.invitation_id, d.letter
    ), invitation AS (
        UPDATE invitations i SET state = $5::text FROM delivery
        WHERE i.id = delivery.invitation_id AND delivery.letter = 'invitation'
            AND i.state IN ('queued', 'failed', 'bounced')
    ) SELECT task_id FROM delivery
"""


async def postpone(run: Runner, task_id: UUID, token: UUID, error: str, delay: float, *, burn: bool) -> bool:
    """Try again in `delay` seconds. `burn=False` (relay unreachable) does not count as an attempt.

    Parks the task when the attempts or 48 hours are used up."""
    postponed = await run.fetchval(
        _POSTPONE, task_id, token, _storable(error), delay, burn, MAX_ATTEMPTS, GIVE_UP_AFTER
    )
    return postponed is not None


_POSTPONE = """
    WITH task AS (
        UPDATE outbox SET due_at = now() + $4::float * interval '1 second', error = $3::text,
            state = CASE WHEN $5::boolean AND (attempts >= $6::int OR created_at < now() - $7::interval)
                THEN 'parked' ELSE 'queued' END,
            attempts = attempts - CASE WHEN $5::boolean THEN 0 ELSE 1 END, lease_until = NULL, lease_token = NULL
        WHERE id = $1 AND lease_token = $2 RETURNING id, state
    ), delivery AS (
        UPDATE deliveries d SET error = $3::text, state = CASE task.state WHEN 'parked' THEN 'failed' ELSE d.state END
        FROM task WHERE d.task_id = task.id RETURNING d.task_id, d.invitation_id, d.letter, task.state
    ), invitation AS (
        UPDATE invitations i SET state = 'failed' FROM delivery
        WHERE i.id = delivery.invitation_id AND delivery.letter = 'invitation' AND delivery.state = 'parked'
            AND i.state IN ('queued', 'failed', 'bounced')
    ) SELECT task_id FROM delivery
"""


async def keep(session: AsyncSession, tokens: Sequence[UUID], lease: float) -> None:
    """We are still at it: the lease of everything claimed with these tokens runs `lease` seconds from now."""
    await session.execute(_KEEP, {"tokens": list(tokens), "lease": lease})


_KEEP = text("""
    UPDATE outbox SET lease_until = now() + :lease * interval '1 second'
    WHERE state = 'sending' AND lease_token = ANY(:tokens)
""")


async def hand_back(session: AsyncSession, claimed: Sequence[Claimed], delay: float) -> int:
    """Claimed, but not begun: due again in `delay` seconds, without an attempt burnt. Returns how many."""
    rows = [{"id": task.id, "token": task.token} for task in claimed]
    result = await session.execute(_HAND_BACK, {"rows": rows, "delay": delay})
    return len(result.all())


_HAND_BACK = text("""
    UPDATE outbox SET state = 'queued', lease_until = NULL, lease_token = NULL, attempts = attempts - 1,
        due_at = now() + :delay * interval '1 second'
    FROM jsonb_to_recordset(:rows) AS w(id uuid, token uuid)
    WHERE outbox.id = w.id AND outbox.lease_token = w.token RETURNING outbox.id
""").bindparams(bindparam("rows", type_=JSONB))


async def return_expired(session: AsyncSession) -> int:
    """Give tasks of dead workers back. Returns how many.

    One that was under way whenever a worker died, time and again, is parked: it may be what kills them."""
    result = await session.execute(_EXPIRED, {"limit": LOST_AT_MOST})
    return int(result.scalar_one())


_EXPIRED = text("""
    WITH expired AS (
        SELECT id FROM outbox WHERE state = 'sending' AND lease_until < now() FOR UPDATE SKIP LOCKED
    ), task AS (
        UPDATE outbox o SET state = CASE WHEN attempts < :limit THEN 'queued' ELSE 'parked' END,
            lease_until = NULL, lease_token = NULL,
            error = CASE WHEN attempts < :limit THEN o.error ELSE 'The worker was lost each time.' END
        FROM expired WHERE o.id = expired.id RETURNING o.id, o.state, o.error
    ), delivery AS (
        UPDATE deliveries SET state = 'failed', error = task.error
        FROM task WHERE task_id = task.id AND task.state = 'parked'
    ) SELECT count(*) FROM task WHERE state = 'queued'
""")


async def retry(session: AsyncSession, task_id: UUID, event_id: UUID) -> bool:
    """The organizer wants a parked mail tried again, from zero attempts."""
    result = await session.execute(_RETRY, {"id": task_id, "event_id": event_id})
    return result.scalar_one_or_none() is not None


_RETRY = text("""
    WITH task AS (
        UPDATE outbox o SET state = 'queued', attempts = 0, due_at = now(), error = NULL, done_at = NULL
        FROM deliveries d WHERE o.id = :id AND d.task_id = o.id AND d.event_id = :event_id AND o.state = 'parked'
        RETURNING o.id
    ) UPDATE deliveries SET state = 'queued', error = NULL FROM task WHERE task_id = task.id RETURNING task_id
""")
