"""The places that a registration holds: at the event, in its category, in its delegation's quota for that category, and
in every answer it chose that has places."""

from collections import Counter
from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from service.places.operations import Full, exchange, free_all, lock_free, place_of, take_all
from service.registrations.models import TAKES_A_PLACE, Registration


class ChoiceFull(Full):
    """The category has room, an answer that was chosen has not."""

    code = "choice_full"
    say = "One of the answers that were chosen has no place left. Please choose another one."


class EventFull(Full):
    """The category has room, the event as a whole has not."""

    code = "event_full"
    say = "The event has no place left. Raise its number of places first, or free a place."


class DelegationFull(Full):
    """The category has room, the delegation has not."""

    code = "delegation_full"
    say = "The delegation has no place left in this category. Raise its quota first, or free a place."


def seats_of(event_id: UUID, category_id: UUID, delegation_id: UUID | None) -> tuple[UUID, ...]:
    """The counters of somebody of this delegation in this category of the event."""
    quota = (quota_of(delegation_id, category_id),) if delegation_id else ()
    return (event_id, category_id, *quota)


def quota_of(delegation_id: UUID, category_id: UUID) -> UUID:
    """The counter of a delegation's guests in a category."""
    return place_of(delegation_id, category_id)


async def lock_seats(
    session: AsyncSession, event_id: UUID, category_id: UUID, delegation_id: UUID, choices: Iterable[UUID] = (), *,
    wanted: bool = True,
) -> None:  # fmt: skip
    """Before the hot path takes a place in the category: all counters, those of answers too, in their order. Raises
    DelegationFull when a place of the quota is wanted and there is none."""
    quota = quota_of(delegation_id, category_id)
    if await lock_free(session, {event_id, category_id, quota, *choices}, wanted=(quota,) if wanted else ()):
        raise DelegationFull


def seats(registration: Registration) -> tuple[UUID, ...]:
    """The counters that it takes a place of while its state takes one."""
    return (
        *seats_of(registration.event_id, registration.category_id, registration.delegation_id),
        *(registration.choice_places or ()),
    )


async def sit_down(session: AsyncSession, registration: Registration) -> None:
    """Take all of its places. Raises Full, EventFull, DelegationFull, ChoiceFull (then none is taken)."""
    _require_none(await take_all(session, seats(registration)), registration, registration.category_id)


def _require_none(full: UUID | None, registration: Registration, category_id: UUID) -> None:
    if full is not None:
        known = {category_id: Full, registration.event_id: EventFull}
        raise known.get(full) or (
            ChoiceFull if full in (registration.choice_places or ()) else DelegationFull
        )


async def change_seats(
    session: AsyncSession, registration: Registration, category_id: UUID, delegation_id: UUID | None
) -> None:
    """To the places of another category or delegation, at once. Raises Full, DelegationFull (then nothing changed)."""
    kept = registration.choice_places or ()
    to = seats_of(registration.event_id, category_id, delegation_id)
    _require_none(await exchange(session, seats(registration), (*to, *kept)), registration, category_id)


async def change_choices(
    session: AsyncSession, registration: Registration, choice_places: Sequence[UUID]
) -> None:
    """To the places of other answers, at once. Raises ChoiceFull (then nothing changed)."""
    kept = registration.choice_places or ()
    if holds(registration) and await exchange(session, kept, choice_places):
        raise ChoiceFull
    registration.choice_places = list(choice_places)


async def stand_up(session: AsyncSession, registrations: Iterable[Registration]) -> None:
    """Free the places of these; those that hold none are left out by the caller."""
    taken: Counter[UUID] = Counter()
    for registration in registrations:
        taken.update(seats(registration))
    await free_all(session, taken)


def holds(registration: Registration) -> bool:
    """Whether its state takes places."""
    return registration.state in TAKES_A_PLACE
