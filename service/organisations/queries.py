"""Reads of a team."""

from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts.models import Account
from service.organisations.models import Membership

LOOK = ("owner", "organizer", "viewer")  # roles that see an event's guests


async def list_deciders(session: AsyncSession, organisation_id: UUID, event_id: UUID) -> list[Account]:
    """Who may be named for a step of approval: all that see the event's guests, by name. One query."""
    wanted = (
        select(Account)
        .join(Membership, Membership.account_id == Account.id)
        .where(
            Membership.organisation_id == organisation_id,
            or_(Membership.event_id.is_(None), Membership.event_id == event_id),
            Membership.role.in_(LOOK),
        )
    )
    return sorted((await session.execute(wanted)).scalars().unique(), key=lambda one: (one.name, one.id))
