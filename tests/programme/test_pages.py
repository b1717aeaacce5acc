"""Sessions, tracks and rooms, as an organizer writes them and as guests then read them."""

from typing import Any

import httpx
import pytest
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import text

from service.core.database import Database
from tests.console.conftest import Desk

AT = "/console/forum/programme"
HOSTILE = '<script>alert("1")</script>'
SESSION = {
    "title_en": "Opening", "title_ko": "개회", "summary_en": "Why we are here.", "starts_at": "2030-09-13T10:00",
    "ends_at": "2030-09-13T11:30", "languages": ["en", "ja"],
    "speakers_en": "Qanat Bozymbaev | Deputy Prime Minister\nYuriy Tskhay | Chairman", "speakers_ko": "-\n유리 최",
}  # fmt: skip


async def rows(db: Database, statement: str, **known: Any) -> list[tuple[Any, ...]]:
    async with db.begin() as session:
        return [tuple(row) for row in await session.execute(text(statement), known)]


async def only(db: Database, table: str) -> str:
    return str((await rows(db, f"SELECT id FROM {table}"))[0][0])


async def test_a_session_is_written_and_guests_read_it(
    client: httpx.AsyncClient, db: Database, desk: Desk
) -> None:
    organizer = desk.as_(client, "organizer")
    assert "No session yet" in (await organizer.get(AT)).text
    await organizer.post(f"{AT}/tracks/new", data={"name_en": "Green city", "colour": "4"})
    await organizer.post(f"{AT}/rooms/new", data={"name_en": "Hall A", "capacity": "500"})
    parts = {"track": await only(db, "tracks"), "room": await only(db, "rooms")}

    saved = await organizer.post(f"{AT}/sessions/new", data={**SESSION, **parts})
    assert saved.headers["location"] == AT

    for page in (await organizer.get(AT), await organizer.get("/e/forum")):
        for words in ("Opening", "10:00", "11:30", "Qanat Bozymbaev", "Green city", "Hall A", "EN, JA"):
            assert words in page.text, words
    assert "500 places" in (await organizer.get(AT)).text
    assert "유리 최" in (await organizer.get("/e/forum?lang=ko")).text


async def test_opening_and_saving_changes_nothing(
    client: httpx.AsyncClient, db: Database, desk: Desk
) -> None:
    organizer = desk.as_(client, "organizer")
    await organizer.post(f"{AT}/sessions/new", data=SESSION)
    one = f"{AT}/sessions/{await only(db, 'programme_sessions')}"
    everything = "SELECT title, summary, starts_at, ends_at, languages, speakers FROM programme_sessions"
    before = await rows(db, everything)

    form = (await organizer.get(one)).text
    assert ">-\n유리 최</textarea>" in form
    assert 'value="2030-09-13T10:00"' in form
    await organizer.post(one, data=SESSION)

    assert await rows(db, everything) == before
    assert before[0][5] == [
        {"name": {"en": "Qanat Bozymbaev"}, "title": {"en": "Deputy Prime Minister"}},
        {"name": {"en": "Yuriy Tskhay", "ko": "유리 최"}, "title": {"en": "Chairman"}},
    ]


async def test_nothing_typed_is_lost(client: httpx.AsyncClient, db: Database, desk: Desk) -> None:
    organizer = desk.as_(client, "organizer")
    wrong = {**SESSION, "title_en": "", "title_ko": "", "ends_at": "2030-09-13T09:00", "summary_en": HOSTILE}

    answer = await organizer.post(f"{AT}/sessions/new", data=wrong)
    assert answer.status_code == 422
    for name in ("title_en", "ends_at"):
        assert f'href="#f-{name}"' in answer.text
        assert f'id="e-{name}"' in answer.text
    assert 'value="2030-09-13T10:00"' in answer.text
    assert "Yuriy Tskhay | Chairman</textarea>" in answer.text
    assert answer.text.count(" checked") == 2
    assert HOSTILE not in answer.text
    for kind, given in (
        ("tracks", {"name_ko": "", "colour": "9"}),
        ("rooms", {"name_ko": "방", "capacity": "many"}),
    ):
        assert (await organizer.post(f"{AT}/{kind}/new", data=given)).status_code == 422
    assert (
        await rows(
            db, "SELECT id FROM programme_sessions UNION SELECT id FROM tracks UNION SELECT id FROM rooms"
        )
        == []
    )


