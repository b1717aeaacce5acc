"""The languages of pages and mails: catalogues, choice of a translation, dates as people write them.

Wall times are those of the EVENT's zone and always carry the offset. They are made with zoneinfo and our own
patterns; never with ICU, whose zone data may be older than ours (Asia/Almaty is UTC+5 since 1 March 2024).
"""

import gettext
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

LANGUAGES = ("en", "kk", "ru", "ko")
OWN_NAMES = {"en": "English", "kk": "Қазақша", "ru": "Русский", "ko": "한국어"}


def catalogue(directory: Path, language: str) -> gettext.NullTranslations:
    """The translations in `directory/<language>.po`, read once; English, or no such file: the msgids themselves."""
    raise NotImplementedError


def pick(translated: Mapping[str, str], language: str, fallback: str | None = None) -> str:
    """The text in `language`, else in `fallback`, else the first one that is not empty, else ""."""
    raise NotImplementedError


def clock(instant: datetime, zone: str) -> str:
    """Wall time in the zone: "09:00"."""
    raise NotImplementedError


def offset(instant: datetime, zone: str) -> str:
    """The zone's offset at that instant: "UTC+5", "UTC+5:30", "UTC"."""
    raise NotImplementedError


def day(instant: datetime, zone: str, language: str) -> str:
    """ "Saturday, 13 September 2025"."""
    raise NotImplementedError


def short_day(instant: datetime, zone: str, language: str) -> str:
    """ "Sat 13 Sep 2025", for tables."""
    raise NotImplementedError


def moment(instant: datetime, zone: str, language: str) -> str:
    """ "Saturday, 13 September 2025, 10:00 (UTC+5)"."""
    raise NotImplementedError


def span(start: datetime, end: datetime, zone: str, language: str) -> str:
    """ "Saturday, 13 September 2025, 10:00–18:00 (UTC+5)"; over several days both moments whole."""
    raise NotImplementedError


def number(value: float, language: str) -> str:
    """With the language's separators."""
    raise NotImplementedError


def country_name(alpha2: str, language: str) -> str:
    """ISO 3166 code to the country's name; the code itself if unknown."""
    raise NotImplementedError


def check_time_zones() -> None:
    """Raise RuntimeError if the time-zone data is older than Almaty's change of 1 March 2024."""
    raise NotImplementedError
