"""What comes in: the card and answers of somebody who wants to come. Errors are English msgids by field."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec

from emails.languages import LANGUAGES
from service.core.errors import Invalid
from service.core.names import search_text, sort_key
from service.people.contacts import (
    COUNTRIES,
    LONGEST_NAME,
    LONGEST_TEXT,
    one_line,
    stored_email,
    stored_phone,
)
from service.people.models import Card
from service.questions.answers import check_answers, chosen_places
from service.questions.facts import QuestionFacts

__all__ = ["COUNTRIES", "LONGEST_NAME", "stored_email"]


class Application(msgspec.Struct, kw_only=True, frozen=True):
    """A card with answers, checked by `check`. `category` is the category's key; `country` ISO 3166-1 alpha-2;
    `language` that of mails; `consent` that the person agreed to the text of `consent_version`.

    `in_languages` is {field: {language: text}} for affiliation, position and salutation; `answers` are those to the
    event's questions, by their keys; `choice_places` the counters of those that have places, by which the field is
    known (both by `check`)."""

    category: str
    native_name: str
    email: str
    latin_name: str = ""
    honorific: str = ""
    salutation: str = ""
    affiliation: str = ""
    position: str = ""
    country: str = ""
    phone: str = ""
    language: str = "en"
    academic_title: str = ""
    name_order: str = "native"
    badge_line: str = ""
    assistant_email: str = ""
    in_languages: dict[str, dict[str, str]] = {}
    dietary: str = ""
    access_needs: str = ""
    answers: dict[str, Any] = {}
    choice_places: dict[UUID, str] = {}
    consent: bool = False
    consent_version: int | None = None

    @property
    def searched(self) -> list[str]:
        """What searches look into, names first."""
        return [
            self.native_name, self.latin_name, self.affiliation, self.position, self.email, self.phone,
            *(text for texts in self.in_languages.values() for text in texts.values()),
        ]  # fmt: skip

    @property
    def search(self) -> str:
        """The text that searches look into."""
        return search_text(*self.searched)

    @property
    def sort_key(self) -> str:
        """Where the name stands in lists."""
        return sort_key(self.native_name, self.latin_name)


LINES = (
    "category", "native_name", "latin_name", "honorific", "salutation", "affiliation", "position", "country", "phone",
    "email", "language", "academic_title", "badge_line", "assistant_email",
)  # fmt: skip
TEXTS = ("name_order", "dietary", "access_needs")
IN_LANGUAGES = ("affiliation", "position", "salutation")
# Protocol's own: a guest neither sees nor changes them.
OF_TEAM = (
    "honorific", "salutation", "academic_title", "name_order", "badge_line", "assistant_email", "in_languages",
)  # fmt: skip


def read_application(form: Mapping[str, str]) -> Application:
    """What the team typed, from posted fields; unchecked."""
    texts: dict[str, Any] = {name: form[name] for name in (*LINES, *TEXTS) if form.get(name)}
    version = form.get("consent_version", "")
    return Application(
        **{"category": "", "native_name": "", "email": "", **texts},
        in_languages={field: texts for field in IN_LANGUAGES if (texts := _texts_in(form, field))},
        consent=form.get("consent", "") == "yes",
        consent_version=int(version) if version.isdecimal() else None,
    )


def _texts_in(form: Mapping[str, str], field: str) -> dict[str, str]:
    return {code: text for code in LANGUAGES if (text := form.get(f"{field}_in_{code}", ""))}


def read_guest_application(form: Mapping[str, str], known: Card | None = None) -> Application:
    """What a guest typed; what is the team's to say comes from `known`, whatever was posted. Unchecked."""
    says = known or Application(category="", native_name="", email="")
    return msgspec.structs.replace(read_application(form), **{name: getattr(says, name) for name in OF_TEAM})


