"""One delegation: who is in it, how it stands, its link, and what the team does with it."""

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response
from sqlalchemy.ext.asyncio import AsyncSession

from service.console import words
from service.console.delegations_pages import AT, form_page
from service.core.actor import Actor
from service.core.database import Database
from service.core.errors import NotFound, QonaqError
from service.core.names import lang_of_name
from service.delegations import operations, queries
from service.delegations.models import Delegation
from service.delegations.schemas import read_delegation
from service.events.models import Event
from service.events.queries import CategoryView, get_event, list_category_views
from service.events.schemas import WALL_WRONG, read_wall
from service.outbox.bell import Bell
from service.questions.queries import list_questions
from service.questions.words import Reader, list_unanswered
from service.registrations.queries import as_id, list_timeline
from service.settings import Settings
from service.web.forms import Form, go, read_form
from service.web.templating import language_of, page, sentence
from service.web.words import N_

ONE = AT + "/{delegation_id:uuid}"
DONE = {
    "send": N_("The personal link goes out by mail."),
    "remind": N_("A reminder goes out by mail."),
    "lock": N_("Locked: only the team changes it now."),
    "reopen": N_("Open again: the focal point is told by mail."),
    "renew": N_("The old link has ended. Send the new one."),
    "head": N_("Saved."),
}


@get(ONE, include_in_schema=False)
async def delegation_page(
    request: Request[Any, Any, Any], slug: FromPath[str], delegation_id: FromPath[UUID],
    actor: NamedDependency[Actor], db: NamedDependency[Database], settings: NamedDependency[Settings],
    now: NamedDependency[datetime],
) -> Response[str]:  # fmt: skip
    """Members by name, those who are out below; of each what is still missing."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "see")
        delegation = await queries.get_delegation(session, event.id, delegation_id)
        categories = await list_category_views(session, event.id)
        quotas = await queries.list_quotas(session, delegation.id)
        numbers = (await queries.list_numbers(session, event.id, [delegation.id]))[delegation.id]
        members = await queries.list_members(session, delegation.id)
        questions = await list_questions(session, event.id)
        timeline = await list_timeline(session, delegation.id)
    reader, by_id = Reader(language_of(request), event.languages), {one.id: one for one in categories}
    missing = {
        one.id: list_unanswered(questions, one.answers, by_id[one.category_id].key, reader) for one in members
    }
    may = "manage" in actor.needs(event.organisation_id, event.id)
    link = f"{settings.base_url}/d/{operations.link_token(settings.master_key, delegation)}"
    return page(
        request, "console/delegation.html", event=event, here="delegations", delegation=delegation, quotas=quotas,
        numbers=numbers, members=members, missing=missing, categories=by_id, timeline=timeline, may=may,
        link_of_it=link if may else "", change=words.change, lang_of_name=lang_of_name, now=now,
        names={one.id: one.native_name for one in members},
    )  # fmt: skip


@get(ONE + "/edit", include_in_schema=False)
async def edit_delegation_page(
    request: Request[Any, Any, Any], slug: FromPath[str], delegation_id: FromPath[UUID],
    actor: NamedDependency[Actor], db: NamedDependency[Database],
) -> Response[str]:  # fmt: skip
    """As it is."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        delegation = await queries.get_delegation(session, event.id, delegation_id)
        categories = await list_category_views(session, event.id)
        quotas = await queries.list_quotas(session, delegation.id)
    return form_page(
        request,
        event,
        categories,
        _form_of(delegation, event, categories, quotas),
        delegation_id=delegation.id,
    )


def _form_of(
    delegation: Delegation, event: Event, categories: list[CategoryView], quotas: list[queries.QuotaFacts]
) -> dict[str, str]:
    form = {name: str(getattr(delegation, name)) for name in operations.PLAIN if name != "deadline"}
    if delegation.deadline is not None:
        form["deadline"] = delegation.deadline.astimezone(ZoneInfo(event.zone)).strftime("%Y-%m-%dT%H:%M")
    keys = {category.id: category.key for category in categories}
    for quota in quotas:
        key = keys[quota.category_id]
        form |= {f"bring_{key}": "yes", f"quota_{key}": "" if quota.capacity is None else str(quota.capacity)}
    return form | {"version": str(delegation.version)}


