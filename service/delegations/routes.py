"""The API of delegations."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import get, post, put
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import BodyKwarg, FromPath, FromQuery
from sqlalchemy.ext.asyncio import AsyncSession

from service.core.actor import Actor
from service.core.database import Database
from service.delegations.models import Delegation
from service.delegations.operations import save_delegation
from service.delegations.queries import (
    Board,
    Numbers,
    get_delegation,
    list_board,
    list_numbers,
    list_quotas,
)
from service.delegations.schemas import DelegationForm, check_delegation
from service.events.models import Event
from service.events.queries import get_event, list_category_views

EVENT = "/api/v1/events/{slug:str}/delegations"
EMBASSY: dict[str, Any] = {
    "kind": "country", "name": "Embassy of Portugal", "country": "PT", "focal_name": "Helena Marques",
    "focal_email": "embassy@portugal.example", "focal_language": "en", "deadline": "2027-03-01T18:00:00+05:00",
    "quotas": {"government": 3, "investor": None},
}  # fmt: skip


COMPANY: dict[str, Any] = {"kind": "company", "name": "Caspian Rail", "quotas": {"business": 4}}


class Place(msgspec.Struct, frozen=True):
    """`taken` of `places` (None: no limit) in a category."""

    category: str
    taken: int
    places: int | None


class DelegationView(msgspec.Struct, frozen=True, kw_only=True):
    """A delegation as the API shows it. `people` take a place or wait; of `missing` something is not known yet."""

    id: UUID
    kind: str
    name: str
    country: str
    focal_name: str
    focal_email: str
    focal_language: str
    deadline: datetime | None
    state: str
    submitted_at: datetime | None
    people: int
    approved: int
    missing: int
    places: list[Place] | None = None


def _view(row: Delegation, numbers: Numbers, places: list[Place] | None = None) -> DelegationView:
    return DelegationView(
        id=row.id, kind=row.kind, name=row.name, country=row.country, focal_name=row.focal_name,
        focal_email=row.focal_email, focal_language=row.focal_language, deadline=row.deadline, state=row.state,
        submitted_at=row.submitted_at, people=numbers.people, approved=numbers.approved, missing=numbers.missing,
        places=places,
    )  # fmt: skip


async def _whole(session: AsyncSession, event: Event, row: Delegation) -> DelegationView:
    keys = {one.id: one.key for one in await list_category_views(session, event.id)}
    quotas = await list_quotas(session, row.id)
    numbers = await list_numbers(session, event.id, [row.id])
    return _view(
        row, numbers[row.id], [Place(keys[one.category_id], one.taken, one.capacity) for one in quotas]
    )


@get(EVENT, operation_id="list_delegations", summary="List the delegations", tags=["delegations"])
async def list_route(
    slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database], now: NamedDependency[datetime],
    q: FromQuery[str] = "", after: FromQuery[str] = "",
) -> list[DelegationView]:  # fmt: skip
    """A hundred at a time by name; `after` is the last id of the page before."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "see")
        rows = await list_board(session, event.id, Board(q=q, after=after), now)
        numbers = await list_numbers(session, event.id, [row.id for row in rows])
        return [_view(row, numbers[row.id]) for row in rows]


@get(
    EVENT + "/{delegation_id:uuid}", operation_id="get_delegation", summary="Get a delegation with its places",
    tags=["delegations"],
)  # fmt: skip
async def get_route(
    slug: FromPath[str], delegation_id: FromPath[UUID], actor: NamedDependency[Actor], db: NamedDependency[Database],
) -> DelegationView:  # fmt: skip
    """Its people are registrations: filter them by `where=delegation:ID`."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "see")
        return await _whole(session, event, await get_delegation(session, event.id, delegation_id))


@post(EVENT, operation_id="add_delegation", summary="Make a delegation", tags=["delegations"])
async def add_route(
    slug: FromPath[str],
    data: Annotated[DelegationForm, BodyKwarg(examples=[Example(summary="Works against the samples", value=EMBASSY)])],
    actor: NamedDependency[Actor], db: NamedDependency[Database],
) -> DelegationView:  # fmt: skip
    """Its focal point gets the link by a button of the console, when everything is right."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        return await _whole(
            session, event, await save_delegation(session, actor, event, check_delegation(data))
        )


@put(
    EVENT + "/{delegation_id:uuid}", operation_id="change_delegation", summary="Change a delegation",
    tags=["delegations"],
)  # fmt: skip
async def change_route(
    slug: FromPath[str], delegation_id: FromPath[UUID],
    data: Annotated[DelegationForm, BodyKwarg(examples=[Example(summary="A company", value=COMPANY)])],
    actor: NamedDependency[Actor], db: NamedDependency[Database],
) -> DelegationView:  # fmt: skip
    """What is left out is emptied; a quota cannot be less than what is taken."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        row = await get_delegation(session, event.id, delegation_id, lock=True)
        row = await save_delegation(session, actor, event, check_delegation(data), delegation=row)
        return await _whole(session, event, row)


ROUTES = (list_route, get_route, add_route, change_route)
