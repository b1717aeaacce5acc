"""Registering: the statement and its ORM twin say and write the same, whatever comes in whatever order."""

import random
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from service.core.actor import GUEST
from service.core.database import Database
from service.core.errors import QonaqError
from service.credentials.operations import Signer
from service.events.models import Event
from service.events.queries import facts_of
from service.registrations.register import register
from tests.registrations.twin import register_by_orm
from tests.support import factories as make

WRITTEN = """
SELECT c.key, r.state, r.source, r.native_name, r.latin_name, r.email, r.language, r.consent_version,
    r.search, r.sort_key, r.answers,
    p.native_name AS person, (SELECT count(*) FROM credentials x WHERE x.registration_id = r.id) AS codes,
    (SELECT array_agg(a.name || a.actor_kind || a.data::text) FROM audit a WHERE a.subject_id = r.id) AS lines,
    (SELECT array_agg(d.letter || d.address || d.language || o.kind || o.state
            || (o.payload ->> 'event_id' = r.event_id::text)::text)
        FROM deliveries d JOIN outbox o ON o.id = d.task_id WHERE d.registration_id = r.id) AS mails,
    (SELECT taken FROM places WHERE id = c.id) AS taken
FROM registrations r JOIN categories c ON c.id = r.category_id JOIN people p ON p.id = r.person_id
WHERE r.event_id = :event ORDER BY r.email, r.native_name
"""


async def twins(db: Database, number: int) -> tuple[Event, Event]:
    """Two events alike in everything, of two hosts."""
    pair = []
    for side in ("left", "right"):
        async with db.begin() as session:
            host = await make.organisation(session, f"{side}{number}")
            event = await make.event(session, host, f"{side}-{number}")
            await make.category(session, event, "business", 3)
            await make.category(session, event, "press", 2, approval="automatic")
            await make.category(session, event, "vip", None, visibility="invited", approval="automatic")
            pair.append(event)
    return pair[0], pair[1]


async def outcome(call: Any) -> str:
    try:
        done = await call
    except QonaqError as refused:
        return refused.code
    return f"{done.state} {done.new}"


@pytest.mark.parametrize("seed", range(8))
async def test_the_statement_and_the_orm_twin_agree(db: Database, signer: Signer, seed: int) -> None:
    left, right = await twins(db, seed)
    pool = await db.hot()
    dice = random.Random(seed)
    async with db.begin() as session:
        facts = await facts_of(session, left)
    for step in range(30):
        if step == 25 and seed % 2:
            async with db.begin() as session:
                await session.execute(text("UPDATE events SET state = 'closed'"))
        who = make.application(
            name=dice.choice(["최민수", "李明", "Әсел", "Цой Виктор"]) + str(step),
            category=dice.choice(["business", "press", "vip", "none"]),
            email=dice.choice(["", *(f"g{n}@crowd.example" for n in range(12))]),
            answers=dice.choice([{}, {"day": "2025-09-13", "tracks": ["a", "b"], "count": step}]),
        )  # fmt: skip
        source: Any = dice.choice(["web", "web", "invitation", "organizer"])
        key = f"k{dice.randrange(40)}"

        by_statement = await outcome(
            register(pool, facts, who, source=source, key=key, actor=GUEST, signer=signer)
        )
        by_orm = await outcome(_orm(db, right.id, who, source, key, signer))

        assert by_statement == by_orm, (step, who, source, key)
    assert await _written(db, left.id) == await _written(db, right.id)


async def _orm(db: Database, event_id: UUID, who: Any, source: str, key: str, signer: Signer) -> Any:
    async with db.begin() as session:
        return await register_by_orm(session, event_id, who, source=source, key=key, signer=signer)


async def _written(db: Database, event_id: UUID) -> list[Any]:
    async with db.begin() as session:
        return [tuple(row) for row in await session.execute(text(WRITTEN), {"event": event_id})]


async def test_a_public_form_never_overwrites_the_directory(db: Database, signer: Signer) -> None:
    async with db.begin() as session:
        host = await make.organisation(session)
        first, second = await make.event(session, host), await make.event(session, host, "second")
        for event in (first, second):
            await make.category(session, event)
        await make.registration(session, signer, first, name="Minister Kim", email="kim@gov.example")
        stranger = await make.registration(
            session, signer, second, name="Somebody Else", email="kim@gov.example", source="web"
        )
        assert stranger.native_name == "Somebody Else"
        people = (await session.execute(text("SELECT native_name FROM people"))).scalars().all()
    assert people == ["Minister Kim"]
