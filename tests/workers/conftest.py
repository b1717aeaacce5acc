"""A worker's context in the test's own process, and the mail server it speaks to."""

from collections.abc import AsyncIterator

import msgspec
import pytest

from service.settings import Settings
from tests.support.sink import Sink
from workers.context import Context, open_context


@pytest.fixture
async def sink() -> AsyncIterator[Sink]:
    async with Sink() as found:
        yield found


@pytest.fixture
async def context(settings: Settings, sink: Sink) -> AsyncIterator[Context]:
    opened = await open_context(msgspec.structs.replace(settings, smtp_url=sink.url))
    yield opened
    await opened.close()
