"""A mail server in the test, a Redis of its own, leases short enough to see them end."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import msgspec
import pytest

from service.settings import Settings
from tests.support.sink import Sink
from tests.support.worker import own_redis


@pytest.fixture
async def sink() -> AsyncIterator[Sink]:
    """Takes 20 ms a mail."""
    async with Sink(delay=0.02) as found:
        yield found


@pytest.fixture
def settings(settings: Settings, sink: Sink, tmp_path: Path) -> Iterator[Settings]:
    with own_redis(tmp_path) as redis:
        yield msgspec.structs.replace(
            settings, redis_url=redis, smtp_url=sink.url, outbox_lease=3.0, outbox_sweep=1.0
        )
