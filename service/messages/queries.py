"""Reads of messages and reminder rules, within one event that was fetched with the right access."""

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.core.errors import NotFound
from service.events.models import Event
from service.messages.models import Campaign, ReminderRule
from service.messages.moments import times_of_event
from service.programme.models import ProgrammeSession

MOST_SHOWN = 200


async def list_rules(session: AsyncSession, event_id: UUID) -> list[ReminderRule]:
    """At most one for each audience: guests, silent."""
    wanted = select(ReminderRule).where(ReminderRule.event_id == event_id).order_by(ReminderRule.audience)
    return list((await session.execute(wanted)).scalars())


async def get_rule(session: AsyncSession, event_id: UUID, rule_id: UUID) -> ReminderRule:
    """Raises NotFound when it is not of this event."""
    rule = await session.get(ReminderRule, rule_id)
    if rule is None or rule.event_id != event_id:
        raise NotFound
    return rule


async def find_rule_of(
    session: AsyncSession, campaign: Campaign, *, lock: bool = False
) -> ReminderRule | None:
    """The rule whose words these are. One query."""
    wanted = select(ReminderRule).where(ReminderRule.campaign_id == campaign.id)
    wanted = wanted.with_for_update() if lock else wanted
    return (await session.execute(wanted)).scalar_one_or_none()


async def list_session_names(session: AsyncSession, event_id: UUID) -> dict[UUID, dict[str, str]]:
    """The sessions of the programme in order of time, {id: {language: title}}. One query."""
    wanted = select(ProgrammeSession.id, ProgrammeSession.title).where(ProgrammeSession.event_id == event_id)
    rows = await session.execute(wanted.order_by(ProgrammeSession.starts_at, ProgrammeSession.id))
    return {row.id: row.title for row in rows}


async def list_subjects(session: AsyncSession, event_id: UUID) -> list[tuple[UUID, dict[str, str]]]:
    """Of all messages that were sent, those of rules too, the newest first. One query."""
    wanted = select(Campaign.id, Campaign.subject).where(
        Campaign.event_id == event_id, Campaign.state != "draft"
    )
    rows = await session.execute(wanted.order_by(Campaign.id.desc()).limit(MOST_SHOWN))
    return [(row.id, row.subject) for row in rows]


async def find_subject(session: AsyncSession, event_id: UUID, campaign_id: UUID | None) -> dict[str, str]:
    """Of a message of this event, by language; nothing where there is none. At most one query."""
    if campaign_id is None:
        return {}
    wanted = select(Campaign.subject).where(Campaign.id == campaign_id, Campaign.event_id == event_id)
    return (await session.execute(wanted)).scalar_one_or_none() or {}


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """A rule with its words, and when it leaves, if that is one time for all; until when it makes sense."""

    rule: ReminderRule
    words: Campaign | None
    moment: datetime | None
    until: datetime | None


async def list_planned(
    session: AsyncSession, event_id: UUID, rule_id: UUID | None = None, *, lock: bool = False
) -> list[Planned]:
    """The rules of the event, or this one, the earliest first. One query."""
    times = times_of_event()
    wanted = select(ReminderRule, Campaign, times.moment.label("moment"), times.until.label("until"))
    wanted = wanted.join(Event, Event.id == ReminderRule.event_id)
    wanted = wanted.outerjoin(Campaign, Campaign.id == ReminderRule.campaign_id)
    wanted = wanted.outerjoin(ProgrammeSession, ProgrammeSession.id == ReminderRule.session_id)
    wanted = wanted.where(ReminderRule.event_id == event_id).order_by(times.moment, ReminderRule.id)
    if rule_id is not None:
        wanted = wanted.where(ReminderRule.id == rule_id)
    if lock:
        wanted = wanted.with_for_update(of=ReminderRule)
    rows = await session.execute(wanted)
    return [Planned(rule=row[0], words=row[1], moment=row.moment, until=row.until) for row in rows]


async def get_planned(session: AsyncSession, event_id: UUID, rule_id: UUID, *, lock: bool = False) -> Planned:
    """One with words of its own. Raises NotFound when it is not of this event."""
    found = await list_planned(session, event_id, rule_id, lock=lock)
    if not found or found[0].words is None:
        raise NotFound
    return found[0]


async def list_campaigns(session: AsyncSession, event_id: UUID) -> list[Campaign]:
    """The newest first, without those of rules. One query."""
    of_rule = select(ReminderRule.id).where(ReminderRule.campaign_id == Campaign.id).exists()
    wanted = select(Campaign).where(Campaign.event_id == event_id, ~of_rule)
    wanted = wanted.order_by(Campaign.id.desc()).limit(MOST_SHOWN)
    return list((await session.execute(wanted)).scalars())


async def get_campaign(
    session: AsyncSession, event_id: UUID, campaign_id: UUID, *, lock: bool = False
) -> Campaign:
    """Raises NotFound when it is not of this event."""
    found = await session.get(Campaign, campaign_id, with_for_update=lock or None, populate_existing=lock)
    if found is None or found.event_id != event_id:
        raise NotFound
    return found
