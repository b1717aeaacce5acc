"""Changing one thing of many: category, delegation, tag, watch mark. None of it sends a mail."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.models import AuditLine
from service.core.actor import Actor
from service.events.models import Category
from service.people.models import PersonTag, Tag
from service.places.operations import Full
from service.registrations.bulk import Outcome, audit_row, lock_many, note
from service.registrations.deciding import step_in
from service.registrations.errors import NotYourStep
from service.registrations.models import Registration
from service.registrations.seats import change_seats, holds

KEEP = object()
COLOURS = 8


async def move_many(
    session: AsyncSession, actor: Actor, event_id: UUID, ids: Sequence[UUID], *, job_id: UUID,
    category_id: UUID | None = None, delegation_id: Any = KEEP,
) -> Outcome:  # fmt: skip
    """To another category, or to another delegation (None: to none); whoever finds no place there stays, and who is
    approved where others would have to decide."""
    outcome, moved = Outcome(), []
    category = await session.get_one(Category, category_id) if category_id else None
    for guest in await lock_many(session, event_id, ids, job_id):
        to = (
            category_id or guest.category_id,
            guest.delegation_id if delegation_id is KEEP else delegation_id,
        )
        if to == (guest.category_id, guest.delegation_id):
            continue
        step = step_in(category, actor, guest) if category and to[0] != guest.category_id else guest.step
        try:
            if step is None:
                raise NotYourStep
            if holds(guest):
                await change_seats(session, guest, *to)
        except (Full, NotYourStep) as refused:
            outcome.refuse(refused)
            continue
        moved.append((guest, to, step))
    await _move(session, actor, job_id, moved)
    outcome.done = len(moved)
    return outcome


async def _move(
    session: AsyncSession, actor: Actor, job_id: UUID,
    moved: Sequence[tuple[Registration, tuple[UUID, UUID | None], int]],
) -> None:  # fmt: skip
    if not moved:
        return
    guests = [guest for guest, _, _ in moved]
    await note(session, guests, job_id, ("category_id", "delegation_id", "step"))
    lines = []
    for guest, (category_id, delegation_id), step in moved:
        if category_id != guest.category_id:
            data = {"before": str(guest.category_id), "after": str(category_id), "job": str(job_id)}
            lines.append(audit_row(actor, guest, "registration.moved", data))
        else:
            data = {
                "before": str(guest.delegation_id or ""),
                "after": str(delegation_id or ""),
                "job": str(job_id),
            }
            lines.append(audit_row(actor, guest, "registration.delegation", data))
        guest.category_id, guest.delegation_id, guest.step = category_id, delegation_id, step
        guest.version += 1
    await session.execute(insert(AuditLine), lines)
    await session.flush()


async def watch_many(
    session: AsyncSession, actor: Actor, event_id: UUID, ids: Sequence[UUID], *, job_id: UUID, watched: bool
) -> Outcome:
    """Mark these as watched, or no longer."""
    guests = [one for one in await lock_many(session, event_id, ids, job_id) if one.watched != watched]
    if guests:
        await note(session, guests, job_id, ("watched",))
        name = "registration.watched" if watched else "registration.unwatched"
        await session.execute(
            insert(AuditLine), [audit_row(actor, one, name, {"job": str(job_id)}) for one in guests]
        )
        changed = update(Registration).where(Registration.id.in_([one.id for one in guests]))
        await session.execute(
            changed.values(watched=watched, version=Registration.version + 1).execution_options(
                synchronize_session=False
            )
        )
    return Outcome(done=len(guests))


async def tag_many(
    session: AsyncSession, actor: Actor, event_id: UUID, ids: Sequence[UUID], *, job_id: UUID, tag_id: UUID, on: bool
) -> Outcome:  # fmt: skip
    """Put a tag on these people, or take it off. The tag is the person's: it is there at all events."""
    guests = await lock_many(session, event_id, ids, job_id)
    has = select(PersonTag.person_id).where(
        PersonTag.tag_id == tag_id, PersonTag.person_id.in_([one.person_id for one in guests])
    )
    tagged = set((await session.execute(has)).scalars())
    changed = [guest for guest in guests if (guest.person_id in tagged) != on]
    if not changed:
        return Outcome()
    people = sorted({guest.person_id for guest in changed})
    await note(session, changed, job_id, ())
    name = "registration.tagged" if on else "registration.untagged"
    data = {"tag": str(tag_id), "job": str(job_id)}
    await session.execute(insert(AuditLine), [audit_row(actor, one, name, data) for one in changed])
    await put_tag(session, people, tag_id, on=on)
    bumped = update(Registration).where(Registration.id.in_([one.id for one in changed]))
    await session.execute(
        bumped.values(version=Registration.version + 1).execution_options(synchronize_session=False)
    )
    return Outcome(done=len(changed))


async def put_tag(session: AsyncSession, people: Sequence[UUID], tag_id: UUID, *, on: bool) -> None:
    """On these people, or off them; what is so already stays."""
    if not people:
        return
    if on:
        rows = [{"person_id": person, "tag_id": tag_id} for person in people]
        await session.execute(postgresql.insert(PersonTag).on_conflict_do_nothing(), rows)
    else:
        await session.execute(
            delete(PersonTag).where(PersonTag.tag_id == tag_id, PersonTag.person_id.in_(people))
        )


async def get_or_make_tag(session: AsyncSession, organisation_id: UUID, name: str) -> Tag:
    """By its name, capitals do not count; a new one has the next colour."""
    known = select(Tag).where(Tag.organisation_id == organisation_id)
    found = (await session.execute(known.where(func.lower(Tag.name) == name.lower()))).scalar_one_or_none()
    if found is None:
        count = (await session.execute(select(func.count()).select_from(known.subquery()))).scalar_one()
        found = Tag(organisation_id=organisation_id, name=name, colour=count % COLOURS + 1)
        session.add(found)
        await session.flush()
    return found
