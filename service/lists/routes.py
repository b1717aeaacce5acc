"""The API of the list."""

from typing import Annotated

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter

from service.core.actor import Actor
from service.core.database import Database
from service.events.queries import get_event
from service.lists.addresses import read_filter
from service.lists.answers import scope_of
from service.lists.queries import PAGE, list_page
from service.registrations.routes import EVENT, RegistrationView, view


class RegistrationPage(msgspec.Struct, frozen=True):
    """One page: ask again with `after` for the next; `after` empty: that was the last. `total` counts all pages; it is
    null in events of more than 50,000."""

    items: list[RegistrationView]
    total: int | None
    after: str


@get(EVENT, operation_id="list_registrations", summary="List registrations", tags=["registrations"])
async def list_route(
    slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database],
    q: FromQuery[str] = "", where: FromQuery[str] = "", states: Annotated[str, QueryParameter(name="state")] = "",
    category: FromQuery[str] = "", country: FromQuery[str] = "", after: FromQuery[str] = "",
    sort: FromQuery[str] = "name",
) -> RegistrationPage:  # fmt: skip
    """Fifty at a time, by name or newest; `q` finds any spelling of name, organisation, position, address, phone.

    `where` is a filter as the console writes it into its addresses: `state:approved badge:none -country:KZ`."""
    given = {"q": q, "where": where, "state": states, "category": category, "country": country}
    wanted = read_filter({**given, "after": after, "sort": sort})
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "see")
        found = await list_page(session, await scope_of(session, event, actor), wanted)
    last = str(found.items[-1].id) if len(found.items) == PAGE else ""
    return RegistrationPage([view(item) for item in found.items], found.total, last)


ROUTES = (list_route,)
