"""Fifty places, two hundred at once: nobody too many, nobody lost."""

import asyncio

import pytest
from sqlalchemy import text

from service.core.actor import GUEST
from service.core.database import Database
from service.credentials.operations import Signer
from service.events.queries import facts_of
from service.registrations.errors import AlreadyRegistered
from service.registrations.register import register
from tests.support import factories as make

STATES = "SELECT state, count(*) FROM registrations WHERE event_id = :event GROUP BY state"
TAKEN = "SELECT taken FROM places WHERE id = :category"


@pytest.mark.parametrize("round_number", range(20))
async def test_two_hundred_at_once_for_fifty_places(db: Database, signer: Signer, round_number: int) -> None:
    """By two processes: each has a pool and flights of its own, and the row of the places is all they share."""
    async with db.begin() as session:
        event = await make.event(session, await make.organisation(session))
        category = await make.category(session, event, capacity=50, approval="automatic")
        facts = await facts_of(session, event)
    other = Database(db.url)
    pools = [await db.hot(), await other.hot()]

    async def one(number: int) -> str:
        who = make.application(email=f"guest{number}@crowd.example")
        # 40 here and 160 there: no flight of 25 ends at a 50th place
        pool = pools[number % 5 == round_number % 5]
        done = await register(pool, facts, who, source="web", key=f"k{number}", actor=GUEST, signer=signer)
        return done.state

    answers = await asyncio.gather(*(one(number) for number in range(200)))
    await other.close()

    assert sorted(set(answers)) == ["approved", "waitlisted"]
    assert answers.count("approved") == 50
    async with db.begin() as session:
        assert dict((await session.execute(text(STATES), {"event": event.id})).all()) == {
            "approved": 50,
            "waitlisted": 150,
        }
        assert (await session.execute(text(TAKEN), {"category": category.id})).scalar_one() == 50
        assert await make.count(session, "credentials") == 50
        assert await make.count(session, "outbox") == 200
        assert await make.count(session, "audit") == 200


async def test_one_flight_gives_its_last_places_to_those_who_came_first(db: Database, signer: Signer) -> None:
    async with db.begin() as session:
        event = await make.event(session, await make.organisation(session))
        await make.category(session, event, capacity=7)
        facts = await facts_of(session, event)
    pool = await db.hot()
    calls = [
        register(
            pool, facts, make.application(email=email), source="web", key=f"k{n}", actor=GUEST, signer=signer
        )
        for n, email in enumerate(["a@x.example", "", "z@x.example", *[f"{n}@x.example" for n in range(10)]])
    ]

    answers = [done.state for done in await asyncio.gather(*calls)]

    assert answers == ["pending"] * 7 + ["waitlisted"] * 6


async def test_two_processes_with_the_same_guests_in_opposite_order_do_not_block_each_other(
    db: Database, signer: Signer
) -> None:
    async with db.begin() as session:
        host = await make.organisation(session)
        event = await make.event(session, host)
        left = await make.category(session, event, "left", capacity=None)
        right = await make.category(session, event, "right", capacity=None)
        facts = await facts_of(session, event)
    other = Database(db.url)
    pools = [await db.hot(), await other.hot()]

    async def one(side: int, number: int) -> str:
        who = make.application(email=f"guest{number}@crowd.example", category=("left", "right")[side])
        key = f"{side} {number}"
        try:
            return (
                await register(pools[side], facts, who, source="web", key=key, actor=GUEST, signer=signer)
            ).state
        except AlreadyRegistered:
            return "already"

    calls = [one(side, number) for n in range(100) for side, number in ((0, n), (1, 99 - n))]
    answers = await asyncio.gather(*calls)
    await other.close()

    assert (answers.count("pending"), answers.count("already")) == (100, 100)
    async with db.begin() as session:
        taken = [
            (await session.execute(text(TAKEN), {"category": category.id})).scalar_one()
            for category in (left, right)
        ]
        assert sum(taken) == await make.count(session, "registrations") == 100


async def test_the_same_address_twice_at_once_is_one_registration_and_one_place(
    db: Database, signer: Signer
) -> None:
    async with db.begin() as session:
        event = await make.event(session, await make.organisation(session))
        category = await make.category(session, event, capacity=50)
        facts = await facts_of(session, event)
    pool = await db.hot()

    async def one(number: int) -> str:
        who = make.application(email="same@crowd.example")
        done = await register(pool, facts, who, source="web", key=f"k{number}", actor=GUEST, signer=signer)
        return done.state

    answers = await asyncio.gather(*(one(number) for number in range(40)), return_exceptions=True)

    assert [a for a in answers if a == "pending"] == ["pending"]
    assert sum(isinstance(a, AlreadyRegistered) for a in answers) == 39
    async with db.begin() as session:
        assert (await session.execute(text(TAKEN), {"category": category.id})).scalar_one() == 1
        assert await make.count(session, "registrations") == 1


async def test_the_same_key_many_times_at_once_is_one_registration(db: Database, signer: Signer) -> None:
    async with db.begin() as session:
        event = await make.event(session, await make.organisation(session))
        await make.category(session, event, capacity=50)
        facts = await facts_of(session, event)
    pool = await db.hot()
    calls = [
        register(pool, facts, make.application(), source="web", key="one", actor=GUEST, signer=signer)
        for _ in range(20)
    ]

    answers = await asyncio.gather(*calls)

    assert len({answer.id for answer in answers}) == 1
    assert [answer.new for answer in answers].count(True) == 1
