"""The team's own messages to many: the list of them, one on its way, and where they begin: a list of guests, the board
of delegations."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response

from emails.languages import OWN_NAMES
from service.console.bulk_pages import chosen_ids
from service.console.delegations_pages import AT as BOARD
from service.console.delegations_pages import read_board
from service.console.filter_pages import LIST
from service.core.actor import Actor
from service.core.database import Database
from service.core.errors import Conflict, NotFound
from service.delegations.queries import list_focal_points
from service.events.queries import get_event
from service.jobs.models import Job
from service.lists.addresses import query_of, read_query
from service.messages import campaigns
from service.messages.models import Campaign
from service.messages.queries import find_rule_of, get_campaign, list_campaigns
from service.messages.texts import count_texts
from service.outbox.bell import Bell
from service.outbox.groups import Progress, count_progress
from service.web.forms import go, read_form
from service.web.templating import page
from service.web.words import N_

AT = "/console/{slug:str}/messages"
ONE = AT + "/{campaign_id:uuid}"


@get(AT, include_in_schema=False)
async def messages_page(
    request: Request[Any, Any, Any], slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database],
) -> Response[str]:  # fmt: skip
    """All of the event, the newest first, with how far each is."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "see")
        known = await list_campaigns(session, event.id)
        progress = await count_progress(session, [one.id for one in known])
    shown = [(one, state_of(one, progress[one.id]), progress[one.id]) for one in known]
    return page(
        request, "console/messages.html", event=event, here="deliveries", campaigns=shown,
        may="manage" in actor.needs(event.organisation_id, event.id),
    )  # fmt: skip


@post(AT, include_in_schema=False)
async def new_message(
    slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database]
) -> Redirect:
    """A draft to all who are approved; whom it is for is chosen in the composer."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        made = await campaigns.start_draft(
            session, actor, event, segment=query_of(read_query("state=approved"))
        )
    return go(f"/console/{slug}/messages/{made.id}")


@post(LIST + "/message", include_in_schema=False)
async def message_to_guests(
    request: Request[Any, Any, Any], slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database],
) -> Redirect:  # fmt: skip
    """A draft to those ticked, or to whomever the list finds when it is sent."""
    form = await read_form(request)
    query = query_of(read_query(form.get("list", "")), after="")
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        ids = await chosen_ids(session, actor, event, form)
        if not ids:
            back = f"/console/{slug}/guests?{query}".rstrip("?")
            return go(back, N_("Please choose guests, and what to do."), "error")
        chosen = [] if form.get("all") == "yes" else ids
        made = await campaigns.start_draft(session, actor, event, segment=query, chosen=chosen)
    return go(f"/console/{slug}/messages/{made.id}")


@post(BOARD + "/message", include_in_schema=False)
async def message_to_delegations(
    request: Request[Any, Any, Any], slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database],
    now: NamedDependency[datetime],
) -> Redirect:  # fmt: skip
    """A draft to the focal points of all that the board shows."""
    form = await read_form(request)
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        board = read_board(form.get("q", ""), form.get("state", ""))
        focal = await list_focal_points(session, event.id, board, now)
        if not focal:
            none = N_("None of these delegations has a focal point.")
            return go(f"/console/{slug}/delegations", none, "error")
        made = await campaigns.start_draft(
            session, actor, event, audience="delegations", chosen=[one.id for one in focal]
        )
    return go(f"/console/{slug}/messages/{made.id}")


def state_of(campaign: Campaign, progress: Progress) -> str:
    """For people: one that has no more mails to send is done."""
    if campaign.state == "running" and not progress.waiting:
        return "finished"
    return "planned" if campaign.state == "waiting" else campaign.state


@get(ONE, include_in_schema=False)
async def message_page(
    request: Request[Any, Any, Any], slug: FromPath[str], campaign_id: FromPath[UUID], actor: NamedDependency[Actor],
    db: NamedDependency[Database], now: NamedDependency[datetime],
) -> Response[str] | Redirect:  # fmt: skip
    """How far it is and what it says; a draft opens in the composer. It asks again every two seconds."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "see")
        campaign = await get_campaign(session, event.id, campaign_id)
        if campaign.state == "draft":
            return go(f"/console/{slug}/messages/{campaign_id}/edit")
        if rule := await find_rule_of(session, campaign):
            return go(f"/console/{slug}/messages/reminders/{rule.id}")
        progress = (await count_progress(session, [campaign.id]))[campaign.id]
        texts = await count_texts(session, campaign.id) if campaign.short else None
        job = await session.get(Job, campaign.job_id) if campaign.job_id else None
    state = state_of(campaign, progress)
    return page(
        request, "console/campaign.html", event=event, here="deliveries", campaign=campaign, progress=progress,
        texts=texts, shown=state, job=job, moving=state in ("planned", "running"), now=now,
        written=[(code, OWN_NAMES[code]) for code in event.languages if code in campaign.body],
        may="manage" in actor.needs(event.organisation_id, event.id),
    )  # fmt: skip


STEPS = {
    "back": (campaigns.take_back, N_("Taken back: nobody gets it. It is a draft again.")),
    "pause": (campaigns.pause, N_("Paused. No further mail is begun.")),
    "resume": (campaigns.resume, N_("It goes on.")),
    "stop": (campaigns.stop, N_("Stopped. Whoever has not got it does not get it any more.")),
}


@post(ONE + "/{step:str}", include_in_schema=False)
async def step_message(
    slug: FromPath[str], campaign_id: FromPath[UUID], step: FromPath[str], actor: NamedDependency[Actor],
    db: NamedDependency[Database], bell: NamedDependency[Bell],
) -> Redirect:  # fmt: skip
    """Take back, pause, resume, stop; write another like it (copy); throw a draft away (remove)."""
    at = f"/console/{slug}/messages"
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        campaign = await get_campaign(session, event.id, campaign_id, lock=True)
        if await find_rule_of(session, campaign):
            raise NotFound  # it has steps of its own
        if step == "copy":
            made = await campaigns.start_draft(
                session, actor, event, audience=campaign.audience, segment=campaign.segment,
                chosen=[UUID(one) for one in campaign.chosen], like=campaign,
            )  # fmt: skip
            return go(f"{at}/{made.id}")
        if step != "remove" and step not in STEPS:
            raise NotFound
        try:
            if step == "remove":
                await campaigns.remove_draft(session, campaign)
                return go(at, N_("The draft is thrown away."))
            turn, say = STEPS[step]
            await turn(session, actor, event, campaign)
        except Conflict as late:
            return go(f"{at}/{campaign_id}", late.say, "error")
    bell.ring()
    return go(f"{at}/{campaign_id}", say)


ROUTES = (messages_page, new_message, message_to_guests, message_to_delegations, message_page, step_message)
