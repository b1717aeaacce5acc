"""Mails that did not arrive: found, understood, tried again."""

import httpx
from sqlalchemy import text

from service.core.database import Database
from service.credentials.operations import Signer
from service.registrations.models import Registration
from tests.console.conftest import Desk
from tests.console.writing import begun, drafted, say
from tests.support import factories as make
from workers.context import Context

LOSE = """
    UPDATE deliveries SET state = :state, error = '<b>550</b> no such user' WHERE address = :address RETURNING task_id
"""
MAILS = "SELECT d.address, d.state, o.attempts FROM deliveries d JOIN outbox o ON o.id = d.task_id ORDER BY d.address"


async def lose(db: Database, address: str, state: str) -> str:
    """As a worker leaves a mail that it gave up."""
    async with db.begin() as session:
        task = (await session.execute(text(LOSE), {"state": state, "address": address})).scalar_one()
        await session.execute(
            text("UPDATE outbox SET state = 'parked', attempts = 8 WHERE id = :id"), {"id": task}
        )
        return str(task)


async def mails(db: Database) -> list[tuple[str, str, int]]:
    async with db.begin() as session:
        return [(row[0], row[1], row[2]) for row in await session.execute(text(MAILS))]


async def test_what_did_not_arrive_is_one_list_and_is_tried_again(
    client: httpx.AsyncClient, db: Database, signer: Signer, desk: Desk
) -> None:
    async with db.begin() as session:
        for name in ("a", "b", "c"):
            await make.registration(session, signer, desk.event, name=name, email=f"{name}@crowd.example")
    lost = await lose(db, "a@crowd.example", "failed")
    await lose(db, "b@crowd.example", "bounced")
    foreign = await lose(db, "secret@other.example", "failed")
    organizer = desk.as_(client, "organizer")

    assert "2 mails did not arrive." in (await organizer.get("/console/forum")).text
    listed = (await organizer.get("/console/forum/deliveries?state=failed,bounced")).text
    assert "a@crowd.example" in listed
    assert "b@crowd.example" in listed
    assert "c@crowd.example" not in listed
    assert "&lt;b&gt;550&lt;/b&gt; no such user" in listed
    found = (await organizer.get("/console/forum/deliveries?q=B@CROWD")).text
    assert "b@crowd.example" in found
    assert "a@crowd.example" not in found

    one = await organizer.post("/console/forum/deliveries/retry", data={"id": [lost, foreign, "not an id"]})
    assert "Mails tried again: 1." in (await organizer.get(one.headers["location"])).text
    await organizer.post("/console/forum/deliveries/retry", data={"all": "yes"})

    assert await mails(db) == [
        ("a@crowd.example", "queued", 0), ("b@crowd.example", "queued", 0), ("c@crowd.example", "queued", 0),
        ("secret@other.example", "failed", 8),
    ]  # fmt: skip


async def test_a_viewer_reads_but_is_offered_nothing_to_press(
    client: httpx.AsyncClient, db: Database, signer: Signer, desk: Desk
) -> None:
    async with db.begin() as session:
        one = await make.registration(session, signer, desk.event, name="a", email="a@crowd.example")
    await lose(db, "a@crowd.example", "failed")

    for role, offered in (("organizer", True), ("viewer", False)):
        who = desk.as_(client, role)
        pages = [
            (await who.get(f"/console/forum{path}")).text
            for path in ("/deliveries", "/guests", f"/guests/{one.id}")
        ]
        found = [
            "Try all" in pages[0],
            'value="approve"' in pages[1],
            "/approve" in pages[2],
            "/g/" in pages[2],
        ]
        assert found == [offered] * 4, role
    refused = await desk.as_(client, "viewer").post(f"/console/forum/guests/{one.id}/approve")
    assert refused.status_code == 403
    assert "Your role does not allow this" in refused.text


async def test_the_mails_of_one_message_say_so_and_can_be_left(
    client: httpx.AsyncClient, db: Database, desk: Desk, guests: list[Registration], context: Context
) -> None:
    """A filter that nobody sees hides mails."""
    organizer = desk.as_(client, "organizer")
    draft = await drafted(organizer, id=str(guests[0].id))
    await say(organizer, draft, "send", subject_en="Lunch <b>", text_en="At noon.")
    assert await begun(db, context)
    at = f"/console/forum/deliveries?campaign={draft[-36:]}"

    shown = (await organizer.get(f"{at}&state=queued")).text
    none = (await organizer.get(f"{at}&state=bounced")).text
    nobodys = (
        await organizer.get("/console/forum/deliveries?campaign=019a0000-0000-7000-8000-000000000000")
    ).text

    assert "Only of the message “Lunch &lt;b&gt;”" in shown
    assert 'href="/console/forum/deliveries?state=queued"' in shown
    assert ("No mail fits" in none, "Clear the filter" in nobodys) == (True, True)
    assert 'aria-label="Choose' not in shown, "none of them can be tried again"
    assert (await desk.as_(client, "outsider").get(at)).status_code == 404
