"""An audit of all counters: does each equal the rows that it counts?"""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service.core.database import Database
from service.registrations.seats import seats_of

COUNTED = ("event", "category", "quota", "choice")


class Difference(msgspec.Struct, frozen=True):
    """A counter that says `taken` where `counted` rows hold a place, or more of them than its `capacity`."""

    place_id: UUID
    kind: str
    taken: int
    counted: int
    capacity: int | None


async def recount(session: AsyncSession) -> list[Difference]:
    """Every counter that is wrong, in the order of ids. It sees one moment of the database and locks nothing."""
    await session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
    return await _differences(session)


async def _differences(session: AsyncSession) -> list[Difference]:
    counted: Counter[UUID] = Counter()
    for event_id, category_id, delegation_id, number in await session.execute(_HELD):
        for one in seats_of(event_id, category_id, delegation_id):
            counted[one] += number
    for place_id, number in await session.execute(_CHOSEN):
        counted[place_id] += number
    places = (await session.execute(_PLACES, {"kinds": list(COUNTED)})).all()
    known = {place.id for place in places}
    wrong = [
        Difference(place.id, place.kind, place.taken, counted[place.id], place.capacity)
        for place in places
        if place.taken != counted[place.id]
        or (place.capacity is not None and counted[place.id] > place.capacity)
    ]
    lost = [Difference(one, "", 0, counted[one], None) for one in counted.keys() - known]
    return sorted([*wrong, *lost], key=lambda one: one.place_id)


async def recount_all(url: str, *, mended: bool) -> list[Difference]:
    """As `recount`, on a connection of its own; `mended` sets the wrong ones right, with all writers waiting."""
    db = Database(url, pool_size=1, hot_pool_size=1)
    try:
        async with db.begin() as session:
            if mended:
                await session.execute(text("LOCK TABLE registrations, places IN SHARE ROW EXCLUSIVE MODE"))
            wrong = await _differences(session)
            if mended:
                await mend(session, wrong)
            return wrong
    finally:
        await db.close()


async def mend(session: AsyncSession, differences: Sequence[Difference]) -> None:
    """Sets counters to what was counted; more than a capacity raises that to it. Only while nobody else writes."""
    for one in differences:
        await session.execute(_MEND, {"id": one.place_id, "counted": one.counted})


_HELD = text("""
    SELECT event_id, category_id, delegation_id, count(*) FROM registrations
    WHERE state IN ('pending', 'held', 'offered', 'approved') GROUP BY 1, 2, 3
""")
_CHOSEN = text("""
    SELECT place, count(*) FROM registrations, unnest(choice_places) AS place
    WHERE state IN ('pending', 'held', 'offered', 'approved') GROUP BY 1
""")
_PLACES = text("SELECT id, kind, taken, capacity FROM places WHERE kind = ANY(:kinds)")
_MEND = text("""
    INSERT INTO places (id, kind, taken) VALUES (:id, 'quota', :counted)
    ON CONFLICT (id) DO UPDATE SET taken = excluded.taken, capacity = greatest(places.capacity, excluded.taken)
""")
