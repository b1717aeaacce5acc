"""Servers of this run alone on 127.0.0.1, whatever the environment says: PostgreSQL, Valkey, a relay, workers."""

import asyncio
import base64
import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import asyncpg
import msgspec
from redis.asyncio import Redis
from sqlalchemy import func, text, update
from sqlalchemy.exc import DBAPIError

from service import all_models  # noqa: F401 — every model loaded: foreign keys find their targets
from service.core.actor import Actor
from service.core.clock import now
from service.core.database import Database
from service.core.tokens import new_id
from service.dev.postgres import Postgres
from service.dev.processes import end, spawn
from service.dev.schema import create_database, migrate
from service.dev.valkey import Valkey
from service.events.models import Event
from service.jobs.models import Job
from service.messages import campaigns
from service.messages.drafting import Draft
from service.messages.queries import get_campaign
from service.organisations.models import Organisation
from service.outbox.bell import CHANNEL
from tests.benchmarks import process
from tests.faults.mail.relay import Relay
from tests.support import factories

ROOT = Path(__file__).parents[3]
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ")
CONNECTIONS = 8  # of each worker
AWAY = (OSError, asyncpg.PostgresConnectionError, asyncpg.CannotConnectNowError, asyncpg.InterfaceError)


class Size(msgspec.Struct, frozen=True, kw_only=True):
    """How much, how often, how long (seconds). The short form shows that nothing is lost; times are not judged there.

    `asked`: the number of mails that was asked for, in each scenario."""

    asked: int = 0
    kills: int = 30
    stops: int = 3
    rounds: int = 20
    down: float = 600.0
    hanging: float = 120.0
    workers: int = 4
    lease: float = 0.0  # 0: as in production
    delay: float = 0.0  # of the relay's answer
    timed: bool = True

    def mails(self, usual: int) -> int:
        return self.asked or usual


SHORT = Size(
    asked=240,
    kills=3,
    stops=1,
    rounds=3,
    down=2.0,
    hanging=2.0,
    workers=2,
    lease=3.0,
    delay=0.02,
    timed=False,
)


class Crew:
    """Workers, those with the same clock under one master (`qonaq worker --processes N`): it forks another one for each
    that is killed. `late`: by how many seconds their clocks are wrong."""

    def __init__(self, ground: "Ground", late: Sequence[float]) -> None:
        self._ground, self.late = ground, tuple(late)
        self._masters: list[subprocess.Popen[bytes]] = []

    def start(self) -> "Crew":
        clocks = Counter(self.late)
        self._masters = [self._start(late, many) for late, many in clocks.items()]
        return self

    async def stop(self) -> None:
        """Asked, as the supervisor asks."""
        await asyncio.gather(
            *(asyncio.to_thread(end, one, signal.SIGTERM, 60.0) for one in self._masters)
        )  # they say goodbye to the relay in this event loop

    def kill(self, number: int) -> None:
        """kill -9."""
        workers = [pid for one in self._masters for pid in process.children(one.pid)]
        os.kill(workers[number % len(workers)], signal.SIGKILL)

    def _start(self, late: float, many: int) -> "subprocess.Popen[bytes]":
        return spawn(
            [sys.executable, "-m", "tests.faults.mail.worker", str(late), str(many)],
            log=self._ground.folder / "workers.log", death=signal.SIGKILL, environ=self._ground.environment(),
            directory=str(ROOT),
        )  # fmt: skip


