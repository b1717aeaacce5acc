"""The life of a task: claimed under a lease, proved by a token, given back, given up, tried again."""

import asyncio
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service.core.actor import SYSTEM
from service.core.clock import now
from service.core.database import Database, raw
from service.core.tokens import new_id
from service.events.models import Event
from service.events.queries import list_category_views
from service.invitations.operations import invite
from service.invitations.schemas import Guest
from service.outbox import operations as outbox
from service.outbox.inspecting import act, oldest_due
from service.outbox.inspecting import look as look_at
from service.outbox.operations import Mail
from tests.support import factories as make
from tests.support.outbox import invite_many


async def prepare(db: Database, mails: int) -> Event:
    async with db.begin() as session:
        host = await make.organisation(session)
        event = await make.event(session, host)
        await make.category(session, event)
        await invite_many(session, event, mails)
    return event


async def look(db: Database) -> list[tuple[str, int, str, str | None, str]]:
    """State and attempts of each task, its delivery's state and error, the invitation's state."""
    async with db.begin() as session:
        rows = await session.execute(
            text("""
                SELECT o.state, o.attempts, d.state, d.error, i.state
                FROM outbox o JOIN deliveries d ON d.task_id = o.id
                JOIN invitations i ON i.id = d.invitation_id ORDER BY d.address
            """)
        )
        return [tuple(row) for row in rows]  # type: ignore[misc]


async def mark(session: AsyncSession, one: outbox.Mark) -> bool:
    return bool((await outbox.mark(await raw(session), [one])).ids)


async def test_a_mail_is_added_once_for_its_key(db: Database) -> None:
    mail = Mail(letter="own_link", dedup="own_link:1", address="a@steppe.example", language="kk")
    async with db.begin() as session:
        first = await outbox.add_mail(session, mail)
    async with db.begin() as session:
        again = await outbox.add_mails(session, [mail, mail])
        assert (first, again, await make.count(session, "outbox")) == (True, 0, 1)


async def test_two_who_claim_at_once_never_get_the_same(db: Database) -> None:
    await prepare(db, 200)

    async def claim_all() -> list[UUID]:
        got: list[UUID] = []
        while True:
            async with db.begin() as session:
                tasks = await outbox.claim(session, "mail", 7, 60)
            if not tasks:
                return got
            got += [task.id for task in tasks]

    shares = await asyncio.gather(*(claim_all() for _ in range(4)))
    everything = [task for share in shares for task in share]
    assert (len(everything), len(set(everything))) == (200, 200)


async def test_marking_a_mail_never_reads_those_of_others(db: Database) -> None:
    """A plan that merged the marks with the outbox walked through all of it for each few mails, and was kept."""
    await prepare(db, 20)
    pool = await db.hot()
    given = ("[]", outbox.MAX_ATTEMPTS, outbox.GIVE_UP_AFTER, [], outbox.MOST_TRIES)
    plan = "\n".join(row[0] for row in await pool.fetch(f"EXPLAIN {outbox._MARK}", *given))
    assert "Index Scan using pk_outbox on outbox" in plan
    assert "Index Scan using pk_deliveries on deliveries" in plan
    assert not any(word in plan for word in ("Merge Join", "Hash Join", "Seq Scan on outbox"))


async def test_a_stale_token_writes_nothing(db: Database) -> None:
    await prepare(db, 1)
    async with db.begin() as session:
        [stale] = await outbox.claim(session, "mail", 10, -1)
        assert await outbox.return_expired(session) == 1
        [fresh] = await outbox.claim(session, "mail", 10, 60)
    async with db.begin() as session:
        marks = [
            outbox.sent(stale), outbox.postponed(stale, "later", 5, burn=True), outbox.given_up(stale, "never"),
            outbox.suppressed(stale, "no"),
        ]  # fmt: skip
        wrote = [await mark(session, one) for one in marks]
        wrote.append(bool(await outbox.hand_back(session, [stale], 0)))
        await outbox.keep(session, [stale.token], 3600)
    assert (wrote, await look(db)) == ([False] * 5, [("sending", 2, "queued", None, "queued")])
    async with db.begin() as session:
        assert await mark(session, outbox.sent(fresh))
    assert await look(db) == [("done", 2, "sent", None, "sent")]


