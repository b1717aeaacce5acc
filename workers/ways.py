"""What the drain asks of a way out: mail, or a channel of short texts."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from service.outbox.operations import Claimed, Mark

FIRST_DELAY, LONGEST_DELAY = 60.0, 8 * 3600.0


class Ready(Protocol):
    """A task with all it needs, away from the database."""

    @property
    def task(self) -> Claimed: ...


R = TypeVar("R", bound=Ready)


@dataclass(frozen=True)
class Done:
    """What became of one. With `wait` the way is closed for so many seconds: nothing else is begun on it."""

    mark: Mark
    wait: float | None = None


class Way(Protocol[R]):
    """`kind` is that of its tasks; on `lanes` of it one is sent at a time each."""

    kind: str
    lanes: int

    async def load(self, session: AsyncSession, tasks: Sequence[Claimed], now: datetime) -> list[R]:
        """In a number of queries that does not grow with the batch."""
        ...

    async def send(self, ready: R) -> Done:
        """With nothing open in the database. What it raises parks this one."""
        ...


def back_off(attempts: int) -> float:
    """Seconds until the next attempt: full jitter, so that a relay that was overrun is not overrun again."""
    return random.uniform(1.0, min(LONGEST_DELAY, FIRST_DELAY * 2.0**attempts))  # noqa: S311 — no secret
