"""From the form to the mail: what a guest does, and what nobody may learn from it."""

import re
from dataclasses import dataclass
from typing import Any

import httpx
import msgspec
import pytest
from litestar import Litestar
from sqlalchemy import select, text, update

from service.core.actor import SYSTEM
from service.core.database import Database
from service.credentials.operations import Signer
from service.events.models import Category, ConsentText, Event
from service.registrations.models import Registration
from service.web.guard import Guard
from tests.support import factories as make

HERE = "http://testserver"
FORM = {
    "category": "business", "native_name": "김서연", "latin_name": "Kim Seoyeon", "affiliation": "한빛건설",
    "position": "대표이사",
    "country": "KR", "email": "Seoyeon@Hanbit.example", "phone": "010-1234-5678", "language": "ko", "dietary": "채식",
    "access_needs": "휠체어", "consent": "yes", "consent_version": "1", "key": "first", "website": "",
}  # fmt: skip


@dataclass
class Forum:
    event: Event
    business: Category


@pytest.fixture
async def forum(db: Database) -> Forum:
    async with db.begin() as session:
        event = await make.event(session, await make.organisation(session))
        return Forum(event, await make.category(session, event, "business", 2))


async def written(db: Database) -> dict[str, int]:
    async with db.begin() as session:
        tables = (
            "registrations",
            "people",
            "idempotency_keys",
            "audit",
            "outbox",
            "deliveries",
            "credentials",
            "invitations",
        )
        return {table: await make.count(session, table) for table in tables}


async def letters(db: Database) -> list[tuple[str, str, str]]:
    async with db.begin() as session:
        rows = await session.execute(
            text("SELECT letter, address, language FROM deliveries ORDER BY task_id")
        )
        return [tuple(row) for row in rows]


async def test_a_guest_registers_in_korean(client: httpx.AsyncClient, db: Database, forum: Forum) -> None:
    page = (await client.get("/e/forum/register?lang=ko")).text
    assert '<html lang="ko">' in page
    assert "동의합니다." in page
    assert re.search(r'<option value="ko" selected>', page)
    key = re.search(r'name="key" value="([^"]{20,})"', page)
    assert key
    done = await client.post("/e/forum/register", data={**FORM, "key": key[1]})
    assert (done.status_code, done.headers["location"]) == (303, "/e/forum/thanks")
    async with db.begin() as session:
        one = (await session.execute(select(Registration))).scalar_one()
    card = {
        name: getattr(one, name)
        for name in ("native_name", "latin_name", "affiliation", "position", "country", "email")
    }
    assert card == {
        "native_name": "김서연", "latin_name": "Kim Seoyeon", "affiliation": "한빛건설", "position": "대표이사",
        "country": "KR",
        "email": "seoyeon@hanbit.example",
    }  # fmt: skip
    rest = (
        one.phone,
        one.language,
        one.dietary,
        one.access_needs,
        one.consent_version,
        one.source,
        one.state,
    )
    assert rest == ("+821012345678", "ko", "채식", "휠체어", 1, "web", "pending")
    assert await letters(db) == [("registration_received", "seoyeon@hanbit.example", "ko")]
    thanks = (await client.get("/e/forum/thanks")).text
    assert "Seoyeon" not in thanks
    assert "hanbit" not in thanks


async def test_sending_the_form_twice_is_one_registration(
    client: httpx.AsyncClient, db: Database, forum: Forum
) -> None:
    for _ in range(2):
        assert (await client.post("/e/forum/register", data=FORM)).headers["location"] == "/e/forum/thanks"
    assert (await written(db))["registrations"] == 1
    assert len(await letters(db)) == 1


