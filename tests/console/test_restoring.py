"""What the history says can be put back: details, a category, a cancellation; never over somebody's later change."""

import re

import httpx
import pytest
from sqlalchemy import text

from service.core.actor import SYSTEM
from service.core.clock import now
from service.core.database import Database
from service.credentials.operations import Signer
from service.registrations import operations, queries
from service.registrations.models import Registration
from service.registrations.schemas import Application
from tests.console.conftest import Desk
from tests.support import factories as make


@pytest.fixture
async def guest(db: Database, signer: Signer, desk: Desk) -> Registration:
    async with db.begin() as session:
        await make.category(session, desk.event, "press", 1)
        return await make.registration(session, signer, desk.event, name="Aida", email="aida@x.example")


async def change(db: Database, desk: Desk, guest: Registration, **new: str) -> None:
    async with db.begin() as session:
        found = await queries.get_registration(session, desk.event.id, guest.id, lock=True)
        current = {field: getattr(found, field) for field in operations.CHANGEABLE}
        await operations.change(session, SYSTEM, found, Application(category="", **{**current, **new}))


async def press(client: httpx.AsyncClient, guest: Registration, number: int = 0) -> str:
    """The button of the number-th line, and what the page says then."""
    page = (await client.get(f"/console/forum/guests/{guest.id}")).text
    line = re.findall(r'name="line" value="([^"]+)"', page)[number]
    done = await client.post(f"/console/forum/guests/{guest.id}/restore", data={"line": line})
    return (await client.get(done.headers["location"])).text


async def test_details_go_back_and_only_what_nobody_changed_since(
    client: httpx.AsyncClient, db: Database, desk: Desk, guest: Registration
) -> None:
    await change(db, desk, guest, native_name="Aida Serik", position="Minister")
    await change(db, desk, guest, position="Deputy minister")
    organizer = desk.as_(client, "organizer")

    said = await press(organizer, guest, number=1)  # the first change: the name still stands as it left it

    assert "Put back as it was before." in said
    async with db.begin() as session:
        found = await session.get_one(Registration, guest.id)
        assert (found.native_name, found.position) == ("Aida", "Deputy minister")
        assert "serik" not in found.search
        line = "SELECT id FROM audit WHERE subject_id = :id AND name = 'registration.changed' ORDER BY at LIMIT 1"
        first = (await session.execute(text(line), {"id": guest.id})).scalar_one()
    again = await organizer.post(f"/console/forum/guests/{guest.id}/restore", data={"line": str(first)})
    assert "This was changed again since" in (await organizer.get(again.headers["location"])).text
    for role, status in (("viewer", 403), ("outsider", 404), ("", 302)):
        answer = await desk.as_(client, role).post(
            f"/console/forum/guests/{guest.id}/restore", data={"line": str(first)}
        )
        assert answer.status_code == status
    foreign = await desk.as_(client, "organizer").post(
        f"/console/forum/guests/{guest.id}/restore", data={"line": str(guest.id)}
    )
    assert foreign.status_code == 404


async def test_one_who_was_cancelled_by_mistake_is_back_on_their_place(
    client: httpx.AsyncClient, db: Database, signer: Signer, desk: Desk, guest: Registration
) -> None:
    organizer = desk.as_(client, "organizer")
    at = f"/console/forum/guests/{guest.id}"
    await organizer.post(f"{at}/approve")
    await organizer.post(f"{at}/cancel", data={"reason": "Wrong person"})

    assert "Put back as it was before." in await press(organizer, guest)

    async with db.begin() as session:
        found = await session.get_one(Registration, guest.id)
        assert (found.state, found.reason) == ("approved", "")
        alive = "SELECT count(*) FROM credentials WHERE registration_id = :id AND revoked_at IS NULL"
        assert (await session.execute(text(alive), {"id": guest.id})).scalar_one() == 1
        taken = "SELECT taken FROM places WHERE id = :id"
        assert (await session.execute(text(taken), {"id": guest.category_id})).scalar_one() == 1
    await organizer.post(f"{at}/cancel")
    async with db.begin() as session:
        for number in range(3):
            await make.registration(
                session, signer, desk.event, name=f"N{number}", email=f"n{number}@x.example"
            )
    assert "There is no free place" in await press(organizer, guest)
    async with db.begin() as session:
        await session.execute(text("UPDATE registrations SET state = 'rejected' WHERE native_name LIKE 'N%'"))
        await session.execute(text("UPDATE places SET taken = 0"))
        await make.registration(session, signer, desk.event, name="Another", email="aida@x.example")
    assert "registered for this event already" in await press(organizer, guest)


async def test_a_category_goes_back(
    client: httpx.AsyncClient, db: Database, desk: Desk, guest: Registration
) -> None:
    async with db.begin() as session:
        found = await queries.get_registration(session, desk.event.id, guest.id, lock=True)
        await operations.move_category(session, SYSTEM, found, "press", now=now())
    organizer = desk.as_(client, "organizer")

    assert "Put back as it was before." in await press(organizer, guest)

    async with db.begin() as session:
        assert (await session.get_one(Registration, guest.id)).category_id == guest.category_id
        taken = dict(
            (await session.execute(text("SELECT id, taken FROM places WHERE kind = 'category'")))
            .tuples()
            .all()
        )
        assert taken[guest.category_id] == 1
        assert sum(taken.values()) == 2  # the other one is the outsider's guest
