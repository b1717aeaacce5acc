"""What every scan needs to know of its event: read once a second, not once a scan."""

from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.checkin.errors import DeviceRevoked, NoSuchPoint
from service.checkin.models import Device, Point
from service.core.actor import Actor
from service.core.database import Database
from service.core.errors import Forbidden, NotFound
from service.events.cache import Remembered
from service.events.models import Event
from service.events.queries import list_categories
from service.questions.facts import QuestionFacts
from service.questions.queries import list_questions


class PointFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A check-in point. No `category_ids` means everybody; times None mean always."""

    id: UUID
    name: dict[str, str]
    zone: str
    category_ids: tuple[UUID, ...]
    opens_at: datetime | None
    closes_at: datetime | None

    def admits(self, category_id: UUID | None) -> bool:
        """Whether this category may enter here."""
        return not self.category_ids or category_id in self.category_ids


class CategoryFacts(msgspec.Struct, frozen=True):
    """A category's name and colour (1-8)."""

    name: dict[str, str]
    colour: int


class DoorFacts(msgspec.Struct, frozen=True, kw_only=True):
    """An event as its door sees it, with the questions whose answers are shown there. `first_day` and
    `last_day` are local days of the event's `zone`."""

    id: UUID
    organisation_id: UUID
    slug: str
    name: dict[str, str]
    language: str
    zone: str
    first_day: date
    last_day: date
    points: dict[UUID, PointFacts]
    categories: dict[UUID, CategoryFacts]
    revoked_devices: frozenset[UUID]
    questions: tuple[QuestionFacts, ...] = ()

    def point(self, point_id: UUID) -> PointFacts:
        """Raises NoSuchPoint for one of another event, too."""
        try:
            return self.points[point_id]
        except KeyError:
            raise NoSuchPoint from None

    def check_device(self, device_id: UUID | None) -> None:
        """Raises DeviceRevoked."""
        if device_id in self.revoked_devices:
            raise DeviceRevoked


def door_cache(db: Database) -> Remembered[DoorFacts]:
    """Facts by the event's slug, a second old at most. Who may see them is asked by `facts_for_door`."""

    async def look_up(slug: str) -> DoorFacts:
        async with db.begin() as session:
            return await read_facts(session, slug)

    return Remembered(look_up)


async def facts_for_door(door: Remembered[DoorFacts], actor: Actor, slug: str) -> DoorFacts:
    """The facts, if the actor works at this door. Raises NotFound for an outsider, Forbidden for a viewer."""
    facts = await door.get(slug)
    allowed = actor.needs(facts.organisation_id, facts.id)
    if not allowed:
        raise NotFound
    if "door" not in allowed:
        raise Forbidden
    return facts


async def read_facts(session: AsyncSession, slug: str) -> DoorFacts:
    """Five queries. Raises NotFound."""
    event = (await session.execute(select(Event).where(Event.slug == slug))).scalar_one_or_none()
    if event is None:
        raise NotFound
    points = await list_points(session, event.id)
    categories = await list_categories(session, event.id)
    revoked = select(Device.id).where(Device.event_id == event.id, Device.revoked_at.is_not(None))
    zone = ZoneInfo(event.zone)
    return DoorFacts(
        id=event.id, organisation_id=event.organisation_id, slug=event.slug, name=event.name,
        language=event.languages[0], zone=event.zone, first_day=event.starts_at.astimezone(zone).date(),
        # An event that ends at midnight has its last day before it.
        last_day=(event.ends_at - timedelta(microseconds=1)).astimezone(zone).date(),
        points={point.id: _point(point) for point in points},
        categories={category.id: CategoryFacts(category.name, category.colour) for category in categories},
        revoked_devices=frozenset((await session.execute(revoked)).scalars()),
        questions=tuple(one for one in await list_questions(session, event.id) if one.at_door),
    )  # fmt: skip


async def list_points(session: AsyncSession, event_id: UUID) -> list[Point]:
    """In the organizer's order."""
    wanted = select(Point).where(Point.event_id == event_id).order_by(Point.ordinal, Point.id)
    return list((await session.execute(wanted)).scalars())


def _point(point: Point) -> PointFacts:
    return PointFacts(
        id=point.id, name=point.name, zone=point.zone, category_ids=tuple(point.category_ids),
        opens_at=point.opens_at, closes_at=point.closes_at,
    )  # fmt: skip
