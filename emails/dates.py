"""Dates and times as people write them, always in the zone of the EVENT and with its offset.

Made with zoneinfo and our own patterns; never with ICU, whose zone data may be older than ours (Asia/Almaty is UTC+5
since 1 March 2024), and never with Babel's times (in Korean it prints "AM 9:00").
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from babel.dates import format_timedelta, get_day_names, get_month_names

Width = Literal["abbreviated", "wide"]

DAYS = {
    "en": "{weekday}, {day} {month} {year}",
    "kk": "{year} жылғы {day} {month}, {weekday}",
    "ru": "{weekday}, {day} {month} {year} г.",
    "ko": "{year}년 {number}월 {day}일 {weekday}",
}
SHORT_DAYS = {
    "en": "{weekday} {day} {month} {year}",
    "kk": "{weekday}, {day} {month} {year}",
    "ru": "{weekday}, {day} {month} {year}",
    "ko": "{year}. {number}. {day}. ({weekday})",
}
MOMENTS = {"en": "{day}, {clock}", "kk": "{day}, {clock}", "ru": "{day}, {clock}", "ko": "{day} {clock}"}
BETWEEN = {"en": "–", "kk": "–", "ru": "–", "ko": "~"}
BETWEEN_DAYS = {"en": " – ", "kk": " – ", "ru": " – ", "ko": " ~ "}


def clock(instant: datetime, zone: str) -> str:
    """Wall time in the zone: "09:00"."""
    return f"{_wall(instant, zone):%H:%M}"


def offset(instant: datetime, zone: str) -> str:
    """The zone's offset at that instant: "UTC+5", "UTC+5:30", "UTC"."""
    minutes = round((_wall(instant, zone).utcoffset() or timedelta()).total_seconds() / 60)
    if minutes == 0:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes > 0 else '-'}{hours}" + (f":{rest:02}" if rest else "")


def day(instant: datetime, zone: str, language: str) -> str:
    """ "Saturday, 13 September 2025"."""
    return _day(_wall(instant, zone), _known(language), DAYS, "wide")


def short_day(instant: datetime, zone: str, language: str) -> str:
    """ "Sat 13 Sep 2025", for tables."""
    return _day(_wall(instant, zone), _known(language), SHORT_DAYS, "abbreviated")


def moment(instant: datetime, zone: str, language: str) -> str:
    """ "Saturday, 13 September 2025, 10:00 (UTC+5)"."""
    return f"{_moment(instant, zone, language)} ({offset(instant, zone)})"


@lru_cache(maxsize=512)
def span(start: datetime, end: datetime, zone: str, language: str) -> str:
    """ "Saturday, 13 September 2025, 10:00–18:00 (UTC+5)"; over several days both moments whole."""
    if _wall(start, zone).date() == _wall(end, zone).date():
        return f"{_moment(start, zone, language)}{BETWEEN[_known(language)]}{clock(end, zone)} ({offset(end, zone)})"
    if offset(start, zone) == offset(end, zone):
        return (
            f"{_moment(start, zone, language)}{BETWEEN_DAYS[_known(language)]}{moment(end, zone, language)}"
        )
    return f"{moment(start, zone, language)}{BETWEEN_DAYS[_known(language)]}{moment(end, zone, language)}"


def check_time_zones() -> None:
    """Raise RuntimeError if the time-zone data is older than Almaty's change of 1 March 2024."""
    if _wall(datetime(2024, 3, 2, tzinfo=UTC), "Asia/Almaty").utcoffset() != timedelta(hours=5):
        raise RuntimeError(
            "The time-zone data of this machine is older than March 2024 (Asia/Almaty must be UTC+5): "
            'update tzdata, or set PYTHONTZPATH="" to use the data that came with the service.'
        )


def _known(language: str) -> str:
    return language if language in DAYS else "en"


def _wall(instant: datetime, zone: str) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(ZoneInfo(zone))


def _moment(instant: datetime, zone: str, language: str) -> str:
    return MOMENTS[_known(language)].format(day=day(instant, zone, language), clock=clock(instant, zone))


def _day(wall: datetime, language: str, patterns: dict[str, str], width: Width) -> str:
    weekdays, months = _names(language, width)
    return patterns[language].format(
        weekday=weekdays[wall.weekday()],
        day=wall.day,
        month=months[wall.month],
        number=wall.month,
        year=wall.year,
    )


@lru_cache
def _names(language: str, width: Width) -> tuple[dict[int, str], dict[int, str]]:
    """Weekdays (Monday is 0) and months (January is 1), in the form that stands inside a date."""
    return (
        {index: str(name) for index, name in get_day_names(width, "format", language).items()},
        {index: str(name) for index, name in get_month_names(width, "format", language).items()},
    )


def ago(instant: datetime, now: datetime, language: str) -> str:
    """How long ago: "3 days ago"."""
    passed = max(now - instant, timedelta(seconds=1))
    return format_timedelta(-passed, add_direction=True, locale=language, threshold=1.0)
