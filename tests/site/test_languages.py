"""No sentence of the guests' pages is left in English, and no translation breaks one."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po

import service
from emails.languages import LANGUAGES

HOME = Path(service.__file__).parent
OPTIONS = {
    "newstyle_gettext": "true", "trim_blocks": "true", "lstrip_blocks": "true", "silent": "false",
    "extensions": "jinja2.ext.do",
}  # fmt: skip
PAGES = (
    "templates/site/*.html", "templates/accounts/*.html", "templates/plain/*.html", "templates/layouts/[bp]*.html",
    "templates/parts/forms.html", "templates/parts/brand.html", "templates/parts/show.html",
)  # fmt: skip
CODE = (
    "core/errors.py", "accounts/errors.py", "registrations/errors.py", "registrations/schemas.py",
    "invitations/errors.py", "site/*.py",
)  # fmt: skip
# a sentence in the code: what an error says, and what a flash or a field's error says
SAID = re.compile(r'"([A-Z][^"\n]* [^"\n]*\.|This does not look [^"\n]*)"')
NOT_FOR_GUESTS = (
    "There is nobody to invite", "Please give a reason", "There is no event", "There is no role",
    "Some lines cannot",
)  # fmt: skip


def sentences() -> Iterator[str]:
    for pattern in PAGES:
        for path in HOME.glob(pattern):
            keywords = {"_": None, "gettext": None, "ngettext": (1, 2)}
            for found in extract("jinja2", BytesIO(path.read_bytes()), keywords, options=OPTIONS):
                yield found[1] if isinstance(found[1], str) else found[1][0]
    for pattern in CODE:
        for path in HOME.glob(pattern):
            text = re.sub(r'""".*?"""', "", path.read_text(), flags=re.DOTALL)
            yield from (s for s in SAID.findall(text) if not s.startswith(NOT_FOR_GUESTS))


SENTENCES = sorted(set(sentences()))


def placeholders(text: str) -> list[str]:
    return sorted(re.findall(r"%\(\w+\)s", text))


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_everything_a_guest_reads_is_translated(language: str) -> None:
    with (HOME / "locales" / f"{language}.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    missing = [s for s in SENTENCES if catalogue.get(s) is None or not catalogue[s].string]
    assert missing == []
    for message in catalogue:
        for text in [message.string] if isinstance(message.string, str) else message.string:
            if message.id:
                wanted = message.id if isinstance(message.id, str) else message.id[1]
                assert placeholders(text) == placeholders(wanted), message.id


def test_there_are_sentences() -> None:
    assert len(SENTENCES) > 200
