"""arq's worker with a good end.

arq waits for its jobs when it ends, but only until the first of them fails, and without Redis each of them does: none
can say how it ended. The process would then leave while a mail is half said, and the mail go out again."""

import asyncio
import contextlib

from arq import Worker as ArqWorker
from redis.exceptions import RedisError


class Worker(ArqWorker):
    """`context` and `relay` are in `ctx` once it has started."""

    async def close(self) -> None:
        """After SIGTERM, or when Redis is gone: mails under way go out and are marked, long work is handed back."""
        if (context := self.ctx.get("context")) is not None:
            await context.finish_sending()
        if (
            self.main_task is not None and not self.main_task.cancelled()
        ):  # by a signal the jobs know it already
            for job in self.tasks.values():
                job.cancel()
        await asyncio.gather(*self.tasks.values(), return_exceptions=True)
        self.tasks.clear()
        if context is not None and self.on_shutdown is not None:
            await self.on_shutdown(self.ctx)
        with contextlib.suppress(RedisError, OSError):
            if self._pool is not None:
                await self._pool.delete(self.health_check_key)
                await self._pool.close(close_connection_pool=True)
        self._pool = None
