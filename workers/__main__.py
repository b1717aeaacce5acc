"""One worker process: `python -m workers`, or `qonaq worker`. Settings from the environment."""

import asyncio
import sys
from typing import Any

from arq.worker import get_kwargs

from service.settings import Settings
from workers.settings import worker_settings
from workers.worker import Worker


def main() -> None:
    """Until it is asked to stop, or Redis goes away: then whoever started it starts it again."""
    if sys.platform != "win32":
        import uvloop

        asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    given: dict[str, Any] = dict(get_kwargs(worker_settings(Settings.from_environment())))
    Worker(**given).run()


if __name__ == "__main__":
    main()
