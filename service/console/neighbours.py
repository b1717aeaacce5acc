"""Going back and forth in the delegate list: the page before this one, the guest before and after one."""

from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from service.lists.fields import Scope
from service.lists.queries import PAGE, Filter, list_before, list_guests
from service.registrations.models import Registration


class Neighbours(msgspec.Struct, frozen=True):
    """Who stands beside one in the list that the filter gives; None at its ends."""

    before: UUID | None
    after: UUID | None


async def get_neighbours(
    session: AsyncSession, scope: Scope, wanted: Filter, guest: Registration
) -> Neighbours:
    """Also for one whom the filter no longer finds: their name still has a place in the order. Two queries."""
    before = await list_before(session, scope, wanted, guest)
    following = msgspec.structs.replace(wanted, after=str(guest.id))
    after = await list_guests(session, scope, following, limit=1)
    return Neighbours(before, after[0].id if after else None)


async def find_page_before(session: AsyncSession, scope: Scope, wanted: Filter, first: Registration) -> str:
    """The `after` of the page before the one that begins with `first`; empty when that is the first page. One query."""
    cursor = await list_before(session, scope, wanted, first, skip=PAGE)
    return str(cursor) if cursor else ""
