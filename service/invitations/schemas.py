"""Lists of people to invite: pasted lines or CSV, with name, e-mail, language and category in any order."""

import csv
import io
import re
from collections.abc import Iterable

import msgspec

from emails.languages import LANGUAGES, OWN_NAMES
from service.events.queries import CategoryView
from service.invitations.errors import DefaultsWrong, LinesWrong, NobodyToInvite
from service.registrations.schemas import LONGEST_NAME, stored_email

MOST = 5_000
COLUMNS = ("name", "email", "language", "category", "organisation", "position", "country")
HEADINGS = {
    "name": "name", "full name": "name", "имя": "name", "фио": "name", "аты-жөні": "name", "이름": "name",
    "email": "email", "e-mail": "email", "mail": "email", "почта": "email", "эл. почта": "email", "이메일": "email",
    "language": "language", "lang": "language", "язык": "language", "тіл": "language", "언어": "language",
    "category": "category", "категория": "category", "санат": "category", "구분": "category",
    "organisation": "organisation", "organization": "organisation", "company": "organisation",
    "организация": "organisation",
    "position": "position", "title": "position", "должность": "position", "country": "country", "страна": "country",
}  # fmt: skip
ANGLED = re.compile(r"^(?P<name>[^<>]*)<(?P<email>[^<>]+)>$")


class Guest(msgspec.Struct, frozen=True, kw_only=True):
    """One person to invite; `category` is a category's key, `email` in stored form."""

    name: str
    email: str
    language: str
    category: str
    organisation: str = ""
    position: str = ""
    country: str = ""


def read_guests(
    text: str, categories: Iterable[CategoryView], *, language: str, category: str
) -> list[Guest]:
    """One per line; missing language and category take the defaults. Raises NobodyToInvite, LinesWrong, and
    DefaultsWrong when a default that is needed does not exist."""
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
            guests.append(_guest(found, known, language=language, category=category))
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
            rows.append([cell.strip() for cell in row])
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
    if stored_email(found.get("email", "")) is None:
        return "The e-mail address is missing or cannot be right."
    if (language := found.get("language", "")) and _language(language) is None:
        return "The language is not one of: en, kk, ru, ko."
    if (category := found.get("category", "")) and _category(category, known) is None:
        return "There is no such category at this event."
    return ""


def _language(text: str) -> str | None:
    wanted = text.casefold()
    return next((c for c in LANGUAGES if wanted in (c, OWN_NAMES[c].casefold())), None)


def _category(text: str, known: dict[str, CategoryView]) -> str | None:
    wanted = text.casefold()
    return next(
        (k for k, c in known.items() if wanted == k or wanted in {n.casefold() for n in c.name.values()}),
        None,
    )


def _guest(found: dict[str, str], known: dict[str, CategoryView], *, language: str, category: str) -> Guest:
    return Guest(
        name=" ".join(found["name"].split()),
        email=stored_email(found["email"]) or "",
        language=_language(found.get("language", "")) or language,
        category=_category(found.get("category", ""), known) or category,
        organisation=found.get("organisation", ""),
        position=found.get("position", ""),
        country=found.get("country", "").upper() if len(found.get("country", "")) == 2 else "",
    )
