"""Who is in a delegation: added, changed, left out, replaced, by its focal point or by the team."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.operations import record
from service.core.actor import Actor
from service.core.database import raw
from service.core.errors import NotFound
from service.credentials.operations import Signer
from service.delegations.models import Delegation
from service.delegations.queries import get_member
from service.events.queries import EventFacts
from service.places.operations import take
from service.registrations.errors import CategoryNotOpen, WrongState
from service.registrations.models import ALIVE, TAKES_A_PLACE, Registration
from service.registrations.operations import cancel, cancel_with
from service.registrations.queries import get_registration
from service.registrations.register import register
from service.registrations.schemas import Application
from service.registrations.seats import lock_seats, quota_of


class Company(msgspec.Struct, frozen=True):
    """With whom somebody comes, and as what (one of registrations.models.COMPANIONS)."""

    principal_id: UUID
    role: str


async def add_member(
    session: AsyncSession, actor: Actor, delegation: Delegation, event: EventFacts, application: Application, *,
    key: str, signer: Signer, company: Company | None = None,
) -> Registration:  # fmt: skip
    """Registers somebody in the delegation; `application` was checked, `delegation` fetched with a lock.

    Without an own address the focal point gets their mails. A full category means the waiting list, a full quota that
    nothing is written. Raises DelegationFull, CategoryNotOpen, AlreadyRegistered, NotFound for another's principal."""
    category = next((one for one in event.categories if one.key == application.category), None)
    if category is None:
        raise CategoryNotOpen({"category": CategoryNotOpen.say})
    if company is not None:
        await get_member(session, delegation.id, company.principal_id)
    if not application.email and not application.assistant_email:
        application = msgspec.structs.replace(application, assistant_email=delegation.focal_email)
    await lock_seats(session, event.id, category.id, delegation.id, application.choice_places)
    done = await register(
        await raw(session), event, application, source="delegation", key=f"delegation:{delegation.id}:{key}"[:200],
        actor=actor, signer=signer,
    )  # fmt: skip
    member = await get_registration(session, event.id, done.id, lock=True)
    if not done.new:
        return member
    member.delegation_id = delegation.id
    if company is not None:
        member.principal_id, member.companion = company.principal_id, company.role
    if done.state in TAKES_A_PLACE:
        await take(session, quota_of(delegation.id, category.id))
    await session.flush()
    return member


async def leave_out(
    session: AsyncSession, actor: Actor, delegation: Delegation, registration_id: UUID, *,
    too: Collection[UUID] = (), signer: Signer, now: datetime,
) -> None:  # fmt: skip
    """They do not come after all, nor do those of their companions who are named `too`; their places are free again.

    Raises WrongState, NotFound."""
    member = await get_member(session, delegation.id, registration_id, lock=True)
    if delegation.head_id in (member.id, *too):
        delegation.head_id = None
    await cancel_with(session, actor, member, too, signer=signer, now=now)


async def substitute(
    session: AsyncSession, actor: Actor, delegation: Delegation, event: EventFacts, registration_id: UUID,
    application: Application, *, key: str, signer: Signer, now: datetime,
) -> Registration:  # fmt: skip
    """Another one comes instead, on the very place: nobody who waits can take it in between.

    Raises WrongState, AlreadyRegistered, NotFound."""
    before = await get_member(session, delegation.id, registration_id, lock=True)
    if before.state not in ALIVE:
        raise WrongState(state=before.state)
    category = next((one for one in event.categories if one.id == before.category_id), None)
    if category is None:
        raise NotFound
    choices = {*before.choice_places, *application.choice_places}
    await lock_seats(session, event.id, category.id, delegation.id, choices, wanted=False)
    await cancel(session, actor, before, signer=signer, now=now, promote=False)
    application = msgspec.structs.replace(application, category=category.key)
    after = await add_member(session, actor, delegation, event, application, key=key, signer=signer)
    if delegation.head_id == before.id:
        delegation.head_id = after.id
    for one, other in ((before, after), (after, before)):
        await record(
            session, actor, "registration.substituted", organisation_id=one.organisation_id, event_id=one.event_id,
            subject_id=one.id, other=str(other.id), called=other.native_name, comes=one is after,
        )  # fmt: skip
    return after
