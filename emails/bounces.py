"""What a mail server reports about a mail of ours: RFC 3464 where it is spoken, the known forms of others where not.

First the standard's part, wherever it stands; then a header that names the failed; then the text: addresses at the
beginning of a line with what is said below, those that follow a word for it, any other, and at last whom the returned
mail was for. Which class it is, and what counts as a report, is in bounce_words.py.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses
from typing import Any

from emails.addresses import read_verp, sent_to
from emails.bounce_html import without_tags
from emails.bounce_words import (
    ADDRESS,
    AFTER_A_WORD,
    AT_LINE,
    AUTOMATIC,
    CHALLENGE,
    COPY_BEGINS,
    FOR_EVER,
    NAMES,
    OF_A_MAIL,
    PASSING,
    SENDERS,
    STATUS,
    SUBJECT,
    TO_IN_COPY,
    Kind,
    kind_of,
    reports_failure,
    status_of,
)  # fmt: skip

__all__ = ["Bounce", "Kind", "kind_of", "read_bounces"]

LONGEST = 100_000  # characters of a text; what matters stands at its beginning
MOST = 50  # recipients of one report
DELIVERY_STATUS = ("message/delivery-status", "message/global-delivery-status")
NO_FAILURE = ("disposition-notification", "feedback-report")
REPORTED = re.compile(
    r"^(?:final-recipient|original-recipient|x-actual-recipient)[ \t]*:", re.IGNORECASE | re.MULTILINE
)
ARRIVED = ("delivered", "relayed", "expanded", "deliverable")


@dataclass(frozen=True, kw_only=True)
class Bounce:
    """One recipient of one report. `status` is the enhanced status or "", `said` the server's answer.

    `delayed`: the server still tries. `token` is that of our envelope sender, "" if there was none that we made."""

    address: str
    kind: Kind
    status: str
    said: str
    delayed: bool = False
    token: str = ""


def read_bounces(data: bytes, key: bytes = b"", *, recipient: str = "") -> list[Bounce]:
    """Who did not get it, and why. Empty for whatever is no such report: answers by themselves, receipts, mail.

    `recipient` is the envelope's, where it is known; `key` proves that an envelope sender was made by us."""
    try:
        report = message_from_bytes(_without_mbox(data))
    except RecursionError:  # parts within parts within parts: hostile, and no mail server's
        return []
    if str(report.get_param("report-type") or "").lower() in NO_FAILURE or _has_receipt(report):
        return []
    token = _token(report, key, recipient) if key else ""
    text = _text(report)
    statuses = list(_statuses(report, text))
    if statuses:
        found, told = [], False
        for blocks in statuses:
            for block in blocks:
                told = told or bool(block.get("Action") or block.get("Status"))
                found += list(_reported(block, report, text, token))
        if found or told:
            return _each_once(found)
    return _told(report, text, token) if _is_failure(report, text) else []


def _without_mbox(data: bytes) -> bytes:
    """A mail that was cut out of a mailbox file begins with a line of its own."""
    data = data.lstrip(b"\r\n\t ").removeprefix(b"\xef\xbb\xbf")
    return data.partition(b"\n")[2] if data.startswith((b"From ", b">From ")) else data


def _parts(report: Message, depth: int = 0) -> Iterator[Message]:
    """Its own, not those of the mail it returns."""
    yield report
    payload = _inside(report)
    inside = report.get_content_maintype() == "multipart"
    if inside and isinstance(payload, list) and depth < 20:
        for part in payload:
            if isinstance(part, Message):
                yield from _parts(part, depth + 1)


def _inside(part: Message) -> Any:
    """Its parts, or its text as it was sent; nothing where it names a charset that is none."""
    try:
        return part.get_payload()
    except (LookupError, ValueError):
        return ""


def _has_receipt(report: Message) -> bool:
    return any(
        part.get_content_type() in ("message/disposition-notification", "message/feedback-report")
        for part in _parts(report)
    )


def _statuses(report: Message, text: str) -> Iterator[list[Message]]:
    """The standard's part, or its lines in some other part; the first block is about the mail, others are each about
    one recipient."""
    known = [part for part in _parts(report) if part.get_content_type() in DELIVERY_STATUS]
    if known:
        yield from (_blocks(part) for part in known)
        return
    for part in _parts(report):
        if part.get_content_maintype() in ("text", "application") and REPORTED.search(
            shown := _decoded(part)[:LONGEST]
        ):
            begins = re.search(
                r"^(?:reporting-mta|final-recipient|original-recipient|x-postfix-\w+)[ \t]*:",
                shown,
                re.I | re.M,
            )
            yield _split(shown[begins.start() if begins else 0 :])
            return
    if REPORTED.search(text):
        yield _split(text)


def _each_once(found: list[Bounce]) -> list[Bounce]:
    """A failure goes before a delay of the same address."""
    by_address: dict[str, Bounce] = {}
    for one in sorted(found, key=lambda one: one.delayed):
        by_address.setdefault(one.address.lower(), one)
    return list(by_address.values())[:MOST]


