"""Nothing is left untranslated, and no translation breaks a sentence."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po

import emails
from emails.languages import LANGUAGES, catalogue

HOME = Path(emails.__file__).parent
OPTIONS = {"newstyle_gettext": "true", "trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}
FORMS = {"kk": 2, "ru": 3, "ko": 1}


def sentences() -> Iterator[str | tuple[str, str]]:
    for path in HOME.rglob("*"):
        method = {".jinja": "jinja2", ".py": "python"}.get(path.suffix)
        if method:
            keywords = {"_": None, "gettext": None, "ngettext": (1, 2)}
            for found in extract(method, BytesIO(path.read_bytes()), keywords, options=OPTIONS):
                yield found[1] if isinstance(found[1], str) else (found[1][0], found[1][1])


SENTENCES = set(sentences())


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)s", text))


def test_there_are_sentences_to_translate() -> None:
    assert len(SENTENCES) > 90


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_a_catalogue_is_complete_and_keeps_every_placeholder(language: str) -> None:
    with (HOME / "locales" / f"{language}.po").open("rb") as file:
        translated = {message.id: message for message in read_po(file, locale=language) if message.id}
    assert set(translated) == SENTENCES
    for wanted, message in translated.items():
        forms = [message.string] if isinstance(message.string, str) else list(message.string)
        assert len(forms) == (1 if isinstance(wanted, str) else FORMS[language])
        english = wanted if isinstance(wanted, str) else wanted[1]
        assert [placeholders(form) for form in forms] == [placeholders(english)] * len(forms)
        assert all(form.strip() and form.strip() == form for form in forms)
        assert not message.fuzzy


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", {1: "In 1 day: X", 2: "In 2 days: X", 5: "In 5 days: X", 21: "In 21 days: X"}),
        ("kk", {1: "1 күннен кейін: X", 5: "5 күннен кейін: X"}),
        ("ru", {1: "Через 1 день: X", 3: "Через 3 дня: X", 5: "Через 5 дней: X", 21: "Через 21 день: X"}),
        ("ko", {1: "1일 후: X", 5: "5일 후: X"}),
    ],
)
def test_plurals_follow_the_language(language: str, said: dict[int, str]) -> None:
    ngettext = catalogue(HOME / "locales", language).ngettext
    forms = {n: ngettext("In %(num)s day: %(event)s", "In %(num)s days: %(event)s", n) for n in said}
    assert {n: form % {"num": n, "event": "X"} for n, form in forms.items()} == said
