"""What the team does about one guest from the guest's page."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncSession

from service.console.guest_pages import ONE
from service.core.actor import Actor
from service.core.database import Database
from service.core.errors import Forbidden, Invalid, QonaqError
from service.credentials.operations import Signer
from service.events.models import Event
from service.lists.addresses import query_of, read_query
from service.outbox.bell import Bell
from service.registrations import deciding, operations, queries, restoring, waiting
from service.web.forms import Form, go, read_form
from service.web.templating import sentence
from service.web.words import N_

# By whoever stands at a step of approval; the rest is for those who manage the event.
BY_STEP = {
    "approve": N_("Approved. The badge goes out by mail."),
    "reject": N_("Rejected. The reason goes out by mail."),
    "hold": N_("Put on hold. The place is kept."),
    "ask": N_("The question goes out by mail. The place is kept."),
    "note": N_("The note is kept."),
    "watch": N_("Marked as watched."),
    "unwatch": N_("No longer watched."),
}
PASSED = N_("Approved at this step; the next one decides.")
OFFERED = N_("The place is offered to them by mail.")
BY_MANAGERS = {
    "cancel": N_("Cancelled."),
    "promote": N_("Moved up from the waiting list."),
    "restore": N_("Put back as it was before."),
    "send_link": N_("The personal link goes out by mail."),
}


@post(ONE + "/{action:str}", include_in_schema=False)
async def act_on_guest(
    request: Request[Any, Any, Any], slug: FromPath[str], registration_id: FromPath[UUID], action: FromPath[str],
    actor: NamedDependency[Actor], db: NamedDependency[Database], signer: NamedDependency[Signer],
    bell: NamedDependency[Bell], now: NamedDependency[datetime],
) -> Redirect:  # fmt: skip
    """One decision; a refusal is said on the page."""
    form = await read_form(request)
    keep = query_of(read_query(form.get("keep", "")))
    here = f"/console/{slug}/guests/{registration_id}" + (f"?{keep}" if keep else "")
    try:
        async with db.begin() as session:
            event = await deciding.get_event_to_decide(session, actor, slug)
            if action in BY_STEP:
                say = await _decide(session, actor, event, registration_id, action, form, signer, now)
            elif action in BY_MANAGERS:
                say = await _manage(session, actor, event, registration_id, action, form, signer, now)
            else:
                return go(here)
    except QonaqError as refused:
        if refused.code in ("not_found", "forbidden"):
            raise
        why = next(iter(refused.errors.values())) if isinstance(refused, Invalid) else refused.say
        return go(here, sentence(request, why, **refused.data), "error")
    bell.ring()
    return go(here, say)


async def _decide(
    session: AsyncSession, actor: Actor, event: Event, registration_id: UUID, action: str, form: Form, signer: Signer,
    now: datetime,
) -> str:  # fmt: skip
    word = form.get("reason", "")[:1000]
    if action == "approve":
        done = await deciding.approve(session, actor, event, registration_id, signer=signer, now=now)
        return BY_STEP[action] if done.state == "approved" else PASSED
    if action == "reject":
        await deciding.reject(session, actor, event, registration_id, reason=word, signer=signer, now=now)
    elif action == "hold":
        await deciding.hold(session, actor, event, registration_id, now=now)
    elif action == "ask":
        await deciding.ask(session, actor, event, registration_id, question=word, now=now)
    elif action == "note":
        await deciding.note(session, actor, event, registration_id, text=word)
    else:
        await deciding.watch(session, actor, event, registration_id, watched=action == "watch")
    return BY_STEP[action]


async def _manage(
    session: AsyncSession, actor: Actor, event: Event, registration_id: UUID, action: str, form: Form, signer: Signer,
    now: datetime,
) -> str:  # fmt: skip
    if "manage" not in actor.needs(event.organisation_id, event.id):
        raise Forbidden
    if action == "promote":
        done = await waiting.promote(session, actor, event, registration_id, signer=signer, now=now)
        return OFFERED if done.state == "offered" else BY_MANAGERS[action]
    guest = await queries.get_registration(session, event.id, registration_id, lock=True)
    if action == "cancel":
        too = {found for one in form.many("too") if (found := queries.as_id(one))}
        reason = form.get("reason", "")[:1000]
        await operations.cancel_with(session, actor, guest, too, reason=reason, signer=signer, now=now)
    elif action == "restore":
        line = queries.as_id(form.get("line", "")) or guest.id
        await restoring.restore(session, actor, guest, line, signer=signer, now=now)
    else:
        await operations.send_link(session, guest, letter="own_link", now=now)
    return BY_MANAGERS[action]


ROUTES = (act_on_guest,)
