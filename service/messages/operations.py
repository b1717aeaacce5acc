"""Reminders: one before the event to guests who come, one to those who were invited and have not answered."""

from datetime import datetime
from typing import Literal

from sqlalchemy import TextClause, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.operations import record
from service.core.actor import SYSTEM, Actor
from service.core.errors import Conflict, Invalid
from service.events.models import Event
from service.messages.models import ReminderRule
from service.messages.queries import due_at
from service.messages.recipients import HASHED

Audience = Literal["guests", "silent"]
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
    values = {"days_before": days_before, "local_hour": local_hour}
    made = insert(ReminderRule).values(event_id=event.id, audience=audience, **values)
    changed = made.on_conflict_do_update(index_elements=["event_id", "audience"], set_=values)
    rule = (
        await session.execute(changed.returning(ReminderRule), execution_options={"populate_existing": True})
    ).scalar_one()
    await _record(session, actor, event, rule, "reminder.set", **values)
    return rule


async def remove_rule(session: AsyncSession, actor: Actor, event: Event, rule: ReminderRule) -> None:
    """No reminder of this kind. Raises AlreadySent: a sent rule stays, it keeps people from being reminded twice."""
    if rule.sent_at:
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
    queued = await _queue(session, rule, now)
    await _record(session, actor, event, rule, "reminder.sent", queued=queued)
    return queued


async def queue_due_reminders(session: AsyncSession, now: datetime) -> int:
    """Queue the mails of each rule whose time has come, once; returns how many mails.

    Rules another worker is at are skipped; the rule is marked in the same transaction, so a crash leaves neither mails
    nor mark. A rule made after its own time still goes out at once, unless the event has begun."""
    waiting = (
        select(ReminderRule, Event)
        .join(Event, Event.id == ReminderRule.event_id)
        .where(ReminderRule.sent_at.is_(None), Event.starts_at > now, Event.state.in_(("open", "closed")))
        .order_by(ReminderRule.id)
        .with_for_update(of=ReminderRule, skip_locked=True)
    )
    total = 0
    for rule, event in (await session.execute(waiting)).all():
        if due_at(event, rule.days_before, rule.local_hour) <= now:
            queued = await _queue(session, rule, now)
            await _record(session, SYSTEM, event, rule, "reminder.sent", queued=queued)
            total += queued
    return total


async def _queue(session: AsyncSession, rule: ReminderRule, now: datetime) -> int:
    """The unique key names rule and person: nobody is reminded twice, whoever asks and however often."""
    await session.execute(HASHED)
    found = await session.execute(QUEUE[rule.audience], {"event_id": rule.event_id, "rule_id": str(rule.id)})
    queued = int(found.scalar_one())
    rule.sent_at, rule.queued = now, (rule.queued or 0) + queued
    await session.flush()
    return queued


async def _record(
    session: AsyncSession, actor: Actor, event: Event, rule: ReminderRule, name: str, **data: object
) -> None:
    await record(
        session, actor, name, organisation_id=event.organisation_id, event_id=event.id, subject_id=event.id,
        audience=rule.audience, **data,
    )  # fmt: skip


def _statement(letter: str, subject: str, who: str) -> TextClause:
    """One statement for all: `subject` is registration_id or invitation_id, `who` selects id, email and language."""
    return text(f"""
        WITH who AS MATERIALIZED (SELECT uuidv7() AS task_id, found.* FROM ({who}) AS found),
        task AS (
            INSERT INTO outbox (id, kind, urgency, payload, dedup)
            SELECT task_id, 'mail', 1, jsonb_build_object('event_id', CAST(:event_id AS uuid), '{subject}', id),
                'reminder:' || :rule_id || ':' || id
            FROM who ORDER BY id ON CONFLICT (dedup) DO NOTHING RETURNING id
        ), delivery AS (
            INSERT INTO deliveries (task_id, event_id, {subject}, letter, address, language)
            SELECT task_id, :event_id, who.id, '{letter}', email, language
            FROM who JOIN task ON task.id = who.task_id RETURNING 1
        ) SELECT count(*) FROM delivery
    """)


QUEUE: dict[str, TextClause] = {
    "guests": _statement(
        "event_reminder",
        "registration_id",
        "SELECT id, coalesce(nullif(email, ''), assistant_email) AS email, language FROM registrations"
        " WHERE event_id = :event_id AND state = 'approved' AND (email <> '' OR assistant_email <> '')",
    ),
    "silent": _statement(
        "invitation_reminder",
        "invitation_id",
        "SELECT id, email, language FROM invitations i"
        " WHERE event_id = :event_id AND state IN ('queued', 'sent') AND email <> '' AND NOT EXISTS"
        " (SELECT FROM suppressions s WHERE s.organisation_id = i.organisation_id AND s.email = i.email)",
    ),
}
