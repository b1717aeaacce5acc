"""Reads of messages and reminder rules, within one event that was fetched with the right access."""

from datetime import UTC, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.core.errors import NotFound
from service.events.models import Event
from service.messages.models import Campaign, ReminderRule

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


def due_at(event: Event, days_before: int, local_time: time) -> datetime:
    """The instant (UTC) at which the clocks where the event is show `local_time`, so many days before its first day.

    An hour that the change to summer time leaves out is read as if the clocks had not been changed."""
    zone = ZoneInfo(event.zone)
    day = event.starts_at.astimezone(zone).date() - timedelta(days=days_before)
    return datetime.combine(day, local_time, zone).astimezone(UTC)


async def list_campaigns(session: AsyncSession, event_id: UUID) -> list[Campaign]:
    """The newest first. One query."""
    wanted = (
        select(Campaign).where(Campaign.event_id == event_id).order_by(Campaign.id.desc()).limit(MOST_SHOWN)
    )
    return list((await session.execute(wanted)).scalars())


async def get_campaign(
    session: AsyncSession, event_id: UUID, campaign_id: UUID, *, lock: bool = False
) -> Campaign:
    """Raises NotFound when it is not of this event."""
    found = await session.get(Campaign, campaign_id, with_for_update=lock or None, populate_existing=lock)
    if found is None or found.event_id != event_id:
        raise NotFound
    return found
