"""The entry of an invitation: it becomes the registration's, and what ends takes it out again."""

import asyncio
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from alembic import command
from icalendar import Calendar
from sqlalchemy import select, text

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
from service.registrations.models import Registration
from service.registrations.operations import cancel
from tests.answers.entries import MINJI, addressed, at_once, entry_of, has_entry, said
from tests.answers.test_calendars import Model, apple, gmail, hearing
from tests.answers.test_taking_in import hear
from tests.conftest import MASTER_KEY
from tests.console.conftest import Desk
from tests.invitations.test_life import FORM, INSTEAD, all_of, ask, forum, link, now
from tests.invitations.test_pages import AT, invite
from tests.support import factories as make
from tests.support.sink import Sink
from workers.context import Context
from workers.drain import Drain


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
