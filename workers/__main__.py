"""One worker process: `python -m workers`, or `qonaq worker`. Settings from the environment."""

import asyncio
import signal
import sys
import time
from typing import Any

import structlog
from arq.worker import get_kwargs
from redis.exceptions import RedisError

from service.settings import Settings
from workers.settings import worker_settings
from workers.worker import Worker

log = structlog.get_logger()

AGAIN = 1.0  # seconds


def main() -> None:
    """Until it is asked to stop. arq ends when Redis goes away; then it is started anew in this same process, which is
    warm, as often as it takes."""
    if sys.platform != "win32":
        import uvloop

        asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    given: dict[str, Any] = dict(get_kwargs(worker_settings(Settings.from_environment())))
    while True:
        try:
            Worker(**given).run()
            return
        except (RedisError, OSError) as error:
            log.warning("without Redis, again in a second", error=str(error))
        for asked in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(
                asked
            )  # nothing is under way: whoever asks now ends the process at once
        time.sleep(AGAIN)


if __name__ == "__main__":
    main()
