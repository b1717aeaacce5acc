"""Who gets no more invitations and news: who asked for it, at whom nobody can be reached, and the way back."""

from typing import Any
from urllib.parse import urlencode

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Response

from service.answers.opening import open_address, shut_again
from service.console import deliveries
from service.core.actor import Actor
from service.core.database import Database
from service.events.models import Event
from service.events.queries import get_event
from service.web.forms import go, read_form
from service.web.templating import page
from service.web.words import N_

AT = "/console/{slug:str}/deliveries/shut"


@get(AT, include_in_schema=False)
async def shut_page(
    request: Request[Any, Any, Any], slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database],
    q: FromQuery[str] = "", after: FromQuery[str] = "", opened: FromQuery[str] = "",
) -> Response[str]:  # fmt: skip
    """The newest first. Who may see one event only, sees those whom it wrote to."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "see")
        rows, total = await deliveries.list_shut(
            session, event.organisation_id, _scope(actor, event), q=q, after=after
        )
    return page(
        request, "console/shut.html", event=event, here="deliveries", rows=rows, total=total, q=q, after=after,
        more=rows[-1].email if len(rows) == deliveries.PAGE else "", opened=opened,
        may="manage" in actor.needs(event.organisation_id, event.id),
    )  # fmt: skip


def _scope(actor: Actor, event: Event) -> Any:
    return None if "see" in actor.needs(event.organisation_id) else event.id


@post(AT, include_in_schema=False)
async def change_shut(
    request: Request[Any, Any, Any], slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database],
) -> Redirect:  # fmt: skip
    """Lift it, or undo that."""
    form = await read_form(request)
    email = form.get("email", "")
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        if form.get("again"):
            await shut_again(session, actor, event, email)
            return go(f"/console/{slug}/deliveries/shut", N_("It is as it was."))
        await open_address(session, actor, event, email, only_of=_scope(actor, event))
    return go(f"/console/{slug}/deliveries/shut?{urlencode({'opened': email})}")


ROUTES = (shut_page, change_shut)
