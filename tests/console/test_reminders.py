"""Reminders in the console: begun from an example, turned on by the composer, looked at, paused, removed, put back."""

import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import event as listen
from sqlalchemy import text

from service.core.clock import now
from service.core.database import Database
from service.credentials.operations import Signer
from service.messages.due import queue_all
from tests.console.conftest import Desk
from tests.support import factories as make

AT, LIST = "/console/forum/messages/reminders", "/console/forum/guests"
WHEN = {
    "rule_amount": "3",
    "rule_unit": "days",
    "rule_side": "before",
    "rule_anchor": "starts",
    "rule_time": "09:00",
}


@pytest.fixture
async def later(db: Database, desk: Desk, signer: Signer) -> Desk:
    """The forum is in two days, in Almaty, with two guests who come, and one who waits."""
    async with db.begin() as session:
        for name, email in (("Assel", "a@x.example"), ("김민지", "k@x.example"), ("Waits", "w@x.example")):
            await make.registration(session, signer, desk.event, name=name, email=email, language="en")
        await session.execute(
            text("UPDATE registrations SET state = 'approved' WHERE email <> 'w@x.example'")
        )
        await session.execute(
            text("UPDATE events SET starts_at = :start, ends_at = :end WHERE slug = 'forum'"),
            {"start": datetime.now(UTC) + timedelta(days=2), "end": datetime.now(UTC) + timedelta(days=3)},
        )
        await session.execute(text("DELETE FROM outbox"))
    return desk


async def made(client: httpx.AsyncClient, **form: str) -> str:
    """The composer of a new reminder."""
    answer = await client.post(AT, data=form)
    assert answer.status_code == 303
    return answer.headers["location"]


async def say(client: httpx.AsyncClient, composer: str, do: str, **form: str) -> httpx.Response:
    page = (await client.get(composer)).text
    version = re.search(r'name="version" value="(\d+)"', page)
    known = {"version": version[1] if version else "", "segment": "where=state%3Aapproved", **WHEN}
    return await client.post(composer, data={**known, **form, "do": do})


async def rules(db: Database) -> list[tuple[object, ...]]:
    async with db.begin() as session:
        rows = await session.execute(
            text(
                "SELECT state, anchor, anchor_state, amount, unit, after, local_time::text FROM reminder_rules"
            )
        )
        return [tuple(row) for row in rows]


async def test_from_an_example_to_the_guests_and_back(
    client: httpx.AsyncClient, db: Database, later: Desk
) -> None:
    organizer = later.as_(client, "organizer")
    empty = (await organizer.get(AT)).text
    composer = await made(organizer, example="passport")
    typed = (await organizer.get(composer)).text
    words = dict(re.findall(r'name="(subject_\w\w)" type="text" value="([^"]*)"', typed))
    turned = await say(
        organizer, composer, "send", subject_en="Passport, {name}", text_en="Bring it to {event}."
    )
    await queue_all(db, now())
    one = turned.headers["location"].replace(str(later.event.id), "")
    rule = (await organizer.get(one)).headers["location"]
    page = (await organizer.get(rule)).text
    listed = (await organizer.get(AT)).text

    assert ("No reminder yet" in empty, "Bring your passport" in empty, "Photo missing" in empty) == (
        True,
        True,
        False,
    )
    assert words == {
        "subject_en": "Please bring your passport: {event}",
        "subject_kk": "Паспортыңызды ала келіңіз: {event}",
        "subject_ru": "Пожалуйста, возьмите паспорт: {event}",
        "subject_ko": "여권을 가져와 주세요: {event}",
    }
    assert await rules(db) == [("on", "starts", "", 3, "days", False, "09:00:00")]
    assert "3 days before the start of the event, 09:00" in listed
    assert ("Passport, {name}" in listed, "All who are approved" in listed, ">2</td>" in listed) == (
        True,
        True,
        False,
    )
    assert re.findall(r'<bdi>(Assel|김민지|Waits)</bdi></a></td><td class="wide">', page) == [
        "김민지",
        "Assel",
    ]
    assert "Nobody now. Whoever comes to its list gets it." in page
    assert "Passport, {name}" not in (await organizer.get("/console/forum/messages")).text

    paused = await organizer.post(f"{rule}/edit")
    changed = await say(
        organizer, composer, "send", rule_amount="1", subject_en="Passport", text_en="Bring it."
    )
    removed = await organizer.post(f"{rule}/remove")
    gone = (await organizer.get(AT)).text
    back = await organizer.post(f"{rule}/back")
    await organizer.post(f"{rule}/on")
    twice = await organizer.post(f"{rule}/on")
    assert (paused.headers["location"], changed.status_code) == (composer, 303)
    assert [one.headers["location"] for one in (removed, back, twice)] == [rule] * 3
    assert "Over and removed" in gone
    assert "another stage" in (await organizer.get(rule)).text
    assert await rules(db) == [("on", "starts", "", 1, "days", False, "09:00:00")]
    assert await queue_all(db, now() + timedelta(hours=30)) == 0, "nobody gets it twice"


