"""Time or place of an event are changed: its guests are told, once, when the team wants it."""

import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import text

from emails.letters import EventMoved
from service.core.database import Database
from service.credentials.operations import Signer
from service.events.models import Event
from service.messages.dressing import About
from service.messages.examples import example
from service.organisations.models import Organisation
from tests.console.conftest import Desk
from tests.support import factories as make
from tests.support.sink import Sink, Taken
from workers.context import Context
from workers.drain import Drain

AT = "/console/forum/settings"
NOTICE = re.compile(r"Date or place changed\. (\d+) guests? ha(?:s|ve) not been told\.")


def as_typed(event: Event, *, days: int = 0, **more: Any) -> dict[str, Any]:
    """The form of the settings, so many days later."""
    wall = {
        name: (at + timedelta(days=days)).astimezone(ZoneInfo(event.zone)).strftime("%Y-%m-%dT%H:%M")
        for name, at in (("starts_at", event.starts_at), ("ends_at", event.ends_at))
    }
    texts = {
        f"{name}_{code}": said
        for name in ("name", "host", "place")
        for code, said in getattr(event, name).items()
    }
    known = {"slug": "forum", "kind": event.kind, "state": "open", "zone": event.zone, "colour": "1"}
    return {**known, **wall, **texts, "languages": event.languages, **more}


async def untold(client: httpx.AsyncClient) -> int:
    """What the notice says; 0 without one."""
    found = NOTICE.search((await client.get(AT)).text)
    return int(found[1]) if found else 0


async def press(client: httpx.AsyncClient, step: str, page: str = "") -> str:
    """A button of the notice, and what is said then."""
    shown = re.search(r'name="moved_at" value="([^"]+)"', page or (await client.get(AT)).text)
    answer = await client.post(f"{AT}/moved/{step}", data={"moved_at": shown[1] if shown else ""})
    assert (answer.status_code, answer.headers["location"]) == (303, AT)
    said = re.search(r'role="status">([^<]*)', (await client.get(AT)).text)
    return said[1] if said else ""


async def sent(db: Database, context: Context, sink: Sink) -> list[Taken]:
    """The mails of which the half minute is over, by address."""
    sink.taken.clear()
    async with db.begin() as session:
        await session.execute(text("UPDATE outbox SET due_at = now() WHERE state = 'queued'"))
    await Drain(context).run()
    return sorted(sink.taken, key=lambda mail: mail.recipient)


def plain(mail: Taken) -> str:
    part = mail.message.get_body(("plain",))
    assert part is not None
    return " ".join(str(part.get_content()).split())


async def rows(db: Database, statement: str) -> list[tuple[Any, ...]]:
    async with db.begin() as session:
        return [tuple(row) for row in await session.execute(text(statement))]


async def guest(
    db: Database, signer: Signer, desk: Desk, name: str, state: str = "approved", **more: Any
) -> None:
    async with db.begin() as session:
        known = {"email": f"{name}@x.example", "language": "en", **more}
        made = await make.registration(session, signer, desk.event, name=name, **known)
        made.state = state
        await session.execute(text("DELETE FROM outbox"))


