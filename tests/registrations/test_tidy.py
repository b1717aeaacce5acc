"""What waits to be sorted into the search index is sorted in by the process that registered it, nobody asking."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from service.core.database import Database
from service.credentials.operations import Signer
from service.registrations.tidy import CLEAN, TIDY, keep_tidy
from tests.support import factories as make


async def register_somebody(db: Database, signer: Signer) -> None:
    async with db.begin() as session:
        event = await make.event(session, await make.organisation(session), "forum")
        await make.category(session, event)
        await make.registration(session, signer, event, name="Әсел Нұрланқызы", email="assel@guests.example")


@asynccontextmanager
async def tidying(db: Database) -> AsyncIterator[None]:
    task = asyncio.create_task(keep_tidy(db))
    try:
        yield
        assert not task.done(), "it goes on"
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def still_due() -> bool:
    async with asyncio.timeout(10):
        while TIDY.due:
            await asyncio.sleep(0.05)
    await asyncio.sleep(0.5)
    return TIDY.due


async def test_left_alone_it_waits(db: Database, signer: Signer) -> None:
    await register_somebody(db, signer)
    assert TIDY.due
    assert await (await db.hot()).fetchval(CLEAN) == 1  # pages of the list that were sorted in


async def test_a_moment_later_it_is_sorted_in(db: Database, signer: Signer) -> None:
    async with tidying(db):
        await register_somebody(db, signer)
        assert not await still_due()
    assert await (await db.hot()).fetchval(CLEAN) == 0


async def test_a_database_that_is_away_does_not_end_it() -> None:
    TIDY.due = True
    nowhere = Database("postgresql://nobody@127.0.0.1:9/nothing")
    with contextlib.suppress(OSError, asyncpg.PostgresError):
        await nowhere.hot()
    async with tidying(nowhere):
        assert not await still_due()
    await nowhere.close()
