"""Short texts are the guest's to want: on the form, on the own page, and taken back there. Nothing is sent here."""

import re
from datetime import UTC, datetime, timedelta

import httpx
import msgspec
import pytest
from sqlalchemy import select, text

from service.core.database import Database
from service.credentials.operations import Signer
from service.registrations.models import Registration
from service.settings import ChannelUrl, Settings
from tests.site.test_own_page import forum_with, own
from tests.site.test_registering import FORM, Forum, forum

__all__ = ["forum"]
URL = ChannelUrl("jsons://sms.example.com/{to}")


@pytest.fixture
def channels() -> dict[str, ChannelUrl]:
    return {"sms": URL, "whatsapp": URL}


@pytest.fixture
def settings(settings: Settings, channels: dict[str, ChannelUrl]) -> Settings:
    return msgspec.structs.replace(settings, channels=channels)


async def wishes(db: Database) -> list[tuple[str, bool]]:
    """(channel, whether its moment is known and was just now), in the order in which they came."""
    async with db.begin() as session:
        found = (await session.execute(select(Registration).order_by(Registration.id))).scalars()
        soon = timedelta(minutes=1)
        return [
            (one.text_channel, bool(one.text_consent_at and datetime.now(UTC) - one.text_consent_at < soon))
            for one in found
        ]


async def test_whoever_chooses_it_on_the_form_is_asked_once(
    client: httpx.AsyncClient, db: Database, forum: Forum
) -> None:
    page = (await client.get("/e/forum/register?lang=ru")).text
    assert "Короткие сообщения на ваш телефон" in page
    assert re.findall(r'<option value="(\w*)"[^>]*>(?:SMS|WhatsApp|Telegram)', page) == ["sms", "whatsapp"]
    done = await client.post("/e/forum/register", data={**FORM, "texts": "whatsapp"})
    assert done.headers["location"] == "/e/forum/thanks"
    assert await wishes(db) == [("whatsapp", True)]
    async with db.begin() as session:  # taken back, and then the form is posted again by an old tab
        await session.execute(text("UPDATE registrations SET text_channel = '', text_consent_at = NULL"))
    await client.post("/e/forum/register", data={**FORM, "texts": "whatsapp"})
    assert await wishes(db) == [("", False)]


async def test_nobody_is_texted_who_did_not_say_so(
    client: httpx.AsyncClient, db: Database, forum: Forum
) -> None:
    await client.post("/e/forum/register", data=FORM)
    assert await wishes(db) == [("", False)]


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"texts": "sms", "phone": ""}, "phone"),
        ({"texts": "telegram"}, "texts"),
        ({"texts": "mail"}, "texts"),
    ],
)
async def test_a_way_needs_a_number_and_must_be_set_up(
    client: httpx.AsyncClient, db: Database, forum: Forum, more: dict[str, str], field: str
) -> None:
    refused = await client.post("/e/forum/register", data={**FORM, **more})
    assert refused.status_code == 422
    assert re.findall(r'href="#f-(\w+)"', refused.text) == [field]
    assert await wishes(db) == []


@pytest.mark.parametrize("channels", [{}])
async def test_without_a_channel_nothing_is_asked_and_nothing_kept(
    client: httpx.AsyncClient, db: Database, forum: Forum
) -> None:
    assert 'name="texts"' not in (await client.get("/e/forum/register")).text
    await client.post("/e/forum/register", data={**FORM, "texts": "sms"})
    assert await wishes(db) == [("", False)]


async def with_number(db: Database, signer: Signer, *names: str) -> list[Registration]:
    guests = await forum_with(db, signer, *names)
    async with db.begin() as session:
        await session.execute(text("UPDATE registrations SET phone = '+77010001122'"))
    return guests


async def test_on_the_own_page_it_is_given_and_taken_back(
    client: httpx.AsyncClient, db: Database, signer: Signer
) -> None:
    guest, _other = await with_number(db, signer, "Әсел", "Бақыт")
    page = (await client.get(own(guest.id))).text
    assert re.findall(r'name="texts" value="(\w*)"', page) == ["sms", "whatsapp"]
    for channel, expected in (("sms", ("sms", True)), ("whatsapp", ("whatsapp", True)), ("", ("", False))):
        done = await client.post(own(guest.id) + "/texts", data={"texts": channel})
        assert done.status_code == 303
        assert await wishes(db) == [expected, ("", False)]
    async with db.begin() as session:
        lines = await session.execute(
            text("SELECT name, data FROM audit WHERE name LIKE 'registration.texts%' ORDER BY id")
        )
        assert [tuple(line) for line in lines] == [
            ("registration.texts_wanted", {"channel": "sms"}),
            ("registration.texts_wanted", {"channel": "whatsapp"}),
            ("registration.texts_ended", {}),
        ]


async def test_it_can_be_taken_back_when_everything_else_is_over(
    client: httpx.AsyncClient, db: Database, signer: Signer
) -> None:
    [guest] = await with_number(db, signer, "Әсел")
    await client.post(own(guest.id) + "/texts", data={"texts": "sms"})
    async with db.begin() as session:
        await session.execute(text("UPDATE registrations SET state = 'cancelled', phone = ''"))
    page = (await client.get(own(guest.id))).text
    assert re.findall(r'name="texts" value="(\w*)"', page) == [""]
    await client.post(own(guest.id) + "/texts", data={"texts": "whatsapp"})
    assert await wishes(db) == [("sms", True)]
    await client.post(own(guest.id) + "/texts", data={"texts": ""})
    assert await wishes(db) == [("", False)]


async def test_links_of_others_and_looking_change_nothing(
    client: httpx.AsyncClient, db: Database, signer: Signer
) -> None:
    [guest] = await with_number(db, signer, "Әсел")
    forged = own(guest.id, b"x" * 32)
    for path in (forged, own(guest.id, purpose="news"), "/g/" + "A" * 48):
        assert (await client.post(path + "/texts", data={"texts": "sms"})).status_code == 404
    assert (await client.get(own(guest.id) + "/texts")).status_code in (404, 405)
    await client.get(own(guest.id) + "?texts=sms")
    assert await wishes(db) == [("", False)]
