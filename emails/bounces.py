"""What a mail server reports about a mail of ours: RFC 3464 where it is spoken, the known forms of others where not.

The class comes from the enhanced status (RFC 3463 and its registry), else from the reply code (RFC 5321). Words are
read only where neither says anything (no status, or x.0.0 with a code that says no more).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses
from typing import Literal

from emails.addresses import read_verp

Kind = Literal["hard", "soft", "full", "policy"]
STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?!\.?\d)")
REPLY = re.compile(r"(?<![\d.:/-])([45][0-57]\d)(?=[ -](?:\D|\d\.)|[#,;:)]|$)", re.MULTILINE)
# No longer than addresses are (RFC 5321 4.5.3.1): a search through a long run of letters stays linear.
ADDRESS = re.compile(r"[^\s<>()\[\],;:\"'@]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
LONGEST = 100_000  # characters of a text; what matters stands at its beginning
AT_LINE = re.compile(rf"^[ \t>]*<?(?:mailto:|rfc822;)?({ADDRESS.pattern})>?", re.MULTILINE | re.IGNORECASE)
COPY_BEGINS = re.compile(
    r"^[ \t]*(?:-{2,}.{0,40}(?:copy of (?:the|your) message|original message|below this line|message header|"
    r"undelivered message|returned message|unsent message).*|received: .*|return-path: .*)$",
    re.MULTILINE | re.IGNORECASE,
)
SENDERS = re.compile(
    r"^(mailer-daemon|postmaster|mail-daemon|mdaemon|microsoftexchange[^@]*|bounce[^@]*)(@|$)", re.I
)
SUBJECTS = re.compile(
    r"undeliver|delivery (?:status|fail|has|notif|report|delay)|failure notice|returned mail|mail delivery|"
    r"could not be delivered|non-?delivery|delayed mail|not delivered|недостав|доставк|배달|전송 실패|退信|配信",
    re.I,
)
FULL = re.compile(
    r"quota|mailbox (?:is )?full|full mailbox|storage (?:limit|allocation)|insufficient.{0,20}storage", re.I
)
POLICY = re.compile(
    r"spam|block|black ?list|denied by|policy|reputation|dmarc|\bspf\b|virus|content|too large", re.I
)
GONE = re.compile(
    r"(?:unknown|no such|invalid|not a valid) (?:user|recipient|address|mailbox|person|local)|user unknown|"
    r"(?:does not|doesn't|not) (?:exist|found|have an? )|no mailbox|unrouteable|disabled|inactive|"
    r"unknown (?:host|domain)|"
    r"host (?:or domain name )?(?:unknown|not found)|"
    r"no longer (?:available|valid|here)|not listed",
    re.I,
)
HARD_AT = {(1, detail) for detail in (0, 1, 2, 3, 4, 6, 10)} | {
    (2, 0), (2, 1), (4, 1), (4, 4), (4, 310), (6, 7), (7, 13), (7, 17), (7, 18),
}  # fmt: skip
POLICY_AT = {(1, 7), (1, 8), (2, 3), (3, 4)}  # our own address; too large for the mailbox, for the system
FULL_AT = {(2, 2), (3, 1)}
POLICY_SUBJECTS = (5, 6, 7)  # protocol, content, security
WORDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (("full", FULL), ("hard", GONE), ("policy", POLICY))
DELIVERY_STATUS = ("message/delivery-status", "message/global-delivery-status")
NO_FAILURE = ("disposition-notification", "feedback-report")


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
        report = message_from_bytes(data)
    except RecursionError:  # parts within parts within parts: hostile, and no mail server's
        return []
    if report.get_param("report-type") in NO_FAILURE:
        return []
    token = _token(report, key, recipient) if key else ""
    statuses = [part for part in report.walk() if part.get_content_type() in DELIVERY_STATUS]
    if statuses:
        return [one for part in statuses for one in _reported(part, report, token)]
    return _told(report, token) if _is_failure(report) else []


def kind_of(status: str, said: str) -> Kind:
    """By the enhanced status if it says something, else by the reply code, else by the words."""
    found = STATUS.match(status)
    code = REPLY.search(said)
    if found and (found[2], found[3]) != ("0", "0"):
        return _by_status(int(found[1]), int(found[2]), int(found[3]), code[1] if code else "")
    if code and code[1] not in ("550", "554"):
        return _by_code(code[1])
    for kind, words in WORDS:
        if words.search(said):
            return kind
    if code:
        return _by_code(code[1])
    return "hard" if found and found[1] == "5" else "soft"


def _by_status(kind: int, subject: int, detail: int, code: str) -> Kind:
    if (subject, detail) in FULL_AT:
        return "full"
    if kind == 4:
        return "policy" if subject == 7 else "soft"
    if (subject, detail) in HARD_AT or ((subject, detail) == (5, 0) and code in ("550", "551", "553")):
        return "hard"
    if subject in POLICY_SUBJECTS or (subject, detail) in POLICY_AT:
        return "policy"
    return "soft"


def _by_code(code: str) -> Kind:
    if code in ("552", "452", "422"):
        return "full"
    if code[0] == "4":
        return "soft"
    return "hard" if code in ("550", "551", "553", "510", "511", "521", "556") else "policy"


def _reported(part: Message, report: Message, token: str) -> Iterator[Bounce]:
    """The blocks of a message/delivery-status; the first is about the mail, each other about one recipient."""
    for block in _blocks(part):
        action = _plain(block.get("Action", "")).lower().split("(")[0].strip()
        address = _recipient(block) or ""
        if not (action or address) or action in ("delivered", "relayed", "expanded"):
            continue
        diagnostic = _plain(block.get("Diagnostic-Code", ""))
        said = diagnostic.partition(";")[2].strip() or diagnostic
        status = _status(_plain(block.get("Status", "")), said)
        text = said or _text(report)
        yield Bounce(
            address=address or _sent_to(report), kind=kind_of(status, text), status=status, said=said,
            delayed=action == "delayed", token=token,
        )  # fmt: skip


def _blocks(part: Message) -> list[Message]:
    """However it was encoded, and whether the parser knew the type or not."""
    payload = part.get_payload()
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
    blocks = re.split(r"\r?\n[ \t]*\r?\n", text.strip())
    return [message_from_string(block) for block in blocks]


def _recipient(block: Message) -> str | None:
    """The final recipient; the original one where the former is no address of the internet."""
    for name in ("Final-Recipient", "Original-Recipient", "X-Actual-Recipient"):
        value = _plain(block.get(name, "")).rpartition(";")[2]
        if found := ADDRESS.search(_unescaped(value)):
            return found[0].removeprefix("mailto:")
    return None


def _unescaped(text: str) -> str:
    """utf-8-addr-xtext of RFC 6533: \\x{ED95}."""
    return re.sub(r"\\x\{([0-9A-Fa-f]{2,6})\}", lambda found: chr(min(int(found[1], 16), 0x10FFFF)), text)


def _status(status: str, said: str) -> str:
    """Of the field, unless it says nothing (x.0.0) and the server's answer says more."""
    field, answer = STATUS.search(status), STATUS.search(said)
    if answer and (field is None or (field[2], field[3]) == ("0", "0")):
        return answer[0]
    return field[0] if field else ""


