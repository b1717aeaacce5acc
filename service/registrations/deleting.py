"""Deleting registrations for good: what people gave goes; counters, and the bare fact that somebody was deleted, stay.

Everything that hangs on a registration goes with it (codes, entries, answers and files, by foreign keys); its mails,
whether sent or not; what the history and imported lists say of it. Scans stay, of nobody."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from service.audit.models import AuditLine
from service.core.actor import Actor
from service.credentials.operations import Signer
from service.registrations.bulk import Outcome, audit_row, lock_many
from service.registrations.errors import BringsOthers
from service.registrations.models import ALIVE, Registration
from service.registrations.seats import holds, stand_up
from service.registrations.waiting import promote_waiting


async def delete_many(
    session: AsyncSession, actor: Actor, event_id: UUID, ids: Sequence[UUID], *, job_id: UUID,
    signer: Signer, now: datetime,
) -> Outcome:  # fmt: skip
    """These, and whoever of the directory came only here; their places go to those who wait. Who brings companions
    that stay is left and counted. A second time nothing is left to do. Cannot be taken back."""
    outcome, gone = Outcome(), list[Registration]()
    guests = await lock_many(session, event_id, ids, job_id)
    bring = await _bring_others(session, [guest.id for guest in guests])
    for guest in guests:
        if guest.id in bring:
            outcome.refuse(BringsOthers())
        else:
            gone.append(guest)
    if not gone:
        return outcome
    freed = [guest for guest in gone if holds(guest)]
    await stand_up(session, freed)
    await _erase(session, event_id, [guest.id for guest in gone])
    lines = [audit_row(actor, guest, "registration.deleted", {"job": str(job_id)}) for guest in gone]
    await session.execute(insert(AuditLine), lines)
    await remove(session, gone)
    for category_id in sorted({guest.category_id for guest in freed}):
        await promote_waiting(session, category_id, signer=signer, now=now)
    outcome.done = len(gone)
    return outcome


async def _bring_others(session: AsyncSession, ids: Sequence[UUID]) -> set[UUID]:
    """Those with a companion who is not among these and may still come."""
    companion = aliased(Registration)
    wanted = select(companion.principal_id).where(
        companion.principal_id.in_(ids), companion.id.not_in(ids), companion.state.in_(ALIVE)
    )
    return {one for one in (await session.execute(wanted)).scalars() if one is not None}


async def _erase(session: AsyncSession, event_id: UUID, ids: Sequence[UUID]) -> None:
    for statement in _ERASE:
        await session.execute(statement, {"ids": list(ids), "event_id": event_id})


_ERASE = (
    # with their deliveries; a worker that is just sending one finds nothing to mark
    text("DELETE FROM outbox WHERE id IN (SELECT task_id FROM deliveries WHERE registration_id = ANY(:ids))"),
    text("""
        UPDATE audit SET data = '{}', actor_name = CASE actor_kind WHEN 'guest' THEN '' ELSE actor_name END
        WHERE subject_id = ANY(:ids)
    """),
    text("UPDATE scans SET registration_id = NULL, credential_id = NULL WHERE registration_id = ANY(:ids)"),
    text("DELETE FROM idempotency_keys WHERE event_id = :event_id AND registration_id = ANY(:ids)"),
    text("""
        UPDATE import_rows SET registration_id = NULL, cells = '[]', data = '{}', changes = '{}', candidates = '{}'
        WHERE import_id IN (SELECT id FROM imports WHERE event_id = :event_id) AND registration_id = ANY(:ids)
    """),
    text("UPDATE registrations SET principal_id = NULL WHERE principal_id = ANY(:ids)"),
)  # fmt: skip


async def remove(session: AsyncSession, guests: Sequence[Registration]) -> None:
    """The rows, with their people if these came only here. The caller frees their places."""
    if not guests:
        return
    await session.execute(delete(Registration).where(Registration.id.in_([guest.id for guest in guests])))
    await session.execute(_ONLY_HERE, {"ids": sorted({guest.person_id for guest in guests})})


# Who was merged with another one stays: the way back would be lost.
_ONLY_HERE = text("""
    DELETE FROM people p WHERE p.id = ANY(:ids)
        AND NOT EXISTS (SELECT FROM registrations r WHERE r.person_id = p.id)
        AND NOT EXISTS (SELECT FROM invitations i WHERE i.person_id = p.id)
        AND NOT EXISTS (SELECT FROM merges m WHERE m.kept_id = p.id AND m.undone_at IS NULL)
""")
