"""Making and editing an event, its categories."""

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response

from emails.languages import LANGUAGES, OWN_NAMES
from service.checkin.operations import ensure_default_point
from service.core.actor import Actor
from service.core.database import Database
from service.core.errors import Forbidden, Invalid, QonaqError
from service.credentials.operations import Signer
from service.events import operations
from service.events.mail import before_of
from service.events.models import Event
from service.events.queries import get_event, list_category_views
from service.events.schemas import KINDS, STATES, TEXTS, read_event
from service.messages import moved
from service.outbox.bell import Bell
from service.places.models import Places
from service.places.operations import TooManyTaken
from service.questions.operations import copy_questions
from service.registrations.waiting import promote_waiting
from service.web.forms import go, read_form
from service.web.templating import page, sentence
from service.web.words import N_

AT = "/console/{slug:str}/settings"
ZONES = (
    "Asia/Almaty", "Asia/Seoul", "Asia/Tashkent", "Asia/Bishkek", "Asia/Tokyo", "Asia/Shanghai", "Asia/Dubai",
    "Europe/Moscow", "Europe/Istanbul", "Europe/Berlin", "Europe/London", "America/New_York", "UTC",
)  # fmt: skip
MOVE_SAID = {
    "tell": N_("The mails leave in half a minute."), "dismiss": N_("Nobody is told of this change."),
}  # fmt: skip
KIND_WORDS = {
    "forum": N_("Forum"), "ceremony": N_("Ceremony"), "roadshow": N_("Roadshow"), "conference": N_("Conference"),
    "reception": N_("Reception"), "other": N_("Other"),
}  # fmt: skip


def _form_page(
    request: Request[Any, Any, Any], event: Event | None, form: dict[str, str], chosen: list[str],
    refused: QonaqError | None = None, **more: Any,
) -> Response[str]:  # fmt: skip
    errors = refused.errors if isinstance(refused, Invalid) else {}
    known = {"categories": [], "rules": {}, "may": True, "copy": "", "untold": 0, "was": None, **more}
    return page(
        request, "console/event.html", status=422 if refused else 200, event=event, form=form, errors=errors,
        here="settings" if event else "events", chosen=chosen, kinds=KIND_WORDS, states=STATES, zones=ZONES,
        all_languages=[(code, OWN_NAMES[code]) for code in LANGUAGES], **known,
    )  # fmt: skip


def _as_form(event: Event, capacity: int | None = None) -> dict[str, str]:
    form = {"capacity": "" if capacity is None else str(capacity)} | {
        name: str(getattr(event, name)) for name in ("slug", "kind", "state", "zone", "colour", "contact")
    }
    for name in TEXTS:
        form |= {f"{name}_{code}": text for code, text in getattr(event, name).items()}
    for name in ("starts_at", "ends_at", "registration_closes_at"):
        form[name] = _wall(getattr(event, name), event.zone)
    return form


def _wall(instant: datetime | None, zone: str) -> str:
    return instant.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M") if instant else ""


def _host(actor: Actor) -> UUID:
    """The organisation for which this actor may make events. Raises Forbidden."""
    for organisation_id in sorted(actor.organisation_ids):
        if "manage" in actor.needs(organisation_id):
            return organisation_id
    raise Forbidden


@get("/console/events/new", include_in_schema=False)
async def new_event_page(
    request: Request[Any, Any, Any], actor: NamedDependency[Actor], db: NamedDependency[Database]
) -> Response[str]:
    """Empty, or (`?copy=`) with the texts of another, whose categories, rooms and tracks come along."""
    _host(actor)
    copy = request.query_params.get("copy", "")
    if not copy:
        form = {"kind": KINDS[0], "state": "draft", "zone": ZONES[0], "colour": "1"}
        return _form_page(request, None, form, list(LANGUAGES))
    async with db.begin() as session:
        source = await get_event(session, actor, copy, "manage")
        places = await session.get_one(Places, source.id)
    emptied = dict.fromkeys(("slug", "starts_at", "ends_at", "registration_closes_at"), "")
    form = {**_as_form(source, places.capacity), **emptied, "state": "draft"}
    return _form_page(request, None, form, source.languages, copy=copy)


