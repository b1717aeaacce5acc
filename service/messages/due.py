"""Rules whose time has come: who gets one now, and their mails into the outbox, part by part.

A part and what it leaves behind are one transaction: killed anywhere, a worker loses nothing and doubles nothing."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import structlog
from sqlalchemy import Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.operations import record
from service.core.actor import SYSTEM, Actor
from service.core.database import Database
from service.delegations.models import Delegation
from service.events.models import Event
from service.lists.addresses import read_query
from service.lists.answers import scope_of
from service.lists.errors import FilterUnclear
from service.lists.fields import Scope
from service.lists.queries import select_within
from service.messages.campaigns import pace_of
from service.messages.models import OF_EACH, Campaign, ReminderRule
from service.messages.moments import may_be_due, times_of_each, times_of_event
from service.messages.recipients import Order, queue_mails, queue_silent
from service.messages.texts import queue_texts
from service.outbox.groups import release
from service.outbox.models import Task
from service.programme.models import ProgrammeSession
from service.registrations.models import Registration

log = structlog.get_logger()

PART = 1_000
FIRST = UUID(int=0)
AGAIN = timedelta(minutes=5)  # who comes late gets it within these
REMINDED = ("open", "closed", "over")  # states of an event
STANDARD = "state=approved"  # whom the standard reminder is for


class Part(msgspec.Struct, frozen=True):
    """How many mails were written, and the last one looked at; None: there is nobody more."""

    queued: int
    last: UUID | None


async def queue_all(db: Database, now: datetime) -> int:
    """The mails of every rule whose time has come, to all who have not had it. Returns how many.

    Whoever registers behind the moment gets it within minutes, as long as it makes sense: before the event, the session
    or the deadline begins; of a rule behind the event, for two weeks."""
    async with db.begin() as session:
        rules = await list_due(session, now)
    total = 0
    for rule_id in rules:
        try:
            total += await _queue_rule_whole(db, rule_id, now)
        except Exception as error:  # one that cannot be read does not stop those of everybody else
            log.error("reminder not queued", rule=str(rule_id), exc_info=error)
    return total


async def _queue_rule_whole(db: Database, rule_id: UUID, now: datetime) -> int:
    total, last = 0, FIRST
    while True:
        async with db.begin() as session:
            part = await queue_part(session, rule_id, last, now)
        total += part.queued
        if part.last is None:
            return total
        last = part.last


async def list_due(session: AsyncSession, now: datetime) -> list[UUID]:
    """Those to look at: never looked through, or not in the last minutes. One query, however many rules there are."""
    looked = or_(ReminderRule.looked_at.is_(None), ReminderRule.looked_at <= now - AGAIN)
    wanted = _on(now).with_only_columns(ReminderRule.id).where(looked).order_by(ReminderRule.id)
    return list((await session.execute(wanted)).scalars())


def _on(now: datetime) -> "Select[ReminderRule, Event, Campaign, Any]":
    wanted = select(ReminderRule, Event, Campaign, times_of_event().until)
    return (
        wanted.join(Event, Event.id == ReminderRule.event_id)
        .outerjoin(ProgrammeSession, ProgrammeSession.id == ReminderRule.session_id)
        .outerjoin(Campaign, Campaign.id == ReminderRule.campaign_id)
        .where(
            ReminderRule.state == "on", ReminderRule.sent_at.is_(None), Event.state.in_(REMINDED), may_be_due(now)
        )
    )  # fmt: skip


async def queue_part(session: AsyncSession, rule_id: UUID, after: UUID, now: datetime) -> Part:
    """The next thousand behind `after`. Nothing when another worker is at this rule, or it was paused or changed."""
    held = _on(now).where(ReminderRule.id == rule_id).with_for_update(of=ReminderRule, skip_locked=True)
    found = (await session.execute(held)).one_or_none()
    if found is None:
        return Part(0, None)
    rule, event, campaign, until = found
    if rule.letter == "invitation_reminder":
        return Part(await remind_silent(session, SYSTEM, event, rule, now), None)
    try:
        ids = await list_whom(session, rule, campaign, event, now, after=after, limit=PART)
    except FilterUnclear:  # a question of its list was removed: the page says so
        ids = []
    queued = await queue_rule(session, SYSTEM, event, rule, campaign, ids, until or event.ends_at)
    last = ids[-1] if len(ids) == PART else None
    if last is None:
        rule.looked_at = now
    return Part(queued, last)


async def remind_silent(
    session: AsyncSession, actor: Actor, event: Event, rule: ReminderRule, now: datetime
) -> int:
    """Once, to all who have not answered by then. Returns how many."""
    queued = await queue_silent(session, rule.event_id, f"rule:{rule.id}:", now)
    rule.sent_at = now
    await _note(session, actor, event, rule, queued)
    return queued


async def queue_rule(
    session: AsyncSession, actor: Actor, event: Event, rule: ReminderRule, campaign: Campaign | None,
    ids: Sequence[UUID], until: datetime,
) -> int:  # fmt: skip
    """To these, at the pace of the rule's message. Returns how many are new."""
    pace = pace_of(campaign, event) if campaign else None
    order = Order(
        event_id=event.id, dedup=f"rule:{rule.id}:", audience=rule.audience, letter=rule.letter,
        campaign_id=rule.campaign_id, purpose=campaign.purpose if campaign else "practical",
        held=pace is not None and not pace.at_once, until=until,
    )  # fmt: skip
    queued = await queue_mails(session, order, ids) if ids else 0
    texts = ids and campaign and campaign.short and rule.audience == "guests"
    written = queued + (await queue_texts(session, order, ids) if texts else 0)
    if written and pace and campaign and order.held:
        await release(session, campaign.id, pace)
    if queued:
        await _note(session, actor, event, rule, queued)
    return queued


