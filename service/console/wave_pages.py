"""How the event invites: until when, how often the silent are reminded, and waves with their places."""

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response
from sqlalchemy.ext.asyncio import AsyncSession

from service.console.invitation_pages import AT
from service.core.actor import Actor
from service.core.database import Database
from service.core.errors import Invalid
from service.events.models import Event
from service.events.queries import get_event
from service.invitations import queries, reminding, waves
from service.invitations.models import Terms
from service.invitations.schemas import read_terms, read_wave
from service.outbox.bell import Bell
from service.settings import Settings
from service.web.forms import Form, go, read_form
from service.web.templating import page
from service.web.words import N_

SAVED = N_("Saved.")


@get(AT + "/terms", include_in_schema=False)
async def terms_page(
    request: Request[Any, Any, Any], slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database],
    settings: NamedDependency[Settings],
) -> Response[str]:  # fmt: skip
    """A form for the event, one for each wave, one for a new wave."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        return await _page(request, session, event, settings)


async def _page(
    request: Request[Any, Any, Any], session: AsyncSession, event: Event, settings: Settings,
    form: Form | None = None, refused: Invalid | None = None, which: str = "",
) -> Response[str]:  # fmt: skip
    """`which` of the forms was refused: terms, new, or a wave's id; that one keeps what was typed."""
    terms = _shown(await queries.find_terms(session, event.id), event)
    return page(
        request, "console/invitation_terms.html", status=422 if refused else 200, event=event, here="invitations",
        terms=form if form is not None and which == "terms" else terms, which=which,
        waves=await queries.list_waves(session, event.id),
        typed=form or {}, wrong=refused.errors if refused else {}, hears=settings.hears,
    )  # fmt: skip


def _shown(terms: Terms, event: Event) -> dict[str, str]:
    until = terms.answer_by
    wall = until.astimezone(ZoneInfo(event.zone)).strftime("%Y-%m-%dT%H:%M") if until else ""
    days = "" if terms.reminder_days is None else str(terms.reminder_days)
    return {
        "answer_by": wall, "reminders": str(terms.reminders), "reminder_days": days,
        "with_entry": "yes" if terms.with_entry else "",
    }  # fmt: skip


@post(AT + "/terms", include_in_schema=False)
async def save_terms(
    request: Request[Any, Any, Any], slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database],
    settings: NamedDependency[Settings],
) -> Response[str] | Redirect:  # fmt: skip
    """From now on, for all invitations that have no time of their own."""
    form = await read_form(request)
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        try:
            await reminding.set_terms(session, actor, event, read_terms(form, event.zone))
        except Invalid as refused:
            return await _page(request, session, event, settings, form, refused, "terms")
    return go(f"/console/{slug}/invitations/terms", SAVED)


@post(AT + "/waves", include_in_schema=False)
async def add_wave(
    request: Request[Any, Any, Any], slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database],
    now: NamedDependency[datetime], settings: NamedDependency[Settings],
) -> Response[str] | Redirect:  # fmt: skip
    """People come into it when they are invited."""
    form = await read_form(request)
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        try:
            await waves.save_wave(session, actor, event, read_wave(form), now=now)
        except Invalid as refused:
            return await _page(request, session, event, settings, form, refused, "new")
    return go(f"/console/{slug}/invitations/terms", SAVED)


@post(AT + "/waves/{wave_id:uuid}", include_in_schema=False)
async def change_wave(
    request: Request[Any, Any, Any], slug: FromPath[str], wave_id: FromPath[UUID], actor: NamedDependency[Actor],
    db: NamedDependency[Database], bell: NamedDependency[Bell], now: NamedDependency[datetime],
    settings: NamedDependency[Settings],
) -> Response[str] | Redirect:  # fmt: skip
    """More places ask the next at once. Raises NotFound."""
    form = await read_form(request)
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        wave = await queries.get_wave(session, event.id, wave_id, lock=True)
        try:
            await waves.save_wave(session, actor, event, read_wave(form), wave=wave, now=now)
        except Invalid as refused:
            session.expire(wave)
            return await _page(request, session, event, settings, form, refused, str(wave_id))
    bell.ring()
    return go(f"/console/{slug}/invitations/terms", SAVED)


ROUTES = (terms_page, save_terms, add_wave, change_wave)
