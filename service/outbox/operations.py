"""Adding, claiming, finishing, postponing and giving up tasks. Leases use the database's clock only."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol
from uuid import UUID

import msgspec
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.ext.asyncio import AsyncSession

from service.core.database import encode_json
from service.core.tokens import new_id
from service.outbox.rounds import NEXT

MAX_ATTEMPTS = 8
GIVE_UP_AFTER = timedelta(hours=48)
LOST_AT_MOST = 3 * MAX_ATTEMPTS
LONGEST_ERROR = 500
MOST_TRIES = 20  # that are remembered
A_FEW = 25  # mails added together that are as urgent as one


class Runner(Protocol):
    """An asyncpg pool (the statement commits alone: marking is on the hot path) or the connection of a transaction."""

    async def fetchrow(self, query: str, *args: Any) -> Any: ...


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
    campaign_id: UUID | None = None


async def add_mail(session: AsyncSession, mail: Mail) -> bool:
    """Queue one mail in the caller's transaction. False if its dedup key was there already (then nothing is added)."""
    return await add_mails(session, [mail]) == 1


async def add_mails(session: AsyncSession, mails: Sequence[Mail]) -> int:
    """Queue many; returns how many were new. Mails to many leave behind those to one: who registers at that moment
    does not wait for them."""
    if not mails:
        return 0
    rows = [{**msgspec.to_builtins(mail), "id": str(new_id())} for mail in mails]
    result = await session.execute(_ADD, {"rows": rows, "urgency": 0 if len(mails) <= A_FEW else 1})
    return int(result.scalar_one())


_ADD = text("""
    WITH wanted AS (
        SELECT * FROM jsonb_to_recordset(:rows) AS w(
            id uuid, letter text, dedup text, address text, language text,
            event_id uuid, registration_id uuid, invitation_id uuid, more jsonb, due timestamptz)
    ), task AS (
        INSERT INTO outbox (id, kind, payload, dedup, due_at, urgency)
        SELECT id, 'mail', more || jsonb_build_object(
            'event_id', event_id, 'registration_id', registration_id, 'invitation_id', invitation_id), dedup,
            coalesce(due, now()), :urgency
        FROM wanted ORDER BY dedup ON CONFLICT (dedup) DO NOTHING RETURNING id
    ), delivery AS (
        INSERT INTO deliveries (task_id, event_id, registration_id, invitation_id, letter, address, language)
        SELECT w.id, event_id, registration_id, invitation_id, letter, address, language
        FROM wanted w JOIN task ON task.id = w.id RETURNING task_id
    ) SELECT count(*) FROM delivery
""").bindparams(bindparam("rows", type_=JSONB))


async def claim(session: AsyncSession, kind: str, limit: int, lease: float) -> list[Claimed]:
    """Take up to `limit` due tasks for `lease` seconds, the urgent first; rows another worker holds are skipped, and
    those of a campaign that is not to go on."""
    rows = await session.execute(_CLAIM, {"kind": kind, "limit": limit, "lease": lease, "token": new_id()})
    return [Claimed(**row) for row in rows.mappings()]


_CLAIM = text("""
    UPDATE outbox SET state = 'sending', lease_until = now() + :lease * interval '1 second',
        lease_token = :token, attempts = attempts + 1
    FROM (
        SELECT o.id AS task_id, d.letter, d.address, d.language FROM outbox o JOIN deliveries d ON d.task_id = o.id
        WHERE o.kind = :kind AND o.state = 'queued' AND o.due_at <= now() AND (o.campaign_id IS NULL
            OR EXISTS (SELECT FROM campaigns c WHERE c.id = o.campaign_id AND c.state = 'running'))
        ORDER BY o.urgency, o.due_at LIMIT :limit FOR UPDATE OF o SKIP LOCKED
    ) AS due WHERE outbox.id = due.task_id
    RETURNING outbox.id, kind, payload, attempts, lease_token AS token, letter, address, language, campaign_id
""")


Refusal = Literal["hard", "soft", "full", "policy"]


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a claimed task; `token` proves that it is still ours. `said` is the server's answer or a reason.

    `task` "queued" is tried again after `delay` seconds; with `burn` that counts as an attempt. `refusal` is the class
    of the server's no, `copy` what the mail said (Delivery.copy)."""

    id: UUID
    token: UUID
    task: Literal["done", "parked", "cancelled", "queued"]
    delivery: Literal["sent", "bounced", "failed", "suppressed"]
    said: str
    delay: float = 0.0
    burn: bool = True
    refusal: Refusal | None = None
    copy: dict[str, Any] | None = None


