"""The registration form: what its page needs, and what was typed into it."""

from typing import Any

from litestar import Request
from litestar.response import Response

from service.core.errors import Invalid, QonaqError
from service.core.tokens import new_token
from service.events.models import Event
from service.events.queries import CategoryView, EventFacts
from service.people.models import Card
from service.registrations.countries import countries
from service.registrations.errors import CategoryNotOpen
from service.registrations.schemas import Application, check, read_guest_application
from service.web.forms import Form
from service.web.templating import language_of, page, sentence

# a field that people do not see and robots like to fill
HONEYPOT = "website"
# the fields from top to bottom
ON_PAGE = (
    "category", "native_name", "latin_name", "affiliation", "position", "country", "email", "phone", "language",
    "dietary", "access_needs", "consent",
)  # fmt: skip
CONSENT_CHANGED = "The text has changed since you opened this page. Please read it again."


def choices(event: EventFacts) -> list[CategoryView]:
    """The categories of the public form."""
    return [category for category in event.categories if category.visibility == "public"]


def read(
    form: Form, event: EventFacts, offered: list[CategoryView], known: Card | None = None
) -> Application:
    """What was typed, in stored form, with what the team says of them (`known`: their invitation).

    Raises Invalid with all errors at once, in the order of the page."""
    errors: dict[str, str] = {}
    application = read_guest_application(form, known)
    if application.category not in {category.key for category in offered}:
        errors["category"] = CategoryNotOpen.say
    try:
        checked = check(application, consent_version=event.consent_version)
    except Invalid as refused:
        errors.update(refused.errors)
        on_page = [name for name in ON_PAGE if name in errors]
        raise Invalid({name: errors[name] for name in dict.fromkeys([*on_page, *errors])}) from None
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
    answer = page(request, "site/register.html", status=status, **{**context, **more})
    if status == 429:
        answer.headers["retry-after"] = "60"
    return answer


def _only(offered: list[CategoryView]) -> str:
    """One choice is no choice."""
    return offered[0].key if len(offered) == 1 else ""
