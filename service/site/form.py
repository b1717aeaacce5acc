"""The registration form: what its page needs, and what was typed into it."""

from collections.abc import Sequence
from typing import Any

import msgspec
from litestar import Request
from litestar.response import Response

from service.core.errors import Invalid, QonaqError
from service.core.tokens import new_token
from service.events.models import Event
from service.events.queries import CategoryView, EventFacts
from service.people.models import Card
from service.questions.facts import QuestionFacts
from service.questions.typed import Typed
from service.questions.words import Reader, show
from service.registrations.countries import countries
from service.registrations.errors import CategoryNotOpen
from service.registrations.schemas import Application, check, read_guest_application
from service.registrations.texts import CHANNEL_NAMES, check_wish
from service.settings import Settings
from service.web.forms import Form
from service.web.templating import language_of, page, sentence

# a field that people do not see and robots like to fill
HONEYPOT = "website"
# the fields from top to bottom
ON_PAGE = (
    "category", "native_name", "latin_name", "affiliation", "position", "country", "email", "phone", "texts",
    "language", "dietary", "access_needs", "consent",
)  # fmt: skip
CONSENT_CHANGED = "The text has changed since you opened this page. Please read it again."


def ways_of(settings: Settings) -> list[tuple[str, str]]:
    """By which short texts can reach a guest: (channel, name)."""
    return [(channel, CHANNEL_NAMES[channel]) for channel in settings.channels]


def choices(event: EventFacts) -> list[CategoryView]:
    """The categories of the public form."""
    return [category for category in event.categories if category.visibility == "public"]


def read(
    form: Form, event: EventFacts, offered: list[CategoryView], known: Card | None = None,
    *, questions: Sequence[QuestionFacts] = (), typed: Typed | None = None, ways: Sequence[tuple[str, str]] = (),
) -> Application:  # fmt: skip
    """What was typed, in stored form, with what the team says of them (`known`: their invitation); `typed` are their
    answers to the event's `questions`, `ways` those of short texts that they may choose from. Raises Invalid with all
    errors at once, in the order of the page."""
    typed = typed or Typed()
    errors: dict[str, str] = {}
    application = msgspec.structs.replace(read_guest_application(form, known), answers=typed.given)
    if application.category not in {category.key for category in offered}:
        errors["category"] = CategoryNotOpen.say
    try:
        checked = check(
            application, consent_version=event.consent_version, questions=questions, files=typed.files,
            reached=bool(application.assistant_email),
        )  # fmt: skip
        if checked.consent and application.consent_version != event.consent_version:
            errors["consent"] = CONSENT_CHANGED
    except Invalid as refused:
        errors |= refused.errors
    try:
        if ways:
            check_wish(form.get("texts", ""), application.phone, dict(ways))
    except Invalid as refused:
        errors = refused.errors | errors
    errors |= {one.field: typed.errors[one.field] for one in questions if one.field in typed.errors}
    if errors:
        raise Invalid(in_order_of_page(errors, questions))
    return checked


def in_order_of_page(errors: dict[str, str], questions: Sequence[QuestionFacts]) -> dict[str, str]:
    """From top to bottom: the questions stand before the consent."""
    names = [*ON_PAGE[:-1], *(one.field for one in questions), ON_PAGE[-1], *errors]
    return {name: errors[name] for name in dict.fromkeys(names) if name in errors}


def form_page(
    request: Request[Any, Any, Any], event: Event, facts: EventFacts, offered: list[CategoryView], form: dict[str, str],
    refused: QonaqError | None = None, status: int = 200, *, questions: Sequence[QuestionFacts] = (),
    typed: Typed | None = None, **more: Any,
) -> Response[str]:  # fmt: skip
    """The page with what was typed, and with what was wrong beside it."""
    language = language_of(request)
    context = form_context(language, event, facts, offered, form, refused, questions, typed or Typed())
    said = "" if refused is None or context["errors"] else sentence(request, refused.say, **refused.data)
    known = {**context, "notice_text": said, "action": request.url.path}
    answer = page(request, "site/register.html", status=status, **{**known, **more})
    if status == 429:
        answer.headers["retry-after"] = "60"
    return answer


def form_context(
    language: str, event: Event, facts: EventFacts, offered: list[CategoryView], form: dict[str, str],
    refused: QonaqError | None, questions: Sequence[QuestionFacts], typed: Typed,
) -> dict[str, Any]:  # fmt: skip
    """What the template of the form wants to know, in one language."""
    names = {category.key: category.name for category in offered}
    known = {"language": language, "country": "", "key": new_token(), "category": _only(offered)}
    return {
        "event": event, "facts": facts, "offered": offered, "form": {**known, **form},
        "errors": refused.errors if isinstance(refused, Invalid) else {}, "countries": countries(language),
        "honeypot": HONEYPOT, "invitation": None, "on_behalf": "", "preview": False, "ways": (),
        "asked": show(questions, typed, Reader(language, event.languages), names),
    }  # fmt: skip


def _only(offered: list[CategoryView]) -> str:
    """One choice is no choice."""
    return offered[0].key if len(offered) == 1 else ""
