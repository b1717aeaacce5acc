"""What the relay does, and what we make of it. The relay is a real SMTP server with a will of its own."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
import uvloop

from emails.sender import Bounced, Postponed, Sender, Sent, SmtpAddress, Unreachable
from emails.wire import Line

MESSAGE = b"Subject: x\r\n\r\nText\r\n.dot\r\n"
Answers = Callable[[str], str | None]


class Relay:
    """A few lines of SMTP. `answers` may say something else than usual to a line; None hangs up."""

    def __init__(self, answers: Answers, pipelining: bool) -> None:
        self.answers, self.pipelining = answers, pipelining
        self.connections = 0
        self.taken: list[bytes] = []
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            await self.talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 relay\r\n")
        refused = False
        while line := (await reader.readline()).decode().strip():
            reply = self.answers(line)
            if reply is None:
                return
            if line.startswith("EHLO") and self.pipelining and reply == "250 ok":
                reply = "250-relay\r\n250 PIPELINING"
            if line.startswith("DATA") and refused:
                reply = "503 5.5.1 no recipients"
            refused = line[:4] in ("MAIL", "RCPT") and (refused or not reply.startswith("250"))
            if line == "DATA" and reply == "250 ok":
                writer.write(b"354 go on\r\n")
                body = await reader.readuntil(b"\r\n.\r\n")
                end = self.answers("END OF DATA")
                if end is None:
                    return
                self.taken += [body] if end.startswith("250") else []
                reply = end
            writer.write(reply.encode() + b"\r\n")
            if line == "QUIT" or reply.startswith("421"):
                return


@asynccontextmanager
async def relay(
    answers: Answers = lambda line: "250 ok", *, pipelining: bool = True
) -> AsyncIterator[tuple[Relay, Sender]]:
    found = Relay(answers, pipelining)
    server = await asyncio.start_server(found.serve, "127.0.0.1", 0)
    found.port = server.sockets[0].getsockname()[1]
    sender = Sender(SmtpAddress("127.0.0.1", found.port, "none"), timeout=2)
    try:
        yield found, sender
    finally:
        await sender.close()
        server.close()


def once(wanted: str, reply: str | None) -> Answers:
    """The first line that starts so gets this reply."""
    left = [reply]

    def answers(line: str) -> str | None:
        return left.pop() if line.startswith(wanted) and left else "250 ok"

    return answers


def deliver(sender: Sender, to: str = "kim@guests.example") -> Awaitable[object]:
    return sender.send(MESSAGE, "bounce@qonaq.example", to)


async def test_connections_are_kept_and_never_more_than_asked_for() -> None:
    async with relay() as (found, sender):
        outcomes = await asyncio.gather(*(deliver(sender) for _ in range(40)))
        assert outcomes == [Sent("ok")] * 40
        assert (len(found.taken), found.connections) == (40, 8)
        assert found.taken[0] == b"Subject: x\r\n\r\nText\r\n..dot\r\n.\r\n"


@pytest.mark.parametrize("pipelining", [True, False])
@pytest.mark.parametrize(
    ("line", "reply", "outcome"),
    [
        ("RCPT", "450 4.2.1 mailbox busy", Postponed(450, "4.2.1 mailbox busy")),
        ("RCPT", "550 5.1.1 nobody here", Bounced(550, "5.1.1", "5.1.1 nobody here", "recipient")),
        ("RCPT", "550 nobody here", Bounced(550, "", "nobody here", "recipient")),
        ("MAIL", "451 4.3.0 later", Postponed(451, "4.3.0 later")),
        ("MAIL", "550 5.7.1 not you", Postponed(550, "5.7.1 not you")),
        ("DATA", "451 4.3.0 later", Postponed(451, "4.3.0 later")),
        ("END", "452 4.2.2 full", Postponed(452, "4.2.2 full")),
        ("END", "554 5.6.0 spam", Bounced(554, "5.6.0", "5.6.0 spam", "message")),
    ],
)
async def test_refusals_say_whose_fault_it_is_and_leave_the_connection_fit(
    line: str, reply: str, outcome: object, pipelining: bool
) -> None:
    async with relay(once(line, reply), pipelining=pipelining) as (found, sender):
        assert await deliver(sender) == outcome
        assert await deliver(sender) == Sent("ok")
        assert found.connections == 1


@pytest.mark.parametrize("pipelining", [True, False])
@pytest.mark.parametrize("line", ["EHLO", "MAIL", "RCPT", "DATA", "END"])
async def test_a_lost_connection_burns_nothing_and_opens_the_circuit(line: str, pipelining: bool) -> None:
    def hang_up(said: str) -> str | None:
        return None if said.startswith((line, "HELO" if line == "EHLO" else line)) and broken else "250 ok"

    broken = True
    async with relay(hang_up, pipelining=pipelining) as (found, sender):
        lost = await deliver(sender)
        assert isinstance(lost, Unreachable)
        assert 0 < lost.retry_after <= 0.5
        waiting = await deliver(sender)
        assert isinstance(waiting, Unreachable)
        assert (waiting.reason, found.connections) == ("waiting for the mail server to come back", 1)
        broken = False
        await asyncio.sleep(lost.retry_after)
        assert await deliver(sender) == Sent("ok")


@pytest.mark.parametrize("pipelining", [True, False])
@pytest.mark.parametrize("goodbye", [None, "421 4.4.2 idle too long"])
async def test_a_kept_connection_that_the_relay_ended_is_replaced_at_once(
    goodbye: str | None, pipelining: bool
) -> None:
    mails = []

    def second_mail_ends(line: str) -> str | None:
        mails.extend([line] if line.startswith("MAIL") else [])
        return goodbye if line.startswith("MAIL") and len(mails) == 2 else "250 ok"

    async with relay(second_mail_ends, pipelining=pipelining) as (found, sender):
        assert [await deliver(sender), await deliver(sender)] == [Sent("ok"), Sent("ok")]
        assert (len(found.taken), found.connections) == (2, 2)


async def test_taken_is_sent_even_if_the_relay_goes_before_quit() -> None:
    async with relay(lambda line: None if line in ("QUIT", "RSET") else "250 ok") as (found, sender):
        assert await deliver(sender) == Sent("ok")
        await sender.close()
        assert len(found.taken) == 1


async def test_a_relay_that_says_go_on_for_a_refused_recipient_gets_an_empty_end() -> None:
    """RFC 2920 3.1: the client cannot know before it hears the answers."""
    said: list[str] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers = {"EHLO": "250-relay\r\n250 PIPELINING", "RCPT": "550 5.1.1 nobody", "DATA": "354 go on"}
        writer.write(b"220 relay\r\n")
        while line := (await reader.readline()).decode().strip():
            said.append(line)
            writer.write(
                answers.get(line[:4], "554 5.5.1 none" if line == "." else "250 ok").encode() + b"\r\n"
            )
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    sender = Sender(SmtpAddress("127.0.0.1", server.sockets[0].getsockname()[1], "none"), timeout=2)
    assert await deliver(sender) == Bounced(550, "5.1.1", "5.1.1 nobody", "recipient")
    assert said[-2:] == [".", "RSET"]
    await sender.close()
    server.close()


@pytest.mark.parametrize("nonsense", [b"hello\r\n", b"2" * 200_000, b"250-a\r\n" * 20_000])
async def test_what_is_no_smtp_is_away_not_a_fault_of_ours(nonsense: bytes) -> None:
    async with relay(once("MAIL", nonsense.decode().strip())) as (_, sender):
        assert isinstance(await deliver(sender), Unreachable)


async def test_a_relay_that_hangs_behind_a_refusal_does_not_change_it() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 relay\r\n")
        while (line := (await reader.readline()).decode().strip()) and line != "RSET":
            writer.write(b"550 5.1.1 nobody\r\n" if line.startswith("RCPT") else b"250 ok\r\n")
        await asyncio.sleep(1)
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    sender = Sender(SmtpAddress("127.0.0.1", server.sockets[0].getsockname()[1], "none"), timeout=0.3)
    assert await deliver(sender) == Bounced(550, "5.1.1", "5.1.1 nobody", "recipient")
    server.close()


async def test_a_relay_that_says_nothing_is_given_up_in_time() -> None:
    silent = await asyncio.start_server(lambda reader, writer: asyncio.sleep(3), "127.0.0.1", 0)
    sender = Sender(SmtpAddress("127.0.0.1", silent.sockets[0].getsockname()[1], "none"), timeout=0.2)
    assert isinstance(await deliver(sender), Unreachable)
    silent.close()


async def test_connections_that_fall_together_are_one_fall() -> None:
    """Else eight of them would open the circuit for half a minute when the server was away for a second."""
    async with relay(lambda line: None if line == "END OF DATA" else "250 ok") as (_, sender):
        lost = await asyncio.gather(*(deliver(sender) for _ in range(8)))
        assert all(isinstance(one, Unreachable) and one.retry_after <= 0.5 for one in lost), lost


def test_writing_on_a_connection_that_has_ended_is_no_mistake_of_ours() -> None:
    """In the workers' own event loop, whose transports say RuntimeError: the mail would be given up."""

    async def write() -> None:
        server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
        transport, _ = await asyncio.get_running_loop().create_connection(
            asyncio.Protocol, *server.sockets[0].getsockname()
        )
        line = Line(transport, frozenset({"pipelining"}))
        await asyncio.sleep(0.05)
        assert not line.is_open
        for say in (line.ask(["NOOP"]), line.say(MESSAGE)):
            with pytest.raises(ConnectionError):
                await say
        server.close()

    uvloop.run(write())


