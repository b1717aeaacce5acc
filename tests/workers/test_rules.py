"""Rules with words of the team's own: when each leaves, to whom, once, whatever happens to rule, event or worker."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event as listen
from sqlalchemy import text

from service.core.actor import SYSTEM
from service.core.database import Database
from service.credentials.operations import Signer
from service.events.models import Event
from service.messages import due, rules
from service.messages.due import queue_all
from service.messages.models import Campaign, ReminderRule
from service.messages.timing import When
from tests.support import factories as make
from tests.support.sink import Sink
from workers.context import Context
from workers.drain import Drain

ALMATY = ZoneInfo("Asia/Almaty")
START = datetime(2030, 9, 13, 10, tzinfo=ALMATY)
END = START + timedelta(hours=32)
DAYS = timedelta(days=1)


async def forum(db: Database, **more: object) -> Event:
    async with db.begin() as session:
        host = await make.organisation(session)
        times = {"starts_at": START.astimezone(UTC), "ends_at": END.astimezone(UTC)}
        event = await make.event(session, host, **{**times, **more})
        await make.category(session, event, approval="automatic")
        await make.category(session, event, "press", approval="desk")
    return event


async def rule(db: Database, event: Event, when: When, segment: str = "state=approved") -> ReminderRule:
    """One that is on."""
    async with db.begin() as session:
        made = await rules.start_rule(
            session, SYSTEM, event, when, segment=segment, subject={"en": "Soon"}, body={"en": "Dear {name}"}
        )
        await rules.turn_on(session, SYSTEM, event, made, await session.get_one(Campaign, made.campaign_id))
    return made


async def guest(db: Database, signer: Signer, event: Event, name: str, **more: Any) -> None:
    async with db.begin() as session:
        made = await make.registration(session, signer, event, email=f"{name}@steppe.example", name=name)
        for column, value in {
            "created_at": START - 60 * DAYS,
            "decided_at": START - 60 * DAYS,
            **more,
        }.items():
            await session.execute(
                text(f"UPDATE registrations SET {column} = :value WHERE id = :id"),
                {"value": value, "id": made.id},
            )


async def change(db: Database, statement: str, **values: Any) -> None:
    async with db.begin() as session:
        await session.execute(text(statement), values)


async def written(db: Database) -> Counter[str]:
    """To whom messages were written, by the first part of the address."""
    async with db.begin() as session:
        rows = await session.execute(text("SELECT address FROM deliveries WHERE letter = 'message'"))
        return Counter(address.partition("@")[0] for address in rows.scalars())


async def test_each_gets_it_once_at_its_local_time_and_late_ones_while_it_makes_sense(
    db: Database, signer: Signer
) -> None:
    event = await forum(db)
    await guest(db, signer, event, "early")
    await rule(db, event, When(amount=3, local_time=time(9)))
    moment = datetime(2030, 9, 10, 9, tzinfo=ALMATY)
    counted = [await queue_all(db, moment + timedelta(seconds=s)) for s in (-1, 0, 60)]
    await guest(db, signer, event, "late")
    counted += [await queue_all(db, START - timedelta(seconds=1))]
    await guest(db, signer, event, "too_late")
    counted += [await queue_all(db, START + timedelta(hours=m)) for m in (0, 8, 100)]
    assert counted == [0, 1, 0, 1, 0, 0, 0]
    assert await written(db) == Counter(early=1, late=1)


@pytest.mark.parametrize(
    ("when", "first", "over"),
    [
        (When(amount=0, local_time=time(7)), "2030-09-13T07:00", "2030-09-13T10:00"),
        (When(amount=2, unit="hours"), "2030-09-13T08:00", "2030-09-13T10:00"),
        (When(amount=1, unit="hours", after=True), "2030-09-13T11:00", "2030-09-14T18:00"),
        (When(anchor="ends", amount=1, after=True), "2030-09-15T09:00", "2030-09-29T09:00"),
        (When(anchor="closes", amount=1), "2030-08-31T09:00", "2030-09-01T23:00"),
        (When(anchor="closes", amount=1, after=True), "2030-09-02T09:00", "2030-09-13T10:00"),
        (When(anchor="answers", amount=12, unit="hours"), "2030-09-04T06:00", "2030-09-04T18:00"),
    ],
)
async def test_the_times_of_a_rule(db: Database, signer: Signer, when: When, first: str, over: str) -> None:
    """Not a second sooner, and not when it has lost its sense."""
    event = await forum(
        db, registration_closes_at=datetime(2030, 9, 1, 23, tzinfo=ALMATY),
        answers_until=datetime(2030, 9, 4, 18, tzinfo=ALMATY),
    )  # fmt: skip
    await guest(db, signer, event, "early")
    await rule(db, event, when)
    begins, ends = (datetime.fromisoformat(at).replace(tzinfo=ALMATY) for at in (first, over))
    second = timedelta(seconds=1)
    assert [await queue_all(db, at) for at in (begins - second, ends, ends - second)] == [0, 0, 1]
    await change(db, "DELETE FROM outbox")
    await change(db, "UPDATE reminder_rules SET looked_at = NULL")
    assert await queue_all(db, begins) == 1


@pytest.mark.parametrize(
    ("start", "at", "utc"),
    [
        ("2030-03-30T20:00", time(2, 30), "2030-03-30T01:30"),
        ("2030-03-31T20:00", time(2, 30), "2030-03-31T01:30"),  # this hour does not exist in Berlin
        ("2030-10-27T20:00", time(2, 30), "2030-10-27T00:30"),  # this one comes twice: the first of them
        ("2030-10-27T20:00", time(9), "2030-10-27T08:00"),
    ],
)
async def test_the_clocks_may_change(db: Database, signer: Signer, start: str, at: time, utc: str) -> None:
    starts = datetime.fromisoformat(start).replace(tzinfo=ZoneInfo("Europe/Berlin"))
    event = await forum(db, zone="Europe/Berlin", starts_at=starts, ends_at=starts + timedelta(hours=2))
    await guest(db, signer, event, "early")
    await rule(db, event, When(amount=0, local_time=at))
    moment = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert [await queue_all(db, moment - timedelta(seconds=1)), await queue_all(db, moment)] == [0, 1]


async def test_an_event_that_is_moved_moves_its_rules(db: Database, signer: Signer) -> None:
    event = await forum(db)
    await guest(db, signer, event, "early")
    await rule(db, event, When(amount=3, local_time=time(9)))
    await change(
        db,
        "UPDATE events SET starts_at = starts_at + interval '1 week', ends_at = ends_at + interval '1 week'",
    )
    assert [await queue_all(db, datetime(2030, 9, day, 9, tzinfo=ALMATY)) for day in (10, 16, 17)] == [
        0,
        0,
        1,
    ]
    await change(
        db,
        "UPDATE events SET starts_at = starts_at + interval '1 week', ends_at = ends_at + interval '1 week'",
    )
    assert await queue_all(db, datetime(2030, 9, 24, 9, tzinfo=ALMATY)) == 0, "who had it is not told twice"


async def test_before_a_session_however_it_is_moved_or_removed(db: Database, signer: Signer) -> None:
    event = await forum(db)
    await guest(db, signer, event, "early")
    async with db.begin() as session:
        session_id = (
            await session.execute(
                text("""
                    INSERT INTO programme_sessions (event_id, title, starts_at, ends_at)
                    VALUES (:event, '{}', :at, CAST(:at AS timestamptz) + interval '1 hour') RETURNING id
                """),
                {"event": event.id, "at": START + timedelta(hours=4)},
            )
        ).scalar_one()
    await rule(db, event, When(anchor="session", session_id=session_id, amount=1, unit="hours"))
    await change(db, "UPDATE programme_sessions SET starts_at = starts_at - interval '1 hour'")
    assert [await queue_all(db, START + timedelta(hours=h)) for h in (1, 2)] == [0, 1]
    await guest(db, signer, event, "late")
    await change(db, "DELETE FROM programme_sessions")
    assert await queue_all(db, START + timedelta(hours=2, minutes=30)) == 0


async def test_since_a_state_each_has_a_time_of_their_own(db: Database, signer: Signer) -> None:
    event = await forum(db)
    monday = datetime(2030, 8, 5, 15, tzinfo=ALMATY)
    await guest(db, signer, event, "waits", state="pending", waiting_since=monday)
    await guest(db, signer, event, "later", state="pending", waiting_since=monday + 1 * DAYS)
    await guest(db, signer, event, "decided")
    await rule(db, event, When(anchor="state", anchor_state="pending", amount=5, after=True), "")
    await rule(
        db, event, When(anchor="state", anchor_state="approved", amount=3, unit="hours", after=True), ""
    )
    friday = datetime(2030, 8, 10, 9, tzinfo=ALMATY)
    found = [
        (await queue_all(db, friday + more), dict(await written(db))) for more in (-DAYS, 0 * DAYS, DAYS)
    ]
    assert found == [
        (1, {"decided": 1}), (1, {"decided": 1, "waits": 1}), (1, {"decided": 1, "waits": 1, "later": 1}),
    ]  # fmt: skip
    await guest(db, signer, event, "walks_in", created_at=START, decided_at=START)
    assert await queue_all(db, START + timedelta(hours=3)) == 0


async def test_before_an_offer_ends_and_before_the_deadline_of_a_delegation(
    db: Database, signer: Signer
) -> None:
    event = await forum(db)
    ends = datetime(2030, 8, 10, 12, tzinfo=ALMATY)
    await guest(db, signer, event, "offered", state="offered", offer_until=ends)
    await guest(db, signer, event, "longer", state="offered", offer_until=ends + DAYS)
    await rule(db, event, When(anchor="offer", amount=6, unit="hours"), "")
    for name, state, deadline in (
        ("open", "open", ends),
        ("sent", "submitted", ends),
        ("long", "open", ends + 9 * DAYS),
    ):
        await change(
            db,
            "INSERT INTO delegations (organisation_id, event_id, name, focal_email, deadline, state)"
            " VALUES (:host, :event, :name, :email, :deadline, :state)",
            host=event.organisation_id, event=event.id, name=name, email=f"{name}@x.example", deadline=deadline,
            state=state,
        )  # fmt: skip
    await rule(db, event, When(anchor="deadline", amount=2, local_time=time(9)))
    assert [await queue_all(db, ends - DAYS), dict(await written(db))] == [1, {"open": 1}]
    assert [await queue_all(db, ends - timedelta(hours=6)), await queue_all(db, ends)] == [1, 0]
    assert dict(await written(db)) == {"open": 1, "offered": 1}


async def test_who_arrived_is_thanked_and_who_did_not_was_missed(db: Database, signer: Signer) -> None:
    event = await forum(db)
    await guest(db, signer, event, "came")
    await guest(db, signer, event, "stayed_away")
    await change(
        db, "INSERT INTO entries (registration_id, zone, day, event_id, point_id, scan_id)"
        " SELECT id, 'venue', '2030-09-13', event_id, uuidv7(), uuidv7() FROM registrations WHERE native_name = 'came'",
    )  # fmt: skip
    thanks = await rule(db, event, When(anchor="ends", amount=1, after=True), "here=yes")
    missed = await rule(db, event, When(anchor="ends", amount=1, after=True), "state=approved&here=no")
    await change(db, "UPDATE events SET state = 'over'")
    assert [await queue_all(db, END), await queue_all(db, END + DAYS)] == [0, 2]
    async with db.begin() as session:
        found = await session.execute(
            text("""
                SELECT dedup, native_name FROM outbox JOIN deliveries ON task_id = outbox.id
                JOIN registrations r ON r.id = registration_id WHERE letter = 'message'
            """)
        )
        got = {(dedup.split(":")[1], name) for dedup, name in found}
    assert got == {(str(thanks.id), "came"), (str(missed.id), "stayed_away")}


async def test_a_person_who_is_there_twice_gets_it_once_and_who_is_without_address_not(
    db: Database, signer: Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when the two come in different parts, and when whole parts reach nobody."""
    event = await forum(db)
    for name in ("a", "b", "c", "d", "e"):
        await guest(db, signer, event, name)
    await change(db, "UPDATE registrations SET email = '' WHERE native_name IN ('a', 'b')")
    await change(
        db, "UPDATE registrations SET person_id = (SELECT person_id FROM registrations WHERE native_name = 'c')"
        " WHERE native_name = 'e'",
    )  # fmt: skip
    await change(db, "INSERT INTO suppressions (organisation_id, email, reason) VALUES (:host, 'd@steppe.example',"
                 " 'bounced')", host=event.organisation_id)  # fmt: skip
    await rule(db, event, When())
    monkeypatch.setattr(due, "PART", 2)
    assert [await queue_all(db, START - DAYS), await queue_all(db, START - timedelta(hours=1))] == [1, 0]
    assert await written(db) == Counter(c=1)


