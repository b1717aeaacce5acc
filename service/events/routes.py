"""The API of events and categories."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import get, put
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import BodyKwarg, FromPath

from service.core.actor import Actor
from service.core.database import Database
from service.events.models import Event
from service.events.operations import save_category
from service.events.queries import CategoryView, get_event, list_categories, list_category_views, list_events
from service.events.schemas import CategoryForm

EVENTS = "/api/v1/events"
ONE = EVENTS + "/{slug:str}"


class EventView(msgspec.Struct, frozen=True, kw_only=True):
    """An event as the API shows it. Instants are RFC 3339; `zone` is the IANA name that wall times belong to."""

    id: UUID
    slug: str
    kind: str
    state: str
    name: dict[str, str]
    summary: dict[str, str]
    host: dict[str, str]
    place: dict[str, str]
    languages: list[str]
    zone: str
    starts_at: datetime
    ends_at: datetime
    registration_closes_at: datetime | None
    version: int


def _view(event: Event) -> EventView:
    return EventView(**{name: getattr(event, name) for name in EventView.__struct_fields__})


@get(EVENTS, operation_id="list_events", summary="List events", tags=["events"])
async def list_route(actor: NamedDependency[Actor], db: NamedDependency[Database]) -> list[EventView]:
    """Those in which the caller has a role, by date."""
    async with db.begin() as session:
        return [_view(event) for event in await list_events(session, actor)]


@get(ONE, operation_id="get_event", summary="Read one event", tags=["events"])
async def get_route(
    slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database]
) -> EventView:
    """404 for an event of somebody else."""
    async with db.begin() as session:
        return _view(await get_event(session, actor, slug, "see"))


@get(ONE + "/categories", operation_id="list_categories", summary="List categories", tags=["events"])
async def categories_route(
    slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database]
) -> list[CategoryView]:
    """With places taken and people waiting."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "see")
        return await list_category_views(session, event.id)


EXPERT: dict[str, Any] = {
    "key": "expert", "name": {"en": "Expert", "kk": "Сарапшы", "ru": "Эксперт", "ko": "전문가"},
    "approval": "desk", "visibility": "public", "colour": 4, "capacity": 120,
}  # fmt: skip


@put(
    ONE + "/categories/{key:str}",
    operation_id="save_category",
    summary="Make or change a category",
    tags=["events"],
)
async def save_category_route(
    slug: FromPath[str], key: FromPath[str],
    data: Annotated[CategoryForm, BodyKwarg(examples=[Example(summary="Works against the samples", value=EXPERT)])],
    actor: NamedDependency[Actor], db: NamedDependency[Database],
) -> list[CategoryView]:  # fmt: skip
    """By its key in the address; a capacity below what is taken is refused. Answers with all categories."""
    form = msgspec.structs.replace(data, key=key)
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        known = {category.key: category.id for category in await list_categories(session, event.id)}
        await save_category(session, actor, event, form, known.get(key))
        return await list_category_views(session, event.id)


ROUTES = (list_route, get_route, categories_route, save_category_route)
