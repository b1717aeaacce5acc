"""What organizers type about the programme. Wall times are the event's own; texts come by language."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from emails.languages import LANGUAGES
from service.core.errors import Invalid
from service.events.schemas import YEARS

NOBODY = "-"  # holds the place of a speaker whose name is not written in this language


class ProgrammeInvalid(Invalid):
    code = "programme_invalid"


class SessionForm(msgspec.Struct, frozen=True, kw_only=True):
    """A checked session; `speakers` is a list of {"name": {lang: text}, "title": {lang: text}}."""

    title: dict[str, str]
    summary: dict[str, str]
    track_id: UUID | None
    room_id: UUID | None
    starts_at: datetime
    ends_at: datetime
    languages: list[str]
    speakers: list[dict[str, Any]]


class LabelForm(msgspec.Struct, frozen=True, kw_only=True):
    """A checked track or room."""

    name: dict[str, str]
    colour: int = 1
    capacity: int | None = None


def read_session(form: Mapping[str, str], languages: list[str], zone: str) -> SessionForm:
    """Fields title_en…, summary_en…, starts_at and ends_at as 2025-09-13T10:00 in `zone`, track, room, speakers_en…
    (one a line: name | title). Raises ProgrammeInvalid."""
    errors: dict[str, str] = {}
    if not (title := texts(form, "title")):
        errors["title_en"] = "Please give the session a title."
    starts, ends = (_wall(form, name, zone, errors) for name in ("starts_at", "ends_at"))
    if starts and ends and ends <= starts:
        errors["ends_at"] = "The end must be after the start."
    if errors or starts is None or ends is None:
        raise ProgrammeInvalid(errors)
    return SessionForm(
        title=title, summary=texts(form, "summary"), track_id=_id(form.get("track", "")),
        room_id=_id(form.get("room", "")), starts_at=starts, ends_at=ends,
        languages=[code for code in (*LANGUAGES, "zh", "ja") if code in languages], speakers=read_speakers(form),
    )  # fmt: skip


def read_label(form: Mapping[str, str]) -> LabelForm:
    """A track (name_en…, colour 1-8) or a room (name_en…, capacity). Raises ProgrammeInvalid."""
    errors: dict[str, str] = {}
    if not (name := texts(form, "name")):
        errors["name_en"] = "Please give it a name."
    colour, capacity = form.get("colour") or "1", form.get("capacity", "")
    if colour not in tuple("12345678"):
        errors["colour"] = "Please choose a colour from the list."
    if capacity and not (capacity.isdecimal() and len(capacity) < 8):
        errors["capacity"] = "Please enter a whole number, or leave it empty."
    if errors:
        raise ProgrammeInvalid(errors)
    return LabelForm(name=name, colour=int(colour), capacity=int(capacity) if capacity else None)


def read_speakers(form: Mapping[str, str]) -> list[dict[str, Any]]:
    """The nth line of each language is the nth speaker: `name | title`, or `-` for a name not translated."""
    lines = {code: form.get(f"speakers_{code}", "").splitlines() for code in LANGUAGES}
    speakers: list[dict[str, Any]] = []
    for number in range(max(map(len, lines.values()), default=0)):
        speaker: dict[str, dict[str, str]] = {"name": {}, "title": {}}
        for code, of_language in lines.items():
            if number < len(of_language):
                name, _, title = (part.strip() for part in of_language[number].partition("|"))
                speaker["name"] |= {code: name} if name not in ("", NOBODY) else {}
                speaker["title"] |= {code: title} if title else {}
        if speaker["name"]:
            speakers.append(speaker)
    return speakers


def speaker_lines(speakers: list[dict[str, Any]], language: str) -> str:
    """What `read_speakers` reads, for the form."""
    lines = []
    for speaker in speakers:
        name, title = speaker["name"].get(language, ""), speaker.get("title", {}).get(language, "")
        lines.append(f"{name or NOBODY} | {title}" if title else name or NOBODY)
    while lines and lines[-1] == NOBODY:
        lines.pop()
    return "\n".join(lines)


def texts(form: Mapping[str, str], name: str) -> dict[str, str]:
    """The filled languages of a field."""
    return {code: text for code in LANGUAGES if (text := form.get(f"{name}_{code}", "").strip())}


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _wall(form: Mapping[str, str], name: str, zone: str, errors: dict[str, str]) -> datetime | None:
    try:
        wall = datetime.fromisoformat(form.get(name, ""))
    except ValueError:
        wall = None
    if wall is None or wall.year not in YEARS:
        errors[name] = "Please enter a date and a time, for example 2025-09-13 10:00."
        return None
    return wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
