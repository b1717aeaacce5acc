"""What organizers type about an event is read as wall time of its place, and refused field by field."""

from datetime import UTC, datetime

import pytest

from service.core.errors import Invalid
from service.events.schemas import EventForm, read_event

GOOD = {
    "name_en": "Forum", "name_ko": "포럼", "slug": "ai-4room", "kind": "forum", "state": "draft", "zone": "Asia/Seoul",
    "starts_at": "2025-10-15T09:30", "ends_at": "2025-10-15T18:00", "colour": "3", "contact": "office@x.example",
}  # fmt: skip


def errors(**more: str) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        read_event({**GOOD, **more}, ["en", "ko"])
    return refused.value.errors


def test_times_are_those_of_the_place() -> None:
    assert read_event(GOOD, ["ko", "en", "xx"]) == EventForm(
        slug="ai-4room", kind="forum", state="draft", name={"en": "Forum", "ko": "포럼"}, summary={}, host={}, place={},
        languages=["en", "ko"], zone="Asia/Seoul", starts_at=datetime(2025, 10, 15, 0, 30, tzinfo=UTC),
        ends_at=datetime(2025, 10, 15, 9, tzinfo=UTC), registration_closes_at=None, colour=3,
        contact="office@x.example",
    )  # fmt: skip


@pytest.mark.parametrize("typed", ["0001-01-01T00:00", "9999-12-31T23:59", "soon", "2025-13-40T10:00"])
def test_a_time_out_of_this_world_is_refused_beside_its_field(typed: str) -> None:
    assert list(errors(registration_closes_at=typed)) == ["registration_closes_at"]


def test_every_wrong_field_is_named_at_once() -> None:
    given = {
        "slug": "Ä B",
        "zone": "Mars/Base",
        "kind": "feast",
        "state": "gone",
        "colour": "9",
        "starts_at": "",
    }
    wrong = errors(**given, name_en="", name_ko="")

    assert set(wrong) == {"slug", "zone", "kind", "state", "colour", "starts_at", "name_en"}
    assert errors(ends_at="2025-10-15T09:30") == {"ends_at": "The end must be after the start."}


@pytest.mark.parametrize("word", ["events", "team"])
def test_an_event_never_takes_the_address_of_a_console_page(word: str) -> None:
    assert list(errors(slug=word)) == ["slug"]
