"""The team's own words stand in place of ours, whatever they are; what the mail must carry stays."""

import re
from dataclasses import fields, replace
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emails.dates import moment, span
from emails.languages import LANGUAGES, pick
from emails.letters import PARTS, WRITABLE, EventLetter, Wording, link_of
from emails.render import Rendered, finished, fresh, own_words, render
from emails.samples import samples
from emails.standard import own_words_of

SAMPLES = {
    name: letter for name, letter in samples() if isinstance(letter, EventLetter) and letter.kind in WRITABLE
}
OURS = Wording(
    subject="Come, {name}", heading="A word to {name}", text="The first line\nof two.\n\nSee {own_page} soon.",
    button="Go there, {name|guest}", values={"name": "Dana <b>", "own_page": "https://qonaq.example/own/1"},
)  # fmt: skip


def seen(mail: Rendered) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", mail.html)).split())


def flat(text: str) -> str:
    return " ".join(text.replace("\n> ", "\n").split())


def must_stay(letter: EventLetter) -> list[str]:
    """All that the letter knows and the mail says, field by field, so that no new field is forgotten."""
    language, event = letter.to.language, letter.event
    ours = flat(render(letter).text)
    found = [
        event.name[language],
        event.place[language],
        event.host[language],
        event.url,
        span(event.starts_at, event.ends_at, event.zone, language),
        letter.to.name,
    ]
    for field in fields(letter):
        value = getattr(letter, field.name)
        if field.name in ("to", "event", "wording") or not value:
            continue
        if field.name == "category":
            found.append(pick(value, language))
        elif field.name == "answer_by":
            found.append(moment(value, event.zone, language))
        elif isinstance(value, str):
            found += value.splitlines()
        elif isinstance(value, tuple):
            found += value
    return [one for one in found if one in ours]


@pytest.mark.parametrize("name", SAMPLES)
def test_own_words_take_the_place_of_words_and_of_nothing_else(name: str) -> None:
    letter = SAMPLES[name]
    own = own_words(letter)
    mail = render(replace(letter, wording=OURS))

    assert mail.subject == "Come, Dana <b>"
    assert "The first line of two. See https://qonaq.example/own/1 soon." in seen(mail)
    assert "The first line\nof two.\n\nSee https://qonaq.example/own/1 soon.\n" in mail.text
    for part in own.paragraphs:
        assert part not in seen(mail)
        assert part not in flat(mail.text)
    if own.button:
        assert "Go there, Dana <b>" in seen(mail)
        assert (link_of(letter) or letter.event.url) in mail.html
    if own.heading:
        assert "A word to Dana <b>" in seen(mail)
    for fact in must_stay(letter):
        assert fact in flat(mail.text)
        assert fact in seen(mail) or fact in mail.html
    assert "<b>" not in mail.html
    assert '<div class="preheader" style' in mail.html
    assert re.search(r'class="preheader"[^>]*>The first line</div>', mail.html)


@pytest.mark.parametrize("name", SAMPLES)
def test_our_words_written_by_the_team_make_the_same_mail(name: str) -> None:
    letter = SAMPLES[name]
    own = own_words(letter)
    theirs = replace(own, text="")  # the preview line of ours is not the first of its words

    assert render(replace(letter, wording=theirs)) == render(letter)
    if len(own.paragraphs) == 1:
        assert seen(render(replace(letter, wording=own))).count(own.text) == 2  # once for the preview


@pytest.mark.parametrize("kind", WRITABLE)
def test_the_words_to_begin_with_are_true_of_everybody(kind: str) -> None:
    for language in LANGUAGES:
        words, missing = own_words_of(kind, language)
        texts = [getattr(words, part) for part in PARTS]
        assert not any("AI-4room" in text or "\x1e" in text for text in texts)
        assert missing == own_words_of(kind, "en")[1]
        assert words.subject == "" or words.subject.count("{event}") == 1
    assert own_words_of("event_reminder", "en")[0] == Wording(
        text="We look forward to welcoming you. Please have your badge or the code on your page ready at the entrance:"
        " you will be inside in a moment.",
        button="Open your page",
    )
    assert own_words_of("registration_received", "en")[0].subject == "We have your registration: {event}"
    assert own_words_of("registration_cancelled", "en")[1] == {"text", "button"}


def test_what_is_empty_stays_ours_even_when_a_placeholder_has_no_value() -> None:
    letter = SAMPLES["registration_received-1-en"]
    nothing = Wording(
        subject="{position}", heading="{position}", button="{position}", values={"position": ""}
    )

    assert render(replace(letter, wording=nothing)) == render(letter)


@settings(max_examples=60, deadline=None)
@given(name=st.text(max_size=80), word=st.text(max_size=300), text=st.text(max_size=300))
def test_hostile_words_read_like_words_written_for_one(name: str, word: str, text: str) -> None:
    letter = SAMPLES["invitation-1-kk"]
    own = replace(OURS, text=f"{text}\n\n{{position|y}} {{name}}", values={"name": name, "position": word})
    letter = replace(letter, to=replace(letter.to, name=name), wording=own)

    assert render(letter) == finished(*fresh(letter))
    assert "<script" not in render(letter).html