async def test_who_holds_a_place_is_told_what_was_and_what_is(
    client: httpx.AsyncClient, db: Database, signer: Signer, desk: Desk, context: Context, sink: Sink
) -> None:
    """Not who waits, is out, has no address that works, came afterwards, or was approved with the new date."""
    async with db.begin() as session:
        await session.execute(text("UPDATE places SET capacity = NULL"))
        await session.execute(
            text(
                "INSERT INTO suppressions (organisation_id, email, reason) VALUES (:id, 'dead@x.example', 'bounced')"
            ),
            {"id": desk.event.organisation_id},
        )
    for state in ("approved", "pending", "held", "offered", "waitlisted", "rejected", "cancelled", "draft"):
        await guest(db, signer, desk, state, state)
    await guest(db, signer, desk, "korean", language="ko")
    await guest(db, signer, desk, "assisted", email="", assistant_email="office@x.example")
    await guest(db, signer, desk, "silent", email="")
    await guest(db, signer, desk, "dead")
    await guest(db, signer, desk, "soon", "pending")
    organizer = desk.as_(client, "organizer")
    assert await untold(organizer) == 0, "nothing has changed"

    await organizer.post(AT, data=as_typed(desk.event, days=1, place_en="Astana", place_ko="아스타나"))
    async with db.begin() as session:
        await make.registration(
            session, signer, desk.event, name="late", email="late@x.example", language="en"
        )
    approved = str((await rows(db, "SELECT id FROM registrations WHERE native_name = 'soon'"))[0][0])
    await organizer.post(f"/console/forum/guests/{approved}/approve")
    await sent(db, context, sink)

    assert await untold(organizer) == 6
    assert await press(organizer, "tell") == "The mails leave in half a minute."
    assert await untold(organizer) == 0
    soon = "due_at - now() BETWEEN interval '20 s' AND interval '30 s'"
    assert await rows(db, f"SELECT urgency, {soon} FROM outbox WHERE state = 'queued'") == [(1, True)] * 6
    mails = {mail.recipient.partition("@")[0]: mail for mail in await sent(db, context, sink)}
    assert sorted(mails) == ["approved", "held", "korean", "offered", "office", "pending"]
    before, after = (
        f"{at.astimezone(ZoneInfo('Asia/Almaty')):%H:%M}" for at in (desk.event.starts_at, desk.event.ends_at)
    )
    english, korean = plain(mails["approved"]), plain(mails["korean"])
    assert mails["approved"].message["Subject"] == "New date and place: Forum"
    days = [
        f"{(desk.event.starts_at + timedelta(days=n)).astimezone(ZoneInfo('Asia/Almaty')):%-d %B %Y}"
        for n in (0, 1)
    ]
    was, now = (re.search(f"{word}: (.*?)\\(UTC\\+5\\)", english) for word in ("Until now", "New"))
    assert was is not None
    assert now is not None
    assert (days[0] in was[1], days[1] in now[1], before in was[1], after in now[1]) == (True,) * 4
    assert "Place until now: Almaty New place: Astana" in english
    assert "변경 전 장소: 알마티 변경 후 장소: 아스타나" in korean
    entries = {
        name: [
            part.get_param("method") for part in mail.message.walk() if "calendar" in part.get_content_type()
        ]
        for name, mail in mails.items()
    }
    without = {"offered": list[str]()}  # an offer may go on to somebody else
    assert entries == {**{name: ["REQUEST"] for name in mails}, **without}
    audit = "SELECT name, data FROM audit WHERE name LIKE 'event.move%'"
    assert await rows(db, audit) == [("event.move_told", {"count": 6})]


async def test_nobody_is_told_twice_of_one_change_and_all_of_the_next(
    client: httpx.AsyncClient, db: Database, signer: Signer, desk: Desk, context: Context, sink: Sink
) -> None:
    await guest(db, signer, desk, "one")
    organizer = desk.as_(client, "organizer")
    await organizer.post(AT, data=as_typed(desk.event, days=1))
    stale = (await organizer.get(AT)).text
    await press(organizer, "tell")
    assert "somebody has decided already" in await press(organizer, "tell", stale)
    assert "somebody has decided already" in await press(organizer, "dismiss", stale)
    assert len(await sent(db, context, sink)) == 1

    await organizer.post(AT, data=as_typed(desk.event, days=1, name_en="Great Forum"))
    assert await untold(organizer) == 0, "another name is no other day"
    await organizer.post(AT, data=as_typed(desk.event, days=2))
    assert "somebody has decided already" in await press(organizer, "tell", stale), (
        "of a change nobody looked at"
    )
    await press(organizer, "tell")
    [mail] = await sent(db, context, sink)
    assert mail.message["Subject"] == "New date or time: Forum"
    assert await rows(db, "SELECT letter, state FROM deliveries") == [("event_moved", "sent")] * 2


async def test_a_change_that_is_dismissed_is_not_forgotten(
    client: httpx.AsyncClient, db: Database, signer: Signer, desk: Desk, context: Context, sink: Sink
) -> None:
    """Guests still think of the first place: the mail about the next change names it."""
    await guest(db, signer, desk, "one")
    organizer = desk.as_(client, "organizer")
    await organizer.post(AT, data=as_typed(desk.event, place_en="Almati"))
    assert await press(organizer, "dismiss") == "Nobody is told of this change."
    assert (await untold(organizer), await rows(db, "SELECT 1 FROM outbox")) == (0, [])
    await organizer.post(AT, data=as_typed(desk.event, place_en="Astana"))
    await press(organizer, "tell")

    [mail] = await sent(db, context, sink)
    assert mail.message["Subject"] == "New place: Forum"
    assert "Place until now: Almaty New place: Astana" in plain(mail)
    assert "Until now: " not in plain(mail).replace("Place until now: ", "")
    told = "SELECT name FROM audit WHERE name LIKE 'event.move%' ORDER BY at"
    assert await rows(db, told) == [("event.move_dismissed",), ("event.move_told",)]


