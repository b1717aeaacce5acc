"""The calendar entry of one registration (RFC 5545, sent by RFC 6047)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from emails.letters import EventFacts, Recipient


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One guest's entry. The UID lives as long as the registration; `sequence` grows with each change of time or place."""

    registration_id: str
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


@dataclass(frozen=True)
class CalendarPart:
    """iCalendar text and the METHOD both it and its MIME part must carry."""

    method: Literal["REQUEST", "CANCEL", "PUBLISH"]
    text: str


def entry(
    event: EventFacts,
    to: Recipient,
    *,
    registration_id: str,
    host: str,
    sequence: int,
    stamp: datetime,
    url: str,
    organizer_address: str,
) -> Entry:
    """The entry in the recipient's language. `host` is the service's domain; `url` the own page or the event page."""
    raise NotImplementedError


def request(entry: Entry) -> CalendarPart:
    """Put into the calendar, or update."""
    raise NotImplementedError


def cancel(entry: Entry) -> CalendarPart:
    """Take out of the calendar. The sequence must be higher than the last one sent."""
    raise NotImplementedError


def download(entry: Entry) -> bytes:
    """The .ics file of the own page (METHOD PUBLISH: nobody is asked to answer)."""
    raise NotImplementedError
