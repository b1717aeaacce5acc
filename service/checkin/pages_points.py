"""The organizers' side of the door: check-in points, arrivals, what was scanned."""

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response
from sqlalchemy.ext.asyncio import AsyncSession

from service.checkin.errors import LastPoint, PointInUse
from service.checkin.facts import DoorFacts, list_points
from service.checkin.models import Point
from service.checkin.operations import PointInput, add_point, change_point, get_point, remove_point
from service.checkin.queries import count_arrivals, list_scans
from service.core.actor import Actor
from service.core.database import Database
from service.core.errors import Invalid
from service.core.names import lang_of_name
from service.events.cache import Remembered
from service.events.models import Event
from service.events.queries import get_event, list_categories
from service.web.forms import Form, go, read_form
from service.web.templating import page

PAGE = "/console/{slug:str}/door"
FRESH: dict[str, str] = {"zone": "venue"}


@get(PAGE, include_in_schema=False)
async def points_page(
    request: Request[Any, Any, Any], slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database],
    now: NamedDependency[datetime],
) -> Response[str]:  # fmt: skip
    """Points with their arrivals of today, and the newest scans."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "see")
        return page(request, "door/points.html", **await _overview(session, actor, event, now))


@get(PAGE + "/new", include_in_schema=False)
async def new_point(
    request: Request[Any, Any, Any], slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database]
) -> Response[str]:  # fmt: skip
    """An empty form."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        return await _form(request, session, event, None, FRESH, (), {})


@post(PAGE + "/new", include_in_schema=False)
async def add(
    request: Request[Any, Any, Any], slug: FromPath[str], actor: NamedDependency[Actor],
    db: NamedDependency[Database], door: NamedDependency[Remembered[DoorFacts]],
) -> Response[str] | Redirect:  # fmt: skip
    """One more check-in point."""
    form = await read_form(request)
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        try:
            await add_point(session, actor, event, _read(form, event))
        except Invalid as refused:
            return await _form(request, session, event, None, form, form.many("category_ids"), refused.errors)
    door.forget(slug)
    return go(f"/console/{slug}/door", "The check-in point was added.")


@get(PAGE + "/{point_id:uuid}", include_in_schema=False)
async def edit_point(
    request: Request[Any, Any, Any], slug: FromPath[str], point_id: FromPath[UUID], actor: NamedDependency[Actor],
    db: NamedDependency[Database],
) -> Response[str]:  # fmt: skip
    """The form with what holds now."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        point = await get_point(session, event.id, point_id)
        return await _form(
            request,
            session,
            event,
            point,
            _written(point, event),
            [str(one) for one in point.category_ids],
            {},
        )


@post(PAGE + "/{point_id:uuid}", include_in_schema=False)
async def change(
    request: Request[Any, Any, Any], slug: FromPath[str], point_id: FromPath[UUID], actor: NamedDependency[Actor],
    db: NamedDependency[Database], door: NamedDependency[Remembered[DoorFacts]],
) -> Response[str] | Redirect:  # fmt: skip
    """Devices hear of it within a second."""
    form = await read_form(request)
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        try:
            await change_point(session, actor, event, point_id, _read(form, event))
        except Invalid as refused:
            point = await get_point(session, event.id, point_id)
            return await _form(
                request, session, event, point, form, form.many("category_ids"), refused.errors
            )
    door.forget(slug)
    return go(f"/console/{slug}/door", "Saved.")


@post(PAGE + "/{point_id:uuid}/remove", include_in_schema=False)
async def remove(
    slug: FromPath[str], point_id: FromPath[UUID], actor: NamedDependency[Actor], db: NamedDependency[Database],
    door: NamedDependency[Remembered[DoorFacts]],
) -> Redirect:  # fmt: skip
    """Only a point where nobody was scanned."""
    try:
        async with db.begin() as session:
            event = await get_event(session, actor, slug, "manage")
            await remove_point(session, actor, event, point_id)
    except (PointInUse, LastPoint) as refused:
        return go(f"/console/{slug}/door", refused.say, "error")
    door.forget(slug)
    return go(f"/console/{slug}/door", "The check-in point was removed.")


async def _overview(session: AsyncSession, actor: Actor, event: Event, now: datetime) -> dict[str, Any]:
    points, zone = await list_points(session, event.id), ZoneInfo(event.zone)
    return {
        "event": event, "here": "door", "points": points, "names": {point.id: point.name for point in points},
        "categories": {category.id: category for category in await list_categories(session, event.id)},
        "arrivals": {one.point_id: one for one in await count_arrivals(session, event.id, event.zone)},
        "scans": await list_scans(session, event.id, limit=30), "lang_of": lang_of_name,
        "is_today": lambda at: at.astimezone(zone).date() == now.astimezone(zone).date(),
        "manages": "manage" in actor.needs(event.organisation_id, event.id),
        "opens": "door" in actor.needs(event.organisation_id, event.id),
    }  # fmt: skip


async def _form(
    request: Request[Any, Any, Any], session: AsyncSession, event: Event, point: Point | None, form: dict[str, str],
    chosen: Any, errors: dict[str, str],
) -> Response[str]:  # fmt: skip
    return page(
        request, "door/point_form.html", status=422 if errors else 200, event=event, here="door", point=point,
        form=form, chosen=list(chosen), errors=errors, categories=await list_categories(session, event.id),
    )  # fmt: skip


def _read(form: Form, event: Event) -> PointInput:
    errors: dict[str, str] = {}
    times = {name: _instant(form, name, event.zone, errors) for name in ("opens_at", "closes_at")}
    try:
        chosen = tuple(UUID(one) for one in form.many("category_ids"))
    except ValueError:
        chosen, errors["category_ids"] = (), "Please choose from the categories shown."
    if errors:
        raise Invalid(errors)
    name = {language: form.get(f"name_{language}", "") for language in event.languages}
    return PointInput(name=name, zone=form.get("zone", ""), category_ids=chosen, **times)


def _instant(form: Form, name: str, zone: str, errors: dict[str, str]) -> datetime | None:
    """Typed as wall time of the event's zone."""
    if not form.get(name):
        return None
    try:
        return datetime.fromisoformat(form[name]).replace(tzinfo=ZoneInfo(zone))
    except ValueError:
        errors[name] = "Please enter a date and a time."
        return None


def _written(point: Point, event: Event) -> dict[str, str]:
    zone = ZoneInfo(event.zone)
    times = {
        name: value.astimezone(zone).strftime("%Y-%m-%dT%H:%M") if value else ""
        for name, value in (("opens_at", point.opens_at), ("closes_at", point.closes_at))
    }
    return {"zone": point.zone, **times, **{f"name_{code}": text for code, text in point.name.items()}}


ROUTES = (points_page, new_point, add, edit_point, change, remove)
