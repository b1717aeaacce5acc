"""The calendar entry of one guest (RFC 5545, sent by RFC 6047).

It begins with the invitation, if there was one, and keeps its UID and its organizer when a registration comes of it."""

import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Literal, get_args

from icalendar import Calendar, Event, vText

from emails.addresses import ascii_address, display_name, read_verp, verp
from emails.languages import catalogue, pick
from emails.letters import EventFacts, Recipient

About = Literal["registration", "invitation"]
ABOUTS: tuple[About, ...] = get_args(About)
LOCALES = Path(__file__).parent / "locales"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One guest's entry. The UID, made of `about` and `subject_id`, stays for its life; `sequence` grows with a new
    time or place.

    `answers`: calendar programs may answer to the organizer's address. `answered` is what the attendee has said so far
    (a PARTSTAT, RFC 5545 3.2.12), '' to go by the entry's status; `note` stands in the description."""

    about: About = "registration"
    subject_id: str
    host: str
    sequence: int
    stamp: datetime
    starts_at: datetime
    ends_at: datetime
    summary: str
    location: str
    url: str
    organizer_name: str
    organizer_address: str
    attendee_name: str
    attendee_address: str
    answers: bool = False
    answered: str = ""
    note: str = ""


@dataclass(frozen=True)
class CalendarPart:
    """iCalendar text and the METHOD both it and its MIME part must carry."""

    method: Literal["REQUEST", "CANCEL", "PUBLISH"]
    text: str


def entry(
    event: EventFacts,
    to: Recipient,
    *,
    about: About = "registration",
    subject_id: str,
    host: str,
    sequence: int,
    stamp: datetime,
    url: str,
    organizer_address: str,
    answers: bool = False,
    answered: str = "",
    note: str = "",
) -> Entry:
    """The entry in the recipient's language. `host` is the service's domain; `url` the own page or the event page."""
    return Entry(
        about=about,
        subject_id=subject_id,
        host=host,
        sequence=sequence,
        stamp=stamp,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        summary=pick(event.name, to.language),
        location=pick(event.place, to.language),
        url=url,
        organizer_name=pick(event.host, to.language),
        organizer_address=organizer_address,
        attendee_name=to.name,
        attendee_address=to.address,
        answers=answers,
        answered=answered,
        note=note,
    )


def please_answer(language: str) -> str:
    """What the entry of an invitation says. Calendars are shared with delegates and assistants: the personal link is in
    the mail only."""
    return catalogue(LOCALES, language).gettext(
        "You are invited. Please answer by the link in the invitation mail as well: you are registered only then."
    )


def request(entry: Entry) -> CalendarPart:
    """Put into the calendar, or update."""
    return CalendarPart("REQUEST", _calendar(entry, "REQUEST", "CONFIRMED"))


def tentative(entry: Entry) -> CalendarPart:
    """Keep the time free: asked for, but not certain yet."""
    return CalendarPart("REQUEST", _calendar(entry, "REQUEST", "TENTATIVE"))


def cancel(entry: Entry) -> CalendarPart:
    """Take out of the calendar. The sequence must be higher than the last one sent."""
    return CalendarPart("CANCEL", _calendar(entry, "CANCEL", "CANCELLED"))


def download(entry: Entry, status: str = "CONFIRMED") -> bytes:
    """The .ics file of the own page (METHOD PUBLISH: nobody is asked to answer).

    `status` by RFC 5545 3.8.1.11: CONFIRMED, TENTATIVE or CANCELLED."""
    return _calendar(entry, "PUBLISH", status).encode()


END = "END:VEVENT"
UID = re.compile(rf"(?P<about>{'|'.join(ABOUTS)})-(?P<id>[0-9a-f-]{{4,36}})@[\w.-]+")
PURPOSES: dict[About, bytes] = {"registration": b"calendar", "invitation": b"calendar of an invitation"}


def calendar_key(key: bytes, about: About = "registration") -> bytes:
    """Addresses for answers are no addresses for reports, those of registrations none of invitations, and the other way
    round."""
    return hmac.digest(key, PURPOSES[about], "sha256")


def organizer(address: str, token: str, key: bytes, about: About = "registration") -> str:
    """The organizer's address in one entry: an answer sent there proves which entry it is about. The address itself
    where it has no room for that."""
    try:
        return verp(address, token, calendar_key(key, about))
    except ValueError:
        return address


def read_organizer(address: str, key: bytes) -> tuple[About, str] | None:
    """Which entry an answer sent to this address is about: a registration's or an invitation's, and its token. None for
    an address that we did not make."""
    for about in ABOUTS:
        if token := read_verp(address, calendar_key(key, about)):
            return about, token
    return None


def _calendar(entry: Entry, method: str, status: str) -> str:
    """What all guests share is written once and kept; the guest's own lines are put before the entry's end."""
    shared = _shared(
        method,
        status,
        entry.starts_at,
        entry.ends_at,
        entry.summary,
        entry.location,
    )
    head, _, tail = shared.rpartition(END)
    return head + _personal(entry, method, status) + END + tail


@lru_cache(maxsize=256)
def _shared(
    method: str,
    status: str,
    starts_at: datetime,
    ends_at: datetime,
    summary: str,
    location: str,
) -> str:
    event = Event()
    event.add("dtstart", starts_at.astimezone(UTC))
    event.add("dtend", ends_at.astimezone(UTC))
    event.add("summary", summary)
    event.add("location", location)
    event.add("status", status)
    event.add("transp", "OPAQUE")
    calendar = Calendar()
    calendar.add("prodid", "-//Qonaq//Registration//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(event)
    return bytes(calendar.to_ical()).decode()


def _personal(entry: Entry, method: str, status: str) -> str:
    described = [entry.organizer_name, *([entry.note] if entry.note else []), entry.url]
    lines = [
        f"UID:{entry.about}-{entry.subject_id}@{entry.host}", f"SEQUENCE:{entry.sequence}",
        f"DTSTAMP:{entry.stamp.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DESCRIPTION:{vText(chr(10).join(described)).to_ical().decode()}", f"URL:{entry.url}",
        f"ORGANIZER{_who(entry.organizer_name, entry.organizer_address)}",
    ]  # fmt: skip
    if method != "PUBLISH":  # RFC 5546 3.2.1: a published entry has no attendees
        answer = entry.answered or ("TENTATIVE" if status == "TENTATIVE" else "ACCEPTED")
        rsvp = "TRUE" if entry.answers and method == "REQUEST" else "FALSE"
        more = f";PARTSTAT={answer};ROLE=REQ-PARTICIPANT;RSVP={rsvp}"
        lines.append(f"ATTENDEE{_who(entry.attendee_name, entry.attendee_address, more)}")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _folded(line: str) -> str:
    """At most 75 octets a line (RFC 5545 3.1), cut neither within a character nor behind a backslash that escapes."""
    rest, rows = line.encode(), list[bytes]()
    while len(rest) > (room := 74 if rows else 75):
        while rest[room] & 0xC0 == 0x80:
            room -= 1
        room -= (room - len(rest[:room].rstrip(b"\\"))) % 2
        rows.append(rest[:room])
        rest = rest[room:]
    return b"\r\n ".join([*rows, rest]).decode()


def _who(name: str, address: str, more: str = "") -> str:
    """Parameters and value of a property that names somebody."""
    shown = display_name(name).replace('"', "'")
    return f';CN="{shown}"{more}:mailto:{ascii_address(address, smtputf8=True)}'
