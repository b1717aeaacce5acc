"""The mail server, then the database go away in the middle; nothing is lost and nobody has to do anything."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from service.core.database import Database
from service.dev.postgres import Postgres
from service.settings import Settings
from tests.conftest import MASTER_KEY, migrate
from tests.faults.test_mail_kills import prepare, until_sent
from tests.support.outbox import duplicates
from tests.support.sink import Sink
from tests.support.worker import workers


async def test_mail_server_away_for_a_while(
    db: Database, settings: Settings, sink: Sink, tmp_path: Path
) -> None:
    await prepare(db, 150)
    async with workers(settings, tmp_path):
        await sink.wait(40)
        await sink.stop()
        await asyncio.sleep(2)
        await sink.start()
        await until_sent(db, 150)
    assert len({mail.recipient for mail in sink.taken}) == 150
    assert duplicates(sink.taken) <= settings.smtp_connections


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[Postgres]:
    server = Postgres(tmp_path / "postgres", tmp_path / "postgres.log")
    server.start()
    yield server
    server.stop()


async def test_database_restarted_while_sending(
    settings: Settings, sink: Sink, tmp_path: Path, postgres: Postgres
) -> None:
    await asyncio.to_thread(migrate, postgres.url)
    settings = msgspec.structs.replace(settings, database_url=postgres.url, master_key=MASTER_KEY)
    db = Database(postgres.url)
    await prepare(db, 150)
    async with workers(settings, tmp_path):
        await sink.wait(40)
        await asyncio.to_thread(postgres.stop)
        await asyncio.sleep(0.5)
        await asyncio.to_thread(postgres.start, postgres.port)
        await until_sent(db, 150)
    await db.close()
    assert len({mail.recipient for mail in sink.taken}) == 150
    assert duplicates(sink.taken) <= settings.smtp_connections
