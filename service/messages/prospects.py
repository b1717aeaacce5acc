"""Who gets a rule next, and who had it, for people to look at."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from service.delegations.models import Delegation
from service.events.models import Event
from service.invitations.models import Suppression
from service.lists.answers import scope_of
from service.messages.due import select_whom
from service.messages.models import OF_EACH, Campaign, ReminderRule
from service.messages.moments import times_of_each
from service.messages.queries import Planned
from service.outbox.models import Delivery, Task
from service.registrations.models import Registration

SHOWN = 20


class Next(msgspec.Struct, frozen=True):
    """One who gets it. `moment` is None when it is the same for all."""

    id: UUID
    name: str
    moment: datetime | None


class Prospects(msgspec.Struct, frozen=True):
    """The first of `total` who get it, the soonest first."""

    first: list[Next]
    total: int


class Had(msgspec.Struct, frozen=True):
    """A mail that was written. `name` is that of the guest; focal points have only an address."""

    registration_id: UUID | None
    name: str | None
    address: str
    state: str
    at: datetime


async def list_next(session: AsyncSession, planned: Planned, event: Event, now: datetime) -> Prospects:
    """Of whom the rule finds now; whom no mail reaches is left out. Two queries. Raises FilterUnclear."""
    rule, words = planned.rule, planned.words
    if rule.anchor not in OF_EACH and (planned.until is None or planned.until <= now):
        return Prospects([], 0)
    of_guests = rule.audience == "guests"
    which: Any = Registration if of_guests else Delegation
    columns = which.id, (which.native_name if of_guests else which.name).label("name"), func.count().over()
    wanted = _reached(select_whom(rule, words, await scope_of(session, event), *columns), rule, words)
    name = which.sort_key if of_guests else func.lower(which.name)
    if rule.anchor in OF_EACH:
        times = times_of_each(rule)
        wanted = (
            wanted.add_columns(times.moment).where(times.ahead(now)).order_by(times.moment, name, which.id)
        )
    else:
        wanted = wanted.order_by(name, which.id)
    rows = (await session.execute(wanted.limit(SHOWN))).all()
    first = [Next(row[0], row[1], row[3] if len(row) > 3 else None) for row in rows]
    return Prospects(first, rows[0][2] if rows else 0)


def _reached(wanted: Select[Any], rule: ReminderRule, words: Campaign | None) -> Select[Any]:
    """There is an address, and it is not shut (messages.recipients says it of many)."""
    if rule.audience == "guests":
        address: Any = func.coalesce(func.nullif(Registration.email, ""), Registration.assistant_email)
        host: Any = Registration.organisation_id
    else:
        address, host = Delegation.focal_email, Delegation.organisation_id
    shut = select(Suppression.email).where(Suppression.organisation_id == host, Suppression.email == address)
    if words is None or words.purpose == "practical":
        shut = shut.where(Suppression.reason == "bounced")
    return wanted.where(address != "", ~shut.exists())


async def list_had(session: AsyncSession, campaign: Campaign) -> list[Had]:
    """The last ones its mails were written for. One query."""
    wanted = (
        select(
            Delivery.registration_id, Registration.native_name.label("name"), Delivery.address, Delivery.state,
            func.coalesce(Delivery.sent_at, Delivery.created_at).label("at"),
        )
        .join(Task, Task.id == Delivery.task_id)
        .outerjoin(Registration, Registration.id == Delivery.registration_id)
        .where(Task.campaign_id == campaign.id, Task.kind == "mail")
        .order_by(Delivery.created_at.desc(), Delivery.task_id.desc())
        .limit(SHOWN)
    )  # fmt: skip
    return [Had(*row) for row in await session.execute(wanted)]
