"""Writing down what became of mails: what comes while one statement is under way goes together with the next."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from uuid import UUID

import asyncpg
import structlog
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from service.core.database import Database
from service.core.flights import Flights
from service.outbox import operations as outbox
from service.outbox.operations import Mark

log = structlog.get_logger()

SEATS = 100  # marks in one statement
AGAIN = 0.2  # seconds
AWAY = (
    OSError, PoolTimeout, asyncpg.PostgresConnectionError, asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError, asyncpg.InterfaceError,
)  # fmt: skip


class Marks:
    """Of all the lanes of one run. `campaigns` says for which mails are in hand; those that are not to go on are in
    `stopped` since the last statement. `trouble` is called when the database does not take a mark at once."""

    def __init__(
        self, db: Database, patience: float, campaigns: Callable[[], Collection[UUID]], trouble: Callable[[], None]
    ) -> None:  # fmt: skip
        self._db, self._patience, self._campaigns, self._trouble = db, patience, campaigns, trouble
        self._flights = Flights(self._fly, seats=SEATS, faces=lambda one: (one.id,), split=(Exception,))
        self.stopped: frozenset[UUID] = frozenset()

    async def write(self, mark: Mark) -> None:
        """Returns when it is written down, or cannot be. A lane waits for it before its next mail: killed at any
        moment, a worker leaves one mail a connection that went out and is not marked."""
        try:
            await self._flights.join(mark)
        except Exception as error:
            log.error("mail not marked", task=str(mark.id), exc_info=error)

    async def _fly(self, marks: Sequence[Mark]) -> list[bool]:
        """Whether each was still ours. While the database is away, again and again for as long as our patience lasts: a
        mail that went out and is not marked would go out twice. The lease may end meanwhile: nobody can claim it either
        before the database is back, and then the token says whether somebody did."""
        until = _time() + self._patience
        while True:
            try:
                marked = await outbox.mark(await self._db.hot(), marks, self._campaigns())
                break
            except Exception as error:
                self._trouble()
                if not away(error) or _time() > until:
                    raise
                await asyncio.sleep(AGAIN)
        self.stopped = marked.stopped
        return [mark.id in marked.ids for mark in marks]


def away(error: Exception) -> bool:
    """Whether the database cannot be reached, as against a statement it refuses."""
    if isinstance(error, DBAPIError):
        return not isinstance(error, ProgrammingError | DataError | IntegrityError)
    return isinstance(error, AWAY) and not isinstance(error, asyncpg.DataError)


def _time() -> float:
    return asyncio.get_running_loop().time()
