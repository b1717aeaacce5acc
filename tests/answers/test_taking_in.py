"""What comes back is believed only when it carries what we made, and changes everything once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from emails.addresses import verp
from emails.calendar import calendar_key
from service.answers.operations import take_in
from service.core.database import Database
from service.core.tokens import new_id
from tests.conftest import MASTER_KEY
from tests.emails.test_bounces import plain, report
from tests.support import factories as make
from tests.support.outbox import invite_many
from tests.support.sink import Sink
from workers.context import Context
from workers.drain import Drain

FROM = "qonaq@alatau.example"


async def invited(db: Database, context: Context, sink: Sink, people: int = 1) -> list[str]:
    """Invitations that went out; the envelope sender of each."""
    async with db.begin() as session:
        host = await make.organisation(session)
        event = await make.event(session, host)
        await make.category(session, event)
        await invite_many(session, event, people)
    await Drain(context).run()
    return [mail.sender for mail in sorted(sink.taken, key=lambda mail: mail.recipient)]


async def hear(db: Database, mail: bytes, recipient: str = "", at: datetime | None = None) -> str:
    async with db.begin() as session:
        return await take_in(session, mail, recipient, key=MASTER_KEY, now=at or datetime.now(UTC))


async def found(db: Database) -> dict[str, Any]:
    """All that a report may change."""
    async with db.begin() as session:
        delivery = text(
            "SELECT state, refusal, failed_at IS NOT NULL AS failed, error FROM deliveries ORDER BY address"
        )
        told = text("SELECT name, data ->> 'kind' FROM audit WHERE name LIKE 'mail.%'")
        return {
            "mails": [tuple(row) for row in await session.execute(delivery)],
            "tasks": list((await session.execute(text("SELECT state FROM outbox ORDER BY id"))).scalars()),
            "invitations": list(
                (await session.execute(text("SELECT state FROM invitations ORDER BY email"))).scalars()
            ),
            "shut": [
                tuple(row) for row in await session.execute(text("SELECT email, reason FROM suppressions"))
            ],
            "told": [tuple(row) for row in await session.execute(told)],
        }


UNTOUCHED = {
    "mails": [("sent", None, False, None)], "tasks": ["done"], "invitations": ["sent"], "shut": [], "told": [],
}  # fmt: skip
GONE = report(status="5.1.1", said="smtp; 550 5.1.1 no such user")


async def test_a_hard_bounce_shuts_the_address_and_is_seen_everywhere_once(
    db: Database, context: Context, sink: Sink
) -> None:
    [ours] = await invited(db, context, sink)
    assert await hear(db, GONE, ours) == "bounced"
    after = await found(db)
    assert after == {
        "mails": [("bounced", "hard", True, "550 5.1.1 no such user")], "tasks": ["parked"],
        "invitations": ["bounced"], "shut": [("guest0@steppe.example", "bounced")], "told": [("mail.bounced", "hard")],
    }  # fmt: skip
    assert await hear(db, GONE, ours) == "known"
    assert await found(db) == after


@pytest.mark.parametrize(("status", "kind"), [("5.2.2", "full"), ("5.7.1", "policy"), ("4.4.7", "soft")])
async def test_others_are_seen_and_shut_nothing(
    db: Database, context: Context, sink: Sink, status: str, kind: str
) -> None:
    [ours] = await invited(db, context, sink)
    assert await hear(db, report(status=status, to=ours)) == "bounced"
    after = await found(db)
    assert (after["mails"][0][:2], after["shut"], after["told"]) == (
        ("bounced", kind),
        [],
        [("mail.bounced", kind)],
    )


async def test_a_delay_is_noted_and_fails_nothing(db: Database, context: Context, sink: Sink) -> None:
    [ours] = await invited(db, context, sink)
    delay = report(action="delayed", status="4.4.1")
    assert [await hear(db, delay, ours), await hear(db, delay, ours)] == ["delayed", "known"]
    assert await found(db) == {**UNTOUCHED, "mails": [("sent", "soft", False, None)]}
    assert await hear(db, GONE, ours) == "bounced"


async def test_forged_old_foreign_and_automatic_mail_changes_nothing(
    db: Database, context: Context, sink: Sink
) -> None:
    [ours] = await invited(db, context, sink)
    later = datetime.now(UTC) + timedelta(days=31)
    away = plain(
        "I am away.",
        subject="Automatic reply: x",
        sender="guest0@steppe.example",
        more="Auto-Submitted: auto-replied\n",
    )
    receipt = report(to=ours).replace(b"report-type=delivery-status", b"report-type=disposition-notification")
    heard = [
        await hear(db, GONE),
        await hear(db, GONE, FROM),
        await hear(db, GONE, ours.replace("+", "+0")),
        await hear(db, GONE, verp(FROM, new_id().hex, b"x" * 32)),
        await hear(db, GONE, verp(FROM, new_id().hex, MASTER_KEY)),
        await hear(db, GONE, verp(FROM, "notatask", MASTER_KEY)),
        await hear(db, GONE, ours, later),
        await hear(db, away, ours),
        await hear(db, receipt, ours),
        await hear(db, b"", ours),
        await hear(db, b"\x00\xff" * 5_000, ours),
    ]
    assert set(heard) == {"ignored"}
    assert await found(db) == UNTOUCHED


ODD = plain("<guest0@steppe.example>: 550 5.1.1 no such user \\ud800", subject="Undelivered Mail")


@pytest.mark.parametrize(
    "charset", [b"utf-7", b"unicode_escape", b"rot13", b"idna", b"undefined", b'"\0"', b"utf-16"]
)
async def test_whatever_a_report_is_written_in_it_is_read_or_left(
    db: Database, context: Context, sink: Sink, charset: bytes
) -> None:
    [ours] = await invited(db, context, sink)
    odd = ODD.replace(b"utf-8", charset).replace(b"such", b"such +2AA- \xff\xd0")
    assert charset in odd
    assert await hear(db, odd, ours) in ("bounced", "ignored")
    calendar = odd.replace(b"text/plain", b"text/calendar")
    assert await hear(db, calendar, verp(FROM, new_id().hex, calendar_key(MASTER_KEY))) == "ignored"


async def test_one_is_told_apart_from_the_others(db: Database, context: Context, sink: Sink) -> None:
    senders = await invited(db, context, sink, 3)
    assert await hear(db, GONE, senders[1]) == "bounced"
    after = await found(db)
    assert [mail[0] for mail in after["mails"]] == ["sent", "bounced", "sent"]
    assert after["shut"] == [("guest1@steppe.example", "bounced")]


async def test_refused_at_once_is_the_same_as_told_later(db: Database, context: Context, sink: Sink) -> None:
    sink.refuse = {
        "guest0@steppe.example": "550 5.1.1 no such user", "guest1@steppe.example": "552 5.2.2 over quota",
        "guest2@steppe.example": "554 5.7.1 blocked",
    }  # fmt: skip
    await invited(db, context, sink, 3)
    after = await found(db)
    assert [mail[:3] for mail in after["mails"]] == [
        ("bounced", "hard", True), ("bounced", "full", True), ("bounced", "policy", True),
    ]  # fmt: skip
    assert after["shut"] == [("guest0@steppe.example", "bounced")]
