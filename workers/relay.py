"""Hears the bell that web processes ring after a commit, and rings a drain job for this worker.

However many rings come, one job waits at most. Nothing depends on a ring: without one, the outbox is looked through
every few seconds all the same, so a Redis that was away or emptied costs that much and no mail.
"""

import asyncio
from collections.abc import Sequence

import structlog
from arq.connections import ArqRedis
from redis.exceptions import RedisError

from service.outbox.bell import CHANNEL

log = structlog.get_logger()

PAUSE = 0.05
BREAK = 1.0


class Relay:
    """Two tasks: one listens, one rings. `every`: seconds between two looks without a ring; `kinds` are those of tasks
    that this worker can send."""

    def __init__(self, redis: ArqRedis, worker: str, every: float, kinds: Sequence[str] = ("mail",)) -> None:
        self._redis, self._worker, self._every, self._kinds = redis, worker, every, kinds
        self._wanted = asyncio.Event()

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._listen())
            group.create_task(self._ring())

    async def _listen(self) -> None:
        while True:
            try:
                async with self._redis.pubsub() as ears:
                    await ears.subscribe(CHANNEL)
                    while True:
                        self._wanted.set()  # heard something, or nothing for too long; at first: what rang before
                        await ears.get_message(ignore_subscribe_messages=True, timeout=self._every)
            except (RedisError, OSError) as error:
                log.warning("the bell is away", error=str(error))
                await asyncio.sleep(BREAK)

    async def _ring(self) -> None:
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            try:
                jobs = [
                    await self._redis.enqueue_job("drain", kind, _job_id=f"drain:{kind}:{self._worker}")
                    for kind in self._kinds
                ]
                # while one is at work the ring is not needed: it looks for the next when it is done
                await self._redis.enqueue_job("long_work", _job_id=f"long_work:{self._worker}")
            except (RedisError, OSError):
                self._wanted.set()
                await asyncio.sleep(BREAK)
                continue
            if None in jobs:  # the job of an earlier ring is still at work and may have looked already
                self._wanted.set()
                await asyncio.sleep(4 * PAUSE)
            await asyncio.sleep(PAUSE)