def _reported(block: Message, report: Message, text: str, token: str) -> Iterator[Bounce]:
    """One block of a message/delivery-status."""
    action = re.split(r"[\s(;]", _plain(block.get("Action", "")).lower().strip())[0]
    address = _recipient(block) or ""
    field = _plain(block.get("Status", ""))
    if not (action or address) or action in ARRIVED or (not action and field.startswith("2")):
        return
    diagnostic = _plain(block.get("Diagnostic-Code", "") or block.get("X-Diagnostic", ""))
    kind, _, answer = diagnostic.partition(";")
    said = " ".join((answer.strip() if answer and len(kind) < 30 else diagnostic).split())
    address = address or _named_in(text, report) or _sent_to(report)
    if not address:
        return
    below = _below(text, address)
    status = status_of(field, said)
    if status.endswith(".0.0") or not status:
        status = status_of(status, below) if not said else status
    yield Bounce(
        address=address, kind=kind_of(status, said or below or text[:2000]), status=status, said=said,
        delayed=action == "delayed", token=token,
    )  # fmt: skip


def _blocks(part: Message) -> list[Message]:
    """However it was encoded, and whether the parser knew the type or not."""
    payload = _inside(part)
    encoded = str(part.get("Content-Transfer-Encoding", "")).lower().strip() in ("base64", "quoted-printable")
    if isinstance(payload, list) and not encoded and part.get_content_type() == DELIVERY_STATUS[0]:
        return [block for block in payload if isinstance(block, Message)]
    text = "\n\n".join(str(one) for one in payload) if isinstance(payload, list) else str(payload)
    if encoded:
        bare = message_from_string(
            f"Content-Transfer-Encoding: {part['Content-Transfer-Encoding']}\n\n{text.strip()}"
        )
        decoded = bare.get_payload(decode=True)
        text = decoded.decode("utf-8", "replace") if isinstance(decoded, bytes) else text
    return _split(text)


def _split(text: str) -> list[Message]:
    blocks = re.split(r"\r?\n[ \t]*\r?\n", text[:LONGEST].strip())
    return [message_from_string(block) for block in blocks[: 2 * MOST]]


def _recipient(block: Message) -> str | None:
    """The final recipient; the original one where the former is no address of the internet."""
    for name in ("Final-Recipient", "Original-Recipient", "X-Actual-Recipient"):
        value = _plain(block.get(name, "")).rpartition(";")[2]
        if found := ADDRESS.search(_unescaped(value)):
            return found[0].removeprefix("mailto:").strip(".")
    return None


def _unescaped(text: str) -> str:
    """utf-8-addr-xtext of RFC 6533: \\x{ED95}."""
    return re.sub(r"\\x\{([0-9A-Fa-f]{2,6})\}", lambda found: chr(min(int(found[1], 16), 0x10FFFF)), text)


def _told(report: Message, text: str, token: str) -> list[Bounce]:
    """Reports in plain words."""
    failed = [str(one) for one in report.get_all("X-Failed-Recipients", [])]
    named = [address for _, address in getaddresses(failed) if ADDRESS.fullmatch(address)]
    own = _own(report)
    found = named or _not_own(AT_LINE.findall(text), own)
    found = found or _not_own(AFTER_A_WORD.findall(text), own)[:1]
    found = found or _not_own(ADDRESS.findall(_plain(report.get("Subject", ""))), own)[:1]
    sent_to = _sent_to(report)
    if not found or (
        not named and sent_to and sent_to.lower() not in map(str.lower, found) and sent_to in text
    ):
        found = [sent_to] if sent_to else _not_own(ADDRESS.findall(text), own)[:1]
    known: dict[str, Bounce] = {}
    for address in found[:MOST]:
        if address.strip(".").lower() not in known:
            known[address.strip(".").lower()] = _of_text(address.strip("."), report, text, token)
    return list(known.values())


def _named_in(text: str, report: Message) -> str:
    own = _own(report)
    return next(iter(_not_own(AT_LINE.findall(text), own) + _not_own(AFTER_A_WORD.findall(text), own)), "")


def _own(report: Message) -> set[str]:
    """Those who cannot be meant: whom the report is from and to, and who wrote the mail it returns."""
    headers = [str(report.get(name, "")) for name in ("To", "From", "Reply-To", "Sender", "Delivered-To")]
    if (copy := _copy(report)) is not None:
        headers += [str(copy.get(name, "")) for name in ("From", "Sender", "Return-Path", "Reply-To")]
    return {address.lower() for _, address in getaddresses(headers)}


def _not_own(found: Iterable[str], own: set[str]) -> list[str]:
    bare = (one.strip(".") for one in found)
    return [
        one
        for one in bare
        if one.lower() not in own and not SENDERS.match(one) and any(map(str.isalnum, one.split("@")[0]))
    ]


def _below(text: str, address: str) -> str:
    """What is said about this address: from it on, up to an empty line and a little more."""
    at = text.lower().find(address.lower())
    if at < 0:
        return ""
    return text[at + len(address) : at + len(address) + 1500].lstrip(">:) \t")


