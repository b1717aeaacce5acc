"""Deciding on many guests of the list: chosen, looked at once more, done, and taken back for half a minute."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from emails.languages import OWN_NAMES
from service.console import bulk_words
from service.console.filter_pages import LIST
from service.core.actor import Actor
from service.core.database import Database
from service.core.errors import Conflict
from service.credentials.operations import Signer
from service.delegations.models import Delegation
from service.events.models import Event
from service.events.queries import get_event, list_category_views
from service.jobs.models import Job
from service.jobs.operations import LEASE, finish_at_once, start, stop
from service.lists.addresses import query_of, read_query
from service.lists.answers import scope_of
from service.lists.bulk import AT_ONCE, DELETE, UNDO_FOR, Plan, carry_out, get_undoable, is_put_off, take_back
from service.lists.queries import PAGE, describe_chosen, list_ids
from service.outbox.bell import Bell
from service.people.models import Tag
from service.registrations import queries
from service.registrations.bulk import BY_STEP
from service.registrations.deciding import get_event_to_decide
from service.registrations.errors import ReasonMissing
from service.registrations.moving import get_or_make_tag
from service.web.forms import Form, go, read_form
from service.web.templating import page, sentence
from service.web.words import N_

SAYS_SOMETHING = ("reject", "cancel", "ask")
NEEDS_MORE = (*SAYS_SOMETHING, "category", "delegation", "tag", "untag")
MISSING = {
    "reject": ReasonMissing.say,
    "ask": N_("Please write what you want to know: it stands in the mail."),
    "category": N_("Please choose a category."),
    "tag": N_("Please name the tag."),
    "untag": N_("Please name the tag."),
}
LONGEST_TAG = 60


@post(LIST + "/decide", include_in_schema=False)
async def decide(
    request: Request[Any, Any, Any], slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database],
    signer: NamedDependency[Signer], bell: NamedDependency[Bell], now: NamedDependency[datetime],
) -> Response[str] | Redirect:  # fmt: skip
    """What needs a word, a place or a tag, and whatever is more than a page shows, is looked at once more."""
    form = await read_form(request)
    back = f"/console/{slug}/guests?{query_of(read_query(form.get('list', '')))}".rstrip("?")
    action, sure = form.get("action", ""), form.get("sure") == "yes"
    async with db.begin() as session:
        event = await (
            get_event_to_decide(session, actor, slug)
            if action in BY_STEP
            else get_event(session, actor, slug, "manage")
        )
        ids = await chosen_ids(session, actor, event, form)
        if action not in bulk_words.ASK or not ids:
            return go(back, N_("Please choose guests, and what to do."), "error")
        if not sure and (
            len(ids) > PAGE or (action in NEEDS_MORE and not form.get("reason")) or action == DELETE
        ):
            return await _ask(request, session, event, form, ids, back)
        plan, error = await _plan(session, event, form, ids)
        if error:
            return await _ask(request, session, event, form, ids, back, error)
        job = await start(
            session,
            actor,
            event,
            "decide",
            msgspec.to_builtins(plan),
            total=len(ids),
            delay=_delay(action, len(ids)),
        )
    if action == DELETE:
        return go(f"{back}{'&' if '?' in back else '?'}did={job.id}")
    if len(ids) > AT_ONCE:
        bell.ring()
        return go(f"/console/{slug}/jobs/{job.id}")
    result = await carry_out(
        db, actor, job_id=job.id, event_id=event.id, organisation_id=event.organisation_id, plan=plan, signer=signer,
        now=now, progress=_nobody_waits,
    )  # fmt: skip
    return await _done(db, job, result, slug, bell)


def _delay(action: str, count: int) -> float:
    """Seconds until a worker may take it."""
    if action == DELETE:
        return UNDO_FOR.total_seconds()
    return LEASE if count <= AT_ONCE else 0.0


async def _nobody_waits(_done: int, _total: int) -> None:
    """So few are done at once."""


async def _done(db: Database, job: Job, result: dict[str, Any], slug: str, bell: Bell) -> Redirect:
    async with db.begin() as session:
        await finish_at_once(session, job.id, result)
    bell.ring()
    return go(f"/console/{slug}/guests?{result['query']}&did={job.id}".replace("?&", "?"))


async def chosen_ids(session: AsyncSession, actor: Actor, event: Event, form: Form) -> list[UUID]:
    """Those ticked, or all that the list finds."""
    if form.get("all") == "yes":
        wanted = msgspec.structs.replace(read_query(form.get("list", "")), after="")
        return await list_ids(session, await scope_of(session, event, actor), wanted)
    return sorted({found for text in form.many("id") if (found := queries.as_id(text))})


async def _plan(session: AsyncSession, event: Event, form: Form, ids: list[UUID]) -> tuple[Plan, str]:
    """What the form asks for, or which of its fields is missing."""
    action, query = form["action"], query_of(read_query(form.get("list", "")))
    words = {
        code: form.get(f"reason_{code}", "")[:1000] for code in event.languages if form.get(f"reason_{code}")
    }
    if form.get("reason"):
        words = {event.languages[0]: form["reason"][:1000]}
    plan = Plan(action=action, ids=ids, words=words, query=query)
    if action in ("reject", "ask") and not words:
        return plan, MISSING[action]
    if action == "category":
        known = {one.key: one.id for one in await list_category_views(session, event.id)}
        return msgspec.structs.replace(plan, category_id=known.get(form.get("category", ""))), (
            "" if form.get("category") in known else MISSING[action]
        )
    if action == "delegation":
        wanted = select(Delegation.id).where(
            Delegation.event_id == event.id, Delegation.name == form.get("delegation", "")
        )
        found = (await session.execute(wanted)).scalar_one_or_none()
        return msgspec.structs.replace(plan, delegation_id=found), ""
    if action in ("tag", "untag"):
        name = " ".join(form.get("tag", "").split())[:LONGEST_TAG]
        if not name:
            return plan, MISSING[action]
        tag = await get_or_make_tag(session, event.organisation_id, name)
        return msgspec.structs.replace(plan, tag_id=tag.id), ""
    return plan, ""


async def _ask(
    request: Request[Any, Any, Any], session: AsyncSession, event: Event, form: Form, ids: Sequence[UUID], back: str,
    error: str = "",
) -> Response[str]:  # fmt: skip
    """How many in which state and language, and a few names: one sees whom it is about."""
    action = form["action"]
    chosen = await describe_chosen(session, event.id, ids)
    tags = select(Tag.name).where(Tag.organisation_id == event.organisation_id).order_by(Tag.name).limit(200)
    delegations = select(Delegation.name).where(Delegation.event_id == event.id).order_by(Delegation.name)
    return page(
        request, "console/confirm.html", event=event, here="guests", form=form, back=back, action=action,
        title=sentence(request, bulk_words.ASK[action], count=len(ids)), explain=bulk_words.EXPLAIN[action],
        button_word=bulk_words.BUTTON[action], ids=[] if form.get("all") == "yes" else ids, count=len(ids),
        chosen=chosen, error=error, says=action in SAYS_SOMETHING,
        spoken=_spoken(event, chosen.languages),
        categories=await list_category_views(session, event.id), tags=list((await session.execute(tags)).scalars()),
        delegations=list((await session.execute(delegations.limit(500))).scalars()),
        status=422 if error else 200,
    )  # fmt: skip


def _spoken(event: Event, languages: Mapping[str, int]) -> list[tuple[str, str, int]]:
    """The event's languages in which any of them gets mails, at least the first one."""
    used = [code for code in event.languages if languages.get(code)] or event.languages[:1]
    return [(code, OWN_NAMES[code], languages.get(code, 0)) for code in used]


