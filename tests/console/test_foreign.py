"""Ids of one event under the address of another: nothing is shown and nothing happens, whoever asks."""

from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from service.core.database import Database
from service.core.tokens import personal_token
from service.invitations.mail import ASSISTANT
from service.organisations.models import Organisation
from service.registrations.models import Registration
from tests.conftest import MASTER_KEY
from tests.console.conftest import Desk
from tests.console.writing import TEXT, drafted, say
from tests.support import factories as make

STATE = """
    SELECT (SELECT array_agg(concat(id, state, version) ORDER BY id) FROM campaigns),
        (SELECT array_agg(concat(id, state) ORDER BY id) FROM reminder_rules),
        (SELECT array_agg(concat(id, state, answer_by, wave_id) ORDER BY id) FROM invitations),
        (SELECT array_agg(concat(name, places)) FROM waves), (SELECT count(*) FROM outbox),
        (SELECT array_agg(concat(task_id, address, state) ORDER BY task_id) FROM deliveries)
"""


@pytest.fixture
async def ids(
    client: httpx.AsyncClient, db: Database, desk: Desk, guests: list[Registration]
) -> dict[str, str]:
    """A message, a reminder, an invitation in a wave, and a mail that was lost, all of the forum."""
    organizer, at = desk.as_(client, "organizer"), "/console/forum"
    message = await drafted(organizer, id=str(guests[0].id))
    await say(organizer, message, "keep", **TEXT)
    await drafted(organizer, f"{at}/messages/reminders", example="practical")
    await organizer.post(f"{at}/invitations/waves", data={"name": "Press", "places": "3"})
    lines = {"lines": "Assel,assel@steppe.example", "category": "business", "language": "en"}
    await organizer.post(f"{at}/invitations/new", data=lines)
    async with db.begin() as session:
        await session.execute(text("UPDATE outbox SET state = 'parked'"))
        await session.execute(text("UPDATE deliveries SET state = 'bounced'"))
        found: dict[str, str] = {"message": message[-36:]}
        for name, statement in (
            ("rule", "SELECT id FROM reminder_rules"), ("invitation", "SELECT id FROM invitations"),
            ("wave", "SELECT id FROM waves"), ("mail", "SELECT task_id FROM deliveries"),
        ):  # fmt: skip
            found[name] = str((await session.execute(text(statement))).scalar_one())
    return found


async def state(db: Database) -> tuple[Any, ...]:
    async with db.begin() as session:
        return tuple((await session.execute(text(STATE))).one())


GETS = (
    "messages/{message}", "messages/{message}/edit", "messages/{message}/preview", "messages/reminders/{rule}",
    "deliveries/{mail}", "deliveries/{mail}/copy", "invitations/{invitation}",
)  # fmt: skip
POSTS: dict[str, dict[str, str]] = {
    "messages/{message}/edit": {"version": "2", "do": "send", **TEXT},
    **{f"messages/{{message}}/{step}": {} for step in ("copy", "remove", "stop", "resume")},
    **{f"messages/reminders/{{rule}}/{step}": {} for step in ("on", "edit", "remove", "back")},
    "deliveries/{mail}/address": {"email": "mine@x.example", "keep": "yes"},
    **{f"invitations/{{invitation}}/{step}": {} for step in ("again", "withdraw", "remind", "reopen")},
    "invitations/{invitation}/extend": {"until": "2099-01-01T10:00"},
    "invitations/waves/{wave}": {"name": "Mine", "places": "9"},
}


@pytest.mark.parametrize("who", ["outsider", "neighbour"])
async def test_ids_of_another_event_are_nothing(
    client: httpx.AsyncClient, db: Database, desk: Desk, ids: dict[str, str], who: str
) -> None:
    """The outsider owns another organisation; the neighbour organizes another event of the same one, and only that."""
    slug = "elsewhere"
    if who == "neighbour":
        slug = "dinner"
        async with db.begin() as session:
            host = await session.get_one(Organisation, desk.event.organisation_id)
            dinner = await make.event(session, host, slug)
            await make.category(session, dinner, "business")
            desk.cookies[who] = await make.browser(session, host, "organizer", "cook@x.example", dinner)
    before, caller = await state(db), desk.as_(client, who)
    for event in (slug, "forum"):
        for path in GETS:
            assert (await caller.get(f"/console/{event}/{path.format(**ids)}")).status_code == 404, path
        for path, form in POSTS.items():
            answer = await caller.post(f"/console/{event}/{path.format(**ids)}", data=form)
            assert answer.status_code == 404, path
    wave = {"lines": "A,a@x.example", "category": "business", "language": "en", "wave": ids["wave"]}
    assert (await caller.post(f"/console/{slug}/invitations/new", data=wave)).status_code == 422
    retry = await caller.post(f"/console/{slug}/deliveries/retry", data={"id": ids["mail"]})
    assert "Mails tried again: 0." in (await caller.get(retry.headers["location"])).text
    for page in (
        f"deliveries?campaign={ids['message']}",
        f"invitations?wave={ids['wave']}",
        "deliveries/shut",
    ):
        shown = (await caller.get(f"/console/{slug}/{page}")).text
        assert not [word for word in ("assel@", "The way", "Press", "r0@x") if word in shown], page
    assert await state(db) == before


async def test_the_desk_itself_reaches_every_one_of_them(
    client: httpx.AsyncClient, desk: Desk, ids: dict[str, str]
) -> None:
    """What the test above asks for is there."""
    organizer = desk.as_(client, "organizer")
    found = [(await organizer.get(f"/console/forum/{path.format(**ids)}")).status_code for path in GETS]
    assert found == [303, 200, 200, 200, 200, 404, 200], "a draft opens in the composer; the mail has no copy"


async def test_looking_changes_nothing(
    client: httpx.AsyncClient, db: Database, desk: Desk, ids: dict[str, str]
) -> None:
    """Each page of messages and invitations, asked twice by who may do everything, and by the links of a mail."""
    before, owner = await state(db), desk.as_(client, "owner")
    lists = ("", "messages", "messages/reminders", "letters", "letters/invitation", "deliveries", "deliveries/shut",
             "invitations", "invitations/new", "invitations/people", "invitations/terms")  # fmt: skip
    for path in (*GETS, *lists):
        for _ in range(2):
            await owner.get(f"/console/forum/{path.format(**ids)}")
    client.cookies.clear()
    for purpose in ("invitation", ASSISTANT):
        token = personal_token(MASTER_KEY, purpose, UUID(ids["invitation"]))
        for path in ("", "/accept", "/substitute", "/unsubscribe"):
            assert (await client.get(f"/i/{token}{path}")).status_code == 200
    assert await state(db) == before


async def test_a_link_opens_what_it_was_made_for_and_nothing_else(
    client: httpx.AsyncClient, desk: Desk, ids: dict[str, str], guests: list[Registration]
) -> None:
    client.cookies.clear()
    made = {"invitation": "/i", ASSISTANT: "/i", "own": "/g", "news": "/n"}
    for purpose, prefix in made.items():
        one = guests[0].id if prefix in ("/g", "/n") else UUID(ids["invitation"])
        token = personal_token(MASTER_KEY, purpose, one)
        for other in ("/i", "/g", "/n", "/d"):
            answer = await client.get(f"{other}/{token}")
            assert answer.status_code == (200 if other == prefix else 404), (purpose, other)
        assert (await client.get(f"{prefix}/{token[:-1]}")).status_code == 404
