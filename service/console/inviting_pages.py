"""Inviting: pasted lines or CSV, people of the directory, guests of another event."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Redirect, Response
from sqlalchemy.ext.asyncio import AsyncSession

from emails.languages import LANGUAGES, OWN_NAMES
from service.console.invitation_pages import AT
from service.core.actor import Actor
from service.core.database import Database
from service.core.errors import Forbidden, Invalid, NotFound
from service.core.names import lang_of_name
from service.directory.queries import list_people_ids, list_tags
from service.events.models import Event
from service.events.queries import CategoryView, get_event, list_category_views, list_events
from service.events.schemas import WALL_WRONG, read_wall
from service.invitations import operations, queries
from service.invitations.errors import DefaultsWrong, LinesWrong, NobodyToInvite, TooManyPeople
from service.invitations.operations import Offer
from service.invitations.schemas import MOST, read_companions_allowed, read_guests
from service.lists.answers import scope_of
from service.lists.errors import FilterUnclear
from service.lists.language import read
from service.lists.queries import Filter, select_within
from service.outbox.bell import Bell
from service.registrations.models import Registration
from service.web.forms import Form, go, read_form
from service.web.templating import page, sentence
from service.web.words import N_

LARGEST = 2_000_000  # bytes of a list
NOT_UTF8 = N_("This file is not UTF-8: save it as “CSV UTF-8” and choose it again.")
TOO_LARGE = N_("This file is larger than 2 MB: please invite in parts.")
MOST_SHOWN = 200  # with a box to tick each
NOT_A_CATEGORY = N_("Please choose a category of this event.")


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """Where people come from, as the address says it: the directory (words, tag), or the guests of another event whom a
    filter of its list finds."""

    kind: str = "directory"
    q: str = ""
    tag: str = ""
    event: str = ""
    where: str = "state:approved"


def read_source(given: dict[str, str]) -> Source:
    """NUL is left out: PostgreSQL cannot hold it."""
    clean = {name: given[name].replace("\0", "") for name in ("q", "tag", "event", "where") if name in given}
    return Source(kind="event" if given.get("from") == "event" else "directory", **clean)


@get(AT + "/new", include_in_schema=False)
async def invite_page(
    request: Request[Any, Any, Any], slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database],
) -> Response[str]:  # fmt: skip
    """One field for lines, one for a file."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        return await _form_page(request, session, event, {"language": event.languages[0]}, {})


async def _form_page(
    request: Request[Any, Any, Any], session: AsyncSession, event: Event, form: dict[str, str],
    errors: dict[str, str], wrong: dict[str, str] | None = None,
) -> Response[str]:  # fmt: skip
    return page(
        request, "console/invite.html", status=422 if errors or wrong else 200, event=event, here="invitations",
        categories=await list_category_views(session, event.id), waves=await queries.list_waves(session, event.id),
        form=form, errors=errors, wrong=wrong or {},
        languages_of_mail=[(code, OWN_NAMES[code]) for code in LANGUAGES],
    )  # fmt: skip


@post(AT + "/new", include_in_schema=False)
async def invite_people(
    request: Request[Any, Any, Any], slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database],
    bell: NamedDependency[Bell], now: NamedDependency[datetime],
) -> Response[str] | Redirect:  # fmt: skip
    """All or nobody: wrong lines are named by number, and everything typed stays."""
    form = await read_form(request)
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        try:
            form["lines"] = await _lines(form)
            categories = await list_category_views(session, event.id)
            offer = await _offer(session, event, form, now)
            guests = read_guests(
                form["lines"], categories, language=form.get("language", "en"), category=form.get("category", ""),
                companions=offer.plus_ones,
            )  # fmt: skip
        except LinesWrong as refused:
            return await _form_page(request, session, event, form, {}, refused.errors)
        except Invalid as refused:
            return await _form_page(request, session, event, form, refused.errors)
        invited = await operations.invite(session, actor, event, guests, categories, offer=offer, now=now)
    bell.ring()
    return _done(request, slug, invited, len(guests), offer)


async def _offer(session: AsyncSession, event: Event, form: Form, now: datetime) -> Offer:
    """How these are invited. Raises DefaultsWrong."""
    text = form.get("answer_by", "")
    until = read_wall(text, event.zone) if text else None
    if text and (until is None or until <= now):
        raise DefaultsWrong({"answer_by": WALL_WRONG if until is None else "Please choose a time to come."})
    try:
        wave = await queries.find_wave(session, event.id, form.get("wave", ""))
    except NotFound:
        raise DefaultsWrong({"wave": "Please choose a wave of this event."}) from None
    return Offer(
        wave=wave, answer_by=until, plus_ones=read_companions_allowed(form),
        copy_assistant=form.get("copy_assistant") == "yes",
    )  # fmt: skip


def _done(request: Request[Any, Any, Any], slug: str, invited: int, asked: int, offer: Offer) -> Redirect:
    if offer.wave:
        say = sentence(request, N_("In the wave now: %(count)s."), count=invited)
    else:
        say = sentence(request, N_("%(count)s invited."), count=invited)
    if invited < asked:
        say += " " + sentence(request, N_("Invited already: %(count)s."), count=asked - invited)
    return go(f"/console/{slug}/invitations" + (f"?wave={offer.wave.id}" if offer.wave else ""), say)