async def test_only_an_ended_lease_returns_and_a_kept_one_does_not(db: Database) -> None:
    await prepare(db, 1)
    async with db.begin() as session:
        [task] = await outbox.claim(session, "mail", 10, 60)
        assert await outbox.return_expired(session) == 0
        await outbox.keep(session, [task.token], -1)
        assert await outbox.return_expired(session) == 1


async def test_what_outlives_its_workers_again_and_again_is_parked(db: Database) -> None:
    await prepare(db, 1)
    for _ in range(outbox.LOST_AT_MOST):
        async with db.begin() as session:
            [_task] = await outbox.claim(session, "mail", 10, -1)
            await outbox.return_expired(session)
    assert await look(db) == [("parked", 24, "failed", "The worker was lost each time.", "queued")]


async def test_handed_back_as_if_it_had_not_been_claimed(db: Database) -> None:
    await prepare(db, 3)
    async with db.begin() as session:
        tasks = await outbox.claim(session, "mail", 10, 60)
        assert await outbox.hand_back(session, tasks[:2], 0) == 2
    assert sorted(row[:2] for row in await look(db)) == [("queued", 0), ("queued", 0), ("sending", 1)]


async def test_after_eight_attempts_it_is_given_up_where_the_organizer_sees_it(db: Database) -> None:
    event = await prepare(db, 1)
    for _ in range(outbox.MAX_ATTEMPTS):
        async with db.begin() as session:
            [task] = await outbox.claim(session, "mail", 10, 60)
            assert await mark(session, outbox.postponed(task, "451 busy", 0, burn=True))
    assert await look(db) == [("parked", 8, "failed", "451 busy", "failed")]
    async with db.begin() as session:
        assert not await outbox.retry(session, [task.id], new_id()), "another event's organizer"
        assert await outbox.retry(session, [task.id], event.id)
        assert not await outbox.retry(session, [task.id], event.id), "it waits already"
    assert await look(db) == [("queued", 0, "queued", None, "failed")]


async def test_given_up_after_two_days_but_never_for_a_relay_that_is_away(db: Database) -> None:
    await prepare(db, 2)
    async with db.begin() as session:
        await session.execute(
            text("""
                UPDATE outbox SET payload = payload || jsonb_build_object('postponed_at', now() - interval '49 hours')
            """)
        )
        away, refused = await outbox.claim(session, "mail", 10, 60)
        assert await mark(session, outbox.postponed(away, "no connection", 0, burn=False))
        assert await mark(session, outbox.postponed(refused, "451 busy", 0, burn=True))
    assert sorted(row[:4] for row in await look(db)) == [
        ("parked", 1, "failed", "451 busy"), ("queued", 0, "queued", "no connection"),
    ]  # fmt: skip


async def test_one_that_waited_long_for_its_turn_is_tried_as_often_as_any(db: Database) -> None:
    """At a pace, for days; then a server that wants everybody to come twice. The same when it is tried anew by hand."""
    event = await prepare(db, 1)
    async with db.begin() as session:
        await session.execute(text("UPDATE outbox SET created_at = now() - interval '9 days'"))
        [task] = await outbox.claim(session, "mail", 10, 60)
        assert await mark(session, outbox.postponed(task, "451 come back", 0, burn=True))
    assert (await look(db))[0][:2] == ("queued", 1)
    async with db.begin() as session:
        await session.execute(
            text(
                "UPDATE outbox SET payload = jsonb_set(payload, '{postponed_at}', to_jsonb(now() - interval '3 days'))"
            )
        )
    async with db.begin() as session:
        [task] = await outbox.claim(session, "mail", 10, 60)
        assert await mark(session, outbox.postponed(task, "451 come back", 0, burn=True))
    assert (await look(db))[0][:2] == ("parked", 2)
    async with db.begin() as session:
        assert await outbox.retry(session, [task.id], event.id) == 1
        [task] = await outbox.claim(session, "mail", 10, 60)
        assert await mark(session, outbox.postponed(task, "451 come back", 0, burn=True))
    assert (await look(db))[0][:2] == ("queued", 1)


