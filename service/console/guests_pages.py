"""The delegate list: find, filter, choose, decide on many at once."""

from datetime import datetime, timedelta
from typing import Any

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response
from sqlalchemy.ext.asyncio import AsyncSession

from service.badges.making import list_badges
from service.badges.routes import pdf
from service.checkin.facts import read_facts
from service.checkin.schemas import Guest
from service.checkin.search import find_guests
from service.console import bulk_words
from service.console.bulk_pages import chosen_ids
from service.console.filter_pages import LIST, mend_filter
from service.console.list_words import ListWords
from service.console.neighbours import find_page_before
from service.console.segment_words import needs_names, read_names
from service.core.actor import Actor
from service.core.database import Database
from service.core.names import lang_of_name
from service.credentials.operations import Signer
from service.events.models import Event
from service.events.queries import get_event, list_category_views
from service.jobs.queries import find_job
from service.lists.addresses import chips_of, chosen, query_of, read_list, without_short
from service.lists.answers import scope_of
from service.lists.bulk import is_put_off
from service.lists.columns import COLUMNS, SORTED_BY, load_rows, read_columns
from service.lists.errors import FilterUnclear
from service.lists.fields import MINE
from service.lists.language import Term
from service.lists.operations import list_views
from service.lists.queries import PAGE, Filter, count_guests, list_countries, list_page
from service.registrations import queries
from service.registrations.deciding import stands_at_a_step
from service.settings import Settings
from service.web.forms import go, read_form
from service.web.templating import language_of, page, sentence
from service.web.words import N_

MY_COLUMNS = "name,organisation,category,state,step,waiting"
# Who waits for the reader's decision, the longest first.
MY_TURN = query_of(Filter(part=Term("waits", ":", (MINE,)), sort="waiting", cols=MY_COLUMNS))
SIMILAR = 8
PATIENT = 2.0  # seconds, where nothing else is found anyway
SHOWN_FOR = timedelta(minutes=5)
SPARE = timedelta(seconds=1)  # for the way from the button to us


@get(LIST, include_in_schema=False)
async def guests_page(
    request: Request[Any, Any, Any],
    slug: FromPath[str],
    actor: NamedDependency[Actor],
    db: NamedDependency[Database],
    now: NamedDependency[datetime],
) -> Response[str]:
    """Fifty at a time. Filter, order and columns are the address; a filter that cannot be read is shown to be
    mended."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "see")
        try:
            wanted = read_list(request.query_params)
            shown = await _load(session, actor, event, wanted)
            shown["similar"] = [] if shown["rows"] else await _similar(session, db, slug, wanted)
            did = await _done_before(request, session, actor, event, now)
            named = needs_names(wanted.part)
            names = await read_names(session, actor, event, language_of(request)) if named else None
        except FilterUnclear as unclear:
            return await mend_filter(request, session, actor, event, unclear)
    words = ListWords(
        language_of(request),
        shown["categories"],
        shown["questions"],
        event_languages=event.languages,
        names=names.all if names else {},
    )
    answer = page(
        request, "console/guests.html", event=event, here="guests", wanted=wanted, words=words, did=did,
        may="manage" in actor.needs(event.organisation_id, event.id), mine=MY_TURN,
        decides=stands_at_a_step(actor, event, shown["categories"]), **shown, **_links(wanted, words),
    )  # fmt: skip
    # what is typed stands in the address, without the fields that were left empty
    answer.headers["HX-Replace-Url"] = f"{request.url.path}?{query_of(wanted)}".rstrip("?")
    return answer


async def _load(session: AsyncSession, actor: Actor, event: Event, wanted: Filter) -> dict[str, Any]:
    """All that the page shows, in the same number of queries for one guest and for fifty."""
    scope = await scope_of(session, event, actor)
    keys = [one.key for one in scope.questions]
    columns = read_columns(wanted.cols, keys)
    found = await list_page(session, scope, wanted)
    guests = found.items
    return {
        "rows": await load_rows(session, guests, columns), "total": found.total, "columns": columns,
        "categories": (categories := await list_category_views(session, event.id)),
        "by_category": {one.id: one for one in categories}, "questions": scope.questions,
        "all_columns": (*COLUMNS, *(f"answer.{key}" for key in keys)),
        "countries": await list_countries(session, event.id),
        "views": await list_views(session, event.id),
        "before": await find_page_before(session, scope, wanted, guests[0]) if guests and wanted.after else "",
        "after": str(guests[-1].id) if len(guests) == PAGE else "",
    }  # fmt: skip


async def _similar(session: AsyncSession, db: Database, slug: str, wanted: Filter) -> list[Guest]:
    """Where nobody was found: whom the door would find, slips of the finger forgiven, the best first."""
    if not wanted.q or wanted.after:
        return []
    facts = await read_facts(session, slug)
    return (await find_guests(await db.hot(), facts, wanted.q, patience=PATIENT))[:SIMILAR]


async def _done_before(
    request: Request[Any, Any, Any], session: AsyncSession, actor: Actor, event: Event, now: datetime
) -> tuple[str, str] | None:
    """What one's last decision did, and the address that takes it back while that is possible."""
    job_id = queries.as_id(request.query_params.get("did", ""))
    job = await find_job(session, actor, event.id, job_id) if job_id else None
    if job is not None and is_put_off(job):
        say = sentence(request, bulk_words.WILL[job.input["action"]], count=job.total)
        return say, f"/console/{event.slug}/jobs/{job.id}/undo"
    if job is None or job.state != "done" or "action" not in job.result or job.finished_at is None:
        return None
    if now - job.finished_at > SHOWN_FOR:
        return None
    until = job.result["undo_until"]
    may = bool(until) and now < datetime.fromisoformat(until) - SPARE
    return bulk_words.said(request, job.result), f"/console/{event.slug}/jobs/{job.id}/undo" if may else ""