async def test_paused_changed_removed_and_put_back_nobody_gets_it_twice(
    db: Database, signer: Signer, context: Context, sink: Sink
) -> None:
    event = await forum(db, starts_at=datetime.now(UTC) + 2 * DAYS, ends_at=datetime.now(UTC) + 3 * DAYS)
    await guest(db, signer, event, "first")
    made = await rule(db, event, When())
    await change(db, "DELETE FROM outbox")
    now = datetime.now(UTC)

    async def turn(step: Any) -> None:
        async with db.begin() as session:
            mine = await session.get_one(ReminderRule, made.id)
            await step(session, SYSTEM, event, mine, await session.get_one(Campaign, made.campaign_id))

    assert await queue_all(db, now) == 1
    await turn(rules.pause)
    await guest(db, signer, event, "second")
    await change(db, "DELETE FROM outbox o USING deliveries d WHERE task_id = id AND letter <> 'message'")
    await Drain(context).run()
    assert (len(sink.taken), await queue_all(db, now)) == (0, 0)
    await change(db, 'UPDATE campaigns SET subject = \'{"en": "Sooner"}\'')
    await turn(rules.turn_on)
    assert await queue_all(db, now) == 1
    await Drain(context).run()
    assert [(mail.recipient, str(mail.message["subject"])) for mail in sink.taken] == [
        ("first@steppe.example", "Sooner"), ("second@steppe.example", "Sooner"),
    ]  # fmt: skip
    for step in (rules.remove, rules.put_back, rules.turn_on):
        with pytest.raises(rules.RuleConflict):
            await turn(rules.put_back if step is not rules.put_back else rules.pause)
        await turn(step)
    assert await queue_all(db, now) == 0


