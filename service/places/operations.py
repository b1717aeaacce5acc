"""Taking and freeing places, each in one statement. Take last; free without a lock."""

from collections.abc import Container, Iterable, Mapping, Sequence
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


async def take_all(session: AsyncSession, place_ids: Sequence[UUID]) -> UUID | None:
    """One more of each, or of none: then it returns one that is full. Call it late."""
    if len(place_ids) == 1:
        return None if await take(session, place_ids[0]) else place_ids[0]
    full = await lock_free(session, place_ids)
    if full is None:
        await session.execute(_TAKE_ALL, {"ids": sorted(place_ids)})
    return full


async def lock_free(
    session: AsyncSession, place_ids: Iterable[UUID], *, wanted: Container[UUID] | None = None
) -> UUID | None:
    """Locks these in the order of their ids, so that nobody waits in a circle; returns one that is full (of those
    `wanted`, if not all are). A quota that nobody has limited yet is opened: whoever sits there is always counted."""
    ids = sorted(place_ids)
    rows = (await session.execute(_LOCK, {"ids": ids})).all()
    if len(rows) < len(ids):
        await session.execute(_OPEN, {"ids": ids})
        rows = (await session.execute(_LOCK, {"ids": ids})).all()
    return next((row.id for row in rows if not row.free and (wanted is None or row.id in wanted)), None)


async def exchange(session: AsyncSession, leave: Sequence[UUID], enter: Sequence[UUID]) -> UUID | None:
    """From some counters to others in one step, or not at all: then it returns one that is full.

    All are locked in the order of their ids before any is written: two who change places never wait in a circle."""
    gone, new = set(leave) - set(enter), set(enter) - set(leave)
    full = await lock_free(session, gone | new, wanted=new)
    if full is None:
        await session.execute(_TAKE_ALL, {"ids": sorted(new)})
        await session.execute(_FREE_ALL, {"ids": sorted(gone)})
    return full


async def take_some(session: AsyncSession, wanted: Mapping[UUID, int]) -> dict[UUID, int]:
    """Of each as many as there are, up to so many; returns how many. Locked in the order of ids, quotas opened."""
    await lock_free(session, wanted)
    rows = await session.execute(_TAKE_SOME, {"ids": list(wanted), "counts": list(wanted.values())})
    return {row.id: int(row.granted) for row in rows}


async def take_together(session: AsyncSession, place_ids: Sequence[UUID], count: int) -> int:
    """As many of each as all of them have, up to so many; returns how many."""
    await lock_free(session, place_ids)
    taken = (await session.execute(_TAKE_TOGETHER, {"ids": sorted(place_ids), "count": count})).first()
    return int(taken.granted) if taken else 0


async def free_all(session: AsyncSession, taken: Mapping[UUID, int]) -> None:
    """So many less of each, in the order of their ids."""
    for place_id in sorted(taken):
        await session.execute(_FREE_MANY, {"id": place_id, "count": taken[place_id]})


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
_LOCK = text("""
    SELECT id, capacity IS NULL OR taken < capacity AS free FROM places WHERE id = ANY(:ids) ORDER BY id FOR UPDATE
""")
_TAKE_ALL = text("UPDATE places SET taken = taken + 1 WHERE id = ANY(:ids)")
_FREE_ALL = text("UPDATE places SET taken = taken - 1 WHERE id = ANY(:ids)")
_OPEN = text("""
    INSERT INTO places (id, kind) SELECT id, 'quota' FROM unnest(CAST(:ids AS uuid[])) AS id ORDER BY id
    ON CONFLICT DO NOTHING
""")
_TAKE_SOME = text("""
    UPDATE places p SET taken = taken + least(w.count, coalesce(capacity - taken, w.count))
    FROM unnest(CAST(:ids AS uuid[]), CAST(:counts AS int[])) AS w (id, count) WHERE p.id = w.id
    RETURNING p.id, new.taken - old.taken AS granted
""")
_TAKE_TOGETHER = text("""
    WITH free AS (
        SELECT least(CAST(:count AS int), min(capacity - taken)) AS granted FROM places WHERE id = ANY(:ids)
    ) UPDATE places SET taken = taken + free.granted FROM free WHERE id = ANY(:ids) RETURNING free.granted
""")
_FREE_MANY = text("UPDATE places SET taken = taken - :count WHERE id = :id")
_FREE = text("UPDATE places SET taken = taken - 1 WHERE id = :id")
_SET = text("""
    INSERT INTO places (id, kind, capacity) VALUES (:id, :kind, :capacity)
    ON CONFLICT (id) DO UPDATE SET capacity = excluded.capacity
    WHERE excluded.capacity IS NULL OR places.taken <= excluded.capacity
    RETURNING id
""")
