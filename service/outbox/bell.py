"""The ring after a commit: one small message, at most twenty a second; a lost ring costs one sweep."""

import asyncio

from redis.asyncio import Redis
from redis.exceptions import RedisError

CHANNEL = "qonaq:bell"
PAUSE = 0.05


class Bell:
    """`ring()` returns at once; the message leaves in the background and rings within 50 ms are one."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._ringing: asyncio.Task[None] | None = None
        self._wanted = False

    def ring(self) -> None:
        """Call after the transaction has committed."""
        self._wanted = True
        if self._ringing is None or self._ringing.done():
            self._ringing = asyncio.create_task(self._publish())

    async def _publish(self) -> None:
        while self._wanted:
            await asyncio.sleep(PAUSE)
            self._wanted = False
            try:
                await self._redis.publish(CHANNEL, b"mail")
            except (RedisError, OSError):
                return  # the sweep finds the row within seconds
