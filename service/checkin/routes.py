"""The API of the door: parse, look up, call, answer."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import BodyKwarg, FromQuery

from service.checkin.desk import AT_DESK, Desk
from service.checkin.queries import Arrivals, get_answers
from service.checkin.scan import scan
from service.checkin.schemas import Guest, ScanInput
from service.checkin.search import find_guests
from service.checkin.words import Answer, answer
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


@post(
    EVENT + "/scans", status_code=200, dependencies=AT_DESK,
    operation_id="scan", summary="Scan somebody in", tags=["check-in"],
)  # fmt: skip
async def scan_route(
    request: Request[Any, Any, Any],
    data: Annotated[
        ScanInput, BodyKwarg(examples=[Example(summary="Works against the samples", value=SCAN)])
    ],
    desk: NamedDependency[Desk],
) -> Answer:
    """The verdict, in the language of Accept-Language. Every verdict is a 200. The same scan_id again gets the first
    verdict again."""
    data.check()
    outcome = await scan(desk.hot, desk.door, data, desk.actor)
    answers = await get_answers(desk.hot, desk.door, outcome)
    return answer(outcome, desk.door, data.point_id, language_of(request), answers)


@get(
    EVENT + "/points", dependencies=AT_DESK,
    operation_id="list_points", summary="List check-in points", tags=["check-in"],
)  # fmt: skip
async def points_route(desk: NamedDependency[Desk]) -> list[PointView]:
    """In the organizer's order."""
    return [PointView(**msgspec.structs.asdict(point)) for point in desk.door.points.values()]


@get(
    EVENT + "/arrivals", dependencies=AT_DESK,
    operation_id="count_arrivals", summary="Count arrivals", tags=["check-in"],
)  # fmt: skip
async def arrivals_route(desk: NamedDependency[Desk]) -> list[Arrivals]:
    """Today (of the event's zone), by check-in point; a second old at most."""
    return await desk.arrivals()


@get(
    EVENT + "/guests", dependencies=AT_DESK,
    operation_id="find_guests", summary="Find somebody at the door", tags=["check-in"],
)  # fmt: skip
async def guests_route(desk: NamedDependency[Desk], q: FromQuery[str] = "") -> list[Guest]:
    """The twenty best, by any spelling; from one Han, Hangul or Kana sign or two other characters. What door staff may
    see: no address, phone, diet."""
    return await find_guests(desk.hot, desk.door, q)


ROUTES = (scan_route, points_route, arrivals_route, guests_route)
