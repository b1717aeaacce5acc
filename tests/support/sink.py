"""A mail server that takes what it is given, in the test's own event loop: slow, full or away as the test wants it."""

import asyncio
import email
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage

from tests.support.listening import Listening


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


class Sink(Listening[Taken]):
    """`delay`: seconds it keeps an open DATA after it has the message. `refuse`: answers at RCPT by recipient.

    `held` is set while any DATA is open."""

    def __init__(self, delay: float = 0.0) -> None:
        super().__init__()
        self.delay = delay
        self.refuse: dict[str, str] = {}
        self.holding = 0
        self.held = asyncio.Event()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}?tls=none"

    async def __aenter__(self) -> "Sink":
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

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
        self.came.set()
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
