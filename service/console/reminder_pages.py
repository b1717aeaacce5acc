"""Reminders: the rules of an event, where they begin, one with who is next and who had it; the two standard ones."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response

from emails.languages import OWN_NAMES, pick
from service.console.filter_pages import LIST
from service.console.message_pages import AT as MESSAGES
from service.console.reminder_words import examples_for, words_in
from service.console.segment_words import read_segments
from service.core.actor import Actor
from service.core.database import Database
from service.core.errors import Conflict, Invalid, NotFound
from service.events.queries import get_event
from service.lists.addresses import query_of, read_query
from service.lists.answers import scope_of
from service.lists.errors import FilterUnclear
from service.messages import rules
from service.messages.operations import AlreadySent, TooLate, remove_rule, send_now, set_rule
from service.messages.prospects import Prospects, list_had, list_next
from service.messages.queries import Planned, get_planned, list_planned, list_rules, list_session_names
from service.messages.timing import When
from service.outbox.bell import Bell
from service.outbox.groups import count_progress
from service.web.forms import Form, go, read_form
from service.web.templating import language_of, page, sentence
from service.web.words import N_

AT = MESSAGES + "/reminders"
ONE = AT + "/{rule_id:uuid}"
STANDARD = AT + "/standard"


@get(AT, include_in_schema=False)
async def reminders_page(
    request: Request[Any, Any, Any], slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database],
    now: NamedDependency[datetime],
) -> Response[str]:  # fmt: skip
    """All rules, the next first, with whom each is for and how many had it; examples to start from."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "see")
        planned = await list_planned(session, event.id)
        own = [one for one in planned if one.words is not None]
        progress = await count_progress(session, [one.words.id for one in own if one.words])
        segments = await read_segments(request, session, actor, event)
        names = await list_session_names(session, event.id)
    shown = [(one, state_of(one, now)) for one in own]
    return page(
        request, "console/reminders.html", event=event, here="deliveries", progress=progress, segments=segments,
        reminders=[pair for pair in shown if pair[1] not in ("removed", "over")], now=now,
        past=[pair for pair in shown if pair[1] in ("removed", "over")],
        standard={one.rule.audience: one for one in planned if one.words is None},
        sessions={key: pick(title, language_of(request)) for key, title in names.items()},
        examples=examples_for(segments.questions), may="manage" in actor.needs(event.organisation_id, event.id),
    )  # fmt: skip


def state_of(planned: Planned, now: datetime) -> str:
    """For people: one whose time is behind us is over."""
    over = planned.until is not None and planned.until <= now
    return "over" if over and planned.rule.state == "on" else planned.rule.state


@post(AT, include_in_schema=False)
async def new_reminder(
    request: Request[Any, Any, Any], slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database],
) -> Redirect:  # fmt: skip
    """A draft: an empty one, or one with the words of an example."""
    key = (await read_form(request)).get("example", "")
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        known = examples_for((await scope_of(session, event, actor)).questions)
        one = known.get(key)
        made = await rules.start_rule(
            session, actor, event, one.when if one else When(),
            segment=query_of(read_query(one.segment if one else "state=approved")),
            subject=words_in(one.subject, event.languages) if one else {},
            body=words_in(one.text, event.languages) if one else {},
        )  # fmt: skip
    return go(f"/console/{slug}/messages/{made.campaign_id}/edit")


@post(LIST + "/reminder", include_in_schema=False)
async def reminder_to_guests(
    request: Request[Any, Any, Any], slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database],
) -> Redirect:  # fmt: skip
    """A draft to whomever this list finds."""
    query = query_of(read_query((await read_form(request)).get("list", "")), after="", cols="", sort="name")
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        made = await rules.start_rule(session, actor, event, When(), segment=query, subject={}, body={})
    return go(f"/console/{slug}/messages/{made.campaign_id}/edit")


@get(ONE, include_in_schema=False)
async def reminder_page(
    request: Request[Any, Any, Any], slug: FromPath[str], rule_id: FromPath[UUID], actor: NamedDependency[Actor],
    db: NamedDependency[Database], now: NamedDependency[datetime],
) -> Response[str]:  # fmt: skip
    """When it leaves, to whom, who is next, who had it, what it says."""
    unclear, prospects = False, Prospects([], 0)
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "see")
        planned = await get_planned(session, event.id, rule_id)
        campaign = planned.words
        assert campaign is not None  # noqa: S101 — get_planned asks for it
        try:
            prospects = await list_next(session, planned, event, now)
        except FilterUnclear:
            unclear = True
        had = await list_had(session, campaign)
        progress = (await count_progress(session, [campaign.id]))[campaign.id]
        segments = await read_segments(request, session, actor, event)
        names = await list_session_names(session, event.id)
    return page(
        request, "console/reminder.html", event=event, here="deliveries", planned=planned, rule=planned.rule,
        campaign=campaign, shown=state_of(planned, now), prospects=prospects, unclear=unclear, had=had,
        progress=progress, segment=segments.say(campaign.segment), now=now,
        sessions={key: pick(title, language_of(request)) for key, title in names.items()},
        written=[(code, OWN_NAMES[code]) for code in event.languages if code in campaign.body],
        may="manage" in actor.needs(event.organisation_id, event.id),
    )  # fmt: skip


