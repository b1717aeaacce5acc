"""Odd requests to the console are refused without doing half of what they say."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text

from service.core.database import Database
from tests.console.conftest import Desk
from tests.support import factories as make

RULES = "SELECT audience, amount, extract(hour FROM local_time)::int FROM reminder_rules ORDER BY audience"


async def rows(db: Database, statement: str) -> list[tuple[Any, ...]]:
    async with db.begin() as session:
        return [tuple(row) for row in await session.execute(text(statement))]


@pytest.fixture
async def later(db: Database, desk: Desk) -> Desk:
    """The forum is in twenty days."""
    async with db.begin() as session:
        await session.execute(
            text("UPDATE events SET starts_at = :start, ends_at = :end WHERE slug = 'forum'"),
            {"start": make.TODAY + timedelta(days=20), "end": make.TODAY + timedelta(days=21)},
        )
    return desk


async def said(client: httpx.AsyncClient, path: str, **form: str) -> str:
    """Posts, and reads the page that follows."""
    answer = await client.post(path, data=form)
    return (await client.get(answer.headers["location"])).text


async def invite(client: httpx.AsyncClient) -> None:
    form = {"lines": "Assel,assel@steppe.example", "category": "business", "language": "en"}
    await client.post("/console/forum/invitations/new", data=form)


async def test_a_kind_that_is_none_is_not_found(client: httpx.AsyncClient, desk: Desk) -> None:
    organizer = desk.as_(client, "organizer")
    assert (await organizer.get("/console/forum/programme/feasts/new")).status_code == 404
    assert (await organizer.post("/console/forum/programme/feasts/new")).status_code == 404


async def test_a_reminder_that_cannot_be_read_is_not_called_saved(
    client: httpx.AsyncClient, db: Database, desk: Desk
) -> None:
    organizer, at = desk.as_(client, "organizer"), "/console/forum/messages/reminders/standard"
    for days, hour in (("-1", "9"), ("soon", "9"), ("2", ""), ("٣٣٣٣", "9")):
        page = await said(organizer, at, audience="guests", days_before=days, local_hour=hour)
        assert "Please choose" in page
        assert "Saved." not in page
    wrong = {"audience": "king", "days_before": "2", "local_hour": "9"}
    assert (await organizer.post(at, data=wrong)).status_code == 404
    assert await rows(db, RULES) == []


async def test_a_reminder_is_sent_now(client: httpx.AsyncClient, db: Database, later: Desk) -> None:
    organizer, at = later.as_(client, "organizer"), "/console/forum/messages/reminders/standard"
    await invite(organizer)
    form = {"audience": "silent", "days_before": "10", "local_hour": "8", "now": "yes"}

    assert "Reminded: 1." in await said(organizer, at, **form)
    assert "Reminded: 0." in await said(organizer, at, **form)
    assert await rows(db, RULES) == [("silent", 10, 8)]
    mails = "SELECT address FROM deliveries WHERE letter = 'invitation_reminder'"
    assert await rows(db, mails) == [("assel@steppe.example",)]


async def test_reminding_from_the_board_keeps_the_plan(
    client: httpx.AsyncClient, db: Database, later: Desk
) -> None:
    organizer = later.as_(client, "organizer")
    await invite(organizer)
    plan = {"audience": "silent", "days_before": "10", "local_hour": "8"}
    await said(organizer, "/console/forum/messages/reminders/standard", **plan)
    async with db.begin() as session:
        await session.execute(text("UPDATE invitations SET state = 'sent'"))

    assert "Reminded: 1." in await said(organizer, "/console/forum/invitations/remind")
    assert await rows(db, RULES) == [("silent", 10, 8)]


async def test_too_late_for_a_reminder(client: httpx.AsyncClient, db: Database, desk: Desk) -> None:
    async with db.begin() as session:
        await session.execute(
            text("UPDATE events SET starts_at = starts_at - interval '2 days' WHERE slug = 'forum'")
        )
    form = {"audience": "guests", "days_before": "1", "local_hour": "9", "now": "yes"}
    organizer = desk.as_(client, "organizer")

    assert "too late for a reminder" in await said(
        organizer, "/console/forum/messages/reminders/standard", **form
    )
    assert await rows(db, RULES) == []


async def test_an_action_that_is_none_sends_nothing(
    client: httpx.AsyncClient, db: Database, desk: Desk
) -> None:
    organizer = desk.as_(client, "organizer")
    await invite(organizer)
    ((one,),) = await rows(db, "SELECT id FROM invitations")

    assert (await organizer.post(f"/console/forum/invitations/{one}/praise")).status_code == 404
    assert await rows(db, "SELECT count(*) FROM deliveries WHERE letter = 'invitation'") == [(1,)]


async def test_who_has_a_password_is_not_promised_a_mail(client: httpx.AsyncClient, desk: Desk) -> None:
    owner = desk.as_(client, "owner")
    page = await said(owner, "/console/team", email="owner@other.example", role="viewer")
    assert "They log in with the password they have." in page


async def test_a_token_is_revoked_once_and_it_stands_in_the_audit(
    client: httpx.AsyncClient, db: Database, desk: Desk
) -> None:
    owner = desk.as_(client, "owner")
    await owner.post("/console/team/tokens", data={"name": "kiosk", "role": "door"})
    ((one,),) = await rows(db, "SELECT id FROM api_tokens")

    assert (await desk.as_(client, "outsider").post(f"/console/team/tokens/{one}/revoke")).status_code == 404
    owner = desk.as_(client, "owner")
    assert (await owner.post(f"/console/team/tokens/{one}/revoke")).status_code == 303
    assert (await owner.post(f"/console/team/tokens/{one}/revoke")).status_code == 404
    assert (await owner.post(f"/console/team/tokens/{uuid4()}/revoke")).status_code == 404
    names = "SELECT name FROM audit WHERE name LIKE 'token.%' ORDER BY at"
    assert await rows(db, names) == [("token.created",), ("token.revoked",)]


async def test_an_event_without_a_category_invites_nobody(
    client: httpx.AsyncClient, db: Database, desk: Desk
) -> None:
    async with db.begin() as session:
        host = await session.get_one(make.Organisation, desk.event.organisation_id)
        await make.event(session, host, "empty")
        caller = await make.token(session, host, "organizer")
    form = {"lines": "Assel,assel@steppe.example", "language": "en"}

    page = await desk.as_(client, "organizer").post(
        "/console/empty/invitations/new", data={**form, "category": ""}
    )
    client.cookies.clear()
    api = await client.post("/api/v1/events/empty/invitations", json=form, headers=caller)

    assert (page.status_code, api.status_code) == (422, 422)
    assert "Please choose a category of this event." in page.text


async def test_nobody_becomes_an_owner_by_a_careless_click(client: httpx.AsyncClient, desk: Desk) -> None:
    form = (
        (await desk.as_(client, "owner").get("/console/team"))
        .text.split("Add somebody")[1]
        .split("</form>")[0]
    )
    assert '<option value="organizer" selected>' in form