async def test_who_is_registered_learns_it_by_mail_only(
    client: httpx.AsyncClient, db: Database, forum: Forum
) -> None:
    first = await client.post("/e/forum/register", data=FORM)
    again = await client.post(
        "/e/forum/register", data={**FORM, "key": "second", "native_name": "Somebody Else"}
    )
    assert seen(first) == seen(again)
    assert await letters(db) == [
        ("registration_received", "seoyeon@hanbit.example", "ko"),
        ("already_registered", "seoyeon@hanbit.example", "ko"),
    ]
    async with db.begin() as session:
        assert (await session.execute(select(Registration.native_name))).scalars().all() == ["김서연"]


def seen(answer: httpx.Response) -> tuple[int, bytes, list[tuple[str, str]]]:
    """All of an answer that its reader can see."""
    return answer.status_code, answer.content, sorted(answer.headers.items())


async def test_a_lost_link_and_an_unknown_address_look_alike(
    client: httpx.AsyncClient, db: Database, forum: Forum
) -> None:
    await client.post("/e/forum/register", data=FORM)
    known = await client.post("/e/forum/lost-link", data={"email": "seoyeon@hanbit.example"})
    unknown = await client.post("/e/forum/lost-link", data={"email": "nobody@nowhere.example"})
    assert seen(known) == seen(unknown)
    assert known.headers["location"] == "/e/forum/lost-link/sent"
    assert [letter for letter, *_ in await letters(db)] == ["registration_received", "own_link"]


async def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    client: httpx.AsyncClient, db: Database, forum: Forum
) -> None:
    typed = {
        **FORM, "category": "", "native_name": "", "latin_name": "김서연", "affiliation": "", "email": "no-address",
        "phone": "123", "country": "XX", "consent": "", "dietary": "<b>no nuts</b>",
    }  # fmt: skip
    page = await client.post("/e/forum/register", data=typed)
    assert page.status_code == 422
    linked = re.findall(r'<a href="#f-(\w+)">', page.text)
    assert linked == [
        "category", "native_name", "latin_name", "affiliation", "country", "email", "phone", "consent",
    ]  # fmt: skip
    for field in set(linked) - {"category"}:  # with one category there is nothing to choose, and no field
        assert f'id="e-{field}"' in page.text
    assert 'value="no-address"' in page.text
    assert 'value="&lt;b&gt;no nuts&lt;/b&gt;"' in page.text
    assert (await written(db))["registrations"] == 0


async def test_the_consent_is_to_the_text_that_was_shown(
    client: httpx.AsyncClient, db: Database, forum: Forum
) -> None:
    async with db.begin() as session:
        session.add(ConsentText(event_id=forum.event.id, version=2, body={"en": "A new text."}))
    page = await client.post("/e/forum/register", data={**FORM, "consent_version": "1"})
    assert page.status_code == 422
    assert "The text has changed since you opened this page" in page.text
    assert "A new text." in page.text


async def test_a_full_category_leads_to_the_waiting_list(
    client: httpx.AsyncClient, db: Database, forum: Forum
) -> None:
    for number in range(3):
        person = {**FORM, "email": f"guest{number}@hanbit.example", "key": f"key{number}"}
        assert (await client.post("/e/forum/register", data=person)).status_code == 303
    async with db.begin() as session:
        rows = await session.execute(
            select(Registration.email, Registration.state).order_by(Registration.email)
        )
        assert [tuple(row) for row in rows] == [
            ("guest0@hanbit.example", "pending"), ("guest1@hanbit.example", "pending"),
            ("guest2@hanbit.example", "waitlisted"),
        ]  # fmt: skip
        taken = await session.execute(
            text("SELECT taken, capacity FROM places WHERE id = :id"), {"id": forum.business.id}
        )
        assert tuple(taken.one()) == (2, 2)
    assert (await letters(db))[2][0] == "registration_waitlisted"


