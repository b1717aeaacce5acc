"""A mail server that takes what it is given, in the test's own event loop: slow, full or away as the test wants it."""

import asyncio
import contextlib
import email
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage


@dataclass(frozen=True)
class Taken:
    """One message as it came over the wire."""

    sender: str
    recipient: str
    data: bytes

    @property
    def message(self) -> EmailMessage:
        return email.message_from_bytes(self.data, policy=policy.SMTP)  # type: ignore[return-value]

    @property
    def message_id(self) -> str:
        head = self.data.partition(b"\r\n\r\n")[0]
        return next(line for line in head.decode().split("\r\n") if line.lower().startswith("message-id:"))


class Sink:
    """`delay`: seconds it keeps an open DATA after it has the message. `refuse`: answers at RCPT by recipient.

    `held` is set while any DATA is open."""

    def __init__(self, delay: float = 0.0) -> None:
        self.delay = delay
        self.taken: list[Taken] = []
        self.refuse: dict[str, str] = {}
        self.holding = 0
        self.held = asyncio.Event()
        self.port = 0
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._came = asyncio.Event()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}?tls=none"

    async def __aenter__(self) -> "Sink":
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

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

    async def wait(self, count: int, seconds: float = 30.0) -> list[Taken]:
        """Until so many messages have come. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while len(self.taken) < count:
                self._came.clear()
                await self._came.wait()
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
        sender = recipient = answer = ""
        await _say(writer, "220 sink")
        while line := (await reader.readline()).decode().strip():
            verb = line[:4].upper()
            if verb == "EHLO":
                await _say(writer, "250-sink\r\n250-PIPELINING\r\n250 8BITMIME")
            elif verb == "MAIL":
                sender = line.partition("<")[2].partition(">")[0]
                await _say(writer, "250 2.1.0 yes")
            elif verb == "RCPT":
                recipient = line.partition("<")[2].partition(">")[0]
                answer = self.refuse.get(recipient, "250 2.1.5 yes")
                await _say(writer, answer)
            elif verb == "DATA" and not answer.startswith("250"):
                await _say(writer, "503 5.5.1 no recipients")
            elif verb == "DATA":
                await _say(writer, "354 go on")
                await self._take(sender, recipient, reader)
                await _say(writer, "250 2.0.0 taken")
            elif verb == "QUIT":
                await _say(writer, "221 bye")
                return
            else:
                await _say(writer, "250 2.0.0 yes")

    async def _take(self, sender: str, recipient: str, reader: asyncio.StreamReader) -> None:
        data = (await reader.readuntil(b"\r\n.\r\n"))[:-3]
        self.taken.append(Taken(sender, recipient, data.replace(b"\r\n..", b"\r\n.")))
        self._came.set()
        self.holding += 1
        self.held.set()
        try:
            await asyncio.sleep(self.delay)
        finally:
            self.holding -= 1
            if not self.holding:
                self.held.clear()


async def _say(writer: asyncio.StreamWriter, text: str) -> None:
    writer.write(text.encode() + b"\r\n")
    await writer.drain()
