"""What the door's script asks for: the same operations, answered as data with the verdict's screen as HTML."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from litestar.response import Response

from service.checkin.desk import AT_DESK, Desk
from service.checkin.operations import enrol_device
from service.checkin.pages import kind_of
from service.checkin.queries import Arrivals, get_answers
from service.checkin.scan import scan
from service.checkin.schemas import ScanInput
from service.checkin.search import find_guests
from service.checkin.words import answer
from service.core.clock import now
from service.core.errors import NotFound
from service.core.names import lang_of_name
from service.core.tokens import new_id
from service.web.templating import HTML, language_of, render


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """A verdict: `kind` admitted, already or refused; as HTML the `screen` and the `row` of the list."""

    scan_id: UUID
    verdict: str
    kind: str
    registration_id: UUID | None
    screen: str
    row: str


class Hello(msgspec.Struct, frozen=True):
    """A device that begins to scan."""

    device_id: UUID
    name: str = ""


@post("/door/{slug:str}/scan", dependencies=AT_DESK, status_code=200, include_in_schema=False)
async def scan_here(
    request: Request[Any, Any, Any], data: JSONBody[ScanInput], desk: NamedDependency[Desk]
) -> Said:
    """The same scan_id again gets the first verdict again."""
    data.check()
    language = language_of(request)
    outcome = await scan(desk.hot, desk.door, data, desk.actor)
    answers = await get_answers(desk.hot, desk.door, outcome)
    said = answer(outcome, desk.door, data.point_id, language, answers)
    shown = {
        "door": desk.door,
        "point_id": data.point_id,
        "said": said,
        "kind": kind_of(said),
        "undo_id": new_id(),
    }
    return Said(
        scan_id=said.scan_id, verdict=said.verdict, kind=kind_of(said), registration_id=said.registration_id,
        screen=render("door/screen.html", language, **shown),
        row=render("door/new_row.html", language, at=now(), **shown),
    )  # fmt: skip


@get("/door/{slug:str}/{point_id:uuid}/found", dependencies=AT_DESK, include_in_schema=False)
async def found_here(
    request: Request[Any, Any, Any],
    desk: NamedDependency[Desk],
    point_id: FromPath[UUID],
    q: FromQuery[str] = "",
) -> Response[str]:
    """The list of guests while somebody types: the same forms as on the page."""
    html = render(
        "door/found.html", language_of(request), door=desk.door, point=desk.door.point(point_id), q=q,
        found=await find_guests(desk.hot, desk.door, q), new_id=new_id, lang_of=lang_of_name,
    )  # fmt: skip
    return Response(html, media_type=HTML, headers={"cache-control": "no-store"})


@get("/door/{slug:str}/{point_id:uuid}/counts", dependencies=AT_DESK, include_in_schema=False)
async def counts_here(desk: NamedDependency[Desk], point_id: FromPath[UUID]) -> Arrivals:
    """Today's counters of one point."""
    for one in await desk.arrivals():
        if one.point_id == point_id:
            return one
    raise NotFound


@post("/door/{slug:str}/devices", dependencies=AT_DESK, status_code=204, include_in_schema=False)
async def hello(data: JSONBody[Hello], desk: NamedDependency[Desk]) -> None:
    """Once per browser and event; again changes nothing."""
    async with desk.db.begin() as session:
        await enrol_device(session, desk.actor, desk.door, data.device_id, data.name)


ROUTES = (scan_here, found_here, counts_here, hello)
