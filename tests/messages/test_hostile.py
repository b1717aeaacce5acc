"""Whatever is typed into the composer or into a name: words go in, the same words come out, in a mail of the same
shape, quickly and small. (Over 200 of each, made by rule, and what Hypothesis makes of them.)"""

import email
import re
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email import policy
from email.message import EmailMessage
from html.parser import HTMLParser
from statistics import median
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from emails.addresses import display_name
from emails.message import Envelope
from emails.outgoing import outgoing
from emails.written import parts_of
from service.events.models import Category, Event
from service.messages.drafting import check_words, read_draft
from service.messages.mail import To, letter_to
from service.messages.models import Campaign
from service.registrations.models import Registration
from service.settings import Settings
from service.web.forms import Form
from tests.messages import hostile

AT = datetime(2026, 9, 1, 4, tzinfo=UTC)
ADDRESS = "assel@steppe.example"
# What a guest's row holds, each so that it can be recognised.
HELD = {
    "latin_name": "CANARYLATIN", "honorific": "CANARYHONORIFIC", "position": "CANARYPOSITION",
    "organisation": "CANARYORG",
}  # fmt: skip
SETTINGS = Settings(
    database_url="postgresql://CANARYDATABASE", redis_url="", smtp_url="", base_url="https://qonaq.example",
    master_key=b"CANARYKEY" * 3 + b"12345", mail_from="events@qonaq.example",
)  # fmt: skip
SLOWEST, LARGEST = 0.050, 1_000_000


def composed(subject: str, body: str, plain: str) -> Campaign:
    """As the composer keeps what was typed."""
    form = Form()
    for name, value in {"subject_en": subject, "text_en": body, "plain_en": plain}.items():
        form.add(name, value)
    draft = read_draft(form, ["en"])
    check_words(draft.subject, draft.body, draft.plain, ["en"])
    return Campaign(
        subject=draft.subject, body=draft.body, plain=draft.plain, language="en", purpose="practical"
    )


def mail(campaign: Campaign, name: str = "Әсел", host: str = "Alatau City") -> bytes:
    """As a worker writes it."""
    event = Event(
        id=UUID(int=1), slug="forum", name={"en": "Forum"}, host={"en": host}, place={"en": "Almaty"},
        zone="Asia/Almaty", languages=["en"], starts_at=AT, ends_at=AT + timedelta(hours=8), state="open",
    )  # fmt: skip
    guest = Registration(
        id=UUID(int=2), native_name=name, latin_name=HELD["latin_name"], honorific=HELD["honorific"], salutation="",
        position=HELD["position"], affiliation=HELD["organisation"], country="KZ", in_languages={}, delegation_id=None,
    )  # fmt: skip
    to = To(event=event, guest=guest, category=Category(name={"en": "Business"}))
    letter = letter_to(campaign, to, ADDRESS, "en", SETTINGS)
    envelope = Envelope(
        from_name=host, from_address="events@qonaq.example", to_name=letter.to.name, to_address=letter.to.address,
        message_id="1@qonaq.example", date=AT, reply_to="office@alatau.example", reply_to_name=host,
        unsubscribe_url=letter.unsubscribe,
    )  # fmt: skip
    return outgoing(letter, envelope)


