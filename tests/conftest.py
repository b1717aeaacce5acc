"""Real servers for every test: those of the environment, or embedded ones started once for the run."""

import asyncio
import os
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import httpx
import msgspec
import pytest
from litestar import Litestar

from service.app import create_litestar
from service.core.database import Database
from service.credentials.operations import Signer, load_signer
from service.dev.postgres import Postgres
from service.dev.schema import migrate
from service.dev.valkey import Valkey
from service.settings import Settings
from service.web.guard import Guard
from tests.support.sink import Sink
from workers.context import Context, open_context

MASTER_KEY = b"k" * 32


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="fault tests in full length (minutes each)")


@dataclass(frozen=True)
class Addresses:
    database: str
    redis: str


@pytest.fixture(scope="session")
def servers() -> Iterator[Addresses]:
    """DATABASE_URL and REDIS_URL if given (the user must be able to create databases), else our own for this run."""
    folder = Path(tempfile.mkdtemp(prefix="qonaq-tests-"))
    folder.chmod(0o755)  # PostgreSQL runs as another user when we are root
    postgres = Postgres(folder / "postgres", folder / "postgres.log", throwaway=True)
    valkey = Valkey(folder / "valkey", folder / "valkey.log")
    try:
        yield Addresses(
            os.environ.get("DATABASE_URL") or postgres.start(), os.environ.get("REDIS_URL") or valkey.start()
        )
    finally:
        postgres.stop()
        valkey.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
async def template(servers: Addresses) -> AsyncIterator[str]:
    """A migrated database that the others are copied from."""
    name = f"qonaq_template_{secrets.token_hex(4)}"
    await _admin(servers, f'CREATE DATABASE "{name}" TEMPLATE template0')
    await asyncio.to_thread(migrate, _database(servers.database, name))
    yield name
    await _admin(servers, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture
async def database_url(servers: Addresses, template: str) -> AsyncIterator[str]:
    """A fresh database for one test."""
    name = f"qonaq_test_{secrets.token_hex(6)}"
    await _admin(servers, f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
    yield _database(servers.database, name)
    await _admin(servers, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


async def _admin(servers: Addresses, statement: str) -> None:
    connection = await asyncpg.connect(servers.database)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def _database(url: str, name: str) -> str:
    return url.rsplit("/", 1)[0] + "/" + name


@pytest.fixture
def settings(database_url: str, servers: Addresses) -> Settings:
    return Settings(
        database_url=database_url, redis_url=servers.redis, smtp_url="smtp://127.0.0.1:9?tls=none",
        base_url="http://testserver", master_key=MASTER_KEY, mail_from="qonaq@alatau.example", dev=True,
        throttle_per_minute=10_000,
    )  # fmt: skip


@pytest.fixture
async def db(settings: Settings) -> AsyncIterator[Database]:
    database = Database(settings.database_url, pool_size=8)
    yield database
    await database.close()


@pytest.fixture
async def signer(db: Database) -> Signer:
    async with db.begin() as session:
        return await load_signer(session, MASTER_KEY)


@pytest.fixture
async def sink() -> AsyncIterator[Sink]:
    """A mail server."""
    async with Sink() as found:
        yield found


@pytest.fixture
async def context(settings: Settings, sink: Sink) -> AsyncIterator[Context]:
    """What a worker process holds; it speaks to the sink."""
    opened = await open_context(msgspec.structs.replace(settings, smtp_url=sink.url))
    yield opened
    await opened.close()


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[Litestar]:
    """The application, started. One task opens and closes it: its cancel scopes want that."""
    litestar, over = create_litestar(settings), asyncio.Event()
    started: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def live() -> None:
        async with litestar.lifespan():
            started.set_result(None)
            await over.wait()

    task = asyncio.create_task(live())
    await asyncio.wait([task, started], return_when=asyncio.FIRST_COMPLETED)
    yield litestar
    over.set()
    await task


@pytest.fixture
async def client(app: Litestar, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """A browser that keeps cookies and does not follow redirects; it sends what browsers send with their own forms."""
    transport = httpx.ASGITransport(app=Guard(app, base_url=settings.base_url))
    headers = {"sec-fetch-site": "same-origin", "accept-language": "en"}
    async with httpx.AsyncClient(transport=transport, base_url=settings.base_url, headers=headers) as browser:
        yield browser
