"""What a calendar program answers to an entry of ours (iTIP REPLY, RFC 5546, by mail: RFC 6047).

Programs differ in where they put it: Gmail as an alternative and again as a file, in base64; Outlook and Exchange as an
alternative with a TZID of Windows and an ATTENDEE in their own spelling; Apple as a part beside the text. What is
common is METHOD:REPLY, our UID, and one ATTENDEE with a PARTSTAT. It proves itself by the address it is sent to: the
ORGANIZER of our entry, which holds the registration or the invitation and an HMAC.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message
from typing import Any, Literal

from icalendar import Calendar

from emails.addresses import sent_to
from emails.calendar import UID, About, read_organizer

Answer = Literal["accepted", "declined", "tentative"]
ANSWERS: dict[str, Answer] = {"ACCEPTED": "accepted", "DECLINED": "declined", "TENTATIVE": "tentative"}
LARGEST = 64 * 1024  # bytes of a calendar part; one with a single entry has two
LONGEST_COMMENT = 500


@dataclass(frozen=True, kw_only=True)
class Reply:
    """One attendee's answer to the entry of a registration or an invitation (`about`, `subject_id`, from its UID).
    `token` is proved to be ours and made for one of these; `attendee` is in lower case."""

    token: str
    about: About
    subject_id: str
    attendee: str
    answer: Answer
    stamp: datetime
    comment: str = ""


def read_reply(data: bytes, key: bytes, *, recipient: str = "") -> Reply | None:
    """None for what is no answer to one of our entries, or was not sent to the address in that entry."""
    if b"calendar" not in data.lower():
        return None
    try:
        mail = message_from_bytes(data)
        sent_to = _sent_to(mail, key, recipient)
        parts = [
            part for part in mail.walk() if part.get_content_type() in ("text/calendar", "application/ics")
        ]
    except RecursionError:
        return None
    if sent_to is None:
        return None
    return next((found for part in parts[:4] if (found := _read(part, *sent_to))), None)


def _read(part: Message, about: About, token: str) -> Reply | None:
    try:
        payload = part.get_payload(decode=True)
        if not isinstance(payload, bytes) or len(payload) > LARGEST:
            return None
        calendar: Any = Calendar.from_ical(payload)
        entries = calendar.walk("VEVENT")
        if str(calendar.get("METHOD", "")).upper() != "REPLY" or len(entries) != 1:
            return None
        return _answer(entries[0], about, token)
    except (ValueError, LookupError, TypeError, AttributeError):
        return None


def _answer(entry: Any, about: About, token: str) -> Reply | None:
    attendees = entry.get("ATTENDEE", [])
    attendees = attendees if isinstance(attendees, list) else [attendees]
    uid = UID.fullmatch(str(entry.get("UID", "")))
    if uid is None or uid["about"] != about or len(attendees) != 1:
        return None
    [attendee] = attendees
    answer = ANSWERS.get(str(attendee.params.get("PARTSTAT", "")).upper())
    if answer is None:
        return None
    stamp = getattr(entry.get("DTSTAMP"), "dt", None)
    aware = stamp if isinstance(stamp, datetime) and stamp.tzinfo else datetime.now(UTC)
    return Reply(
        token=token, about=about, subject_id=uid["id"], answer=answer, stamp=aware, comment=_comment(entry),
        attendee=re.sub(r"(?i)^\s*mailto:\s*", "", str(attendee)).strip().lower(),
    )  # fmt: skip


def _comment(entry: Any) -> str:
    """A word that people may write with their answer."""
    found = entry.get("COMMENT", "")
    one = found[0] if isinstance(found, list) else found
    return " ".join(str(one).replace("\0", "").split())[:LONGEST_COMMENT]


def _sent_to(mail: Message, key: bytes, recipient: str) -> tuple[About, str] | None:
    return next((found for one in sent_to(mail, recipient) if (found := read_organizer(one, key))), None)