async def test_a_mail_that_waits_says_what_is_true_when_it_leaves(
    client: httpx.AsyncClient, db: Database, signer: Signer, desk: Desk, context: Context, sink: Sink
) -> None:
    await guest(db, signer, desk, "one")
    organizer = desk.as_(client, "organizer")
    await organizer.post(AT, data=as_typed(desk.event, place_en="Astana"))
    await press(organizer, "tell")
    await organizer.post(AT, data=as_typed(desk.event, place_en="Turkistan"))
    assert await untold(organizer) == 0, "the mail on its way will say it"
    [mail] = await sent(db, context, sink)
    assert "Place until now: Almaty New place: Turkistan" in plain(mail)

    async with db.begin() as session:  # the change was a minute before the mail left, but behind its writing
        await session.execute(text("UPDATE registrations SET created_at = created_at - interval '1 hour'"))
        await session.execute(text("UPDATE deliveries SET created_at = created_at - interval '1 hour'"))
        await session.execute(text("UPDATE events SET moved_at = moved_at - interval '1 minute'"))
    assert await untold(organizer) == 0
    await organizer.post(AT, data=as_typed(desk.event, place_en="Semey"))
    await press(organizer, "tell")
    [mail] = await sent(db, context, sink)
    assert "Place until now: Turkistan New place: Semey" in plain(mail)


async def test_put_back_within_half_a_minute_nobody_hears_of_it(
    client: httpx.AsyncClient, db: Database, signer: Signer, desk: Desk, context: Context, sink: Sink
) -> None:
    await guest(db, signer, desk, "one")
    organizer = desk.as_(client, "organizer")
    for told in (False, True):
        await organizer.post(AT, data=as_typed(desk.event, days=1))
        assert await untold(organizer) == 1
        if told:
            await press(organizer, "tell")
        await organizer.post(AT, data=as_typed(desk.event))
        assert await untold(organizer) == 0
    assert await sent(db, context, sink) == []
    why = [("suppressed", "The event is when and where this guest knows it.")]
    assert await rows(db, "SELECT state, error FROM deliveries") == why

    assert await untold(organizer) == 0, "it was looked at after the change"
    await organizer.post(AT, data=as_typed(desk.event, place_en="Astana"))
    await press(organizer, "tell")
    [mail] = await sent(db, context, sink)
    assert mail.message["Subject"] == "New place: Forum", "nobody has heard of the other day"


async def test_whoever_writes_the_mail_anew_sees_the_very_change(
    client: httpx.AsyncClient, db: Database, signer: Signer, desk: Desk
) -> None:
    await guest(db, signer, desk, "one")
    shown = []
    for place in ("Almaty", "Astana"):
        await desk.as_(client, "organizer").post(AT, data=as_typed(desk.event, place_en=place))
        async with db.begin() as session:
            event = await session.get_one(Event, desk.event.id)
            letter = example("event_moved", event, "http://testserver", "en", About(), None)
        assert isinstance(letter, EventMoved)
        shown.append((letter.another_time, letter.another_place, letter.before.place["en"]))
    assert shown == [(True, False, "Almaty"), (False, True, "Almaty")], (
        "a day before, where nothing was moved"
    )


async def test_before_the_first_guest_and_behind_the_end_there_is_nobody_to_tell(
    client: httpx.AsyncClient, db: Database, signer: Signer, desk: Desk
) -> None:
    organizer = desk.as_(client, "organizer")
    await organizer.post(AT, data=as_typed(desk.event, days=1))
    await guest(db, signer, desk, "one")
    assert await rows(db, "SELECT DISTINCT moved_from, moved_at FROM events") == [(None, None)]
    await organizer.post(AT, data=as_typed(desk.event, days=-9))
    assert await untold(organizer) == 0


@pytest.mark.parametrize(
    ("role", "look", "decide"), [("outsider", 404, 404), ("door", 403, 403), ("viewer", 200, 403)]
)
async def test_who_may_not_change_the_event_tells_nobody(
    client: httpx.AsyncClient, db: Database, signer: Signer, desk: Desk, role: str, look: int, decide: int
) -> None:
    await guest(db, signer, desk, "one")
    await desk.as_(client, "organizer").post(AT, data=as_typed(desk.event, days=1))
    [(moved_at,)] = await rows(db, "SELECT moved_at FROM events WHERE slug = 'forum'")
    who = desk.as_(client, role)
    page = await who.get(AT)
    assert (page.status_code, "Date or place changed" in page.text) == (look, look == 200)
    assert "Tell them" not in page.text
    for step in ("tell", "dismiss"):
        answer = await who.post(f"{AT}/moved/{step}", data={"moved_at": moved_at.isoformat()})
        assert answer.status_code == decide
    assert await rows(db, "SELECT 1 FROM outbox") == []
    assert await rows(db, "SELECT moved_at FROM events WHERE slug = 'forum'") == [(moved_at,)]