async def test_who_is_next_each_at_their_time(client: httpx.AsyncClient, db: Database, later: Desk) -> None:
    organizer = later.as_(client, "organizer")
    composer = await made(organizer)
    async with db.begin() as session:
        await session.execute(
            text("UPDATE registrations SET decided_at = :at WHERE email = 'k@x.example'"),
            {"at": now() - timedelta(hours=3)},
        )
        await session.execute(text("UPDATE registrations SET email = '' WHERE email = 'a@x.example'"))
    words = {"subject_en": "Welcome", "text_en": "Hello."}
    waits = {"rule_anchor": "state:approved", "rule_side": "after", "rule_amount": "4", "rule_unit": "hours"}
    await say(organizer, composer, "send", **words, **waits)
    rule = (await organizer.get(composer.removesuffix("/edit"))).headers["location"]

    page = (await organizer.get(rule)).text
    assert "4 hours after the change to “Approved”" in page
    assert re.findall(r"<bdi>(Assel|김민지|Waits)</bdi></a></td><td", page) == ["김민지"], (
        "no mail reaches Assel"
    )
    assert [await queue_all(db, now() + timedelta(hours=hours)) for hours in (0.9, 1.1)] == [0, 1]


async def test_what_cannot_be_a_time_is_said_and_nothing_typed_is_lost(
    client: httpx.AsyncClient, db: Database, later: Desk
) -> None:
    organizer = later.as_(client, "organizer")
    composer = await made(organizer, example="thanks")
    words = {"subject_en": "Thanks", "text_en": "For coming."}
    before = await rules(db)
    for form, said in (
        ({"rule_amount": "9999"}, "Please give a number between 0 and 366."),
        ({"rule_amount": "-1"}, "Please give a number between 0 and 366."),
        ({"rule_time": "25:00"}, "Please give a time of the day, as in 09:00."),
        ({"rule_anchor": "session:019a0000-0000-7000-8000-000000000000"}, "Please choose what it is before"),
        ({"rule_anchor": "state:royal", "rule_side": "after"}, "Please choose what it is before or after."),
        ({"rule_anchor": "state:approved"}, "People come into a state first"),
        ({"rule_anchor": "offer", "rule_side": "after"}, "When an offer has ended it is too late"),
        ({"text_en": ""}, "Please write the text."),
    ):
        answer = await say(organizer, composer, "send", **{**words, **form})
        assert (answer.status_code, said in answer.text, 'value="Thanks"' in answer.text) == (
            422,
            True,
            True,
        ), form
    assert [one[0] for one in await rules(db)] == ["draft"]
    assert before == [("draft", "ends", "", 1, "days", True, "10:00:00")]


async def test_a_list_of_guests_becomes_a_reminder_and_a_gap_is_named(
    client: httpx.AsyncClient, db: Database, later: Desk
) -> None:
    organizer = later.as_(client, "organizer")
    answer = await organizer.post(f"{LIST}/reminder", data={"list": "where=state:approved -country:KR&q=kim"})
    composer = answer.headers["location"]
    page = (await organizer.get(composer)).text
    assert "“kim”" in page
    async with db.begin() as session:
        await session.execute(text("UPDATE registrations SET position = ''"))
    gap = await say(organizer, composer, "send", subject_en="Hi", text_en="Dear {position}")
    assert (gap.status_code, "Say what stands there instead" in gap.text) == (422, True)
    unread = await say(organizer, composer, "keep", segment="where=((", subject_en="Hi", text_en="Hello")
    assert "This list cannot be read any more." in unread.text
    rule = (await organizer.get(composer)).text.split("/messages/reminders/")[1][:36]
    assert "This list cannot be read any more." in (await organizer.get(f"{AT}/{rule}")).text


