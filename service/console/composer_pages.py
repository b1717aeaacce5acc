"""The composer: the words in every language side by side, whom they reach, how they look, what stands in the way."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Response
from sqlalchemy.ext.asyncio import AsyncSession

from service.console.composer_look import composer_page, placeholders_of, whom
from service.console.message_pages import ONE
from service.core.actor import Actor
from service.core.database import Database
from service.core.errors import Conflict
from service.core.tokens import new_id
from service.events.models import Event
from service.events.queries import get_event
from service.lists.errors import FilterUnclear
from service.messages import campaigns
from service.messages.drafting import GAPS, check_words, read_draft
from service.messages.mail import TEST
from service.messages.models import Campaign, ReminderRule
from service.messages.queries import find_rule_of, get_campaign, list_session_names
from service.messages.recipients import (
    count_missing,
    describe_audience,
    pick_example,
    select_chosen,
)
from service.messages.rules import NeedsReader, RuleConflict, needs_reader, set_when, turn_on
from service.messages.timing import read_when, when_of
from service.outbox.bell import Bell
from service.outbox.operations import Mail, add_mail
from service.settings import Settings
from service.web.forms import Form, go, read_form
from service.web.templating import sentence
from service.web.words import N_

NO_MAILS = N_("Nobody would get this message. Please choose somebody else to write to.")
MEANWHILE = N_(
    "Somebody else changed this message meanwhile. Below stands what you typed: when you keep it or type on, it takes"
    " the place of their words. Open the message anew to see theirs."
)
NOT_KEPT = N_(
    "Somebody else changed this message meanwhile, so what you type is not kept. Press “Keep” to go on with your words."
)
TOO_EARLY = N_("Please give a time to come, within a year.")


@get(ONE + "/edit", include_in_schema=False)
async def edit_page(
    request: Request[Any, Any, Any], slug: FromPath[str], campaign_id: FromPath[UUID], actor: NamedDependency[Actor],
    db: NamedDependency[Database], settings: NamedDependency[Settings], now: NamedDependency[datetime],
    see: FromQuery[str] = "",
) -> Response[str] | Redirect:  # fmt: skip
    """Of a draft, or of one that is paused. `see` is the language of the preview."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        campaign = await get_campaign(session, event.id, campaign_id)
        if campaign.state not in ("draft", "paused"):
            return go(f"/console/{slug}/messages/{campaign_id}")
        rule = await find_rule_of(session, campaign)
        return await composer_page(request, session, actor, event, campaign, rule, settings, now, see=see)


@post(ONE + "/edit", include_in_schema=False)
async def edit(
    request: Request[Any, Any, Any], slug: FromPath[str], campaign_id: FromPath[UUID], actor: NamedDependency[Actor],
    db: NamedDependency[Database], settings: NamedDependency[Settings], bell: NamedDependency[Bell],
    now: NamedDependency[datetime],
) -> Response[str] | Redirect:  # fmt: skip
    """Whatever is wrong, what was typed is kept first; then it is shown, tried, or sent."""
    form, at = await read_form(request), f"/console/{slug}/messages/{campaign_id}"
    wish, see = form.get("do", "keep"), form.get("see", "")
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        campaign = await get_campaign(session, event.id, campaign_id, lock=True)
        rule = await find_rule_of(session, campaign, lock=True)
        draft = read_draft(form, event.languages)
        errors, said = dict(draft.refused), ""
        try:
            if rule is not None and rule.state == "removed":
                raise RuleConflict
            await campaigns.save(session, campaign, draft, form.get("version", ""), whole=rule is not None)
            errors |= await _keep_when(session, event, campaign, rule, form)
            if wish in ("test", "send"):
                words = (campaign.subject, campaign.body, campaign.plain, event.languages, campaign.short)
                errors |= check_words(*words)
                errors |= await _not_to_send(session, actor, event, campaign, rule, form, now, wish)
        except Conflict as late:
            errors, said = {}, _why_not_kept(late, form)
        if said or errors or wish == "keep":
            return await composer_page(
                request, session, actor, event, campaign, rule, settings, now, form=form, see=see, errors=errors,
                said=said,
            )  # fmt: skip
        if wish == "test":
            say = await _test(request, session, actor, event, campaign, rule, see)
        else:
            say = await _begin(session, actor, event, campaign, rule, _time_of(form, event) or now, now)
    bell.ring()
    return go(at + ("/edit" if wish == "test" else ""), say)


