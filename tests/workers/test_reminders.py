"""One reminder before the event, at a local hour, to those it is for and to nobody else."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from service.core.actor import SYSTEM
from service.core.database import Database
from service.core.errors import NotFound
from service.credentials.operations import Signer
from service.events.models import Event
from service.messages.due import list_due, queue_all, queue_part
from service.messages.operations import AlreadySent, RuleInvalid, TooLate, remove_rule, send_now, set_rule
from service.messages.queries import get_rule, list_rules
from tests.support import factories as make
from tests.support.outbox import invite_many
from tests.support.sink import Sink
from workers.context import Context
from workers.drain import Drain

ALMATY = ZoneInfo("Asia/Almaty")
START = datetime(2030, 9, 13, 10, tzinfo=ALMATY)
DUE = datetime(2030, 9, 10, 9, tzinfo=ALMATY)


async def forum(db: Database, **more: object) -> Event:
    async with db.begin() as session:
        host = await make.organisation(session)
        times = {"starts_at": START.astimezone(UTC), "ends_at": START.astimezone(UTC) + timedelta(hours=8)}
        event = await make.event(session, host, **{**times, **more})
        await make.category(session, event, approval="automatic")
        await make.category(session, event, "press", approval="desk")
    return event


async def queue(db: Database, now: datetime) -> int:
    return await queue_all(db, now)


async def addressed(db: Database) -> Counter[tuple[str, str]]:
    async with db.begin() as session:
        rows = await session.execute(
            text("SELECT letter, address FROM deliveries WHERE letter LIKE '%reminder'")
        )
        return Counter((row.letter, row.address) for row in rows)


async def test_guests_are_reminded_once_at_their_hour(db: Database, signer: Signer) -> None:
    event = await forum(db)
    async with db.begin() as session:
        await make.registration(session, signer, event, email="comes@steppe.example")
        await make.registration(session, signer, event, email="undecided@steppe.example", category="press")
        rule = await set_rule(session, SYSTEM, event, "guests", days_before=3, local_hour=9)
    early, due, again = [await queue(db, DUE + timedelta(seconds=s)) for s in (-1, 0, 60)]
    assert (early, due, again) == (0, 1, 0)
    assert await addressed(db) == Counter([("event_reminder", "comes@steppe.example")])
    async with db.begin() as session:
        found = await get_rule(session, event.id, rule.id)
        assert (found.looked_at, found.queued) == (DUE, 1)
        with pytest.raises(NotFound):
            await get_rule(session, rule.id, rule.id)


async def test_only_the_silent_are_asked_again(db: Database) -> None:
    event = await forum(db)
    async with db.begin() as session:
        await invite_many(session, event, 6)
        for number, state in enumerate(("sent", "accepted", "declined", "withdrawn", "bounced", "sent")):
            change = text("UPDATE invitations SET state = :state WHERE email = :email")
            await session.execute(change, {"state": state, "email": f"guest{number}@steppe.example"})
        await session.execute(
            text("""
                INSERT INTO suppressions (organisation_id, email) VALUES (:host, 'guest5@steppe.example')
            """),
            {"host": event.organisation_id},
        )
        await set_rule(session, SYSTEM, event, "silent", days_before=3, local_hour=9)
    assert await queue(db, DUE) == 1
    assert await addressed(db) == Counter([("invitation_reminder", "guest0@steppe.example")])


async def test_two_workers_at_once_remind_once(db: Database, signer: Signer) -> None:
    event = await forum(db)
    async with db.begin() as session:
        for number in range(20):
            await make.registration(session, signer, event, email=f"{number}@steppe.example")
        await set_rule(session, SYSTEM, event, "guests", days_before=3, local_hour=9)
    queued = await asyncio.gather(*(queue(db, DUE) for _ in range(4)))
    assert (sorted(queued), set((await addressed(db)).values())) == ([0, 0, 0, 20], {1})


async def test_a_crash_leaves_neither_mails_nor_mark(db: Database, signer: Signer) -> None:
    event = await forum(db)
    async with db.begin() as session:
        await make.registration(session, signer, event)
        await set_rule(session, SYSTEM, event, "guests", days_before=3, local_hour=9)
    with pytest.raises(KeyboardInterrupt):
        async with db.begin() as session:
            [rule_id] = await list_due(session, DUE)
            assert (await queue_part(session, rule_id, rule_id, DUE)).queued == 0, "behind everybody"
            assert (await queue_part(session, rule_id, UUID(int=0), DUE)).queued == 1
            raise KeyboardInterrupt
    assert (await addressed(db), await queue(db, DUE)) == (Counter(), 1)


async def test_sent_by_hand_only_who_has_not_had_it_gets_it_at_its_hour(db: Database, signer: Signer) -> None:
    event = await forum(db)
    async with db.begin() as session:
        await make.registration(session, signer, event, email="first@steppe.example")
        rule = await set_rule(session, SYSTEM, event, "guests", days_before=3, local_hour=9)
        assert await send_now(session, SYSTEM, event, rule, now=DUE - timedelta(days=2)) == 1
    async with db.begin() as session:
        await make.registration(session, signer, event, email="second@steppe.example")
    assert await queue(db, DUE) == 1
    async with db.begin() as session:
        await make.registration(session, signer, event, email="late@steppe.example")
    assert [await queue(db, DUE + timedelta(minutes=m)) for m in (1, 5)] == [0, 1], "within five minutes"
    async with db.begin() as session:
        rule = await set_rule(session, SYSTEM, event, "guests", days_before=1, local_hour=18)
        assert await send_now(session, SYSTEM, event, rule, now=DUE) == 0
        assert rule.queued == 3
        with pytest.raises(AlreadySent):
            await remove_rule(session, SYSTEM, event, rule)
    assert set((await addressed(db)).values()) == {1}


async def test_a_rule_made_after_its_time_goes_at_once_but_not_into_the_event(
    db: Database, signer: Signer
) -> None:
    event = await forum(db)
    async with db.begin() as session:
        await make.registration(session, signer, event)
        rule = await set_rule(session, SYSTEM, event, "guests", days_before=30, local_hour=9)
        with pytest.raises(TooLate):
            await send_now(session, SYSTEM, event, rule, now=START)
    begun, before = await queue(db, START), await queue(db, START - timedelta(minutes=1))
    assert (begun, before) == (0, 1)


async def test_a_draft_reminds_nobody(db: Database, signer: Signer) -> None:
    event = await forum(db, state="draft")
    async with db.begin() as session:
        await make.registration(session, signer, event)
        await set_rule(session, SYSTEM, event, "guests", days_before=3, local_hour=9)
    assert await queue(db, DUE) == 0


async def test_the_mail_counts_local_days(db: Database, signer: Signer, context: Context, sink: Sink) -> None:
    tomorrow = datetime.combine(datetime.now(ALMATY).date() + timedelta(days=1), time(1), ALMATY)
    event = await forum(
        db, starts_at=tomorrow.astimezone(UTC), ends_at=tomorrow.astimezone(UTC) + timedelta(hours=9)
    )
    async with db.begin() as session:
        await make.registration(session, signer, event, email="comes@steppe.example", language="en")
        rule = await set_rule(session, SYSTEM, event, "guests", days_before=3, local_hour=9)
        await send_now(session, SYSTEM, event, rule, now=datetime.now(UTC))
    await Drain(context).run()
    subjects = sorted(str(mail.message["subject"]) for mail in sink.taken)
    assert subjects == ["Tomorrow: Forum", "You are confirmed: Forum"]


async def test_a_rule_can_be_changed_removed_and_must_make_sense(db: Database) -> None:
    event = await forum(db)
    async with db.begin() as session:
        await set_rule(session, SYSTEM, event, "guests", days_before=3, local_hour=9)
        rule = await set_rule(session, SYSTEM, event, "guests", days_before=0, local_hour=7)
        assert [(r.amount, r.local_time) for r in await list_rules(session, event.id)] == [(0, time(7))]
        await remove_rule(session, SYSTEM, event, rule)
        assert await list_rules(session, event.id) == []
        with pytest.raises(RuleInvalid) as refused:
            await set_rule(session, SYSTEM, event, "guests", days_before=-1, local_hour=24)
        assert set(refused.value.errors) == {"days_before", "local_hour"}
