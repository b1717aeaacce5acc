"""A letter, all the way to the bytes a relay takes."""

from collections.abc import Sequence

from emails.calendar import CalendarPart
from emails.dkim import Signer
from emails.letters import Letter
from emails.message import Attachment, Envelope, compose
from emails.render import render


def outgoing(
    letter: Letter,
    envelope: Envelope,
    *,
    calendar: CalendarPart | None = None,
    attachments: Sequence[Attachment] = (),
    signer: Signer | None = None,
    smtputf8: bool = False,
) -> bytes:
    """Render, compose, sign. The signature's time is the envelope's date. Raises AddressRefused."""
    message = compose(render(letter), envelope, calendar, attachments, smtputf8)
    return signer.sign(message, int(envelope.date.timestamp()), is_relaxed=True) if signer else message
