"""One SMTP connection from the greeting on: commands in one write where the server offers that (RFC 2920).

How it was opened (TLS, log-in) is sender.py's; here nothing is decided, only said and heard."""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

LONGEST = 64 * 1024  # bytes of replies that nobody has read: a server that says more is none


@dataclass(frozen=True)
class Reply:
    """What the server said: three digits, and its lines parted by \n."""

    code: int
    text: str

    @property
    def good(self) -> bool:
        """Done (2xx) or go on (3xx)."""
        return 200 <= self.code < 400


class Line(asyncio.Protocol):
    """Takes the transport over. `extensions` are what EHLO offered, in small letters."""

    def __init__(self, transport: asyncio.Transport, extensions: frozenset[str]) -> None:
        self._transport, self.extensions = transport, extensions
        self._buffer, self._lines = b"", list[str]()
        self._replies: deque[Reply] = deque()
        self._heard = asyncio.Event()
        self._writable = asyncio.Event()
        self._writable.set()
        self._lost: Exception | None = None
        transport.set_protocol(self)

    @property
    def is_open(self) -> bool:
        return self._lost is None and not self._transport.is_closing()

    async def ask(self, commands: Sequence[str]) -> list[Reply]:
        """The reply to each, all in one write if the server offers PIPELINING; else one after another, until one is
        refused. Raises ConnectionError."""
        if "pipelining" not in self.extensions:
            replies: list[Reply] = []
            for command in commands:
                self._write(f"{command}\r\n".encode())
                replies.append(await self._hear())
                if not replies[-1].good:
                    break
            return replies
        self._write("".join(f"{command}\r\n" for command in commands).encode())
        return [await self._hear() for _ in commands]

    async def say(self, message: bytes) -> Reply:
        """The message behind a 354, dots doubled (RFC 5321 4.5.2). Raises ConnectionError."""
        if b"\n." in message or message.startswith(b"."):
            message = (b"\r\n" + message).replace(b"\n.", b"\n..")[2:]
        end = b".\r\n" if message.endswith(b"\r\n") or not message else b"\r\n.\r\n"
        await self._writable.wait()
        self._write(message + end)
        return await self._hear()

    def _write(self, data: bytes) -> None:
        """Raises ConnectionError when the connection has ended: uvloop would raise a RuntimeError, which says that the
        mistake is ours, and the mail would be given up."""
        if not self.is_open:
            raise ConnectionResetError(str(self._lost or "connection closed")) from self._lost
        self._transport.write(data)

    async def _hear(self) -> Reply:
        while not self._replies:
            if self._lost is not None:
                raise ConnectionResetError(str(self._lost)) from self._lost
            self._heard.clear()
            await self._heard.wait()
        return self._replies.popleft()

    def close(self) -> None:
        """At once, whatever is under way."""
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        *whole, self._buffer = (self._buffer + data).split(b"\n")
        for line in whole:
            text = line.decode("utf-8", "replace").rstrip("\r")
            self._lines.append(text[4:].strip())
            if text[3:4] == "-" and text[:3].isdigit():
                continue
            if not (text[:3].isascii() and text[:3].isdigit()):
                self._end(ConnectionError(f"no SMTP reply: {text[:80]!r}"))
                return
            self._replies.append(Reply(int(text[:3]), "\n".join(self._lines)))
            self._lines = []
        if len(self._buffer) + sum(map(len, self._lines)) > LONGEST or len(self._replies) > LONGEST // 4:
            self._end(ConnectionError("the server says too much"))
        self._heard.set()

    def eof_received(self) -> bool:
        self._end(ConnectionError("the mail server ended the connection"))
        return False

    def connection_lost(self, error: Exception | None) -> None:
        self._end(error or ConnectionError("connection lost"))

    def _end(self, error: Exception) -> None:
        self._lost = self._lost or error
        self._heard.set()
        self._writable.set()
        self._transport.abort()

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()
