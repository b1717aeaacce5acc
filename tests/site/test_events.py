"""What anybody sees before they register."""

import asyncio
import re
from datetime import timedelta

import brotli
import httpx
from sqlalchemy import update

from service.core.database import Database
from service.events.models import Event
from service.programme.models import ProgrammeSession, Room
from tests.support import factories as make


async def test_the_list_shows_what_is_public_and_nothing_else(
    client: httpx.AsyncClient, db: Database
) -> None:
    async with db.begin() as session:
        host = await make.organisation(session)
        await make.event(session, host, name={"en": "Forum of today"})
        await make.event(session, host, "draft", state="draft", name={"en": "Secret plans"})
        await make.event(session, host, "old", state="archived", name={"en": "Long ago"})
        past = make.TODAY - timedelta(days=9)
        await make.event(
            session,
            host,
            "past",
            state="over",
            name={"en": "Last week"},
            starts_at=past,
            ends_at=past + timedelta(hours=2),
        )
    page = (await client.get("/")).text
    assert re.findall(r"<h3>(.*?)</h3>", page) == ["Forum of today", "Last week"]
    assert (
        page.index("Coming up") < page.index("Forum of today") < page.index("Past") < page.index("Last week")
    )


async def test_the_event_page_says_what_when_and_where(client: httpx.AsyncClient, db: Database) -> None:
    async with db.begin() as session:
        host = await make.organisation(session)
        forum = await make.event(session, host, summary={"en": "Ten years of the club."})
        await make.category(session, forum, "business", 12)
        await make.category(session, forum, "press", 0)
        await make.category(session, forum, "vip", visibility="invited", name={"en": "Guests of honour"})
        hall = Room(event_id=forum.id, name={"en": "Main hall"})
        session.add(hall)
        await session.flush()
        session.add(
            ProgrammeSession(
                event_id=forum.id, room_id=hall.id, title={"en": "The low-altitude economy"}, languages=["kk", "ko"],
                starts_at=make.TODAY, ends_at=make.TODAY + timedelta(hours=1),
                speakers=[{"name": {"en": "A speaker"}, "title": {"en": "Minister"}}],
            )
        )  # fmt: skip
    page = (await client.get("/e/forum")).text
    for said in (
        "Forum", "(UTC+5)", "Almaty", "Alatau City", "Ten years of the club.", "12 places left", "Full: waiting list",
        "The low-altitude economy", "Main hall", "A speaker", "Minister", "Kazakh, Korean", 'href="/e/forum/register"',
    ):  # fmt: skip
        assert said in page, said
    assert "Guests of honour" not in page
    assert page.count('href="/e/forum/register"') == 1


async def test_every_language_and_the_switch(client: httpx.AsyncClient, db: Database) -> None:
    async with db.begin() as session:
        await make.event(session, await make.organisation(session))
    english = await client.get("/e/forum")
    assert (english.headers["content-language"], "Almaty" in english.text) == ("en", True)
    korean = await client.get("/e/forum", headers={"accept-language": "ko-KR,ko;q=0.9"})
    assert (korean.headers["content-language"], "알마티" in korean.text) == ("ko", True)
    assert 'href="/e/forum?lang=kk"' in korean.text
    french = await client.get("/e/forum", headers={"accept-language": "fr-FR,fr"})
    assert french.headers["content-language"] == "en"
    chosen = await client.get("/e/forum?lang=kk")
    assert (chosen.headers["content-language"], client.cookies["lang"]) == ("kk", "kk")
    assert (await client.get("/e/forum")).headers["content-language"] == "kk"
    assert (await client.get("/e/forum?lang=xx")).headers["content-language"] == "kk"
    assert {"accept-language", "cookie", "accept-encoding"} <= set(chosen.headers["vary"].split(", "))


async def test_the_page_is_the_same_bytes_for_everybody(client: httpx.AsyncClient, db: Database) -> None:
    async with db.begin() as session:
        host = await make.organisation(session)
        await make.event(session, host)
        cookies = await make.browser(session, host, "owner")
    guest = await client.get("/e/forum", headers={"accept-encoding": "identity"})
    client.cookies.update({**cookies, "flash": "success:Hello"})
    owner = await client.get("/e/forum", headers={"accept-encoding": "identity"})
    assert guest.content == owner.content
    assert guest.headers["etag"] == owner.headers["etag"]


async def test_packed_once_and_not_sent_twice(client: httpx.AsyncClient, db: Database) -> None:
    async with db.begin() as session:
        await make.event(session, await make.organisation(session))
    plain = await client.get("/e/forum", headers={"accept-encoding": "identity"})
    async with client.stream("GET", "/e/forum", headers={"accept-encoding": "br"}) as answer:
        packed = b"".join([chunk async for chunk in answer.aiter_raw()])
    assert answer.headers["content-encoding"] == "br"
    assert brotli.decompress(packed) == plain.content
    assert answer.headers["etag"] != plain.headers["etag"]
    again = await client.get(
        "/e/forum", headers={"accept-encoding": "br", "if-none-match": answer.headers["etag"]}
    )
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", answer.headers["etag"])
    head = await client.head("/e/forum", headers={"accept-encoding": "identity"})
    assert (head.content, head.headers["content-length"]) == (b"", plain.headers["content-length"])


async def test_a_change_shows_soon(client: httpx.AsyncClient, db: Database) -> None:
    async with db.begin() as session:
        await make.event(session, await make.organisation(session))
    assert "Moved to the stadium" not in (await client.get("/e/forum")).text
    async with db.begin() as session:
        await session.execute(update(Event).values(place={"en": "Moved to the stadium"}))
    for _ in range(50):
        if "Moved to the stadium" in (await client.get("/e/forum")).text:
            return
        await asyncio.sleep(0.1)
    raise AssertionError("the change never came")


async def test_hostile_names_stay_text(client: httpx.AsyncClient, db: Database) -> None:
    evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    async with db.begin() as session:
        host = await make.organisation(session)
        forum = await make.event(session, host, name={"en": evil}, summary={"en": evil}, place={"en": evil})
        await make.category(session, forum, name={"en": evil})
    for path in ("/", "/e/forum", "/e/forum/register", "/e/forum/thanks", "/e/forum/lost-link", "/lost-link"):
        page = (await client.get(path)).text
        assert "<script>alert" not in page, path
        assert "<img src=x" not in page, path


async def test_drafts_look_like_nothing(client: httpx.AsyncClient, db: Database) -> None:
    async with db.begin() as session:
        host = await make.organisation(session)
        await make.event(session, host, "draft", state="draft")
    paths = ("", "/register", "/thanks", "/lost-link")
    hidden = [await client.get(f"/e/draft{path}") for path in paths]
    absent = [await client.get(f"/e/absent{path}") for path in paths]
    assert [answer.status_code for answer in hidden] == [404] * 4
    for one, other in zip(hidden, absent, strict=True):
        assert one.text.replace("/e/draft", "/e/absent") == other.text


async def test_by_invitation_only_says_so(client: httpx.AsyncClient, db: Database) -> None:
    async with db.begin() as session:
        ceremony = await make.event(session, await make.organisation(session), "ceremony", kind="ceremony")
        await make.category(session, ceremony, "vip", visibility="invited")
    page = (await client.get("/e/ceremony")).text
    assert "by invitation" in page
    assert "/e/ceremony/register" not in page
    assert "Registration is closed" in (await client.get("/e/ceremony/register")).text