async def _lines(form: Form) -> str:
    """The file's text if one was chosen, else what was pasted. Raises Invalid."""
    file = form.files.get("file")
    if file is None or not file.filename:
        return form.get("lines", "")
    data = await file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise Invalid({"file": TOO_LARGE})
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid({"file": NOT_UTF8}) from None


@get(AT + "/people", include_in_schema=False)
async def choose_people_page(
    request: Request[Any, Any, Any], slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database],
    now: NamedDependency[datetime], kind: Annotated[str, QueryParameter(name="from")] = "directory",
    q: FromQuery[str] = "", tag: FromQuery[str] = "", former: Annotated[str, QueryParameter(name="event")] = "",
    where: FromQuery[str] = "state:approved",
) -> Response[str]:  # fmt: skip
    """Whom a search, a tag or another event's list finds: who can be invited, and who cannot and why."""
    source = read_source({"from": kind, "q": q, "tag": tag, "event": former, "where": where})
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        return await _people_page(request, session, actor, event, source, {}, {}, None)


async def _people_page(
    request: Request[Any, Any, Any], session: AsyncSession, actor: Actor, event: Event, source: Source,
    form: dict[str, str], errors: dict[str, str], chosen: set[str] | None,
) -> Response[str]:  # fmt: skip
    said, ids = "", list[UUID]()
    try:
        ids = await _people_of(session, actor, event, source)
    except FilterUnclear as refused:
        said = sentence(request, refused.say, **refused.data)
    rows, counts = await queries.list_candidates(session, event, ids, MOST_SHOWN)
    others = [
        one for one in await list_events(session, actor)
        if one.organisation_id == event.organisation_id and one.id != event.id
        and "see" in actor.needs(one.organisation_id, one.id)
    ]  # fmt: skip
    return page(
        request, "console/invite_people.html", status=422 if errors or said else 200, event=event,
        here="invitations", source=source, rows=rows, counts=counts, events=others, form=form, errors=errors, said=said,
        tags=await list_tags(session, event.organisation_id) if _sees_all(actor, event) else [],
        directory=_sees_all(actor, event), chosen=chosen, most=MOST_SHOWN, lang_of_name=lang_of_name,
        categories=await list_category_views(session, event.id), waves=await queries.list_waves(session, event.id),
    )  # fmt: skip


def _sees_all(actor: Actor, event: Event) -> bool:
    """The directory is the organisation's: a role at this event is not enough."""
    return "see" in actor.needs(event.organisation_id)


async def _people_of(session: AsyncSession, actor: Actor, event: Event, source: Source) -> list[UUID]:
    """Raises FilterUnclear, Forbidden where the directory is not the actor's to see, NotFound for another's event."""
    if source.kind == "directory":
        if not (source.q or source.tag):
            return []
        if not _sees_all(actor, event):
            raise Forbidden
        return await list_people_ids(session, event.organisation_id, source.q, source.tag, MOST + 1)
    if not source.event:
        return []
    former = await get_event(session, actor, source.event, "see")
    if former.organisation_id != event.organisation_id:
        raise NotFound
    wanted = Filter(part=read(source.where))
    scope = await scope_of(session, former, actor)
    found = select_within(scope, wanted, Registration.person_id)
    rows = await session.execute(found.order_by(Registration.sort_key, Registration.id).limit(MOST + 1))
    return list(dict.fromkeys(rows.scalars()))


@post(AT + "/people", include_in_schema=False)
async def invite_chosen(
    request: Request[Any, Any, Any], slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database],
    bell: NamedDependency[Bell], now: NamedDependency[datetime],
) -> Response[str] | Redirect:  # fmt: skip
    """Those who are ticked, or all whom the search finds; never anybody whom it does not find."""
    form = await read_form(request)
    source = read_source({**form, "event": form.get("former", "")})
    ticked = None if form.get("all") == "yes" else set(form.many("person"))
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        try:
            offer = await _offer(session, event, form, now)
            category = _category(await list_category_views(session, event.id), form.get("category", ""))
            ids = await _people_of(session, actor, event, source)
            chosen = [one for one in ids if ticked is None or str(one) in ticked]
            if not chosen:
                raise NobodyToInvite({"person": "Please choose at least one person."})
            if len(chosen) > MOST:
                raise TooManyPeople({"person": TooManyPeople.say})
        except Invalid as refused:
            return await _people_page(request, session, actor, event, source, form, refused.errors, ticked)
        invited = await operations.invite_people(
            session, actor, event, chosen, category.id, offer=offer, now=now
        )
    bell.ring()
    return _done(request, slug, invited, invited, offer)


def _category(categories: list[CategoryView], key: str) -> CategoryView:
    found = next((one for one in categories if one.key == key), None)
    if found is None:
        raise DefaultsWrong({"category": NOT_A_CATEGORY})
    return found


ROUTES = (invite_page, invite_people, choose_people_page, invite_chosen)
