"""Deciding on many at once: one that cannot be does not stop the others."""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from service.core.actor import Actor
from service.core.errors import Conflict, NotFound
from service.credentials.operations import Signer
from service.events.models import Event
from service.registrations import operations, queries

Step = Callable[[UUID], Awaitable[object]]
Why = tuple[str, tuple[tuple[str, object], ...]]  # a msgid and its data


class Decided(msgspec.Struct):
    """How many were decided, and how often which refusal kept the others."""

    done: int = 0
    refused: Counter[Why] = msgspec.field(default_factory=Counter)

    def add(self, other: "Decided") -> None:
        """Counts another part in."""
        self.done += other.done
        self.refused.update(other.refused)


async def decide(
    session: AsyncSession, actor: Actor, event: Event, ids: Sequence[UUID], action: str, *, reason: str,
    signer: Signer, now: datetime,
) -> Decided:  # fmt: skip
    """Approve, reject or cancel these, each in a savepoint of its own.

    In the order of ids, so that two organizers never wait for each other in a circle."""
    step, decided = _step(session, actor, event, action, reason, signer, now), Decided()
    for one in sorted(ids):
        try:
            async with session.begin_nested():
                await step(one)
            decided.done += 1
        except (Conflict, NotFound) as refused:
            decided.refused[refused.say, tuple(refused.data.items())] += 1
    return decided


def _step(
    session: AsyncSession, actor: Actor, event: Event, action: str, reason: str, signer: Signer, now: datetime
) -> Step:
    if action == "approve":
        return partial(operations.approve, session, actor, event, signer=signer, now=now)
    if action == "reject":
        return partial(operations.reject, session, actor, event, reason=reason, signer=signer, now=now)

    async def cancel(one: UUID) -> None:
        found = await queries.get_registration(session, event.id, one, lock=True)
        await operations.cancel(session, actor, found, reason=reason, signer=signer, now=now)

    return cancel
