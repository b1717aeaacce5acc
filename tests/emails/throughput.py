"""How many mails a second one process writes, signs and hands to a relay: `python -m tests.emails.throughput [count]`.

The relay is aiosmtpd in a process of its own on the same machine, so it takes part of the same cores.
"""

import asyncio
import multiprocessing
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from typing import Any

from aiosmtpd.controller import Controller

from emails.calendar import entry, request
from emails.dkim import Signer, generate_key
from emails.message import Attachment, Envelope
from emails.outgoing import outgoing
from emails.samples import FORUM, GUESTS, sample
from emails.sender import Sender, Sent, SmtpAddress

NOW = datetime(2025, 9, 1, tzinfo=UTC)


class Counting:
    taken = 0

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.taken += 1
        return "250 2.0.0 taken"


def sink(pipe: Connection) -> None:
    handler = Counting()
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    pipe.send(port)
    pipe.recv()
    pipe.send(handler.taken)
    controller.stop()


@contextmanager
def running_sink() -> Iterator[tuple[int, Connection]]:
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=sink, args=(theirs,))
    process.start()
    try:
        assert ours.poll(20), "the sink did not start"
        yield ours.recv(), ours
    finally:
        process.join(5)
        process.kill()


def mail(number: int, signer: Signer, badge: bytes | None) -> bytes:
    """A confirmation as it is sent: text, HTML, calendar, signature; with a badge of 20 kB if given."""
    letter = sample("registration_approved", ("en", "kk", "ru", "ko")[number % 4])
    guest = GUESTS[letter.to.language]
    calendar = request(
        entry(
            FORUM,
            guest,
            subject_id=str(number),
            host="qonaq.example",
            sequence=0,
            stamp=NOW,
            url=f"https://qonaq.example/own/{number}",
            organizer_address="forum@alatau.example",
        )
    )
    envelope = Envelope(
        from_name="Alatau City",
        from_address="events@qonaq.example",
        to_name=f"{guest.name} {number}",
        to_address=f"guest{number}@guests.example",
        message_id=f"{number}@qonaq.example",
        date=NOW,
        reply_to="forum@alatau.example",
    )
    files = [Attachment("badge.pdf", "application/pdf", badge)] if badge else []
    return outgoing(letter, envelope, calendar=calendar, attachments=files, signer=signer)


async def run(port: int, count: int, badge: bytes | None) -> float:
    signer = Signer(generate_key(), "qonaq.example", "q1")
    sender = Sender(SmtpAddress("127.0.0.1", port, "none"))
    numbers = iter(range(count))

    async def lane() -> None:
        for number in numbers:
            message = mail(number, signer, badge)
            outcome = await sender.send(message, "bounce@qonaq.example", f"guest{number}@guests.example")
            assert isinstance(outcome, Sent), outcome

    started = time.perf_counter()
    await asyncio.gather(*(lane() for _ in range(4)))
    took = time.perf_counter() - started
    await sender.close()
    return count / took


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    for name, badge in (
        ("text, HTML, calendar, signed", None),
        ("the same with a badge of 20 kB", b"%\xfe" * 10_000),
    ):
        with running_sink() as (port, pipe):
            cpu = time.process_time()
            speed = asyncio.run(run(port, count, badge))
            cpu = (time.process_time() - cpu) / count * 1000
            pipe.send("how many")
            assert pipe.recv() == count
        print(f"{name}: {speed:.0f} mails/s, {cpu:.2f} ms CPU a mail")


if __name__ == "__main__":
    main()
