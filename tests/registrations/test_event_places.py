"""The places of a whole event: the last one is given once, whatever the category, and whoever waits longest is next."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from service.core.actor import SYSTEM
from service.core.database import Database
from service.core.tokens import new_token
from service.credentials.operations import Signer
from service.events.models import Event
from service.events.queries import facts_of, list_category_views
from service.places.operations import set_capacity
from service.registrations import deciding, operations
from service.registrations.models import Registration
from service.registrations.register import register
from service.registrations.schemas import check
from service.registrations.seats import EventFull
from tests.support import factories as make

NOW = datetime.now(UTC)


async def _event(db: Database, capacity: int | None) -> Event:
    async with db.begin() as session:
        event = await make.event(session, await make.organisation(session), capacity=capacity)
        await make.category(session, event, "business", approval="automatic")
        await make.category(session, event, "press", capacity=5, approval="automatic")
    return event


async def _register(db: Database, signer: Signer, event: Event, number: int, category: str) -> UUID:
    async with db.begin() as session:
        facts = await facts_of(session, event)
    who = make.application(f"Guest {number}", f"g{number}@x.example", category=category)
    application = check(who, consent_version=1, by_team=True, questions=())
    done = await register(
        await db.hot(), facts, application, source="organizer", key=new_token(), actor=SYSTEM, signer=signer
    )
    return done.id


async def _counts(db: Database) -> tuple[dict[str, int], dict[str, int]]:
    async with db.begin() as session:
        states = await session.execute(text("SELECT state, count(*) FROM registrations GROUP BY 1"))
        taken = await session.execute(text("SELECT kind, sum(taken)::int FROM places GROUP BY 1"))
        return {row[0]: row[1] for row in states}, {row[0]: row[1] for row in taken}


async def test_the_last_place_is_given_once_whatever_the_category(db: Database, signer: Signer) -> None:
    event = await _event(db, 7)

    await asyncio.gather(*(_register(db, signer, event, n, ("business", "press")[n % 2]) for n in range(20)))

    assert await _counts(db) == ({"approved": 7, "waitlisted": 13}, {"event": 7, "category": 7})
    async with db.begin() as session:
        assert all(one.full for one in await list_category_views(session, event.id))


async def test_a_place_that_is_freed_goes_to_whoever_waits_longest_in_any_category(
    db: Database, signer: Signer
) -> None:
    event = await _event(db, 1)
    first, second, third = [
        await _register(db, signer, event, n, category)
        for n, category in enumerate(("press", "business", "press"))
    ]

    async with db.begin() as session:
        guest = await session.get_one(Registration, first, with_for_update=True)
        await operations.cancel(session, SYSTEM, guest, signer=signer, now=NOW)

    async with db.begin() as session:
        states = [(await session.get_one(Registration, one)).state for one in (first, second, third)]
    assert states == ["cancelled", "approved", "waitlisted"]
    assert (await _counts(db))[1] == {"event": 1, "category": 1}


async def test_the_team_cannot_approve_beyond_it(db: Database, signer: Signer) -> None:
    event = await _event(db, 1)
    await _register(db, signer, event, 1, "business")
    waiting = await _register(db, signer, event, 2, "press")
    async with db.begin() as session:
        with pytest.raises(EventFull):
            await deciding.approve(session, SYSTEM, event, waiting, signer=signer, now=NOW)
    async with db.begin() as session:
        await set_capacity(session, event.id, "event", 2)
    async with db.begin() as session:
        await deciding.approve(session, SYSTEM, event, waiting, signer=signer, now=NOW)
    assert await _counts(db) == ({"approved": 2}, {"event": 2, "category": 2})


async def test_the_settings_take_it_and_say_what_is_wrong(
    db: Database, signer: Signer, client: httpx.AsyncClient
) -> None:
    event = await _event(db, 2)
    for number in range(3):
        await _register(db, signer, event, number, "business")
    async with db.begin() as session:
        organisation = await session.get_one(make.Organisation, event.organisation_id)
        client.cookies.update(await make.browser(session, organisation, "organizer"))
    form = {
        "slug": "forum", "kind": "forum", "state": "open", "name_en": "Forum", "languages": "en", "zone": "Asia/Almaty",
        "starts_at": "2026-12-01T09:00", "ends_at": "2026-12-01T21:00", "colour": "1",
    }  # fmt: skip

    for typed, said in (("1", "2 places are taken already"), ("many", "Please enter a whole number")):
        answer = await client.post("/console/forum/settings", data={**form, "capacity": typed})
        assert (answer.status_code, said in answer.text) == (422, True)
        assert f'value="{typed}"' in answer.text
    assert (await client.post("/console/forum/settings", data={**form, "capacity": "3"})).status_code == 303
    assert await _counts(db) == ({"approved": 3}, {"event": 3, "category": 3}), "who waited moved up at once"
    assert 'value="3"' in (await client.get("/console/forum/settings")).text