async def test_sessions_of_a_removed_room_stay(client: httpx.AsyncClient, db: Database, desk: Desk) -> None:
    organizer = desk.as_(client, "organizer")
    await organizer.post(f"{AT}/rooms/new", data={"name_en": "Hall A"})
    room = await only(db, "rooms")
    await organizer.post(f"{AT}/rooms/{room}", data={"name_en": "Hall B", "capacity": ""})
    await organizer.post(f"{AT}/sessions/new", data={**SESSION, "room": room})
    assert "Hall B" in (await organizer.get(AT)).text

    await organizer.post(f"{AT}/rooms/{room}/remove")
    page = (await organizer.get(AT)).text
    assert "Hall B" not in page
    assert "Opening" in page
    await organizer.post(f"{AT}/sessions/{await only(db, 'programme_sessions')}/remove")
    assert "No session yet" in (await organizer.get(AT)).text


async def test_hostile_words_stay_text(client: httpx.AsyncClient, desk: Desk) -> None:
    organizer = desk.as_(client, "organizer")
    await organizer.post(f"{AT}/tracks/new", data={"name_en": HOSTILE, "colour": "1"})
    await organizer.post(f"{AT}/rooms/new", data={"name_en": HOSTILE})
    await organizer.post(
        f"{AT}/sessions/new", data={**SESSION, "title_en": HOSTILE, "speakers_en": f"{HOSTILE} | {HOSTILE}"}
    )

    for path in (AT, f"{AT}/sessions/new", "/e/forum"):
        assert HOSTILE not in (await organizer.get(path)).text


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
    await desk.as_(client, "owner").post(f"{AT}/sessions/new", data=SESSION)
    one = f"/sessions/{await only(db, 'programme_sessions')}"
    who = desk.as_(client, role)

    page = await who.get(AT)
    assert page.status_code == look
    assert ("Opening" in page.text) is (look == 200)
    assert (f"{AT}{one}" in page.text) is (change == 200), "no way in for who may not change it"
    for path in (one, "/sessions/new", "/tracks/new", "/rooms/new"):
        assert (await who.get(AT + path)).status_code == change
    if change != 200:
        for path in (one, "/sessions/new", "/tracks/new", "/rooms/new", f"{one}/remove"):
            assert (await who.post(AT + path, data={**SESSION, "name_en": "x"})).status_code == change
        assert await rows(db, "SELECT title FROM programme_sessions") == [({"en": "Opening", "ko": "개회"},)]


async def test_parts_of_another_event_are_not_here(
    client: httpx.AsyncClient, db: Database, desk: Desk
) -> None:
    outsider = desk.as_(client, "outsider")
    await outsider.post("/console/elsewhere/programme/rooms/new", data={"name_en": "Secret room"})
    await outsider.post("/console/elsewhere/programme/sessions/new", data={**SESSION, "title_en": "Secret"})
    room, one = await only(db, "rooms"), await only(db, "programme_sessions")
    organizer = desk.as_(client, "organizer")

    for path in (f"/sessions/{one}", f"/rooms/{room}"):
        assert (await organizer.get(AT + path)).status_code == 404
        assert (await organizer.post(AT + path, data={**SESSION, "name_en": "x"})).status_code == 404
        assert (await organizer.post(f"{AT}{path}/remove")).status_code == 404
    assert (await organizer.post(f"{AT}/sessions/new", data={**SESSION, "room": room})).status_code == 404
    assert await rows(db, "SELECT title->>'en' FROM programme_sessions") == [("Secret",)]


async def test_the_programme_takes_seven_queries_for_one_session_and_for_three(
    client: httpx.AsyncClient, app: object, desk: Desk
) -> None:
    asked: list[str] = []
    engine = app.state.db.engine.sync_engine  # type: ignore[attr-defined]
    sqlalchemy_event.listen(engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
    organizer = desk.as_(client, "organizer")

    async def queries() -> int:
        asked.clear()
        assert (await organizer.get(AT)).status_code == 200
        return len(asked)

    await organizer.post(f"{AT}/sessions/new", data=SESSION)
    with_one = await queries()
    await organizer.post(f"{AT}/sessions/new", data=SESSION)
    await organizer.post(f"{AT}/sessions/new", data=SESSION)

    assert (with_one, await queries()) == (7, 7)