STEPS = {
    "on": (rules.turn_on, N_("The reminder is on.")),
    "pause": (rules.pause, N_("Paused. Nobody gets it until it is turned on again.")),
    "edit": (rules.pause, N_("Paused. Nobody gets it until it is turned on again.")),
    "remove": (rules.remove, N_("Removed. It can be put back.")),
    "back": (rules.put_back, N_("Put back. It is paused until it is turned on.")),
}


@post(ONE + "/{step:str}", include_in_schema=False)
async def step_reminder(
    request: Request[Any, Any, Any], slug: FromPath[str], rule_id: FromPath[UUID], step: FromPath[str],
    actor: NamedDependency[Actor], db: NamedDependency[Database], bell: NamedDependency[Bell],
) -> Redirect:  # fmt: skip
    """Turn on (as it was before it was paused), pause, pause and edit, remove, put back."""
    at = f"/console/{slug}/messages"
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        planned = await get_planned(session, event.id, rule_id, lock=True)
        if step not in STEPS or planned.words is None:
            raise NotFound
        turn, say = STEPS[step]
        try:
            if step == "on" and planned.rule.state != "paused":
                raise rules.RuleConflict  # a draft is looked at by the composer first
            await turn(session, actor, event, planned.rule, planned.words)
        except (Conflict, FilterUnclear) as late:
            return go(f"{at}/reminders/{rule_id}", sentence(request, late.say, **late.data), "error")
    bell.ring()
    return go(f"{at}/{planned.words.id}/edit" if step == "edit" else f"{at}/reminders/{rule_id}", say)


@post(STANDARD, include_in_schema=False)
async def save_reminder(
    request: Request[Any, Any, Any],
    slug: FromPath[str],
    actor: NamedDependency[Actor],
    db: NamedDependency[Database],
    bell: NamedDependency[Bell],
    now: NamedDependency[datetime],
) -> Redirect:
    """When the reminder to guests, or to the silent, goes out; with the other button, at once."""
    form, here, queued = await read_form(request), f"/console/{slug}/messages/reminders", 0
    audience = form.get("audience", "")
    days, hour = _whole(form, "days_before"), _whole(form, "local_hour")
    try:
        async with db.begin() as session:
            event = await get_event(session, actor, slug, "manage")
            if audience not in ("guests", "silent"):
                raise NotFound
            rule = await set_rule(session, actor, event, audience, days_before=days, local_hour=hour)  # type: ignore[arg-type]  # checked above
            if form.get("now"):
                queued = await send_now(session, actor, event, rule, now=now)
    except Invalid as refused:
        return go(here, next(iter(refused.errors.values())), "error")
    except TooLate as refused:
        return go(here, sentence(request, refused.say, **refused.data), "error")
    if not form.get("now"):
        return go(here, N_("Saved."))
    bell.ring()
    return go(here, sentence(request, N_("Reminded: %(count)s."), count=queued))


@post(STANDARD + "/remove", include_in_schema=False)
async def remove_reminder(
    request: Request[Any, Any, Any], slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database],
) -> Redirect:  # fmt: skip
    """None of this kind is planned any more."""
    audience = (await read_form(request)).get("audience", "")
    try:
        async with db.begin() as session:
            event = await get_event(session, actor, slug, "manage")
            for rule in await list_rules(session, event.id):
                if rule.audience == audience:
                    await remove_rule(session, actor, event, rule)
    except AlreadySent as refused:
        return go(f"/console/{slug}/messages/reminders", refused.say, "error")
    return go(f"/console/{slug}/messages/reminders", N_("Removed."))


def _whole(form: Form, name: str) -> int:
    """The number typed; -1, which no rule allows, for anything else."""
    text = form.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 4 else -1


ROUTES = (
    reminders_page, new_reminder, reminder_to_guests, reminder_page, step_reminder, save_reminder, remove_reminder,
)  # fmt: skip
