"""The life of a worker process."""

import asyncio
import contextlib
import gc
import os
import signal
import sys
from typing import Any

import structlog
from arq.worker import get_kwargs
from redis.exceptions import RedisError

from service.settings import Settings, SettingsError
from workers.master import fork_workers
from workers.settings import worker_settings
from workers.worker import Worker

log = structlog.get_logger()

AGAIN = 1.0  # seconds


def main(processes: int = 0) -> None:
    """Until it is asked to stop: this process, or so many of which it is the master. arq ends when Redis goes away;
    then it is started anew in the same process, which is warm, as often as it takes."""
    try:
        settings = Settings.from_environment()
    except SettingsError as error:
        sys.exit(f"\n  {error}")
    gc.freeze()  # what was loaded stays: it is never looked through again
    master = fork_workers(processes) if processes else None
    gc.enable()
    if sys.platform != "win32":
        import uvloop

        asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    if master is not None:
        loop.add_reader(master, _orphaned, loop, master)
    given: dict[str, Any] = dict(get_kwargs(worker_settings(settings)))
    while True:
        try:
            Worker(**given).run()
            return
        except (RedisError, OSError) as error:
            log.warning("without Redis, again in a second", error=str(error))
        except SettingsError as error:  # a channel that apprise cannot use
            sys.exit(f"\n  {error}")
        if loop.run_until_complete(_asked_to_stop(AGAIN)):
            return


def _orphaned(loop: asyncio.AbstractEventLoop, master: int) -> None:
    """However the master ended, its workers end well."""
    loop.remove_reader(master)
    os.kill(os.getpid(), signal.SIGTERM)


async def _asked_to_stop(seconds: float) -> bool:
    """Whether that happens within so many seconds: between two of arq's workers nobody else listens."""
    asked = asyncio.Event()
    for one in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(one, asked.set)
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(asked.wait(), seconds)
    return asked.is_set()