async def test_it_stands_on_the_first_page_for_who_may_tell(
    client: httpx.AsyncClient, db: Database, signer: Signer, desk: Desk
) -> None:
    """And the button leads back there."""
    await guest(db, signer, desk, "one")
    first = "/console/forum"
    await desk.as_(client, "organizer").post(AT, data=as_typed(desk.event, days=1))
    shown = {
        role: "Date or place changed" in (await desk.as_(client, role).get(first)).text
        for role in ("owner", "organizer", "viewer", "door", "outsider")
    }
    assert shown == {"owner": True, "organizer": True, "viewer": False, "door": False, "outsider": False}
    organizer = desk.as_(client, "organizer")
    fields = dict(re.findall(r'name="(moved_at|from)" value="([^"]+)"', (await organizer.get(first)).text))
    answers = [await organizer.post(f"{AT}/moved/tell", data=fields) for _ in range(2)]
    assert [(one.status_code, one.headers["location"]) for one in answers] == [(303, first)] * 2
    assert "somebody has decided already" in (await organizer.get(first)).text
    assert await rows(db, "SELECT letter FROM deliveries") == [("event_moved",)]


async def test_a_step_that_there_is_not_and_a_time_that_is_none(
    client: httpx.AsyncClient, db: Database, signer: Signer, desk: Desk
) -> None:
    await guest(db, signer, desk, "one")
    organizer = desk.as_(client, "organizer")
    await organizer.post(AT, data=as_typed(desk.event, days=1))
    assert (await organizer.post(f"{AT}/moved/shout")).status_code == 404
    for wrong in ("", "yesterday", "2026-01-01", "2026-01-01T00:00:00+00:00"):
        answer = await organizer.post(f"{AT}/moved/tell", data={"moved_at": wrong})
        assert answer.status_code == 303
    assert await untold(organizer) == 1


async def test_one_query_more_for_one_guest_and_for_three(
    client: httpx.AsyncClient, app: Any, db: Database, signer: Signer, desk: Desk
) -> None:
    asked: list[str] = []
    sqlalchemy_event.listen(
        app.state.db.engine.sync_engine, "before_cursor_execute", lambda *a: asked.append(a[2])
    )
    organizer = desk.as_(client, "organizer")

    async def queries(told: int) -> int:
        asked.clear()
        assert await untold(organizer) == told
        return len(asked)

    await queries(0)
    none = await queries(0)
    await guest(db, signer, desk, "one")
    await organizer.post(AT, data=as_typed(desk.event, days=1))
    one = await queries(1)
    async with db.begin() as session:
        for name in ("two", "three"):
            made = await make.registration(session, signer, desk.event, name=name, email=f"{name}@x.example")
            made.created_at -= timedelta(hours=1)
        await session.execute(text("DELETE FROM outbox"))
    assert (none, one, await queries(3)) == (6, 7, 7)


async def test_the_same_by_the_api(
    client: httpx.AsyncClient, db: Database, signer: Signer, desk: Desk
) -> None:
    await guest(db, signer, desk, "one")
    await desk.as_(client, "organizer").post(AT, data=as_typed(desk.event, place_en="Astana"))
    client.cookies.clear()
    async with db.begin() as session:
        host, other = (
            await session.get_one(Organisation, desk.event.organisation_id),
            await make.organisation(session, "third"),
        )
        tokens = {role: await make.token(session, host, role) for role in ("organizer", "viewer")}
        tokens["outsider"] = await make.token(session, other, "owner")
    move = "/api/v1/events/forum/move"
    shown = (await client.get(move, headers=tokens["viewer"])).json()
    assert (shown["untold"], shown["known"]["place"]) == (1, {"en": "Almaty", "ko": "알마티"})
    at = {"moved_at": shown["moved_at"]}
    assert datetime.fromisoformat(at["moved_at"])

    async def tell(role: str, step: str = "tell", **params: str) -> int:
        answer = await client.post(f"{move}/{step}", params={**at, **params}, headers=tokens[role])
        return answer.status_code

    assert (await client.get(move, headers=tokens["outsider"])).status_code == 404
    assert [await tell("outsider"), await tell("viewer"), await tell("organizer", "shout")] == [404, 403, 404]
    assert await tell("organizer", moved_at="2026-01-01T00:00:00Z") == 409
    assert [await tell("organizer"), await tell("organizer")] == [200, 409]
    done = (await client.get(move, headers=tokens["organizer"])).json()
    assert done == {"moved_at": None, "known": None, "untold": 0}
    assert await rows(db, "SELECT letter, address FROM deliveries") == [("event_moved", "one@x.example")]
