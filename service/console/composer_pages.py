"""The composer: the words in every language side by side, whom they reach, how they look, what stands in the way."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Response
from sqlalchemy.ext.asyncio import AsyncSession

from emails.checks import findings_in
from emails.languages import OWN_NAMES
from emails.render import Rendered, render
from emails.written import PLACEHOLDERS
from service.console.composer_words import FINDINGS, PLACEHOLDER_WORDS
from service.console.message_pages import ONE
from service.console.segment_words import read_segments
from service.core.actor import Actor
from service.core.database import Database
from service.core.errors import Conflict, NotFound
from service.core.tokens import new_id
from service.delegations.models import Delegation
from service.events.models import Event
from service.events.queries import get_event
from service.lists.addresses import read_query
from service.lists.answers import scope_of
from service.lists.earlier import PERSONAL
from service.lists.errors import FilterUnclear
from service.lists.language import terms
from service.messages import campaigns
from service.messages.drafting import GAPS, check_words, placeholders_without_words, read_draft
from service.messages.due import select_whom
from service.messages.mail import TEST, To, letter_to, list_recipients
from service.messages.models import Campaign, ReminderRule
from service.messages.queries import find_rule_of, get_campaign, list_planned, list_session_names
from service.messages.recipients import (
    Audience,
    Chosen,
    choose,
    count_missing,
    describe_audience,
    pick_example,
    select_chosen,
)
from service.messages.rules import RuleConflict, set_when, turn_on
from service.messages.texts import count_wanting, filled
from service.messages.timing import When, read_when, when_of
from service.outbox.bell import Bell
from service.outbox.operations import Mail, add_mail
from service.registrations.models import Registration
from service.settings import Settings
from service.web.forms import Form, go, read_form
from service.web.templating import HTML, N_, page, sentence

NO_MAILS = N_("Nobody would get this message. Please choose somebody else to write to.")
TOO_EARLY = N_("Please give a time to come, within a year.")
NO_READER = N_(
    "A reminder works by itself: its list cannot ask what waits for you, or who was at another event."
)
FIELDS = ("subject", "text", "plain", "short")


class Sight(msgspec.Struct, frozen=True, kw_only=True):
    """What the composer shows beside the words. `wanting` are those who get the `short` text, too, which is that of the
    one in the preview."""

    audience: Audience
    missing: dict[str, int]
    preview: Rendered | None
    language: str
    unread: list[tuple[str, int]]
    unclear: bool = False
    wanting: int = 0
    short: str = ""


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
        return await _composer(request, session, actor, event, campaign, rule, settings, now, see=see)


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
        try:
            if rule is not None and rule.state == "removed":
                raise RuleConflict
            await campaigns.save(session, campaign, draft, form.get("version", ""), whole=rule is not None)
        except Conflict as late:
            return await _composer(
                request,
                session,
                actor,
                event,
                campaign,
                rule,
                settings,
                now,
                form=form,
                see=see,
                said=late.say,
            )
        errors = dict(draft.refused) | await _keep_when(session, event, campaign, rule, form)
        if wish in ("test", "send"):
            words = (campaign.subject, campaign.body, campaign.plain, event.languages, campaign.short)
            errors |= check_words(*words)
            errors |= await _not_to_send(session, actor, event, campaign, rule, form, now, wish)
        if errors or wish == "keep":
            return await _composer(
                request,
                session,
                actor,
                event,
                campaign,
                rule,
                settings,
                now,
                form=form,
                see=see,
                errors=errors,
            )
        if wish == "test":
            say = await _test(request, session, actor, event, campaign, rule, see)
        else:
            say = await _begin(session, actor, event, campaign, rule, _time_of(form, event) or now, now)
    bell.ring()
    return go(at + ("/edit" if wish == "test" else ""), say)


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


async def _whom(
    session: AsyncSession, actor: Actor, event: Event, campaign: Campaign, rule: ReminderRule | None
) -> Chosen:
    """Who gets it as things are now; of a rule, who has not had it. Raises FilterUnclear."""
    if rule is None:
        return await select_chosen(session, actor, event, campaign)
    which = Delegation if rule.audience == "delegations" else Registration
    return select_whom(rule, campaign, await scope_of(session, event, actor), which.id)


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
        ids = await _whom(session, actor, event, campaign, rule)
    except FilterUnclear:
        return {"segment": NO_MAILS}
    errors: dict[str, str] = {}
    if wish == "send" and await count_missing(session, campaign, ids, _bare(campaign)):
        errors[f"text_{campaign.language}"] = GAPS
    if rule is not None:
        personal = any(term.field in PERSONAL for term in terms(read_query(campaign.segment).part))
        return errors | ({"segment": NO_READER} if personal else {})
    if campaign.state == "draft" and not (await describe_audience(session, campaign, ids)).reached:
        errors["segment"] = NO_MAILS
    starts = _time_of(form, event)
    if form.get("when") == "later" and (starts is None or not now < starts < now + campaigns.LONGEST_AHEAD):
        errors["starts_at"] = TOO_EARLY
    return errors


def _bare(campaign: Campaign) -> list[str]:
    return placeholders_without_words(
        [
            text
            for found in (campaign.subject, campaign.body, campaign.plain, campaign.short)
            for text in found.values()
        ]
    )


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
    ids = await _whom(session, actor, event, campaign, rule)
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


async def _look(
    session: AsyncSession, actor: Actor, event: Event, campaign: Campaign, rule: ReminderRule | None,
    settings: Settings, see: str,
) -> Sight:  # fmt: skip
    unclear = False
    try:
        chosen = await _whom(session, actor, event, campaign, rule)
    except FilterUnclear:
        chosen, unclear = choose([]), True
    audience = await describe_audience(session, campaign, chosen)
    language = _language(event, campaign, see)
    to = await _example(session, event, campaign, chosen, language)
    letter = letter_to(campaign, to, "", language, settings, private=False) if to else None
    texts = bool(settings.channels or campaign.short) and campaign.audience == "guests"
    written = set(campaign.body)
    return Sight(
        audience=audience, missing=await count_missing(session, campaign, chosen, _bare(campaign)),
        preview=render(letter) if letter and written else None, language=language, unclear=unclear,
        unread=[(OWN_NAMES[code], number) for code, number in audience.readers.items() if code not in written],
        wanting=await count_wanting(session, campaign, chosen) if texts else 0,
        short=filled(campaign, to, language, settings, letter.event.url) if to and letter and campaign.short else "",
    )  # fmt: skip


def _language(event: Event, campaign: Campaign, see: str) -> str:
    return see if see in event.languages else campaign.language


async def _example(
    session: AsyncSession, event: Event, campaign: Campaign, chosen: Chosen, language: str
) -> To | None:
    """One who gets it; none as long as there are no words, or nobody to read them."""
    example = await pick_example(session, campaign, chosen, language) if campaign.body else None
    if example is None:
        return None
    of_guests = {example} if campaign.audience == "guests" else set()
    found = await list_recipients(session, {event.id: event}, of_guests, {example} - of_guests)
    return found.get(example)


@get(ONE + "/preview", include_in_schema=False)
async def preview_page(
    slug: FromPath[str], campaign_id: FromPath[UUID], actor: NamedDependency[Actor], db: NamedDependency[Database],
    settings: NamedDependency[Settings], see: FromQuery[str] = "",
) -> Response[str]:  # fmt: skip
    """The mail as one who gets it sees it, for the frame beside the words: no script, no request to anywhere."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        campaign = await get_campaign(session, event.id, campaign_id)
        language = _language(event, campaign, see)
        try:
            chosen = await _whom(session, actor, event, campaign, await find_rule_of(session, campaign))
        except FilterUnclear:
            raise NotFound from None
        to = await _example(session, event, campaign, chosen, language)
    preview = render(letter_to(campaign, to, "", language, settings, private=False)) if to else None
    if preview is None:
        raise NotFound
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox"
    headers = {
        "content-security-policy": policy,
        "cache-control": "no-store",
        "content-language": language,
    }
    return Response(preview.html, media_type=HTML, headers=headers)


