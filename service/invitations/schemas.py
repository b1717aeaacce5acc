"""What comes in: lists of people to invite (pasted lines or CSV, columns in any order), how an event invites, waves,
and whom a guest names."""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated

import msgspec

from emails.languages import LANGUAGES, OWN_NAMES
from service.core.errors import Invalid
from service.events.queries import CategoryView
from service.events.schemas import WALL_WRONG, YEARS, read_wall
from service.invitations.errors import DefaultsWrong, LinesWrong, NobodyToInvite, TermsWrong, WaveWrong
from service.people.contacts import one_line
from service.registrations.schemas import LONGEST_NAME, stored_email

MOST = 5_000
MOST_PLUS_ONES = 10
MOST_REMINDERS = 5
MOST_DAYS = 60
MOST_PLACES = 100_000
LONGEST_WAVE = 100
NO_OFFSET = "Please give the time with its offset, for example 2025-09-13T10:00+05:00."
NO_NAME = "Please name the wave: 100 characters at most."
COLUMNS = (
    "name",
    "email",
    "language",
    "category",
    "organisation",
    "position",
    "country",
    "assistant",
    "companions",
)
HEADINGS = {
    "name": "name", "full name": "name", "имя": "name", "фио": "name", "аты-жөні": "name", "이름": "name",
    "email": "email", "e-mail": "email", "mail": "email", "почта": "email", "эл. почта": "email", "이메일": "email",
    "language": "language", "lang": "language", "язык": "language", "тіл": "language", "언어": "language",
    "category": "category", "категория": "category", "санат": "category", "구분": "category",
    "organisation": "organisation", "organization": "organisation", "company": "organisation",
    "организация": "organisation",
    "position": "position", "title": "position", "должность": "position", "country": "country", "страна": "country",
    "assistant": "assistant", "ассистент": "assistant", "помощник": "assistant", "көмекші": "assistant",
    "비서": "assistant", "companions": "companions", "plus": "companions", "plus-ones": "companions",
    "сопровождающие": "companions", "еріп жүрушілер": "companions", "동반자": "companions",
}  # fmt: skip
ANGLED = re.compile(r"^(?P<name>[^<>]*)<(?P<email>[^<>]+)>$")


class Guest(msgspec.Struct, frozen=True, kw_only=True):
    """One person to invite; `category` is a category's key, addresses are in stored form. The assistant gets the
    invitation as well; `companions` may come along."""

    name: str
    email: str
    language: str
    category: str
    organisation: str = ""
    position: str = ""
    country: str = ""
    assistant: str = ""
    companions: int = 0


class TermsForm(msgspec.Struct, frozen=True, kw_only=True):
    """How an event invites; `answer_by` with offset. Without `reminder_days` only a button reminds the silent. Who is
    asked from now on gets a calendar entry with the mail, or none (`with_entry`)."""

    answer_by: datetime | None = None
    reminders: Annotated[int, msgspec.Meta(ge=0, le=MOST_REMINDERS)] = 2
    reminder_days: Annotated[int, msgspec.Meta(ge=1, le=MOST_DAYS)] | None = None
    with_entry: bool = True


class WaveForm(msgspec.Struct, frozen=True, kw_only=True):
    """So many places, and how many days one has to answer (None: until the event's date)."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_WAVE)]
    places: Annotated[int, msgspec.Meta(ge=1, le=MOST_PLACES)]
    answer_days: Annotated[int, msgspec.Meta(ge=1, le=MOST_DAYS)] | None = None


class Companion(msgspec.Struct, frozen=True):
    """Somebody who comes along: the name is whole, in any script."""

    native_name: str
    latin_name: str = ""


def read_terms(form: Mapping[str, str], zone: str) -> TermsForm:
    """`answer_by` is local time of the event's zone. Raises TermsWrong with every error at once."""
    errors: dict[str, str] = {}
    until = read_wall(form["answer_by"], zone) if form.get("answer_by") else None
    if form.get("answer_by") and until is None:
        errors["answer_by"] = WALL_WRONG
    reminders = _whole(form, "reminders", 0, MOST_REMINDERS, errors)
    days = _whole(form, "reminder_days", 1, MOST_DAYS, errors)
    if errors:
        raise TermsWrong(errors)
    return TermsForm(
        answer_by=until, reminders=0 if reminders is None else reminders, reminder_days=days,
        with_entry=form.get("with_entry") == "yes",
    )  # fmt: skip


