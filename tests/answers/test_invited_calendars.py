"""The entry of an invitation: it becomes the registration's, and what calendars answer is seen and decides nothing."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from alembic import command
from icalendar import Calendar
from sqlalchemy import select, text

from emails.addresses import verp
from emails.calendar import calendar_key
from emails.replies import read_reply
from service.core.actor import SYSTEM
from service.core.database import Database
from service.core.tokens import personal_token
from service.credentials.operations import Signer
from service.dev.schema import config
from service.events.models import Event
from service.invitations import answering, reminding
from service.invitations.models import Invitation
from service.invitations.operations import Offer
from service.invitations.schemas import TermsForm, WaveForm
from service.invitations.waves import save_wave
from service.messages.recipients import queue_silent
from service.registrations.models import Registration
from service.registrations.operations import cancel
from tests.answers.test_calendars import SHAPES, Model, apple, gmail, hearing, outlook
from tests.answers.test_taking_in import hear
from tests.conftest import MASTER_KEY
from tests.console.conftest import Desk
from tests.invitations.test_life import FORM, INSTEAD, all_of, ask, forum, link, now
from tests.invitations.test_pages import AT, invite
from tests.support import factories as make
from tests.support.sink import Sink, Taken
from workers.context import Context
from workers.drain import Drain

MINJI = "minji@hangang.example"


def entry_of(mail: Taken) -> Any:
    """The entry in a mail."""
    part = next(part for part in mail.message.walk() if part.get_content_type() == "text/calendar")
    return Calendar.from_ical(part.get_payload(decode=True)).walk("VEVENT")[0]  # type: ignore[arg-type]


def has_entry(mail: Taken) -> bool:
    return any("calendar" in part.get_content_type() for part in mail.message.walk())


def addressed(mail: Taken) -> tuple[str, str]:
    """UID and where answers go."""
    entry = entry_of(mail)
    return str(entry["UID"]), str(entry["ORGANIZER"]).removeprefix("mailto:")


def at(answer: str, stamp: datetime) -> bytes:
    """The same answer, given at another time (not in Gmail's shape, which is packed)."""
    return answer.replace("20261102T040000Z", f"{stamp:%Y%m%dT%H%M%SZ}").encode()


async def said(db: Database) -> list[tuple[Any, ...]]:
    return await all_of(
        db, "SELECT email, state, calendar_answer, calendar_word FROM invitations ORDER BY email"
    )


async def test_invited_moved_reminded_registered_and_cancelled_is_one_entry(
    client: httpx.AsyncClient, db: Database, signer: Signer, context: Context, sink: Sink
) -> None:
    hearing(context)
    event = await forum(db)
    one = await ask(db, event)
    await Drain(context).run()
    moved = (event.starts_at + timedelta(hours=2)).replace(microsecond=0)
    async with db.begin() as session:
        mine = await session.get_one(Event, event.id)
        mine.starts_at, mine.version = moved, mine.version + 1
        invited = await session.get_one(Invitation, one, with_for_update=True)
        await reminding.remind_one(session, SYSTEM, invited, now=now())
    await Drain(context).run()
    assert (await client.post(f"{link(one)}/accept", data=FORM)).headers["location"] == "/e/forum/thanks"
    await Drain(context).run()
    [(guest_id, token)] = await all_of(db, "SELECT id, invitation_id FROM registrations")
    assert token == one
    async with db.begin() as session:
        guest = await session.get_one(Registration, guest_id)
        await cancel(session, SYSTEM, guest, signer=signer, now=now())
    await Drain(context).run()

    model = Model()
    assert [model.take(mail) for mail in sink.taken] == ["REQUEST", "REQUEST", "REQUEST", "CANCEL"]
    assert model.entries == {}
    first, second, third, last = (entry_of(mail) for mail in sink.taken)
    assert {str(entry["UID"]) for entry in (first, second, third, last)} == {f"invitation-{one}@testserver"}
    assert [int(entry["SEQUENCE"]) for entry in (first, second, third, last)] == sorted(
        {int(entry["SEQUENCE"]) for entry in (first, second, third, last)}
    )
    asked = first["ATTENDEE"].params
    assert (asked["PARTSTAT"], asked["RSVP"], third["ATTENDEE"].params["PARTSTAT"]) == (
        "NEEDS-ACTION", "TRUE", "ACCEPTED",
    )  # fmt: skip
    assert second["DTSTART"].dt == moved
    assert "초대 메일의 링크" in str(first["DESCRIPTION"])
    assert link(one) not in str(first), "calendars are shared: the personal link is not in them"
    assert "캘린더 일정은 날짜를 비워" in sink.taken[0].message.get_body(("plain",)).get_content()  # type: ignore[union-attr]


async def test_who_waits_in_vain_gets_the_entry_of_the_invitation_taken_out(
    client: httpx.AsyncClient, db: Database, signer: Signer, context: Context, sink: Sink
) -> None:
    hearing(context)
    event = await forum(db, capacity=1)
    first, second = await ask(db, event, email="first@x.example"), await ask(db, event)
    await Drain(context).run()
    await client.post(f"{link(first)}/accept", data={**FORM, "email": "first@x.example"})
    await client.post(f"{link(second)}/accept", data=FORM)
    await Drain(context).run()
    async with db.begin() as session:
        mine = select(Registration).where(Registration.invitation_id == second)
        guest = (await session.execute(mine)).scalar_one()
        assert guest.state == "waitlisted"
        await cancel(session, SYSTEM, guest, signer=signer, now=now())
    await Drain(context).run()
    model = Model()
    to_minji = [mail for mail in sink.taken if mail.recipient == MINJI]
    assert len(to_minji) == 3
    assert [model.take(mail) for mail in to_minji if has_entry(mail)] == ["REQUEST", "CANCEL"]
    assert model.entries == {}


async def test_the_file_of_the_own_page_is_the_same_entry(
    client: httpx.AsyncClient, db: Database, context: Context, sink: Sink
) -> None:
    hearing(context)
    event = await forum(db)
    one = await ask(db, event)
    await client.post(f"{link(one)}/accept", data=FORM)
    await Drain(context).run()
    [mail] = sink.taken  # the invitation was answered before it left
    [(guest_id,)] = await all_of(db, "SELECT id FROM registrations")
    file = await client.get(f"/g/{personal_token(MASTER_KEY, 'own', guest_id)}/calendar.ics")
    [taken] = Calendar.from_ical(file.content).walk("VEVENT")
    assert (str(taken["UID"]), int(taken["SEQUENCE"])) == (
        f"invitation-{one}@testserver", int(entry_of(mail)["SEQUENCE"]),
    )  # fmt: skip


async def test_whoever_registers_by_themselves_or_was_asked_without_keeps_an_own_entry(
    client: httpx.AsyncClient, db: Database, context: Context, sink: Sink
) -> None:
    hearing(context)
    event = await forum(db)
    async with db.begin() as session:
        mine = await session.get_one(Event, event.id)
        await reminding.set_terms(session, SYSTEM, mine, TermsForm(with_entry=False))
    one = await ask(db, event)
    await Drain(context).run()
    await client.post(f"{link(one)}/accept", data=FORM)
    await Drain(context).run()
    invitation, confirmed = sink.taken
    [(guest_id,)] = await all_of(db, "SELECT id FROM registrations")
    assert (has_entry(invitation), str(entry_of(confirmed)["UID"])) == (
        False, f"registration-{guest_id}@testserver",
    )  # fmt: skip


async def test_nobody_gets_an_entry_whose_answers_nobody_hears(
    db: Database, context: Context, sink: Sink
) -> None:
    await ask(db, await forum(db))
    await Drain(context).run()
    assert [has_entry(mail) for mail in sink.taken] == [False]


async def test_one_entry_for_a_guest_with_an_assistant(db: Database, context: Context, sink: Sink) -> None:
    hearing(context)
    event = await forum(db)
    await ask(db, event, Offer(copy_assistant=True), assistant="office@hangang.example")
    alone = await ask(db, event, name="Ханшайым", email="k@x.example", assistant="desk@x.example")
    async with db.begin() as session:
        (await session.get_one(Invitation, alone)).email = ""  # somebody who is reached at their office only
        own = "DELETE FROM outbox WHERE id IN (SELECT task_id FROM deliveries WHERE address = 'k@x.example')"
        await session.execute(text(own))
    await Drain(context).run()
    found = {mail.recipient: has_entry(mail) for mail in sink.taken}
    assert found == {MINJI: True, "office@hangang.example": False, "desk@x.example": True}
    theirs = next(mail for mail in sink.taken if mail.recipient == "desk@x.example")
    assert entry_of(theirs)["ATTENDEE"].params["CN"] == "Ханшайым"
    uid, organizer = addressed(theirs)
    assert await hear(db, apple(uid, organizer, "desk@x.example", "TENTATIVE").encode()) == "calendar"


async def test_a_substitute_has_an_entry_of_their_own(
    client: httpx.AsyncClient, db: Database, context: Context, sink: Sink
) -> None:
    hearing(context)
    one = await ask(db, await forum(db))
    await Drain(context).run()
    await client.post(f"{link(one)}/substitute", data=INSTEAD)
    await Drain(context).run()
    model = Model()
    assert [model.take(mail) for mail in sink.taken] == ["REQUEST", "REQUEST"]
    assert len(model.entries) == 2
    uid, organizer = addressed(sink.taken[0])
    answer = gmail(uid, organizer, MINJI, "ACCEPTED")
    assert [await hear(db, answer.encode()) for _ in range(2)] == ["calendar", "known"]
    assert await said(db) == [(MINJI, "substituted", "", ""), ("tsoy@hangang.example", "sent", "", "")]


@pytest.mark.parametrize(("shape", "word", "answer", "comment"), SHAPES)
async def test_each_shape_is_kept_beside_the_invitation(
    db: Database, context: Context, sink: Sink, shape: Any, word: str, answer: str, comment: str
) -> None:
    hearing(context)
    await ask(db, await forum(db))
    await Drain(context).run()
    uid, organizer = addressed(sink.taken[0])
    reply = shape(uid, organizer, MINJI.title(), word).encode()
    assert [await hear(db, reply) for _ in range(2)] == ["calendar", "known"]
    assert await said(db) == [(MINJI, "sent", answer, comment)]
    told = "SELECT name, data ->> 'word' FROM audit WHERE name LIKE 'calendar.%'"
    assert await all_of(db, told) == [(f"calendar.{answer}", comment)]


async def test_what_is_forged_changes_nothing(db: Database, context: Context, sink: Sink) -> None:
    hearing(context)
    event = await forum(db)
    mine = await ask(db, event)
    other = await ask(db, event, name="Outsider", email="o@x.example")
    await Drain(context).run()
    by = {mail.recipient: addressed(mail) for mail in sink.taken}
    (uid, organizer), (_, theirs) = by[MINJI], by["o@x.example"]
    wrong = [
        gmail(uid, organizer, "o@x.example", "DECLINED"),  # not whose entry it is
        gmail(uid, theirs, MINJI, "DECLINED"),  # sent to the address in another entry
        gmail(uid, theirs, "o@x.example", "DECLINED"),
        gmail(uid, "qonaq@localhost", MINJI, "DECLINED"),
        gmail(uid, verp("qonaq@localhost", mine.hex, calendar_key(MASTER_KEY)), MINJI, "DECLINED"),
        gmail(uid, verp("qonaq@localhost", mine.hex, MASTER_KEY), MINJI, "DECLINED"),
        gmail(uid.replace("invitation", "registration"), organizer, MINJI, "DECLINED"),
        gmail(f"invitation-{other}@testserver", organizer, MINJI, "DECLINED"),
        gmail("someone@else.example", organizer, MINJI, "DECLINED"),
    ]
    assert [await hear(db, one.encode()) for one in wrong] == ["ignored"] * len(wrong)
    nobody = UUID(int=0)
    key = calendar_key(MASTER_KEY, "invitation")
    empty = gmail(f"invitation-{nobody}@testserver", verp("q@localhost", nobody.hex, key), MINJI, "DECLINED")
    assert await hear(db, empty.encode()) == "ignored"
    assert {row[2] for row in await said(db)} == {""}
    assert await all_of(db, "SELECT 1 FROM audit WHERE name LIKE 'calendar.%'") == []
    fine = read_reply(gmail(uid, organizer, MINJI, "DECLINED").encode(), MASTER_KEY)
    assert fine is not None
    assert (fine.about, fine.subject_id, fine.token) == ("invitation", str(mine), mine.hex)


async def test_a_no_is_not_reminded_a_yes_is_and_a_press_asks_all_the_same(
    db: Database, context: Context, sink: Sink
) -> None:
    hearing(context)
    event = await forum(db)
    ids = {word: await ask(db, event, email=f"{word.lower()}@x.example") for word in ("ACCEPTED", "DECLINED")}
    await Drain(context).run()
    for mail in sink.taken:
        word = mail.recipient.partition("@")[0].upper()
        assert await hear(db, gmail(*addressed(mail), mail.recipient, word).encode()) == "calendar"
    async with db.begin() as session:
        mine = await session.get_one(Event, event.id)
        later = now() + timedelta(days=2)
        await reminding.set_terms(session, SYSTEM, mine, TermsForm(reminder_days=1, reminders=5))
        assert await reminding.remind_due(session, now=later) == 1
        assert await reminding.remind_all(session, SYSTEM, mine, now=later + timedelta(days=2)) == 1
        assert await queue_silent(session, event.id, "rule:", later + timedelta(days=4)) == 1
        one = await session.get_one(Invitation, ids["DECLINED"], with_for_update=True)
        await reminding.remind_one(session, SYSTEM, one, now=later)
    await Drain(context).run()
    reminders = {mail.recipient: entry_of(mail) for mail in sink.taken[2:]}
    assert {to: str(entry["ATTENDEE"].params["PARTSTAT"]) for to, entry in reminders.items()} == {
        "accepted@x.example": "ACCEPTED", "declined@x.example": "DECLINED",
    }  # fmt: skip


async def test_a_withdrawn_one_learns_it_in_its_history_only_and_old_answers_stay_old(
    db: Database, context: Context, sink: Sink
) -> None:
    hearing(context)
    one = await ask(db, await forum(db))
    await Drain(context).run()
    uid, organizer = addressed(sink.taken[0])
    before = outlook(uid, organizer, MINJI, "DECLINED").encode()
    assert await hear(db, before) == "calendar"
    async with db.begin() as session:
        invited = await session.get_one(Invitation, one, with_for_update=True)
        await answering.withdraw(session, SYSTEM, invited, now=now())
    late = at(outlook(uid, organizer, MINJI, "ACCEPTED"), now())
    assert [await hear(db, mail) for mail in (before, late, late)] == ["known", "calendar", "known"]
    assert await said(db) == [(MINJI, "withdrawn", "declined", "I am in Astana that day")]
    async with db.begin() as session:
        invited = await session.get_one(Invitation, one, with_for_update=True)
        await answering.reopen(session, SYSTEM, invited, now=now())
    assert await hear(db, before) == "known"
    assert await said(db) == [(MINJI, "queued", "", "")]
    await Drain(context).run()
    model = Model()
    assert [model.take(mail) for mail in sink.taken] == ["REQUEST", "REQUEST"]
    assert len(model.entries) == 1


async def at_once(db: Database) -> None:
    """Half a minute passes."""
    async with db.begin() as session:
        await session.execute(text("UPDATE outbox SET due_at = now() WHERE state = 'queued'"))


@pytest.mark.parametrize("how", ["declined", "substituted", "withdrawn", "expired"])
async def test_whatever_ends_it_takes_the_entry_out(
    client: httpx.AsyncClient, db: Database, context: Context, sink: Sink, how: str
) -> None:
    hearing(context)
    one = await ask(db, await forum(db), Offer(copy_assistant=True), assistant="office@hangang.example")
    await Drain(context).run()
    if how in ("declined", "substituted"):
        path = {"declined": "decline", "substituted": "substitute"}[how]
        await client.post(f"{link(one)}/{path}", data=INSTEAD)
    async with db.begin() as session:
        invited = await session.get_one(Invitation, one, with_for_update=True)
        if how == "withdrawn":
            await answering.withdraw(session, SYSTEM, invited, now=now())
        if how == "expired":
            invited.answer_by = now()
            await session.flush()
            assert await answering.expire_due(session, now=now()) == 1
    await Drain(context).run()
    assert [mail.recipient for mail in sink.taken if mail.recipient == MINJI] == [MINJI], (
        "not before its time"
    )
    await at_once(db)
    await Drain(context).run()
    model = Model()
    to_minji = [mail for mail in sink.taken if mail.recipient == MINJI]
    assert [model.take(mail) for mail in to_minji] == ["REQUEST", "CANCEL"]
    assert model.entries == {}
    assert "캘린더에서 삭제되었습니다" in to_minji[1].message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "list-unsubscribe" not in to_minji[1].message
    assert [mail.recipient for mail in sink.taken].count("office@hangang.example") == 1


async def test_who_was_registered_already_has_one_entry_in_the_end(
    client: httpx.AsyncClient, db: Database, signer: Signer, context: Context, sink: Sink
) -> None:
    hearing(context)
    event = await forum(db)
    one = await ask(db, event)
    async with db.begin() as session:
        await make.category(session, event, approval="automatic")
        guest = await make.registration(session, signer, event, name="김민지", email=MINJI)
    await Drain(context).run()
    await client.post(f"{link(one)}/accept", data=FORM)
    await at_once(db)
    await Drain(context).run()
    model = Model()
    for mail in sink.taken:
        if has_entry(mail):
            model.take(mail)
    assert list(model.entries) == [f"registration-{guest.id}@testserver"]


async def test_a_slip_that_is_taken_back_takes_nothing_out(
    db: Database, context: Context, sink: Sink
) -> None:
    hearing(context)
    one = await ask(db, await forum(db))
    await Drain(context).run()
    for turn in (answering.withdraw, answering.reopen, answering.withdraw, answering.reopen):
        async with db.begin() as session:
            await turn(
                session, SYSTEM, await session.get_one(Invitation, one, with_for_update=True), now=now()
            )
    await at_once(db)
    await Drain(context).run()
    async with db.begin() as session:
        last = await session.get_one(Invitation, one, with_for_update=True)
        await answering.withdraw(session, SYSTEM, last, now=now())
    await at_once(db)
    await Drain(context).run()
    model = Model()
    seen = [model.take(mail) for mail in sink.taken]
    assert (seen[0], seen[-1], seen.count("CANCEL"), model.entries) == ("REQUEST", "CANCEL", 1, {})


async def test_where_no_entry_went_no_mail_goes(db: Database, context: Context, sink: Sink) -> None:
    event = await forum(db)
    deaf, waiting = await ask(db, event), await ask(db, event, email="w@x.example")
    async with db.begin() as session:
        other = "UPDATE outbox SET due_at = now() + interval '1 day' WHERE payload ->> 'invitation_id' = :id"
        await session.execute(text(other), {"id": str(waiting)})
    await Drain(context).run()  # nobody hears: without entries
    hearing(context)
    async with db.begin() as session:
        for one in (deaf, waiting):
            invited = await session.get_one(Invitation, one, with_for_update=True)
            await answering.withdraw(session, SYSTEM, invited, now=now())
    assert await all_of(db, "SELECT 1 FROM deliveries WHERE letter = 'invitation_ended'") == []


async def test_after_registering_the_answer_stands_beside_the_guest(
    client: httpx.AsyncClient, db: Database, context: Context, sink: Sink
) -> None:
    hearing(context)
    one = await ask(db, await forum(db))
    await Drain(context).run()
    uid, organizer = addressed(sink.taken[0])
    early = outlook(uid, organizer, MINJI, "DECLINED").encode()
    await client.post(f"{link(one)}/accept", data=FORM)
    given = now() + timedelta(seconds=2)
    heard = [
        await hear(db, early),  # an answer to the invitation, brought late: to its history
        await hear(db, at(apple(uid, organizer, MINJI, "TENTATIVE"), given), at=given),
        await hear(db, at(apple(uid, organizer, MINJI, "TENTATIVE"), given), at=given),
    ]
    assert heard == ["calendar", "calendar", "known"]
    assert await said(db) == [(MINJI, "accepted", "", "")]
    assert await all_of(db, "SELECT state, calendar_answer FROM registrations") == [("approved", "tentative")]


async def test_the_board_shows_it_and_takes_a_no_for_an_answer(
    client: httpx.AsyncClient, db: Database, desk: Desk, context: Context, sink: Sink
) -> None:
    hearing(context)
    organizer = desk.as_(client, "organizer")
    await invite(organizer, "Aigerim,a@x.example\nYes,b@x.example\nSilent,c@x.example")
    await Drain(context).run()
    by = {mail.recipient: mail for mail in sink.taken}
    hostile = outlook(*addressed(by["a@x.example"]), "a@x.example", "DECLINED").replace(
        "I am in Astana that day\\n", "<img src=x> Astana"
    )
    assert await hear(db, hostile.encode()) == "calendar"
    await hear(db, gmail(*addressed(by["b@x.example"]), "b@x.example", "ACCEPTED").encode())
    [(one,)] = await all_of(db, "SELECT id FROM invitations WHERE email = 'a@x.example'")
    [(yes,)] = await all_of(db, "SELECT id FROM invitations WHERE email = 'b@x.example'")

    board = (await desk.as_(client, "viewer").get(AT)).text
    for words in ("says yes in the calendar, has not registered", "says no in the calendar", "Astana"):
        assert words in board, words
    assert ("<img src=x>" in board, "Take as declined" in board) == (False, False)
    only = (await client.get(f"{AT}?calendar=declined")).text
    assert ("a@x.example" in only, "b@x.example" in only, "c@x.example" in only) == (True, False, False)
    page = (await client.get(f"{AT}/{one}")).text
    assert "Says no in the calendar. That may be a slip" in page
    assert "The calendar says: does not come" in page
    for who in ("viewer", "outsider", "door"):
        refused = await desk.as_(client, who).post(f"{AT}/{one}/take-as-declined")
        assert refused.status_code in (403, 404), who
    assert [row[1] for row in await said(db)] == ["sent", "sent", "sent"]

    organizer = desk.as_(client, "organizer")
    wrong = await organizer.post(f"{AT}/{yes}/take-as-declined")
    assert "Their calendar does not say no." in (await organizer.get(wrong.headers["location"])).text
    done = await organizer.post(f"{AT}/{one}/take-as-declined")
    assert "Taken as declined." in (await organizer.get(done.headers["location"])).text
    declined = "SELECT state, word, answered_by FROM invitations WHERE email = 'a@x.example'"
    assert await all_of(db, declined) == [("declined", "<img src=x> Astana", "")]
    assert "No in the calendar" not in (await organizer.get(AT)).text
    again = await organizer.post(f"{AT}/{one}/reopen")
    assert "Invited once more." in (await organizer.get(again.headers["location"])).text


async def test_how_the_event_invites_is_changed_in_its_terms(
    client: httpx.AsyncClient, db: Database, desk: Desk
) -> None:
    organizer = desk.as_(client, "organizer")
    await invite(organizer, "A,a@x.example")
    shown = (await organizer.get(f"{AT}/terms")).text
    assert 'name="with_entry" value="yes" checked' in shown
    assert "a yes in the calendar would be lost" in shown
    await organizer.post(f"{AT}/terms", data={"reminders": "2"})
    assert 'name="with_entry" value="yes" checked' not in (await organizer.get(f"{AT}/terms")).text
    await invite(organizer, "B,b@x.example")
    kept = "SELECT email, with_entry FROM invitations ORDER BY email"
    assert await all_of(db, kept) == [("a@x.example", True), ("b@x.example", False)]


async def test_a_wave_asks_with_what_holds_when_the_turn_comes(db: Database) -> None:
    event = await forum(db)
    async with db.begin() as session:
        mine = await session.get_one(Event, event.id)
        wave = await save_wave(session, SYSTEM, mine, WaveForm(name="Press", places=1), now=now())
    first = await ask(db, event, Offer(wave=wave))
    await ask(db, event, Offer(wave=wave), email="next@x.example")
    async with db.begin() as session:
        mine = await session.get_one(Event, event.id)
        await reminding.set_terms(session, SYSTEM, mine, TermsForm(with_entry=False))
        invited = await session.get_one(Invitation, first, with_for_update=True)
        await answering.decline(session, SYSTEM, invited, word="", now=datetime.now(UTC))
    kept = "SELECT email, state, with_entry FROM invitations ORDER BY email"
    assert await all_of(db, kept) == [(MINJI, "declined", True), ("next@x.example", "queued", False)]


async def test_who_was_invited_before_there_were_entries_has_none(db: Database) -> None:
    event = await forum(db)
    await ask(db, event)
    alembic = config(db.url)
    await db.engine.dispose()
    await asyncio.to_thread(command.downgrade, alembic, "0020")
    await asyncio.to_thread(command.upgrade, alembic, "head")
    await ask(db, event, email="new@x.example")
    kept = "SELECT email, with_entry FROM invitations ORDER BY email"
    assert await all_of(db, kept) == [(MINJI, False), ("new@x.example", True)]