def _why_not_kept(late: Conflict, form: Form) -> str:
    """What a page keeps by itself while somebody types never goes over the words of another; a press does."""
    if type(late) is not Conflict:
        return late.say
    return MEANWHILE if form.get("do") else NOT_KEPT


async def _keep_when(
    session: AsyncSession, event: Event, campaign: Campaign, rule: ReminderRule | None, form: Form
) -> dict[str, str]:
    if rule is None:
        return {}
    known = await list_session_names(session, event.id)
    when, errors = read_when(form, when_of(rule), known)
    if not errors and when != when_of(rule):
        await set_when(session, rule, campaign, when)
    return errors


async def _begin(
    session: AsyncSession, actor: Actor, event: Event, campaign: Campaign, rule: ReminderRule | None,
    starts: datetime, now: datetime,
) -> str:  # fmt: skip
    if rule is not None:
        await turn_on(session, actor, event, rule, campaign)
        return N_("The reminder is on.")
    if campaign.state == "paused":
        await campaigns.resume(session, actor, event, campaign)
        return N_("It goes on.")
    audience = await describe_audience(
        session, campaign, await select_chosen(session, actor, event, campaign)
    )
    await campaigns.send(session, actor, event, campaign, total=audience.reached, at=starts, now=now)
    return ""


async def _not_to_send(
    session: AsyncSession,
    actor: Actor,
    event: Event,
    campaign: Campaign,
    rule: ReminderRule | None,
    form: Form,
    now: datetime,
    wish: str,
) -> dict[str, str]:
    """A list that cannot be read, nobody to send to (a rule waits for them), gaps in the words, a time that is over."""
    try:
        ids = await whom(session, actor, event, campaign, rule)
    except FilterUnclear:
        return {"segment": NO_MAILS}
    errors: dict[str, str] = {}
    if wish == "send" and await count_missing(session, campaign, ids, placeholders_of(campaign)):
        errors[f"text_{campaign.language}"] = GAPS
    if rule is not None:
        return errors | ({"segment": NeedsReader.say} if needs_reader(campaign) else {})
    if campaign.state == "draft" and not (await describe_audience(session, campaign, ids)).reached:
        errors["segment"] = NO_MAILS
    starts = _time_of(form, event)
    if form.get("when") == "later" and (starts is None or not now < starts < now + campaigns.LONGEST_AHEAD):
        errors["starts_at"] = TOO_EARLY
    return errors


def _time_of(form: Form, event: Event) -> datetime | None:
    if form.get("when") != "later":
        return None
    try:
        wall = datetime.fromisoformat(form.get("starts_at", "")).replace(tzinfo=ZoneInfo(event.zone))
        return wall.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


async def _test(
    request: Request[Any, Any, Any],
    session: AsyncSession,
    actor: Actor,
    event: Event,
    campaign: Campaign,
    rule: ReminderRule | None,
    see: str,
) -> str:
    """To the writer's own address, with the values of one who gets it and without anybody's personal link."""
    language = see if see in campaign.body else campaign.language
    ids = await whom(session, actor, event, campaign, rule)
    example = await pick_example(session, campaign, ids, language)
    if example is None or not actor.email:
        return NO_MAILS
    more = {"campaign_id": str(campaign.id), TEST: str(example)}
    mail = Mail(
        letter="message",
        dedup=f"message_test:{new_id()}",
        address=actor.email,
        language=language,
        event_id=event.id,
        more=more,
    )
    await add_mail(session, mail)
    return sentence(request, N_("A test is on its way to %(address)s."), address=actor.email)


ROUTES = (edit_page, edit)
