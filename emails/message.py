"""Rendered mail to a standards-true message: headers and parts.

Header values are encoded by the standard library once and kept by text; the message holds them ready-made, because
parsing and refolding every header on the way out costs EmailMessage most of its time (2 ms a mail).
"""

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.generator import BytesGenerator
from email.header import Header
from email.message import EmailMessage, Message
from email.policy import EmailPolicy
from email.utils import format_datetime
from functools import lru_cache
from io import BytesIO
from typing import Any

from emails.addresses import AddressRefused, ascii_address, display_name
from emails.calendar import CalendarPart
from emails.render import Rendered

__all__ = ["AddressRefused", "Attachment", "Envelope", "as_bytes", "compose"]

# "All" would also silence the reports of failed delivery, which we want.
NO_ANSWERS = "DR, RN, NRN, OOF, AutoReply"


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
    """A file that goes with the mail; the name should be plain ASCII, so that every mail program can save it."""

    filename: str
    content_type: str
    data: bytes


class _Ready(EmailPolicy):
    """Header values are stored and written exactly as given: encoded and folded already."""

    def header_store_parse(self, name: str, value: Any) -> tuple[str, Any]:
        return name, value

    def header_fetch_parse(self, name: str, value: str) -> Any:
        return value

    def fold(self, name: str, value: str) -> str:
        return f"{name}: {value}\r\n"

    def fold_binary(self, name: str, value: str) -> bytes:
        return f"{name}: {value}\r\n".encode()


READY = _Ready(linesep="\r\n", max_line_length=None)


def compose(
    rendered: Rendered,
    envelope: Envelope,
    calendar: CalendarPart | None = None,
    attachments: Sequence[Attachment] = (),
    smtputf8: bool = False,
) -> EmailMessage:
    """The message, unsigned. Raises AddressRefused.

    multipart/alternative (text, html, text/calendar last), inside multipart/mixed as its first child when files follow:
    Outlook reads a calendar part in the first child only.
    """
    mark = hashlib.sha256(envelope.message_id.encode()).hexdigest()[:24]
    body = [_text_part("plain", rendered.text), _text_part("html", rendered.html)]
    files = [_file_part(file) for file in attachments]
    if calendar:
        body.append(_calendar_part(calendar))
        if calendar.method == "REQUEST":
            files.append(_file_part(Attachment("invite.ics", "application/ics", calendar.text.encode())))
    message = EmailMessage(READY)
    for name, value in _headers(rendered.subject, envelope, smtputf8):
        message[name] = value
    if not files:
        return _fill(message, "alternative", mark, body)
    return _fill(
        message, "mixed", mark, [_fill(EmailMessage(READY), "alternative", f"{mark}-a", body), *files]
    )


def as_bytes(message: EmailMessage) -> bytes:
    """Wire form: CRLF, 7 bit (8 bit only in the headers of an SMTPUTF8 message)."""
    out = BytesIO()
    BytesGenerator(out, mangle_from_=False).flatten(message)
    return out.getvalue()


def _headers(subject: str, envelope: Envelope, smtputf8: bool) -> list[tuple[str, str]]:
    found = [
        ("From", _mailbox(envelope.from_name, envelope.from_address, smtputf8)),
        ("To", _mailbox(envelope.to_name, envelope.to_address, smtputf8)),
        ("Subject", _words(subject, "Subject")),
        ("Date", format_datetime(envelope.date)),
        ("Message-ID", f"<{_plain(envelope.message_id)}>"),
        ("MIME-Version", "1.0"),
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", NO_ANSWERS),
    ]
    if envelope.reply_to:
        found.insert(2, ("Reply-To", _mailbox(envelope.reply_to_name, envelope.reply_to, smtputf8)))
    if envelope.unsubscribe_url:
        ways = [envelope.unsubscribe_url]
        if envelope.unsubscribe_mailto:
            ways.append(f"mailto:{envelope.unsubscribe_mailto.removeprefix('mailto:')}")
        found.append(("List-Unsubscribe", ",\r\n ".join(f"<{_plain(way)}>" for way in ways)))
        found.append(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
    return found


def _plain(value: str) -> str:
    """A value made by us, checked all the same: nothing in it may begin a new header."""
    if not value.isascii() or not value.isprintable() or any(char in value for char in " <>"):
        raise ValueError(f"not fit for a header: {value!r}")
    return value


@lru_cache(maxsize=4096)
def _mailbox(name: str, address: str, smtputf8: bool) -> str:
    shown, plain = display_name(name), ascii_address(address, smtputf8)
    if not shown:
        return plain
    encoded = (
        f'"{shown}"' if shown.isascii() else Header(shown, "utf-8", 75, "Reply-To").encode(linesep="\r\n")
    )
    room = 76 - len(encoded.rpartition("\n")[2]) - len("Reply-To: ")
    return f"{encoded} <{plain}>" if len(plain) + 3 <= room else f"{encoded}\r\n <{plain}>"


@lru_cache(maxsize=4096)
def _words(text: str, name: str) -> str:
    """Text on one line as a header value. What looks like an encoded word is encoded, else readers would decode it."""
    text = " ".join("".join(char for char in text if char.isprintable() or char.isspace()).split())
    charset = "us-ascii" if text.isascii() and "=?" not in text else "utf-8"
    return Header(text, charset, 75, name).encode(linesep="\r\n")


def _fill(message: EmailMessage, subtype: str, mark: str, parts: Sequence[Message]) -> EmailMessage:
    # "=_" stands neither in quoted-printable nor in base64, so the boundary cannot occur inside a part.
    message["Content-Type"] = f'multipart/{subtype}; boundary="=_{mark}"'
    message.set_payload(list(parts))
    return message


def _part(content_type: str, encoding: str, payload: str, disposition: str = "") -> EmailMessage:
    part = EmailMessage(READY)
    part["Content-Type"] = content_type
    part["Content-Transfer-Encoding"] = encoding
    if disposition:
        part["Content-Disposition"] = disposition
    part.set_payload(payload)
    return part


def _text_part(subtype: str, text: str) -> EmailMessage:
    """Quoted-printable where most can be read as it is, base64 for the scripts it would make three times as long."""
    data = text.replace("\n", "\r\n").encode()
    if len(data) - len(text) > len(text) // 4:
        return _part(f'text/{subtype}; charset="utf-8"', "base64", _base64(data))
    return _part(f'text/{subtype}; charset="utf-8"', "quoted-printable", _quoted(data))


def _calendar_part(calendar: CalendarPart) -> EmailMessage:
    content_type = f'text/calendar; charset="utf-8"; method={calendar.method}'
    return _part(content_type, "quoted-printable", _quoted(calendar.text.encode()))


def _file_part(file: Attachment) -> EmailMessage:
    name = "".join(char for char in file.filename if char.isascii() and (char.isalnum() or char in "-_. "))
    disposition = f'attachment; filename="{name}"'
    return _part(f'{_plain(file.content_type)}; name="{name}"', "base64", _base64(file.data), disposition)


def _quoted(data: bytes) -> str:
    return binascii.b2a_qp(data, istext=True).decode("ascii")


def _base64(data: bytes) -> str:
    return base64.encodebytes(data).decode("ascii").replace("\n", "\r\n")
