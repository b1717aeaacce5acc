"""The floor of the hot statements: raw asyncpg, the same text, the same arguments, nothing around it."""

import asyncio
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import asyncpg
import uvloop

from service.core.actor import Actor
from service.core.database import HOT_SETTINGS
from tests.benchmarks.report import Round

Call = tuple[str, tuple[Any, ...]]
ROBOT = Actor(kind="token", name="organizer")


class Recorder:
    """In the place of a pool: keeps what the product would have executed."""

    def __init__(self, answer: dict[str, Any]) -> None:
        self.calls: list[Call] = []
        self._answer = answer

    async def fetchrow(self, query: str, *args: Any) -> dict[str, Any]:
        self.calls.append((query, args))
        return self._answer

    async def fetch(self, query: str, *args: Any) -> list[Any]:
        self.calls.append((query, args))
        return []


def run(url: str, calls: Sequence[Call], clients: int, seconds: float) -> Round:
    """Calls a second by so many connections at once; latencies in ms. Each call is made once."""
    return uvloop.run(_run(url, iter(calls), clients, seconds))


async def _run(url: str, calls: Iterator[Call], clients: int, seconds: float) -> Round:
    connections = await asyncio.gather(
        *(asyncpg.connect(url, server_settings=HOT_SETTINGS) for _ in range(clients))
    )
    latencies: list[float] = []
    began = time.perf_counter()
    await asyncio.gather(*(_client(one, calls, began + seconds, latencies) for one in connections))
    took = time.perf_counter() - began
    await asyncio.gather(*(one.close() for one in connections))
    return Round(len(latencies) / took, latencies)


async def _client(
    connection: asyncpg.Connection, calls: Iterable[Call], until: float, latencies: list[float]
) -> None:
    for query, arguments in calls:
        began = time.perf_counter()
        await connection.fetch(query, *arguments)
        now = time.perf_counter()
        latencies.append((now - began) * 1000)
        if now > until:
            return
