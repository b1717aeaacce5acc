"""The door on a phone: choose event and point, then scan, search or type. Without a script the forms do the same."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Response

from service.checkin.desk import AT_DESK, Desk
from service.checkin.errors import NothingScanned
from service.checkin.queries import get_answers, list_scans
from service.checkin.scan import scan
from service.checkin.schemas import ScanInput
from service.checkin.search import find_guests
from service.checkin.words import Answer, answer
from service.core.actor import Actor
from service.core.database import Database
from service.core.errors import Invalid
from service.core.names import lang_of_name
from service.core.tokens import new_id
from service.events.queries import list_events
from service.web.forms import Form, go, read_form
from service.web.templating import language_of, page

KINDS = {"admitted": "admitted", "already_in": "already", "undone": "already", "nothing_to_undo": "already"}
NEWEST = 12


@get("/door", include_in_schema=False)
async def choose_event(
    request: Request[Any, Any, Any], actor: NamedDependency[Actor], db: NamedDependency[Database],
    now: NamedDependency[datetime],
) -> Response[str] | Redirect:  # fmt: skip
    """The events whose door is open to this person, the nearest first; a single one is chosen at once."""
    async with db.begin() as session:
        events = [
            event
            for event in await list_events(session, actor)
            if "door" in actor.needs(event.organisation_id, event.id) and event.state != "archived"
        ]
    if len(events) == 1:
        return go(f"/door/{events[0].slug}")
    events.sort(key=lambda event: (event.ends_at < now, abs(event.starts_at - now)))
    return page(request, "door/events.html", events=events, now=now)


@get("/door/{slug:str}", dependencies=AT_DESK, include_in_schema=False)
async def choose_point(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[str]:
    """Big buttons with today's counters."""
    arrivals = {one.point_id: one for one in await desk.arrivals()}
    return page(request, "door/choose.html", door=desk.door, arrivals=arrivals)


@get("/door/{slug:str}/{point_id:uuid}", dependencies=AT_DESK, include_in_schema=False)
async def at_point(
    request: Request[Any, Any, Any],
    desk: NamedDependency[Desk],
    point_id: FromPath[UUID],
    q: FromQuery[str] = "",
) -> Response[str]:
    """Viewfinder, search, typed code, counters, the last scans."""
    return await _at_point(request, desk, point_id, q)


async def _at_point(
    request: Request[Any, Any, Any], desk: Desk, point_id: UUID, q: str = "", errors: dict[str, str] | None = None
) -> Response[str]:  # fmt: skip
    point = desk.door.point(point_id)
    async with desk.db.begin() as session:
        scans = await list_scans(session, desk.door.id, point_id=point_id, limit=NEWEST)
    found = await find_guests(desk.hot, desk.door, q) if q else []
    return page(
        request, "door/point.html", status=422 if errors else 200, door=desk.door, point=point, scans=scans,
        found=found, q=q, counts={one.point_id: one for one in await desk.arrivals()}.get(point_id), new_id=new_id,
        lang_of=lang_of_name, errors=errors or {},
    )  # fmt: skip


@post(
    "/door/{slug:str}/{point_id:uuid}/enter", dependencies=AT_DESK, status_code=200, include_in_schema=False
)
async def enter(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], point_id: FromPath[UUID]
) -> Response[str]:
    """A scan as a plain form; its id stands in the form, so that sending it twice is one scan."""
    desk.door.point(point_id)
    try:
        given = _read(await read_form(request), point_id)
    except Invalid as refused:
        return await _at_point(request, desk, point_id, errors=refused.errors)
    outcome = await scan(desk.hot, desk.door, given, desk.actor)
    answers = await get_answers(desk.hot, desk.door, outcome)
    said = answer(outcome, desk.door, point_id, language_of(request), answers)
    return page(
        request,
        "door/answer.html",
        door=desk.door,
        point_id=point_id,
        said=said,
        kind=kind_of(said),
        undo_id=new_id(),
    )


def _read(form: Form, point_id: UUID) -> ScanInput:
    try:
        given = ScanInput(
            scan_id=UUID(form["scan_id"]), point_id=point_id, code=form.get("code", "")[:600],
            registration_id=UUID(form["registration_id"]) if form.get("registration_id") else None,
            action="undo" if form.get("action") == "undo" else "enter",
            how="search" if form.get("registration_id") else "typed", device_time=datetime.now(UTC),
        )  # fmt: skip
    except (KeyError, ValueError):
        raise NothingScanned({"code": NothingScanned.say}) from None
    given.check()
    return given


def kind_of(said: Answer) -> str:
    """Which of the three screens: admitted, already, refused."""
    return KINDS.get(said.verdict, "refused")


ROUTES = (choose_event, choose_point, at_point, enter)