def _told(report: Message, token: str) -> list[Bounce]:
    """Reports in plain words: the addresses a header names, or that stand at the beginning of a line."""
    text = _text(report)
    own = {
        address.lower()
        for _, address in getaddresses([str(report.get(n, "")) for n in ("To", "From", "Reply-To")])
    }
    named = [
        address
        for _, address in getaddresses([str(one) for one in report.get_all("X-Failed-Recipients", [])])
    ]
    found = named or [one for one in AT_LINE.findall(text) if one.lower() not in own]
    found = found or [
        one for one in ADDRESS.findall(text) if one.lower() not in own and not SENDERS.match(one)
    ]
    if not found and (address := _sent_to(report)):
        found = [address]
    known: dict[str, str] = {}
    for address in found[: len(named) or 1]:
        _, _, after = text.partition(address)
        known.setdefault(address.strip(".").lower(), after or text)
    return [_of_text(address, said, text, token) for address, said in known.items()]


def _of_text(address: str, said: str, text: str, token: str) -> Bounce:
    status = _status("", said) or _status("", text)
    shown = " ".join(said.split())[:300].lstrip(">: ")
    return Bounce(address=address, kind=kind_of(status, said), status=status, said=shown, token=token)


def _is_failure(report: Message) -> bool:
    """A report without the standard's part: from a mail system, or called so; never an answer by itself."""
    if report.get("X-Failed-Recipients"):
        return True
    if _plain(report.get("Auto-Submitted", "")).lower().startswith("auto-replied") and not SENDERS.match(
        _from(report)
    ):
        return False
    if any(report.get(name) for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Reply")):
        return False
    nobody = _plain(report.get("Return-Path", "")).strip() == "<>"
    about = bool(SUBJECTS.search(_plain(report.get("Subject", ""))))
    return bool(SENDERS.match(_from(report))) or (nobody and about) or (about and _sent_to(report) != "")


def _from(report: Message) -> str:
    found = getaddresses([_plain(report.get("From", ""))])
    return found[0][1] if found else ""


def _text(report: Message) -> str:
    """What people read, without the copy of our own mail."""
    for part in report.walk():
        if part.get_content_type() in ("text/plain", "text/html") and isinstance(
            payload := part.get_payload(decode=True), bytes
        ):
            try:
                text = payload.decode(part.get_content_charset() or "utf-8", "replace")
            except LookupError:
                text = payload.decode("utf-8", "replace")
            text = text[: 4 * LONGEST]
            if part.get_content_subtype() == "html":
                text = re.sub(r"<(?:br|p|div|tr|li)\b[^>]*>", "\n", text, flags=re.I)
                text = re.sub(r"<(?![^<>@\s]+@)[^<>]*>", " ", text)
            text = text[:LONGEST]
            begins = COPY_BEGINS.search(text)
            return text[: begins.start()] if begins else text
    return ""


def _sent_to(report: Message) -> str:
    """Whom our mail was for, as its copy says: attached, or only its headers."""
    for part in report.walk():
        payload = part.get_payload()
        if part.get_content_type() == "message/rfc822" and isinstance(payload, list) and payload:
            copy = payload[0]
        elif part.get_content_type() in ("text/rfc822-headers", "message/global-headers"):
            copy = message_from_string(str(payload))
        else:
            continue
        if isinstance(copy, Message) and (found := getaddresses([_plain(copy.get("To", ""))])):
            return found[0][1]
    return ""


def _token(report: Message, key: bytes, recipient: str) -> str:
    """Where the report was sent: the envelope's word, else the headers that servers write it into."""
    places = [
        recipient,
        *(str(one) for name in ("Delivered-To", "X-Original-To", "To") for one in report.get_all(name, [])),
    ]
    for _, address in getaddresses(places):
        if token := read_verp(address, key):
            return token
    return ""


def _plain(value: object) -> str:
    """A header's value as text, whatever it was encoded as."""
    try:
        return str(make_header(decode_header(str(value))))
    except (LookupError, UnicodeError, ValueError):
        return str(value)
