"""Asking for no more by mail: of invitations and news only, by whom it went to, and never by a program on its own."""

import httpx
import pytest
from sqlalchemy import text

from emails.addresses import verp
from emails.calendar import calendar_key
from emails.leaving import leaving_address, leaving_key, read_leaving
from service.core.database import Database
from service.core.tokens import new_id
from service.credentials.operations import Signer
from service.registrations.models import Registration
from tests.answers.test_calendars import hearing
from tests.answers.test_readdressing import elsewhere
from tests.answers.test_taking_in import FROM, GONE, UNTOUCHED, found, hear, invited
from tests.conftest import MASTER_KEY
from tests.console.conftest import Desk
from tests.console.writing import TEXT, begun, drafted, say
from tests.support import factories as make
from tests.support.sink import Sink, Taken
from workers.context import Context
from workers.drain import Drain


def ways_out(mail: Taken) -> list[str]:
    """What stands in List-Unsubscribe."""
    value = "".join(str(mail.message["list-unsubscribe"] or "").split())
    return [way.strip("<>") for way in value.split(",")] if value else []


def by_mail(mail: Taken) -> str:
    """The address among them."""
    [way] = [way for way in ways_out(mail) if way.startswith("mailto:")]
    return way.removeprefix("mailto:").removesuffix("?subject=unsubscribe")


def asking(
    to: str, subject: str = "unsubscribe", more: str = "", sender: str = "guest0@steppe.example"
) -> bytes:
    """As Gmail and Apple Mail write it: to the address, with nothing that matters inside."""
    return (
        f"From: {sender}\r\nTo: <{to}>\r\nSubject: {subject}\r\n{more}Content-Type: text/plain\r\n\r\n"
        "This mail was written to end further mails.\r\n"
    ).encode()


async def shut(db: Database) -> list[tuple[str, str]]:
    async with db.begin() as session:
        rows = await session.execute(text("SELECT email, reason FROM suppressions ORDER BY email"))
        return [tuple(row) for row in rows]


async def invited_with_a_way_out(db: Database, context: Context, sink: Sink, people: int = 1) -> list[str]:
    """The address by which each asks for no more."""
    hearing(context)
    await invited(db, context, sink, people)
    return [by_mail(mail) for mail in sorted(sink.taken, key=lambda mail: mail.recipient)]


async def test_one_mail_shuts_the_address_it_went_to_and_no_other(
    db: Database, context: Context, sink: Sink
) -> None:
    ways = await invited_with_a_way_out(db, context, sink, 3)
    assert [ways_out(mail)[0].partition("//")[0] for mail in sink.taken] == ["http:"] * 3
    # whoever wrote it: the address is the proof
    heard = [await hear(db, asking(ways[1], sender="me@elsewhere.example"), ways[1]) for _ in range(2)]
    assert (heard, await shut(db)) == (["left", "left"], [("guest1@steppe.example", "asked")])
    assert (await found(db))["invitations"] == ["sent"] * 3


async def test_a_mailbox_knows_it_by_the_headers(db: Database, context: Context, sink: Sink) -> None:
    [way] = await invited_with_a_way_out(db, context, sink)
    assert await hear(db, asking(way.upper())) == "left"
    assert await shut(db) == [("guest0@steppe.example", "asked")]