async def _composer(
    request: Request[Any, Any, Any], session: AsyncSession, actor: Actor, event: Event, campaign: Campaign,
    rule: ReminderRule | None, settings: Settings, now: datetime, *, form: Form | None = None, see: str = "",
    errors: dict[str, str] | None = None, said: str = "",
) -> Response[str]:  # fmt: skip
    sight = await _look(session, actor, event, campaign, rule, settings, see)
    shown = dict(form) if form is not None else _as_form(campaign) | _when_form(rule)
    segments = await read_segments(request, session, actor, event)
    names = await list_session_names(session, event.id) if rule else {}
    planned = (await list_planned(session, event.id, rule.id))[0] if rule else None
    odd = findings_in(sight.language, sight.preview, campaign.subject)
    return page(
        request, "console/compose.html", status=422 if errors or said else 200, event=event, here="deliveries",
        campaign=campaign, rule=rule, planned=planned, now=now, sessions=names, form=shown, errors=errors or {},
        said=said, sight=sight, odd=odd, odd_words=FINDINGS,
        spoken=[(code, OWN_NAMES[code], sight.audience.readers.get(code, 0)) for code in event.languages],
        placeholders=[(f"{{{one}}}", PLACEHOLDER_WORDS[one]) for one in PLACEHOLDERS],
        words=PLACEHOLDER_WORDS, segments=segments.choices(campaign.segment),
        own_names=OWN_NAMES, address=actor.email, texts=_writes_texts(campaign, rule, settings),
        hours=[(hour, f"{hour:02d}:00") for hour in range(25)],
    )  # fmt: skip


def _writes_texts(campaign: Campaign, rule: ReminderRule | None, settings: Settings) -> bool:
    """Whether a short text can be written: to guests, by a channel that is set up, not after the mails were."""
    late = campaign.state == "paused" and rule is None
    return bool(campaign.short or (settings.channels and not late)) and campaign.audience == "guests"


def _as_form(campaign: Campaign) -> dict[str, str]:
    texts = zip(FIELDS, (campaign.subject, campaign.body, campaign.plain, campaign.short), strict=True)
    form = {f"{name}_{code}": text for name, found in texts for code, text in found.items()}
    numbers = {"per_minute": campaign.per_minute or "", "per_domain": campaign.per_domain or ""}
    return {
        **form, **{name: str(number) for name, number in numbers.items()}, "purpose": campaign.purpose,
        "segment": campaign.segment, "from_hour": str(campaign.from_hour), "until_hour": str(campaign.until_hour),
    }  # fmt: skip


def _when_form(rule: ReminderRule | None) -> dict[str, str]:
    when = when_of(rule) if rule else When()
    return {
        "rule_amount": str(when.amount), "rule_unit": when.unit, "rule_side": "after" if when.after else "before",
        "rule_anchor": when.choice, "rule_time": when.local_time.strftime("%H:%M"),
    }  # fmt: skip


ROUTES = (edit_page, edit, preview_page)
