"""What the public side asks for a thousand times a second, looked up once a second."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from service.core.actor import Actor, Need
from service.core.database import Database
from service.core.errors import Forbidden, NotFound
from service.events.queries import EventFacts, facts_of, get_event, get_event_facts

T = TypeVar("T")
FRESH_SECONDS = 1.0
REMEMBERED = 500


class Remembered(Generic[T]):
    """Values by key, each made once a second at most; several who ask at once wait for the same making.

    A change shows within a second on every process. Failures are not remembered."""

    def __init__(self, make: Callable[[str], Awaitable[T]]) -> None:
        self._make = make
        self._values: dict[str, tuple[float, T]] = {}
        self._making: dict[str, asyncio.Task[T]] = {}

    async def get(self, key: str) -> T:
        """The value, at most a second old. Raises what making it raises."""
        known = self._values.get(key)
        if known is not None and known[0] > time.monotonic():
            return known[1]
        task = self._making.get(key)
        if task is None:
            task = self._making[key] = asyncio.create_task(self._fresh(key))
            task.add_done_callback(lambda _: self._making.pop(key, None))
        return await asyncio.shield(task)

    async def _fresh(self, key: str) -> T:
        value = await self._make(key)
        if len(self._values) >= REMEMBERED:
            self._values.clear()
        self._values[key] = (time.monotonic() + FRESH_SECONDS, value)
        return value

    def forget(self, key: str) -> None:
        """This process has just changed it."""
        self._values.pop(key, None)


def event_cache(db: Database) -> Remembered[EventFacts]:
    """Facts of public events by slug."""

    async def look_up(slug: str) -> EventFacts:
        async with db.begin() as session:
            return await get_event_facts(session, slug)

    return Remembered(look_up)


async def facts_for_team(
    db: Database, events: Remembered[EventFacts], actor: Actor, slug: str, need: Need
) -> EventFacts:
    """The remembered facts, if the actor may do this there; drafts are read each time. Raises NotFound, Forbidden."""
    try:
        facts = await events.get(slug)
    except NotFound:
        async with db.begin() as session:
            return await facts_of(session, await get_event(session, actor, slug, need))
    allowed = actor.needs(facts.organisation_id, facts.id)
    if not allowed:
        raise NotFound
    if need not in allowed:
        raise Forbidden
    return facts
