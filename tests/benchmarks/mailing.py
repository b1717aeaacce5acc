"""mail, mail_badge: from rows of the outbox to a sink, by two workers with default settings. A campaign to everybody:
campaign_start_50k, mail_50k, worker_rss. People who register, one after the other: confirmation, confirmation_badge."""

import asyncio
import threading
import time
from uuid import UUID

import aiosmtplib
from redis.asyncio import Redis
from sqlalchemy import func, update

from service.core.database import Database
from service.jobs.models import Job
from service.messages import campaigns
from service.outbox.bell import CHANNEL
from tests.benchmarks import load, process, registering
from tests.benchmarks.people import guests
from tests.benchmarks.report import Line, Round, Size, beside, line
from tests.benchmarks.sink import Sink
from tests.benchmarks.stage import NOW, Stage, organizer_of

CONNECTIONS = 16  # two workers' eight
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
    with stage.servers.workers() as sink:
        _register(stage, f"{name}-warm", 20, category)
        sink.wait_for(20, 60)

        def ours(number: int) -> Round:
            with stage.servers.paused_workers():
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


def measure_confirmation(stage: Stage, size: Size) -> list[Line]:
    """A hundred people a second register; the time from the answer that each got to their mail in the sink, 99 of a
    hundred in seconds. First those who wait for approval, then those approved at once, whose badge goes with it."""
    stage.servers.value("UPDATE outbox SET state = 'done' WHERE state = 'queued'")
    with stage.servers.workers() as sink:
        _register(stage, "confirmation-warm", 50, "speaker")
        _register(stage, "confirmation-warm", 50, "guest")
        sink.wait_for(100, 60)
        return [
            _confirmed(stage, sink, size, "confirmation", "speaker"),
            _confirmed(stage, sink, size, "confirmation_badge", "guest"),
        ]


PER_SECOND = 100


def _confirmed(stage: Stage, sink: Sink, size: Size, name: str, category: str) -> Line:
    many = int(PER_SECOND * 5 * size.seconds)
    who = list(guests(many, name, category))
    requests = registering.posted(stage, name, who)
    sink.reset()
    order = load.Order(
        port=stage.servers.port, connections=32, seconds=300, requests=requests, per_second=PER_SECOND
    )
    seen = load.drive(order)
    assert seen.statuses == {201: many}, (seen.statuses, seen.last_body)
    sink.wait_for(many, 60)
    came = sink.times()
    waited = [1000 * max(0.0, came[guest.email] - seen.answered[n]) for n, guest in enumerate(who)]
    _all_marked(stage)
    return line(
        name, "s", [Round(load.percentile(waited, 0.99) / 1000, waited)], None, higher_is_better=False
    )


def measure_campaign(stage: Stage, size: Size) -> list[Line]:
    """A message to the whole crowd: seconds from its time to "on its way", seconds from the first mail to the last
    in the sink, and by how much the larger worker grew meanwhile. The workers have sent some mails before."""
    stage.servers.value("UPDATE outbox SET state = 'done' WHERE state = 'queued'")
    with stage.servers.workers() as sink:
        _register(stage, "campaign-warm", 200, "speaker")
        sink.wait_for(200, 60)
        sink.reset(WRITTEN)
        before = _memory(stage)
        campaign_id = asyncio.run(_plan(stage))
        began = time.perf_counter()
        asyncio.run(ring(stage.servers.redis_url))
        with Largest(stage) as largest:
            while stage.servers.value("SELECT state FROM campaigns WHERE id = $1", campaign_id) != "running":
                time.sleep(0.02)
            started = time.perf_counter() - began
            taken = sink.wait_for(size.crowd, 60)
        assert (taken.count, taken.distinct, taken.whole) == (size.crowd,) * 3, taken
        _all_marked(stage)
    grown = max(after - before[pid] for pid, after in largest.seen.items())
    return [
        line("campaign_start_50k", "s", [Round(started)], None, higher_is_better=False),
        line("mail_50k", "s", [Round(taken.last - taken.first)], None, higher_is_better=False),
        line("worker_rss", "MB", [Round(max(grown, 1) / 1_000_000)], None, higher_is_better=False),
    ]


WRITTEN = "DKIM-Signature: ,text/plain;,text/html;"


async def _plan(stage: Stage) -> UUID:
    """By the product's own operations; a worker finds it due at once."""
    db = Database(stage.servers.database_url)
    try:
        async with db.begin() as session:
            event, actor = await organizer_of(session, stage)
            campaign = await campaigns.start_draft(session, actor, event, segment="where=state%3Aapproved")
            campaign.subject = {"en": "The way, {name}"}
            campaign.body = {
                "en": "Gate 2 opens at nine.\n\n{organisation|You} will find us at {place}: {own_page}"
            }
            job = await campaigns.send(
                session, actor, event, campaign, total=len(stage.crowd), at=NOW, now=NOW
            )
            await session.flush()
            await session.execute(update(Job).where(Job.id == job.id).values(due_at=func.now()))
        return campaign.id
    finally:
        await db.close()


async def ring(redis_url: str) -> None:
    """As the web does after a commit: nobody has to wait for the next look."""
    async with Redis.from_url(redis_url) as redis:
        await redis.publish(CHANNEL, b"mail")


def _memory(stage: Stage) -> dict[int, int]:
    """Bytes of each worker, without the children that draw badges."""
    known = process.processes()
    return {pid: known[pid].memory for pid in stage.servers.worker_pids if pid in known}


class Largest:
    """The most memory of each worker during the block, looked at every fifth of a second."""

    def __init__(self, stage: Stage) -> None:
        self._stage, self.seen, self._over = stage, dict[int, int](), threading.Event()
        self._watch = threading.Thread(target=self._look)

    def __enter__(self) -> "Largest":
        self._watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._watch.join()

    def _look(self) -> None:
        while True:
            self.seen = {pid: max(now, self.seen.get(pid, 0)) for pid, now in _memory(self._stage).items()}
            if self._over.wait(0.2):
                return


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
