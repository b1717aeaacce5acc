"""Putting back what a line of the history says was changed: details, a category, a cancellation.

Only what still stands as that line left it: what somebody changed again since is theirs."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.models import AuditLine
from service.core.actor import Actor
from service.core.errors import Conflict, NotFound
from service.credentials.operations import Signer
from service.events.models import Category
from service.registrations import operations
from service.registrations.changing import grant, move
from service.registrations.deciding import approves_alone
from service.registrations.errors import AlreadyRegistered
from service.registrations.models import TAKES_A_PLACE, Registration
from service.registrations.queries import find_by_email
from service.registrations.schemas import Application
from service.registrations.seats import sit_down


class ChangedAgain(Conflict):
    code = "changed_again"
    say = "This was changed again since: nothing is put back."


def is_restorable(registration: Registration, name: str, data: Mapping[str, Any]) -> bool:
    """Whether something of this line of its history still stands as the line left it."""
    if name == "registration.changed":
        return bool(_before(registration, data))
    if name == "registration.moved":
        return str(registration.category_id) == data.get("after")
    return name == "registration.cancelled" and registration.state == "cancelled"


def _before(registration: Registration, data: Mapping[str, Any]) -> dict[str, Any]:
    pairs = data.get("changed", {})
    return {
        field: pairs[field][0]
        for field in operations.CHANGEABLE
        if field in pairs and getattr(registration, field) == pairs[field][1]
    }


async def restore(
    session: AsyncSession,
    actor: Actor,
    registration: Registration,
    line_id: UUID,
    *,
    signer: Signer,
    now: datetime,
) -> None:
    """As it was before this line of its history; `registration` was fetched with a lock. Written down as a change of
    its own. Raises NotFound, ChangedAgain, Full, AlreadyRegistered, CategoryNotOpen."""
    wanted = select(AuditLine).where(AuditLine.id == line_id, AuditLine.subject_id == registration.id)
    line = (await session.execute(wanted)).scalar_one_or_none()
    if line is None:
        raise NotFound
    if not is_restorable(registration, line.name, line.data):
        raise ChangedAgain
    if line.name == "registration.changed":
        current = {field: getattr(registration, field) for field in operations.CHANGEABLE}
        back = Application(category="", **{**current, **_before(registration, line.data)})
        await operations.change(session, actor, registration, back)
    elif line.name == "registration.moved":
        await _category(session, actor, registration, line, now=now)
    else:
        await _reinstate(session, actor, registration, line, signer=signer, now=now)


async def _category(
    session: AsyncSession, actor: Actor, registration: Registration, line: AuditLine, *, now: datetime
) -> None:
    category = await session.get(Category, UUID(line.data["before"]))
    if category is None:
        raise ChangedAgain
    await operations.move_category(session, actor, registration, category.key, now=now)


async def _reinstate(
    session: AsyncSession,
    actor: Actor,
    registration: Registration,
    line: AuditLine,
    *,
    signer: Signer,
    now: datetime,
) -> None:
    """On a place again, if they held one and there is one. Approved at once with a new code and a mail, unless others
    would have to decide: then it waits for them."""
    if await find_by_email(session, registration.event_id, registration.email):
        raise AlreadyRegistered
    was = line.data.get("before", "pending")
    if was in TAKES_A_PLACE:
        await sit_down(session, registration)
    registration.reason = ""
    category = await session.get_one(Category, registration.category_id)
    if was == "approved" and approves_alone(category, actor, registration.organisation_id):
        await grant(session, actor, registration, signer=signer, now=now, letter="registration_approved")
        return
    state, step = ("waitlisted", None) if was == "waitlisted" else ("pending", 1)
    await move(session, actor, registration, state, name="registration.restored", now=now, step=step)
