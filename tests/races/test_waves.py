"""Waves under load: open and accepted invitations are never more than the places, and no place stays empty."""

import asyncio
import contextlib
import random
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from service.core.actor import GUEST, SYSTEM
from service.core.database import Database
from service.core.errors import QonaqError
from service.credentials.operations import Signer
from service.events.models import Event
from service.events.queries import list_category_views
from service.invitations import answering, operations, queries
from service.invitations.models import Invitation
from service.invitations.operations import Offer
from service.invitations.schemas import Guest, WaveForm
from service.invitations.waves import fill_waiting, save_wave
from service.registrations.models import Registration
from tests.support import factories as make

PLACES = 5
PEOPLE = 40


def now() -> datetime:
    return datetime.now(UTC)


async def press_wave(db: Database, people: int = PEOPLE) -> tuple[Event, UUID]:
    """A forum that asks the press: five places, forty people in line."""
    async with db.begin() as session:
        event = await make.event(session, await make.organisation(session))
        await make.category(session, event, "press")
        wave = await save_wave(session, SYSTEM, event, WaveForm(name="Press", places=PLACES), now=now())
    await invite(db, event, wave.id, "p", people)
    return event, wave.id


async def invite(db: Database, event: Event, wave_id: UUID, prefix: str, people: int) -> None:
    guests = [
        Guest(name=f"Журналист {n}", email=f"{prefix}{n}@press.example", language="ru", category="press")
        for n in range(people)
    ]
    async with db.begin() as session:
        wave = await queries.get_wave(session, event.id, wave_id)
        categories = await list_category_views(session, event.id)
        await operations.invite(session, SYSTEM, event, guests, categories, offer=Offer(wave=wave), now=now())


async def taken(db: Database) -> int:
    async with db.begin() as session:
        rows = await session.execute(
            text(
                "SELECT count(*) FROM invitations WHERE state IN ('queued','sent','failed','bounced','accepted')"
            )
        )
        return int(rows.scalar_one())


async def open_ids(db: Database) -> list[UUID]:
    async with db.begin() as session:
        rows = await session.execute(
            text("SELECT id FROM invitations WHERE state IN ('queued', 'sent') ORDER BY turn, id")
        )
        return list(rows.scalars())


async def act(db: Database, event: Event, one: UUID, how: str) -> None:
    """What people do, each in a transaction of their own."""
    async with db.begin() as session:
        row = await queries.get_invitation(session, event.id, one, lock=True)
        if how == "decline":
            await answering.decline(session, GUEST, row, word="", now=now())
        elif how == "accept":
            await answering.accept(session, GUEST, row, now=now())
        elif how == "withdraw":
            await answering.withdraw(session, SYSTEM, row, now=now())
        elif how == "reopen":
            await answering.reopen(session, SYSTEM, row, now=now())
        else:
            guest = Guest(name="Замена", email=f"sub-{one}@press.example", language="ru", category="press")
            await answering.substitute(session, GUEST, row, guest, now=now())


async def try_to(db: Database, event: Event, one: UUID, how: str) -> None:
    """Somebody may be faster, or the wave full: that is what the page says then."""
    with contextlib.suppress(QonaqError):
        await act(db, event, one, how)


async def heal(db: Database) -> None:
    async with db.begin() as session:
        await fill_waiting(session, now=now())


async def test_the_first_are_asked_in_order_and_the_next_when_somebody_says_no(db: Database) -> None:
    event, _ = await press_wave(db, 8)
    first = await open_ids(db)
    await act(db, event, first[1], "decline")
    async with db.begin() as session:
        rows = await session.execute(text("SELECT email, state FROM invitations ORDER BY turn"))
        found = [(row.email.split("@")[0], row.state) for row in rows]
        mails = await session.execute(
            text("SELECT address FROM deliveries WHERE letter = 'invitation' ORDER BY address")
        )
        told = [address.split("@")[0] for address in mails.scalars()]
    assert found == [
        ("p0", "queued"), ("p1", "declined"), ("p2", "queued"), ("p3", "queued"), ("p4", "queued"),
        ("p5", "queued"), ("p6", "waiting"), ("p7", "waiting"),
    ]  # fmt: skip
    assert told == ["p0", "p1", "p2", "p3", "p4", "p5"], "who waits hears nothing"


async def test_everybody_says_no_at_once_and_exactly_as_many_are_asked(db: Database) -> None:
    event, _ = await press_wave(db)
    for _ in range(4):
        await asyncio.gather(*(act(db, event, one, "decline") for one in await open_ids(db)))
        assert await taken(db) == PLACES
    async with db.begin() as session:
        turns = (
            await session.execute(text("SELECT turn FROM invitations WHERE state <> 'waiting' ORDER BY turn"))
        ).scalars()
        assert list(turns) == list(range(1, 5 * PLACES + 1)), "in the order of the list, nobody left out"
        mails = await session.execute(
            text("SELECT count(*), count(DISTINCT address) FROM deliveries WHERE letter = 'invitation'")
        )
        assert tuple(mails.one()) == (25, 25), "each once"


