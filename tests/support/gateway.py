"""A gateway for short texts, in the test's own event loop: it takes JSON, and says what the test wants."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any


class Gateway:
    """`answers` are status lines by number, with what is said behind them; "" closes the connection instead. With
    `silent` nobody is answered; `held` is set as soon as one waits."""

    def __init__(self) -> None:
        self.taken: list[dict[str, Any]] = []
        self.answers: dict[str, str] = {}
        self.silent = False
        self.held = asyncio.Event()
        self.port = 0
        self._came = asyncio.Event()
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()

    @property
    def template(self) -> str:
        """As an administrator writes it."""
        return f"json://desk:s3cret-key@127.0.0.1:{self.port}/v1/send?:to={{to}}"

    @property
    def texts(self) -> list[tuple[str, str]]:
        """(number, text) of all that came, in order of numbers."""
        return sorted((one["to"], one["message"]) for one in self.taken)

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        for writer in list(self._writers):
            writer.transport.abort()
        await self._server.wait_closed()

    async def wait(self, count: int, seconds: float = 30.0) -> None:
        """Until so many have come. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while len(self.taken) < count:
                self._came.clear()
                await self._came.wait()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                await self._one(reader, writer)
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.partition("content-length:")[2].split("\r\n")[0])
        body = json.loads(await reader.readexactly(length))
        self.taken.append(body)
        self._came.set()
        if self.silent:
            self.held.set()
            await asyncio.sleep(60)
        answer = self.answers.get(body["to"], "200 OK\n{}")
        if not answer:
            return
        status, _, said = answer.partition("\n")
        data = said.encode()
        writer.write(
            f"HTTP/1.1 {status}\r\ncontent-length: {len(data)}\r\nconnection: close\r\n\r\n".encode() + data
        )
        await writer.drain()


@asynccontextmanager
async def gateway() -> AsyncIterator[Gateway]:
    found = Gateway()
    await found.start()
    try:
        yield found
    finally:
        await found.stop()
