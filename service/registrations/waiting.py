"""The waiting list: who leaves frees a place, and the next who waits gets it, or an offer of it that ends."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from service.core.actor import SYSTEM, Actor
from service.credentials.operations import Signer, revoke
from service.events.models import Category, Event
from service.places.operations import take_all
from service.registrations.changing import grant, move, notify, require
from service.registrations.errors import OfferOver
from service.registrations.models import Registration
from service.registrations.queries import get_registration
from service.registrations.seats import holds, seats, sit_down, stand_up


async def leave(
    session: AsyncSession, actor: Actor, registration: Registration, state: str, *, reason: str, signer: Signer,
    now: datetime, promote: bool = True, name: str = "",
) -> None:  # fmt: skip
    """Rejected or cancelled: the code is dead at once; the next who waits moves up, unless the caller gives the place
    to another one (`promote` False)."""
    held_place = holds(registration)
    registration.reason = reason
    await revoke(session, registration.id, state, now)
    name = name or f"registration.{state}"
    await move(session, actor, registration, state, name=name, now=now, reason=reason)
    if held_place:
        await stand_up(session, [registration])
        if promote:
            await promote_waiting(session, registration.category_id, signer=signer, now=now)


async def promote(
    session: AsyncSession, actor: Actor, event: Event, registration_id: UUID, *, signer: Signer, now: datetime
) -> Registration:
    """Take one from the waiting list out of turn, if there is a place. Raises Full, WrongState, NotFound."""
    registration = await get_registration(session, event.id, registration_id, lock=True)
    require(registration, ("waitlisted",))
    await sit_down(session, registration)
    await _move_up(session, actor, registration, signer=signer, now=now)
    return registration


async def promote_waiting(session: AsyncSession, category_id: UUID, *, signer: Signer, now: datetime) -> int:
    """Fill free places of a category with those who wait, the first come first; where the places of the whole event are
    limited, those of all its categories. Returns how many moved up.

    One whose delegation is full waits on, and the next has their turn."""
    moved, passed_over = 0, list[UUID]()
    open_ = list((await session.execute(_SAME_PLACES, {"id": category_id})).scalars())
    while True:
        waiting = (
            select(Registration)
            .where(
                Registration.category_id.in_(open_),
                Registration.state == "waitlisted",
                Registration.id.not_in(passed_over),
            )
            .order_by(Registration.created_at, Registration.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        registration = (await session.execute(waiting)).scalar_one_or_none()
        if registration is None:
            return moved
        full = await take_all(session, seats(registration))
        if full == registration.event_id:
            return moved
        if full == registration.category_id:
            open_.remove(full)
            continue
        if full is not None:
            passed_over.append(registration.id)
            continue
        await _move_up(session, SYSTEM, registration, signer=signer, now=now)
        moved += 1


# This category, and all of its event when one's place there may be another's.
_SAME_PLACES = text("""
    SELECT c.id FROM categories mine JOIN places p ON p.id = mine.event_id
        JOIN categories c ON c.event_id = mine.event_id AND (c.id = mine.id OR p.capacity IS NOT NULL)
    WHERE mine.id = :id ORDER BY c.id
""")


async def _move_up(
    session: AsyncSession, actor: Actor, registration: Registration, *, signer: Signer, now: datetime
) -> None:
    """The place is taken: it is offered for a while, or theirs, or with the team."""
    category = await session.get_one(Category, registration.category_id)
    if category.offer_hours:
        event = await session.get_one(Event, registration.event_id)
        until = min(now + timedelta(hours=category.offer_hours), event.ends_at)
        await move(session, actor, registration, "offered", name="registration.offered", now=now, until=until)
        await notify(session, registration, "registration_offered")
        return
    if category.approval == "automatic":
        await grant(session, actor, registration, signer=signer, now=now, letter="registration_promoted")
        return
    await move(session, actor, registration, "pending", name="registration.promoted", now=now)
    await notify(session, registration, "registration_promoted")


async def accept_offer(
    session: AsyncSession, actor: Actor, registration: Registration, *, signer: Signer, now: datetime
) -> None:
    """The guest takes the place that was offered; `registration` was fetched with a lock. Where the team decides, it
    is their turn now. Raises WrongState, OfferOver."""
    require(registration, ("offered",))
    if registration.offer_until is not None and now >= registration.offer_until:
        raise OfferOver
    category = await session.get_one(Category, registration.category_id)
    if category.approval == "automatic":
        await grant(session, actor, registration, signer=signer, now=now, letter="registration_approved")
        return
    await move(session, actor, registration, "pending", name="registration.offer_accepted", now=now)
    await notify(session, registration, "registration_received")


async def end_offers(session: AsyncSession, *, signer: Signer, now: datetime, most: int = 100) -> int:
    """Offers whose time is over: these registrations end, and their places go on to the next; not at events that are
    over, where nobody wants to hear of it. Returns how many."""
    over = (
        select(Registration).join(Event, Event.id == Registration.event_id)
        .where(Registration.state == "offered", Registration.offer_until <= now, Event.ends_at > now)
        .order_by(Registration.id).limit(most).with_for_update(skip_locked=True, of=Registration)
    )  # fmt: skip
    ended = list((await session.execute(over)).scalars())
    for registration in ended:
        await leave(
            session, SYSTEM, registration, "cancelled", reason="", signer=signer, now=now,
            name="registration.offer_ended", promote=False,
        )  # fmt: skip
        await notify(session, registration, "registration_offer_ended")
    for category_id in sorted({registration.category_id for registration in ended}):
        await promote_waiting(session, category_id, signer=signer, now=now)
    return len(ended)
