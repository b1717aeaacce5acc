"""What is odd about a mail is found, and nothing is found in ours."""

import pytest

from emails.checks import findings, findings_in, is_loud, leads_elsewhere
from emails.render import Rendered, render
from emails.samples import samples


@pytest.mark.parametrize("letter", [letter for _, letter in samples()], ids=[name for name, _ in samples()])
def test_nothing_is_odd_about_the_standard_mails(letter) -> None:  # type: ignore[no-untyped-def]
    assert set(findings(render(letter))) <= {"long_subject"}  # where the names in it are long


def test_each_finding() -> None:
    picture = '<style>a { color: red }</style><img src="cid:x"><p>Little text</p>'
    assert findings(Rendered("Hello", "", "<p>Hello</p>")) == []
    assert findings(Rendered("Hello", "", "x" * 60_001)) == ["too_large"]
    assert findings(Rendered("Hello", "", "ы" * 30_001)) == ["too_large"]
    assert findings(Rendered("Hello", "", picture)) == ["little_text"]
    assert findings(Rendered("Hello", "", picture + "word " * 200)) == []
    assert findings(Rendered("long " * 16, "", "")) == ["long_subject"]
    assert findings(Rendered("FREE GIFT INSIDE", "", "")) == ["loud_subject"]
    assert findings(Rendered("Hi", "", '<a href="https://a.example/x">www.b.example</a>')) == [
        "other_address"
    ]


@pytest.mark.parametrize(
    ("href", "words", "elsewhere"),
    [
        ("https://a.example/x", "Open your page", False),
        ("https://a.example/x", "https://a.example/x", False),
        ("https://www.a.example/x", "a.example", False),
        ("https://a.example/x", "b.example", True),
        ("https://a.example/x", "Go to https://b.example/y now", True),
        ("https://a.example/x", "AI-4room 2026", False),
        ("https://a.example/x", "No more news from Alatau.City and friends", False),
        ("mailto:x@a.example", "x@a.example", False),
        ("https://[broken", "https://a.example", True),
    ],
)
def test_an_address_in_words_must_be_the_one_it_leads_to(href: str, words: str, elsewhere: bool) -> None:
    assert leads_elsewhere(href, words) is elsewhere


@pytest.mark.parametrize(
    ("subject", "loud"),
    [
        ("You are confirmed: AI-4room", False), ("KOREA EXPO in Almaty", False), ("BUY TICKETS NOW", True),
        ("СРОЧНО ЗАЙДИТЕ", True), ("Come!!", True), ("Come!", False), ("안녕하세요 여러분", False),
        ("NATO and UNESCO meet in Almaty today", False),
    ],
)  # fmt: skip
def test_shouting_is_several_words_in_capitals_or_exclamation_marks(subject: str, loud: bool) -> None:
    assert is_loud(subject) is loud


def test_subjects_are_looked_at_in_every_language() -> None:
    subjects = {"en": "BUY TICKETS NOW", "ru": "СРОЧНО ЗАЙДИТЕ", "kk": "Келіңіз"}
    shown = Rendered("BUY TICKETS NOW", "", "x" * 60_001)
    assert findings_in("en", shown, subjects) == [
        ("en", "too_large"), ("en", "loud_subject"), ("ru", "loud_subject"),
    ]  # fmt: skip
    assert findings_in("en", None, subjects) == [("ru", "loud_subject")]
