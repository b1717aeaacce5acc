"""Who works at which door: the one thing that every handler of the door asks for.

One dependency instead of three: Litestar resolves several in a task group, which costs as much as the scan itself."""

from typing import Any

import asyncpg
import msgspec
from litestar import Request
from litestar.di import Provide

from service.checkin.facts import DoorFacts, facts_for_door
from service.checkin.queries import Arrivals
from service.core.actor import Actor
from service.core.database import Database
from service.events.cache import Remembered
from service.organisations.auth import provide_actor


class Desk(msgspec.Struct, frozen=True):
    """A person or device with the right to scan at this event's door."""

    actor: Actor
    door: DoorFacts
    db: Database
    hot: asyncpg.Pool
    remembered: Remembered[list[Arrivals]]

    async def arrivals(self) -> list[Arrivals]:
        """Today's counters by point."""
        return await self.remembered.get(self.door.slug)


async def provide_desk(request: Request[Any, Any, Any]) -> Desk:
    """Raises NotLoggedIn, NotFound for an outsider, Forbidden for a role without the door."""
    actor = await provide_actor(request)
    state = request.app.state
    door = await facts_for_door(state.door, actor, request.path_params["slug"])
    return Desk(actor, door, state.db, await state.db.hot(), state.arrivals)


AT_DESK = {"desk": Provide(provide_desk)}