def check(
    application: Application, *, consent_version: int | None, by_team: bool = False,
    questions: Sequence[QuestionFacts] = (), files: Collection[str] = (), reached: bool = False,
) -> Application:  # fmt: skip
    """The application in stored form (lower-case address, E.164 phone). Raises Invalid with every error at once.

    Whoever is `reached` through an assistant may leave out their address.

    The team may leave out consent, e-mail, organisation and answers: they type what they know. `questions` are the
    event's; `files` the ids of uploads that may answer one."""
    errors: dict[str, str] = {}
    changes: dict[str, Any] = {name: one_line(getattr(application, name)) for name in LINES}
    _check_names(changes, errors)
    changes["email"] = _checked_email(changes["email"], errors, required=not by_team and not reached)
    changes["assistant_email"] = _checked_email(
        changes["assistant_email"], errors, required=False, field="assistant_email"
    )
    if application.name_order not in ("native", "latin"):
        errors["name_order"] = "Please choose which name stands first."
    changes["in_languages"] = _checked_in_languages(application.in_languages, errors)
    if changes["country"] and changes["country"] not in COUNTRIES:
        errors["country"] = "Please choose a country from the list."
    changes["phone"] = _checked_phone(changes["phone"], changes["country"], errors)
    if application.language not in LANGUAGES:
        errors["language"] = "Please choose a language from the list."
    for name in ("dietary", "access_needs"):
        if len(getattr(application, name)) > LONGEST_TEXT:
            errors[name] = "Please be shorter: 2,000 characters at most."
    if not by_team and not changes["affiliation"]:
        errors["affiliation"] = "Please enter your organisation, or a dash if there is none."
    if not by_team and consent_version is not None and not application.consent:
        errors["consent"] = "We cannot register you without your consent."
    changes["answers"], wrong = check_answers(
        questions,
        application.answers,
        application.category,
        country=changes["country"],
        by_team=by_team,
        files=files,
    )
    changes["choice_places"] = chosen_places(questions, changes["answers"])
    errors |= wrong
    if errors:
        raise Invalid(errors)
    return msgspec.structs.replace(
        application, **changes, consent_version=consent_version if application.consent else None
    )


def _checked_in_languages(
    given: Mapping[str, Mapping[str, str]], errors: dict[str, str]
) -> dict[str, dict[str, str]]:
    """Without what is empty; fields and languages that we do not know are left out."""
    stored: dict[str, dict[str, str]] = {}
    for field in IN_LANGUAGES:
        for code, text in given.get(field, {}).items():
            line = one_line(text)
            if len(line) > LONGEST_NAME:
                errors[f"{field}_in_{code}"] = "Please be shorter: 200 characters at most."
            if line and code in LANGUAGES:
                stored.setdefault(field, {})[code] = line
    return stored


def _check_names(changes: Mapping[str, Any], errors: dict[str, str]) -> None:
    if not changes["native_name"]:
        errors["native_name"] = "Please enter the full name."
    for name in (
        "native_name", "latin_name", "affiliation", "position", "honorific", "salutation", "academic_title",
        "badge_line",
    ):  # fmt: skip
        if len(changes[name]) > LONGEST_NAME:
            errors[name] = "Please be shorter: 200 characters at most."
    latin = changes["latin_name"]
    if latin and not any("a" <= letter.lower() <= "z" for letter in latin):
        errors["latin_name"] = "Please write this name in Latin letters, as in the passport."


def _checked_email(text: str, errors: dict[str, str], *, required: bool, field: str = "email") -> str:
    if not text:
        if required:
            errors[field] = "Please enter an e-mail address: your confirmation goes there."
        return ""
    address = stored_email(text)
    if address is None:
        errors[field] = "This does not look like an e-mail address. Example: name@company.kz"
    return address or text


def _checked_phone(text: str, country: str, errors: dict[str, str]) -> str:
    if not text:
        return ""
    number = stored_phone(text, country)
    if number is None:
        errors["phone"] = "Please enter the number with its country code, for example +7 701 123 45 67."
    return number or text
