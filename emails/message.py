"""Rendered mail to a standards-true message: headers, parts, addresses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage

from emails.calendar import CalendarPart
from emails.render import Rendered


class AddressRefused(ValueError):
    """An address that cannot be written into a message; `reason` is a stable word: shape, domain, needs_smtputf8."""

    def __init__(self, reason: str, address: str) -> None:
        super().__init__(f"{reason}: {address!r}")
        self.reason = reason
        self.address = address


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """What the headers say. `message_id` is without brackets, made from the delivery's id, the same on every retry."""

    from_name: str
    from_address: str
    to_name: str
    to_address: str
    message_id: str
    date: datetime
    reply_to: str = ""
    reply_to_name: str = ""
    unsubscribe_url: str = ""
    unsubscribe_mailto: str = ""


@dataclass(frozen=True)
class Attachment:
    filename: str
    content_type: str
    data: bytes


def compose(
    rendered: Rendered,
    envelope: Envelope,
    calendar: CalendarPart | None = None,
    attachments: Sequence[Attachment] = (),
    smtputf8: bool = False,
) -> EmailMessage:
    """The message, unsigned. Raises AddressRefused."""
    raise NotImplementedError


def as_bytes(message: EmailMessage) -> bytes:
    """Wire form: CRLF, 7 bit (8 bit only in the headers of an SMTPUTF8 message)."""
    raise NotImplementedError