def check_terms(form: TermsForm) -> TermsForm:
    """Raises TermsWrong for a time without its offset, or one that is none."""
    if form.answer_by is not None and (wrong := _wrong_time(form.answer_by)):
        raise TermsWrong({"answer_by": wrong})
    return form


def check_until(until: datetime | None, now: datetime, field: str) -> datetime | None:
    """A time to come, with its offset. Raises DefaultsWrong at `field`."""
    if until is not None and (wrong := _wrong_time(until)):
        raise DefaultsWrong({field: wrong})
    if until is not None and until <= now:
        raise DefaultsWrong({field: "Please choose a time to come."})
    return until


def _wrong_time(at: datetime) -> str:
    """What is wrong with a time that a program says, '' if nothing."""
    if at.tzinfo is None:
        return NO_OFFSET
    return "" if at.year in YEARS else WALL_WRONG


def check_wave(form: WaveForm) -> WaveForm:
    """The name as one line. Raises WaveWrong when there is none."""
    name = one_line(form.name)
    if not name:
        raise WaveWrong({"name": NO_NAME})
    return msgspec.structs.replace(form, name=name)


def read_wave(form: Mapping[str, str]) -> WaveForm:
    """Raises WaveWrong with every error at once."""
    errors: dict[str, str] = {}
    name = one_line(form.get("name", ""))
    if not 0 < len(name) <= LONGEST_WAVE:
        errors["name"] = NO_NAME
    places = _whole(form, "places", 1, MOST_PLACES, errors)
    if places is None:
        errors["places"] = "Please say how many places there are."
    days = _whole(form, "answer_days", 1, MOST_DAYS, errors)
    if errors:
        raise WaveWrong(errors)
    return WaveForm(name=name, places=places or 1, answer_days=days)


def read_companions_allowed(form: Mapping[str, str]) -> int:
    """How many each may bring. Raises DefaultsWrong."""
    errors: dict[str, str] = {}
    number = _whole(form, "plus_ones", 0, MOST_PLUS_ONES, errors)
    if errors:
        raise DefaultsWrong(errors)
    return number or 0


def _whole(form: Mapping[str, str], field: str, least: int, most: int, errors: dict[str, str]) -> int | None:
    text = form.get(field, "")
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 8 and least <= int(text) <= most):
        errors[field] = "Please enter a whole number that is not too large, or leave it empty."
        return None
    return int(text)


def read_companions(form: Mapping[str, str], most: int) -> list[Companion]:
    """Whom a guest brings: `with_1_name`, `with_1_latin` and so on; empty ones are nobody. Raises Invalid."""
    errors: dict[str, str] = {}
    found = []
    for number in range(1, most + 1):
        name, latin = (
            one_line(form.get(f"with_{number}_name", "")),
            one_line(form.get(f"with_{number}_latin", "")),
        )
        if latin and not name:
            errors[f"with_{number}_name"] = "Please enter the full name."
        if max(len(name), len(latin)) > LONGEST_NAME:
            errors[f"with_{number}_name"] = "Please be shorter: 200 characters at most."
        if name:
            found.append(Companion(name, latin))
    if errors:
        raise Invalid(errors)
    return found


def read_substitute(form: Mapping[str, str], category: str) -> Guest:
    """Whom a guest names to come instead. Raises Invalid with every error at once."""
    errors: dict[str, str] = {}
    given = {name: one_line(form.get(name, "")) for name in ("name", "email", "organisation", "position")}
    if not given["name"]:
        errors["name"] = "Please enter the full name."
    for field, text in given.items():
        if len(text) > LONGEST_NAME:
            errors[field] = "Please be shorter: 200 characters at most."
    email = stored_email(given["email"])
    if email is None:
        errors["email"] = "This does not look like an e-mail address. Example: name@company.kz"
    if form.get("language") not in LANGUAGES:
        errors["language"] = "Please choose a language from the list."
    if errors:
        raise Invalid(errors)
    return Guest(
        name=given["name"], email=email or "", language=form["language"], category=category,
        organisation=given["organisation"], position=given["position"],
    )  # fmt: skip


