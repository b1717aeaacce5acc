"""Two workers with four connections each, killed with kill -9 while the mail server holds an open DATA."""

import asyncio
import time
from pathlib import Path

import pytest
import redis.asyncio

from service.core.database import Database
from service.settings import Settings
from tests.support import factories as make
from tests.support.outbox import duplicates, invite_many, states
from tests.support.sink import Sink
from tests.support.worker import workers


async def test_killed_in_the_middle_nothing_is_lost(
    db: Database, settings: Settings, sink: Sink, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    long = request.config.getoption("--long")
    mails, kills = (5_000, 10) if long else (600, 2)
    await prepare(db, mails)
    started = time.monotonic()
    async with workers(settings, tmp_path, 2) as pair:
        for number in range(2 * kills):
            await sink.wait((number + 1) * mails // (2 * kills + 2), 120)
            await sink.held.wait()
            await asyncio.to_thread(pair[number % 2].kill)
        await until_sent(db, mails)
    twice = duplicates(sink.taken)
    print(
        f"{mails} mails, 2 workers x {settings.smtp_connections} connections, {2 * kills} kills: "
        f"{len({mail.recipient for mail in sink.taken})} arrived, {twice} twice, {time.monotonic() - started:.0f} s"
    )
    assert {mail.recipient for mail in sink.taken} == {f"guest{n}@steppe.example" for n in range(mails)}
    assert twice <= 2 * kills * settings.smtp_connections


async def test_redis_emptied_in_between_nothing_is_lost(
    db: Database, settings: Settings, sink: Sink, tmp_path: Path
) -> None:
    await prepare(db, 200)
    async with redis.asyncio.Redis.from_url(settings.redis_url) as valkey, workers(settings, tmp_path, 2):
        for number in range(3):
            await sink.wait(40 * (number + 1))
            await valkey.flushall()
        await until_sent(db, 200)
    assert (len({mail.recipient for mail in sink.taken}), duplicates(sink.taken)) == (200, 0)


async def prepare(db: Database, mails: int) -> None:
    async with db.begin() as session:
        host = await make.organisation(session)
        event = await make.event(session, host)
        await make.category(session, event)
        await invite_many(session, event, mails)


async def until_sent(db: Database, mails: int) -> None:
    async with asyncio.timeout(180):
        while True:
            async with db.begin() as session:
                found = await states(session)
            if found == {"sent": mails}:
                return
            assert set(found) <= {"sent", "queued"}, found
            await asyncio.sleep(0.2)
