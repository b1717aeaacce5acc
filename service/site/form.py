"""The registration form: what its page needs, and what was typed into it."""

from functools import cache
from typing import Any

from litestar import Request
from litestar.response import Response

from emails.languages import country_name
from service.core.errors import Invalid, QonaqError
from service.core.names import sort_key
from service.core.tokens import new_token
from service.events.models import Event
from service.events.queries import CategoryView, EventFacts
from service.registrations.errors import CategoryNotOpen
from service.registrations.schemas import COUNTRIES, Application, check, read_application
from service.web.forms import Form
from service.web.templating import language_of, page, sentence

# a field that people do not see and robots like to fill
HONEYPOT = "website"
NEAR = ("KZ", "KR", "UZ", "KG", "RU", "CN", "JP", "US")
CONSENT_CHANGED = "The text has changed since you opened this page. Please read it again."


@cache
def countries(language: str) -> tuple[tuple[str, str], ...]:
    """(code, name) in the reader's alphabet; those most guests come from stand first."""
    named = sorted(((code, country_name(code, language)) for code in COUNTRIES), key=lambda c: sort_key(c[1]))
    near = [(code, country_name(code, language)) for code in NEAR]
    return (*near, *(one for one in named if one[0] not in NEAR))


def choices(event: EventFacts) -> list[CategoryView]:
    """The categories of the public form."""
    return [category for category in event.categories if category.visibility == "public"]


def read(form: Form, event: EventFacts, offered: list[CategoryView]) -> Application:
    """What was typed, in stored form. Raises Invalid with all errors at once, in the order of the page."""
    errors: dict[str, str] = {}
    application = read_application(form)
    if application.category not in {category.key for category in offered}:
        errors["category"] = CategoryNotOpen.say
    try:
        checked = check(application, consent_version=event.consent_version)
    except Invalid as refused:
        errors.update(refused.errors)
        raise Invalid(errors) from None
    if checked.consent and application.consent_version != event.consent_version:
        errors["consent"] = CONSENT_CHANGED
    if errors:
        raise Invalid(errors)
    return checked


def form_page(
    request: Request[Any, Any, Any], event: Event, facts: EventFacts, offered: list[CategoryView], form: dict[str,
    str],
    refused: QonaqError | None = None, status: int = 200, **more: Any,
) -> Response[str]:  # fmt: skip
    """The page with what was typed, and with what was wrong beside it."""
    language = language_of(request)
    errors = refused.errors if isinstance(refused, Invalid) else {}
    known = {"language": language, "country": "", "key": new_token(), "category": _only(offered)}
    context = {
        "event": event, "facts": facts, "offered": offered, "form": {**known, **form}, "errors": errors,
        "notice_text": "" if refused is None or errors else sentence(request, refused.say, **refused.data),
        "countries": countries(language), "honeypot": HONEYPOT, "invitation": None, "action": request.url.path,
    }  # fmt: skip
    return page(request, "site/register.html", status=status, **{**context, **more})


def _only(offered: list[CategoryView]) -> str:
    """One choice is no choice."""
    return offered[0].key if len(offered) == 1 else ""
