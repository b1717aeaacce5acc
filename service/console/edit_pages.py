"""Adding one person by hand, and correcting one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response
from sqlalchemy.ext.asyncio import AsyncSession

from emails.languages import LANGUAGES, OWN_NAMES
from service.console import words
from service.console.filter_pages import LIST
from service.console.guest_pages import ONE
from service.core.actor import Actor
from service.core.database import Database
from service.core.errors import Conflict, Invalid, QonaqError
from service.core.tokens import new_token
from service.credentials.operations import Signer
from service.events.models import Event
from service.events.queries import CategoryView, facts_of, get_event, list_category_views
from service.lists.addresses import query_of, read_filter
from service.outbox.bell import Bell
from service.questions.facts import QuestionFacts
from service.questions.files import WITH_FILES, files_in, settle
from service.questions.queries import list_questions
from service.questions.reading import read_typed
from service.questions.typed import Typed, typed_of
from service.questions.words import Reader, say_answer, show
from service.registrations import operations, queries
from service.registrations.countries import countries
from service.registrations.models import Registration
from service.registrations.register import register
from service.registrations.schemas import (
    IN_LANGUAGES,
    LINES,
    TEXTS,
    Application,
    check,
    read_application,
    stored_email,
)  # fmt: skip
from service.settings import Settings
from service.web.forms import Form, go, read_form
from service.web.templating import language_of, page, sentence
from service.web.words import N_


class Conflicting(msgspec.Struct, frozen=True):
    """What somebody saved while another typed: who, when, and by field what stands there now; (label, answer) pairs."""

    who: str
    at: datetime
    now: dict[str, str]
    answers: list[tuple[str, str]]


def _form_page(
    request: Request[Any, Any, Any], event: Event, categories: list[CategoryView], form: dict[str, str],
    refused: QonaqError | None = None, guest: Registration | None = None, existing: Registration | None = None,
    conflict: Conflicting | None = None, *, questions: Sequence[QuestionFacts] = (), typed: Typed | None = None,
) -> Response[str]:  # fmt: skip
    reader = Reader(language_of(request), event.languages)
    names = {category.key: category.name for category in categories}
    asked = [msgspec.structs.replace(one, required=False) for one in questions]
    errors = refused.errors if isinstance(refused, Invalid) else {}
    keep = query_of(read_filter(request.query_params))
    return page(
        request, "console/edit.html", status=200 if refused is None else 422, event=event, here="guests", guest=guest,
        categories=categories, form=form, errors=errors, existing=existing, countries=countries(language_of(request)),
        said=sentence(request, refused.say, **refused.data) if refused is not None and not errors else "",
        asked=show(asked, typed or Typed(), reader, names), conflict=conflict, fields=words.FIELDS,
        keep=f"?{keep}" if keep else "",
        languages_of_mail=[(code, OWN_NAMES[code]) for code in LANGUAGES],
    )  # fmt: skip


@get(LIST + "/new", include_in_schema=False)
async def new_guest_page(
    request: Request[Any, Any, Any],
    slug: FromPath[str],
    actor: NamedDependency[Actor],
    db: NamedDependency[Database],
) -> Response[str]:
    """Only the name and the category must be known."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        categories = await list_category_views(session, event.id)
        questions = await list_questions(session, event.id)
    form = {"key": new_token(), "language": event.languages[0]}
    return _form_page(request, event, categories, form, questions=questions)


@post(LIST + "/new", include_in_schema=False, request_max_body_size=WITH_FILES)
async def add_guest(
    request: Request[Any, Any, Any], slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database],
    settings: NamedDependency[Settings], signer: NamedDependency[Signer], bell: NamedDependency[Bell],
) -> Response[str] | Redirect:  # fmt: skip
    """A full category means the waiting list; who is registered already is shown."""
    form = await read_form(request)
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        facts = await facts_of(session, event)
        questions = await list_questions(session, event.id)
        typed = await read_typed(session, settings.master_key, form, questions, event.id)
    try:
        application = _checked(form, questions, typed)
        done = await register(
            await db.hot(), facts, application, source="organizer", key=f"console:{form.get('key', '')}"[:200],
            actor=actor, signer=signer,
        )  # fmt: skip
        if done.new:
            async with db.begin() as session:
                await settle(session, event.id, done.id, files_in(questions, application.answers))
    except QonaqError as refused:
        async with db.begin() as session:
            existing = await queries.find_by_email(
                session, event.id, stored_email(form.get("email", "")) or ""
            )
        return _form_page(
            request,
            event,
            list(facts.categories),
            form,
            refused,
            existing=existing,
            questions=questions,
            typed=typed,
        )
    bell.ring()
    say = (
        N_("Added to the waiting list: the category is full.") if done.state == "waitlisted" else N_("Added.")
    )
    return go(f"/console/{slug}/guests/{done.id}", say)


