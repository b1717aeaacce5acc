"""Many mails waiting in the outbox, and what became of them."""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service.core.actor import SYSTEM
from service.core.clock import now
from service.events.models import Event
from service.events.queries import list_category_views
from service.invitations.operations import invite
from service.invitations.schemas import Guest
from tests.support.sink import Taken


async def invite_many(session: AsyncSession, event: Event, count: int) -> None:
    """By the product's own operation: so many invitations, one mail each."""
    guests = [
        Guest(name=f"Қонақ {n}", email=f"guest{n}@steppe.example", language="kk", category="business")
        for n in range(count)
    ]
    await invite(session, SYSTEM, event, guests, await list_category_views(session, event.id), now=now())


async def states(session: AsyncSession) -> dict[str, int]:
    """Deliveries by state."""
    rows = await session.execute(text("SELECT state, count(*) AS number FROM deliveries GROUP BY state"))
    return {row.state: row.number for row in rows}


async def task_ids(session: AsyncSession) -> set[UUID]:
    return set((await session.execute(text("SELECT id FROM outbox"))).scalars())


def duplicates(taken: Sequence[Taken]) -> int:
    """Messages beyond the first to each recipient. All of one recipient must carry the same Message-ID."""
    ids: dict[str, set[str]] = {}
    for mail in taken:
        ids.setdefault(mail.recipient, set()).add(mail.message_id)
    assert {len(found) for found in ids.values()} <= {1}, "a retry carried another Message-ID"
    return sum(count - 1 for count in Counter(mail.recipient for mail in taken).values())
