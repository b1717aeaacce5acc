"""What the team and a delegation's focal point do with a delegation. Who is in it: members.py."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.operations import record
from service.core.actor import SYSTEM, Actor
from service.core.errors import Conflict
from service.core.tokens import new_id, personal_token, read_personal_token, subject_of
from service.delegations.errors import (
    DelegationInvalid,
    DelegationNotEmpty,
    DelegationShut,
    NobodyIn,
    NobodyToWrite,
)
from service.delegations.models import Delegation, Quota
from service.delegations.queries import get_linked, is_late
from service.delegations.schemas import DelegationForm
from service.events.models import Category, Event
from service.outbox.operations import Mail, add_mails
from service.places.operations import place_of, set_capacity
from service.registrations.models import Registration

PURPOSE = "delegation"
PLAIN = ("kind", "name", "country", "focal_name", "focal_email", "focal_language", "deadline")
SOON = timedelta(days=3)
STILL_ASKED = timedelta(days=7)  # after the deadline


def link_token(master_key: bytes, delegation: Delegation) -> str:
    """The token of the focal point's personal link; a new `link_number` ends it."""
    return personal_token(master_key, f"{PURPOSE}{delegation.link_number}", delegation.id)


async def find_by_link(
    session: AsyncSession, master_key: bytes, token: str, *, lock: str = ""
) -> Delegation | None:
    """The delegation whose link this is; None for a wrong or ended one."""
    subject = subject_of(token)
    if subject is None:
        return None
    found = await get_linked(session, subject, lock=lock)
    known = read_personal_token(master_key, f"{PURPOSE}{found.link_number}", token)
    return found if known == found.id else None


def is_open(delegation: Delegation, event: Event, now: datetime) -> bool:
    """Whether its focal point may change it. A deadline that has passed shuts nobody out: the team locks."""
    return delegation.state == "open" and now < event.ends_at


async def save_delegation(
    session: AsyncSession, actor: Actor, event: Event, form: DelegationForm, *, delegation: Delegation | None = None,
    expected_version: int | None = None,
) -> Delegation:  # fmt: skip
    """A new one, or a changed one that was fetched with a lock; `form` was checked.

    Raises Conflict when somebody changed it since `expected_version`, DelegationInvalid for a name that is taken,
    TooManyTaken for a quota below what is taken."""
    if delegation is not None and expected_version not in (None, delegation.version):
        raise Conflict
    same = select(Delegation.id).where(
        Delegation.event_id == event.id, func.lower(Delegation.name) == form.name.lower()
    )
    taken = (await session.execute(same)).scalars().first()
    if taken is not None and (delegation is None or taken != delegation.id):
        raise DelegationInvalid({"name": "There is a delegation of this name already."})
    before: dict[str, Any] = {}
    if delegation is None:
        delegation = Delegation(id=new_id(), organisation_id=event.organisation_id, event_id=event.id)
        session.add(delegation)
    else:
        before = {name: getattr(delegation, name) for name in PLAIN}
        delegation.version += 1
    for name in PLAIN:
        setattr(delegation, name, getattr(form, name))
    await session.flush()
    await _set_quotas(session, delegation, event, form)
    changed = {
        name: [before.get(name), getattr(form, name)]
        for name in PLAIN
        if before.get(name) != getattr(form, name)
    }
    await _record(session, actor, delegation, "delegation.saved", changed=_plain(changed), quotas=form.quotas)
    return delegation


def _plain(changed: dict[str, list[Any]]) -> dict[str, list[Any]]:
    return {
        name: [value.isoformat() if isinstance(value, datetime) else value for value in pair]
        for name, pair in changed.items()
    }


