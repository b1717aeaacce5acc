"""A gateway for short texts, in the test's own event loop: it takes JSON, and says what the test wants."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.support.listening import Listening


class Gateway(Listening[dict[str, Any]]):
    """`answers` are status lines by number, with what is said behind them; "" closes the connection instead. With
    `silent` nobody is answered; `held` is set as soon as one waits."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: dict[str, str] = {}
        self.silent = False
        self.held = asyncio.Event()

    @property
    def template(self) -> str:
        """As an administrator writes it."""
        return f"json://desk:s3cret-key@127.0.0.1:{self.port}/v1/send?:to={{to}}"

    @property
    def texts(self) -> list[tuple[str, str]]:
        """(number, text) of all that came, in order of numbers."""
        return sorted((one["to"], one["message"]) for one in self.taken)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.partition("content-length:")[2].split("\r\n")[0])
        body = json.loads(await reader.readexactly(length))
        self.taken.append(body)
        self.came.set()
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
