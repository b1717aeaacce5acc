"""Counting attempts in Valkey, atomically; when it is away, in this process."""

import time
from collections import OrderedDict

from redis.asyncio import Redis
from redis.exceptions import RedisError

from service.core.errors import TooMany

SCRIPT = """
local n = redis.call('INCR', KEYS[1])
if n == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
return n
"""
REMEMBERED = 10_000


class Throttle:
    """`check("login:1.2.3.4", limit=10, window=60)` raises TooMany from the eleventh time within 60 s."""

    def __init__(self, redis: Redis) -> None:
        self._count = redis.register_script(SCRIPT)
        self._local: OrderedDict[str, tuple[int, float]] = OrderedDict()

    async def check(self, key: str, *, limit: int, window: int) -> None:
        """Count one attempt; raises TooMany past `limit` per `window` seconds."""
        try:
            count = int(await self._count(keys=[f"throttle:{key}"], args=[window]))
        except (RedisError, OSError):
            count = self._count_here(key, window)
        if count > limit:
            raise TooMany(retry_after=window)

    def _count_here(self, key: str, window: int) -> int:
        count, until = self._local.get(key, (0, 0.0))
        now = time.monotonic()
        count, until = (1, now + window) if now >= until else (count + 1, until)
        self._local[key] = (count, until)
        self._local.move_to_end(key)
        if len(self._local) > REMEMBERED:
            self._local.popitem(last=False)
        return count
