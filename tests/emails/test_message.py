"""What goes over the wire reads back as what was meant, in any mail program, and its signature holds."""

import base64
import email
import email.policy
import quopri
import re
from dataclasses import replace
from datetime import UTC, datetime
from email.generator import BytesGenerator
from email.header import decode_header, make_header
from email.message import EmailMessage
from io import BytesIO

import dkim
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from markupsafe import escape

from emails.addresses import AddressRefused, display_name
from emails.calendar import Entry, cancel, download, entry, request
from emails.dkim import Signer, dns_record, generate_key
from emails.message import Attachment, Envelope, compose
from emails.outgoing import outgoing
from emails.render import Rendered
from emails.samples import FORUM, GUESTS, sample, samples
from emails.transfer import Page

NOW = datetime(2025, 9, 1, 4, 30, tzinfo=UTC)
KEY = generate_key()
SIGNER = Signer(KEY, "qonaq.example", "q1")
PLAIN = Rendered("Subject", "Text\n", "<p>Text</p>\n")
ENVELOPE = Envelope(
    from_name="Alatau City",
    from_address="events@qonaq.example",
    to_name="Ким Ён-су",
    to_address="kim@guests.example",
    message_id="0199.1@qonaq.example",
    date=NOW,
    reply_to="forum@alatau.example",
    reply_to_name="Forum team",
)


def mine(language: str = "ru", sequence: int = 0) -> Entry:
    return entry(
        FORUM,
        GUESTS[language],
        subject_id="0199",
        host="qonaq.example",
        sequence=sequence,
        stamp=NOW,
        url="https://qonaq.example/own/abc",
        organizer_address="forum@alatau.example",
    )