class Marked(msgspec.Struct, frozen=True):
    """Which tasks were still ours, and which of the campaigns asked about are not to go on."""

    ids: frozenset[UUID]
    stopped: frozenset[UUID]


def sent(task: Claimed, reply: str = "", copy: dict[str, Any] | None = None) -> Mark:
    """The mail went out."""
    return Mark(id=task.id, token=task.token, task="done", delivery="sent", said=storable(reply), copy=copy)


def given_up(task: Claimed, error: str, *, bounced: bool = False, refusal: Refusal | None = None) -> Mark:
    """It is parked where the organizer sees it, with the reason; a bounce is the relay's final word on the address. A
    hard one shuts the address for invitations and news."""
    state: Literal["bounced", "failed"] = "bounced" if bounced else "failed"
    return Mark(
        id=task.id, token=task.token, task="parked", delivery=state, said=storable(error), refusal=refusal
    )  # fmt: skip


def suppressed(task: Claimed, reason: str) -> Mark:
    """What the mail would say is no longer true, or nobody wants to hear it: it never goes out, and says why."""
    return Mark(id=task.id, token=task.token, task="cancelled", delivery="suppressed", said=storable(reason))


def postponed(task: Claimed, error: str, delay: float, *, burn: bool) -> Mark:
    """Again in `delay` seconds; parked instead when attempts are used up, or 48 hours since it was first said: a mail
    may have waited for days before, for its hour or for a better address. `burn=False`: the relay could not be reached,
    which is no attempt."""
    return Mark(
        id=task.id, token=task.token, task="queued", delivery="failed", said=storable(error), delay=delay, burn=burn
    )  # fmt: skip


async def mark(run: Runner, marks: Sequence[Mark], campaigns: Collection[UUID] = ()) -> Marked:
    """Write down what became of these, in one statement; a task whose lease was lost is left alone. Whoever sends for
    `campaigns` learns in the same breath which of them were paused or stopped. An invitation whose mails went to two is
    sent when either has it."""
    rows = [msgspec.to_builtins(one) for one in sorted(marks, key=lambda one: one.id)]
    found = await run.fetchrow(
        _MARK, encode_json(rows), MAX_ATTEMPTS, GIVE_UP_AFTER, list(campaigns), MOST_TRIES
    )
    return Marked(frozenset(found["ids"] or ()), frozenset(found["stopped"] or ()))


def storable(said: str) -> str:
    """PostgreSQL takes no NUL in a text, and no half of a character; a mail server may say anything, at any length."""
    return said.encode("utf-8", "replace").decode().replace("\0", "")[:LONGEST_ERROR]


