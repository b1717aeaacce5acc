"""mail, mail_badge: from rows of the outbox to a sink, by one worker with default settings."""

import asyncio
import time

import aiosmtplib

from tests.benchmarks import load, registering
from tests.benchmarks.report import Line, Round, Size, beside
from tests.benchmarks.sink import Sink
from tests.benchmarks.stage import Stage

CONNECTIONS = 4
SIGNED = b"DKIM-Signature: ,text/plain;,text/html;,text/calendar;"


def measure(stage: Stage, size: Size) -> list[Line]:
    """The confirmation of somebody who waits for approval: text, HTML, calendar entry, signature."""
    return [_measure("mail", stage, size, "speaker", SIGNED.decode())]


def measure_with_badge(stage: Stage, size: Size) -> list[Line]:
    """The confirmation of somebody approved: the same with the badge as PDF, each drawn for this mail."""
    return [_measure("mail_badge", stage, size, "guest", SIGNED.decode() + ",application/pdf;")]


def _measure(name: str, stage: Stage, size: Size, category: str, must_hold: str) -> Line:
    """A and B in turn: first the worker, paused while the outbox fills; then aiosmtplib alone, with the same bytes."""
    stage.servers.value("UPDATE outbox SET state = 'done' WHERE state = 'queued'")
    with stage.servers.worker() as sink:
        _register(stage, f"{name}-warm", 20, category)
        sink.wait_for(20, 60)

        def ours(number: int) -> Round:
            with stage.servers.paused_worker():
                sink.reset(must_hold)
                _register(stage, f"{name}-{number}", size.mails, category)
            taken = sink.wait_for(size.mails, 60)
            found = (taken.count, taken.distinct, taken.whole)
            assert found == (size.mails,) * 3, f"{size.mails} mails: {found} (taken, distinct ids, whole)"
            _all_marked(stage)
            return Round(taken.rate)

        def floor(_: int) -> Round:
            message = sink.sample()
            sink.reset()
            return Round(asyncio.run(_aiosmtplib_alone(sink, message, size.mails)))

        return beside(name, "1/s", size.rounds, ours, floor)


def _register(stage: Stage, seed: str, many: int, category: str) -> None:
    requests = registering.requests(stage, seed, many, category)
    order = load.Order(port=stage.servers.port, connections=8, seconds=300, requests=requests)
    seen = load.drive(order)
    assert seen.statuses == {201: many}, (seen.statuses, seen.last_body)


def _all_marked(stage: Stage) -> None:
    """The last marks follow the last mails at once; nothing is left or was given up."""
    for _ in range(100):
        if not (left := stage.servers.count("outbox", "state <> 'done'")):
            return
        time.sleep(0.05)
    raise AssertionError(f"{left} tasks are not marked as done")


async def _aiosmtplib_alone(sink: Sink, message: bytes, many: int) -> float:
    """Mails a second over as many kept connections as the worker has."""
    numbers = iter(range(many))

    async def lane() -> None:
        async with aiosmtplib.SMTP(
            hostname="127.0.0.1", port=sink.port, use_tls=False, start_tls=False
        ) as client:
            for number in numbers:
                await client.sendmail("events@qonaq.example", [f"guest{number}@guests.example"], message)

    await asyncio.gather(*(lane() for _ in range(CONNECTIONS)))
    taken = sink.taken()
    assert taken.count == many, taken
    return taken.rate