def read(wire: bytes) -> EmailMessage:
    message = email.message_from_bytes(wire, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    for part in message.walk():
        assert part.defects == []
        assert [value.defects for value in part.values() if value.defects] == []
    return message


def as_the_library_writes(wire: bytes) -> bytes:
    """Parsed by the standard library, and written by it again."""
    out = BytesIO()
    policy = email.policy.compat32.clone(linesep="\r\n", max_line_length=0)
    BytesGenerator(out, mangle_from_=False, policy=policy).flatten(
        email.message_from_bytes(wire, policy=policy)
    )
    return out.getvalue()


def shape(message: EmailMessage) -> object:
    if not message.is_multipart():
        return message.get_content_type()
    return {message.get_content_type(): [shape(part) for part in message.iter_parts()]}  # type: ignore[arg-type]


def verified(wire: bytes) -> bool:
    return bool(dkim.verify(wire, dnsfunc=lambda name, timeout=5: dns_record(KEY).encode()))


def test_the_headers_of_every_mail() -> None:
    message = read(compose(PLAIN, ENVELOPE))
    assert dict(message.items()) == {
        "From": "Alatau City <events@qonaq.example>",
        "To": "Ким Ён-су <kim@guests.example>",
        "Reply-To": "Forum team <forum@alatau.example>",
        "Subject": "Subject",
        "Date": "Mon, 01 Sep 2025 04:30:00 +0000",
        "Message-ID": "<0199.1@qonaq.example>",
        "MIME-Version": "1.0",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "DR, RN, NRN, OOF, AutoReply",
        "Content-Type": message["Content-Type"],
    }
    assert shape(message) == {"multipart/alternative": ["text/plain", "text/html"]}


def test_invitations_can_be_unsubscribed_with_one_click_under_the_signature() -> None:
    envelope = replace(
        ENVELOPE,
        unsubscribe_url="https://qonaq.example/unsubscribe/x",
        unsubscribe_mailto="out@qonaq.example",
    )
    wire = SIGNER.sign(compose(PLAIN, envelope), 1756701000)
    message = read(wire)
    assert message["List-Unsubscribe"] == (
        "<https://qonaq.example/unsubscribe/x>, <mailto:out@qonaq.example?subject=unsubscribe>"
    )
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    signed = "".join(message["DKIM-Signature"].split()).split("h=")[1].split(";")[0].split(":")
    assert {"from", "list-unsubscribe", "list-unsubscribe-post", "message-id"} <= set(signed)
    assert verified(wire)
    assert not verified(wire.replace(b"unsubscribe/x", b"unsubscribe/y"))


def test_calendar_and_badge_stand_where_outlook_looks_for_them() -> None:
    badge = Attachment("badge.pdf", "application/pdf", bytes(range(256)) * 80)
    message = read(compose(PLAIN, ENVELOPE, request(mine()), [badge]))
    assert shape(message) == {
        "multipart/mixed": [
            {"multipart/alternative": ["text/plain", "text/html", "text/calendar"]},
            "application/pdf",
            "application/ics",
        ]
    }
    calendar = next(part for part in message.walk() if part.get_content_type() == "text/calendar")
    assert calendar.get_param("method") == "REQUEST"
    assert calendar["Content-Transfer-Encoding"] == "quoted-printable"
    files = list(message.iter_attachments())[-2:]
    assert [(part.get_filename(), part.get_content()) for part in files] == [  # type: ignore[attr-defined]
        ("badge.pdf", badge.data),
        ("invite.ics", request(mine()).text.encode()),
    ]


def test_a_retry_is_the_same_message_to_the_byte() -> None:
    letter = sample("registration_approved", "kk")
    once, again = (outgoing(letter, ENVELOPE, calendar=request(mine()), signer=SIGNER) for _ in range(2))
    assert once == again


@pytest.mark.parametrize("name", [name for name, _ in samples() if "-1-" in name])
def test_every_mail_reads_back_and_verifies(name: str) -> None:
    letter = dict(samples())[name]
    wire = outgoing(letter, ENVELOPE, calendar=request(mine()), signer=SIGNER)
    assert wire.isascii()
    assert all(len(line) <= 998 for line in wire.split(b"\r\n"))
    assert b"\n" not in wire.replace(b"\r\n", b"")
    assert as_the_library_writes(wire) == wire
    message = read(wire)
    assert "AI-4room" in message["Subject"] or letter.kind in ("password_reset", "team_invitation", "message")
    assert verified(wire)


def one_line(text: str) -> str:
    return " ".join("".join(char for char in text if char.isprintable() or char.isspace()).split())


words = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


@settings(max_examples=60, deadline=None)
@given(subject=words, name=words, text=words, html=words)
def test_any_words_survive_the_way_and_verify(subject: str, name: str, text: str, html: str) -> None:
    rendered = Rendered(subject, text.replace("\r", "\n"), html.replace("\r", "\n"))
    composed = compose(rendered, replace(ENVELOPE, to_name=name), request(mine()))
    wire = SIGNER.sign(composed, 1756701000, is_relaxed=True)
    assert wire == SIGNER.sign(composed, 1756701000)
    assert wire.isascii()
    assert verified(wire)
    assert as_the_library_writes(wire) == wire
    message = read(wire)
    assert message["Subject"] == one_line(subject)
    # Python 3.11 leaves a blank between two encoded words of a name (RFC 2047 6.2), so its header parser is not asked.
    shown, _, address = str(email.message_from_bytes(wire)["To"]).rpartition("<")
    assert " ".join(str(make_header(decode_header(shown.strip().strip('"')))).split()) == display_name(name)
    assert (address or shown).rstrip(">") == "kim@guests.example" or not display_name(name)
    parts = {part.get_content_type(): part for part in message.walk()}
    decoded = {kind: parts[kind].get_payload(decode=True) for kind in ("text/plain", "text/html")}
    assert decoded["text/plain"] == rendered.text.replace("\n", "\r\n").encode()
    assert decoded["text/html"] == rendered.html.replace("\n", "\r\n").encode()


@settings(max_examples=60, deadline=None)
@given(fixed=st.lists(words, min_size=3, max_size=3), first=words, second=words)
def test_a_page_with_gaps_travels_like_one_without(fixed: list[str], first: str, second: str) -> None:
    before, between, after = (one.replace("\r", "\n").replace("{", "") for one in fixed)
    page = Page(f"{before}{{first}}{between}{{second}}{after}", re.compile(r"\{(\w+)\}"))
    own = {"first": first.replace("\r", "\n"), "second": second.replace("\r", "\n")}
    html = f"{before}{escape(own['first'])}{between}{escape(own['second'])}{after}"
    assert page.filled(own) == html
    sent = page.encoded(own)
    decode = {"quoted-printable": quopri.decodestring, "base64": base64.b64decode}[sent.encoding]
    assert decode(sent.data) == html.replace("\n", "\r\n").encode()
    assert all(len(line) <= 76 for line in sent.data.split(b"\r\n"))
    assert b"  " not in sent.data


def test_addresses_that_cannot_be_written_are_refused() -> None:
    with pytest.raises(AddressRefused) as refusal:
        compose(PLAIN, replace(ENVELOPE, to_address="гость@guests.example"))
    assert refusal.value.reason == "needs_smtputf8"
    wire = compose(PLAIN, replace(ENVELOPE, to_address="гость@guests.example"), smtputf8=True)
    assert "гость@guests.example".encode() in wire


def test_nothing_begins_a_new_header() -> None:
    for field in ("message_id", "unsubscribe_url"):
        with pytest.raises(ValueError, match="header"):
            compose(PLAIN, replace(ENVELOPE, **{field: "x\r\nBcc: y@guests.example"}))
    message = read(compose(replace(PLAIN, subject="x\r\nBcc: y@guests.example"), ENVELOPE))
    assert (message["Subject"], message["Bcc"]) == ("x Bcc: y@guests.example", None)


@settings(max_examples=60, deadline=None)
@given(name=words, host=words)
def test_the_guests_own_lines_read_back_whatever_the_names(name: str, host: str) -> None:
    made = request(replace(mine(), attendee_name=name, organizer_name=host))
    assert all(len(line.encode()) <= 75 for line in made.text.split("\r\n"))
    event = Calendar.from_ical(made.text).walk("VEVENT")[0]
    assert str(event["ATTENDEE"]) == "mailto:kim@guests.example" or "@" in str(event["ATTENDEE"])
    assert event["ATTENDEE"].params["CN"] == display_name(name).replace('"', "'")
    assert (str(event["ATTENDEE"].params["PARTSTAT"]), str(event["URL"])) == ("ACCEPTED", mine().url)


def test_the_calendar_entry_lives_as_long_as_the_registration() -> None:
    first, gone, file = request(mine()), cancel(mine(sequence=2)), download(mine())
    events = [Calendar.from_ical(text).walk("VEVENT")[0] for text in (first.text, gone.text, file.decode())]
    assert {str(event["UID"]) for event in events} == {"registration-0199@qonaq.example"}
    assert [int(event["SEQUENCE"]) for event in events] == [0, 2, 0]
    assert [str(event["STATUS"]) for event in events] == ["CONFIRMED", "CANCELLED", "CONFIRMED"]
    assert [Calendar.from_ical(text)["METHOD"] for text in (first.text, gone.text, file.decode())] == [
        "REQUEST",
        "CANCEL",
        "PUBLISH",
    ]
    assert "DTSTART:20250913T050000Z" in first.text
    assert "DTEND:20250913T130000Z" in first.text
    assert str(events[0]["SUMMARY"]) == "Международный бизнес-форум AI-4room"
    assert str(events[0]["ATTENDEE"]) == "mailto:tsoi@guests.example"
    assert str(events[0]["ORGANIZER"]) == "mailto:forum@alatau.example"
    assert "ATTENDEE" not in events[2]


def test_only_a_strong_rsa_key_signs() -> None:
    assert dns_record(KEY).startswith("v=DKIM1; k=rsa; p=MII")
    with pytest.raises(ValueError):
        Signer(b"no key", "qonaq.example", "q1")
