"""What calendars answer to the entry of an invitation: it is seen, and decides nothing."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from emails.addresses import verp
from emails.calendar import calendar_key
from emails.replies import read_reply
from service.core.actor import SYSTEM
from service.core.database import Database
from service.events.models import Event
from service.invitations import answering, reminding
from service.invitations.models import Invitation
from service.invitations.schemas import TermsForm
from service.messages.recipients import queue_silent
from tests.answers.entries import MINJI, addressed, at, at_once, entry_of, said
from tests.answers.test_calendars import SHAPES, Model, apple, gmail, hearing, outlook
from tests.answers.test_taking_in import hear
from tests.conftest import MASTER_KEY
from tests.console.conftest import Desk
from tests.invitations.test_life import FORM, all_of, ask, forum, link, now
from tests.invitations.test_pages import AT, invite
from tests.support.sink import Sink
from workers.context import Context
from workers.drain import Drain


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
        assert await reminding.remind_silent(session, SYSTEM, mine, now=later + timedelta(days=2)) == 1
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
