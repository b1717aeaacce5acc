"""What arq is told about a worker. arq is the doorbell and the clock; what must happen stands in the outbox."""

import asyncio
import contextlib
import logging
import os
import socket
from typing import Any

import msgspec
from arq import cron
from arq.connections import RedisSettings
from arq.constants import default_queue_name
from arq.cron import CronJob
from arq.worker import func

from service.settings import Settings
from service.web import logs
from workers import handlers
from workers.context import open_context
from workers.listener import Listener
from workers.relay import Relay

JOB_LASTS = 600  # seconds at most: claiming ends after 30, the rest is patience with a slow relay
LONG_WORK_LASTS = 3600
TRIES = 1_000_000  # a job that is handed on is no failure


def worker_settings(settings: Settings) -> type:
    """The class arq reads. It looks into the class's own `__dict__`, so everything is here and nothing inherited."""

    async def start(ctx: dict[str, Any]) -> None:
        logs.configure()
        logging.getLogger("arq.worker").setLevel(logging.WARNING)  # a line for every ring says nothing
        context = ctx["context"] = await open_context(settings)
        relay = Relay(ctx["redis"], context.name, settings.outbox_sweep, ("mail", *settings.channels))
        ctx["relay"] = asyncio.create_task(relay.run())
        if settings.answers_listen:
            ctx["listener"] = asyncio.create_task(Listener(context).run())

    async def stop(ctx: dict[str, Any]) -> None:
        for task in (ctx["relay"], *([ctx["listener"]] if "listener" in ctx else [])):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await ctx["context"].close()

    return type(
        "WorkerSettings",
        (),
        {
            "functions": [
                func(handlers.drain, name="drain", max_tries=TRIES, timeout=JOB_LASTS),
                func(handlers.long_work, name="long_work", max_tries=TRIES, timeout=LONG_WORK_LASTS),
            ],
            "cron_jobs": _cron_jobs(settings),
            "redis_settings": RedisSettings.from_dsn(settings.redis_url),
            "on_startup": staticmethod(start),
            "on_shutdown": staticmethod(stop),
            "job_serializer": msgspec.msgpack.encode,
            "job_deserializer": msgspec.msgpack.decode,
            "max_jobs": 50,
            "poll_delay": 0.05,
            "keep_result": 0,
            "job_timeout": JOB_LASTS,
            "max_tries": TRIES,
            "health_check_key": f"{default_queue_name}:health:{socket.gethostname()}-{os.getpid()}",
            "health_check_interval": 10,
        },
    )


def _cron_jobs(settings: Settings) -> list[CronJob]:
    """Whichever worker comes first runs it; the others see that it was run."""
    step = min(60, max(1, round(settings.outbox_sweep)))
    return [
        cron(handlers.sweep, name="sweep", second=set(range(0, 60, step))),
        cron(handlers.reminders, name="reminders", second=5),
        cron(handlers.promotions, name="promotions", second=15),
        cron(handlers.invitations, name="invitations", second=25),
        cron(handlers.mailbox, name="mailbox", second=45),
        cron(handlers.failures, name="failures", minute=set(range(0, 60, 10)), second=55),
        cron(handlers.directory, name="directory", second=35),
        cron(handlers.recounting, name="recounting", minute={10, 40}, second=45),
        cron(handlers.cleaning, name="cleaning", hour=2, minute=30, second=25),
    ]
