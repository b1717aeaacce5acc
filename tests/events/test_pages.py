"""Making an event, opening it, its categories and its reminders, as an organizer does it in the console."""

import re
from datetime import UTC, datetime

import httpx
import pytest
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import text

from service.core.database import Database
from service.credentials.operations import Signer
from tests.console.conftest import Desk
from tests.support import factories as make

HOSTILE = '<script>alert("1")</script>'
NEW = {
    "name_en": "Rise with Kazakhstan", "name_ko": "카자흐스탄과 함께", "slug": "roadshow", "kind": "roadshow",
    "state": "draft", "zone": "Asia/Seoul", "starts_at": "2030-10-15T09:30", "ends_at": "2030-10-15T18:00",
    "colour": "3", "languages": ["ko", "en"],
}  # fmt: skip
GATE = {
    "name_en": "Government", "key": "government", "capacity": "2", "approval": "desk", "visibility": "invited",
    "colour": "2",
}  # fmt: skip
PUBLIC = {**GATE, "name_en": "Business", "key": "business", "visibility": "public"}


async def rows(db: Database, statement: str, **known: object) -> list[tuple[object, ...]]:
    async with db.begin() as session:
        return [tuple(row) for row in await session.execute(text(statement), known)]


async def category_id(db: Database, slug: str, key: str) -> str:
    found = await rows(
        db, "SELECT c.id FROM categories c JOIN events e ON e.id = event_id WHERE slug = :slug AND key = :key",
        slug=slug, key=key,
    )  # fmt: skip
    return str(found[0][0])


async def test_an_event_is_made_and_opened(client: httpx.AsyncClient, db: Database, desk: Desk) -> None:
    organizer = desk.as_(client, "organizer")

    made = await organizer.post("/console/events/new", data=NEW)
    assert (made.status_code, made.headers["location"]) == (303, "/console/roadshow/settings")
    assert await rows(db, "SELECT name, starts_at, languages, state FROM events WHERE slug = 'roadshow'") == [
        (
            {"en": "Rise with Kazakhstan", "ko": "카자흐스탄과 함께"}, datetime(2030, 10, 15, 0, 30, tzinfo=UTC),
            ["en", "ko"], "draft",
        )
    ]  # fmt: skip
    points = "SELECT p.name FROM checkin_points p JOIN events e ON e.id = p.event_id WHERE slug = 'roadshow'"
    assert await rows(db, points) == [({"en": "Main entrance", "ko": "정문"},)]
    settings = (await organizer.get("/console/roadshow/settings")).text
    assert 'value="2030-10-15T09:30"' in settings
    assert "No category yet" in settings
    assert (await organizer.get("/e/roadshow")).status_code == 404

    await organizer.post("/console/roadshow/settings", data={**NEW, "state": "open"})
    assert (await organizer.get("/e/roadshow")).status_code == 200


async def test_nothing_typed_is_lost(client: httpx.AsyncClient, db: Database, desk: Desk) -> None:
    organizer = desk.as_(client, "organizer")
    wrong = {
        **NEW,
        "name_en": HOSTILE,
        "slug": "Bad Slug",
        "ends_at": "2030-10-15T09:00",
        "zone": "Mars/Base",
    }

    for address in ("/console/events/new", "/console/forum/settings"):
        answer = await organizer.post(address, data=wrong)
        assert answer.status_code == 422
        for name in ("slug", "zone", "ends_at"):
            assert f'href="#f-{name}"' in answer.text, "the list on top leads to the field"
            assert f'id="e-{name}"' in answer.text, "and the field says it too"
        for kept in (
            'value="Bad Slug"',
            'value="카자흐스탄과 함께"',
            'value="2030-10-15T09:30"',
            'value="Mars/Base"',
        ):
            assert kept in answer.text
        assert re.findall(r'value="(\w\w)" checked', answer.text) == ["en", "ko"]
        assert HOSTILE not in answer.text
    taken = await organizer.post("/console/events/new", data={**NEW, "slug": "elsewhere"})
    assert taken.status_code == 422
    assert "Another event has this address already." in taken.text
    assert await rows(db, "SELECT slug FROM events ORDER BY slug") == [("elsewhere",), ("forum",)]