async def test_roles_and_outsiders(client: httpx.AsyncClient, db: Database, later: Desk) -> None:
    composer = await made(later.as_(client, "organizer"), example="practical")
    async with db.begin() as session:
        rule = (await session.execute(text("SELECT id FROM reminder_rules"))).scalar_one()
    for role, look, change in (
        ("viewer", 200, 403),
        ("door", 403, 403),
        ("outsider", 404, 404),
        ("", 302, 302),
    ):
        who = later.as_(client, role)
        for path in (AT, f"{AT}/{rule}"):
            assert (await who.get(path)).status_code == look
        for path in (
            AT,
            f"{AT}/{rule}/on",
            f"{AT}/{rule}/remove",
            f"{LIST}/reminder",
            composer,
            f"{AT}/standard",
        ):
            assert (await who.post(path, data={})).status_code == change
    outsider = later.as_(client, "outsider")
    assert (await outsider.get(f"/console/elsewhere/messages/reminders/{rule}")).status_code == 404
    assert (await outsider.post(f"/console/elsewhere/messages/reminders/{rule}/remove")).status_code == 404
    organizer = later.as_(client, "organizer")
    campaign = composer.removesuffix("/edit")
    for step in ("pause", "resume", "stop", "copy", "remove", "back"):
        assert (await organizer.post(f"{campaign}/{step}")).status_code == 404, "it has steps of its own"
    assert (await organizer.post(f"{AT}/{rule}/explode")).status_code == 404
    assert [one[0] for one in await rules(db)] == ["draft"]


async def test_the_pages_ask_as_often_for_one_as_for_three(
    client: httpx.AsyncClient, db: Database, later: Desk
) -> None:
    organizer = later.as_(client, "organizer")
    seen = []
    for many in (1, 2):
        for _ in range(many):
            composer = await made(organizer, example="practical")
            await say(organizer, composer, "send", subject_en="Hi", text_en="Hello")
        rule = (await organizer.get(composer.removesuffix("/edit"))).headers["location"]
        await organizer.post(f"{rule}/pause")
        seen.append([await _queries(db, organizer, path) for path in (AT, rule, composer)])
    assert seen[0] == seen[1]
    assert max(seen[0]) <= 20


async def _queries(db: Database, client: httpx.AsyncClient, path: str) -> int:
    said: list[str] = []

    def hear(_c: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    listen.listen(db.engine.sync_engine, "before_cursor_execute", hear)
    assert (await client.get(path)).status_code == 200
    listen.remove(db.engine.sync_engine, "before_cursor_execute", hear)
    return len(said)


async def test_hostile_names_and_subjects_stay_text(
    client: httpx.AsyncClient, db: Database, later: Desk
) -> None:
    hostile = "<img src=x onerror=alert(1)>"
    organizer = later.as_(client, "organizer")
    async with db.begin() as session:
        await session.execute(text("UPDATE registrations SET native_name = :name"), {"name": hostile})
    composer = await made(organizer)
    await say(organizer, composer, "send", subject_en=hostile, text_en=hostile)
    rule = (await organizer.get(composer.removesuffix("/edit"))).headers["location"]
    await queue_all(db, now())
    for path in (AT, rule):
        assert "<img src=x" not in (await organizer.get(path)).text


async def test_what_was_typed_stays_when_somebody_removed_it_meanwhile(
    client: httpx.AsyncClient, db: Database, later: Desk
) -> None:
    organizer = later.as_(client, "organizer")
    composer = await made(organizer, example="passport")
    [(rule_id,)] = await _all(db, "SELECT id FROM reminder_rules")
    page = (await organizer.get(composer)).text
    version = re.search(r'name="version" value="(\d+)"', page)
    await organizer.post(f"{AT}/{rule_id}/remove")
    typed = {
        **WHEN,
        "version": version[1] if version else "",
        "subject_en": "Mine",
        "text_en": "An hour of work",
    }
    answer = await organizer.post(composer, data={**typed, "do": "send"})
    assert answer.status_code == 422
    assert "The reminder is at another stage by now." in answer.text
    assert "An hour of work" in answer.text


async def _all(db: Database, statement: str) -> list[tuple[object, ...]]:
    async with db.begin() as session:
        return [tuple(row) for row in await session.execute(text(statement))]
