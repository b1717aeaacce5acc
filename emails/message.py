"""Rendered mail to the bytes of a standards-true message: headers and parts (RFC 5322, RFC 2045 to 2047).

Header values are encoded by the standard library once and kept by text, parts by its C functions; we put them one
behind the other ourselves, because EmailMessage takes 2 ms a mail to do so. The tests hold the bytes equal to its own.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.charset import Charset
from email.header import Header
from email.utils import format_datetime
from functools import lru_cache

from emails.addresses import AddressRefused, ascii_address, display_name
from emails.calendar import CalendarPart
from emails.render import Rendered
from emails.transfer import Encoded, base64_of, encoded, quoted

__all__ = ["AddressRefused", "Attachment", "Envelope", "compose"]

UTF_8 = Charset("utf-8")
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


def compose(
    rendered: Rendered,
    envelope: Envelope,
    calendar: CalendarPart | None = None,
    attachments: Sequence[Attachment] = (),
    smtputf8: bool = False,
) -> bytes:
    """The message, unsigned: CRLF, 7 bit (8 bit only in the headers of an SMTPUTF8 message), its body in the relaxed
    form of RFC 6376 3.4.4. Raises AddressRefused.

    multipart/alternative (text, html, text/calendar last), inside multipart/mixed as its first child when files follow:
    Outlook reads a calendar part in the first child only.
    """
    mark = hashlib.sha256(envelope.message_id.encode()).hexdigest()[:24]
    body = [
        _part('text/plain; charset="utf-8"', encoded(rendered.text)),
        _part('text/html; charset="utf-8"', rendered.encoded_page()),
    ]
    files = [_file_part(file) for file in attachments]
    if calendar:
        body.append(_calendar_part(calendar))
        if calendar.method == "REQUEST":
            files.append(_file_part(Attachment("invite.ics", "application/ics", calendar.text.encode())))
    head = "".join(f"{name}: {value}\r\n" for name, value in _headers(rendered.subject, envelope, smtputf8))
    if files:
        within = _multipart("alternative", f"{mark}-a", body)
        return head.encode() + _multipart("mixed", mark, [within, *files])
    return head.encode() + _multipart("alternative", mark, body)


def _headers(subject: str, envelope: Envelope, smtputf8: bool) -> list[tuple[str, str]]:
    found = [
        ("From", _mailbox(envelope.from_name, envelope.from_address, smtputf8)),
        ("To", _mailbox(envelope.to_name, envelope.to_address, smtputf8)),
        ("Subject", _words(subject, "Subject")),
        ("Date", _date(envelope.date.replace(microsecond=0))),
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
            ways.append(f"mailto:{envelope.unsubscribe_mailto}?subject=unsubscribe")
        found.append(("List-Unsubscribe", ",\r\n ".join(f"<{_plain(way)}>" for way in ways)))
        found.append(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
    return found


def _plain(value: str) -> str:
    """A value made by us, checked all the same: nothing in it may begin a new header."""
    if not value.isascii() or not value.isprintable() or any(char in value for char in " <>"):
        raise ValueError(f"not fit for a header: {value!r}")
    return value


@lru_cache(maxsize=64)
def _date(at: datetime) -> str:
    return format_datetime(at)


@lru_cache(maxsize=4096)
def _mailbox(name: str, address: str, smtputf8: bool) -> str:
    shown, plain = display_name(name), ascii_address(address, smtputf8)
    if not shown:
        return plain
    said = f'"{shown}"' if shown.isascii() else _encoded_words(shown)
    room = 76 - len(said.rpartition("\n")[2]) - len("Reply-To: ")
    return f"{said} <{plain}>" if len(plain) + 3 <= room else f"{said}\r\n <{plain}>"


def _encoded_words(text: str) -> str:
    """RFC 2047; most names are one word, which takes a fifth of the time."""
    if len(one := UTF_8.header_encode(text)) <= 75 - len("Reply-To: "):
        return one
    return Header(text, UTF_8, 75, "Reply-To").encode(linesep="\r\n")


@lru_cache(maxsize=4096)
def _words(text: str, name: str) -> str:
    """Text on one line as a header value. What looks like an encoded word is encoded, else readers would decode it."""
    text = " ".join("".join(char for char in text if char.isprintable() or char.isspace()).split())
    charset = "us-ascii" if text.isascii() and "=?" not in text else "utf-8"
    return Header(text, charset, 75, name).encode(linesep="\r\n")


def _multipart(subtype: str, mark: str, parts: Sequence[bytes]) -> bytes:
    # "=_" stands neither in quoted-printable nor in base64, so the boundary cannot occur inside a part.
    between = f"--=_{mark}\r\n".encode()
    inside = b"".join(between + part + b"\r\n" for part in parts)
    head = f'Content-Type: multipart/{subtype}; boundary="=_{mark}"\r\n\r\n'.encode()
    return head + inside + f"--=_{mark}--\r\n".encode()


def _part(content_type: str, content: Encoded, disposition: str = "") -> bytes:
    more = f"Content-Disposition: {disposition}\r\n" if disposition else ""
    head = f"Content-Type: {content_type}\r\nContent-Transfer-Encoding: {content.encoding}\r\n{more}\r\n"
    return head.encode() + content.data


def _calendar_part(calendar: CalendarPart) -> bytes:
    return _part(f'text/calendar; charset="utf-8"; method={calendar.method}', quoted(calendar.text))


def _file_part(file: Attachment) -> bytes:
    name = "".join(char for char in file.filename if char.isascii() and (char.isalnum() or char in "-_. "))
    name = " ".join(name.split())
    disposition = f'attachment; filename="{name}"'
    return _part(f'{_plain(file.content_type)}; name="{name}"', base64_of(file.data), disposition)