@post("/console/events/new", include_in_schema=False)
async def make_event(
    request: Request[Any, Any, Any], actor: NamedDependency[Actor], db: NamedDependency[Database]
) -> Response[str] | Redirect:
    """A draft that only the team sees, with one gate."""
    organisation_id, form = _host(actor), await read_form(request)
    copy = form.get("copy", "")
    try:
        wanted = read_event(form, form.many("languages"))
        async with db.begin() as session:
            if copy:
                source = await get_event(session, actor, copy, "manage")
                event = await operations.copy_event(session, actor, source, wanted)
                await copy_questions(session, source, event)
            else:
                event = await operations.create_event(session, actor, organisation_id, wanted)
            await ensure_default_point(session, event)
    except Invalid as refused:
        return _form_page(request, None, form, form.many("languages"), refused, copy=copy)
    return go(f"/console/{wanted.slug}/settings", N_("Made. Now add categories, then open it."))


@get(AT, include_in_schema=False)
async def settings_page(
    request: Request[Any, Any, Any],
    slug: FromPath[str],
    actor: NamedDependency[Actor],
    db: NamedDependency[Database],
) -> Response[str]:
    """The event and its categories."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "see")
        categories = await list_category_views(session, event.id)
        places = await session.get_one(Places, event.id)
        untold = await moved.count_untold(session, event)
    return _form_page(
        request, event, _as_form(event, places.capacity), event.languages, categories=categories, untold=untold,
        was=before_of(event.moved_from, event),
        may="manage" in actor.needs(event.organisation_id, event.id),
    )  # fmt: skip


@post(AT, include_in_schema=False)
async def save_event(
    request: Request[Any, Any, Any],
    slug: FromPath[str],
    actor: NamedDependency[Actor],
    db: NamedDependency[Database],
    signer: NamedDependency[Signer],
    bell: NamedDependency[Bell],
    now: NamedDependency[datetime],
) -> Response[str] | Redirect:
    """Guests see it within a second; more places move the waiting list at once."""
    form = await read_form(request)
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        categories = await list_category_views(session, event.id)
    try:
        wanted = read_event(form, form.many("languages"))
        async with db.begin() as session:
            mine = await get_event(session, actor, slug, "manage")
            await moved.settle(session, mine)
            await operations.change_event(session, actor, mine, wanted, now=now)
            for category in categories:
                await promote_waiting(session, category.id, signer=signer, now=now)
    except (Invalid, TooManyTaken) as refused:
        more: dict[str, Any] = {"categories": categories}
        if isinstance(refused, TooManyTaken):
            refused = Invalid({"capacity": sentence(request, refused.say, **refused.data)})
        return _form_page(request, event, form, form.many("languages"), refused, **more)
    bell.ring()
    return go(f"/console/{wanted.slug}/settings", N_("Saved."))


@post(AT + "/moved/{step:str}", include_in_schema=False)
async def decide_move(
    request: Request[Any, Any, Any], slug: FromPath[str], step: FromPath[str], actor: NamedDependency[Actor],
    db: NamedDependency[Database], bell: NamedDependency[Bell], now: NamedDependency[datetime],
) -> Redirect:  # fmt: skip
    """Guests are told of the new date or place, or need not be. Raises NotFound."""
    form = await read_form(request)
    here = f"/console/{slug}" + ("" if form.get("from") == "overview" else "/settings")
    try:
        async with db.begin() as session:
            event = await get_event(session, actor, slug, "manage")
            await moved.decide(session, actor, event, step, form.get("moved_at", ""), now=now)
    except moved.MoveDecided as refused:
        return go(here, refused.say, "error")
    bell.ring()
    return go(here, MOVE_SAID[step])


ROUTES = (
    new_event_page, make_event, settings_page, save_event, decide_move,
)  # fmt: skip
