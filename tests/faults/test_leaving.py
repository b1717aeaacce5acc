"""A worker that leaves lets a mail under way end, and marks it: nobody gets it again from the next one."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from service.core.database import Database
from service.dev.valkey import Valkey
from service.settings import Settings
from tests.faults.test_mail_kills import prepare, until_sent
from tests.support.outbox import duplicates, states
from tests.support.sink import Sink
from tests.support.worker import WorkerProcess
from workers.context import open_context

MAILS, CONNECTIONS = 60, 8


@pytest.fixture
async def sink() -> Sink:
    """Takes two seconds a mail: long enough to take everything away meanwhile."""
    return Sink(delay=2.0)


@pytest.mark.parametrize("asked", [1, 2])
async def test_asked_to_stop_the_mails_under_way_are_sent_and_marked(
    db: Database, settings: Settings, tmp_path: Path, sink: Sink, asked: int
) -> None:
    async with under_way(db, settings, tmp_path, sink) as worker:
        for _ in range(asked):
            worker.process.send_signal(signal.SIGTERM)
            await asyncio.sleep(0.3)
        await asyncio.to_thread(worker.process.wait, 20)
        await sent_and_nothing_begun(db, sink)


async def test_without_redis_they_are_as_well_and_it_goes_on_when_there_is_one_again(
    db: Database, settings: Settings, tmp_path: Path, sink: Sink
) -> None:
    valkey = Valkey(tmp_path / "own", tmp_path / "own.log")
    settings = msgspec.structs.replace(settings, redis_url=valkey.start())
    async with under_way(db, settings, tmp_path, sink) as worker:
        assert valkey.process is not None
        valkey.process.kill()
        await asyncio.sleep(4)
        await sent_and_nothing_begun(db, sink)
        sink.delay = 0.0
        await asyncio.to_thread(valkey.start, valkey.port)
        await until_sent(db, MAILS)
        assert worker.process.poll() is None
    valkey.stop()
    assert duplicates(sink.taken) == 0


@asynccontextmanager
async def under_way(
    db: Database, settings: Settings, folder: Path, sink: Sink
) -> AsyncIterator[WorkerProcess]:
    """A worker with a mail in each of its connections."""
    await prepare(db, MAILS)
    async with sink:
        settings = msgspec.structs.replace(settings, smtp_url=sink.url, outbox_lease=60.0)
        worker = WorkerProcess(settings, folder / "worker.log")
        try:
            await sink.wait(CONNECTIONS)
            yield worker
        finally:
            await asyncio.to_thread(worker.end)


async def sent_and_nothing_begun(db: Database, sink: Sink) -> None:
    many = len(sink.taken)
    assert CONNECTIONS <= many <= 2 * CONNECTIONS
    async with db.begin() as session:
        assert await states(session) == {"sent": many, "queued": MAILS - many}
    assert duplicates(sink.taken) == 0


async def test_asked_to_stop_while_there_is_no_redis_it_ends_at_once(
    db: Database, settings: Settings, tmp_path: Path
) -> None:
    settings = msgspec.structs.replace(settings, redis_url="redis://127.0.0.1:9/0")
    log = tmp_path / "worker.log"
    worker = WorkerProcess(settings, log)
    async with asyncio.timeout(30):
        while "without Redis" not in log.read_text():
            await asyncio.sleep(0.05)
    assert await asyncio.to_thread(worker.end, signal.SIGTERM, 3.0) == 0


async def test_a_worker_started_again_has_another_name(db: Database, settings: Settings) -> None:
    """In a container it has the same host and number each time; under the same name the job of the one that was killed
    would keep it from draining for an hour."""
    names = set()
    for _ in range(2):
        context = await open_context(settings)
        names.add(context.name)
        await context.close()
    assert len(names) == 2
