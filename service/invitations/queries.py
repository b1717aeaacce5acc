"""Reads of invitations, within one event that was fetched with the right access."""

from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, func, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from service.core.errors import NotFound
from service.core.names import query_ways
from service.invitations.models import Invitation
from service.registrations.queries import as_id, spelled

PAGE = 50
SILENT = ("queued", "sent", "failed", "bounced")


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What the board shows; stands in the URL. `states` is one or more, comma separated; `after` the last id seen."""

    q: str = ""
    states: str = ""
    after: str = ""


def _conditions(event_id: UUID, wanted: Filter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Invitation.event_id == event_id]
    if query_ways(wanted.q):
        conditions.append(spelled(Invitation.search, wanted.q))
    if wanted.states:
        conditions.append(Invitation.state.in_(wanted.states.split(",")))
    return conditions


async def list_invitations(
    session: AsyncSession, event_id: UUID, wanted: Filter, limit: int = PAGE
) -> list[Invitation]:
    """One page by name. One query."""
    statement = select(Invitation).where(*_conditions(event_id, wanted))
    if wanted.after:
        last = select(Invitation.sort_key, Invitation.id).where(Invitation.id == as_id(wanted.after))
        statement = statement.where(tuple_(Invitation.sort_key, Invitation.id) > last.scalar_subquery())
    return list(
        (await session.execute(statement.order_by(Invitation.sort_key, Invitation.id).limit(limit))).scalars()
    )


async def count_invitations(session: AsyncSession, event_id: UUID, wanted: Filter) -> int:
    """How many the filter finds, on all pages."""
    statement = select(func.count()).select_from(Invitation).where(*_conditions(event_id, wanted))
    return int((await session.execute(statement)).scalar_one())


async def count_by_state(session: AsyncSession, event_id: UUID) -> dict[str, int]:
    """Numbers for the board."""
    statement = (
        select(Invitation.state, func.count())
        .where(Invitation.event_id == event_id)
        .group_by(Invitation.state)
    )
    return {state: int(count) for state, count in await session.execute(statement)}


async def get_invitation(
    session: AsyncSession, event_id: UUID, invitation_id: UUID, *, lock: bool = False
) -> Invitation:
    """For the team. Raises NotFound when it is not of this event."""
    wanted = select(Invitation).where(Invitation.id == invitation_id, Invitation.event_id == event_id)
    return _found((await session.execute(wanted.with_for_update() if lock else wanted)).scalar_one_or_none())


async def get_own_invitation(session: AsyncSession, invitation_id: UUID, *, lock: bool = False) -> Invitation:
    """For the guest whose personal link was verified. Raises NotFound."""
    wanted = select(Invitation).where(Invitation.id == invitation_id)
    return _found((await session.execute(wanted.with_for_update() if lock else wanted)).scalar_one_or_none())


def _found(invitation: Invitation | None) -> Invitation:
    if invitation is None:
        raise NotFound
    return invitation


async def is_suppressed(session: AsyncSession, organisation_id: UUID, email: str) -> bool:
    """Whether this address asked for no more invitations from this organisation."""
    found: Any = await session.execute(_SUPPRESSED, {"organisation_id": organisation_id, "email": email})
    return found.first() is not None


_SUPPRESSED = text("SELECT 1 FROM suppressions WHERE organisation_id = :organisation_id AND email = :email")
