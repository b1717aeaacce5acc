"""The public form. Whoever registers twice is told so by mail only: the answer is the same."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response

from service.core.actor import GUEST
from service.core.database import Database
from service.core.errors import Invalid, TooMany
from service.credentials.operations import Signer
from service.events.cache import Remembered
from service.events.models import Event
from service.events.queries import EventFacts, get_public_event
from service.outbox.bell import Bell
from service.questions.files import WITH_FILES, files_in, settle
from service.questions.queries import Questions
from service.questions.reading import read_typed
from service.questions.typed import Typed
from service.registrations.errors import AlreadyRegistered, RegistrationClosed
from service.registrations.operations import send_link_again
from service.registrations.queries import get_own
from service.registrations.register import register
from service.registrations.schemas import Application
from service.registrations.texts import choose_texts
from service.settings import Settings
from service.site.form import HONEYPOT, choices, form_page, read, ways_of
from service.site.pages import evenly
from service.web.forms import client_address, go, read_form
from service.web.problems import status_of
from service.web.templating import page
from service.web.throttle import Throttle


@get("/e/{slug:str}/register", include_in_schema=False)
async def registration_form(
    request: Request[Any, Any, Any], slug: FromPath[str], db: NamedDependency[Database],
    events: NamedDependency[Remembered[EventFacts]], questions: NamedDependency[Questions],
    settings: NamedDependency[Settings], now: NamedDependency[datetime],
) -> Response[str]:  # fmt: skip
    """Empty, in the reader's language; `?category=` is chosen already."""
    event, facts = await _event(db, events, slug)
    if not facts.open_at(now) or not choices(facts):
        return _closed(request, event)
    asked = request.query_params.get("category", "")
    return form_page(
        request, event, facts, choices(facts), {"category": asked} if asked else {},
        questions=await questions.get(facts.id, facts.version), ways=ways_of(settings),
    )  # fmt: skip


@post("/e/{slug:str}/register", include_in_schema=False, request_max_body_size=WITH_FILES)
async def register_guest(
    request: Request[Any, Any, Any], slug: FromPath[str], db: NamedDependency[Database],
    events: NamedDependency[Remembered[EventFacts]], questions: NamedDependency[Questions],
    settings: NamedDependency[Settings], throttle: NamedDependency[Throttle], signer: NamedDependency[Signer],
    bell: NamedDependency[Bell], now: NamedDependency[datetime],
) -> Response[str] | Redirect:  # fmt: skip
    """Registers, or shows the form again with everything that was typed."""
    form = await read_form(request)
    event, facts = await _event(db, events, slug)
    if form.get(HONEYPOT):
        return go(f"/e/{slug}/thanks")
    asked, typed, ways = await questions.get(facts.id, facts.version), Typed(), ways_of(settings)
    try:
        caller = client_address(request, settings.trusted_proxies)
        await throttle.check(f"register:{caller}", limit=settings.throttle_per_minute, window=60)
        async with db.begin() as session:
            typed = await read_typed(session, settings.master_key, form, asked, facts.id)
        application = read(form, facts, choices(facts), questions=asked, typed=typed, ways=ways)
    except (Invalid, TooMany) as refused:
        return form_page(
            request, event, facts, choices(facts), form, refused, status=status_of(refused), questions=asked,
            typed=typed, ways=ways,
        )  # fmt: skip
    try:
        async with evenly():
            files = files_in(asked, application.answers)
            await _register(
                db, facts, application, form.get("key", ""), files, form.get("texts", "") if ways else "",
                signer=signer, now=now
            )  # fmt: skip
    except Invalid as refused:
        return form_page(
            request, event, facts, choices(facts), form, refused, status=status_of(refused), questions=asked,
            typed=typed, ways=ways,
        )  # fmt: skip
    except RegistrationClosed:
        return _closed(request, event, status=409)
    bell.ring()
    return go(f"/e/{slug}/thanks")


async def _event(db: Database, events: Remembered[EventFacts], slug: str) -> tuple[Event, EventFacts]:
    facts = await events.get(slug)
    async with db.begin() as session:
        return await get_public_event(session, slug), facts


async def _register(
    db: Database, facts: EventFacts, application: Application, key: str, files: list[UUID], channel: str, *,
    signer: Signer, now: datetime,
) -> None:  # fmt: skip
    try:
        done = await register(
            await db.hot(), facts, application, source="web", key=f"form:{key or application.email}"[:200],
            actor=GUEST, signer=signer,
        )  # fmt: skip
        if files and done.new:
            async with db.begin() as session:
                await settle(session, facts.id, done.id, files)
        if channel and done.new:  # the one statement knows nothing of it: few guests choose it
            async with db.begin() as session:
                guest = await get_own(session, done.id, lock=True)
                await choose_texts(session, GUEST, guest, channel, now=now)
    except AlreadyRegistered:
        async with db.begin() as session:
            await send_link_again(session, facts.id, application.email, letter="already_registered", now=now)


def _closed(request: Request[Any, Any, Any], event: Event, status: int = 200) -> Response[str]:
    return page(request, "site/closed.html", event=event, status=status)


ROUTES = (registration_form, register_guest)
