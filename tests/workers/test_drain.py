"""What the mail server says decides what becomes of a mail; nothing one mail does can hold up the others."""

import json

import pytest
from sqlalchemy import event as listen
from sqlalchemy import text

from service.core.database import Database
from service.events.models import Event
from service.outbox.operations import Mail, add_mail
from tests.support import factories as make
from tests.support.outbox import invite_many, states
from tests.support.sink import Sink
from workers.context import Context
from workers.drain import Drain
from workers.ways import LONGEST_DELAY, back_off


async def prepare(db: Database, mails: int) -> Event:
    async with db.begin() as session:
        host = await make.organisation(session)
        event = await make.event(session, host)
        await make.category(session, event)
        await invite_many(session, event, mails)
    return event


async def tasks(db: Database) -> list[tuple[str, int, bool, str | None]]:
    """State, attempts, whether it is due later, and the delivery's error."""
    async with db.begin() as session:
        rows = await session.execute(
            text("""
                SELECT o.state, attempts, due_at > now(), d.error FROM outbox o JOIN deliveries d ON d.task_id = o.id
                ORDER BY d.address
            """)
        )
        return [tuple(row) for row in rows]  # type: ignore[misc]


async def test_all_go_out_each_once(db: Database, context: Context, sink: Sink) -> None:
    await prepare(db, 250)
    run = Drain(context)
    assert (await run.run(), run.finished, len({mail.recipient for mail in sink.taken})) == (0, 250, 250)
    async with db.begin() as session:
        assert await states(session) == {"sent": 250}
        assert await make.count(session, "invitations", state="sent") == 250


async def test_a_refused_address_bounces_a_busy_server_postpones(
    db: Database, context: Context, sink: Sink
) -> None:
    await prepare(db, 3)
    sink.refuse = {
        "guest0@steppe.example": "550 5.1.1 no such mailbox",
        "guest1@steppe.example": "451 4.7.1 come back later",
    }
    await Drain(context).run()
    assert await tasks(db) == [
        ("parked", 1, False, "550 5.1.1 no such mailbox"), ("queued", 1, True, "451 4.7.1 come back later"),
        ("done", 1, False, None),
    ]  # fmt: skip
    async with db.begin() as session:
        assert await states(session) == {"bounced": 1, "queued": 1, "sent": 1}


async def test_no_mail_server_burns_no_attempt_and_hands_the_rest_back(
    db: Database, context: Context, sink: Sink
) -> None:
    await prepare(db, 150)
    await sink.stop()
    wait = await Drain(context).run()
    found = await tasks(db)
    assert wait > 0
    assert {(state, attempts) for state, attempts, _, _ in found} == {("queued", 0)}
    assert 1 <= sum(error is not None for *_, error in found) <= context.settings.smtp_connections
    await sink.start()


async def test_hostile_data_parks_one_mail_only(db: Database, context: Context, sink: Sink) -> None:
    event = await prepare(db, 2)
    wrong = {
        "no-id@steppe.example": {"registration_id": "DROP TABLE"},
        "unknown@steppe.example": {},
        "gone@steppe.example": {"registration_id": str(event.id)},
    }
    letters = {"unknown@steppe.example": "letter_of_tomorrow"}
    async with db.begin() as session:
        for address, more in wrong.items():
            letter = letters.get(address, "own_link")
            await add_mail(session, Mail(letter=letter, dedup=address, address=address, language="kk"))
            patch = text("UPDATE outbox SET payload = payload || :more WHERE dedup = :dedup")
            await session.execute(
                patch.bindparams(dedup=address),
                {"more": json.dumps(more)},
            )
    await Drain(context).run()
    async with db.begin() as session:
        rows = await session.execute(
            text("SELECT address, state, error FROM deliveries WHERE state <> 'sent' ORDER BY address")
        )
        assert [tuple(row) for row in rows] == [
            ("gone@steppe.example", "suppressed", "The registration is gone."),
            ("no-id@steppe.example", "failed", "ValueError: badly formed hexadecimal UUID string"),
            ("unknown@steppe.example", "failed", "UnknownLetter: letter_of_tomorrow"),
        ]
    assert len(sink.taken) == 2


async def test_an_address_that_is_none_bounces_without_a_word_to_the_server(
    db: Database, context: Context, sink: Sink
) -> None:
    await prepare(db, 1)
    async with db.begin() as session:
        await session.execute(text("UPDATE deliveries SET address = 'a b@steppe.example'"))
    await Drain(context).run()
    assert (await tasks(db), sink.taken) == ([("parked", 1, False, "address refused: shape")], [])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("UPDATE invitations SET state = 'withdrawn'", "The invitation is withdrawn by now."),
        ("UPDATE invitations SET state = 'accepted'", "The invitation is accepted by now."),
        ("UPDATE events SET state = 'over'", "The event is over."),
        (
            "INSERT INTO suppressions (organisation_id, email) SELECT organisation_id, email FROM invitations",
            "This address wants no more invitations.",
        ),
    ],
)
async def test_what_is_no_longer_true_is_not_sent(
    db: Database, context: Context, sink: Sink, change: str, reason: str
) -> None:
    await prepare(db, 1)
    async with db.begin() as session:
        await session.execute(text(change))
    await Drain(context).run()
    async with db.begin() as session:
        row = (await session.execute(text("SELECT state, error FROM deliveries"))).one()
    assert (tuple(row), sink.taken) == (("suppressed", reason), [])


async def test_queries_do_not_grow_with_the_batch(db: Database, context: Context, sink: Sink) -> None:
    async with db.begin() as session:
        host = await make.organisation(session)
        event = await make.event(session, host)
        await make.category(session, event, approval="automatic")
    counts = [await _reads(db, context, event, number) for number in (1, 60)]
    assert (counts[0], counts[1]) == (counts[0], counts[0])


async def _reads(db: Database, context: Context, event: Event, number: int) -> int:
    """SELECTs of one drain over so many confirmations (each mail's own mark is an UPDATE)."""
    async with db.begin() as session:
        for n in range(number):
            name = f"{number}-{n}@steppe.example"
            await make.registration(session, context.signer, event, email=name)
    said: list[str] = []

    def hear(_c: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    engine = context.db.engine.sync_engine
    listen.listen(engine, "before_cursor_execute", hear)
    await Drain(context).run()
    listen.remove(engine, "before_cursor_execute", hear)
    return sum(statement.lstrip().startswith("SELECT") for statement in said)


def test_back_off_grows_to_hours_and_never_beyond() -> None:
    longest = [max(back_off(attempt) for _ in range(2000)) for attempt in (1, 4, 20)]
    assert longest[0] <= 120 < longest[1] <= 960 < longest[2] <= LONGEST_DELAY


async def test_a_copy_that_cannot_be_kept_costs_no_mail(
    db: Database, context: Context, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has gone out by then: were it not marked as sent, it would go out again."""

    def no_room(_: object) -> bytes:
        raise MemoryError

    monkeypatch.setattr("workers.shells.pack", no_room)
    await prepare(db, 2)
    await Drain(context).run()
    assert await tasks(db) == [("done", 1, False, None)] * 2
    assert len(sink.taken) == 2
