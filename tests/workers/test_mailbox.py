"""Reports that come to a mailbox: read by IMAP, taken out when understood, left for people when not."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator

import msgspec
import pytest

from service.core.database import Database
from tests.answers.test_leaving import asking, invited_with_a_way_out
from tests.answers.test_taking_in import GONE, found, invited
from tests.emails.test_bounces import report
from tests.support.sink import Sink
from workers.context import Context
from workers.listener import hear
from workers.mailbox import LARGEST, empty


class Box:
    """A mail server that speaks as much IMAP as is needed, with one folder."""

    def __init__(self, mails: list[bytes]) -> None:
        self.mails = dict(enumerate(mails, 7))
        self.seen: set[int] = set()
        self.deleted: set[int] = set()
        self.login = self.folder = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK ready\r\n")
        with contextlib.suppress(ConnectionError):
            while line := (await reader.readline()).decode().strip():
                tag, _, command = line.partition(" ")
                writer.write(self.answer(command) + f"{tag} OK done\r\n".encode())
                await writer.drain()
        writer.close()

    def answer(self, command: str) -> bytes:
        verb, _, rest = command.partition(" ")
        if verb == "CAPABILITY":
            return b"* CAPABILITY IMAP4rev1\r\n"
        if verb == "LOGIN":
            self.login = rest
        elif verb == "SELECT":
            self.folder = rest
            return b"* 1 EXISTS\r\n"
        elif verb == "EXPUNGE":
            for one in self.deleted:
                self.mails.pop(one, None)
        elif verb == "UID":
            return self.uid(rest)
        return b"* BYE\r\n" if verb == "LOGOUT" else b""

    def uid(self, command: str) -> bytes:
        if command.startswith("SEARCH"):
            unseen = [str(one) for one in self.mails if one not in self.seen]
            return f"* SEARCH {' '.join(unseen)}\r\n".encode()
        numbers = {int(one) for one in command.split()[1].split(",")}
        if command.startswith("STORE"):
            self.seen |= numbers
            self.deleted |= numbers if "Deleted" in command else set()
            return b""
        [number] = numbers
        mail = self.mails[number]
        if "SIZE" in command:
            return f"* 1 FETCH (UID {number} RFC822.SIZE {len(mail)})\r\n".encode()
        assert re.search(r"BODY\.PEEK", command)
        return f"* 1 FETCH (UID {number} BODY[] {{{len(mail)}}}\r\n".encode() + mail + b")\r\n"


@contextlib.asynccontextmanager
async def mailbox(context: Context, mails: list[bytes]) -> AsyncIterator[Box]:
    box = Box(mails)
    server = await asyncio.start_server(box.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    url = f"imap://reports%40alatau.example:a%2Fb@127.0.0.1:{port}/Back%20again"
    context.settings = msgspec.structs.replace(context.settings, answers_mailbox=url)
    async with server:
        yield box


async def test_what_is_understood_goes_what_is_not_stays(db: Database, context: Context, sink: Sink) -> None:
    [ours] = await invited(db, context, sink)
    person = b"From: a@steppe.example\r\nTo: qonaq@alatau.example\r\nSubject: Hello\r\n\r\nHello"
    known = report(status="5.1.1", said="smtp; 550 5.1.1 no such user", to=ours)
    mails = [person, known, GONE, known, b"Subject: large\r\n\r\n" + b"x" * LARGEST]
    async with mailbox(context, mails) as box:
        assert await empty(context) == 5
        assert box.login == 'reports@alatau.example "a/b"'
        assert (box.folder, sorted(box.mails), box.seen) == ('"Back again"', [7, 9, 11], {7, 8, 9, 10, 11})
        assert await empty(context) == 0
    after = await found(db)
    assert (after["told"], after["mails"][0][0]) == ([("mail.bounced", "hard")], "bounced")


async def test_who_wants_no_more_is_understood(db: Database, context: Context, sink: Sink) -> None:
    [way] = await invited_with_a_way_out(db, context, sink)
    answered = asking(way, more="Auto-Submitted: auto-replied\r\n")
    async with mailbox(context, [answered, asking(way), asking(way)]) as box:
        assert await empty(context) == 3
        assert sorted(box.mails) == [7]
    assert (await found(db))["shut"] == [("guest0@steppe.example", "asked")]


async def test_a_mail_that_breaks_its_reader_does_not_stand_in_the_way(
    db: Database, context: Context, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    [ours] = await invited(db, context, sink)
    known = report(status="5.1.1", said="smtp; 550 5.1.1 no such user", to=ours)

    async def stumbling(context: Context, data: bytes, recipient: str) -> str:
        if b"stumble" in data:
            raise ValueError("no mail is like this")
        return await hear(context, data, recipient)

    monkeypatch.setattr("workers.mailbox.hear", stumbling)
    async with mailbox(context, [b"Subject: stumble\r\n\r\n", known]) as box:
        assert await empty(context) == 2
        assert (sorted(box.mails), box.seen) == ([7], {7, 8})
    assert (await found(db))["mails"][0][0] == "bounced"


async def test_without_the_database_everything_stays_unread(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> str:
        raise ConnectionRefusedError

    monkeypatch.setattr("workers.mailbox.hear", away)
    async with mailbox(context, [b"Subject: one\r\n\r\n"]) as box:
        assert await empty(context) == 0
        assert (sorted(box.mails), box.seen) == ([7], set())


async def test_a_mailbox_that_is_away_is_tried_again_later(context: Context) -> None:
    context.settings = msgspec.structs.replace(context.settings, answers_mailbox="imap://a:b@127.0.0.1:9")
    assert await empty(context) == 0
    context.settings = msgspec.structs.replace(context.settings, answers_mailbox="")
    assert await empty(context) == 0
