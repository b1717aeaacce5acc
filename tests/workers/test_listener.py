"""The door for what comes back: it opens for our own addresses only, and nothing that comes through holds it open."""

import asyncio
import contextlib
import smtplib
from collections.abc import AsyncIterator

import msgspec
import pytest

from emails.addresses import verp
from emails.leaving import leaving_key
from service.core.database import Database
from tests.answers.test_leaving import asking, invited_with_a_way_out
from tests.answers.test_taking_in import FROM, GONE, UNTOUCHED, found, invited
from tests.conftest import MASTER_KEY
from tests.support.sink import Sink
from workers import listener as door
from workers.context import Context
from workers.listener import Listener


@contextlib.asynccontextmanager
async def listening(context: Context, scheme: str = "smtp") -> AsyncIterator[int]:
    context.settings = msgspec.structs.replace(context.settings, answers_listen=f"{scheme}://127.0.0.1:0")
    one = Listener(context)
    task = asyncio.create_task(one.run())
    await asyncio.wait_for(one.listening.wait(), 5)
    yield one.port
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


def bring(port: int, recipient: str, mail: bytes, kind: type[smtplib.SMTP] = smtplib.SMTP) -> tuple[int, str]:
    """As a mail server brings a report: with an empty sender."""
    with kind("127.0.0.1", port, timeout=10) as server:
        try:
            server.sendmail("", [recipient], mail)
        except smtplib.SMTPRecipientsRefused as refused:
            code, said = refused.recipients[recipient]
            return code, said.decode()
        except smtplib.SMTPResponseException as refused:
            return refused.smtp_code, str(refused.smtp_error)
        return 250, ""


@pytest.mark.parametrize(("scheme", "kind"), [("smtp", smtplib.SMTP), ("lmtp", smtplib.LMTP)])
async def test_a_report_is_taken_in(
    db: Database, context: Context, sink: Sink, scheme: str, kind: type[smtplib.SMTP]
) -> None:
    [ours] = await invited(db, context, sink)
    async with listening(context, scheme) as port:
        assert await asyncio.to_thread(bring, port, ours, GONE, kind) == (250, "")
        assert await asyncio.to_thread(bring, port, ours, GONE, kind) == (250, "")
    assert (await found(db))["told"] == [("mail.bounced", "hard")]


async def test_who_wants_no_more_is_let_in(db: Database, context: Context, sink: Sink) -> None:
    [way] = await invited_with_a_way_out(db, context, sink)
    async with listening(context) as port:
        assert await asyncio.to_thread(bring, port, way, asking(way)) == (250, "")
        forged = verp(FROM, "abc", leaving_key(b"x" * 32))
        assert (await asyncio.to_thread(bring, port, forged, asking(forged)))[0] == 550
    assert (await found(db))["shut"] == [("guest0@steppe.example", "asked")]


async def test_nobody_else_is_let_in(db: Database, context: Context, sink: Sink) -> None:
    [ours] = await invited(db, context, sink)
    strangers = [FROM, ours.replace("+", "+0"), "postmaster@elsewhere.example", verp(FROM, "abc", b"x" * 32)]
    async with listening(context) as port:
        for one in strangers:
            assert (await asyncio.to_thread(bring, port, one, GONE))[0] == 550
        code, _ = await asyncio.to_thread(bring, port, ours, GONE + b"x" * door.LARGEST)
        assert code == 552
    assert await found(db) == UNTOUCHED


async def test_a_database_that_is_away_loses_no_report(
    db: Database, context: Context, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    [ours] = await invited(db, context, sink)

    async def away(*_: object) -> str:
        raise ConnectionError

    async with listening(context) as port:
        with monkeypatch.context() as for_now:
            for_now.setattr(door, "hear", away)
            assert (await asyncio.to_thread(bring, port, ours, GONE))[0] == 451
        assert await asyncio.to_thread(bring, port, ours, GONE) == (250, "")
    assert (await found(db))["tasks"] == ["parked"]


async def test_who_says_nothing_or_comes_in_crowds_is_sent_away(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "MOST_AT_ONCE", 3)
    monkeypatch.setattr(door, "LASTS", 0.5)
    async with listening(context) as port:
        lines = [await asyncio.open_connection("127.0.0.1", port) for _ in range(4)]
        greetings = [(await reader.readline())[:3] for reader, _ in lines]
        assert sorted(greetings) == [b"220", b"220", b"220", b"421"]
        assert [await asyncio.wait_for(_rest(reader), 5) for reader, _ in lines] == [b""] * 4
        for _, writer in lines:
            writer.close()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        assert (await reader.readline())[:3] == b"220"
        writer.close()


async def _rest(reader: asyncio.StreamReader) -> bytes:
    with contextlib.suppress(ConnectionError):
        return await reader.read()
    return b""


async def test_a_second_worker_waits_for_the_port(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "AGAIN", 0.05)
    async with listening(context) as port:
        settings = msgspec.structs.replace(context.settings, answers_listen=f"smtp://127.0.0.1:{port}")
        context.settings = settings
        second = Listener(context)
        task = asyncio.create_task(second.run())
        await asyncio.sleep(0.1)
        assert second.port == 0
    await asyncio.wait_for(second.listening.wait(), 5)
    assert second.port == port
    task.cancel()


def test_keys_for_reports_calendars_and_leaving_are_three() -> None:
    from emails.calendar import calendar_key

    assert len({MASTER_KEY, calendar_key(MASTER_KEY), leaving_key(MASTER_KEY)}) == 3