async def test_forged_foreign_and_automatic_mail_shuts_nobody(
    db: Database, context: Context, sink: Sink
) -> None:
    [way] = await invited_with_a_way_out(db, context, sink)
    [envelope] = [mail.sender for mail in sink.taken]
    key = leaving_key(MASTER_KEY)
    forged = [
        FROM, envelope, way.replace("+", "+0"), verp(FROM, new_id().hex, b"x" * 32), verp(FROM, new_id().hex, key),
        verp(FROM, "notatask", key), verp(FROM, new_id().hex, calendar_key(MASTER_KEY)),
    ]  # fmt: skip
    by_themselves = [
        asking(way, more="Auto-Submitted: auto-replied\r\n"),
        asking(way, more="Auto-Submitted: Auto-Replied; owner-email=a@b.example\r\n"),
        asking(way, more="X-Autoreply: yes\r\n"),
        asking(way, "Automatic reply: unsubscribe"),
        asking(way, "=?utf-8?b?0JDQstGC0L7QvtGC0LLQtdGC?="),
        GONE,
    ]
    heard = [await hear(db, asking(to), to) for to in forged]
    heard += [await hear(db, mail, way) for mail in by_themselves]
    assert set(heard) == {"ignored"}
    assert await found(db) == UNTOUCHED


@pytest.mark.parametrize("charset", ["utf-7", "rot13", "undefined", "no-such", "utf-8"])
def test_odd_subjects_stand_in_nobodys_way(charset: str) -> None:
    way = leaving_address(FROM, "abc", MASTER_KEY)
    for words in (
        "=?{}?q?un=D0subscribe?=",
        "=?{}?b?!!!?=",
        "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
    ):
        mail = asking(way).replace(b"unsubscribe\r\n", words.format(charset).encode("latin-1") + b"\r\n", 1)
        assert read_leaving(mail, MASTER_KEY) == "abc"


def test_a_program_may_ask_in_a_persons_name() -> None:
    """Gmail presses this for people, and some programs say so of themselves."""
    way = leaving_address(FROM, "abc", MASTER_KEY)
    assert read_leaving(asking(way, more="Auto-Submitted: auto-generated\r\n"), MASTER_KEY) == "abc"
    assert leaving_address("a" * 30 + "@alatau.example", "0" * 33, MASTER_KEY) == ""


async def test_what_was_sent_anew_elsewhere_stays_open(db: Database, context: Context, sink: Sink) -> None:
    [way] = await invited_with_a_way_out(db, context, sink)
    await hear(db, GONE, sink.taken[0].sender)
    await elsewhere(db, "guest0@steppe.example", "right@steppe.example", keep=False)
    await Drain(context).run()
    assert await hear(db, asking(way), way) == "known"
    assert [email for email, _ in await shut(db)] == ["guest0@steppe.example"]
    newer = by_mail(sink.taken[1])
    assert await hear(db, asking(newer), newer) == "left"
    assert await shut(db) == [("guest0@steppe.example", "bounced"), ("right@steppe.example", "asked")]


async def test_there_is_no_such_address_where_mail_does_not_reach_us(
    db: Database, context: Context, sink: Sink
) -> None:
    await invited(db, context, sink)
    [ways] = [ways_out(mail) for mail in sink.taken]
    assert [way.partition("//")[0] for way in ways] == ["http:"]


async def test_news_has_it_what_guests_need_and_a_trial_have_not(
    client: httpx.AsyncClient, db: Database, signer: Signer, desk: Desk, guests: list[Registration], context: Context,
    sink: Sink,
) -> None:  # fmt: skip
    hearing(context)
    organizer = desk.as_(client, "organizer")
    async with db.begin() as session:
        await make.registration(session, signer, desk.event, email="ticket@x.example")
    await Drain(context).run()
    tickets = list(sink.taken)
    sink.taken.clear()
    draft = await drafted(organizer, id=[str(guests[0].id)])
    await say(organizer, draft, "test", purpose="news", **TEXT)
    await Drain(context).run()
    [trial] = sink.taken
    sink.taken.clear()
    await say(organizer, draft, "send", purpose="news", **TEXT)
    assert await begun(db, context)
    await Drain(context).run()
    [news] = sink.taken

    assert len(tickets) == 1
    assert {str(mail.message["list-unsubscribe"]) for mail in (*tickets, trial)} == {"None"}
    assert await hear(db, asking(by_mail(news)), by_mail(news)) == "left"
    assert await shut(db) == [(guests[0].email, "asked")]
