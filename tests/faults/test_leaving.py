"""A worker that leaves lets a mail under way end, and marks it: nobody gets it again from the next one."""

import asyncio
import signal
from pathlib import Path

import msgspec
import pytest
import redis.asyncio

from service.core.database import Database
from service.settings import Settings
from tests.faults.test_mail_kills import prepare
from tests.support.outbox import duplicates, states
from tests.support.sink import Sink
from tests.support.worker import WorkerProcess
from workers.context import open_context


@pytest.fixture
async def sink() -> Sink:
    """Takes two seconds a mail: long enough to take everything away meanwhile."""
    return Sink(delay=2.0)


@pytest.mark.parametrize("gone", ["asked to stop", "asked twice", "Redis gone"])
async def test_the_mails_under_way_are_sent_and_marked(
    db: Database, settings: Settings, tmp_path: Path, sink: Sink, gone: str
) -> None:
    await prepare(db, 60)
    async with sink:
        settings = msgspec.structs.replace(settings, smtp_url=sink.url, outbox_lease=60.0)
        worker = WorkerProcess(settings, tmp_path / "worker.log")
        await sink.wait(settings.smtp_connections)
        if gone == "Redis gone":
            async with redis.asyncio.Redis.from_url(settings.redis_url) as valkey:
                await valkey.shutdown(nosave=True, now=True, force=True)
        else:
            worker.process.send_signal(signal.SIGTERM)
            if gone == "asked twice":
                await asyncio.sleep(0.5)
                worker.process.send_signal(signal.SIGTERM)
        await asyncio.to_thread(worker.process.wait, 20)
        async with db.begin() as session:
            found = await states(session)
    many = len(sink.taken)
    assert settings.smtp_connections <= many <= 2 * settings.smtp_connections  # it began nothing new
    assert (found, duplicates(sink.taken)) == ({"sent": many, "queued": 60 - many}, 0)


async def test_a_worker_started_again_has_another_name(db: Database, settings: Settings) -> None:
    """In a container it has the same host and number each time; under the same name the job of the one that was killed
    would keep it from draining for an hour."""
    names = set()
    for _ in range(2):
        context = await open_context(settings)
        names.add(context.name)
        await context.close()
    assert len(names) == 2