def _links(wanted: Filter, words: ListWords) -> dict[str, Any]:
    """What leads from this list to another one."""
    first = msgspec.structs.replace(wanted, after="")
    typed = [(f"“{wanted.q}”", query_of(first, q=""))] if wanted.q else []
    sorted_by = {
        column: query_of(first, sort=_next_sort(wanted.sort, sort)) for column, sort in SORTED_BY.items()
    }
    return {
        "query_of": query_of, "chosen": chosen, "rest": without_short(wanted), "sorted_by": sorted_by,
        "orders": SORTED_BY, "chips": [*typed, *((words.part(part), query) for part, query in chips_of(wanted))],
        "lang_of_name": lang_of_name, "whole": query_of(first),
    }  # fmt: skip


def _next_sort(now: str, wanted: str) -> str:
    """Pressed once more, the order turns round. Dates begin with the newest."""
    first = f"-{wanted}" if wanted in ("registered", "decided") else wanted
    if now.removeprefix("-") != wanted:
        return first
    return now.removeprefix("-") if now.startswith("-") else f"-{now}"


@get(LIST + "/count", include_in_schema=False)
async def guests_count(
    request: Request[Any, Any, Any],
    slug: FromPath[str],
    actor: NamedDependency[Actor],
    db: NamedDependency[Database],
) -> Response[str]:
    """How many there are on all pages, where that is too much to count with the page."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "see")
        total = await count_guests(
            session, await scope_of(session, event, actor), read_list(request.query_params)
        )
    return page(request, "console/count.html", total=total)


@post(LIST + "/badges", include_in_schema=False)
async def badges_of_chosen(
    request: Request[Any, Any, Any], slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database],
    signer: NamedDependency[Signer], settings: NamedDependency[Settings],
) -> Response[bytes] | Redirect:  # fmt: skip
    """One PDF, a page a badge, of the approved among those chosen. Raises NoCredential if there is none."""
    form = await read_form(request)
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "see")
        ids = await chosen_ids(session, actor, event, form)
        if not ids:
            return go(f"/console/{slug}/guests", N_("Please choose guests, and what to do."), "error")
        badges = await list_badges(session, event, ids, base_url=settings.base_url, signer=signer)
    return await pdf(badges, f"badges-{slug}.pdf")


ROUTES = (guests_page, guests_count, badges_of_chosen)
