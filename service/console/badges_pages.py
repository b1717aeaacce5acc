"""Badges for all: a PDF a part, and a mark for those that were printed. Printing is not entering."""

from datetime import datetime
from typing import Any

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Response

from service.badges.making import count_badges, list_badges
from service.badges.operations import count_unprinted, mark_printed
from service.badges.routes import pdf
from service.core.actor import Actor
from service.core.database import Database
from service.credentials.operations import Signer
from service.events.queries import get_event
from service.settings import Settings
from service.web.forms import go, read_form
from service.web.templating import page, sentence
from service.web.words import N_

AT = "/console/{slug:str}/badges"
PART = 1_000  # pages of one PDF: more would weigh on the machine that draws them


@get(AT, include_in_schema=False)
async def badges_page(
    request: Request[Any, Any, Any],
    slug: FromPath[str],
    actor: NamedDependency[Actor],
    db: NamedDependency[Database],
) -> Response[str]:
    """How many there are, and the parts to fetch."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "see")
        alive, _ = await count_badges(session, event.id)
        unprinted = await count_unprinted(session, event.id)
    return page(
        request, "console/badges.html", event=event, here="badges", alive=alive, unprinted=unprinted, step=PART,
        may="manage" in actor.needs(event.organisation_id, event.id),
    )  # fmt: skip


@get(AT + "/all.pdf", include_in_schema=False)
async def badges_pdf(
    slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database], signer: NamedDependency[Signer],
    settings: NamedDependency[Settings], part: FromQuery[int] = 1, unprinted: FromQuery[bool] = False,
) -> Response[bytes]:  # fmt: skip
    """By name, a thousand a part. Raises NoCredential when there are none."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "see")
        badges = await list_badges(
            session, event, None, base_url=settings.base_url, signer=signer, unprinted=unprinted
        )
    start = (max(1, part) - 1) * PART
    return await pdf(badges[start : start + PART], f"badges-{slug}-{part}.pdf")


@post(AT + "/printed", include_in_schema=False)
async def printed(
    request: Request[Any, Any, Any], slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database],
    now: NamedDependency[datetime],
) -> Redirect:  # fmt: skip
    """Those that the page offered are printed; badges issued since then are not."""
    form, here = await read_form(request), f"/console/{slug}/badges"
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        until = _time(form.get("until", ""))
        if until is None:
            return go(here)
        count = await mark_printed(session, event.id, until=until, now=now)
    return go(here, sentence(request, N_("Badges marked as printed: %(count)s."), count=count))


def _time(value: str) -> datetime | None:
    try:
        time = datetime.fromisoformat(value)
    except ValueError:
        return None
    return time if time.tzinfo else None


ROUTES = (badges_page, badges_pdf, printed)
