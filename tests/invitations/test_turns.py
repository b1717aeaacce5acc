"""Who is asked when, and by whom, where two things happen at once or a time is over."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from service.core.actor import GUEST, SYSTEM
from service.core.database import Database
from service.credentials.operations import Signer
from service.invitations import answering, queries
from service.invitations.errors import NobodyElse, RemindedAlready
from service.invitations.operations import Offer
from service.invitations.reminding import remind_one, set_terms
from service.invitations.schemas import Guest, TermsForm, WaveForm
from service.invitations.waves import fill_waiting, save_wave
from service.messages.operations import send_now, set_rule
from tests.invitations.test_life import FORM, all_of, ask, forum, link, now, state
from tests.support import factories as make

DAY = timedelta(days=1)
NAMED = Guest(name="Виктория Цой", email="tsoy@hangang.example", language="ru", category="vip")


async def name(db: Database, invitation_id: UUID) -> str:
    async with db.begin() as session:
        row = await queries.get_own_invitation(session, invitation_id, lock=True)
        await asyncio.sleep(0.05)  # both have looked before either writes
        await answering.substitute(session, GUEST, row, NAMED, now=now())
    return "named"


async def test_two_who_name_the_same_at_once_are_told_apart(db: Database) -> None:
    event = await forum(db)
    first, second = await ask(db, event), await ask(db, event, email="other@hangang.example")
    said = await asyncio.gather(name(db, first), name(db, second), return_exceptions=True)
    assert sorted(type(one) for one in said if one != "named") == [NobodyElse]
    assert await all_of(db, "SELECT email FROM invitations WHERE instead_of_id IS NOT NULL") == [
        (NAMED.email,)
    ]
    assert sorted([(await state(db, first))[0], (await state(db, second))[0]]) == ["queued", "substituted"]


async def test_nobody_is_asked_whose_own_time_is_over(db: Database) -> None:
    """The first in line had until yesterday to answer: the next one is asked, and no mail goes out in vain."""
    event = await forum(db)
    async with db.begin() as session:
        wave = await save_wave(session, SYSTEM, event, WaveForm(name="Press", places=1), now=now())
    taken = await ask(db, event, Offer(wave=wave), email="a@press.example")
    await ask(db, event, Offer(wave=wave, answer_by=now() + DAY), email="b@press.example")
    await ask(db, event, Offer(wave=wave), email="c@press.example")
    async with db.begin() as session:
        row = await queries.get_own_invitation(session, taken, lock=True)
        await answering.decline(session, GUEST, row, word="", now=now() + 2 * DAY)
    async with db.begin() as session:
        assert await fill_waiting(session, now=now() + 2 * DAY) == 0
    assert await all_of(db, "SELECT email, state FROM invitations ORDER BY email") == [
        ("a@press.example", "declined"), ("b@press.example", "waiting"), ("c@press.example", "queued"),
    ]  # fmt: skip


async def test_whoever_has_a_time_of_their_own_is_asked_although_the_others_is_over(db: Database) -> None:
    event = await forum(db)
    async with db.begin() as session:
        wave = await save_wave(session, SYSTEM, event, WaveForm(name="Press", places=1), now=now())
        await set_terms(session, SYSTEM, event, TermsForm(answer_by=now() + DAY))
    taken = await ask(db, event, Offer(wave=wave), email="a@press.example")
    await ask(db, event, Offer(wave=wave), email="b@press.example")
    await ask(db, event, Offer(wave=wave, answer_by=now() + 3 * DAY), email="c@press.example")
    async with db.begin() as session:
        row = await queries.get_own_invitation(session, taken, lock=True)
        await answering.withdraw(session, SYSTEM, row, now=now() + 2 * DAY)
    assert await all_of(db, "SELECT email, state FROM invitations ORDER BY email") == [
        ("a@press.example", "withdrawn"), ("b@press.example", "waiting"), ("c@press.example", "queued"),
    ]  # fmt: skip


async def test_a_rule_reminds_nobody_more_often_than_the_event_allows(db: Database) -> None:
    """One who was reminded already, one who was not, one whom only the assistant answers for."""
    event = await forum(db)
    had, new = await ask(db, event, email="had@a.example"), await ask(db, event, email="new@a.example")
    through = await ask(db, event, email="none@a.example", assistant="desk@a.example")
    async with db.begin() as session:
        await session.execute(text("UPDATE invitations SET state = 'sent'"))
        await session.execute(text("UPDATE invitations SET email = '' WHERE id = :id"), {"id": through})
        await set_terms(session, SYSTEM, event, TermsForm(reminders=1))
        row = await queries.get_own_invitation(session, had, lock=True)
        await remind_one(session, SYSTEM, row, now=now() - 2 * DAY)
        rule = await set_rule(session, SYSTEM, event, "silent", days_before=3, local_hour=9)
    async with db.begin() as session:
        assert await send_now(session, SYSTEM, event, rule, now=now()) == 2
    told = (
        "SELECT address, count(*) FROM deliveries WHERE letter = 'invitation_reminder' GROUP BY 1 ORDER BY 1"
    )
    assert await all_of(db, told) == [("desk@a.example", 1), ("had@a.example", 1), ("new@a.example", 1)]
    assert await all_of(db, "SELECT DISTINCT reminded FROM invitations") == [(1,)]
    async with db.begin() as session:
        row = await queries.get_own_invitation(session, new, lock=True)
        with pytest.raises(RemindedAlready):
            await remind_one(session, SYSTEM, row, now=now() + 2 * DAY)


async def test_companions_never_go_to_another_guest_whose_address_is_typed(
    client: httpx.AsyncClient, db: Database, signer: Signer
) -> None:
    event = await forum(db)
    async with db.begin() as session:
        await make.category(session, event)
        await make.registration(session, signer, event, name="Әсел", email="assel@steppe.example")
    one = await ask(db, event, companions=1)
    form: dict[str, Any] = {**FORM, "email": "assel@steppe.example", "with_1_name": "박서준"}
    assert (await client.post(link(one) + "/accept", data=form)).status_code == 303
    assert await state(db, one) == ("accepted", "guest")
    came = "SELECT native_name, principal_id, assistant_email FROM registrations ORDER BY created_at"
    assert await all_of(db, came) == [
        ("Әсел", None, ""), ("박서준", None, "minji@hangang.example"),
    ]  # fmt: skip
