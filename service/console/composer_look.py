"""What the composer shows: the words as they are typed, whom they reach, how they look; the frame with the mail."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Response
from sqlalchemy.ext.asyncio import AsyncSession

from emails.checks import findings_in
from emails.languages import OWN_NAMES
from emails.render import Rendered, render
from emails.written import PLACEHOLDERS
from service.console.composer_words import FINDINGS, PLACEHOLDER_WORDS
from service.console.mail_frame import framed
from service.console.message_pages import ONE
from service.console.segment_words import read_segments
from service.core.actor import Actor
from service.core.database import Database
from service.core.errors import NotFound
from service.delegations.models import Delegation
from service.events.models import Event
from service.events.queries import get_event
from service.lists.answers import scope_of
from service.lists.errors import FilterUnclear
from service.messages.drafting import placeholders_without_words
from service.messages.due import select_whom
from service.messages.mail import To, letter_to, list_recipients
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
from service.messages.texts import count_wanting, filled
from service.messages.timing import When, when_of
from service.registrations.models import Registration
from service.settings import Settings
from service.web.forms import Form
from service.web.templating import page

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


async def whom(
    session: AsyncSession, actor: Actor, event: Event, campaign: Campaign, rule: ReminderRule | None
) -> Chosen:
    """Who gets it as things are now; of a rule, who has not had it. Raises FilterUnclear."""
    if rule is None:
        return await select_chosen(session, actor, event, campaign)
    which = Delegation if rule.audience == "delegations" else Registration
    return select_whom(rule, campaign, await scope_of(session, event, actor), which.id)


def placeholders_of(campaign: Campaign) -> list[str]:
    """Those of its words that say nothing where there is no value."""
    return placeholders_without_words(
        [
            text
            for found in (campaign.subject, campaign.body, campaign.plain, campaign.short)
            for text in found.values()
        ]
    )


async def _look(
    session: AsyncSession, actor: Actor, event: Event, campaign: Campaign, rule: ReminderRule | None,
    settings: Settings, see: str,
) -> Sight:  # fmt: skip
    unclear = False
    try:
        chosen = await whom(session, actor, event, campaign, rule)
    except FilterUnclear:
        chosen, unclear = choose([]), True
    audience = await describe_audience(session, campaign, chosen)
    language = _language(event, campaign, see)
    to = await _example(session, event, campaign, chosen, language)
    letter = letter_to(campaign, to, "", language, settings, private=False) if to else None
    texts = bool(settings.channels or campaign.short) and campaign.audience == "guests"
    written = set(campaign.body)
    return Sight(
        audience=audience, missing=await count_missing(session, campaign, chosen, placeholders_of(campaign)),
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
            chosen = await whom(session, actor, event, campaign, await find_rule_of(session, campaign))
        except FilterUnclear:
            raise NotFound from None
        to = await _example(session, event, campaign, chosen, language)
    preview = render(letter_to(campaign, to, "", language, settings, private=False)) if to else None
    if preview is None:
        raise NotFound
    return framed(preview.html, language)


async def composer_page(
    request: Request[Any, Any, Any], session: AsyncSession, actor: Actor, event: Event, campaign: Campaign,
    rule: ReminderRule | None, settings: Settings, now: datetime, *, form: Form | None = None, see: str = "",
    errors: dict[str, str] | None = None, said: str = "",
) -> Response[str]:  # fmt: skip
    """With what was typed (`form`), else what is kept. 422 with `errors`, or `said`: why nothing of it was kept."""
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


ROUTES = (preview_page,)
