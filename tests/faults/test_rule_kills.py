"""Processes that write the mails of a rule, killed with kill -9 in the middle of their parts, two at a time."""

import asyncio
import contextlib
import random
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from service.core.actor import SYSTEM
from service.core.database import Database
from service.credentials.operations import Signer
from service.messages import rules
from service.messages.models import Campaign
from service.messages.timing import When
from tests.support import factories as make

ROOT = Path(__file__).parents[2]
GUESTS_A_KILL = 120  # more than a pair can write to before it dies
# parts of five, each a while before its commit: most kills fall into a transaction
WRITER = """
import asyncio, sys
from datetime import UTC, datetime
from service import all_models
from service.core.database import Database
from service.messages import due

due.PART, write = 5, due.queue_mails

async def slowly(*given):
    done = await write(*given)
    await asyncio.sleep(0.03)
    return done

due.queue_mails = slowly

async def main():
    db = Database(sys.argv[1], pool_size=2)
    print("ready", flush=True)
    sys.stdin.readline()
    print(await due.queue_all(db, datetime.now(UTC)), flush=True)

asyncio.run(main())
"""


async def writers(db: Database) -> list[asyncio.subprocess.Process]:
    """Two that begin at once, however long each takes to start."""
    pair = [await writer(db), await writer(db)]
    for one in pair:
        assert one.stdin is not None
        one.stdin.write(b"go\n")
    return pair


async def writer(db: Database) -> asyncio.subprocess.Process:
    """One that is ready to begin."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WRITER, db.url, cwd=ROOT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )  # fmt: skip
    assert process.stdout is not None
    assert await process.stdout.readline() == b"ready\n"
    return process


async def count(db: Database) -> tuple[int, int]:
    """Mails of the rule, and to how many different people."""
    async with db.begin() as session:
        mails = text("SELECT count(*), count(DISTINCT address) FROM deliveries WHERE letter = 'message'")
        found = (await session.execute(mails)).one()
        return found[0], found[1]


async def test_killed_in_the_middle_of_its_parts_each_gets_one(
    db: Database, signer: Signer, request: pytest.FixtureRequest
) -> None:
    kills, die = (30 if request.config.getoption("--long") else 6), random.Random(4)
    guests = GUESTS_A_KILL * kills
    async with db.begin() as session:
        event = await make.event(
            session, await make.organisation(session), starts_at=datetime.now(UTC) + timedelta(days=1),
            ends_at=datetime.now(UTC) + timedelta(days=2),
        )  # fmt: skip
        await make.category(session, event, approval="automatic")
        for number in range(guests):
            await make.registration(session, signer, event, email=f"g{number}@x.example")
        rule = await rules.start_rule(
            session,
            SYSTEM,
            event,
            When(),
            segment="state=approved",
            subject={"en": "Soon"},
            body={"en": "Hello"},
        )
        await rules.turn_on(session, SYSTEM, event, rule, await session.get_one(Campaign, rule.campaign_id))
    steps = []
    for _ in range(kills // 2):
        for one in await writers(db):
            await asyncio.sleep(die.uniform(0.1, 0.5))
            with contextlib.suppress(ProcessLookupError):  # found every row locked by the other, and left
                one.kill()
            await one.wait()
        steps.append((await count(db))[0])
    print(f"{kills} kills, mails after each pair: {steps}")
    assert 0 < steps[-1] < guests, "they were killed in the middle"
    await asyncio.gather(*(one.wait() for one in await writers(db)))
    assert await count(db) == (guests, guests)