@post(ONE + "/edit", include_in_schema=False)
async def edit_delegation(
    request: Request[Any, Any, Any], slug: FromPath[str], delegation_id: FromPath[UUID],
    actor: NamedDependency[Actor], db: NamedDependency[Database],
) -> Response[str] | Redirect:  # fmt: skip
    """Saved, unless somebody changed it meanwhile."""
    form = await read_form(request)
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        await queries.get_delegation(session, event.id, delegation_id)
        categories = await list_category_views(session, event.id)
    try:
        given = read_delegation(form, [category.key for category in categories], event.zone)
        async with db.begin() as session:
            at = await get_event(session, actor, slug, "manage")
            delegation = await queries.get_delegation(session, at.id, delegation_id, lock=True)
            version = int(form["version"]) if form.get("version", "").isdecimal() else None
            await operations.save_delegation(
                session, actor, at, given, delegation=delegation, expected_version=version
            )
    except QonaqError as refused:
        if refused.code in ("not_found", "forbidden"):
            raise
        return form_page(request, event, categories, form, refused, delegation_id)
    return go(f"/console/{slug}/delegations/{delegation_id}", N_("Saved."))


@post(ONE + "/remove", include_in_schema=False)
async def remove_delegation(
    request: Request[Any, Any, Any], slug: FromPath[str], delegation_id: FromPath[UUID],
    actor: NamedDependency[Actor], db: NamedDependency[Database],
) -> Redirect:  # fmt: skip
    """Only while nobody belongs to it."""
    try:
        async with db.begin() as session:
            event = await get_event(session, actor, slug, "manage")
            delegation = await queries.get_delegation(session, event.id, delegation_id, lock=True)
            await operations.remove_delegation(session, actor, delegation)
    except QonaqError as refused:
        if refused.code in ("not_found", "forbidden"):
            raise
        return go(
            f"/console/{slug}/delegations/{delegation_id}",
            sentence(request, refused.say, **refused.data),
            "error",
        )
    return go(f"/console/{slug}/delegations", N_("The delegation is gone."))


@post(ONE + "/{action:str}", include_in_schema=False)
async def act_on_delegation(
    request: Request[Any, Any, Any], slug: FromPath[str], delegation_id: FromPath[UUID], action: FromPath[str],
    actor: NamedDependency[Actor], db: NamedDependency[Database], bell: NamedDependency[Bell],
    now: NamedDependency[datetime],
) -> Redirect:  # fmt: skip
    """Send or renew the link, remind, lock, open again, name the head."""
    form = await read_form(request)
    here = f"/console/{slug}/delegations/{delegation_id}"
    try:
        async with db.begin() as session:
            event = await get_event(session, actor, slug, "manage")
            if action not in DONE:
                raise NotFound
            delegation = await queries.get_delegation(session, event.id, delegation_id, lock=True)
            until = read_wall(form.get("until", ""), event.zone)
            if form.get("until") and until is None:
                return go(here, WALL_WRONG, "error")
            await _act(session, actor, delegation, action, form, until, now)
    except QonaqError as refused:
        if refused.code in ("not_found", "forbidden"):
            raise
        return go(here, sentence(request, refused.say, **refused.data), "error")
    bell.ring()
    return go(here, DONE[action])


async def _act(
    session: AsyncSession, actor: Actor, delegation: Delegation, action: str, form: Form, until: datetime | None,
    now: datetime,
) -> None:  # fmt: skip
    if action == "send":
        await operations.send_link(session, actor, delegation, now=now)
    elif action == "remind":
        await operations.remind_one(session, actor, delegation, now=now)
    elif action == "lock":
        await operations.lock(session, actor, delegation, now=now)
    elif action == "reopen":
        await operations.reopen(session, actor, delegation, until=until, now=now)
    elif action == "renew":
        await operations.renew_link(session, actor, delegation)
    else:
        head_id = as_id(form.get("member", ""))
        if head_id is not None:
            await queries.get_member(session, delegation.id, head_id)
        await operations.set_head(session, actor, delegation, head_id)


ROUTES = (
    delegation_page, edit_delegation_page, edit_delegation, remove_delegation, act_on_delegation,
)  # fmt: skip
