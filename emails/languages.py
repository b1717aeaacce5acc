"""The languages of pages and mails: catalogues, choice of a translation, numbers and countries.

Catalogues are PO text files, read once at start; no compiled file is kept, so what is reviewed is what is shown.
"""

import gettext
import io
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from emails.dates import ago, check_time_zones, clock, day, moment, offset, short_day, span

__all__ = [
    "LANGUAGES",
    "OWN_NAMES",
    "ago",
    "catalogue",
    "check_time_zones",
    "clock",
    "country_name",
    "day",
    "moment",
    "number",
    "offset",
    "pick",
    "short_day",
    "span",
    "spoken",
]

LANGUAGES = ("en", "kk", "ru", "ko")
OWN_NAMES = {"en": "English", "kk": "Қазақша", "ru": "Русский", "ko": "한국어"}
# The rules of CLDR for whole numbers, whatever the header of a PO file says.
PLURALS = {
    "en": "n != 1",
    "kk": "n != 1",
    "ru": "n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2",
    "ko": "0",
}


class _Catalogue(gettext.GNUTranslations):
    """A catalogue whose plural rule is ours."""

    def __init__(self, compiled: io.BytesIO, language: str) -> None:
        super().__init__(compiled)
        self.plural = gettext.c2py(PLURALS[language])


@lru_cache(maxsize=64)
def catalogue(directory: Path, language: str) -> gettext.NullTranslations:
    """The translations in `directory/<language>.po`, read once; English, or no such file: the msgids themselves."""
    path = directory / f"{spoken(language)}.po"
    if not path.exists():
        return gettext.NullTranslations()
    with path.open("rb") as file:
        messages = read_po(file, locale=spoken(language))
    compiled = io.BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return _Catalogue(compiled, spoken(language))


def spoken(language: str) -> str:
    """The language itself if pages and mails speak it, else English."""
    return language if language in LANGUAGES else "en"


def pick(translated: Mapping[str, str], language: str, fallback: str | None = None) -> str:
    """The text in `language`, else in `fallback`, else the first one that is not empty, else ""."""
    return (
        translated.get(language)
        or (translated.get(fallback) if fallback else None)
        or next((text for text in translated.values() if text), "")
    )


def number(value: float, language: str) -> str:
    """With the language's separators."""
    return format_decimal(value, locale=spoken(language))


@lru_cache(maxsize=2048)
def country_name(alpha2: str, language: str) -> str:
    """ISO 3166 code to the country's name; the code itself if unknown."""
    try:
        names = Locale.parse(language).territories
    except (UnknownLocaleError, ValueError):
        names = Locale.parse("en").territories
    return str(names.get(alpha2.upper(), alpha2))
