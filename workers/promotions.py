"""Offers of a place end, and the waiting list heals itself.

A registration that saw "full" may commit as waitlisted just after somebody freed a place and found nobody waiting: then
a place is free and somebody waits. Taking a lock for that on the hot path would cost every registration; a look a
minute costs nothing.
"""

from datetime import datetime

from sqlalchemy import text

from service.registrations.waiting import end_offers, promote_waiting
from workers.context import Context


async def end_all(context: Context, now: datetime) -> int:
    """Offers whose time is over, a hundred in a transaction. Returns how many ended."""
    ended = 0
    while True:
        async with context.db.begin() as session:
            part = await end_offers(session, signer=context.signer, now=now)
        ended += part
        if not part:
            return ended


async def promote_all(context: Context, now: datetime) -> int:
    """Each category in a transaction of its own. Returns how many moved up."""
    async with context.db.begin() as session:
        categories = list((await session.execute(_WAITED_FOR, {"now": now})).scalars())
    moved = 0
    for category_id in categories:
        async with context.db.begin() as session:
            moved += await promote_waiting(session, category_id, signer=context.signer, now=now)
    return moved


_WAITED_FOR = text("""
    SELECT c.id FROM categories c JOIN places p ON p.id = c.id JOIN events e ON e.id = c.event_id
    WHERE (p.capacity IS NULL OR p.taken < p.capacity) AND e.state IN ('open', 'closed') AND e.ends_at > :now
        AND EXISTS (SELECT FROM registrations r WHERE r.category_id = c.id AND r.state = 'waitlisted')
    ORDER BY c.id
""")
