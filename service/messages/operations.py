"""The two reminders with a letter of the house: one before the event to guests who come, one to those who were invited
and have not answered. Rules with words of the team's own are in rules.py."""

from datetime import datetime, time
from typing import Literal

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.operations import record
from service.core.actor import Actor
from service.core.errors import Conflict, Invalid
from service.events.models import Event
from service.messages.due import list_whom, queue_rule, remind_silent
from service.messages.models import ReminderRule

Audience = Literal["guests", "silent"]
LETTERS = {"guests": "event_reminder", "silent": "invitation_reminder"}
LONGEST_BEFORE = 90


class RuleInvalid(Invalid):
    code = "reminder_invalid"


class TooLate(Conflict):
    code = "reminder_too_late"
    say = "The event has begun: it is too late for a reminder."


class AlreadySent(Conflict):
    code = "reminder_sent"
    say = "This reminder was sent already: there is nothing to remove."


async def set_rule(
    session: AsyncSession,
    actor: Actor,
    event: Event,
    audience: Audience,
    *,
    days_before: int,
    local_hour: int,
) -> ReminderRule:
    """When the reminder to this audience goes out; who had it does not get it again. Raises RuleInvalid."""
    errors = {}
    if not 0 <= days_before <= LONGEST_BEFORE:
        errors["days_before"] = "Please choose between 0 and 90 days."
    if not 0 <= local_hour <= 23:
        errors["local_hour"] = "Please choose an hour between 0 and 23."
    if errors:
        raise RuleInvalid(errors)
    values = {"amount": days_before, "local_time": time(local_hour), "looked_at": None, "state": "on"}
    made = insert(ReminderRule).values(
        event_id=event.id, audience=audience, letter=LETTERS[audience], **values
    )
    changed = made.on_conflict_do_update(
        index_elements=["event_id", "letter"], index_where=text("letter <> 'message'"), set_=values
    )
    rule = (
        await session.execute(changed.returning(ReminderRule), execution_options={"populate_existing": True})
    ).scalar_one()
    await _record(session, actor, event, rule, "reminder.set", days_before=days_before, local_hour=local_hour)
    return rule


async def remove_rule(session: AsyncSession, actor: Actor, event: Event, rule: ReminderRule) -> None:
    """No reminder of this kind. Raises AlreadySent: a sent rule stays, it keeps people from being reminded twice."""
    if rule.sent_at or rule.queued:
        raise AlreadySent
    await _record(session, actor, event, rule, "reminder.removed")
    await session.delete(rule)
    await session.flush()


async def send_now(
    session: AsyncSession, actor: Actor, event: Event, rule: ReminderRule, *, now: datetime
) -> int:
    """Do not wait for the hour: to everybody of the audience who has not had it. Returns how many. Raises TooLate."""
    if event.starts_at <= now:
        raise TooLate
    if rule.audience == "silent":
        return await remind_silent(session, actor, event, rule, now)
    ids = await list_whom(session, rule, None, event, now)
    return await queue_rule(session, actor, event, rule, None, ids, event.starts_at)


async def _record(
    session: AsyncSession, actor: Actor, event: Event, rule: ReminderRule, name: str, **data: object
) -> None:
    await record(
        session, actor, name, organisation_id=event.organisation_id, event_id=event.id, subject_id=event.id,
        audience=rule.audience, **data,
    )  # fmt: skip