class Shape(HTMLParser):
    """How many of each element (but paragraphs, lines and links), where links lead, what attributes would run."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements, self.links, self.runs = Counter[str](), list[str](), list[str]()
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, given: list[tuple[str, str | None]]) -> None:
        if tag not in ("p", "br", "a"):
            self.elements[tag] += 1
        self.links += [value or "" for name, value in given if name == "href"]
        self.runs += [name for name, _ in given if name.startswith("on")]


def parsed(data: bytes) -> EmailMessage:
    """Strictly: no part has a defect."""
    message = email.message_from_bytes(data, policy=policy.SMTP)
    assert isinstance(message, EmailMessage)
    assert [part.defects for part in message.walk() if part.defects] == []
    assert [name for name, value in message.items() if value.defects] == []
    return message


def body_of(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def visible(text: str) -> str:
    """Without what is not seen, or is seen as a gap."""
    return "".join(char for char in text if char.isprintable() and not char.isspace())


PLAIN = composed("News", "Hello.", "")
USUAL = parsed(mail(PLAIN))
USUAL_SHAPE = Shape(body_of(USUAL, "html"))


def look_at(data: bytes) -> EmailMessage:
    """The same headers, the same parts, the same elements; nothing runs, no link leads to anything but a page or a
    mailbox; nothing of ours is told."""
    message = parsed(data)
    assert message.keys() == USUAL.keys()
    assert [part.get_content_type() for part in message.walk()] == [
        part.get_content_type() for part in USUAL.walk()
    ]
    assert [one.addr_spec for one in message["to"].addresses] == [ADDRESS]
    assert [one.addr_spec for one in message["from"].addresses] == ["events@qonaq.example"]
    shape = Shape(body_of(message, "html"))
    assert (shape.elements, shape.runs) == (USUAL_SHAPE.elements, [])
    assert {link.partition(":")[0] for link in shape.links} <= {"https", "http", "mailto"}
    assert len(data) <= LARGEST
    said = body_of(message, "plain") + body_of(message, "html") + str(message["subject"])
    for secret in ("CANARYDATABASE", "CANARYKEY", "&lt;class", "<class", "1337", "object at 0x"):
        assert secret not in said
    return message


def look_at_text(subject: str, body: str, plain: str) -> None:
    """Words come out as they went in; of the guest only what a placeholder asked for."""
    message = look_at(mail(composed(subject, body, plain)))
    texts = {
        "subject": str(message["subject"]),
        "html": body_of(message, "html"),
        "plain": body_of(message, "plain"),
    }
    asked = {
        part.text for text in (subject, body, plain) for part in parts_of(text) if part.kind == "placeholder"
    }
    told = {key for key, canary in HELD.items() if any(canary in text for text in texts.values())}
    assert told <= asked
    for typed, shown in ((subject, texts["subject"]), (plain or body, texts["plain"])):
        if not any(part.kind == "placeholder" for part in parts_of(typed)):
            assert visible(typed) in visible(shown)


@pytest.mark.parametrize("number", range(len(list(hostile.texts()))))
def test_a_hostile_text_is_only_words(number: int) -> None:
    look_at_text(*list(hostile.texts())[number])


@pytest.mark.parametrize("number", range(len(list(hostile.names()))))
def test_a_hostile_name_is_only_a_name(number: int) -> None:
    """Of a guest who registers, and of the host whom organizers name."""
    name = list(hostile.names())[number]
    for message in (look_at(mail(PLAIN, name=name)), look_at(mail(PLAIN, host=name))):
        assert not re.search(r"[\r\n]", f"{message['to']}{message['from']}{message['reply-to']}")
    shown = look_at(mail(composed("For {name}", "Dear {name}, {latin_name}", ""), name=name))
    assert visible(display_name(name)) == visible(shown["to"].addresses[0].display_name or "")


def test_there_are_more_than_two_hundred_of_each() -> None:
    assert len(set(hostile.texts())) >= 200
    assert len(set(hostile.names())) >= 200


PIECES = st.one_of(
    st.sampled_from(hostile.ATTACKS), st.text(max_size=60), st.sampled_from(("{honorific}", "{name|x}"))
)
MIXED = st.lists(PIECES, min_size=1, max_size=4).map("".join)


@effort(max_examples=100, deadline=None)
@given(subject=MIXED, body=MIXED, plain=st.one_of(st.just(""), MIXED))
def test_any_mixture_is_only_words(subject: str, body: str, plain: str) -> None:
    look_at_text(subject[:150], body[:5_000], plain[:5_000])


@effort(max_examples=100, deadline=None)
@given(name=MIXED)
def test_any_mixture_is_only_a_name(name: str) -> None:
    look_at(mail(composed("For {name}", "Dear {name}", ""), name=name[:200]))


def test_none_takes_longer_than_a_moment() -> None:
    """Of the processor's time, so that a busy machine is not to blame; the median of three, each of a text not seen
    before, so that nothing was kept. What is too long to be sent is refused as quickly."""
    slow: dict[str, float] = {}
    for subject, body, plain in hostile.texts():
        slow[f"{subject} {body}"[:80]] = _moment(
            lambda n, s=subject, b=body, p=plain: mail(composed(s, f"{b}{n}", p))
        )  # type: ignore[misc]
    for name in hostile.names():
        slow[name[:80]] = _moment(lambda n, name=name: mail(PLAIN, name=f"{n}{name}"))  # type: ignore[misc]
    for attack in hostile.ATTACKS:
        long = (attack * (1_000_000 // len(attack) + 1))[:1_000_000]
        assert check_words({"en": "x"}, {"en": long}, {}, ["en"]) == {
            "text_en": "Please shorten the text to 5,000 characters."
        }
    assert {text: took for text, took in slow.items() if took > SLOWEST} == {}


def _moment(write: Callable[[int], bytes]) -> float:
    took = []
    for number in range(3):
        began = time.process_time()
        write(number)
        took.append(time.process_time() - began)
    return median(took)