async def _note(session: AsyncSession, actor: Actor, event: Event, rule: ReminderRule, queued: int) -> None:
    rule.queued = (rule.queued or 0) + queued
    await session.flush()
    await record(
        session, actor, "reminder.sent", organisation_id=event.organisation_id, event_id=event.id,
        subject_id=rule.campaign_id or event.id, audience=rule.audience, queued=queued,
    )  # fmt: skip


async def list_whom(
    session: AsyncSession, rule: ReminderRule, campaign: Campaign | None, event: Event, now: datetime, *,
    after: UUID = FIRST, limit: int | None = None,
) -> list[UUID]:  # fmt: skip
    """Those whose moment has come and who have not had it, in the order of their ids. Raises FilterUnclear."""
    scope = await scope_of(session, event)
    which = Delegation if rule.audience == "delegations" else Registration
    wanted = select_whom(rule, campaign, scope, which.id)
    if rule.anchor in OF_EACH:
        wanted = wanted.where(times_of_each(rule).due(now))
    wanted = wanted.where(which.id > after).order_by(which.id).limit(limit)
    return list((await session.execute(wanted)).scalars())


def select_whom(rule: ReminderRule, campaign: Campaign | None, scope: Scope, *columns: Any) -> Select[Any]:
    """These columns of all whom the rule is for and who have not had it, whatever the time. Raises FilterUnclear."""
    if rule.audience == "delegations":
        wanted = select(*columns).select_from(Delegation).join(Event, Event.id == Delegation.event_id)
        wanted = wanted.where(Delegation.event_id == scope.event_id, Delegation.state == "open")
        who: Any = Delegation.id
    else:
        segment = campaign.segment if campaign else STANDARD
        wanted = select_within(scope, read_query(segment), *columns).join(
            Event, Event.id == Registration.event_id
        )
        if rule.anchor in ("state", "offer"):
            state = rule.anchor_state if rule.anchor == "state" else "offered"
            wanted = wanted.where(Registration.state == state)
        who = Registration.person_id
    had = select(Task.id).where(Task.dedup == func.concat(f"rule:{rule.id}:", who)).exists()
    return wanted.join(ReminderRule, ReminderRule.id == rule.id).where(~had)
