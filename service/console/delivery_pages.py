"""Every mail of an event: what became of it, what it said, and what can be done when it did not arrive."""

from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Redirect, Response

from service.answers.readdressing import send_to
from service.answers.telling import choose_failures, wants_failures
from service.console import deliveries, words
from service.console.deliveries import MailFilter
from service.console.mail_frame import framed
from service.console.queries import count_deliveries
from service.core.actor import Actor
from service.core.database import Database
from service.core.errors import NotFound, QonaqError
from service.events.queries import get_event
from service.messages.queries import find_subject
from service.outbox.bell import Bell
from service.outbox.operations import retry
from service.registrations.queries import as_id
from service.registrations.texts import CHANNEL_NAMES
from service.web.forms import go, read_form
from service.web.templating import page, sentence
from service.web.words import N_

AT = "/console/{slug:str}/deliveries"
ONE = AT + "/{task_id:uuid}"


@get(AT, include_in_schema=False)
async def deliveries_page(
    request: Request[Any, Any, Any], slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database],
    states: Annotated[str, QueryParameter(name="state")] = "", q: FromQuery[str] = "", letter: FromQuery[str] = "",
    refusal: FromQuery[str] = "", campaign: FromQuery[str] = "", after: FromQuery[str] = "",
) -> Response[str]:  # fmt: skip
    """All, or those a filter finds; fifty at a time, the newest first."""
    wanted = MailFilter(state=states, q=q, letter=letter, refusal=refusal, campaign=campaign, after=after)
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "see")
        mails = await deliveries.list_deliveries(session, event.id, wanted)
        total = await deliveries.count_found(session, event.id, wanted)
        counts = await count_deliveries(session, event.id)
        told = await wants_failures(session, actor)
        subject = await find_subject(session, event.id, as_id(campaign))
    return page(
        request, "console/deliveries.html", event=event, here="deliveries", mails=mails, total=total, wanted=wanted,
        link=_link, counts=counts, letters=words.LETTERS, refusals=words.REFUSALS, told=told, subject=subject,
        more=str(mails[-1].task_id) if len(mails) == deliveries.PAGE else "",
        may="manage" in actor.needs(event.organisation_id, event.id),
    )  # fmt: skip


def _link(wanted: MailFilter, **change: str) -> str:
    """The query of the list with something changed; a change of the filter begins at the first page."""
    values = {**msgspec.structs.asdict(wanted), "after": "", **change}
    return urlencode({name: value for name, value in values.items() if value})


@post(AT + "/retry", include_in_schema=False)
async def retry_mails(
    request: Request[Any, Any, Any], slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database],
    bell: NamedDependency[Bell],
) -> Redirect:  # fmt: skip
    """Chosen mails that were given up, or all that the filter finds, are tried again, from zero."""
    form = await read_form(request)
    known = {name: form.get(name, "") for name in ("state", "q", "letter", "refusal", "campaign")}
    wanted = MailFilter(**known)
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        if form.get("all") == "yes":
            tasks = await deliveries.list_parked(session, event.id, wanted)
        else:
            tasks = [task for text in form.many("id") if (task := as_id(text))]
        done = await retry(session, tasks, event.id)
    bell.ring()
    say = sentence(request, N_("Mails tried again: %(count)s."), count=done)
    return go(form.get("back") or f"/console/{slug}/deliveries?{_link(wanted)}".rstrip("?"), say)


@post(AT + "/digest", include_in_schema=False)
async def choose_digest(
    request: Request[Any, Any, Any], slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database],
) -> Redirect:  # fmt: skip
    """Whether this person of the team gets a mail when mails fail."""
    form = await read_form(request)
    wants = form.get("told") == "yes"
    async with db.begin() as session:
        await get_event(session, actor, slug, "see")
        await choose_failures(session, actor, wants)
    say = N_("You get a mail when mails fail.") if wants else N_("You get no mail when mails fail.")
    return go(f"/console/{slug}/deliveries", say)


@get(ONE, include_in_schema=False)
async def delivery_page(
    request: Request[Any, Any, Any], slug: FromPath[str], task_id: FromPath[UUID], actor: NamedDependency[Actor],
    db: NamedDependency[Database],
) -> Response[str]:  # fmt: skip
    """One mail: to whom, what it said, every attempt, what the server answered."""
    return await _page(request, actor, db, slug, task_id, {}, None)


async def _page(
    request: Request[Any, Any, Any], actor: Actor, db: Database, slug: str, task_id: UUID, form: dict[str, str],
    refused: QonaqError | None,
) -> Response[str]:  # fmt: skip
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "see")
        mail = await deliveries.get_delivery(session, event.id, task_id)
    errors = getattr(refused, "errors", {})
    return page(
        request, "console/delivery.html", status=422 if refused else 200, event=event, here="deliveries", mail=mail,
        letters=words.LETTERS, refusals=words.REFUSALS, channels=CHANNEL_NAMES, form=form, errors=errors,
        tries=words.tries(mail.tries),
        said=sentence(request, refused.say, **refused.data) if refused and not errors else "",
        may="manage" in actor.needs(event.organisation_id, event.id),
    )  # fmt: skip


@get(ONE + "/copy", include_in_schema=False)
async def delivery_copy(
    slug: FromPath[str], task_id: FromPath[UUID], actor: NamedDependency[Actor], db: NamedDependency[Database],
) -> Response[str]:  # fmt: skip
    """What it said, for the frame: no script, no request to anywhere, no link that opens a door."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "see")
        mail = await deliveries.get_delivery(session, event.id, task_id)
    if mail.rendered is None:
        raise NotFound
    return framed(mail.rendered.html, mail.language)


@post(ONE + "/address", include_in_schema=False)
async def send_elsewhere(
    request: Request[Any, Any, Any], slug: FromPath[str], task_id: FromPath[UUID], actor: NamedDependency[Actor],
    db: NamedDependency[Database], bell: NamedDependency[Bell],
) -> Response[str] | Redirect:  # fmt: skip
    """The same mail to another address, which may become the guest's."""
    form = await read_form(request)
    try:
        async with db.begin() as session:
            event = await get_event(session, actor, slug, "manage")
            await send_to(
                session, actor, event, task_id, form.get("email", ""), keep=form.get("keep") == "yes"
            )
    except NotFound:
        raise
    except QonaqError as refused:
        return await _page(request, actor, db, slug, task_id, form, refused)
    bell.ring()
    say = sentence(request, N_("It is sent to %(address)s."), address=form.get("email", ""))
    return go(f"/console/{slug}/deliveries/{task_id}", say)


ROUTES = (deliveries_page, retry_mails, choose_digest, delivery_page, delivery_copy, send_elsewhere)
