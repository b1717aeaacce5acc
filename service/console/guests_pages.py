"""The delegate list: find, filter, choose, decide on many at once."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response
from sqlalchemy.ext.asyncio import AsyncSession

from emails.languages import country_name
from service.badges.making import list_badges
from service.badges.routes import pdf
from service.console import words
from service.console.filters import chips_of, query_of, read_filter
from service.console.neighbours import find_page_before
from service.console.operations import Decided
from service.console.operations import decide as decide_on
from service.core.actor import Actor
from service.core.database import Database
from service.core.names import lang_of_name
from service.credentials.operations import Signer
from service.events.models import Event
from service.events.queries import get_event, list_category_views
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
    """Fifty at a time. The filter is the address."""
    wanted = read_filter(request.query_params)
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "see")
        categories = await list_category_views(session, event.id)
        guests, total = await queries.list_page(session, event.id, wanted)
        countries = await queries.list_countries(session, event.id)
        arrived = await queries.list_arrived(session, [guest.id for guest in guests])
        before = (
            await find_page_before(session, event.id, wanted, guests[0]) if guests and wanted.after else ""
        )
    language = language_of(request)
    named = sorted(((code, country_name(code, language)) for code in countries), key=lambda pair: pair[1])
    answer = page(
        request, "console/guests.html", event=event, here="guests", guests=guests, total=total, wanted=wanted,
        categories={c.id: c for c in categories}, countries=named, sources=words.SOURCES, arrived=arrived,
        query_of=query_of, chips=chips_of(wanted), lang_of_name=lang_of_name, before=before,
        after=str(guests[-1].id) if len(guests) == queries.PAGE else "",
        may="manage" in actor.needs(event.organisation_id, event.id),
    )  # fmt: skip
    # what is typed stands in the address, without the fields that were left empty
    answer.headers["HX-Replace-Url"] = f"{request.url.path}?{query_of(wanted)}".rstrip("?")
    return answer


@post(LIST + "/decide", include_in_schema=False)
async def decide(
    request: Request[Any, Any, Any], slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database],
    signer: NamedDependency[Signer], bell: NamedDependency[Bell], now: NamedDependency[datetime],
) -> Response[str] | Redirect:  # fmt: skip
    """Approve, reject or cancel those chosen; one that cannot be does not stop the others.

    More than a page shows, what cannot be undone, and a rejection without its reason are asked for once more."""
    form = await read_form(request)
    back = f"/console/{slug}/guests?{query_of(read_filter(form))}".rstrip("?")
    action, reason = form.get("action", ""), form.get("reason", "")
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        ids = await _chosen(session, event, form)
    if action not in DONE or not ids:
        return go(back, N_("Please choose guests, and what to do."), "error")
    unclear = action == "cancel" or (action == "reject" and not reason)
    if form.get("sure") != "yes" and (unclear or len(ids) > queries.PAGE):
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
        return await queries.list_ids(session, event.id, read_filter({**form, "after": ""}))
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


ROUTES = (guests_page, decide, badges_of_chosen)
