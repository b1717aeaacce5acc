"""The API of the door: parse, look up, call, answer."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import BodyKwarg, FromPath, FromQuery

from service.checkin import queries
from service.checkin.facts import DoorFacts, facts_for_door
from service.checkin.scan import scan
from service.checkin.schemas import Guest, ScanInput
from service.checkin.search import find_guests
from service.checkin.words import Answer, answer
from service.core.actor import Actor
from service.core.database import Database
from service.events.cache import Remembered
from service.web.templating import language_of

EVENT = "/api/v1/events/{slug:str}"

# What the samples hold, so that the example of `scan` works: an approved guest of the forum with this code, typed
# SAMPLE23 (S, L are read as 5, 1), the forum's first check-in point, a device.
SAMPLE_CODE = "5AMP1E23"
SAMPLE_POINT = UUID("0199a1b2-0000-7000-8000-0000000000d1")
SAMPLE_DEVICE = UUID("0199a1b2-0000-7000-8000-0000000000d2")
SAMPLE_SCAN = UUID("0199a1b2-0000-7000-8000-0000000000d3")
SCAN = {
    "scan_id": str(SAMPLE_SCAN), "point_id": str(SAMPLE_POINT), "device_id": str(SAMPLE_DEVICE), "code": "SAMPLE23",
    "action": "enter", "how": "typed", "device_time": "2025-09-13T09:41:00+05:00", "seq": 1,
}  # fmt: skip


class PointView(msgspec.Struct, frozen=True, kw_only=True):
    """A check-in point. No `category_ids` means every category; times None mean always."""

    id: UUID
    name: dict[str, str]
    zone: str
    category_ids: tuple[UUID, ...]
    opens_at: datetime | None
    closes_at: datetime | None


@post(EVENT + "/scans", status_code=200, operation_id="scan", summary="Scan somebody in", tags=["check-in"])
async def scan_route(
    request: Request[Any, Any, Any], slug: FromPath[str],
    data: Annotated[ScanInput, BodyKwarg(examples=[Example(summary="Works against the samples", value=SCAN)])],
    actor: NamedDependency[Actor], db: NamedDependency[Database], door: NamedDependency[Remembered[DoorFacts]],
) -> Answer:  # fmt: skip
    """The verdict, in the language of Accept-Language. Every verdict is a 200. The same scan_id again gets the first
    verdict again."""
    data.check()
    facts = await facts_for_door(door, actor, slug)
    outcome = await scan(await db.hot(), facts, data, actor)
    return answer(outcome, facts, data.point_id, language_of(request))


@get(EVENT + "/points", operation_id="list_points", summary="List check-in points", tags=["check-in"])
async def points_route(
    slug: FromPath[str], actor: NamedDependency[Actor], door: NamedDependency[Remembered[DoorFacts]]
) -> list[PointView]:
    """In the organizer's order."""
    facts = await facts_for_door(door, actor, slug)
    return [PointView(**msgspec.structs.asdict(point)) for point in facts.points.values()]


@get(EVENT + "/arrivals", operation_id="count_arrivals", summary="Count arrivals", tags=["check-in"])
async def arrivals_route(
    slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database],
    door: NamedDependency[Remembered[DoorFacts]],
) -> list[queries.Arrivals]:  # fmt: skip
    """Today (of the event's zone), by check-in point."""
    facts = await facts_for_door(door, actor, slug)
    async with db.begin() as session:
        return await queries.count_arrivals(session, facts.id, facts.zone)


@get(EVENT + "/guests", operation_id="find_guests", summary="Find somebody at the door", tags=["check-in"])
async def guests_route(
    slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database],
    door: NamedDependency[Remembered[DoorFacts]], q: FromQuery[str] = "",
) -> list[Guest]:  # fmt: skip
    """The twenty best, by any spelling; from one Han, Hangul or Kana sign or two other characters. What door staff may
    see: no address, phone, diet."""
    facts = await facts_for_door(door, actor, slug)
    return await find_guests(await db.hot(), facts, q)


ROUTES = (scan_route, points_route, arrivals_route, guests_route)