class Message:
    """One message to everybody of a crowd, by the product's own operations."""

    def __init__(self, ground: "Ground", event_id: UUID, actor: Actor, campaign_id: UUID) -> None:
        self._ground, self._event_id, self._actor, self.id = ground, event_id, actor, campaign_id
        self.began = 0.0

    async def change(self, what: str) -> None:
        """pause, resume or stop it, or give it the subject `what`: committed when this returns."""
        async with self._ground.db.begin() as session:
            event = await session.get_one(Event, self._event_id)
            campaign = await get_campaign(session, event.id, self.id, lock=True)
            if what in ("pause", "resume", "stop"):
                await getattr(campaigns, what)(session, self._actor, event, campaign)
            else:
                words = Draft(
                    subject={"en": what}, body=campaign.body, plain={}, short={}, purpose=campaign.purpose,
                    segment=campaign.segment,
                )  # fmt: skip
                await campaigns.save(session, campaign, words, str(campaign.version))
        if what == "resume":
            await self._ground.ring()

    async def state(self) -> str:
        return str(await self._ground.value("SELECT state FROM campaigns WHERE id = $1", self.id))

    async def over(self, seconds: float) -> float:
        """Wait until every mail of it is done, parked or cancelled; how long it took since it began."""
        waiting = (
            "SELECT count(*) FROM outbox WHERE campaign_id = $1 AND state IN ('queued', 'sending', 'waiting')"
        )
        async with asyncio.timeout(seconds):
            while await self._ground.value(waiting, self.id):
                await asyncio.sleep(0.2)
        return time.monotonic() - self.began