async def _set_quotas(
    session: AsyncSession, delegation: Delegation, event: Event, form: DelegationForm
) -> None:
    """A category that they may no longer bring keeps its counter, without a limit: it still counts who is there."""
    rows = await session.execute(select(Category.key, Category.id).where(Category.event_id == event.id))
    ids: dict[str, UUID] = {row.key: row.id for row in rows}
    unknown = sorted(form.quotas.keys() - ids.keys())
    if unknown:
        raise DelegationInvalid(
            {f"quota_{key}": "Please choose a category from the list." for key in unknown}
        )
    await session.execute(delete(Quota).where(Quota.delegation_id == delegation.id))
    for category_id in sorted(ids.values(), key=lambda one: place_of(delegation.id, one)):
        key = next(key for key, one in ids.items() if one == category_id)
        place = place_of(delegation.id, category_id)
        await set_capacity(session, place, "quota", form.quotas.get(key))
        if key in form.quotas:
            session.add(Quota(id=place, delegation_id=delegation.id, category_id=category_id))
    await session.flush()


async def remove_delegation(session: AsyncSession, actor: Actor, delegation: Delegation) -> None:
    """Only while nobody belongs to it. Raises DelegationNotEmpty."""
    of_it = select(func.count()).select_from(Registration).where(Registration.delegation_id == delegation.id)
    guests = (await session.execute(of_it)).scalar_one()
    if guests:
        raise DelegationNotEmpty(guests=guests)
    categories = select(Category.id).where(Category.event_id == delegation.event_id)
    places = [place_of(delegation.id, one) for one in (await session.execute(categories)).scalars()]
    await _record(session, actor, delegation, "delegation.removed", called=delegation.name)
    await session.delete(delegation)
    await session.flush()
    await session.execute(text("DELETE FROM places WHERE id = ANY(:ids)"), {"ids": places})


async def submit(
    session: AsyncSession, actor: Actor, delegation: Delegation, event: Event, *, now: datetime
) -> None:
    """The focal point says that it is complete; from then on only the team changes it.

    Raises DelegationShut, NobodyIn."""
    if not is_open(delegation, event, now):
        raise DelegationShut
    there = select(Registration.id).where(
        Registration.delegation_id == delegation.id, Registration.state.not_in(("cancelled", "rejected"))
    )
    if (await session.execute(there.limit(1))).first() is None:
        raise NobodyIn
    await _move(session, actor, delegation, "submitted", now)
    delegation.submitted_at = now
    await _tell(session, delegation, "delegation_submitted", once=f"v{delegation.version}")


async def lock(session: AsyncSession, actor: Actor, delegation: Delegation, *, now: datetime) -> None:
    """The team closes it, submitted or not."""
    if delegation.state != "locked":
        await _move(session, actor, delegation, "locked", now)


async def reopen(
    session: AsyncSession, actor: Actor, delegation: Delegation, *, until: datetime | None, now: datetime
) -> None:
    """The focal point may go on, `until` a new deadline (None: without one), and is told so."""
    delegation.deadline = until
    if delegation.state != "open":
        await _move(session, actor, delegation, "open", now)
    else:
        delegation.version += 1
    delegation.submitted_at = None
    await _tell(session, delegation, "delegation_reopened", once=f"v{delegation.version}")


async def _move(
    session: AsyncSession, actor: Actor, delegation: Delegation, state: str, now: datetime
) -> None:
    before, delegation.state = delegation.state, state
    delegation.version += 1
    name = {
        "submitted": "delegation.submitted",
        "locked": "delegation.locked",
        "open": "delegation.reopened",
    }[state]
    await _record(session, actor, delegation, name, before=before, after=state)


async def set_head(
    session: AsyncSession, actor: Actor, delegation: Delegation, registration_id: UUID | None
) -> None:
    """Who leads it: one of its own guests, or nobody."""
    if delegation.head_id == registration_id:
        return
    before, delegation.head_id = delegation.head_id, registration_id
    delegation.version += 1
    await _record(
        session,
        actor,
        delegation,
        "delegation.head",
        before=str(before or ""),
        after=str(registration_id or ""),
    )


