"""Taking a bulk decision back, as long as its mails wait."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.models import AuditLine
from service.core.actor import Actor
from service.core.errors import Conflict
from service.credentials.models import Credential
from service.places.operations import Full, free_all
from service.registrations.bulk import Outcome, audit_row
from service.registrations.models import TAKES_A_PLACE, BulkChange, Registration
from service.registrations.moving import put_tag
from service.registrations.seats import change_seats, holds, seats, sit_down


class ChangedSince(Conflict):
    code = "changed_since"
    say = "Somebody changed this in the meantime: it stays as it is."


async def list_changed(session: AsyncSession, job_id: UUID) -> list[UUID]:
    """Whom the job changed, in the order of ids."""
    wanted = select(BulkChange.registration_id).where(BulkChange.job_id == job_id)
    return list((await session.execute(wanted.order_by(BulkChange.registration_id))).scalars())


async def undo_many(
    session: AsyncSession, actor: Actor, event_id: UUID, job_id: UUID, ids: Sequence[UUID], *, now: datetime,
    tag: tuple[UUID, bool] | None = None,
) -> Outcome:  # fmt: skip
    """Each as it was before the job; whom somebody changed since stays. `tag`: the one the job put on or took off."""
    outcome, back = Outcome(), []
    wanted = (
        select(Registration, BulkChange)
        .join(BulkChange, BulkChange.registration_id == Registration.id)
        .where(BulkChange.job_id == job_id, Registration.event_id == event_id, Registration.id.in_(ids))
        .order_by(Registration.id)
        .with_for_update(of=Registration)
    )
    for guest, change in await session.execute(wanted):
        try:
            if guest.version != change.version:
                raise ChangedSince
            before = _read(change.before)
            await _seat_as_before(session, guest, before)
        except (Full, ChangedSince) as refused:
            outcome.refuse(refused)
            continue
        back.append((guest, before))
        await session.delete(change)
    await _put_back(session, actor, job_id, back, now)
    if tag is not None:
        await put_tag(session, sorted({guest.person_id for guest, _ in back}), tag[0], on=not tag[1])
    outcome.done = len(back)
    return outcome


def _read(before: dict[str, Any]) -> dict[str, Any]:
    """The fields as the model has them; JSON knows neither times nor ids."""
    read = dict(before)
    for field in ("decided_at", "waiting_since", "offer_until"):
        if read.get(field):
            read[field] = datetime.fromisoformat(read[field])
    for field in ("category_id", "delegation_id"):
        if read.get(field):
            read[field] = UUID(read[field])
    return read


async def _seat_as_before(session: AsyncSession, guest: Registration, before: dict[str, Any]) -> None:
    held = before.get("state", guest.state) in TAKES_A_PLACE
    to = (before.get("category_id", guest.category_id), before.get("delegation_id", guest.delegation_id))
    if holds(guest) and held:
        await change_seats(session, guest, *to)
    elif held:
        await sit_down(session, guest)
    elif holds(guest):
        await free_all(session, dict.fromkeys(seats(guest), 1))


async def _put_back(
    session: AsyncSession, actor: Actor, job_id: UUID, back: Sequence[tuple[Registration, dict[str, Any]]],
    now: datetime,
) -> None:  # fmt: skip
    if not back:
        return
    lines = []
    for guest, before in back:
        data = {"job": str(job_id), "before": guest.state, "after": before.get("state", guest.state)}
        lines.append(audit_row(actor, guest, "registration.taken_back", data))
        await code_as_before(session, guest, before, now)
        for field, value in before.items():
            setattr(guest, field, value)
        guest.version += 1
    await session.execute(insert(AuditLine), lines)
    await session.execute(_NO_MAIL, {"ids": [guest.id for guest, _ in back], "now": now})
    await session.flush()


async def code_as_before(
    session: AsyncSession, guest: Registration, before: dict[str, Any], now: datetime
) -> None:
    """Who was approved has the old code again, that may be printed already; a code from the decision is dead."""
    was, is_now = before.get("state", guest.state) == "approved", guest.state == "approved"
    if was and not is_now:
        latest = (
            select(Credential.id).where(Credential.registration_id == guest.id)
            .order_by(Credential.revoked_at.desc()).limit(1).scalar_subquery()
        )  # fmt: skip
        alive = update(Credential).where(Credential.id == latest).values(revoked_at=None, revoked_reason="")
        await session.execute(alive.execution_options(synchronize_session=False))
    elif is_now and not was:
        dead = update(Credential).where(
            Credential.registration_id == guest.id, Credential.revoked_at.is_(None)
        )
        await session.execute(dead.values(revoked_at=now, revoked_reason=before["state"]))


# The decision's mails still wait: they were put off until it can no longer be taken back.
_NO_MAIL = text("""
    WITH task AS (
        UPDATE outbox o SET state = 'cancelled', done_at = now(), error = 'The decision was taken back.'
        FROM deliveries d
        WHERE d.task_id = o.id AND d.registration_id = ANY(:ids) AND o.state = 'queued' AND o.due_at > :now
            AND d.letter IN (
                'registration_approved', 'registration_rejected', 'registration_cancelled', 'registration_question')
        RETURNING o.id
    ) UPDATE deliveries d SET state = 'suppressed', error = 'The decision was taken back.' FROM task
    WHERE d.task_id = task.id
""")
