"""What organizers type about an event and its categories. Wall times are the event's own; texts come by language."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

import msgspec
from msgspec import UNSET, UnsetType

from emails.languages import LANGUAGES
from service.events.errors import EventInvalid
from service.events.steps import KINDS as KINDS_OF_STEP
from service.events.steps import MOST, Step

KINDS = ("forum", "ceremony", "roadshow", "conference", "reception", "other")
STATES = ("draft", "open", "closed", "over", "archived")
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
TEXTS = ("name", "summary", "host", "place")
TAKEN = ("events", "team")  # /console/events/new and /console/team stand where an event would
WALL_WRONG = "Please enter a date and a time, for example 2025-09-13 10:00."
LONGEST_OFFER = 336  # hours: two weeks
_BY = re.compile(r"step_[1-3]_by_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
YEARS = range(2000, 2200)  # others are slips of the keyboard, and some cannot be moved to another time zone


class EventForm(msgspec.Struct, frozen=True, kw_only=True):
    """A checked event. Instants are aware; `capacity` None means that only its categories are limited."""

    slug: str
    kind: str
    state: str
    name: dict[str, str]
    summary: dict[str, str]
    host: dict[str, str]
    place: dict[str, str]
    languages: list[str]
    zone: str
    starts_at: datetime
    ends_at: datetime
    registration_closes_at: datetime | None
    colour: int
    contact: str
    capacity: int | None = None


class CategoryForm(msgspec.Struct, frozen=True, kw_only=True):
    """A checked category; `capacity` None means no limit, `offer_hours` None that a free place is given at once;
    steps and hours that are not said stay as they are."""

    key: Annotated[str, msgspec.Meta(pattern=f"^{SLUG.pattern}$", max_length=40)]
    name: Annotated[dict[str, str], msgspec.Meta(min_length=1)]
    approval: Literal["automatic", "desk"]
    visibility: Literal["public", "invited"]
    colour: Annotated[int, msgspec.Meta(ge=1, le=8)]
    capacity: Annotated[int, msgspec.Meta(ge=0, le=9_999_999)] | None
    steps: Annotated[tuple[Step, ...], msgspec.Meta(min_length=1, max_length=MOST)] | UnsetType = UNSET
    offer_hours: Annotated[int, msgspec.Meta(ge=1, le=LONGEST_OFFER)] | UnsetType | None = UNSET


def read_event(form: Mapping[str, str], languages: list[str]) -> EventForm:
    """Fields `name_en`, `name_kk`, …; `starts_at` as 2025-09-13T10:00 in the event's zone. Raises EventInvalid."""
    errors: dict[str, str] = {}
    chosen = [code for code in LANGUAGES if code in languages]
    if not chosen:
        errors["languages"] = "Please choose at least one language."
    zone = form.get("zone", "")
    if zone not in available_timezones():
        errors["zone"] = "Please choose a time zone from the list, for example Asia/Almaty."
        zone = "UTC"
    texts = {name: _texts(form, name) for name in TEXTS}
    if not texts["name"]:
        errors[f"name_{(chosen or ['en'])[0]}"] = "Please name the event."
    if not SLUG.fullmatch(form.get("slug", "")) or len(form["slug"]) > 60:
        errors["slug"] = "Please use small Latin letters, digits and hyphens, for example ai-4room."
    elif form["slug"] in TAKEN:
        errors["slug"] = "This address is one of the console's own: please choose another."
    starts, ends = (_wall(form, name, zone, errors, required=True) for name in ("starts_at", "ends_at"))
    if starts and ends and ends <= starts:
        errors["ends_at"] = "The end must be after the start."
    closes = _wall(form, "registration_closes_at", zone, errors, required=False)
    kind, state = form.get("kind", "forum"), form.get("state", "draft")
    if kind not in KINDS:
        errors["kind"] = "Please choose a kind from the list."
    if state not in STATES:
        errors["state"] = "Please choose a state from the list."
    colour, capacity = _colour(form, errors), _capacity(form, errors)
    if errors or starts is None or ends is None:
        raise EventInvalid(errors)
    return EventForm(
        slug=form["slug"], kind=kind, state=state, **texts, languages=chosen, zone=zone, starts_at=starts,
        ends_at=ends, registration_closes_at=closes, colour=colour, contact=form.get("contact", "")[:200],
        capacity=capacity,
    )  # fmt: skip


