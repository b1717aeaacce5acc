"""The address that ends invitations and news by mail (List-Unsubscribe, RFC 2369): made by us, proved by an HMAC.

Mail programs that do not press the https link write there when somebody wants no more. Some say of themselves that they
wrote it without a person's hand (auto-generated), so only answers to a mail (auto-replied: "I am away") are left out.
"""

import hmac
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message

from emails.addresses import read_verp, sent_to, verp
from emails.bounce_words import AUTOMATIC

ANSWERS = ("auto-replied", "auto-notified")
NO_PERSON = ("multipart/report", "message/delivery-status")


def leaving_key(key: bytes) -> bytes:
    """These addresses are none for reports or calendars, and the other way round."""
    return hmac.digest(key, b"leaving", "sha256")


def leaving_address(address: str, token: str, key: bytes) -> str:
    """Where one mail's reader asks for no more; the token is [a-z0-9], at most 33. "" where the sender's address has no
    room for that."""
    try:
        return verp(address, token, leaving_key(key))
    except ValueError:
        return ""


def read_leaving(data: bytes, key: bytes, *, recipient: str = "") -> str:
    """The token of the mail that somebody wants no more of; "" for what was not sent to such an address, and for
    reports and answers that programs give by themselves."""
    try:
        mail = message_from_bytes(data)
        kind = mail.get_content_type()
    except RecursionError:
        return ""
    if kind in NO_PERSON or _answers_by_itself(mail):
        return ""
    return next(
        (token for one in sent_to(mail, recipient) if (token := read_verp(one, leaving_key(key)))), ""
    )


def _answers_by_itself(mail: Message) -> bool:
    how = str(mail.get("Auto-Submitted", "")).partition(";")[0].strip().lower()
    named = any(mail.get(name) for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Reply"))
    return how in ANSWERS or named or AUTOMATIC.search(_subject(mail)) is not None


def _subject(mail: Message) -> str:
    """In the letters it was written in, as far as they can be read."""
    try:
        return str(make_header(decode_header(str(mail.get("Subject", "")))))
    except (LookupError, ValueError, HeaderParseError):
        return ""