def _of_text(address: str, report: Message, text: str, token: str) -> Bounce:
    below = _below(text, address)
    near = re.split(r"\n[ \t]*\n[ \t]*(?=[<\w\"']+[^\s]*@)", below)[0]
    status = status_of("", near) or status_of("", text)
    subject = _plain(report.get("Subject", ""))
    kind = kind_of(status, near)
    if (
        not status and kind == "soft" and not PASSING.search(near)
    ):  # nothing said below it: what stands above, and the subject
        kind = kind_of("", f"{near}\n{text[:2000]}\n{subject}")
        if kind == "soft" and FOR_EVER.search(text[:2000]):
            kind = "hard"
    shown = " ".join((near or text).split())[:300].lstrip(">: ")
    return Bounce(
        address=address, kind=kind, status=status, said=shown, token=token,
        delayed=bool(re.search(r"warning|delayed|will (?:be retried|keep trying)", subject, re.IGNORECASE)),
    )  # fmt: skip


def _is_failure(report: Message, text: str) -> bool:
    """A report without the standard's part: from a mail system, or called so; never an answer by itself."""
    subject, sender = _plain(report.get("Subject", "")), _from(report)
    system = bool(SENDERS.match(sender[1]) or NAMES.search(sender[0])) or not sender[1]
    if report.get("X-Failed-Recipients"):
        return True
    answered = _plain(report.get("Auto-Submitted", "")).lower().startswith("auto-replied")
    automatic = any(
        report.get(name) for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Reply", "X-Autorespond-To")
    )
    if automatic or AUTOMATIC.search(subject) or (answered and not system) or report.get("List-Id"):
        return False
    if not SUBJECT.search(subject) and CHALLENGE.search(f"{subject}\n{text[:3000]}"):
        return False
    nobody = _plain(report.get("Return-Path", "-")).strip() == "<>"
    about = bool(SUBJECT.search(subject)) and not re.match(r"(?:re|aw|sv|fwd?|回复|답장)\s*:", subject, re.I)
    proved = (
        _sent_to(report) != "" or STATUS.search(text) or (OF_A_MAIL.search(text) and _named_in(text, report))
    )
    if not (system or (about and (nobody or proved))):
        return False
    return reports_failure(subject, text)


def _from(report: Message) -> tuple[str, str]:
    found = getaddresses([_plain(report.get("From", ""))])
    return found[0] if found else ("", "")


def _text(report: Message) -> str:
    """What people read, without the copy of our own mail. HTML only where there is no plain text."""
    plain = [part for part in _parts(report) if part.get_content_type() == "text/plain"]
    shown = [_decoded(part) for part in plain if not part.get_filename()]
    if not any(one.strip() for one in shown):
        shown = [
            without_tags(_decoded(part)) for part in _parts(report) if part.get_content_type() == "text/html"
        ]
    text = "\n".join(shown)[:LONGEST].replace("\r\n", "\n")
    for begins in COPY_BEGINS.finditer(text):
        if begins.start() > 20:  # a report that consists of the copy alone is read whole
            return text[: begins.start()]
    return text


def _decoded(part: Message) -> str:
    try:
        payload = part.get_payload(decode=True)
    except (LookupError, ValueError):  # a charset that is none
        return ""
    if not isinstance(payload, bytes):
        return ""
    payload = payload[: 4 * LONGEST]
    for charset in (str(part.get_content_charset() or "utf-8"), "utf-8"):
        try:
            return payload.decode(charset)
        except (LookupError, ValueError):
            continue
    return payload.decode("latin-1" if part.get_content_charset() is None else "utf-8", "replace")


def _copy(report: Message) -> Message | None:
    """The mail that comes back: attached, or only its headers."""
    for part in _parts(report):
        payload = _inside(part)
        if (
            part.get_content_type() in ("message/rfc822", "message/global")
            and isinstance(payload, list)
            and payload
        ):
            return payload[0] if isinstance(payload[0], Message) else None
        if part.get_content_type() in (
            "text/rfc822-headers",
            "text/rfc822",
            "message/global-headers",
            "message/rfc822-headers",
        ):
            return message_from_string(_decoded(part).lstrip() or str(payload).lstrip())
    return None


def _sent_to(report: Message) -> str:
    """Whom our mail was for, as its copy says: attached, or in the text."""
    if (copy := _copy(report)) is not None:
        for name in ("X-Original-To", "Envelope-To", "To", "Apparently-To", "Cc", "Bcc"):
            found = [one for _, one in getaddresses([_plain(copy.get(name, ""))]) if ADDRESS.fullmatch(one)]
            if found:
                return found[0]
    own = _own(report)
    for part in _parts(report):
        if part.get_content_maintype() == "text" and (
            named := _not_own(TO_IN_COPY.findall(_decoded(part)[:LONGEST]), own)
        ):
            return named[0]
    return ""


def _token(report: Message, key: bytes, recipient: str) -> str:
    return next((token for one in sent_to(report, recipient) if (token := read_verp(one, key))), "")


def _plain(value: object) -> str:
    """A header's value as text, whatever it was encoded as."""
    try:
        return str(make_header(decode_header(str(value))))
    except (LookupError, UnicodeError, ValueError):
        return str(value)
