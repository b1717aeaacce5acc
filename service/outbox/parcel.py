"""What a feature's mail.py hands to the worker for one task: the letter and its parts, or why it must not go."""

from dataclasses import dataclass
from uuid import UUID

from emails.calendar import CalendarPart
from emails.letters import Letter


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """One mail, as data. `badge_of` is the registration whose badge is to be attached; `host` signs as sender."""

    letter: Letter
    host: str
    reply_to: str = ""
    calendar: CalendarPart | None = None
    badge_of: UUID | None = None
    unsubscribe_url: str = ""


@dataclass(frozen=True)
class NoLongerTrue:
    """The mail must not go out any more: `reason` is an English sentence for the organizer."""

    reason: str


Loaded = dict[UUID, Parcel | NoLongerTrue]
