"""The places that a registration holds: in its category, and in its delegation's quota for that category."""

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from service.places.operations import Full, exchange, free_all, lock_free, place_of, take_all
from service.registrations.models import TAKES_A_PLACE, Registration


class DelegationFull(Full):
    """The category has room, the delegation has not."""

    code = "delegation_full"
    say = "The delegation has no place left in this category. Raise its quota first, or free a place."


def seats_of(category_id: UUID, delegation_id: UUID | None) -> tuple[UUID, ...]:
    """The counters of somebody of this delegation in this category."""
    return (category_id, quota_of(delegation_id, category_id)) if delegation_id else (category_id,)


def quota_of(delegation_id: UUID, category_id: UUID) -> UUID:
    """The counter of a delegation's guests in a category."""
    return place_of(delegation_id, category_id)


async def lock_seats(
    session: AsyncSession, category_id: UUID, delegation_id: UUID, *, wanted: bool = True
) -> None:
    """Before the hot path takes a place in the category: both counters, in their order. Raises DelegationFull when a
    place of the quota is wanted and there is none."""
    quota = quota_of(delegation_id, category_id)
    if await lock_free(session, (category_id, quota), wanted=(quota,) if wanted else ()):
        raise DelegationFull


def seats(registration: Registration) -> tuple[UUID, ...]:
    """The counters that it takes a place of while its state takes one."""
    return seats_of(registration.category_id, registration.delegation_id)


async def sit_down(session: AsyncSession, registration: Registration) -> None:
    """Take all of its places. Raises Full, DelegationFull (then none is taken)."""
    full = await take_all(session, seats(registration))
    if full is not None:
        raise Full if full == registration.category_id else DelegationFull


async def change_seats(
    session: AsyncSession, registration: Registration, category_id: UUID, delegation_id: UUID | None
) -> None:
    """To the places of another category or delegation, at once. Raises Full, DelegationFull (then nothing changed)."""
    full = await exchange(session, seats(registration), seats_of(category_id, delegation_id))
    if full is not None:
        raise Full if full == category_id else DelegationFull


async def stand_up(session: AsyncSession, registrations: Iterable[Registration]) -> None:
    """Free the places of these; those that hold none are left out by the caller."""
    taken: Counter[UUID] = Counter()
    for registration in registrations:
        taken.update(seats(registration))
    await free_all(session, taken)


def holds(registration: Registration) -> bool:
    """Whether its state takes places."""
    return registration.state in TAKES_A_PLACE