def read_category(form: Mapping[str, str]) -> CategoryForm:
    """Fields key, name_en, …, approval, visibility, colour, capacity ('' for no limit), offer_hours, and those of the
    steps (_step). Raises EventInvalid."""
    errors: dict[str, str] = {}
    key = form.get("key", "")
    if not SLUG.fullmatch(key) or len(key) > 40:
        errors["key"] = "Please use small Latin letters, digits and hyphens, for example government."
    if not (name := _texts(form, "name")):
        errors["name_en"] = "Please name the category."
    capacity = _capacity(form, errors)
    if form.get("approval") not in ("automatic", "desk"):
        errors["approval"] = "Please choose how guests are approved."
    if form.get("visibility") not in ("public", "invited"):
        errors["visibility"] = "Please choose who may register."
    colour, offer_hours = _colour(form, errors), _offer_hours(form, errors)
    steps = [step for number in range(1, MOST + 1) if (step := _step(form, number, errors))]
    if errors:
        raise EventInvalid(errors)
    return CategoryForm(
        key=key, name=name, approval="automatic" if form["approval"] == "automatic" else "desk",
        visibility="public" if form["visibility"] == "public" else "invited", colour=colour, capacity=capacity,
        steps=tuple(steps) or (Step(),), offer_hours=offer_hours,
    )  # fmt: skip


def _step(form: Mapping[str, str], number: int, errors: dict[str, str]) -> Step | None:
    """Fields step_1 (a kind, or '' for no such step), step_1_name of an own one, step_1_who (team, named) and
    step_1_by_UUID of each who decides."""
    at = f"step_{number}"
    kind = next((one for one in KINDS_OF_STEP if one == form.get(at)), None)
    if kind is None:
        return None
    name = " ".join(form.get(f"{at}_name", "").split())[:60] if kind == "own" else ""
    if kind == "own" and not name:
        errors[f"{at}_name"] = "Please name this step."
    named = form.get(f"{at}_who") == "named"
    deciders = tuple(
        UUID(field.removeprefix(f"{at}_by_"))
        for field in form
        if _BY.fullmatch(field) and field.startswith(at)
    )
    if named and not deciders:
        errors[f"{at}_who"] = "Please choose at least one who decides here."
    return Step(kind=kind, name=name, named=named, deciders=deciders if named else ())


def _offer_hours(form: Mapping[str, str], errors: dict[str, str]) -> int | None:
    text = form.get("offer_hours", "")
    if not text:
        return None
    if not (text.isdecimal() and len(text) < 4 and 1 <= int(text) <= LONGEST_OFFER):
        errors["offer_hours"] = "Please enter hours between 1 and 336, or leave it empty."
        return None
    return int(text)


def _capacity(form: Mapping[str, str], errors: dict[str, str]) -> int | None:
    text = form.get("capacity", "")
    if text and not (text.isdecimal() and len(text) < 8):
        errors["capacity"] = "Please enter a whole number, or leave it empty for no limit."
        return None
    return int(text) if text else None


def _texts(form: Mapping[str, str], name: str) -> dict[str, str]:
    return {code: text for code in LANGUAGES if (text := form.get(f"{name}_{code}", "").strip())}


def _colour(form: Mapping[str, str], errors: dict[str, str]) -> int:
    colour = form.get("colour", "1")
    if colour not in tuple("12345678"):
        errors["colour"] = "Please choose a colour from the list."
        return 1
    return int(colour)


def _wall(
    form: Mapping[str, str], name: str, zone: str, errors: dict[str, str], *, required: bool
) -> datetime | None:
    text = form.get(name, "")
    if not text and not required:
        return None
    instant = read_wall(text, zone)
    if instant is None:
        errors[name] = WALL_WRONG
    return instant


def read_wall(text: str, zone: str) -> datetime | None:
    """2025-09-13T10:00 in this IANA zone as an instant; None for what is no such time."""
    try:
        wall = datetime.fromisoformat(text)
    except ValueError:
        return None
    return wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) if wall.year in YEARS else None