async def test_what_was_held_too_long_or_is_true_no_more_does_not_go(
    db: Database, signer: Signer, context: Context, sink: Sink
) -> None:
    event = await forum(db, starts_at=datetime.now(UTC) + DAYS, ends_at=datetime.now(UTC) + 3 * DAYS)
    for name in ("stays", "cancels"):
        await guest(db, signer, event, name)
    await change(db, "DELETE FROM outbox")
    await rule(db, event, When())
    assert await queue_all(db, datetime.now(UTC)) == 2
    await change(db, "UPDATE registrations SET state = 'cancelled' WHERE native_name = 'cancels'")
    await change(
        db,
        """UPDATE outbox SET payload = payload || '{"until": "2026-01-01T00:00:00+00:00"}'
                     FROM deliveries WHERE task_id = id AND address LIKE 'stays%'""",
    )
    await Drain(context).run()
    async with db.begin() as session:
        rows = await session.execute(text("SELECT address, state, error FROM deliveries ORDER BY 1"))
        found = [tuple(row) for row in rows]
    assert found == [
        ("cancels@steppe.example", "suppressed", "Their state has changed."),
        ("stays@steppe.example", "suppressed", "Its time is over."),
    ]
    assert len(sink.taken) == 0


async def test_four_workers_and_half_done_parts_write_to_each_once(
    db: Database, signer: Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Workers die behind a part, before its commit, and in between others go on."""
    event = await forum(db)
    for number in range(24):
        await guest(db, signer, event, f"g{number}")
    await rule(db, event, When())
    await rule(db, event, When(amount=2))
    monkeypatch.setattr(due, "PART", 5)
    now = START - DAYS

    async def dies(number: int) -> None:
        with pytest.raises(KeyboardInterrupt):
            async with db.begin() as session:
                ids = await due.list_due(session, now)
                await due.queue_part(session, ids[number % 2], due.FIRST, now)
                raise KeyboardInterrupt

    async def dies_between() -> None:
        async with db.begin() as session:
            ids = await due.list_due(session, now)
        for rule_id in ids[:1]:
            async with db.begin() as session:
                await due.queue_part(session, rule_id, due.FIRST, now)

    await dies(0)
    await dies_between()
    await dies(1)
    assert sum((await written(db)).values()) == 5
    await asyncio.gather(*(queue_all(db, now) for _ in range(4)))
    assert await written(db) == Counter({f"g{number}": 2 for number in range(24)})


async def test_ten_rules_are_found_by_one_query(db: Database, signer: Signer) -> None:
    event = await forum(db)
    seen = []
    for many in (1, 9):
        for _ in range(many):
            await rule(db, event, When(amount=3))
        said: list[str] = []

        def hear(_c: object, _cursor: object, statement: str, *_: object, said: list[str] = said) -> None:
            said.append(statement)

        listen.listen(db.engine.sync_engine, "before_cursor_execute", hear)
        assert await queue_all(db, START - 30 * DAYS) == 0
        listen.remove(db.engine.sync_engine, "before_cursor_execute", hear)
        seen.append(len([one for one in said if "reminder_rules" in one]))
    assert seen == [1, 1]
