"""The short text of a message: written in the composer, seen among the deliveries."""

import re
from uuid import UUID

import httpx
import msgspec
import pytest
from sqlalchemy import update

from service.core.actor import SYSTEM
from service.core.clock import now
from service.core.database import Database, raw
from service.messages.models import Campaign
from service.outbox.operations import claim, given_up, mark, sent
from service.registrations.models import Registration
from service.registrations.texts import choose_texts
from service.settings import ChannelUrl, Settings
from tests.console.conftest import Desk
from tests.console.writing import TEXT, begun, drafted, say
from workers.context import Context

CHANNELS = {"sms": ChannelUrl("jsons://sms.example.com/{to}")}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return msgspec.structs.replace(settings, channels=CHANNELS)


@pytest.fixture
async def wanting(db: Database, guests: list[Registration]) -> list[Registration]:
    """The first two have numbers; the first wants texts."""
    async with db.begin() as session:
        for number, guest in enumerate(guests[:2]):
            await session.execute(
                update(Registration).where(Registration.id == guest.id).values(phone=f"+770100000{number:02}")
            )
        first = await session.get_one(Registration, guests[0].id)
        await choose_texts(session, SYSTEM, first, "sms", now=now())
    return guests


async def chosen(client: httpx.AsyncClient, guests: list[Registration]) -> str:
    return await drafted(client, id=[str(guest.id) for guest in guests])


async def test_the_composer_says_who_gets_it_and_how_it_reads(
    client: httpx.AsyncClient, desk: Desk, wanting: list[Registration]
) -> None:
    desk.as_(client, "organizer")
    draft = await chosen(client, wanting)
    await say(client, draft, "keep", **TEXT, short_en="Gate 2, {name}")
    page = (await client.get(f"{draft}/edit")).text
    assert "1 of them gets the short text, too" in page
    assert re.search(r"<bdi>Gate 2, Reader \d</bdi>", page)
    assert "Gate 2, {name}" in page


@pytest.mark.parametrize(
    ("more", "field", "said"),
    [
        ({"short_en": "x" * 301}, "short_en", "300 characters"), ({"short_en": "{nobody}"}, "short_en", "placeholder"),
        ({"short_kk": "Қақпа"}, "text_kk", "write the text"),
        ({"short_kk": "Қақпа", "subject_kk": "Жол", "text_kk": "2-қақпа"}, "short_en", "this language, too"),
    ],
)  # fmt: skip
async def test_what_is_unfinished_is_kept_and_not_sent(
    client: httpx.AsyncClient, desk: Desk, wanting: list[Registration], more: dict[str, str], field: str, said: str
) -> None:  # fmt: skip
    desk.as_(client, "organizer")
    draft = await chosen(client, wanting)
    refused = await say(client, draft, "send", **TEXT, **more)
    assert refused.status_code == 422
    assert f'id="e-{field}"' in refused.text and said in refused.text


async def test_a_message_that_is_paused_gets_no_short_text_afterwards(
    client: httpx.AsyncClient, desk: Desk, wanting: list[Registration], db: Database, context: Context
) -> None:
    desk.as_(client, "organizer")
    draft = await chosen(client, wanting)
    await say(client, draft, "send", **TEXT)
    await begun(db, context)
    await client.post(f"{draft}/pause")
    assert 'name="short_en"' not in (await client.get(f"{draft}/edit")).text
    await say(client, draft, "keep", **TEXT, short_en="Late")
    async with db.begin() as session:
        assert (await session.get_one(Campaign, UUID(draft.rpartition("/")[2]))).short == {}


async def test_each_text_is_seen_with_what_the_gateway_said(
    client: httpx.AsyncClient, desk: Desk, wanting: list[Registration], db: Database, context: Context
) -> None:
    desk.as_(client, "organizer")
    async with db.begin() as session:
        second = await session.get_one(Registration, wanting[1].id)
        await choose_texts(session, SYSTEM, second, "sms", now=now())
    draft = await chosen(client, wanting)
    await say(client, draft, "send", **TEXT, short_en="Gate 2")
    await begun(db, context)
    async with db.begin() as session:
        tasks = sorted(await claim(session, "sms", 10, 60.0), key=lambda task: task.address)
        done = [
            sent(tasks[0], "Taken as 4711", {"text": "Gate 2 <b>"}),
            given_up(tasks[1], "error=400. no such number"),
        ]
        await mark(await raw(session), done)
    page = (await client.get(draft)).text
    assert "2 short texts are among them" in page
    assert "sent: 1 · did not arrive: 1 · still to send: 0 · left out: 0" in page
    first, refused = [(await client.get(f"/console/forum/deliveries/{task.id}")).text for task in tasks]
    for said in ("Short text from the team", "+77010000000", "SMS", "Taken as 4711", "Gate 2 &lt;b&gt;"):
        assert said in first
    assert "error=400. no such number" in refused and "Another address" not in refused
    number = draft.rpartition("/")[2]
    missed, all_of_them = [
        (await client.get(f"/console/forum/guests?where={where}")).text for where in (f"missed:{number}", "")
    ]
    assert "Reader 1" in all_of_them and "Reader 1" not in missed  # the list asks for mails
    elsewhere = f"/console/forum/deliveries/{tasks[1].id}/address"
    assert (await client.post(elsewhere, data={"email": "x@y.example"})).status_code == 404
    guest = (await client.get(f"/console/forum/guests/{wanting[0].id}")).text
    assert "Short text from the team" in guest and "SMS, since" in guest
    desk.as_(client, "outsider")
    for path in (draft, f"/console/forum/deliveries/{tasks[0].id}"):
        assert (await client.get(path)).status_code == 404