@post("/console/{slug:str}/jobs/{job_id:uuid}/undo", include_in_schema=False)
async def undo(
    request: Request[Any, Any, Any], slug: FromPath[str], job_id: FromPath[UUID], actor: NamedDependency[Actor],
    db: NamedDependency[Database], bell: NamedDependency[Bell], now: NamedDependency[datetime],
) -> Redirect:  # fmt: skip
    """As long as its mails wait, and by the one who decided."""
    try:
        async with db.begin() as session:
            event = await get_event_to_decide(session, actor, slug)
            first = await get_undoable(session, actor, event.id, job_id, now)
            if is_put_off(first):
                await stop(session, first)
                kept = f"/console/{slug}/guests?{first.input['query']}".rstrip("?")
                return go(kept, bulk_words.LEFT[first.input["action"]])
            many = first.total > AT_ONCE
            job = await start(
                session, actor, event, "undo", {"job": str(job_id)}, total=first.total, delay=0.0 if many else LEASE
            )  # fmt: skip
    except Conflict as late:
        return go(f"/console/{slug}/guests", sentence(request, late.say), "error")
    if many:
        bell.ring()
        return go(f"/console/{slug}/jobs/{job.id}")
    result = await take_back(
        db, actor, job_id=job_id, event_id=event.id, organisation_id=event.organisation_id,
        plan=msgspec.convert(first.input, Plan), now=now, progress=_nobody_waits,
    )  # fmt: skip
    return await _done(db, job, result, slug, bell)


ROUTES = (decide, undo)
