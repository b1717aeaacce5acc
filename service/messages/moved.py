"""An event that was moved: whom the team may tell, and telling them, once for each change.

Told are those who hold a place or have one offered: they plan for the day. Who waits learns it with the offer. Who came
into the list after the change, or got a mail with a calendar entry since, knows it already; so will they whose mail
waits in the outbox, because it says what is true when it leaves. What left within seconds of the change may have been
written before it: these are told once more rather than never."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, text, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.operations import record
from service.core.actor import Actor
from service.core.errors import Conflict, NotFound
from service.events.models import Event
from service.lists.bulk import UNDO_FOR
from service.messages.recipients import HASHED


class MoveDecided(Conflict):
    """Told or dismissed by somebody else, or moved once more."""

    code = "move_decided"
    say = "Date and place are others by now, or somebody has decided already. Please look again."


# NOT IN is looked up in a table made once: NOT EXISTS took a minute for 50,000 that PostgreSQL had not yet counted.
_UNTOLD = """
    SELECT r.id, at.address, r.language FROM registrations r
    CROSS JOIN LATERAL (SELECT coalesce(nullif(r.email, ''), r.assistant_email) AS address) AS at
    WHERE r.event_id = :event_id AND r.state IN ('pending', 'held', 'offered', 'approved')
        AND at.address <> '' AND r.created_at < :moved_at
        AND NOT EXISTS (SELECT FROM suppressions s WHERE s.organisation_id = r.organisation_id
            AND s.email = at.address AND s.reason = 'bounced')
        AND r.id NOT IN (SELECT d.registration_id FROM deliveries d JOIN outbox o ON o.id = d.task_id
            WHERE d.event_id = :event_id AND d.registration_id IS NOT NULL AND d.letter IN
                ('event_moved', 'registration_received', 'registration_approved', 'registration_promoted')
            AND (o.state = 'queued' OR (o.state = 'done' AND (d.created_at >= :moved_at
                    OR o.done_at >= CAST(:moved_at AS timestamptz) + interval '10 seconds'))
                OR (d.letter = 'event_moved' AND o.state = 'cancelled' AND o.done_at >= :moved_at)))
"""


async def count_untold(session: AsyncSession, event: Event) -> int:
    """How many would get the mail. One query, none where nothing was moved."""
    if event.moved_at is None:
        return 0
    counted = text(f"SELECT count(*) FROM ({_UNTOLD}) AS untold")
    found = await session.execute(counted, {"event_id": event.id, "moved_at": event.moved_at})
    return int(found.scalar_one())


async def settle(session: AsyncSession, event: Event) -> None:
    """Before it is changed again: where everybody knows the last change, that is what guests think from now on."""
    if event.moved_at is not None and not await count_untold(session, event):
        event.moved_from = event.moved_at = None


async def decide(
    session: AsyncSession, actor: Actor, event: Event, step: str, moved_at: str, *, now: datetime
) -> int:
    """Tell or dismiss; `moved_at` as a form has it. Returns how many are told. Raises NotFound, MoveDecided."""
    if step not in ("tell", "dismiss"):
        raise NotFound
    try:
        at = datetime.fromisoformat(moved_at)
    except ValueError:
        raise MoveDecided from None
    if step == "tell":
        return await tell(session, actor, event, at, now=now)
    await dismiss(session, actor, event, at)
    return 0


async def tell(
    session: AsyncSession, actor: Actor, event: Event, moved_at: datetime, *, now: datetime
) -> int:
    """One mail to each who does not know it, half a minute from now; `moved_at` is the change that was looked at.
    Returns how many. Raises MoveDecided."""
    before = await _decide(session, event, moved_at)
    await session.execute(HASHED)
    given = {"event_id": event.id, "moved_at": moved_at, "before": before, "due": now + UNDO_FOR}
    told = int((await session.execute(_TELL, given)).scalar_one())
    await session.execute(update(Event).where(Event.id == event.id).values(moved_from=None))
    await _record(session, actor, event, "event.move_told", count=told)
    return told


_TELL = text(f"""
    WITH who AS MATERIALIZED (SELECT uuidv7() AS task_id, untold.* FROM ({_UNTOLD}) AS untold),
    task AS (
        INSERT INTO outbox (id, kind, urgency, due_at, payload, dedup)
        SELECT task_id, 'mail', 1, :due, jsonb_build_object(
                'event_id', CAST(:event_id AS uuid), 'registration_id', id, 'before', CAST(:before AS jsonb)),
            concat('event_moved:', id, ':', to_jsonb(CAST(:moved_at AS timestamptz)) #>> '{{}}')
        FROM who ORDER BY id ON CONFLICT (dedup) DO NOTHING RETURNING id
    ), delivery AS (
        INSERT INTO deliveries (task_id, event_id, registration_id, letter, address, language)
        SELECT task_id, :event_id, who.id, 'event_moved', address, language
        FROM who JOIN task ON task.id = who.task_id RETURNING 1
    ) SELECT count(*) FROM delivery
""").bindparams(bindparam("before", type_=JSONB))


async def dismiss(session: AsyncSession, actor: Actor, event: Event, moved_at: datetime) -> None:
    """This change need not be told. What guests know stays written down, for the next one. Raises MoveDecided."""
    await _decide(session, event, moved_at)
    await _record(session, actor, event, "event.move_dismissed")


async def _decide(session: AsyncSession, event: Event, moved_at: datetime) -> dict[str, Any]:
    """What guests know. Of two who press at once the second finds nothing to decide. Raises MoveDecided."""
    mine = update(Event).where(Event.id == event.id, Event.moved_at == moved_at).values(moved_at=None)
    returned = await session.execute(mine.returning(Event.moved_from))
    known: dict[str, Any] | None = returned.scalar_one_or_none()
    if known is None:
        raise MoveDecided
    return known


async def _record(session: AsyncSession, actor: Actor, event: Event, name: str, **data: object) -> None:
    await record(
        session, actor, name, organisation_id=event.organisation_id, event_id=event.id, subject_id=event.id, **data
    )  # fmt: skip