class Ground:
    """`async with Ground(size) as ground:`; everything ends with the block, or with this process."""

    def __init__(self, size: Size) -> None:
        self.size = size
        self.folder = Path(tempfile.mkdtemp(prefix="qonaq-faults-"))
        self.folder.chmod(0o755)  # PostgreSQL runs as another user when we are root
        self.postgres = Postgres(
            self.folder / "postgres", self.folder / "postgres.log", throwaway=not size.timed
        )
        self.valkey = Valkey(self.folder / "valkey", self.folder / "valkey.log")
        self.relay = Relay()
        self._key = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
        self._crowds: dict[int, UUID] = {}
        self._undisturbed: dict[int, float] = {}
        self._crew: Crew | None = None

    async def __aenter__(self) -> "Ground":
        try:
            await self._start()
        except BaseException:
            self._end()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._let_go()
        await self.db.close()
        await self.relay.stop()
        self._end()

    async def _start(self) -> None:
        self.url = self.postgres.start().rsplit("/", 1)[0] + "/qonaq"
        self.valkey.start()
        await self.relay.start()
        await create_database(self.url)
        await asyncio.to_thread(migrate, self.url)
        self.db = Database(self.url)
        async with self.db.begin() as session:
            self.host_id = (await factories.organisation(session)).id

    def _end(self) -> None:
        self.valkey.stop()
        self.postgres.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def environment(self) -> dict[str, str]:
        """Default settings, but for the addresses and, in the short form, leases whose end one can wait for."""
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        lease = {"OUTBOX_LEASE": str(self.size.lease), "OUTBOX_SWEEP": "1"} if self.size.lease else {}
        return {
            **kept, **lease, "PYTHONPATH": str(ROOT), "DATABASE_URL": self.url, "REDIS_URL": self.valkey.url,
            "SMTP_URL": self.relay.url, "SMTP_CONNECTIONS": str(CONNECTIONS), "MASTER_KEY": self._key,
            "BASE_URL": "https://qonaq.example", "MAIL_FROM": "events@qonaq.example",
        }  # fmt: skip

    async def crew(self, late: Sequence[float] = ()) -> Crew:
        """Workers that have come up and sent some mails; those that run already if their clocks are like that."""
        late = tuple(late) or (0.0,) * self.size.workers
        if self._crew is None or self._crew.late != late:
            await self._let_go()
            self._crew = Crew(self, late).start()
        await (await self.send(20 * len(late))).over(120)
        return self._crew

    async def _let_go(self) -> None:
        if self._crew is not None:
            crew, self._crew = self._crew, None
            await crew.stop()

    async def under_way(self, mails: int, late: Sequence[float] = ()) -> "tuple[Crew, Message]":
        """Workers, and a message to so many that was just released."""
        await self.undisturbed(mails)
        crew = await self.crew(late)
        return crew, await self.send(mails)

    async def undisturbed(self, mails: int) -> float:
        """Seconds for as many, when nothing fails; measured once."""
        if mails not in self._undisturbed:
            await self.crew()
            message = await self.send(mails)
            self._undisturbed[mails] = await message.over(900)
            assert len(self.relay.taken) == mails, (len(self.relay.taken), mails)
        return self._undisturbed[mails]

    async def send(self, mails: int) -> Message:
        """It is on its way to a crowd of that size; the relay has forgotten everything before."""
        self.relay.forget()
        self.relay.delay = self.size.delay
        event_id = await self._crowd(mails)
        async with self.db.begin() as session:
            event = await session.get_one(Event, event_id)
            host = await session.get_one(Organisation, self.host_id)
            actor = await factories.actor(session, host, "organizer", f"{new_id()}@qonaq.example")
            campaign = await campaigns.start_draft(session, actor, event, segment="where=state%3Aapproved")
            campaign.subject, campaign.body = (
                {"en": "v0"},
                {"en": "Gate 2 opens at nine, {name}.\n\n{own_page}"},
            )
            campaign.language = "en"
            job = await campaigns.send(session, actor, event, campaign, total=mails, at=now(), now=now())
            await session.flush()
            await session.execute(update(Job).where(Job.id == job.id).values(due_at=func.now()))
        message = Message(self, event_id, actor, campaign.id)
        await self.ring()
        async with asyncio.timeout(120):
            while await message.state() in ("draft", "waiting"):
                await asyncio.sleep(0.02)
        message.began = time.monotonic()
        return message

    async def ring(self) -> None:
        """As the web does after a commit."""
        async with Redis.from_url(self.valkey.url) as redis:
            await redis.publish(CHANNEL, b"mail")

    async def empty_valkey(self) -> None:
        async with Redis.from_url(self.valkey.url) as redis:
            await redis.flushall()

    async def _crowd(self, people: int) -> UUID:
        """An event with so many approved guests; made once for each number."""
        if people not in self._crowds:
            async with self.db.begin() as session:
                host = await session.get_one(Organisation, self.host_id)
                event = await factories.event(session, host, f"crowd-{people}")
                category = await factories.category(session, event)
                await session.execute(
                    text(_GUESTS),
                    {"many": people, "host": host.id, "event": event.id, "category": category.id},
                )
                await session.execute(
                    text("UPDATE places SET taken = :many WHERE id IN (:event, :category)"),
                    {"many": people, "event": event.id, "category": category.id},
                )
            await self.value("ANALYZE people, registrations")
            self._crowds[people] = event.id
        return self._crowds[people]

    async def value(self, statement: str, *arguments: object) -> object:
        """One value from the database; waits while it is away."""
        for _ in range(600):
            with contextlib.suppress(*AWAY, DBAPIError):
                connection = await asyncpg.connect(self.url)
                try:
                    return await connection.fetchval(statement, *arguments)
                finally:
                    await connection.close()
            await asyncio.sleep(0.1)
        raise TimeoutError("the database did not come back")


_GUESTS = """
    WITH guest AS (
        SELECT uuidv7() AS person_id, 'Қонақ ' || n AS name,
            'guest' || n || '@steppe' || n % 7 || '.example' AS email,
            (ARRAY['en', 'kk', 'ru', 'ko'])[1 + n % 4] AS language
        FROM generate_series(1, :many) AS n
    ), person AS (
        INSERT INTO people (id, organisation_id, native_name, email, language)
        SELECT person_id, :host, name, email || '.' || CAST(:event AS uuid), language FROM guest RETURNING id
    )
    INSERT INTO registrations (organisation_id, event_id, category_id, person_id, state, source, native_name, email,
        language, search, sort_key)
    SELECT :host, :event, :category, person_id, 'approved', 'import', name, email, language, '', name
    FROM guest JOIN person ON person.id = person_id
"""