def _checked(form: Form, questions: Sequence[QuestionFacts], typed: Typed) -> Application:
    """What the team typed. Raises Invalid."""
    application = msgspec.structs.replace(read_application(form), answers=typed.given)
    errors: dict[str, str] = {}
    try:
        checked = check(
            application, consent_version=None, by_team=True, questions=questions, files=typed.files
        )
    except Invalid as refused:
        errors = refused.errors
    if errors := errors | typed.errors:
        raise Invalid(errors)
    return checked


@get(ONE + "/edit", include_in_schema=False)
async def edit_guest_page(
    request: Request[Any, Any, Any], slug: FromPath[str], registration_id: FromPath[UUID],
    actor: NamedDependency[Actor], db: NamedDependency[Database], settings: NamedDependency[Settings],
) -> Response[str]:  # fmt: skip
    """The details as they are."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        guest = await queries.get_registration(session, event.id, registration_id)
        categories = await list_category_views(session, event.id)
        questions = await list_questions(session, event.id)
        typed = await typed_of(session, settings.master_key, questions, guest.answers, guest.id)
    form = form_of(guest, categories)
    return _form_page(request, event, categories, form, guest=guest, questions=questions, typed=typed)


@post(ONE + "/edit", include_in_schema=False, request_max_body_size=WITH_FILES)
async def edit_guest(
    request: Request[Any, Any, Any], slug: FromPath[str], registration_id: FromPath[UUID],
    actor: NamedDependency[Actor], db: NamedDependency[Database], settings: NamedDependency[Settings],
    now: NamedDependency[datetime],
) -> Response[str] | Redirect:  # fmt: skip
    """Saved, unless somebody changed it meanwhile: then what was typed stays, and the new version is taken."""
    form = await read_form(request)
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        await queries.get_registration(session, event.id, registration_id)
        questions = await list_questions(session, event.id)
        typed = await read_typed(session, settings.master_key, form, questions, event.id, registration_id)
    try:
        application = _checked(form, questions, typed)
        async with db.begin() as session:
            event = await get_event(session, actor, slug, "manage")
            guest = await queries.get_registration(session, event.id, registration_id, lock=True)
            version = int(form["version"]) if form.get("version", "").isdecimal() else None
            await operations.change(
                session, actor, guest, application, expected_version=version, questions=questions
            )
            await operations.move_category(session, actor, guest, application.category, now=now)
    except QonaqError as refused:
        async with db.begin() as session:
            event = await get_event(session, actor, slug, "manage")
            guest = await queries.get_registration(session, event.id, registration_id)
            categories = await list_category_views(session, event.id)
            conflict = None
            if type(refused) is Conflict:
                reader = Reader(language_of(request), event.languages)
                conflict = await _conflict(session, guest, categories, form)
                conflict.answers.extend(_other_answers(questions, guest, application.answers, reader))
        return _form_page(
            request,
            event,
            categories,
            form,
            refused,
            guest=guest,
            conflict=conflict,
            questions=questions,
            typed=typed,
        )
    keep = query_of(read_filter(request.query_params))
    return go(f"/console/{slug}/guests/{registration_id}" + (f"?{keep}" if keep else ""), N_("Saved."))


async def _conflict(
    session: AsyncSession, guest: Registration, categories: list[CategoryView], form: dict[str, str]
) -> Conflicting:
    """What differs from what was typed; the next save is one over this version."""
    form["version"] = str(guest.version)
    latest = next(line for line in await queries.list_timeline(session, guest.id) if line.kind == "change")
    stored = form_of(guest, categories)
    names = [*LINES, *TEXTS, *(f"{field}_in_{code}" for field in IN_LANGUAGES for code in LANGUAGES)]
    now = {name: stored.get(name, "") for name in names if stored.get(name, "") != form.get(name, "")}
    return Conflicting(latest.who, latest.at, now, [])


def _other_answers(
    questions: Sequence[QuestionFacts], guest: Registration, mine: dict[str, Any], reader: Reader
) -> list[tuple[str, str]]:
    """(label, answer) of what stands there now and is not what was typed."""
    other = [one for one in questions if mine.get(one.key) != guest.answers.get(one.key)]
    return [(reader.text(one.label), say_answer(one, guest.answers.get(one.key), reader)) for one in other]


def form_of(guest: Registration, categories: list[CategoryView]) -> dict[str, str]:
    """The details as the fields of the form have them, and the version they are of."""
    form = {name: getattr(guest, name) for name in (*LINES, *TEXTS) if name != "category"}
    for field, texts in guest.in_languages.items():
        form |= {f"{field}_in_{code}": text for code, text in texts.items()}
    category = next(c.key for c in categories if c.id == guest.category_id)
    return form | {"category": category, "version": str(guest.version)}


ROUTES = (new_guest_page, add_guest, edit_guest_page, edit_guest)
