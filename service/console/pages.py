"""The organizers' first pages: all events, one event in numbers, its mails."""

from typing import Annotated, Any

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Redirect, Response

from emails.languages import country_name, pick
from service.console import queries, words
from service.core.actor import Actor
from service.core.database import Database
from service.core.names import lang_of_name
from service.events.queries import get_event, list_category_views, list_events
from service.outbox.bell import Bell
from service.outbox.operations import retry
from service.registrations.queries import as_id
from service.web.charts import Bar, bars, columns
from service.web.forms import go, read_form
from service.web.templating import N_, language_of, page, sentence

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
    """Numbers, each with the list behind it."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "see")
        overview = await queries.get_overview(session, event.id, event.zone)
        categories = await list_category_views(session, event.id)
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
    )  # fmt: skip


@get(AT + "/deliveries", include_in_schema=False)
async def deliveries_page(
    request: Request[Any, Any, Any], slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database],
    states: Annotated[str, QueryParameter(name="state")] = "", q: FromQuery[str] = "", skip: FromQuery[int] = 0,
    campaign: FromQuery[str] = "",
) -> Response[str]:  # fmt: skip
    """Every mail of the event, or of one of the team's messages, and what became of it."""
    skip = max(0, min(skip, 1_000_000))
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "see")
        mails, total = await queries.list_deliveries(
            session, event.id, state=states, q=q, skip=skip, campaign=as_id(campaign)
        )
        counts = await queries.count_deliveries(session, event.id)
    return page(
        request, "console/deliveries.html", event=event, here="deliveries", mails=mails, total=total,
        chosen=states, q=q, skip=skip, campaign=as_id(campaign), step=queries.DELIVERIES, counts=counts,
        letters=words.LETTERS, may="manage" in actor.needs(event.organisation_id, event.id),
    )  # fmt: skip


@post(AT + "/deliveries/retry", include_in_schema=False)
async def retry_mails(
    request: Request[Any, Any, Any], slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database],
    bell: NamedDependency[Bell],
) -> Redirect:  # fmt: skip
    """Chosen mails that were given up, or all of them, are tried again, from zero."""
    form = await read_form(request)
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        if form.get("all") == "yes":
            tasks = await queries.list_parked(session, event.id)
        else:
            tasks = [task for text in form.many("id") if (task := as_id(text))]
        done = await retry(session, tasks, event.id)
    bell.ring()
    say = sentence(request, N_("%(count)s mails are tried again."), count=done)
    return go(form.get("back") or f"/console/{slug}/deliveries", say)


ROUTES = (events_page, overview_page, deliveries_page, retry_mails)