async def test_a_copy_brings_categories_rooms_and_tracks_but_no_guest(
    client: httpx.AsyncClient, db: Database, signer: Signer, desk: Desk
) -> None:
    async with db.begin() as session:
        await make.registration(session, signer, desk.event, email="one@crowd.example")
        for table in ("rooms", "tracks"):
            await session.execute(
                text(f"INSERT INTO {table} (event_id, name) VALUES (:id, CAST(:name AS jsonb))"),
                {"id": desk.event.id, "name": f'{{"en": "Of {table}"}}'},
            )
    organizer = desk.as_(client, "organizer")

    form = (await organizer.get("/console/events/new?copy=forum")).text
    assert 'name="copy" value="forum"' in form
    assert 'value="포럼"' in form
    await organizer.post("/console/events/new", data={**NEW, "copy": "forum"})

    copied = """
        SELECT (SELECT array_agg(key || capacity) FROM categories c JOIN places p ON p.id = c.id WHERE event_id = e.id),
            (SELECT count(*) FROM rooms WHERE event_id = e.id), (SELECT count(*) FROM tracks WHERE event_id = e.id),
            (SELECT count(*) FROM registrations WHERE event_id = e.id)
        FROM events e WHERE slug = 'roadshow'"""
    assert await rows(db, copied) == [(["business3"], 1, 1, 0)]
    stolen = await desk.as_(client, "outsider").post(
        "/console/events/new", data={**NEW, "slug": "x", "copy": "forum"}
    )
    assert stolen.status_code == 404


async def test_more_places_move_the_waiting_list(
    client: httpx.AsyncClient, db: Database, signer: Signer, desk: Desk
) -> None:
    async with db.begin() as session:
        for number in range(5):  # three places
            await make.registration(
                session, signer, desk.event, name=f"G {number}", email=f"g{number}@crowd.example"
            )
    organizer = desk.as_(client, "organizer")
    address = f"/console/forum/settings/categories/{await category_id(db, 'forum', 'business')}"
    states = "SELECT state, count(*) FROM registrations WHERE email LIKE 'g%' GROUP BY state ORDER BY state"

    fewer = await organizer.post(address, data={**PUBLIC, "capacity": "2"})
    assert fewer.status_code == 422
    assert "3 places are taken already" in fewer.text
    assert 'value="2"' in fewer.text
    assert await rows(db, states) == [("pending", 3), ("waitlisted", 2)]

    more = await organizer.post(address, data={**PUBLIC, "capacity": "4"})
    assert more.status_code == 303
    assert await rows(db, states) == [("pending", 4), ("waitlisted", 1)]
    settings = (await organizer.get("/console/forum/settings")).text
    assert "4 / 4" in settings


async def test_categories_come_and_go(
    client: httpx.AsyncClient, db: Database, signer: Signer, desk: Desk
) -> None:
    async with db.begin() as session:
        await make.registration(session, signer, desk.event)
    organizer = desk.as_(client, "organizer")
    at = "/console/forum/settings/categories"

    wrong = await organizer.post(
        f"{at}/new", data={**GATE, "key": "Ä", "capacity": "many", "name_ko": "정부"}
    )
    assert wrong.status_code == 422
    assert 'id="e-key"' in wrong.text
    assert 'id="e-capacity"' in wrong.text
    assert 'value="정부"' in wrong.text
    double = await organizer.post(f"{at}/new", data={**GATE, "key": "business"})
    assert double.status_code == 422
    assert "Another category of this event has this key already." in double.text
    assert (await organizer.post(f"{at}/new", data=GATE)).status_code == 303

    government = await category_id(db, "forum", "government")
    assert 'value="government"' in (await organizer.get(f"{at}/{government}")).text
    kept = await organizer.post(f"{at}/{await category_id(db, 'forum', 'business')}/remove")
    assert "Guests in this category: 1" in (await organizer.get(kept.headers["location"])).text
    await organizer.post(f"{at}/{government}/remove")
    keys = "SELECT key FROM categories WHERE event_id = :id"
    assert await rows(db, keys, id=desk.event.id) == [("business",)]


async def test_a_category_of_another_event_is_not_here(
    client: httpx.AsyncClient, db: Database, desk: Desk
) -> None:
    foreign = await category_id(db, "elsewhere", "business")
    organizer = desk.as_(client, "organizer")
    at = f"/console/forum/settings/categories/{foreign}"

    assert (await organizer.get(at)).status_code == 404
    assert (await organizer.post(at, data=PUBLIC)).status_code == 404
    assert (await organizer.post(f"{at}/remove")).status_code == 404
    assert await category_id(db, "elsewhere", "business") == foreign


