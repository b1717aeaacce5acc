"""Deleting many: nothing of them is left but the bare fact, counters stay true, and half a minute to think again."""

import httpx
import pytest
from sqlalchemy import text

from service.core.database import Database
from service.credentials.operations import Signer
from service.imports.models import Import, ImportRow
from service.invitations.models import Invitation
from service.registrations.models import Registration
from tests.console.conftest import Desk
from tests.support import factories as make
from workers.context import Context
from workers.jobs import work
from workers.kinds import KINDS

LIST = "/console/forum/guests"
ALL_TEXT = """
    SELECT string_agg(t.line, ' ') FROM (
        SELECT to_jsonb(r)::text AS line FROM registrations r UNION ALL SELECT to_jsonb(p)::text FROM people p
        UNION ALL SELECT to_jsonb(a)::text FROM audit a UNION ALL SELECT to_jsonb(d)::text FROM deliveries d
        UNION ALL SELECT to_jsonb(o)::text FROM outbox o UNION ALL SELECT to_jsonb(i)::text FROM import_rows i
        UNION ALL SELECT to_jsonb(s)::text FROM scans s UNION ALL SELECT to_jsonb(k)::text FROM idempotency_keys k
    ) t
"""


async def value(db: Database, sql: str) -> object:
    async with db.begin() as session:
        return (await session.execute(text(sql))).scalar_one()


@pytest.fixture
async def crowd(db: Database, signer: Signer, desk: Desk) -> list[Registration]:
    """Three on three places, one who waits."""
    async with db.begin() as session:
        return [
            await make.registration(
                session, signer, desk.event, name=f"Erasable {n}", email=f"erasable{n}@crowd.example"
            )
            for n in range(4)
        ]


async def _later(db: Database) -> None:
    async with db.begin() as session:
        await session.execute(text("UPDATE jobs SET due_at = now()"))


async def test_nothing_of_them_is_left_and_the_next_moves_up(
    client: httpx.AsyncClient,
    db: Database,
    desk: Desk,
    crowd: list[Registration],
    context: Context,
) -> None:
    async with db.begin() as session:
        brought = Import(
            organisation_id=desk.event.organisation_id, event_id=desk.event.id, file_name="l.csv", heads=["Name"],
            mapping=["name"], options={}, state="applied",
        )  # fmt: skip
        session.add(brought)
        await session.flush()
        session.add(
            ImportRow(
                import_id=brought.id, line=2, verdict="new", cells=["Erasable 0"], data={"native_name": "Erasable 0"},
                registration_id=crowd[0].id, done=True, made=True,
            )
        )  # fmt: skip
    organizer = desk.as_(client, "organizer")
    ids = [str(one.id) for one in crowd[:2]]

    asked = await organizer.post(f"{LIST}/decide", data={"action": "delete", "id": ids})
    done = await organizer.post(f"{LIST}/decide", data={"action": "delete", "id": ids, "sure": "yes"})

    assert "Delete 2 registrations for good?" in asked.text
    assert "2 will be deleted in half a minute." in (await organizer.get(done.headers["location"])).text
    assert not await work(context, KINDS)  # not yet
    assert await value(db, "SELECT count(*) FROM registrations WHERE native_name LIKE 'Erasable%'") == 4
    await _later(db)
    assert await work(context, KINDS)
    assert "2 deleted." in (await organizer.get(done.headers["location"])).text
    left = str(await value(db, ALL_TEXT))
    assert not [name for name in ("Erasable 0", "erasable0@", "Erasable 1", "erasable1@") if name in left]
    assert "Erasable 2" in left
    assert await value(db, "SELECT count(*) FROM audit WHERE name = 'registration.deleted'") == 2
    states = "SELECT string_agg(state, ',' ORDER BY native_name) FROM registrations WHERE native_name LIKE 'Erasable%'"
    assert await value(db, states) == "pending,pending"
    assert (
        await value(db, "SELECT p.taken FROM places p JOIN events e ON e.id = p.id WHERE e.slug = 'forum'")
        == 2
    )


async def test_it_can_be_taken_back_and_only_by_who_asked(
    client: httpx.AsyncClient,
    db: Database,
    desk: Desk,
    crowd: list[Registration],
    context: Context,
) -> None:
    order = {"action": "delete", "id": str(crowd[0].id), "sure": "yes"}
    done = await desk.as_(client, "organizer").post(f"{LIST}/decide", data=order)
    undo = f"/console/forum/jobs/{done.headers['location'].split('did=')[1]}/undo"

    assert (await desk.as_(client, "owner").post(undo)).status_code == 404
    assert (await desk.as_(client, "outsider").post(undo)).status_code == 404
    back = await desk.as_(client, "organizer").post(undo)

    assert "Nobody is deleted." in (await client.get(back.headers["location"])).text
    await _later(db)
    assert not await work(context, KINDS)
    assert await value(db, "SELECT count(*) FROM registrations WHERE native_name LIKE 'Erasable%'") == 4
    for role, refused in (("viewer", 403), ("door", 403), ("outsider", 404), ("", 302)):
        answer = await desk.as_(client, role).post(f"{LIST}/decide", data=order)
        assert answer.status_code == refused
    assert await value(db, "SELECT count(*) FROM jobs") == 1


async def test_whoever_is_known_from_elsewhere_or_brings_somebody_stays(
    client: httpx.AsyncClient,
    db: Database,
    desk: Desk,
    crowd: list[Registration],
    context: Context,
) -> None:
    async with db.begin() as session:
        first, second, third, _ = [await session.get_one(Registration, one.id) for one in crowd]
        third.principal_id = second.id
        session.add(
            Invitation(
                organisation_id=first.organisation_id, event_id=first.event_id, category_id=first.category_id,
                person_id=first.person_id, native_name=first.native_name, email=first.email, language="en",
                search="", sort_key="",
            )
        )  # fmt: skip
    organizer = desk.as_(client, "organizer")
    order = {"action": "delete", "id": [str(first.id), str(second.id)], "sure": "yes"}

    done = await organizer.post(f"{LIST}/decide", data=order)
    await _later(db)
    assert await work(context, KINDS)

    said = (await organizer.get(done.headers["location"])).text
    assert "1 deleted. 1 could not be: Others come with them" in said
    assert await value(db, "SELECT count(*) FROM people WHERE native_name = 'Erasable 0'") == 1
    both = {"action": "delete", "id": [str(second.id), str(third.id)], "sure": "yes"}
    await organizer.post(f"{LIST}/decide", data=both)
    await _later(db)
    assert await work(context, KINDS)
    assert await value(db, "SELECT string_agg(native_name, '') FROM registrations WHERE event_id <> "
                           "(SELECT id FROM events WHERE slug = 'elsewhere')") == "Erasable 3"  # fmt: skip
