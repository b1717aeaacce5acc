"""A worker that applies a list is killed with kill -9, again and again: everybody is in once, and no place is lost."""

import asyncio
import time
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text

from service.core.actor import Actor, Grant
from service.core.database import Database
from service.events.models import Event
from service.imports.models import Import
from service.imports.operations import bring, go_ahead
from service.imports.preview import preview
from service.imports.reading import read_table
from service.registrations.recounting import recount
from service.settings import Settings
from tests.support import factories as make
from tests.support.worker import workers


async def test_killed_again_and_again_everybody_is_in_once(
    db: Database, settings: Settings, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    long = request.config.getoption("--long")
    count, kills = (50_000, 4) if long else (5_000, 2)
    import_id = await _look(db, count)
    started = time.monotonic()
    async with workers(settings, tmp_path) as (worker,):
        for number in range(kills):
            await _until(db, (number + 1) * count // (kills + 2))
            await asyncio.to_thread(worker.kill)
            async with db.begin() as session:  # its time is over at once: nobody wants to wait a minute here
                await session.execute(text("UPDATE jobs SET lease_until = now() WHERE state = 'running'"))
        async with asyncio.timeout(300):
            while await _state(db, import_id) != "applied":
                await asyncio.sleep(0.2)
    print(f"{count} rows, {kills} kills, {time.monotonic() - started:.0f} s")
    async with db.begin() as session:
        rows = text("SELECT count(*), count(DISTINCT email) FROM registrations WHERE source = 'import'")
        assert tuple((await session.execute(rows)).one()) == (count, count)
        lines = text("SELECT count(*) FROM audit WHERE name = 'registration.created'")
        assert (await session.execute(lines)).scalar_one() == count
        done = text("SELECT count(*) FROM import_rows WHERE made AND done AND version = 1")
        assert (await session.execute(done)).scalar_one() == count
    async with db.begin() as session:
        assert await recount(session) == []


async def _look(db: Database, count: int) -> UUID:
    async with db.begin() as session:
        host = await make.organisation(session)
        event = await make.event(session, host)
        await make.category(session, event)
        account = await make.account(session, host, "organizer")
    actor = Actor(kind="account", id=account.id, grants=(Grant(host.id, "organizer"),))
    body = b"Name,Email\n" + b"".join(b"Guest %d,g%d@x.example\n" % (n, n) for n in range(count))
    async with db.begin() as session:
        at = await session.get_one(Event, event.id)
        found = await bring(session, actor, at, "list.csv", body, read_table(body), "business")
        found.mapping, found.state = ["name", "email"], "reading"
    assert (await preview(db, found.id, _nobody_looks))["new"] == count
    async with db.begin() as session:
        at = await session.get_one(Event, event.id)
        await go_ahead(session, actor, at, await session.get_one(Import, found.id))
    return found.id


async def _nobody_looks(_done: int, _total: int) -> None: ...


async def _until(db: Database, count: int) -> None:
    async with asyncio.timeout(120):
        while True:
            async with db.begin() as session:
                if await make.count(session, "registrations") >= count:
                    return
            await asyncio.sleep(0.05)


async def _state(db: Database, import_id: UUID) -> str:
    async with db.begin() as session:
        return (await session.get_one(Import, import_id)).state
