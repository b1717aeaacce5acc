"""Taking and freeing places, each in one statement. Take last; free without a lock."""

from uuid import UUID, uuid5

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service.core.errors import Conflict


class Full(Conflict):
    """No place is left where one was to be taken."""

    code = "full"
    say = "There is no free place here. Raise the capacity first, or free a place."


class TooManyTaken(Conflict):
    code = "capacity_below_taken"
    say = "%(taken)s places are taken already: the capacity cannot be less."


def place_of(one: UUID, other: UUID) -> UUID:
    """The counter of two things together: a delegation's places in a category, a question's places for a choice.

    Whoever knows the two can take and free it without asking the feature that opened it."""
    return uuid5(one, str(other))


async def take(session: AsyncSession, place_id: UUID) -> bool:
    """One more, if there is room. The row stays locked until the transaction ends, so call it late."""
    return (await session.execute(_TAKE, {"id": place_id})).first() is not None


async def free(session: AsyncSession, place_id: UUID) -> None:
    """One less."""
    await session.execute(_FREE, {"id": place_id})


async def set_capacity(session: AsyncSession, place_id: UUID, kind: str, capacity: int | None) -> None:
    """Open the counter or change its limit (None: no limit). Raises TooManyTaken below what is taken."""
    row = (await session.execute(_SET, {"id": place_id, "kind": kind, "capacity": capacity})).first()
    if row is None:
        taken = (
            await session.execute(text("SELECT taken FROM places WHERE id = :id"), {"id": place_id})
        ).scalar_one()
        raise TooManyTaken(taken=taken)


_TAKE = text(
    "UPDATE places SET taken = taken + 1 WHERE id = :id AND (capacity IS NULL OR taken < capacity) RETURNING taken"
)
_FREE = text("UPDATE places SET taken = taken - 1 WHERE id = :id")
_SET = text("""
    INSERT INTO places (id, kind, capacity) VALUES (:id, :kind, :capacity)
    ON CONFLICT (id) DO UPDATE SET capacity = excluded.capacity
    WHERE excluded.capacity IS NULL OR places.taken <= excluded.capacity
    RETURNING id
""")
