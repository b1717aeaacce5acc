"""The delegate list: find, filter, choose, decide on many at once."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response
from sqlalchemy.ext.asyncio import AsyncSession

from emails.languages import country_name
from service.badges.making import list_badges
from service.badges.press import draw
from service.console import words
from service.core.actor import Actor
from service.core.database import Database
from service.core.errors import QonaqError
from service.core.names import lang_of_name
from service.credentials.operations import Signer
from service.events.models import Event
from service.events.queries import get_event, list_category_views
from service.outbox.bell import Bell
from service.registrations import operations, queries
from service.registrations.errors import NoCredential, ReasonMissing
from service.registrations.queries import Filter
from service.settings import Settings
from service.web.forms import Form, go, read_form
from service.web.templating import N_, language_of, page, sentence

LIST = "/console/{slug:str}/guests"
MOST = 500  # decided in one transaction; more is done part by part
DONE = {
    "approve": N_("%(count)s approved."),
    "reject": N_("%(count)s rejected."),
    "cancel": N_("%(count)s cancelled."),
}


def read_filter(source: Any) -> Filter:
    """From the URL or a form's hidden fields; unknown fields are left out."""
    given = {name: str(source.get(name, "")) for name in Filter.__struct_fields__}
    return Filter(**{name: value for name, value in given.items() if value})


def query_of(wanted: Filter, **changed: str) -> str:
    """The same filter as a query string, without what is empty."""
    fields = {**msgspec.structs.asdict(wanted), **changed}
    return urlencode(
        {name: value for name, value in fields.items() if value and (name, value) != ("sort", "name")}
    )


@get(LIST, include_in_schema=False)
async def guests_page(
    request: Request[Any, Any, Any],
    slug: FromPath[str],
    actor: NamedDependency[Actor],
    db: NamedDependency[Database],
) -> Response[str]:
    """Fifty at a time. The filter is the address."""
    wanted = read_filter(request.query_params)
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "see")
        categories = await list_category_views(session, event.id)
        guests = await queries.list_registrations(session, event.id, wanted)
        total = await queries.count_registrations(session, event.id, wanted)
        countries = await queries.list_countries(session, event.id)
        arrived = await queries.list_arrived(session, [guest.id for guest in guests])
    language = language_of(request)
    named = sorted(((code, country_name(code, language)) for code in countries), key=lambda pair: pair[1])
    return page(
        request, "console/guests.html", event=event, here="guests", guests=guests, total=total, wanted=wanted,
        categories={c.id: c for c in categories}, countries=named, sources=words.SOURCES, arrived=arrived,
        query_of=query_of, lang_of_name=lang_of_name,
        after=str(guests[-1].id) if len(guests) == queries.PAGE else "",
        may="manage" in actor.needs(event.organisation_id, event.id),
    )  # fmt: skip


@post(LIST + "/decide", include_in_schema=False)
async def decide(
    request: Request[Any, Any, Any], slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database],
    signer: NamedDependency[Signer], bell: NamedDependency[Bell], now: NamedDependency[datetime],
) -> Redirect:  # fmt: skip
    """Approve, reject or cancel those chosen; one that cannot be does not stop the others."""
    form = await read_form(request)
    back = f"/console/{slug}/guests?{query_of(read_filter(form), after='')}"
    action, reason = form.get("action", ""), form.get("reason", "")
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        ids = await _chosen(session, event, form)
    if action not in DONE or not ids:
        return go(back, N_("Please choose guests, and what to do."), "error")
    if action == "reject" and not reason:
        return go(back, ReasonMissing.say, "error")
    done, refused = 0, ""
    for start in range(0, len(ids), MOST):
        async with db.begin() as session:
            count, why = await _decide(
                session, actor, event, ids[start : start + MOST], action, reason, signer, now
            )
        done, refused = done + count, refused or why
    bell.ring()
    say = sentence(request, DONE[action], count=done)
    if done < len(ids):
        say += " " + sentence(request, N_("%(count)s could not be:"), count=len(ids) - done) + " " + refused
    return go(back, say, "success" if done == len(ids) else "error")


async def _chosen(session: AsyncSession, event: Event, form: Form) -> list[UUID]:
    if form.get("all") == "yes":
        return sorted(await queries.list_ids(session, event.id, read_filter({**form, "after": ""})))
    return sorted({found for text in form.many("id") if (found := queries.as_id(text))})


async def _decide(
    session: AsyncSession,
    actor: Actor,
    event: Event,
    ids: list[UUID],
    action: str,
    reason: str,
    signer: Signer,
    now: datetime,
) -> tuple[int, str]:
    """In the order of ids, so that two organizers never wait for each other in a circle."""
    steps: dict[str, Callable[[UUID], Awaitable[object]]] = {
        "approve": lambda one: operations.approve(session, actor, event, one, signer=signer, now=now),
        "reject": lambda one: operations.reject(
            session, actor, event, one, reason=reason, signer=signer, now=now
        ),
        "cancel": lambda one: _cancel(session, actor, event, one, reason, signer, now),
    }
    done, why = 0, ""
    for one in ids:
        try:
            async with session.begin_nested():
                await steps[action](one)
            done += 1
        except QonaqError as refused:
            why = str(refused)
    return done, why


async def _cancel(
    session: AsyncSession, actor: Actor, event: Event, one: UUID, reason: str, signer: Signer, now: datetime
) -> None:
    found = await queries.get_registration(session, event.id, one, lock=True)
    await operations.cancel(session, actor, found, reason=reason, signer=signer, now=now)


@post(LIST + "/badges", include_in_schema=False)
async def badges_of_chosen(
    request: Request[Any, Any, Any], slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database],
    signer: NamedDependency[Signer], settings: NamedDependency[Settings],
) -> Response[bytes]:  # fmt: skip
    """One PDF, a page a badge, of the approved among those chosen. Raises NoCredential if there is none."""
    form = await read_form(request)
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "see")
        ids = await _chosen(session, event, form)
        badges = await list_badges(session, event, ids, base_url=settings.base_url, signer=signer)
    return await pdf(badges, f"badges-{slug}.pdf")


async def pdf(badges: list[Any], name: str) -> Response[bytes]:
    """Drawn beside this process. Raises NoCredential for no badges."""
    if not badges:
        raise NoCredential
    data = await asyncio.to_thread(draw, badges)
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response(data, media_type="application/pdf", headers=headers)


ROUTES = (guests_page, decide, badges_of_chosen)
