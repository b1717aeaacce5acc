"""Logging in and out, forgotten passwords, the first owner."""

import asyncio
import re
from datetime import UTC, datetime

import httpx
import msgspec
import pytest
from litestar import Litestar
from sqlalchemy import select, text

from service.accounts.commands import NoSuchEvent, NoSuchRole, WhoseEvents, create_token, first_owner_link
from service.accounts.errors import AlreadySetUp
from service.accounts.models import Account, LoginSession
from service.accounts.operations import make_link
from service.accounts.passwords import hash_password
from service.accounts.sealed import NotSealedHere, seal, unseal
from service.core.database import Database
from service.organisations.models import Membership, Organisation
from service.settings import Settings
from service.web.guard import Guard
from tests.conftest import MASTER_KEY
from tests.support import factories as make

HERE = "http://testserver"
PASSWORD = "seven rivers forum"


@pytest.fixture
async def host(db: Database) -> Organisation:
    """An organisation with an organizer and a door guard who can log in."""
    hashed = await hash_password(PASSWORD)
    async with db.begin() as session:
        host = await make.organisation(session)
        for role in ("organizer", "door"):
            (await make.account(session, host, role)).password_hash = hashed
        return host


async def logged_in(db: Database) -> int:
    async with db.begin() as session:
        return await make.count(session, "sessions")


async def log_in(
    client: httpx.AsyncClient, email: str, password: str = PASSWORD, **more: str
) -> httpx.Response:
    return await client.post("/login", data={"email": email, "password": password, **more})


async def test_an_organizer_lands_in_the_console_and_a_guard_at_the_door(
    client: httpx.AsyncClient, db: Database, host: Organisation
) -> None:
    assert (await client.get("/login")).status_code == 200
    organizer = await log_in(client, "Organizer@Alatau.example ")
    assert (organizer.status_code, organizer.headers["location"]) == (303, "/console")
    cookie = organizer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert (await client.get("/login")).headers["location"] == "/console"
    out = await client.post("/logout")
    assert (out.headers["location"], await logged_in(db)) == ("/login", 0)
    assert (await log_in(client, "door@alatau.example")).headers["location"] == "/door"


@pytest.mark.parametrize(
    ("wanted", "landed"),
    [
        ("/console/forum", "/console/forum"), ("https://evil.example/", "/console"), ("//evil.example", "/console"),
        ("/\\evil.example", "/console"), ("javascript:alert(1)", "/console"), ("", "/console"),
    ],
)  # fmt: skip
async def test_only_our_own_pages_are_gone_to(
    client: httpx.AsyncClient, host: Organisation, wanted: str, landed: str
) -> None:
    assert (await log_in(client, "organizer@alatau.example", next=wanted)).headers["location"] == landed


async def test_a_page_of_the_console_asks_for_the_log_in_and_comes_back(
    client: httpx.AsyncClient, host: Organisation
) -> None:
    asked = await client.get("/console")
    assert (asked.status_code // 100, asked.headers["location"]) == (3, "/login?next=%2Fconsole")
    assert 'name="next" value="/console"' in (await client.get(asked.headers["location"])).text


async def test_a_wrong_password_and_an_unknown_address_look_alike(
    client: httpx.AsyncClient, db: Database, host: Organisation
) -> None:
    known = await log_in(client, "organizer@alatau.example", "wrong password")
    unknown = await log_in(client, "organizes@alatau.example", "wrong password")
    assert (known.status_code, known.text.replace("organizer@", "organizes@")) == (
        unknown.status_code,
        unknown.text,
    )
    assert "The address or the password is wrong." in known.text
    assert await logged_in(db) == 0


async def test_guessing_is_throttled_by_caller_and_by_account(app: Litestar, host: Organisation) -> None:
    app.state.settings = msgspec.structs.replace(app.state.settings, throttle_per_minute=12)
    await app.state.redis.delete("throttle:login-account:organizer@alatau.example")
    codes = []
    for n in range(11):  # from ever other addresses
        await app.state.redis.delete(f"throttle:login:203.0.113.{n}")
        transport = httpx.ASGITransport(app=Guard(app, base_url=HERE), client=(f"203.0.113.{n}", 1))
        async with httpx.AsyncClient(transport=transport, base_url=HERE, headers={"origin": HERE}) as robot:
            codes.append((await log_in(robot, "organizer@alatau.example", "guess")).status_code)
    assert codes == [422] * 10 + [429]


async def test_a_forgotten_password_says_the_same_to_everybody(
    client: httpx.AsyncClient, db: Database, host: Organisation
) -> None:
    known = await client.post("/forgot", data={"email": "organizer@alatau.example"})
    unknown = await client.post("/forgot", data={"email": "nobody@alatau.example"})
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content)
    async with db.begin() as session:
        mails = (await session.execute(text("SELECT letter, address FROM deliveries"))).all()
        assert [tuple(mail) for mail in mails] == [("password_reset", "organizer@alatau.example")]
        payload = (await session.execute(text("SELECT payload FROM outbox"))).scalar_one()
    token = unseal(payload["link_token"], MASTER_KEY)
    assert (await client.get(f"/password/{token}")).status_code == 200