async def test_a_reminder_is_planned_and_changed(client: httpx.AsyncClient, db: Database, desk: Desk) -> None:
    organizer = desk.as_(client, "organizer")

    async def plan(days: str, hour: str) -> httpx.Response:
        form = {"audience": "guests", "days_before": days, "local_hour": hour}
        answer = await organizer.post("/console/forum/messages/reminders/standard", data=form)
        return await organizer.get(answer.headers["location"])

    await plan("2", "9")
    page = (await plan("1", "18")).text

    planned = "SELECT audience, amount, local_time::text, sent_at FROM reminder_rules"
    assert await rows(db, planned) == [("guests", 1, "18:00:00", None)]
    assert "18:00 (UTC+5)" in page
    assert "None is planned." in page, "none to the silent"
    assert "Please choose between 0 and 90 days." in (await plan("91", "9")).text
    assert await rows(db, planned) == [("guests", 1, "18:00:00", None)]


async def test_a_reminder_is_removed_unless_it_was_sent(
    client: httpx.AsyncClient, db: Database, desk: Desk
) -> None:
    organizer, at = desk.as_(client, "organizer"), "/console/forum/messages/reminders/standard"
    plan = {"audience": "guests", "days_before": "1", "local_hour": "9"}

    async def remove(audience: str) -> str:
        answer = await organizer.post(f"{at}/remove", data={"audience": audience})
        return (await organizer.get(answer.headers["location"])).text

    await organizer.post(at, data=plan)
    await remove("silent")
    assert len(await rows(db, "SELECT 1 FROM reminder_rules")) == 1, "the other one stays"
    assert "Removed." in await remove("guests")
    assert await rows(db, "SELECT 1 FROM reminder_rules") == []

    await organizer.post(at, data=plan)
    async with db.begin() as session:
        await session.execute(text("UPDATE reminder_rules SET sent_at = now(), queued = 1"))
    assert "sent already" in await remove("guests")
    assert len(await rows(db, "SELECT 1 FROM reminder_rules")) == 1


@pytest.mark.parametrize(
    ("role", "look", "change"),
    [
        ("outsider", 404, 404),
        ("door", 403, 403),
        ("viewer", 200, 403),
        ("organizer", 200, 200),
        ("owner", 200, 200),
    ],
)
async def test_who_may_look_and_who_may_change(
    client: httpx.AsyncClient, db: Database, desk: Desk, role: str, look: int, change: int
) -> None:
    who, category = desk.as_(client, role), await category_id(db, "forum", "business")
    before = await rows(db, "SELECT version FROM events ORDER BY slug")

    page = await who.get("/console/forum/settings")
    assert page.status_code == look
    assert ("Business" in page.text) is (look == 200)
    assert ("<button" in page.text.split('id="main"')[-1]) is (change == 200), (
        "no button for who may not press it"
    )
    for path in ("categories/new", f"categories/{category}"):
        assert (await who.get(f"/console/forum/settings/{path}")).status_code == change
    if change != 200:
        for path in (
            "",
            "/categories/new",
            f"/categories/{category}",
            f"/categories/{category}/remove",
        ):
            answer = await who.post(f"/console/forum/settings{path}", data={**NEW, **PUBLIC})
            assert answer.status_code == change, path
        if role != "outsider":
            assert (await who.get("/console/events/new")).status_code == 403
            assert (await who.post("/console/events/new", data=NEW)).status_code == 403
        assert await rows(db, "SELECT version FROM events ORDER BY slug") == before


async def test_nobody_is_sent_to_log_in(client: httpx.AsyncClient, desk: Desk) -> None:
    for path in ("/console/events/new", "/console/forum/settings"):
        assert (await desk.as_(client, "").get(path)).headers["location"].startswith("/login")


async def test_an_event_of_an_outsider_is_the_outsiders_own(
    client: httpx.AsyncClient, db: Database, desk: Desk
) -> None:
    await desk.as_(client, "outsider").post("/console/events/new", data=NEW)

    owner = (
        "SELECT o.slug FROM events e JOIN organisations o ON o.id = organisation_id WHERE e.slug = 'roadshow'"
    )
    assert await rows(db, owner) == [("other",)]
    assert (await desk.as_(client, "owner").get("/console/roadshow/settings")).status_code == 404


async def test_the_settings_take_six_queries_for_one_category_and_for_three(
    client: httpx.AsyncClient, app: object, db: Database, desk: Desk
) -> None:
    asked: list[str] = []
    engine = app.state.db.engine.sync_engine  # type: ignore[attr-defined]
    sqlalchemy_event.listen(engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
    organizer = desk.as_(client, "organizer")

    async def queries() -> int:
        asked.clear()
        assert (await organizer.get("/console/forum/settings")).status_code == 200
        return len(asked)

    await queries()
    with_one = await queries()
    async with db.begin() as session:
        for key in ("press", "expert"):
            await make.category(session, desk.event, key, 5)

    assert (with_one, await queries()) == (6, 6)
