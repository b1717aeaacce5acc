"""Inviting, and following every invitation, as an organizer does it in the console."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import text

from service.core.database import Database
from service.invitations import reminding
from service.organisations.models import Organisation
from service.settings import Settings
from tests.console.conftest import Desk
from tests.support import factories as make
from workers.context import open_context
from workers.jobs import work
from workers.kinds import KINDS

AT = "/console/forum/invitations"
HOSTILE = '<img src=x onerror=alert("1")>'


async def rows(db: Database, statement: str, **known: Any) -> list[tuple[Any, ...]]:
    async with db.begin() as session:
        return [tuple(row) for row in await session.execute(text(statement), known)]


async def invite(client: httpx.AsyncClient, lines: str, **more: str) -> httpx.Response:
    """Posts the form and reads the page that follows."""
    answer = await client.post(
        f"{AT}/new", data={"lines": lines, "category": "business", "language": "en", **more}
    )
    return await client.get(answer.headers["location"]) if answer.status_code == 303 else answer


async def set_state(db: Database, email: str, state: str, word: str = "") -> str:
    """What the workers and the guests do; returns the id."""
    async with db.begin() as session:
        changed = text(
            "UPDATE invitations SET state = :state, word = :word WHERE email = :email RETURNING id"
        )
        found = await session.execute(changed, {"email": email, "state": state, "word": word})
        return str(found.scalar_one())


MAILS = "SELECT letter, address, state FROM deliveries WHERE letter LIKE 'invitation%'"
STATES = "SELECT email, state FROM invitations ORDER BY email"


async def test_a_list_is_invited_once(client: httpx.AsyncClient, db: Database, desk: Desk) -> None:
    organizer = desk.as_(client, "organizer")
    lines = "최민수; choi@seoul.example; ko\nLi Ming; li@beijing.example"

    first = await invite(organizer, lines)
    again = await invite(organizer, lines + "\nӘсел; assel@steppe.example; kk")

    assert "2 invited." in first.text
    assert "1 invited. Invited already: 2." in again.text
    invited = "SELECT email, native_name, language FROM invitations ORDER BY email"
    assert await rows(db, invited) == [
        ("assel@steppe.example", "Әсел", "kk"),
        ("choi@seoul.example", "최민수", "ko"),
        ("li@beijing.example", "Li Ming", "en"),
    ]
    assert len(await rows(db, MAILS)) == 3


async def test_a_file_is_read_and_says_when_it_is_not_utf8(
    client: httpx.AsyncClient, db: Database, desk: Desk
) -> None:
    organizer = desk.as_(client, "organizer")
    table, given = (
        "email,name\nivan@moscow.example,Иван\n",
        {"lines": "typed", "category": "business", "language": "ru"},
    )

    def file(data: bytes) -> dict[str, tuple[str, bytes, str]]:
        return {"file": ("guests.csv", data, "text/csv")}

    wrong = await organizer.post(f"{AT}/new", data=given, files=file(table.encode("cp1251")))
    large = await organizer.post(f"{AT}/new", data=given, files=file(b"x" * 2_000_001))
    good = await organizer.post(f"{AT}/new", data=given, files=file(table.encode("utf-8-sig")))

    assert (wrong.status_code, large.status_code, good.status_code) == (422, 422, 303)
    assert "This file is not UTF-8" in wrong.text
    assert ">typed</textarea>" in wrong.text
    assert "larger than 2 MB" in large.text
    assert await rows(db, STATES) == [("ivan@moscow.example", "queued")]


async def test_wrong_lines_are_named_and_everything_stays(
    client: httpx.AsyncClient, db: Database, desk: Desk
) -> None:
    organizer = desk.as_(client, "organizer")
    lines = "Good,good@x.example\nBad,not an address\n,nobody@x.example"

    page = await invite(organizer, lines, category="business", language="kk")
    empty = await invite(organizer, "")
    nowhere = await invite(organizer, "Good,good@x.example", category="king")

    assert page.status_code == 422
    assert "Line 2: The e-mail address is missing or cannot be right." in page.text
    assert "Line 3: The name is missing." in page.text
    assert f">{lines}</textarea>" in page.text
    assert '<option value="kk" selected>' in page.text
    assert empty.status_code == 422
    assert 'id="e-lines"' in empty.text
    assert nowhere.status_code == 422
    assert 'id="e-category"' in nowhere.text
    assert await rows(db, STATES) == []
    assert await rows(db, MAILS) == []


async def test_the_board_filters_searches_and_pages(
    client: httpx.AsyncClient, db: Database, desk: Desk
) -> None:
    organizer = desk.as_(client, "organizer")
    await invite(
        organizer,
        "\n".join(f"Guest {n:03},g{n}@x.example" for n in range(60)) + "\n최민수,choi@seoul.example",
    )
    await set_state(db, "choi@seoul.example", "declined", "I am abroad that week.")

    first = (await organizer.get(AT)).text
    following = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = (await organizer.get(following)).text
    declined = (await organizer.get(f"{AT}?state=declined")).text

    assert first.count("@x.example") + second.count("@x.example") == 60
    assert not set(first.split("Guest 0")[1:]) & set(second.split("Guest 0")[1:])
    assert "I am abroad that week." in declined
    assert "@x.example" not in declined
    assert "최민수" in (await organizer.get(AT, params={"q": "choi"})).text
    assert "Nobody fits this filter" in (await organizer.get(AT, params={"q": "zzzz"})).text
    assert (await organizer.get(f"{AT}?after=no-id&state=nonsense")).status_code == 200


async def test_what_the_post_office_said_stands_beside_the_name(
    client: httpx.AsyncClient, db: Database, desk: Desk
) -> None:
    organizer = desk.as_(client, "organizer")
    await invite(organizer, "Lost,lost@x.example")
    await set_state(db, "lost@x.example", "bounced")
    async with db.begin() as session:
        await session.execute(text("UPDATE deliveries SET state = 'bounced', error = '550 No such user'"))

    assert "550 No such user" in (await organizer.get(AT)).text


async def test_sent_again_once_a_day_and_taken_back(
    client: httpx.AsyncClient, db: Database, desk: Desk
) -> None:
    organizer = desk.as_(client, "organizer")
    await invite(organizer, "Assel,assel@steppe.example")
    one = await set_state(db, "assel@steppe.example", "sent")

    async def act(action: str) -> str:
        answer = await organizer.post(f"{AT}/{one}/{action}")
        return (await organizer.get(answer.headers["location"])).text

    assert "Sent again." in await act("again")
    await set_state(db, "assel@steppe.example", "sent")
    assert "This invitation was sent again today already." in await act("again")
    assert await rows(db, STATES) == [("assel@steppe.example", "sent")], "nothing waits that never goes out"
    assert len(await rows(db, MAILS)) == 2
    assert "Withdrawn." in await act("withdraw")
    assert "This invitation has been answered already" in await act("withdraw")
    assert await rows(db, STATES) == [("assel@steppe.example", "withdrawn")]
    assert "again" not in (await organizer.get(AT)).text.split("<tbody>")[1], "nothing to press any more"


async def put_ahead(db: Database) -> None:
    """The event is to come."""
    days = {"start": make.TODAY + timedelta(days=20), "end": make.TODAY + timedelta(days=21)}
    async with db.begin() as session:
        await session.execute(
            text("UPDATE events SET starts_at = :start, ends_at = :end WHERE slug = 'forum'"), days
        )


async def test_the_silent_are_reminded_once(client: httpx.AsyncClient, db: Database, desk: Desk) -> None:
    await put_ahead(db)
    organizer = desk.as_(client, "organizer")
    await invite(organizer, "A,a@x.example\nB,b@x.example\nC,c@x.example")
    await set_state(db, "a@x.example", "declined")
    for silent in ("b@x.example", "c@x.example"):
        await set_state(db, silent, "sent")

    async def remind() -> str:
        return (await organizer.get((await organizer.post(f"{AT}/remind")).headers["location"])).text

    assert "Reminded: 2." in await remind()
    assert "Reminded: 0." in await remind()
    reminded = "SELECT address FROM deliveries WHERE letter = 'invitation_reminder' ORDER BY address"
    assert await rows(db, reminded) == [("b@x.example",), ("c@x.example",)]


async def test_many_silent_ones_are_reminded_by_a_worker(
    client: httpx.AsyncClient, db: Database, desk: Desk, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reminding, "PART", 2)
    organizer = desk.as_(client, "organizer")
    await put_ahead(db)
    await invite(organizer, "\n".join(f"G{n},g{n}@x.example" for n in range(7)))
    async with db.begin() as session:
        await session.execute(text("UPDATE invitations SET state = 'sent' WHERE email <> 'g0@x.example'"))
    reminders = (
        "SELECT count(*), count(DISTINCT address) FROM deliveries WHERE letter = 'invitation_reminder'"
    )

    job = (await organizer.post(f"{AT}/remind")).headers["location"]
    assert await rows(db, reminders) == [(2, 2)], "a part at once"
    assert "Reminding" in (await organizer.get(job)).text
    assert (await desk.as_(client, "outsider").get(job)).status_code == 404
    context = await open_context(settings)
    try:
        assert await work(context, KINDS)
    finally:
        await context.close()
    assert await rows(db, reminders) == [(6, 6)]
    assert "Reminded: 6." in (await desk.as_(client, "organizer").get(job)).text


async def test_the_api_reminds_a_part_and_says_how_many_are_left(
    client: httpx.AsyncClient, db: Database, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reminding, "PART", 2)
    organizer = desk.as_(client, "organizer")
    await put_ahead(db)
    await invite(organizer, "A,a@x.example\nB,b@x.example\nC,c@x.example")
    async with db.begin() as session:
        await session.execute(text("UPDATE invitations SET state = 'sent'"))
        host = await session.get_one(Organisation, desk.event.organisation_id)
        token = await make.token(session, host, "organizer")
    answers = [
        (await client.post("/api/v1/events/forum/invitations/remind", headers=token)).json() for _ in range(3)
    ]
    assert answers == [{"reminded": 2, "left": 1}, {"reminded": 1, "left": 0}, {"reminded": 0, "left": 0}]


async def test_hostile_names_stay_text(client: httpx.AsyncClient, db: Database, desk: Desk) -> None:
    organizer = desk.as_(client, "organizer")
    board = await invite(organizer, f"{HOSTILE};hostile@x.example")
    refused = await invite(organizer, f"</textarea>{HOSTILE};nowhere")
    await set_state(db, "hostile@x.example", "declined", HOSTILE)
    word = await organizer.get(AT, params={"q": HOSTILE, "state": HOSTILE})

    for page in (board, refused, word, await organizer.get(AT)):
        assert "<img src=x" not in page.text


@pytest.mark.parametrize(
    ("role", "look", "change"),
    [
        ("outsider", 404, 404),
        ("door", 403, 403),
        ("viewer", 200, 403),
        ("organizer", 200, 303),
        ("owner", 200, 303),
    ],
)
async def test_who_may_look_and_who_may_invite(
    client: httpx.AsyncClient, db: Database, desk: Desk, role: str, look: int, change: int
) -> None:
    await invite(desk.as_(client, "owner"), "Assel,assel@steppe.example")
    one = await set_state(db, "assel@steppe.example", "sent")
    who, lines = (
        desk.as_(client, role),
        {"lines": "New,new@x.example", "category": "business", "language": "en"},
    )

    page = await who.get(AT)
    assert page.status_code == look
    assert ("assel@steppe.example" in page.text) is (look == 200)
    assert (f"{AT}/{one}/withdraw" in page.text) is (change == 303), "no button for who may not press it"
    assert (await who.get(f"{AT}/new")).status_code == (200 if change == 303 else change)
    for path in ("/remind", f"/{one}/again", f"/{one}/withdraw", "/new"):
        assert (await who.post(AT + path, data=lines)).status_code == change, path
    assert len(await rows(db, "SELECT id FROM invitations")) == (2 if change == 303 else 1)


async def test_an_invitation_of_another_event_is_not_here(
    client: httpx.AsyncClient, db: Database, desk: Desk
) -> None:
    elsewhere = "/console/elsewhere/invitations"
    lines = {"lines": "Secret,secret@x.example", "category": "business", "language": "en"}
    await desk.as_(client, "outsider").post(f"{elsewhere}/new", data=lines)
    foreign = await set_state(db, "secret@x.example", "sent")
    organizer = desk.as_(client, "organizer")

    assert "secret@x.example" not in (await organizer.get(AT, params={"q": "secret"})).text
    for action in ("again", "withdraw"):
        assert (await organizer.post(f"{AT}/{foreign}/{action}")).status_code == 404
    await organizer.get(AT, params={"after": foreign})
    assert await rows(db, STATES) == [("secret@x.example", "sent")]


async def test_the_board_takes_thirteen_queries_for_one_and_for_three(
    client: httpx.AsyncClient, app: object, db: Database, desk: Desk
) -> None:
    asked: list[str] = []
    engine = app.state.db.engine.sync_engine  # type: ignore[attr-defined]
    sqlalchemy_event.listen(engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
    organizer = desk.as_(client, "organizer")

    async def queries() -> int:
        asked.clear()
        assert (await organizer.get(AT)).status_code == 200
        return len(asked)

    await invite(organizer, "A,a@x.example")
    with_one = await queries()
    await invite(organizer, "B,b@x.example\nC,c@x.example")
    async with db.begin() as session:
        await session.execute(text("UPDATE deliveries SET state = 'failed', error = 'no'"))

    assert (with_one, await queries()) == (13, 13)