async def test_a_new_password_ends_all_sessions_and_works_once(
    client: httpx.AsyncClient, db: Database, host: Organisation
) -> None:
    await log_in(client, "organizer@alatau.example")
    async with db.begin() as session:
        account = (
            await session.execute(select(Account).where(Account.email == "organizer@alatau.example"))
        ).scalar_one()
        link = f"/password/{make_link(session, 'password', account.id, now=datetime.now(UTC))}"
    old = client.cookies["qonaq_session"]
    assert (await client.get(link)).status_code == 200  # looking does not use it up
    assert (await client.post(link, data={"password": "short"})).status_code == 422
    done = await client.post(link, data={"password": "apricot morning steppe"})
    assert (done.status_code, done.headers["location"]) == (303, "/login")
    assert client.cookies["qonaq_session"] != old
    assert await logged_in(db) == 1
    assert (await client.post(link, data={"password": "another one entirely"})).status_code == 404
    client.cookies.clear()
    assert (await log_in(client, "organizer@alatau.example")).status_code == 422
    assert (await log_in(client, "organizer@alatau.example", "apricot morning steppe")).status_code == 303


FIRST = {
    "organisation": "Алатау City",
    "name": "Daniyar",
    "email": "Daniyar@Host.example",
    "password": "steppe apricot",
}


async def test_the_first_owner_founds_the_organisation_once(
    client: httpx.AsyncClient, db: Database, settings: Settings
) -> None:
    old = await asyncio.to_thread(first_owner_link, settings)
    link = await asyncio.to_thread(first_owner_link, settings)
    assert link.startswith("http://testserver/welcome/")
    assert (await client.get(old)).status_code == 404  # the newest only
    assert (await client.get(link)).status_code == 200
    wrong = await client.post(link, data={**FIRST, "name": "", "password": "short"})
    assert sorted(re.findall(r'href="#f-(\w+)"', wrong.text)) == ["name", "password"]
    assert (await client.post(link, data=FIRST)).status_code == 303
    assert (await client.get("/login")).headers["location"] == "/console"
    async with db.begin() as session:
        host = (await session.execute(select(Organisation))).scalar_one()
        owner = (await session.execute(select(Account))).scalar_one()
        member = (await session.execute(select(Membership))).scalar_one()
    assert (host.name, host.slug, owner.email) == ("Алатау City", "alatau-city", "daniyar@host.example")
    assert (member.account_id, member.organisation_id, member.event_id, member.role) == (
        owner.id,
        host.id,
        None,
        "owner",
    )
    assert (await client.post(link, data=FIRST)).status_code == 404
    with pytest.raises(AlreadySetUp):
        await asyncio.to_thread(first_owner_link, settings)


async def test_a_token_from_the_command_line_opens_one_event_or_all(
    client: httpx.AsyncClient, db: Database, settings: Settings
) -> None:
    async with db.begin() as session:
        host = await make.organisation(session)
        await make.event(session, host)
        await make.event(session, host, "other")
    token = await asyncio.to_thread(create_token, settings, "viewer", "forum")
    headers = {"authorization": f"Bearer {token}", "accept": "application/json"}
    codes = [
        (await client.get(f"/api/v1/events/{slug}/registrations", headers=headers)).status_code
        for slug in ("forum", "other")
    ]
    assert codes == [200, 404]

    everywhere = await asyncio.to_thread(create_token, settings, "viewer", "")
    headers = {"authorization": f"Bearer {everywhere}"}
    assert (await client.get("/api/v1/events/other/registrations", headers=headers)).status_code == 200
    async with db.begin() as session:
        await make.organisation(session, "second")
    with pytest.raises(WhoseEvents):
        await asyncio.to_thread(create_token, settings, "viewer", "")

    with pytest.raises(NoSuchEvent):
        await asyncio.to_thread(create_token, settings, "door", "absent")
    with pytest.raises(NoSuchRole):
        await asyncio.to_thread(create_token, settings, "king", "forum")


def test_a_sealed_token_opens_with_its_own_key_only() -> None:
    sealed = seal("a token", MASTER_KEY)
    assert "token" not in sealed
    assert unseal(sealed, MASTER_KEY) == "a token"
    for spoiled, key in ((sealed, b"x" * 32), (sealed[:-4], MASTER_KEY), ("", MASTER_KEY)):
        with pytest.raises(NotSealedHere):
            unseal(spoiled, key)


async def test_a_disabled_account_is_out(client: httpx.AsyncClient, db: Database, host: Organisation) -> None:
    async with db.begin() as session:
        await session.execute(text("UPDATE accounts SET disabled_at = now()"))
    assert (await log_in(client, "organizer@alatau.example")).status_code == 422
    async with db.begin() as session:
        assert (await session.execute(select(LoginSession))).first() is None
