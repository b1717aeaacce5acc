"""The delegate list: find, filter, choose, decide on many at once."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response
from sqlalchemy.ext.asyncio import AsyncSession

from service.badges.making import list_badges
from service.badges.routes import pdf
from service.console.filter_pages import mend_filter
from service.console.list_words import ListWords
from service.console.neighbours import find_page_before
from service.console.operations import Decided
from service.console.operations import decide as decide_on
from service.core.actor import Actor
from service.core.database import Database
from service.core.names import lang_of_name
from service.credentials.operations import Signer
from service.events.models import Event
from service.events.queries import get_event, list_category_views
from service.lists.addresses import chips_of, chosen, query_of, read_list, read_query, without_short
from service.lists.columns import COLUMNS, SORTED_BY, load_rows, read_columns
from service.lists.errors import FilterUnclear
from service.lists.fields import Scope
from service.lists.operations import list_views
from service.lists.queries import PAGE, Filter, count_guests, list_countries, list_ids, list_page
from service.outbox.bell import Bell
from service.registrations import queries
from service.registrations.errors import ReasonMissing
from service.settings import Settings
from service.web.forms import Form, go, read_form
from service.web.templating import N_, language_of, page, sentence

LIST = "/console/{slug:str}/guests"
MOST = 500  # decided in one transaction; more is done part by part, each part whole
DONE = {
    "approve": N_("%(count)s approved."),
    "reject": N_("%(count)s rejected."),
    "cancel": N_("%(count)s cancelled."),
}
ASK = {
    "approve": N_("Approve %(count)s registrations?"),
    "reject": N_("Reject %(count)s registrations?"),
    "cancel": N_("Cancel %(count)s registrations?"),
}
ONE = {"approve": N_("Approve"), "reject": N_("Reject"), "cancel": N_("Cancel the registration")}


@get(LIST, include_in_schema=False)
async def guests_page(
    request: Request[Any, Any, Any],
    slug: FromPath[str],
    actor: NamedDependency[Actor],
    db: NamedDependency[Database],
) -> Response[str]:
    """Fifty at a time. Filter, order and columns are the address; a filter that cannot be read is shown to be
    mended."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "see")
        try:
            wanted = read_list(request.query_params)
            shown = await _load(session, event, wanted)
        except FilterUnclear as unclear:
            return await mend_filter(request, session, event, unclear)
    words = ListWords(language_of(request), shown["categories"])
    answer = page(
        request, "console/guests.html", event=event, here="guests", wanted=wanted, words=words,
        may="manage" in actor.needs(event.organisation_id, event.id), **shown, **_links(wanted, words),
    )  # fmt: skip
    # what is typed stands in the address, without the fields that were left empty
    answer.headers["HX-Replace-Url"] = f"{request.url.path}?{query_of(wanted)}".rstrip("?")
    return answer


async def _load(session: AsyncSession, event: Event, wanted: Filter) -> dict[str, Any]:
    """All that the page shows, in the same number of queries for one guest and for fifty."""
    scope, columns = Scope.of(event), read_columns(wanted.cols)
    found = await list_page(session, scope, wanted)
    guests = found.items
    return {
        "rows": await load_rows(session, guests, columns), "total": found.total, "columns": columns,
        "categories": (categories := await list_category_views(session, event.id)),
        "by_category": {one.id: one for one in categories}, "all_columns": COLUMNS,
        "countries": await list_countries(session, event.id),
        "views": await list_views(session, event.id),
        "before": await find_page_before(session, scope, wanted, guests[0]) if guests and wanted.after else "",
        "after": str(guests[-1].id) if len(guests) == PAGE else "",
    }  # fmt: skip


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
        total = await count_guests(session, Scope.of(event), read_list(request.query_params))
    return page(request, "console/count.html", total=total)


@post(LIST + "/decide", include_in_schema=False)
async def decide(
    request: Request[Any, Any, Any], slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database],
    signer: NamedDependency[Signer], bell: NamedDependency[Bell], now: NamedDependency[datetime],
) -> Response[str] | Redirect:  # fmt: skip
    """Approve, reject or cancel those chosen; one that cannot be does not stop the others.

    More than a page shows, what cannot be undone, and a rejection without its reason are asked for once more."""
    form = await read_form(request)
    back = f"/console/{slug}/guests?{query_of(read_query(form.get('list', '')))}".rstrip("?")
    action, reason = form.get("action", ""), form.get("reason", "")
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        ids = await _chosen(session, event, form)
    if action not in DONE or not ids:
        return go(back, N_("Please choose guests, and what to do."), "error")
    unclear = action == "cancel" or (action == "reject" and not reason)
    if form.get("sure") != "yes" and (unclear or len(ids) > PAGE):
        return _ask(request, event, form, ids, back)
    if action == "reject" and not reason:
        return go(back, ReasonMissing.say, "error")
    decided = Decided()
    for start in range(0, len(ids), MOST):
        part = ids[start : start + MOST]
        async with db.begin() as session:
            decided.add(
                await decide_on(session, actor, event, part, action, reason=reason, signer=signer, now=now)
            )
        bell.ring()
    return go(back, _said(request, action, decided), "error" if decided.refused else "success")


def _ask(
    request: Request[Any, Any, Any], event: Event, form: Form, ids: list[UUID], back: str
) -> Response[str]:
    action, many = form["action"], len(ids) > 1
    title = sentence(request, ASK[action], count=len(ids)) if many else sentence(request, ONE[action])
    return page(
        request, "console/confirm.html", event=event, here="guests", form=form, back=back, action=action, title=title,
        ids=[] if form.get("all") == "yes" else ids,
    )  # fmt: skip


def _said(request: Request[Any, Any, Any], action: str, decided: Decided) -> str:
    """ "41 approved. 2 could not be: There is no free place here." """
    parts = [sentence(request, DONE[action], count=decided.done)]
    for (say, data), count in decided.refused.most_common():
        parts.append(sentence(request, N_("%(count)s could not be:"), count=count))
        parts.append(sentence(request, say, **dict(data)))
    return " ".join(parts)


async def _chosen(session: AsyncSession, event: Event, form: Form) -> list[UUID]:
    if form.get("all") == "yes":
        wanted = msgspec.structs.replace(read_query(form.get("list", "")), after="")
        return await list_ids(session, Scope.of(event), wanted)
    return sorted({found for text in form.many("id") if (found := queries.as_id(text))})


@post(LIST + "/badges", include_in_schema=False)
async def badges_of_chosen(
    request: Request[Any, Any, Any], slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database],
    signer: NamedDependency[Signer], settings: NamedDependency[Settings],
) -> Response[bytes] | Redirect:  # fmt: skip
    """One PDF, a page a badge, of the approved among those chosen. Raises NoCredential if there is none."""
    form = await read_form(request)
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "see")
        ids = await _chosen(session, event, form)
        if not ids:
            return go(f"/console/{slug}/guests", N_("Please choose guests, and what to do."), "error")
        badges = await list_badges(session, event, ids, base_url=settings.base_url, signer=signer)
    return await pdf(badges, f"badges-{slug}.pdf")


ROUTES = (guests_page, guests_count, decide, badges_of_chosen)
