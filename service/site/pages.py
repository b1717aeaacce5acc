"""The list of events, and the pages after registering and for a lost link."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response

from service.core.actor import Actor
from service.core.database import Database
from service.core.errors import TooMany
from service.events.queries import get_public_event, list_public_events
from service.outbox.bell import Bell
from service.registrations.operations import send_link_again
from service.registrations.schemas import stored_email
from service.settings import Settings
from service.web.forms import client_address, go, read_form
from service.web.templating import page
from service.web.throttle import Throttle

ANSWER_AFTER = 0.15  # seconds


@asynccontextmanager
async def evenly() -> AsyncIterator[None]:
    """Answers take the same time whether an address is known or not (ASVS 5.0 6.3.8)."""
    began = time.monotonic()
    try:
        yield
    finally:
        await asyncio.sleep(max(0.0, ANSWER_AFTER - (time.monotonic() - began)))


@get("/", include_in_schema=False)
async def home(
    request: Request[Any, Any, Any], db: NamedDependency[Database], now: NamedDependency[datetime],
    visitor: NamedDependency[Actor | None],
) -> Response[str]:  # fmt: skip
    """All public events: those to come, the nearest first, then the past ones, the latest first."""
    async with db.begin() as session:
        events = await list_public_events(session)
    coming = [event for event in events if event.ends_at >= now]
    past = [event for event in reversed(events) if event.ends_at < now]
    return page(request, "site/home.html", coming=coming, past=past, visitor=visitor)


@get("/e/{slug:str}/thanks", include_in_schema=False)
async def thanks(
    request: Request[Any, Any, Any], slug: FromPath[str], db: NamedDependency[Database],
    settings: NamedDependency[Settings],
) -> Response[str]:  # fmt: skip
    """After the form, the same for everybody: a mail is under way."""
    async with db.begin() as session:
        event = await get_public_event(session, slug)
    return page(request, "site/thanks.html", event=event, inbox_url=settings.inbox_url)


@get("/e/{slug:str}/lost-link", include_in_schema=False)
async def lost_link(
    request: Request[Any, Any, Any], slug: FromPath[str], db: NamedDependency[Database]
) -> Response[str]:
    """Asks for the address."""
    async with db.begin() as session:
        event = await get_public_event(session, slug)
    return page(request, "site/lost_link.html", event=event, sent=False)


@post("/e/{slug:str}/lost-link", include_in_schema=False)
async def send_lost_link(
    request: Request[Any, Any, Any], slug: FromPath[str], db: NamedDependency[Database],
    settings: NamedDependency[Settings], throttle: NamedDependency[Throttle], bell: NamedDependency[Bell],
    now: NamedDependency[datetime],
) -> Response[str] | Redirect:  # fmt: skip
    """The same answer for an unknown address."""
    form = await read_form(request)
    async with db.begin() as session:
        event = await get_public_event(session, slug)
    caller = client_address(request, settings.trusted_proxies)
    try:
        await throttle.check(f"lost-link:{caller}", limit=settings.throttle_per_minute, window=60)
    except TooMany as refused:
        return page(
            request,
            "site/lost_link.html",
            event=event,
            sent=False,
            form=form,
            errors={"email": refused.say},
            status=429,
        )
    email = stored_email(form.get("email", ""))
    if email is None:
        errors = {"email": "This does not look like an e-mail address. Example: name@company.kz"}
        return page(
            request, "site/lost_link.html", event=event, sent=False, form=form, errors=errors, status=422
        )
    async with evenly(), db.begin() as session:
        await send_link_again(session, event.id, email, letter="own_link", now=now)
    bell.ring()
    return go(f"/e/{slug}/lost-link/sent")


@get("/e/{slug:str}/lost-link/sent", include_in_schema=False)
async def lost_link_sent(
    request: Request[Any, Any, Any], slug: FromPath[str], db: NamedDependency[Database]
) -> Response[str]:
    """Says what was done if the address is known, without saying whether it is."""
    async with db.begin() as session:
        event = await get_public_event(session, slug)
    return page(request, "site/lost_link.html", event=event, sent=True)


ROUTES = (home, thanks, lost_link, send_lost_link, lost_link_sent)
