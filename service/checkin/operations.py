"""Setting up a door: points and devices. Never commits, sends or reads the clock. Scanning is in scan.py."""

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import exists, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.operations import record
from service.checkin.errors import LastPoint, PointInUse
from service.checkin.facts import DoorFacts, list_points
from service.checkin.models import Device, Point, Scan
from service.core.actor import Actor
from service.core.errors import Invalid, NotFound
from service.events.models import Event
from service.events.queries import list_categories

LONGEST_NAME = 80
DEFAULT_NAME = {"en": "Main entrance", "kk": "Бас кіреберіс", "ru": "Главный вход", "ko": "정문"}


class PointInput(msgspec.Struct, frozen=True, kw_only=True):
    """A check-in point as the team writes it. No `category_ids`: everybody; times None: always."""

    name: dict[str, str]
    zone: str = "venue"
    category_ids: tuple[UUID, ...] = ()
    opens_at: datetime | None = None
    closes_at: datetime | None = None


async def ensure_default_point(session: AsyncSession, event: Event) -> Point:
    """The event's first point; a main entrance that admits everybody if there was none yet."""
    points = await list_points(session, event.id)
    if points:
        return points[0]
    name = {code: text for code, text in DEFAULT_NAME.items() if code in event.languages} or {
        "en": "Main entrance"
    }
    made = Point(event_id=event.id, name=name)
    session.add(made)
    await session.flush()
    return made


async def add_point(session: AsyncSession, actor: Actor, event: Event, given: PointInput) -> Point:
    """After the others. Raises Invalid."""
    await _check(session, event, given)
    last = await session.execute(select(func.max(Point.ordinal)).where(Point.event_id == event.id))
    made = Point(event_id=event.id, ordinal=(last.scalar() or 0) + 1, **_columns(given))
    session.add(made)
    await session.flush()
    await _record(session, actor, event, made, "point.added")
    return made


async def change_point(
    session: AsyncSession, actor: Actor, event: Event, point_id: UUID, given: PointInput
) -> Point:
    """Holds for the next scan within a second. Raises Invalid, NotFound."""
    await _check(session, event, given)
    point = await get_point(session, event.id, point_id)
    for name, value in _columns(given).items():
        setattr(point, name, value)
    await session.flush()
    await _record(session, actor, event, point, "point.changed")
    return point


async def remove_point(session: AsyncSession, actor: Actor, event: Event, point_id: UUID) -> None:
    """Raises PointInUse once somebody was scanned there, LastPoint for the only one, NotFound."""
    point = await get_point(session, event.id, point_id)
    if (await session.execute(select(exists().where(Scan.point_id == point_id)))).scalar():
        raise PointInUse
    if len(await list_points(session, event.id)) == 1:
        raise LastPoint
    await _record(session, actor, event, point, "point.removed")
    await session.delete(point)
    await session.flush()


async def get_point(session: AsyncSession, event_id: UUID, point_id: UUID) -> Point:
    """Raises NotFound for one of another event."""
    wanted = select(Point).where(Point.id == point_id, Point.event_id == event_id)
    found = (await session.execute(wanted)).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


async def enrol_device(
    session: AsyncSession, actor: Actor, door: DoorFacts, device_id: UUID, name: str
) -> None:
    """A browser that scans at this event says who it is; the second time changes nothing."""
    account_id = actor.id if actor.kind == "account" else None
    row = insert(Device).values(id=device_id, event_id=door.id, account_id=account_id, name=name[:120])
    await session.execute(row.on_conflict_do_nothing())


async def _check(session: AsyncSession, event: Event, given: PointInput) -> None:
    errors: dict[str, str] = {}
    if not any(given.name.values()):
        errors["name"] = "Please give the point a name."
    if any(len(text) > LONGEST_NAME for text in given.name.values()):
        errors["name"] = "Please be shorter: 80 characters at most."
    if not given.zone or len(given.zone) > LONGEST_NAME:
        errors["zone"] = "Please name the zone, for example venue."
    if given.opens_at and given.closes_at and given.closes_at <= given.opens_at:
        errors["closes_at"] = "It must close after it opens."
    known = {category.id for category in await list_categories(session, event.id)}
    if not known.issuperset(given.category_ids):
        errors["category_ids"] = "Please choose from the categories shown."
    if errors:
        raise Invalid(errors)


def _columns(given: PointInput) -> dict[str, object]:
    name = {language: text for language, text in given.name.items() if text}
    return {**msgspec.structs.asdict(given), "name": name, "category_ids": list(given.category_ids)}


async def _record(session: AsyncSession, actor: Actor, event: Event, point: Point, name: str) -> None:
    await record(
        session, actor, name, organisation_id=event.organisation_id, event_id=event.id, subject_id=point.id,
        point=point.name, zone=point.zone,
    )  # fmt: skip