async def renew_link(session: AsyncSession, actor: Actor, delegation: Delegation) -> None:
    """The old link ends; the new one is not sent by itself."""
    delegation.link_number += 1
    delegation.version += 1
    await _record(session, actor, delegation, "delegation.link_renewed")


async def correct_address(
    session: AsyncSession, actor: Actor, delegation: Delegation, before: str, email: str
) -> None:
    """The focal point is written to there from now on, unless they have another address than `before` by now. The
    delegation was fetched with a lock; the link stays, because the old address never got it."""
    if delegation.focal_email != before:
        return
    delegation.focal_email = email
    delegation.version += 1
    await _record(
        session, actor, delegation, "delegation.saved", changed={"focal_email": [before, email]}, quotas={}
    )


async def send_link(session: AsyncSession, actor: Actor, delegation: Delegation, *, now: datetime) -> None:
    """Mail the personal link; at most one an hour. Raises NobodyToWrite."""
    if not delegation.focal_email:
        raise NobodyToWrite
    once = f"{delegation.link_number}:{now.strftime('%Y-%m-%dT%H')}"
    if await _tell(session, delegation, "delegation_link", once=once):
        await _record(session, actor, delegation, "delegation.link_sent", address=delegation.focal_email)


async def remind_one(session: AsyncSession, actor: Actor, delegation: Delegation, *, now: datetime) -> None:
    """As `remind`. Raises NobodyToWrite, DelegationShut."""
    if not delegation.focal_email:
        raise NobodyToWrite
    if delegation.state != "open":
        raise DelegationShut
    await remind(session, actor, [delegation], now=now)


async def remind(
    session: AsyncSession, actor: Actor, delegations: Sequence[Delegation], *, now: datetime, once: str = ""
) -> int:
    """Mail those that are open and have a focal point; once a day each. Returns how many are reminded."""
    reminded = 0
    for delegation in delegations:
        if delegation.state != "open" or not delegation.focal_email:
            continue
        mark = once or now.strftime("%Y-%m-%d")
        if await _tell(session, delegation, "delegation_reminder", once=mark):
            await _record(session, actor, delegation, "delegation.reminded", address=delegation.focal_email)
            reminded += 1
    return reminded


async def remind_due(session: AsyncSession, now: datetime) -> int:
    """By itself: three days before the deadline, and once more when it has passed."""
    near = (Delegation.deadline > now) & (Delegation.deadline <= now + SOON) & (Delegation.state == "open")
    passed = is_late(now) & (Delegation.deadline > now - STILL_ASKED)
    wanted = (
        select(Delegation, Event.ends_at)
        .join(Event, Event.id == Delegation.event_id)
        .where(
            near | passed,
            Delegation.focal_email != "",
            Event.ends_at > now,
            Event.state.in_(("open", "closed")),
        )
        .order_by(Delegation.id)
        .with_for_update(of=Delegation, skip_locked=True)
    )
    reminded = 0
    for delegation, _ in await session.execute(wanted):
        late = delegation.deadline is not None and delegation.deadline <= now
        due = delegation.deadline.date().isoformat() if delegation.deadline else ""
        reminded += await remind(
            session, SYSTEM, [delegation], now=now, once=f"{'late' if late else 'soon'}:{due}"
        )
    return reminded


async def _tell(session: AsyncSession, delegation: Delegation, letter: str, *, once: str) -> bool:
    if not delegation.focal_email:
        return False
    mail = Mail(
        letter=letter, dedup=f"{letter}:{delegation.id}:{once}", address=delegation.focal_email,
        language=delegation.focal_language, event_id=delegation.event_id,
        more={"delegation_id": str(delegation.id)},
    )  # fmt: skip
    return await add_mails(session, [mail]) == 1


async def _record(
    session: AsyncSession, actor: Actor, delegation: Delegation, name: str, **data: object
) -> None:
    await session.flush()
    await record(
        session, actor, name, organisation_id=delegation.organisation_id, event_id=delegation.event_id,
        subject_id=delegation.id, **data,
    )  # fmt: skip
