"""A server in the test's own event loop that keeps what it is given: started, stopped and started again by the test."""

import asyncio
import contextlib
from typing import Generic, TypeVar

T = TypeVar("T")


class Listening(Generic[T]):
    """`taken` is what came so far; say `came` after each. What is said on a connection is `_talk`."""

    def __init__(self) -> None:
        self.taken: list[T] = []
        self.port = 0
        self.came = asyncio.Event()
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()

    async def start(self) -> None:
        """On the same port again after `stop`."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Every connection is cut, whatever was going on."""
        assert self._server is not None
        self._server.close()
        for writer in list(self._writers):
            writer.transport.abort()
        await self._server.wait_closed()

    async def wait(self, count: int, seconds: float = 30.0) -> list[T]:
        """Until so many have come. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while len(self.taken) < count:
                self.came.clear()
                await self.came.wait()
        return self.taken

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                await self._talk(reader, writer)
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        raise NotImplementedError
