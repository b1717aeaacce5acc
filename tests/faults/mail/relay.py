"""A mail server that fails as it is told, and writes down every mail it took: in the event loop of whoever watches."""

import asyncio
import contextlib
import random
import time
from dataclasses import dataclass
from typing import Any

LATER = b"451 4.7.1 come back later"
NEVER = b"550 5.1.1 no such mailbox"


@dataclass(frozen=True, slots=True)
class Taken:
    """`at` is time.monotonic()."""

    at: float
    recipient: str
    message_id: bytes
    subject: bytes


class Relay:
    """Its moods: `delay` seconds before it says that it took a mail; `hanging`, it says nothing at all; `cut_every`,
    after so many mails it takes one and cuts the connection instead of saying so; `later`, the share of mails it wants
    to see again later; `refused`, the addresses it does not know."""

    def __init__(self) -> None:
        self.port = 0
        self.taken: list[Taken] = []
        self.cuts = self.told_later = 0
        self.delay = self.later = 0.0
        self.cut_every = 0
        self.hanging = False
        self.refused: frozenset[str] = frozenset()
        self.random = random.Random(4)  # the same run each time
        self.connections: set[Connection] = set()
        self._server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}?tls=none"

    async def start(self) -> None:
        """On the same port again after `stop`."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: Connection(self), "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Nobody answers at the port; whatever was under way is cut."""
        if self._server is not None:
            self._server.close()
        self.cut_all()

    def cut_all(self) -> None:
        for connection in list(self.connections):
            connection.abort()

    def wake(self) -> None:
        """Ends `hanging`: it was restarted, and knows nothing of who waited."""
        self.hanging = False
        self.cut_all()

    def forget(self) -> None:
        """As new."""
        self.taken, self.cuts, self.told_later = [], 0, 0
        self.delay, self.later, self.cut_every, self.refused = 0.0, 0.0, 0, frozenset()

    async def wait(self, count: int, seconds: float = 300.0) -> None:
        """Until it took so many. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while len(self.taken) < count:
                await asyncio.sleep(0.005)

    async def first_after(self, at: float, seconds: float) -> float:
        """How long after that moment the next mail came; as long as was waited when none did."""
        known = len(self.taken)
        with contextlib.suppress(TimeoutError):
            await self.wait(known + 1, seconds)
        return (self.taken[known].at if len(self.taken) > known else time.monotonic()) - at


class Connection(asyncio.Protocol):
    """Commands may come all in one write."""

    def __init__(self, relay: Relay) -> None:
        self._relay, self._buffer, self._in_data = relay, b"", False
        self._recipient = ""
        self._known = True

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._relay.connections.add(self)
        self._say(b"220 relay")

    def connection_lost(self, _error: Exception | None) -> None:
        self._relay.connections.discard(self)

    def abort(self) -> None:
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        if self._relay.hanging:
            return
        self._buffer += data
        while True:
            part, found, rest = self._buffer.partition(b"\r\n.\r\n" if self._in_data else b"\r\n")
            if not found:
                return
            self._buffer = rest
            if self._in_data:
                self._in_data = False
                self._take(part)
            else:
                self._command(part)

    def _command(self, text: bytes) -> None:
        word, _, rest = text.partition(b" ")
        match word.upper():
            case b"EHLO":
                self._say(b"250-relay\r\n250-PIPELINING\r\n250 8BITMIME")
            case b"RCPT":
                self._recipient = rest.partition(b"<")[2].partition(b">")[0].decode()
                self._say(answer := self._of(self._recipient))
                self._known = answer.startswith(b"250")
            case b"DATA" if self._known:
                self._in_data = True
                self._say(b"354 go on")
            case b"DATA":
                self._say(b"503 5.5.1 nobody is to receive it")
            case b"QUIT":
                self._say(b"221 bye")
                self._transport.close()
            case _:
                self._say(b"250 ok")

    def _of(self, recipient: str) -> bytes:
        if recipient in self._relay.refused:
            return NEVER
        if self._relay.later and self._relay.random.random() < self._relay.later:
            self._relay.told_later += 1
            return LATER
        return b"250 2.1.5 yes"

    def _take(self, message: bytes) -> None:
        relay = self._relay
        head = message[: message.find(b"\r\n\r\n") + 2]
        relay.taken.append(
            Taken(time.monotonic(), self._recipient, _header(head, b"Message-ID"), _header(head, b"Subject"))
        )
        if relay.cut_every and len(relay.taken) % relay.cut_every == 0:
            relay.cuts += 1
            self.abort()
        elif relay.delay:
            asyncio.get_running_loop().call_later(relay.delay, self._say, b"250 2.0.0 taken")
        else:
            self._say(b"250 2.0.0 taken")

    def _say(self, text: bytes) -> None:
        if not (self._relay.hanging or self._transport.is_closing()):
            self._transport.write(text + b"\r\n")


def _header(head: bytes, name: bytes) -> bytes:
    at = head.find(b"\r\n" + name + b": ")
    return head[at + len(name) + 4 : head.find(b"\r\n", at + 2)] if at >= 0 else b""
