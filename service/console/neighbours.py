"""Going back and forth in the delegate list: the page before this one, the guest before and after one."""

from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from service.registrations.models import Registration
from service.registrations.queries import PAGE, Filter, list_registrations, select_within


class Neighbours(msgspec.Struct, frozen=True):
    """Who stands beside one in the list that the filter gives; None at its ends."""

    before: UUID | None
    after: UUID | None


async def get_neighbours(
    session: AsyncSession, event_id: UUID, wanted: Filter, guest: Registration
) -> Neighbours:
    """Also for one whom the filter no longer finds: their name still has a place in the order. Two queries."""
    before = (await session.execute(_backwards(event_id, wanted, guest).limit(1))).scalar_one_or_none()
    following = msgspec.structs.replace(wanted, after=str(guest.id))
    after = await list_registrations(session, event_id, following, limit=1)
    return Neighbours(before, after[0].id if after else None)


async def find_page_before(session: AsyncSession, event_id: UUID, wanted: Filter, first: Registration) -> str:
    """The `after` of the page before the one that begins with `first`; empty when that is the first page. One query."""
    found = await session.execute(_backwards(event_id, wanted, first).offset(PAGE).limit(1))
    cursor = found.scalar_one_or_none()
    return str(cursor) if cursor else ""


def _backwards(event_id: UUID, wanted: Filter, one: Registration) -> Select[Any]:
    """Ids of all that stand before `one`, the nearest first."""
    statement = select_within(event_id, wanted, Registration.id)
    if wanted.sort == "newest":
        newer = tuple_(Registration.created_at, Registration.id) > (one.created_at, one.id)
        return statement.where(newer).order_by(Registration.created_at, Registration.id)
    earlier = tuple_(Registration.sort_key, Registration.id) < (one.sort_key, one.id)
    return statement.where(earlier).order_by(Registration.sort_key.desc(), Registration.id.desc())
