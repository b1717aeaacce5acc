"""What organizers say about a delegation: as JSON, or typed into the console."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Literal

import msgspec

from emails.languages import LANGUAGES
from service.delegations.errors import DelegationInvalid
from service.delegations.models import KINDS
from service.events.schemas import WALL_WRONG, read_wall
from service.people.contacts import COUNTRIES, LONGEST_NAME, one_line, stored_email

MOST_PLACES = 99_999
Quotas = dict[str, Annotated[int, msgspec.Meta(ge=0, le=MOST_PLACES)] | None]


class DelegationForm(msgspec.Struct, frozen=True, kw_only=True):
    """`quotas` are places by category key; None means no limit, and a category that is left out is not for them.
    Without any, the delegation may bring guests of every public category. `deadline` with offset."""

    kind: Literal["country", "company"] = "company"
    name: str
    country: str = ""
    focal_name: str = ""
    focal_email: str = ""
    focal_language: str = "en"
    deadline: datetime | None = None
    quotas: Quotas = {}


def read_delegation(form: Mapping[str, str], categories: Sequence[str], zone: str) -> DelegationForm:
    """The console's fields; `bring_KEY` ticks a category, `quota_KEY` limits it ('' for no limit), `deadline` is local
    time of the event's `zone`. Raises DelegationInvalid with every error at once."""
    errors: dict[str, str] = {}
    quotas: Quotas = {}
    for key in categories:
        text = form.get(f"quota_{key}", "")
        if form.get(f"bring_{key}") != "yes" and not text:
            continue
        if text and not (text.isdecimal() and int(text) <= MOST_PLACES):
            errors[f"quota_{key}"] = "Please enter a whole number, or leave it empty for no limit."
            continue
        quotas[key] = int(text) if text else None
    deadline = None
    if text := form.get("deadline", ""):
        deadline = read_wall(text, zone)
        if deadline is None:
            errors["deadline"] = WALL_WRONG
    kind = form.get("kind", "company")
    if kind not in KINDS:
        errors["kind"] = "Please choose a kind from the list."
    delegation = DelegationForm(
        kind="country" if kind == "country" else "company", name=form.get("name", ""), country=form.get("country", ""),
        focal_name=form.get("focal_name", ""), focal_email=form.get("focal_email", ""),
        focal_language=form.get("focal_language", "en"), deadline=deadline, quotas=quotas,
    )  # fmt: skip
    return check_delegation(delegation, errors)


def check_delegation(form: DelegationForm, errors: dict[str, str] | None = None) -> DelegationForm:
    """In stored form. Raises DelegationInvalid."""
    errors = dict(errors or {})
    name, focal_name = one_line(form.name), one_line(form.focal_name)
    if not name:
        errors["name"] = "Please name the delegation: a country, a ministry, a company."
    if len(name) > LONGEST_NAME:
        errors["name"] = "Please be shorter: 200 characters at most."
    if len(focal_name) > LONGEST_NAME:
        errors["focal_name"] = "Please be shorter: 200 characters at most."
    if form.country and form.country not in COUNTRIES:
        errors["country"] = "Please choose a country from the list."
    if form.focal_language not in LANGUAGES:
        errors["focal_language"] = "Please choose a language from the list."
    email = stored_email(one_line(form.focal_email)) if form.focal_email else ""
    if email is None:
        errors["focal_email"] = "This does not look like an e-mail address. Example: name@company.kz"
    if form.deadline is not None and form.deadline.tzinfo is None:
        errors["deadline"] = "Please give the time with its offset, for example 2025-09-13T10:00+05:00."
    if errors:
        raise DelegationInvalid(errors)
    return msgspec.structs.replace(form, name=name, focal_name=focal_name, focal_email=email or "")
