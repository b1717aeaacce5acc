"""The entry in a mail, and what became of the invitation it is about."""

from datetime import datetime
from typing import Any

from icalendar import Calendar
from sqlalchemy import text

from service.core.database import Database
from tests.invitations.test_life import all_of
from tests.support.sink import Taken

MINJI = "minji@hangang.example"


def entry_of(mail: Taken) -> Any:
    """The entry in a mail."""
    part = next(part for part in mail.message.walk() if part.get_content_type() == "text/calendar")
    return Calendar.from_ical(part.get_payload(decode=True)).walk("VEVENT")[0]  # type: ignore[arg-type]


def has_entry(mail: Taken) -> bool:
    return any("calendar" in part.get_content_type() for part in mail.message.walk())


def addressed(mail: Taken) -> tuple[str, str]:
    """UID and where answers go."""
    entry = entry_of(mail)
    return str(entry["UID"]), str(entry["ORGANIZER"]).removeprefix("mailto:")


def at(answer: str, stamp: datetime) -> bytes:
    """The same answer, given at another time (not in Gmail's shape, which is packed)."""
    return answer.replace("20261102T040000Z", f"{stamp:%Y%m%dT%H%M%SZ}").encode()


async def said(db: Database) -> list[tuple[Any, ...]]:
    return await all_of(
        db, "SELECT email, state, calendar_answer, calendar_word FROM invitations ORDER BY email"
    )


async def at_once(db: Database) -> None:
    """Half a minute passes."""
    async with db.begin() as session:
        await session.execute(text("UPDATE outbox SET due_at = now() WHERE state = 'queued'"))