def read_guests(
    text: str, categories: Iterable[CategoryView], *, language: str, category: str, companions: int = 0
) -> list[Guest]:
    """One per line; missing language, category and number of companions take the defaults. Raises NobodyToInvite,
    LinesWrong, and DefaultsWrong when a default that is needed does not exist."""
    known = {c.key: c for c in categories}
    guests: list[Guest] = []
    errors: dict[str, str] = {}
    columns: tuple[str, ...] = COLUMNS[:4]
    for number, cells in enumerate(_rows(text), start=1):
        if number == 1 and (heading := _heading(cells)) is not None:
            columns = heading
            continue
        if not any(cells):
            continue
        found = _cells(cells, columns)
        problem = _problem(found, known)
        if problem:
            errors[str(number)] = problem
        else:
            guests.append(_guest(found, known, language=language, category=category, companions=companions))
    if len(guests) > MOST:
        errors["1"] = "This is more than 5,000 people: please invite them in parts."
    if errors:
        raise LinesWrong(errors)
    if not guests:
        raise NobodyToInvite({"lines": NobodyToInvite.say})
    if any(guest.category not in known for guest in guests):
        raise DefaultsWrong({"category": "Please choose a category of this event."})
    if any(guest.language not in LANGUAGES for guest in guests):
        raise DefaultsWrong({"language": "Please choose a language from the list."})
    return guests


def _rows(text: str) -> list[list[str]]:
    text = text.lstrip("\ufeff").replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")
    first = text.split("\n", 1)[0]
    delimiter = max(("\t", ";", ","), key=first.count)
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text), delimiter=delimiter):
            rows.append([one_line(cell) for cell in row])
    except csv.Error:  # one field would be longer than 131,072 characters
        wrong = {str(len(rows) + 1): "A quotation mark opens here and is never closed."}
        raise LinesWrong(wrong) from None
    return rows


def _heading(cells: list[str]) -> tuple[str, ...] | None:
    names = tuple(HEADINGS.get(cell.casefold(), "") for cell in cells)
    return names if "email" in names else None


def _cells(cells: list[str], columns: tuple[str, ...]) -> dict[str, str]:
    if len(cells) == 1 and (match := ANGLED.match(cells[0])):
        return {"name": match["name"].strip(' "'), "email": match["email"].strip()}
    return {column: cell for column, cell in zip(columns, cells, strict=False) if column}


def _problem(found: dict[str, str], known: dict[str, CategoryView]) -> str:
    if not found.get("name"):
        return "The name is missing."
    if len(found["name"]) > LONGEST_NAME:
        return "The name is longer than 200 characters."
    if max(len(found.get(name, "")) for name in ("organisation", "position")) > LONGEST_NAME:
        return "The organisation or the position is longer than 200 characters."
    if stored_email(found.get("email", "")) is None:
        return "The e-mail address is missing or cannot be right."
    return _problem_of_choice(found, known)


def _problem_of_choice(found: dict[str, str], known: dict[str, CategoryView]) -> str:
    if (language := found.get("language", "")) and _language(language) is None:
        return "The language is not one of: en, kk, ru, ko."
    if (category := found.get("category", "")) and _category(category, known) is None:
        return "There is no such category at this event."
    if (assistant := found.get("assistant", "")) and stored_email(assistant) is None:
        return "The assistant's e-mail address cannot be right."
    if (number := found.get("companions", "")) and _companions(number) is None:
        return "The number of companions is not a whole number from 0 to 10."
    return ""


def _companions(text: str) -> int | None:
    return int(text) if text in map(str, range(MOST_PLUS_ONES + 1)) else None


def _language(text: str) -> str | None:
    wanted = text.casefold()
    return next((c for c in LANGUAGES if wanted in (c, OWN_NAMES[c].casefold())), None)


def _category(text: str, known: dict[str, CategoryView]) -> str | None:
    wanted = text.casefold()
    return next(
        (k for k, c in known.items() if wanted == k or wanted in {n.casefold() for n in c.name.values()}),
        None,
    )


def _guest(
    found: dict[str, str], known: dict[str, CategoryView], *, language: str, category: str, companions: int
) -> Guest:
    return Guest(
        name=found["name"],
        email=stored_email(found["email"]) or "",
        language=_language(found.get("language", "")) or language,
        category=_category(found.get("category", ""), known) or category,
        organisation=found.get("organisation", ""),
        position=found.get("position", ""),
        country=found.get("country", "").upper() if len(found.get("country", "")) == 2 else "",
        assistant=stored_email(found.get("assistant", "")) or "" if found.get("assistant") else "",
        companions=_companions(found["companions"]) or 0 if found.get("companions") else companions,
    )