async def test_nobody_there() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        sender = Sender(SmtpAddress("127.0.0.1", taken.getsockname()[1], "none"))
        assert isinstance(await deliver(sender), Unreachable)


async def test_an_address_outside_ascii_needs_a_relay_that_takes_it() -> None:
    async with relay() as (found, sender):
        refused = await deliver(sender, "гость@guests.example")
        assert isinstance(refused, Bounced)
        assert (refused.status, found.taken) == ("5.6.7", [])
    offer = {"EHLO": "250-relay\r\n250 SMTPUTF8"}
    async with relay(lambda line: offer.get(line.split()[0], "250 ok")) as (found, sender):
        assert await deliver(sender, "гость@guests.example") == Sent("ok")


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("smtp://127.0.0.1:1025", SmtpAddress("127.0.0.1", 1025, "none")),
        ("smtp://u%40x:p%3Aw@mx.example:587", SmtpAddress("mx.example", 587, "starttls", "u@x", "p:w")),
        ("smtp://u:p@mx.example:2525", SmtpAddress("mx.example", 2525, "starttls", "u", "p")),
        ("smtp://u:p@mx.example:2525?tls=none", SmtpAddress("mx.example", 2525, "none", "u", "p")),
        ("smtp://mx.example:465", SmtpAddress("mx.example", 465, "implicit")),
        ("smtp://[::1]?tls=none", SmtpAddress("::1", 25, "none")),
    ],
)
def test_the_relay_is_one_url(url: str, address: SmtpAddress) -> None:
    assert SmtpAddress.parse(url) == address


@pytest.mark.parametrize(
    "url", ["", "mx.example:25", "http://mx.example", "smtp://mx:port", "smtp://mx?tls=yes"]
)
def test_a_url_that_is_none_is_refused_with_a_sentence(url: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        SmtpAddress.parse(url)
