"""Speakers are typed one a line in each language; a line that one language leaves out moves nobody."""

from datetime import UTC, datetime

import pytest

from emails.languages import LANGUAGES
from service.programme.schemas import ProgrammeInvalid, read_session, read_speakers, speaker_lines
from service.web.forms import Form

SPEAKERS = [
    {"name": {"en": "Qanat Bozymbaev"}, "title": {"en": "Deputy Prime Minister", "ko": "부총리"}},
    {"name": {"en": "Yuriy Tskhay", "ru": "Юрий Цхай", "ko": "유리 최"}, "title": {"ru": "Председатель"}},
    {"name": {"kk": "Әсел"}, "title": {}},
]
WHEN = {"title_en": "Opening", "starts_at": "2025-09-13T10:00", "ends_at": "2025-09-13T11:00"}


def test_what_the_form_shows_is_what_it_reads() -> None:
    form = Form()
    for code in LANGUAGES:
        form.add(f"speakers_{code}", speaker_lines(SPEAKERS, code))

    assert read_speakers(form) == SPEAKERS
    assert speaker_lines(SPEAKERS, "ko") == "- | 부총리\n유리 최"
    assert speaker_lines(SPEAKERS, "kk") == "-\n-\nӘсел"
    assert speaker_lines([], "en") == ""


def test_wall_times_are_those_of_the_event() -> None:
    form = read_session(WHEN, ["ja", "ko", "xx"], "Asia/Almaty")

    assert (form.starts_at, form.ends_at) == (
        datetime(2025, 9, 13, 5, tzinfo=UTC),
        datetime(2025, 9, 13, 6, tzinfo=UTC),
    )
    assert form.languages == ["ko", "ja"]


@pytest.mark.parametrize("typed", ["0001-01-01T00:00", "9999-12-31T23:59", "tomorrow", ""])
def test_a_time_out_of_this_world_is_refused_beside_its_field(typed: str) -> None:
    with pytest.raises(ProgrammeInvalid) as refused:
        read_session({**WHEN, "starts_at": typed}, [], "America/New_York")

    assert list(refused.value.errors) == ["starts_at"]
