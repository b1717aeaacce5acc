"""Times are those of the event's zone, with the offset, in the words of the reader."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from emails.languages import (
    check_time_zones,
    clock,
    country_name,
    day,
    moment,
    number,
    offset,
    pick,
    short_day,
    span,
)

MORNING = datetime(2025, 9, 13, 5, 0, tzinfo=UTC)
EVENING = MORNING + timedelta(hours=8)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Saturday, 13 September 2025, 10:00–18:00 (UTC+5)"),
        ("kk", "2025 жылғы 13 қыркүйек, сенбі, 10:00–18:00 (UTC+5)"),
        ("ru", "суббота, 13 сентября 2025 г., 10:00–18:00 (UTC+5)"),
        ("ko", "2025년 9월 13일 토요일 10:00~18:00 (UTC+5)"),
        ("de", "Saturday, 13 September 2025, 10:00–18:00 (UTC+5)"),
    ],
)
def test_one_day(language: str, said: str) -> None:
    assert span(MORNING, EVENING, "Asia/Almaty", language) == said


def test_two_days_half_an_hour_off() -> None:
    assert span(MORNING, EVENING + timedelta(days=1), "Asia/Kolkata", "en") == (
        "Saturday, 13 September 2025, 10:30 – Sunday, 14 September 2025, 18:30 (UTC+5:30)"
    )


def test_the_clocks_change_in_between() -> None:
    before, after = datetime(2025, 10, 25, 10, tzinfo=UTC), datetime(2025, 10, 26, 10, tzinfo=UTC)
    assert span(before, after, "Europe/Berlin", "en") == (
        "Saturday, 25 October 2025, 12:00 (UTC+2) – Sunday, 26 October 2025, 11:00 (UTC+1)"
    )


def test_the_same_instant_in_any_zone_reads_the_same() -> None:
    elsewhere = MORNING.astimezone(timezone(timedelta(hours=-3)))
    assert moment(elsewhere, "Asia/Seoul", "ko") == "2025년 9월 13일 토요일 14:00 (UTC+9)"
    assert (day(elsewhere, "Asia/Seoul", "ru"), clock(elsewhere, "Asia/Seoul")) == (
        "суббота, 13 сентября 2025 г.",
        "14:00",
    )


def test_offsets() -> None:
    zones = ("Asia/Almaty", "Asia/Kathmandu", "America/St_Johns", "UTC")
    assert [offset(MORNING, zone) for zone in zones] == ["UTC+5", "UTC+5:45", "UTC-2:30", "UTC"]


def test_almaty_before_and_after_its_change() -> None:
    check_time_zones()
    assert offset(datetime(2024, 2, 28, tzinfo=UTC), "Asia/Almaty") == "UTC+6"
    assert offset(datetime(2024, 3, 1, tzinfo=UTC), "Asia/Almaty") == "UTC+5"


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        clock(datetime(2025, 9, 13), "Asia/Almaty")  # noqa: DTZ001


def test_small_things() -> None:
    assert [short_day(MORNING, "Asia/Almaty", language) for language in ("en", "kk", "ru", "ko")] == [
        "Sat 13 Sep 2025",
        "сб, 13 қыр. 2025",
        "сб, 13 сент. 2025",
        "2025. 9. 13. (토)",
    ]
    assert [country_name("kz", language) for language in ("en", "kk", "ru", "ko", "xx")] == [
        "Kazakhstan",
        "Қазақстан",
        "Казахстан",
        "카자흐스탄",
        "Kazakhstan",
    ]
    assert country_name("ZZZ", "en") == "ZZZ"
    assert (number(1234567, "en"), number(1234567, "ru")) == ("1,234,567", "1\xa0234\xa0567")


def test_picking_a_translation() -> None:
    words = {"kk": "қонақ", "ru": "гость", "en": ""}
    assert pick(words, "ru") == "гость"
    assert pick(words, "en") == "қонақ"
    assert pick(words, "ko", "ru") == "гость"
    assert pick({}, "en") == ""