async def test_a_closed_event_says_so_and_writes_nothing(
    client: httpx.AsyncClient, db: Database, forum: Forum
) -> None:
    async with db.begin() as session:
        await session.execute(update(Event).values(state="closed"))
    assert "Registration is closed" in (await client.get("/e/forum/register")).text
    answer = await client.post("/e/forum/register", data=FORM)
    assert (answer.status_code, "Registration is closed" in answer.text) == (409, True)
    assert (await written(db))["registrations"] == 0


async def test_a_category_by_invitation_cannot_be_slipped_in(
    client: httpx.AsyncClient, db: Database, forum: Forum
) -> None:
    async with db.begin() as session:
        await make.category(session, forum.event, "vip", visibility="invited", approval="automatic")
    answer = await client.post("/e/forum/register", data={**FORM, "category": "vip"})
    # one public category is chosen by itself on the page, but what was sent was another
    assert answer.status_code == 422
    assert (await written(db))["registrations"] == 0


async def test_a_robot_that_fills_everything_is_thanked_and_forgotten(
    client: httpx.AsyncClient, db: Database, forum: Forum
) -> None:
    robot = await client.post("/e/forum/register", data={**FORM, "website": "https://spam.example"})
    assert (robot.status_code, robot.headers["location"]) == (303, "/e/forum/thanks")
    assert set((await written(db)).values()) == {0}


async def test_the_form_is_throttled_and_keeps_what_was_typed(
    app: Litestar, db: Database, forum: Forum
) -> None:
    app.state.settings = msgspec.structs.replace(app.state.settings, throttle_per_minute=2)
    transport = httpx.ASGITransport(app=Guard(app, base_url=HERE), client=("203.0.113.7", 1))
    async with app.state.redis.client() as redis:
        await redis.delete("throttle:register:203.0.113.7", "throttle:lost-link:203.0.113.7")
    async with httpx.AsyncClient(transport=transport, base_url=HERE, headers={"origin": HERE}) as robot:
        people = [{**FORM, "email": f"guest{n}@hanbit.example", "key": f"key{n}"} for n in range(3)]
        answers = [await robot.post("/e/forum/register", data=person) for person in people]
        assert [answer.status_code for answer in answers] == [303, 303, 429]
        assert "Too many attempts" in answers[2].text
        assert 'value="guest2@hanbit.example"' in answers[2].text
        links = [await robot.post("/e/forum/lost-link", data={"email": "a@b.example"}) for _ in range(3)]
        assert [answer.status_code for answer in links] == [303, 303, 429]
    assert (await written(db))["registrations"] == 2


async def test_another_site_cannot_send_the_form(
    client: httpx.AsyncClient, db: Database, forum: Forum
) -> None:
    for path in ("/e/forum/register", "/e/forum/lost-link", "/login", "/forgot"):
        answer = await client.post(
            path, data=FORM, headers={"sec-fetch-site": "cross-site", "origin": "https://evil.example"}
        )
        assert answer.status_code == 403, path
    assert set((await written(db)).values()) == {0}


async def test_opening_pages_changes_nothing(
    client: httpx.AsyncClient, db: Database, signer: Signer, forum: Forum
) -> None:
    async with db.begin() as session:
        await make.registration(session, signer, forum.event, by=SYSTEM)
    before = await written(db)
    for path in ("/", "/e/forum", "/e/forum/register", "/e/forum/thanks", "/e/forum/lost-link", "/lost-link"):
        assert (await client.get(path)).status_code == 200
    assert await written(db) == before


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "Robert'); DROP TABLE people;--", "李\u202e明", "O’Brien & Söhne"]
)
async def test_any_name_comes_through_whole(
    client: httpx.AsyncClient, db: Database, forum: Forum, name: str
) -> None:
    typed: dict[str, Any] = {**FORM, "native_name": name, "latin_name": ""}
    assert (await client.post("/e/forum/register", data=typed)).status_code == 303
    async with db.begin() as session:
        stored = (await session.execute(select(Registration.native_name))).scalar_one()
    assert stored == " ".join("".join(c if c.isprintable() else " " for c in name).split())
