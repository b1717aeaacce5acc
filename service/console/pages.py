"""The organizers' first pages: all events, one event in numbers."""

from typing import Any

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response

from emails.languages import country_name, pick
from service.console import queries, words
from service.core.actor import Actor
from service.core.database import Database
from service.core.names import lang_of_name
from service.events.mail import before_of
from service.events.queries import get_event, list_category_views, list_events
from service.messages import moved
from service.web.charts import Bar, bars, columns
from service.web.forms import go
from service.web.templating import language_of, page

AT = "/console/{slug:str}"


@get("/console", include_in_schema=False)
async def events_page(
    request: Request[Any, Any, Any], actor: NamedDependency[Actor], db: NamedDependency[Database]
) -> Response[str] | Redirect:
    """Where a log-in lands; door staff go on to the door."""
    if actor.only_door:
        return go("/door")
    async with db.begin() as session:
        events = await list_events(session, actor)
        numbers = await queries.list_event_numbers(session, [event.id for event in events])
    may_create = any("manage" in actor.needs(organisation) for organisation in actor.organisation_ids)
    return page(
        request,
        "console/events.html",
        events=events,
        numbers=numbers,
        event=None,
        here="events",
        may_create=may_create,
    )


@get(AT, include_in_schema=False)
async def overview_page(
    request: Request[Any, Any, Any],
    slug: FromPath[str],
    actor: NamedDependency[Actor],
    db: NamedDependency[Database],
) -> Response[str]:
    """Numbers, each with the list behind it; and, for who may tell them, guests who do not know of a change."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "see")
        may = "manage" in actor.needs(event.organisation_id, event.id)
        overview = await queries.get_overview(session, event.id, event.zone)
        categories = await list_category_views(session, event.id)
        untold = await moved.count_untold(session, event) if may else 0
    language = language_of(request)
    list_of = f"/console/{slug}/guests"
    by_category = [
        Bar(pick(c.name, language), c.taken, c.colour, c.capacity, f"{list_of}?category={c.key}")
        for c in categories
    ]
    by_country = [
        Bar(country_name(code, language), count, href=f"{list_of}?country={code}")
        for code, count in overview.by_country
    ]
    return page(
        request, "console/overview.html", event=event, here="overview", overview=overview, change=words.change,
        lang_of_name=lang_of_name, by_category=by_category, by_country=by_country, bars=bars, columns=columns,
        untold=untold, was=before_of(event.moved_from, event), may=may,
    )  # fmt: skip


ROUTES = (events_page, overview_page)
