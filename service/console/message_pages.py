"""Writing to many: guests of the list, or the focal points of delegations."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Redirect, Response

from emails.languages import OWN_NAMES
from service.console.bulk_pages import chosen_ids
from service.console.delegations_pages import AT as BOARD
from service.console.delegations_pages import read_board
from service.console.filter_pages import LIST
from service.core.actor import Actor
from service.core.database import Database
from service.core.errors import Invalid
from service.delegations.models import Delegation
from service.delegations.queries import list_focal_points
from service.events.models import Event
from service.events.queries import get_event
from service.lists.addresses import query_of, read_query
from service.lists.queries import describe_chosen
from service.messages.writing import read_draft, write_message
from service.web.forms import Form, go, read_form
from service.web.templating import N_, page


@post(LIST + "/message", include_in_schema=False)
async def message_to_guests(
    request: Request[Any, Any, Any], slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database],
) -> Response[str] | Redirect:  # fmt: skip
    """First the empty form with whom it is for; then it is kept, and leaves in half a minute."""
    form = await read_form(request)
    query = query_of(read_query(form.get("list", "")))
    back = f"/console/{slug}/guests?{query}".rstrip("?")
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        ids = await chosen_ids(session, actor, event, form)
        if not ids:
            return go(back, N_("Please choose guests, and what to do."), "error")
        chosen = await describe_chosen(session, event.id, ids)
        shown = {
            "count": len(ids), "names": chosen.names, "readers": chosen.languages, "back": back, "here": "guests",
            "at": f"/console/{slug}/guests/message", "ids": [] if form.get("all") == "yes" else ids,
        }  # fmt: skip
        if form.get("sure") != "yes":
            return _form(request, event, form, shown)
        try:
            draft = read_draft(form, event.languages)
        except Invalid as refused:
            return _form(request, event, form, shown, refused)
        job = await write_message(session, actor, event, draft, ids, query=query)
    return go(f"{back}{'&' if '?' in back else '?'}did={job.id}")


@get(BOARD + "/message", include_in_schema=False)
async def message_to_delegations_page(
    request: Request[Any, Any, Any], slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database],
    now: NamedDependency[datetime], q: FromQuery[str] = "",
    states: Annotated[str, QueryParameter(name="state")] = "",
) -> Response[str]:  # fmt: skip
    """To the focal points of all that the board shows."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        focal = await list_focal_points(session, event.id, read_board(q, states), now)
    return _form(request, event, Form(), _of_board(slug, q, states, focal))


@post(BOARD + "/message", include_in_schema=False)
async def message_to_delegations(
    request: Request[Any, Any, Any], slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database],
    now: NamedDependency[datetime],
) -> Response[str] | Redirect:  # fmt: skip
    """The page of the work can stop it for half a minute."""
    form = await read_form(request)
    q, state = form.get("q", ""), form.get("state", "")
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        focal = await list_focal_points(session, event.id, read_board(q, state), now)
        try:
            draft = read_draft(form, event.languages)
        except Invalid as refused:
            return _form(request, event, form, _of_board(slug, q, state, focal), refused)
        if not focal:
            return go(
                f"/console/{slug}/delegations", N_("None of these delegations has a focal point."), "error"
            )
        job = await write_message(
            session, actor, event, draft, [one.id for one in focal], to_delegations=True
        )
    return go(f"/console/{slug}/jobs/{job.id}")


def _of_board(slug: str, q: str, state: str, focal: list[Delegation]) -> dict[str, Any]:
    readers = Counter(one.focal_language for one in focal)
    return {
        "count": len(focal), "names": [one.name for one in focal[:8]], "readers": readers, "ids": [],
        "back": f"/console/{slug}/delegations", "here": "delegations", "kept": {"q": q, "state": state},
        "at": f"/console/{slug}/delegations/message",
    }  # fmt: skip


def _form(
    request: Request[Any, Any, Any],
    event: Event,
    form: Form,
    shown: Mapping[str, Any],
    refused: Invalid | None = None,
) -> Response[str]:
    """A subject and a text for each of the event's languages, with how many read it; those that nobody reads, and in
    which nothing is written, stand behind the others."""
    spoken = [(code, OWN_NAMES[code], shown["readers"].get(code, 0)) for code in event.languages]
    needed = [one for one in spoken if one[2] or form.get(f"subject_{one[0]}") or form.get(f"text_{one[0]}")]
    needed = needed or spoken[:1]
    return page(
        request, "console/message.html", event=event, form=form, needed=needed,
        others=[one for one in spoken if one not in needed],
        errors=refused.errors if refused else {}, status=422 if refused else 200, **{"kept": {}, **shown},
    )  # fmt: skip


ROUTES = (message_to_guests, message_to_delegations_page, message_to_delegations)
