"""Whatever happens to guests in whatever order, every counter equals its rows and nobody is beyond a capacity.

A Hypothesis state machine on a real PostgreSQL; each rule is one transaction as a request or a worker makes it. Every
way there is to a place must be a rule of it: they are in coming.py, decided.py and limits.py."""

import asyncio
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import invariant, run_state_machine_as_test
from sqlalchemy import text

from service.core.database import Database
from service.credentials.operations import Signer
from service.registrations.recounting import recount
from tests.races.coming import Coming
from tests.races.decided import Decided
from tests.races.limits import Limits
from tests.support import factories as make


class Counters(Coming, Decided, Limits):
    """All rules, and what must be true behind each."""

    @invariant()
    def every_counter_equals_its_rows(self) -> None:
        async def look() -> list[Any]:
            async with self.house.db.begin() as session:
                return await recount(session)

        assert self.loop.run_until_complete(look()) == []


def test_any_sequence_keeps_every_counter_true(database_url: str, request: pytest.FixtureRequest) -> None:
    loop = asyncio.new_event_loop()
    db = Database(database_url, pool_size=2, hot_pool_size=1)
    Counters.loop, Counters.db = loop, db
    long = request.config.getoption("--long")
    try:
        run_state_machine_as_test(
            Counters,
            settings=settings(
                max_examples=400 if long else 25, stateful_step_count=40, deadline=None, derandomize=not long,
                suppress_health_check=list(HealthCheck), database=None,
                phases=(Phase.generate, Phase.shrink) if long else (Phase.generate,),
            ),
        )  # fmt: skip
    finally:
        loop.run_until_complete(db.close())
        loop.close()


async def test_a_counter_that_lies_is_found(db: Database, signer: Signer) -> None:
    """What the machine leans on can fail."""
    async with db.begin() as session:
        event = await make.event(session, await make.organisation(session))
        category = await make.category(session, event, capacity=5)
        await make.registration(session, signer, event)
    async with db.begin() as session:
        await session.execute(text("UPDATE places SET taken = 3 WHERE id = :id"), {"id": category.id})
    async with db.begin() as session:
        (found,) = await recount(session)
        assert (found.place_id, found.kind, found.taken, found.counted) == (category.id, "category", 3, 1)
