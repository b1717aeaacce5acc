"""A relay that takes every mail at once and counts: a process of its own, lean, so that it weighs little.

Beside SMTP it understands XREPORT (what it took, as JSON), XRESET (count anew), XLAST (write the last message to a
file) and XTIMES (write there when each recipient's mail came).
"""

import asyncio
import json
import signal
import smtplib
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import msgspec

from service.dev.processes import end, spawn

ROOT = Path(__file__).parents[2]


class Taken(msgspec.Struct, frozen=True):
    """What the sink took since the last reset: `first` and `last` are seconds of its own clock."""

    count: int = 0
    distinct: int = 0
    first: float = 0.0
    last: float = 0.0
    size: int = 0
    whole: int = 0

    @property
    def rate(self) -> float:
        """Mails a second between the first and the last."""
        return (self.count - 1) / (self.last - self.first) if self.last > self.first else 0.0


class Sink:
    """`with Sink(port, log) as sink:` starts it; asked over its own port."""

    def __init__(self, port: int, log: Path) -> None:
        self.port, self._log = port, log

    def __enter__(self) -> "Sink":
        self._process: subprocess.Popen[bytes] = spawn(
            [sys.executable, "-m", "tests.benchmarks.sink", str(self.port)], log=self._log, death=signal.SIGTERM,
            directory=str(ROOT),
        )  # fmt: skip
        for _ in range(200):
            try:
                self.taken()
                break
            except OSError:
                time.sleep(0.05)
        return self

    def __exit__(self, *_: object) -> None:
        end(self._process, signal.SIGTERM)

    def taken(self) -> Taken:
        return msgspec.json.decode(self._ask("XREPORT"), type=Taken)

    def reset(self, must_hold: str = "") -> None:
        """Count anew; `whole` counts the messages that hold each of these texts (comma between)."""
        self._ask(f"XRESET {must_hold}")

    def sample(self) -> bytes:
        """The last message it took."""
        file = self._log.with_name("last.eml")
        self._ask(f"XLAST {file}")
        return file.read_bytes()

    def times(self) -> dict[str, float]:
        """When the mail to each address came, by the clock that all processes of this machine share."""
        file = self._log.with_name("times.json")
        self._ask(f"XTIMES {file}")
        return msgspec.json.decode(file.read_bytes(), type=dict[str, float])

    def wait_for(self, count: int, seconds: float) -> Taken:
        """Until it took as many, however long it takes to notice that no more come. Raises RuntimeError."""
        until, known = time.monotonic() + seconds, Taken()
        while time.monotonic() < until:
            if (taken := self.taken()).count >= count:
                return taken
            if taken.count != known.count:
                until = time.monotonic() + seconds
            known = taken
            time.sleep(0.1)
        raise RuntimeError(f"The sink took {known.count} of {count} mails and no more.")

    def _ask(self, command: str) -> bytes:
        with smtplib.SMTP("127.0.0.1", self.port, timeout=10) as client:
            code, answer = client.docmd(command)
            if code != 250:
                raise RuntimeError(f"{command}: {code} {answer!r}")
            return answer


class Book:
    """What one sink process knows."""

    def __init__(self) -> None:
        self.reset([])

    def reset(self, must_hold: list[bytes]) -> None:
        self.must_hold, self.ids, self.count, self.whole = must_hold, set[bytes](), 0, 0
        self.first = self.last = 0.0
        self.message = b""
        self.times = dict[bytes, float]()

    def take(self, message: bytes, recipient: bytes) -> None:
        self.last = self.times[recipient] = time.perf_counter()
        self.first = self.first or self.last
        self.count += 1
        self.whole += all(text in message for text in self.must_hold)
        at = message.find(b"Message-ID: ")
        self.ids.add(message[at : message.find(b"\r\n", at)])
        self.message = message

    def report(self) -> str:
        taken = Taken(self.count, len(self.ids), self.first, self.last, len(self.message), self.whole)
        return json.dumps(msgspec.to_builtins(taken))


class Relay(asyncio.Protocol):
    """One connection."""

    def __init__(self, book: Book) -> None:
        self._book, self._buffer, self._in_data, self._recipient = book, b"", False, b""

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while self._step():
            pass

    def _step(self) -> bool:
        mark = b"\r\n.\r\n" if self._in_data else b"\r\n"
        part, found, rest = self._buffer.partition(mark)
        if not found:
            return False
        self._buffer = rest
        if self._in_data:
            self._in_data = False
            self._book.take(part + b"\r\n", self._recipient)
            self._transport.write(b"250 2.0.0 taken\r\n")
        else:
            self._command(part)
        return True

    def _command(self, text: bytes) -> None:
        word, _, rest = text.partition(b" ")
        match word.upper():
            case b"EHLO":
                answer = b"250-sink\r\n250-PIPELINING\r\n250 8BITMIME"
            case b"RCPT":
                self._recipient, answer = rest, b"250 ok"
            case b"DATA":
                self._in_data, answer = True, b"354 go on"
            case b"QUIT":
                self._transport.write(b"221 bye\r\n")
                self._transport.close()
                return
            case b"XREPORT":
                answer = b"250 " + self._book.report().encode()
            case b"XLAST":
                Path(rest.decode()).write_bytes(self._book.message)
                answer = b"250 written"
            case b"XTIMES":
                times = {to[to.find(b"<") + 1 : -1].decode(): at for to, at in self._book.times.items()}
                Path(rest.decode()).write_text(json.dumps(times))
                answer = b"250 written"
            case b"XRESET":
                self._book.reset([text for text in rest.split(b",") if text])
                answer = b"250 reset"
            case _:
                answer = b"250 ok"
        self._transport.write(answer + b"\r\n")


async def serve(port: int) -> None:
    book = Book()
    server = await asyncio.get_running_loop().create_server(lambda: Relay(book), "127.0.0.1", port)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
