"""Workers under a master: a lost one is replaced, and whatever happens to the master, mails under way go out once."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from service.core.database import Database
from service.settings import Settings
from tests.benchmarks.process import children, processes
from tests.faults.test_mail_kills import prepare, until_sent
from tests.support.outbox import duplicates, states
from tests.support.sink import Sink
from tests.support.worker import WorkerProcess
from workers.context import open_context

MAILS = 60


@asynccontextmanager
async def pair(settings: Settings, folder: Path) -> AsyncIterator[tuple[WorkerProcess, list[int]]]:
    """A master, and the numbers of its two workers."""
    master = WorkerProcess(settings, folder / "master.log", processes=2)
    try:
        yield master, await two(master)
    finally:
        await asyncio.to_thread(master.end)


async def two(master: WorkerProcess, without: int = 0) -> list[int]:
    async with asyncio.timeout(30):
        while len(found := children(master.process.pid)) != 2 or without in found:
            assert master.process.poll() is None
            await asyncio.sleep(0.02)
    return found


async def gone(pids: list[int]) -> None:
    async with asyncio.timeout(30):
        while any(pid in processes() for pid in pids):
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
async def test_another_takes_the_place_of_one_that_is_gone(
    db: Database, settings: Settings, sink: Sink, tmp_path: Path, how: signal.Signals
) -> None:
    async with pair(settings, tmp_path) as (master, workers):
        os.kill(workers[0], how)
        assert workers[1] in await two(master, without=workers[0])
        await prepare(db, MAILS)
        await until_sent(db, MAILS)
        assert await asyncio.to_thread(master.end) == 0
    await gone(workers)
    assert duplicates(sink.taken) == 0


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
async def test_when_the_master_goes_mails_under_way_go_out_and_are_marked(
    db: Database, settings: Settings, sink: Sink, tmp_path: Path, how: signal.Signals
) -> None:
    sink.delay = 1.0
    await prepare(db, MAILS)
    async with pair(msgspec.structs.replace(settings, outbox_lease=60.0), tmp_path) as (master, workers):
        await sink.wait(settings.smtp_connections)
        await asyncio.to_thread(master.end, how)
        await gone(workers)
    many = len(sink.taken)
    async with db.begin() as session:
        assert await states(session) == {"sent": many, "queued": MAILS - many}
    assert duplicates(sink.taken) == 0


async def test_what_no_worker_can_start_with_ends_the_master_with_the_reason(
    settings: Settings, tmp_path: Path
) -> None:
    master = WorkerProcess(msgspec.structs.replace(settings, database_url=""), tmp_path / "log", processes=2)
    assert await asyncio.to_thread(master.process.wait, 30) == 1
    said = (tmp_path / "log").read_text()
    assert "DATABASE_URL" in said
    assert "Traceback" not in said


async def test_a_worker_that_fails_by_itself_takes_the_others_with_it(
    db: Database, settings: Settings, tmp_path: Path
) -> None:
    """Whoever started the master starts it again, or says what is wrong: a loop of its own would hide it."""
    await (await open_context(settings)).close()  # the keys are made, and locked with the right one
    wrong = msgspec.structs.replace(settings, master_key=bytes(32))
    master = WorkerProcess(wrong, tmp_path / "log", processes=2)
    assert await asyncio.to_thread(master.process.wait, 30) == 1