async def test_bounced_and_suppressed_say_why(db: Database) -> None:
    await prepare(db, 2)
    async with db.begin() as session:
        tasks = sorted(await outbox.claim(session, "mail", 10, 60), key=lambda task: task.address)
        marks = [
            outbox.given_up(tasks[0], "550 no such mailbox", bounced=True),
            outbox.suppressed(tasks[1], "This address wants no more invitations."),
        ]
        marked = await outbox.mark(await raw(session), marks)
    assert marked.ids == {tasks[0].id, tasks[1].id}
    assert await look(db) == [
        ("parked", 1, "bounced", "550 no such mailbox", "bounced"),
        ("cancelled", 1, "suppressed", "This address wants no more invitations.", "failed"),
    ]


@pytest.mark.parametrize("lost", [0, 1])
async def test_an_invitation_to_two_is_sent_when_one_of_them_has_it(db: Database, lost: int) -> None:
    """To a guest and the assistant; one address is wrong. Both are marked in the same statement."""
    async with db.begin() as session:
        event = await make.event(session, await make.organisation(session))
        await make.category(session, event)
        guest = Guest(
            name="김민지", email="minji@hangang.example", language="ko", category="business",
            assistant="desk@hangang.example",
        )  # fmt: skip
        await invite(session, SYSTEM, event, [guest], await list_category_views(session, event.id), now=now())
    async with db.begin() as session:
        tasks = sorted(await outbox.claim(session, "mail", 10, 60), key=lambda task: task.id)
        marks = [outbox.sent(tasks[1 - lost]), outbox.given_up(tasks[lost], "550 no such user", bounced=True)]
        await outbox.mark(await raw(session), marks)
    assert {invitation for *_, invitation in await look(db)} == {"sent"}


async def test_what_a_server_says_in_any_bytes_is_written_down(db: Database) -> None:
    """One that is away and says so in its own script: what is not written down would count as lost each time."""
    await prepare(db, 1)
    async with db.begin() as session:
        [task] = await outbox.claim(session, "mail", 10, 60)
        said = b"554 \xd0\xff\0 busy".decode("utf-8", "surrogateescape")
        assert await mark(session, outbox.postponed(task, said, 60, burn=False))
    assert [row[:3] for row in await look(db)] == [("queued", 0, "queued")]


async def test_a_late_mark_does_not_undo_an_answer(db: Database) -> None:
    """They accepted in the second between the sending and the mark."""
    await prepare(db, 1)
    async with db.begin() as session:
        [task] = await outbox.claim(session, "mail", 10, 60)
        await session.execute(text("UPDATE invitations SET state = 'accepted'"))
        assert await mark(session, outbox.sent(task))
    assert await look(db) == [("done", 1, "sent", None, "accepted")]


async def test_the_system_invites_nobody_twice(db: Database) -> None:
    event = await prepare(db, 3)
    async with db.begin() as session:
        await invite_many(session, event, 3)
        assert (await make.count(session, "outbox"), SYSTEM.kind) == (3, "system")


async def test_an_administrator_sees_what_waits_and_tries_parks_or_drops(db: Database) -> None:
    await prepare(db, 4)
    async with db.begin() as session:
        tasks = sorted(await outbox.claim(session, "mail", 3, 60), key=lambda task: task.address)
    marks = [
        outbox.given_up(tasks[0], "550 100% nobody"), outbox.given_up(tasks[1], "551 100 gone"),
        outbox.postponed(tasks[2], "451 busy", 3600, burn=True),
    ]  # fmt: skip
    await outbox.mark(await db.hot(), marks)
    async with db.begin() as session:
        await session.execute(
            text("UPDATE outbox SET due_at = now() - interval '2 minutes' WHERE attempts = 0")
        )
        seen = await look_at(session)
        late = await oldest_due(session)
    assert (seen.due, seen.planned, seen.parked, seen.sending, seen.stuck) == (1, 1, 2, 0, 0)
    assert 119 <= late == seen.oldest <= 140
    assert seen.reasons == [("550 100% nobody", 1), ("551 100 gone", 1)]
    async with db.begin() as session:
        tried = await act(session, "retry", error="100%")
        dropped = await act(session, "drop", letter="invitation")
        parked = await act(session, "park", letter="own_link"), await act(session, "park")
    assert (tried, dropped, parked) == (1, 1, (0, 3))
    assert [(row[0], row[2], row[3]) for row in await look(db)] == [
        ("parked", "failed", "Parked by hand."), ("cancelled", "suppressed", "551 100 gone"),
        ("parked", "failed", "451 busy"), ("parked", "failed", "Parked by hand."),
    ]  # fmt: skip