async def test_no_hurry_puts_more_than_the_places_out(db: Database) -> None:
    """Answers, withdrawals, second thoughts, substitutes, new lists and the worker, all at once, many times."""
    event, wave_id = await press_wave(db)
    dice = random.Random(7)
    seen = list[int]()

    async def watch(stop: asyncio.Event) -> None:
        while not stop.is_set():
            seen.append(await taken(db))
            await asyncio.sleep(0.002)

    stop = asyncio.Event()
    watching = asyncio.create_task(watch(stop))
    for round_ in range(6):
        open_now = await open_ids(db)
        async with db.begin() as session:
            ended = list(
                (
                    await session.execute(text("SELECT id FROM invitations WHERE state = 'withdrawn'"))
                ).scalars()
            )
        answers = ("decline", "withdraw", "withdraw", "substitute", "accept" if round_ > 3 else "decline")
        work: list[Any] = [try_to(db, event, one, dice.choice(answers)) for one in open_now for _ in range(2)]
        work += [try_to(db, event, one, "reopen") for one in ended]
        work += [heal(db), heal(db), invite(db, event, wave_id, f"r{round_}-", 3)]
        dice.shuffle(work)
        await asyncio.gather(*work)
    await heal(db)
    stop.set()
    await watching
    assert len(seen) > 5, "it was looked at meanwhile"
    assert max(seen) <= PLACES
    assert await taken(db) == PLACES, "and no place is left empty while somebody waits"


async def test_free_places_that_many_see_are_given_once(db: Database) -> None:
    """Nobody waits and three places are free: second thoughts, two lists and the worker want them at once."""
    event, wave_id = await press_wave(db, PLACES)
    for round_ in range(5):
        async with db.begin() as session:  # as if nobody had waited
            await session.execute(text("UPDATE invitations SET state = 'withdrawn' WHERE state = 'waiting'"))
        for one in (await open_ids(db))[:3]:
            await act(db, event, one, "withdraw")
        assert await taken(db) == PLACES - 3
        async with db.begin() as session:
            gone = await session.execute(text("SELECT id FROM invitations WHERE state = 'withdrawn'"))
            ended = list(gone.scalars())

        await asyncio.gather(
            *(try_to(db, event, one, "reopen") for one in ended[:6]),
            invite(db, event, wave_id, f"a{round_}-", 3),
            invite(db, event, wave_id, f"b{round_}-", 3),
            heal(db),
            heal(db),
        )
        assert await taken(db) == PLACES


async def test_more_places_ask_more_and_fewer_take_nothing_back(db: Database) -> None:
    event, wave_id = await press_wave(db)

    async def places(number: int) -> int:
        async with db.begin() as session:
            wave = await queries.get_wave(session, event.id, wave_id, lock=True)
            await save_wave(
                session, SYSTEM, event, WaveForm(name="Press", places=number), wave=wave, now=now()
            )
        return await taken(db)

    assert [await places(7), await places(3)] == [7, 7]
    for one in (await open_ids(db))[:4]:
        await act(db, event, one, "decline")
    assert await taken(db) == 3
    await act(db, event, (await open_ids(db))[0], "decline")
    assert await taken(db) == 3


async def test_the_time_of_the_event_ends_a_wave(db: Database) -> None:
    """Nobody is asked who could not answer any more; who has days of their own can."""
    event, wave_id = await press_wave(db)
    past = now() - timedelta(hours=1)
    async with db.begin() as session:
        await session.execute(
            text("INSERT INTO invitation_terms (event_id, answer_by) VALUES (:id, :at)"),
            {"id": event.id, "at": past},
        )
        assert await answering.expire_due(session, now=now()) == PLACES
    assert await taken(db) == 0
    async with db.begin() as session:
        wave = await queries.get_wave(session, event.id, wave_id, lock=True)
        form = WaveForm(name="Press", places=PLACES, answer_days=2)
        await save_wave(session, SYSTEM, event, form, wave=wave, now=past)
        found = await session.execute(select(queries.Invitation).where(queries.Invitation.state == "queued"))
        assert {one.answer_by for one in found.scalars()} == {past + timedelta(days=2)}
    assert await taken(db) == PLACES


async def test_who_accepted_and_cancels_makes_room_for_the_next(db: Database, signer: Signer) -> None:
    event, _ = await press_wave(db, PLACES + 2)
    async with db.begin() as session:
        invited = select(Invitation).where(Invitation.state == "queued").order_by(Invitation.turn).limit(1)
        first = (await session.execute(invited)).scalar_one()
        guest = await make.registration(session, signer, event, category="press")
        guest.invitation_id = first.id
        await answering.accept(session, GUEST, first, now=now())
    async with db.begin() as session:
        assert await fill_waiting(session, now=now()) == 0  # they come
        (await session.get_one(Registration, guest.id)).state = "cancelled"
    async with db.begin() as session:
        assert await fill_waiting(session, now=now()) == 1
        (wave,) = await queries.list_waves(session, event.id)
        assert (wave.taken, wave.counts) == (PLACES, {"accepted": 1, "queued": PLACES, "waiting": 1})