_MARK = """
    WITH given AS (
        SELECT * FROM jsonb_to_recordset($1::text::jsonb) AS g(
            id uuid, token uuid, task text, delivery text, said text, delay float, burn boolean, refusal text,
            copy jsonb)
    ), task AS (
        UPDATE outbox o SET
            due_at = CASE g.task WHEN 'queued' THEN now() + g.delay * interval '1 second' ELSE due_at END,
            state = CASE WHEN g.task = 'queued' AND g.burn AND (attempts >= $2::int
                OR (o.payload ->> 'postponed_at')::timestamptz < now() - $3::interval) THEN 'parked' ELSE g.task END,
            payload = CASE WHEN g.task = 'queued' AND g.burn AND NOT o.payload ? 'postponed_at'
                THEN o.payload || jsonb_build_object('postponed_at', now()) ELSE o.payload END,
            attempts = attempts - CASE WHEN g.task = 'queued' AND NOT g.burn THEN 1 ELSE 0 END,
            done_at = CASE g.task WHEN 'queued' THEN NULL ELSE now() END, lease_until = NULL, lease_token = NULL,
            error = CASE g.task WHEN 'done' THEN NULL ELSE g.said END
        FROM given g WHERE o.id = g.id AND o.lease_token = g.token
        RETURNING o.id, o.state, g.delivery, g.said, g.refusal, g.copy
    ), delivery AS (
        UPDATE deliveries d SET state = CASE task.state WHEN 'queued' THEN d.state ELSE task.delivery END,
            error = CASE task.state WHEN 'done' THEN NULL ELSE task.said END,
            reply = CASE task.state WHEN 'done' THEN task.said ELSE d.reply END,
            sent_at = CASE task.state WHEN 'done' THEN now() END,
            copy = coalesce(task.copy, d.copy), refusal = task.refusal,
            failed_at = CASE task.state WHEN 'parked' THEN now() END,
            tries = CASE WHEN task.state IN ('done', 'cancelled') THEN d.tries
                WHEN d.tries -> -1 ->> 'said' = task.said THEN jsonb_set(
                    jsonb_set(d.tries, '{-1,until}', to_jsonb(now())), '{-1,times}',
                    to_jsonb(coalesce((d.tries -> -1 ->> 'times')::int, 1) + 1))
                ELSE CASE WHEN jsonb_array_length(d.tries) < $5::int THEN d.tries ELSE d.tries - 0 END
                    || jsonb_build_object('at', now(), 'said', task.said) END
        FROM task WHERE d.task_id = task.id
        RETURNING d.event_id, d.invitation_id, d.letter, d.address, d.state, task.state AS task, task.said, task.refusal
    ), shut AS (
        INSERT INTO suppressions (organisation_id, email, reason, said)
        SELECT e.organisation_id, lower(d.address), 'bounced', d.said FROM delivery d JOIN events e ON e.id = d.event_id
        WHERE d.state = 'bounced' AND d.refusal = 'hard' ON CONFLICT DO NOTHING
    ), invitation AS (
        UPDATE invitations i SET state = CASE best.state WHEN 'suppressed' THEN 'failed' ELSE best.state END
        FROM (
            SELECT DISTINCT ON (invitation_id) invitation_id, state FROM delivery
            WHERE letter = 'invitation' AND task <> 'queued' ORDER BY invitation_id, state <> 'sent'
        ) AS best WHERE i.id = best.invitation_id AND i.state IN ('queued', 'failed', 'bounced')
    ) SELECT (SELECT array_agg(id) FROM task) AS ids,
        (SELECT array_agg(id) FROM campaigns WHERE id = ANY($4::uuid[]) AND state <> 'running') AS stopped
"""


async def keep(session: AsyncSession, tokens: Sequence[UUID], lease: float) -> None:
    """We are still at it: the lease of everything claimed with these tokens runs `lease` seconds from now."""
    await session.execute(_KEEP, {"tokens": list(tokens), "lease": lease})


# Rows being marked at this moment are skipped: waiting for them in another order than theirs could be for ever.
_KEEP = text("""
    UPDATE outbox SET lease_until = now() + :lease * interval '1 second'
    WHERE id IN (
        SELECT id FROM outbox WHERE state = 'sending' AND lease_token = ANY(:tokens) FOR UPDATE SKIP LOCKED
    )
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
        UPDATE deliveries SET state = 'failed', error = task.error, failed_at = now()
        FROM task WHERE task_id = task.id AND task.state = 'parked'
    ) SELECT count(*) FROM task WHERE state = 'queued'
""")


async def retry(session: AsyncSession, task_ids: Collection[UUID], event_id: UUID) -> int:
    """The organizer wants parked mails of this event tried again, from zero attempts. An address that was shut because
    of them is open again. Returns how many."""
    result = await session.execute(_RETRY, {"ids": list(task_ids), "event_id": event_id})
    return len(result.all())


_RETRY = text(f"""
    WITH task AS (
        UPDATE outbox o SET state = 'queued', attempts = 0, due_at = now(), error = NULL, done_at = NULL, {NEXT}
        FROM deliveries d WHERE o.id = ANY(:ids) AND d.task_id = o.id AND d.event_id = :event_id AND o.state = 'parked'
        RETURNING o.id
    ), delivery AS (
        UPDATE deliveries SET state = 'queued', error = NULL, refusal = NULL, failed_at = NULL
        FROM task WHERE task_id = task.id RETURNING task_id, address, event_id
    ), opened AS (
        DELETE FROM suppressions s USING delivery d JOIN events e ON e.id = d.event_id
        WHERE s.organisation_id = e.organisation_id AND s.email = lower(d.address) AND s.reason = 'bounced'
    ) SELECT task_id FROM delivery
""").bindparams(bindparam("ids", type_=ARRAY(PG_UUID(as_uuid=True))))
