"""Empties the outbox of one kind: claims in batches while the mails of the former batch are on their way; marks go
together. What is said of mails here is true of short texts, too.

A mail is sent with nothing open in the database. Killed at any moment, a worker loses nothing: what it had claimed
comes back when the lease ends; what a relay took but we had not yet marked, one mail per connection at most, goes out
again with the same Message-ID.
"""

import asyncio
from typing import Any
from uuid import UUID

import structlog

from service.core.clock import now
from service.outbox import operations as outbox
from service.outbox.operations import Claimed
from workers.by_mail import ByMail
from workers.context import Context
from workers.marks import Marks, away
from workers.ways import Way

log = structlog.get_logger()

BATCH = 100
PATIENCE = (
    120.0  # seconds; a mail that went out is marked even if the database is away for longer than a lease
)
CLAIMS_FOR = 30.0  # seconds; then another job goes on, so that no job is long


class Drain:
    """One run: the lanes of a way take what is ready from one queue that is filled from the outbox."""

    def __init__(self, context: Context, way: Way[Any] | None = None) -> None:
        self._context = context
        self._way: Way[Any] = way or ByMail(context)
        self._lease = context.settings.outbox_lease
        self._lanes = self._way.lanes
        self._queue: asyncio.Queue[Any] = asyncio.Queue(maxsize=self._lanes)
        self._ours_until: dict[UUID, float] = {}
        self._campaigns: set[UUID] = set()
        self._marks = Marks(context.db, PATIENCE, lambda: self._campaigns, self.close)
        self._closing = False
        self._wait = 0.0
        self._rest: list[Claimed] = []
        self.finished = 0
        self.more = False

    async def run(self) -> float:
        """Send until nothing is due. Returns the seconds to wait if the relay cannot be reached, else 0."""
        keeping = asyncio.create_task(self._keep())
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._supply())
                for _ in range(self._lanes):
                    group.create_task(self._lane())
        finally:
            keeping.cancel()
            await self._hand_back()
        return self._wait

    def close(self) -> None:
        """Begin nothing new: mails under way are finished, the others handed back."""
        self._closing = True

    @property
    def _over(self) -> bool:
        return self._closing or self._context.leaving

    async def _supply(self) -> None:
        until = _time() + CLAIMS_FOR
        try:
            while not self._over and (tasks := await self._claim()):
                for ready in await self._load(tasks):
                    await self._queue.put(ready)
                if _time() > until:
                    self.more = True
                    break
        except Exception as error:
            if not away(error):
                raise
            log.warning("database away", error=str(error))
        finally:
            for _ in range(self._lanes):
                await self._queue.put(None)

    async def _claim(self) -> list[Claimed]:
        asked = _time()
        async with self._context.db.begin() as session:
            tasks = await outbox.claim(session, self._way.kind, BATCH, self._lease)
        for task in tasks:
            self._ours_until[task.token] = asked + self._lease
            if task.campaign_id:
                self._campaigns.add(task.campaign_id)
        return tasks

    async def _load(self, tasks: list[Claimed]) -> list[Any]:
        """The batch at once; if one in it cannot be read, each alone, and only that one is parked."""
        try:
            async with self._context.db.begin() as session:
                return await self._way.load(session, tasks, now())
        except Exception as error:
            if away(error):
                self._rest += tasks
                raise
            if len(tasks) == 1:
                await self._park(tasks[0], error)
                return []
        return [ready for task in tasks for ready in await self._load([task])]

    async def _lane(self) -> None:
        while (ready := await self._queue.get()) is not None:
            if self._over or ready.task.campaign_id in self._marks.stopped or not self._ours(ready.task):
                self._rest.append(ready.task)
            else:
                await self._one(ready)

    def _ours(self, task: Claimed) -> bool:
        """Whether the lease certainly holds for as long as one mail usually takes."""
        return _time() < self._ours_until[task.token] - self._lease / 4

    async def _one(self, ready: Any) -> None:
        try:
            done = await self._way.send(ready)
        except Exception as error:
            await self._park(ready.task, error)
            return
        if done.wait is not None:
            self.close()
            self._wait = max(self._wait, done.wait)
        self.finished += done.mark.task == "done"
        await self._marks.write(done.mark)

    async def _park(self, task: Claimed, error: Exception) -> None:
        """A mistake of ours or hostile data: only this mail stops, where the organizer sees it."""
        log.error("mail parked", task=str(task.id), letter=task.letter, exc_info=error)
        await self._marks.write(outbox.given_up(task, f"{type(error).__name__}: {error}"))

    async def _keep(self) -> None:
        """While mails wait for a slow relay their lease is prolonged; a token is forgotten once its lease has ended."""
        while True:
            await asyncio.sleep(self._lease / 4)
            asked = _time()
            tokens = [token for token, until in self._ours_until.items() if until > asked]
            try:
                async with self._context.db.begin() as session:
                    await outbox.keep(session, tokens, self._lease)
            except Exception as error:
                log.warning("leases not prolonged", error=str(error))
                continue
            for token in tokens:
                self._ours_until[token] = asked + self._lease

    async def _hand_back(self) -> None:
        if not self._rest:
            return
        try:
            async with self._context.db.begin() as session:
                await outbox.hand_back(session, self._rest, self._wait)
        except Exception as error:
            log.warning("not handed back, the lease will end", mails=len(self._rest), error=str(error))


def _time() -> float:
    return asyncio.get_running_loop().time()
