"""Every mail, in every language, says what it must and leaves no gap."""

import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emails.dates import span
from emails.languages import LANGUAGES, pick
from emails.letters import LETTERS, EventLetter, Letter, Message, Recipient
from emails.plain import width
from emails.render import finished, fresh, render
from emails.samples import GUESTS, sample, samples

SAMPLES = dict(samples())


class Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.remote: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "a":
            self.found.append(values["href"] or "")
        if tag in ("img", "link", "script", "iframe") or values.get("src"):
            self.remote.append(tag)


def links(html: str) -> Links:
    parser = Links()
    parser.feed(html)
    return parser


def facts(letter: Letter) -> dict[str, str]:
    """What the mail must say, as the reader sees it."""
    language = letter.to.language
    said: dict[str, str] = {"name": letter.to.name}
    if isinstance(letter, EventLetter):
        event = letter.event
        said |= {"event": event.name[language], "place": event.place[language], "host": event.host[language]}
        said["when"] = span(event.starts_at, event.ends_at, event.zone, language)
    for field in ("own_page", "answer_link", "unsubscribe", "link", "site", "inviter"):
        if value := getattr(letter, field, ""):
            said[field] = value
    for field in ("reason", "personal", "practical"):
        said |= {f"{field} {at}": line for at, line in enumerate(getattr(letter, field, "").splitlines())}
    if getattr(letter, "category", None):
        said["category"] = pick(letter.category, language)  # type: ignore[attr-defined]
    return said


def test_every_kind_has_a_sample_in_every_language() -> None:
    assert {(letter.kind, letter.to.language) for letter in SAMPLES.values()} == {
        (kind, language) for kind in LETTERS for language in LANGUAGES
    }


@pytest.mark.parametrize("name", SAMPLES)
def test_a_mail_says_its_facts_and_leaves_no_gap(name: str) -> None:
    letter = SAMPLES[name]
    mail = render(letter)
    flat = " ".join(mail.text.replace("\n> ", "\n").split())
    shown = " ".join(unescape(re.sub(r"<[^>]+>", " ", mail.html)).split())
    for fact in facts(letter).values():
        assert fact in flat
        assert fact in shown or fact in mail.html
    for form in (mail.subject, flat, mail.html):
        assert not re.search(r"%\(|\{\{|\}\}|\{%|QJ\d+Q|None|Undefined", form)
    assert mail.subject == mail.subject.strip() != ""
    written = isinstance(letter, Message)  # the team's own subject
    assert (
        mail.subject == letter.subject
        if written
        else ("AI-4room" in mail.subject) is isinstance(letter, EventLetter)
    )


@pytest.mark.parametrize("name", SAMPLES)
def test_text_and_html_carry_the_same_links_and_nothing_from_elsewhere(name: str) -> None:
    mail = render(SAMPLES[name])
    html = links(mail.html)
    assert sorted(re.findall(r"https://\S+", mail.text)) == sorted(html.found)
    assert html.remote == []
    assert mail.html.count('class="button"') <= 1
    assert f'lang="{SAMPLES[name].to.language}"' in mail.html


@pytest.mark.parametrize("name", SAMPLES)
def test_plain_text_fits_the_screen_of_any_mail_program(name: str) -> None:
    lines = render(SAMPLES[name]).text.split("\n")
    assert [line for line in lines if width(line) > 72 and "://" not in line] == []
    assert [line for line in lines if "://" in line and not line.startswith("https://")] == []
    assert not re.search(r"\n{3}|[ \t]\n|  ", "\n".join(lines))


@pytest.mark.parametrize("kind", LETTERS)
def test_hostile_data_stays_data(kind: str) -> None:
    nasty = '<script>alert("x")</script> {{ 7*7 }} %(name)s {% raw %}'
    letter: Any = sample(kind, "en")
    letter = replace(letter, to=replace(letter.to, name=nasty))
    if isinstance(letter, EventLetter):
        letter = replace(letter, event=replace(letter.event, name={"en": nasty}, place={"en": nasty}))
    mail = render(letter)
    assert "<script" not in mail.html
    assert "49" not in mail.html
    assert nasty in " ".join(mail.text.split())


@pytest.mark.parametrize(
    ("language", "salutation", "greeting"),
    [
        ("en", "", "Dear Maria Clara Santos,"),
        ("kk", "", "Құрметті Әйгерім Қасымқызы!"),
        ("ru", "", "Здравствуйте, Виктория Андреевна Цой!"),
        ("ko", "", "김서연 님께"),
        ("ru", "Уважаемая Виктория Андреевна", "Уважаемая Виктория Андреевна!"),
        ("en", "Your Excellency", "Your Excellency,"),
        ("ko", "김서연 대표님께,", "김서연 대표님께,"),
    ],
)
def test_people_are_greeted_as_their_language_does_or_as_the_organizers_wrote(
    language: str, salutation: str, greeting: str
) -> None:
    guest = replace(GUESTS[language], salutation=salutation)
    mail = render(replace(sample("registration_received", language), to=guest))
    assert greeting in mail.text.splitlines()
    assert greeting in mail.html


def test_somebody_without_a_name_or_with_a_language_we_do_not_speak_is_greeted_in_english() -> None:
    guest = Recipient(address="someone@guests.example", name="", language="de")
    mail = render(replace(sample("own_link", "en"), to=guest))
    assert "Hello," in mail.text.splitlines()


def test_a_custom_reason_keeps_its_lines() -> None:
    mail = render(sample("registration_rejected", "en"))
    assert "> Places for this category went to companies that speak at the forum.\n> October" in mail.text
    assert "at the forum.<br>October" in mail.html


@pytest.mark.parametrize("name", SAMPLES)
def test_what_is_kept_for_all_reads_like_one_written_for_one(name: str) -> None:
    letter = SAMPLES[name]
    assert render(letter) == render(letter) == finished(*fresh(letter))


@settings(max_examples=50, deadline=None)
@given(name=st.text(max_size=80), word=st.text(max_size=300))
def test_hostile_words_stand_as_they_would_alone(name: str, word: str) -> None:
    letter = next(one for one in SAMPLES.values() if isinstance(one, Message))
    letter = replace(
        letter, to=replace(letter.to, name=name), subject="{name|x} {position}",
        text="{name} {own_page}\n\n{position|y}", values={"name": name, "position": word, "own_page": letter.link},
    )  # fmt: skip
    assert render(letter) == finished(*fresh(letter))
