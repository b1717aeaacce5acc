"""An address that gets no more invitations and news is opened again by the team, and shut again if that was a slip."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.operations import record
from service.core.actor import Actor
from service.core.errors import NotFound
from service.events.models import Event


async def open_address(
    session: AsyncSession, actor: Actor, event: Event, email: str, *, only_of: UUID | None
) -> None:
    """Mail goes there again. `only_of`: the one event the actor may see must have written there. Raises NotFound."""
    values = {"organisation_id": event.organisation_id, "email": email, "event_id": only_of}
    row = (await session.execute(_OPEN, values)).mappings().one_or_none()
    if row is None:
        raise NotFound
    await record(
        session, actor, "address.opened", organisation_id=event.organisation_id, event_id=event.id,
        subject_id=event.id, email=email, why=row["reason"], said=row["said"], since=row["created_at"],
    )  # fmt: skip


async def shut_again(session: AsyncSession, actor: Actor, event: Event, email: str) -> None:
    """As it was before this event's team opened it: the history knows. Raises NotFound."""
    values = {"organisation_id": event.organisation_id, "email": email, "event_id": event.id}
    if (await session.execute(_SHUT_AGAIN, values)).first() is None:
        raise NotFound
    await record(
        session, actor, "address.shut_again", organisation_id=event.organisation_id, event_id=event.id,
        subject_id=event.id, email=email,
    )  # fmt: skip


_OPEN = text("""
    DELETE FROM suppressions s WHERE s.organisation_id = :organisation_id AND s.email = :email
        AND (CAST(:event_id AS uuid) IS NULL
            OR EXISTS (SELECT FROM deliveries d WHERE d.event_id = :event_id AND lower(d.address) = s.email)
            OR EXISTS (SELECT FROM invitations i WHERE i.event_id = :event_id AND i.email = s.email))
    RETURNING reason, said, created_at
""")
_SHUT_AGAIN = text("""
    INSERT INTO suppressions (organisation_id, email, reason, said, created_at)
    SELECT organisation_id, data ->> 'email', data ->> 'why', data ->> 'said', (data ->> 'since')::timestamptz
    FROM audit WHERE organisation_id = :organisation_id AND event_id = :event_id AND subject_id = :event_id
        AND name = 'address.opened' AND data ->> 'email' = :email
    ORDER BY at DESC LIMIT 1 ON CONFLICT DO NOTHING RETURNING 1
""")
