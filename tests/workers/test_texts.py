"""Short texts through a gateway: to whom, once, in whose words, and what becomes of them when it is not well."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import event as listen
from sqlalchemy import select, text, update

from emails.written import LONGEST_VALUE
from service.core.actor import SYSTEM
from service.core.clock import now
from service.core.database import Database
from service.credentials.operations import Signer
from service.events.models import Event
from service.messages import campaigns, rules
from service.messages.due import queue_all
from service.messages.models import Campaign
from service.messages.recipients import order_of
from service.messages.texts import TAKEN_AWAY, drop_texts, load, queue_texts
from service.messages.timing import When
from service.organisations.models import Organisation
from service.outbox.operations import claim, retry
from service.registrations.models import Registration
from service.registrations.texts import choose_texts
from service.settings import ChannelUrl, Settings
from tests.support import factories as make
from tests.support.gateway import Gateway, gateway
from tests.support.sink import Sink
from tests.support.worker import workers
from workers import messengers
from workers.by_text import ByText
from workers.context import Context, open_context
from workers.drain import Drain
from workers.messengers import LANES, UNSURE

SHORT = {"en": "{name}: gate 2, {own_page}", "kk": "{name}: 2-қақпа, {own_page}"}


@pytest.fixture
async def gate() -> AsyncIterator[Gateway]:
    async with gateway() as found:
        yield found


@pytest.fixture
async def context(settings: Settings, sink: Sink, gate: Gateway) -> AsyncIterator[Context]:
    """A worker that can send mails, and texts by SMS."""
    channels = {"sms": ChannelUrl(gate.template)}
    opened = await open_context(msgspec.structs.replace(settings, smtp_url=sink.url, channels=channels))
    yield opened
    await opened.close()


def phone(number: int) -> str:
    return f"+7701000{number:04}"


async def forum(db: Database, signer: Signer, *guests: dict[str, Any]) -> Event:
    """Approved guests with a number each, who want texts unless they say otherwise; nothing lies in the outbox."""
    async with db.begin() as session:
        event = await make.event(session, await make.organisation(session))
        await make.category(session, event, approval="automatic")
        for number, more in enumerate(guests):
            wish = {"texts": "sms", **more}
            known = {"name": f"Guest {number}", "phone": phone(number), "email": f"g{number}@steppe.example"}
            channel = wish.pop("texts")
            made = await make.registration(session, signer, event, **{**known, "language": "en", **wish})
            await choose_texts(session, SYSTEM, made, channel, now=now())
        await session.execute(text("DELETE FROM outbox"))
    return event


async def message(db: Database, event: Event, short: dict[str, str] | None = None, **more: Any) -> Campaign:
    """To all who are approved; its mails and texts are on their way."""
    words = {"en": "Gate 2", "kk": "2-қақпа"}
    async with db.begin() as session:
        host = await session.get_one(Organisation, event.organisation_id)
        owner = await make.actor(session, host, "owner")
        made = await campaigns.start_draft(session, owner, event, segment="state=approved")
        made.subject, made.body, made.short = words, words, SHORT if short is None else short
        for name, value in more.items():
            setattr(made, name, value)
        at = datetime.now(UTC)
        job = await campaigns.send(session, owner, event, made, total=1, at=at, now=at)
    await campaigns.begin(db, owner, job, progress=nothing)
    return made


async def nothing(_done: int, _total: int) -> None: ...


async def send(context: Context) -> float:
    return await Drain(context, ByText(context, "sms")).run()


async def texts(db: Database) -> list[tuple[str, str, int, str, str | None]]:
    """(number, state of the task, attempts, state of the delivery, what was said)."""
    async with db.begin() as session:
        rows = await session.execute(
            text("""
                SELECT d.address, o.state, o.attempts, d.state, coalesce(d.error, d.reply)
                FROM outbox o JOIN deliveries d ON d.task_id = o.id WHERE o.kind = 'sms' ORDER BY d.address
            """)
        )
        return [tuple(row) for row in rows]  # type: ignore[misc]


async def test_those_who_said_so_get_one_in_their_language(
    db: Database, signer: Signer, context: Context, gate: Gateway, sink: Sink
) -> None:
    event = await forum(
        db, signer, {"language": "kk", "name": "Әсел"}, {"texts": ""}, {"phone": ""},
        {"language": "ko", "name": "김철수"},
    )  # fmt: skip
    await message(db, event)
    assert await send(context) == 0
    found = dict(gate.texts)
    assert set(found) == {phone(0), phone(3)}
    assert found[phone(0)].startswith("Әсел: 2-қақпа, http://testserver/g/")
    assert found[phone(3)].startswith("김철수: gate 2, http://testserver/g/")  # nothing is written in Korean
    await Drain(context).run()
    assert len(sink.taken) == 4  # the mails, each their own
    assert [row[1:4] for row in await texts(db)] == [("done", 1, "sent")] * 2
    async with db.begin() as session:
        copies = (
            await session.execute(text("SELECT copy FROM deliveries WHERE letter = 'message_text'"))
        ).scalars()
        assert sorted(one["text"] for one in copies) == [
            "Әсел: 2-қақпа, http://testserver/g/…", "김철수: gate 2, http://testserver/g/…",
        ]  # fmt: skip


async def test_nobody_gets_it_twice_however_often_it_is_written(
    db: Database, signer: Signer, context: Context, gate: Gateway
) -> None:
    event = await forum(db, signer, {}, {})
    made = await message(db, event)
    await send(context)
    async with db.begin() as session:
        for _ in range(2):
            ids = list((await session.execute(select(Registration.id))).scalars())
            assert await queue_texts(session, order_of(made), ids) == 0
    await send(context)
    assert Counter(number for number, _ in gate.texts) == {phone(0): 1, phone(1): 1}


async def test_what_the_gateway_refuses_is_shown_without_our_keys(
    db: Database, signer: Signer, context: Context, gate: Gateway
) -> None:
    await message(db, await forum(db, signer, {}, {}))
    gate.answers[phone(0)] = "400 Bad Request\nnot a mobile number; key s3cret-key"
    await send(context)
    [refused, taken] = await texts(db)
    assert refused[:4] == (phone(0), "parked", 1, "failed")
    assert "error=400" in str(refused[4]) and "not a mobile number" in str(refused[4])
    assert "s3cret-key" not in str(refused[4])
    assert taken[1] == "done"
    async with db.begin() as session:  # a number that is refused shuts no address of mails
        assert await make.count(session, "suppressions") == 0


async def test_a_gateway_that_is_away_burns_no_attempt_and_holds_up_no_mail(
    db: Database, signer: Signer, context: Context, gate: Gateway, sink: Sink
) -> None:
    await message(db, await forum(db, signer, *({} for _ in range(12))))
    await gate.stop()
    assert await send(context) > 0
    assert {row[1:3] for row in await texts(db)} == {("queued", 0)}
    await Drain(context).run()
    assert len(sink.taken) == 12
    await gate.start()
    await asyncio.sleep(1.1)  # the shortest break
    async with db.begin() as session:
        await session.execute(text("UPDATE outbox SET due_at = now() WHERE kind = 'sms'"))
    await send(context)
    assert Counter(number for number, _ in gate.texts) == {phone(number): 1 for number in range(12)}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("429 Too Many Requests\nslowly", ("queued", 1)), ("500 Internal Server Error\n", ("queued", 1)),
        ("503 Service Unavailable\n", ("queued", 0)), ("401 Unauthorized\n", ("queued", 0)),
        ("402 Payment Required\nno credit", ("queued", 0)), ("302 Found\nelsewhere", ("queued", 0)),
        ("422 Unprocessable Content\n", ("parked", 1)), ("", ("parked", 1)),
    ],
)  # fmt: skip
async def test_each_answer_has_its_consequence(
    db: Database, signer: Signer, context: Context, gate: Gateway, answer: str, expected: tuple[str, int]
) -> None:
    """Trouble of the moment is tried again, trouble with the gateway burns no attempt, a no is final; so is a silence
    after which nobody knows whether the text went out."""
    await message(db, await forum(db, signer, {}))
    gate.answers[phone(0)] = answer
    wait = await send(context)
    [row] = await texts(db)
    assert row[1:3] == expected
    assert (wait > 0) is (expected == ("queued", 0) or answer == "")
    assert len(gate.taken) == 1
    if answer == "":
        assert row[4] == UNSURE


async def test_after_a_silence_the_team_may_send_it_again(
    db: Database, signer: Signer, context: Context, gate: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messengers, "ANSWERS_IN", 0.3)
    event = await forum(db, signer, {})
    await message(db, event)
    gate.silent = True
    await send(context)
    assert [row[1:] for row in await texts(db)] == [("parked", 1, "failed", UNSURE)]
    gate.silent = False
    async with db.begin() as session:
        ids = list((await session.execute(text("SELECT id FROM outbox WHERE kind = 'sms'"))).scalars())
        assert await retry(session, ids, event.id) == 1
    await asyncio.sleep(1.1)
    await send(context)
    assert [row[1] for row in await texts(db)] == ["done"]


async def test_paused_and_stopped_messages_send_no_text(
    db: Database, signer: Signer, context: Context, gate: Gateway
) -> None:
    event = await forum(db, signer, {}, {})
    made = await message(db, event)
    async with db.begin() as session:
        campaign = await session.get_one(Campaign, made.id)
        await campaigns.pause(session, SYSTEM, event, campaign)
    await send(context)
    assert gate.taken == []
    async with db.begin() as session:
        campaign = await session.get_one(Campaign, made.id)
        await campaigns.resume(session, SYSTEM, event, campaign)
        await campaigns.stop(session, SYSTEM, event, campaign)
    await send(context)
    assert gate.taken == []
    assert {row[1:2] + row[3:4] for row in await texts(db)} == {("cancelled", "suppressed")}


async def test_whoever_changes_their_mind_gets_none_that_waits(
    db: Database, signer: Signer, context: Context, gate: Gateway
) -> None:
    await message(db, await forum(db, signer, {}, {}, {}))
    async with db.begin() as session:
        guests = (await session.execute(select(Registration).order_by(Registration.phone))).scalars().all()
        await choose_texts(session, SYSTEM, guests[0], "", now=now())
        guests[1].phone = phone(99)
    await send(context)
    assert gate.texts[0][0] == phone(2) and len(gate.taken) == 1
    assert [(row[1], row[4]) for row in await texts(db)][:2] == [
        ("cancelled", "This guest wants no texts this way any more."),
        ("cancelled", "The number of this guest has changed."),
    ]


async def test_news_goes_to_nobody_who_asked_for_no_more(
    db: Database, signer: Signer, context: Context, gate: Gateway
) -> None:
    event = await forum(db, signer, {}, {})
    async with db.begin() as session:
        await session.execute(
            text(
                "INSERT INTO suppressions (organisation_id, email, reason) VALUES (:id, 'g0@steppe.example', 'asked')"
            ),
            {"id": event.organisation_id},
        )
    await message(db, event, purpose="news")
    await send(context)
    assert [number for number, _ in gate.texts] == [phone(1)]


HOSTILE = (
    "{own_page}", "{{7*7}}", "a\r\nTo: +77019999999", "<b>&amp;</b>", "\u202egnihton", "😀" * 100, "%2B7&to=+1", '"};x',
)  # fmt: skip


async def test_names_are_words_and_nothing_else(
    db: Database, signer: Signer, context: Context, gate: Gateway
) -> None:
    event = await forum(db, signer, *({} for _ in HOSTILE))
    async with db.begin() as session:
        for number, name in enumerate(HOSTILE):
            await session.execute(
                update(Registration).where(Registration.phone == phone(number)).values(native_name=name)
            )
    await message(db, event, {"en": "{name}!"})
    await send(context)
    said = [" ".join(name.split()).replace("\u202e", "")[:LONGEST_VALUE] + "!" for name in HOSTILE]
    assert gate.texts == [(phone(number), one) for number, one in enumerate(said)]
    assert {(one["type"], one["title"]) for one in gate.taken} == {("info", "")}


async def test_a_number_that_is_none_stops_alone(
    db: Database, signer: Signer, context: Context, gate: Gateway
) -> None:
    event = await forum(db, signer, {}, {})
    async with db.begin() as session:
        await session.execute(
            update(Registration).where(Registration.phone == phone(0)).values(phone="12/../../x?y")
        )
    await message(db, event)
    await send(context)
    assert [number for number, _ in gate.texts] == [phone(1)]
    assert sorted(row[1] for row in await texts(db)) == ["done", "parked"]


async def test_a_reminder_has_a_short_text_too_and_each_gets_it_once(
    db: Database, signer: Signer, context: Context, gate: Gateway
) -> None:
    event = await forum(db, signer, {}, {"texts": ""})
    async with db.begin() as session:
        when = When(anchor="starts", amount=2, unit="hours", after=True)
        made = await rules.start_rule(
            session,
            SYSTEM,
            event,
            when,
            segment="state=approved",
            subject={"en": "Soon"},
            body={"en": "Soon"},
        )
        campaign = await session.get_one(Campaign, made.campaign_id)
        campaign.short = {"en": "Soon, {name}"}
        await rules.turn_on(session, SYSTEM, event, made, campaign)
    for _ in range(2):
        await queue_all(db, event.starts_at + timedelta(hours=3))
        async with db.begin() as session:
            await session.execute(text("UPDATE reminder_rules SET looked_at = NULL"))
    await send(context)
    assert gate.texts == [(phone(0), "Soon, Guest 0")]


async def test_texts_of_a_channel_that_was_taken_away_are_given_up(
    db: Database, signer: Signer, context: Context, gate: Gateway
) -> None:
    await message(db, await forum(db, signer, {}))
    async with db.begin() as session:
        assert await drop_texts(session, {"sms"}) == 0
        assert await drop_texts(session, {"whatsapp"}) == 1
    assert [row[1:] for row in await texts(db)] == [("parked", 0, "failed", TAKEN_AWAY)]


@pytest.mark.parametrize("people", [1, 3])
async def test_a_batch_is_read_in_five_queries(
    db: Database, signer: Signer, context: Context, people: int
) -> None:
    await message(db, await forum(db, signer, *({} for _ in range(people))))
    asked: list[str] = []
    async with db.begin() as session:
        tasks = await claim(session, "sms", 50, 60.0)
        listen.listen(db.engine.sync_engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
        found = await load(session, tasks, context.settings, now())
    assert (len(found), len(asked)) == (people, 5)


async def test_a_worker_that_is_killed_leaves_one_double_a_lane_at_most(
    db: Database, signer: Signer, settings: Settings, gate: Gateway, sink: Sink, tmp_path: Path
) -> None:
    count = 3 * LANES
    await message(db, await forum(db, signer, *({} for _ in range(count))))
    real = msgspec.structs.replace(
        settings, smtp_url=sink.url, outbox_lease=2.0, outbox_sweep=1.0, channels={"sms": ChannelUrl(gate.template)}
    )  # fmt: skip
    gate.silent = True
    async with workers(real, tmp_path) as [worker]:
        await asyncio.wait_for(gate.held.wait(), 60)
        await asyncio.sleep(0.3)
        gate.silent = False
        await asyncio.to_thread(worker.kill)  # what it had said is not marked
        async with asyncio.timeout(60):
            while {row[1] for row in await texts(db)} != {"done"}:
                await asyncio.sleep(0.2)
    times = Counter(number for number, _ in gate.texts)
    assert set(times) == {phone(number) for number in range(count)}
    assert 1 <= sum(times.values()) - count <= LANES
