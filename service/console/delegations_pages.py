"""The board of delegations: who brings whom, against which quota, and who is late."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Redirect, Response

from emails.languages import LANGUAGES, OWN_NAMES
from service.core.actor import Actor
from service.core.database import Database
from service.core.errors import Invalid, QonaqError
from service.delegations import operations, queries
from service.delegations.models import STATES
from service.delegations.queries import PAGE, Board
from service.delegations.schemas import read_delegation
from service.events.models import Event
from service.events.queries import CategoryView, get_event, list_category_views
from service.outbox.bell import Bell
from service.registrations.countries import countries
from service.web.forms import go, read_form
from service.web.templating import language_of, page, sentence
from service.web.words import N_

AT = "/console/{slug:str}/delegations"
BOARD_STATES = (*STATES, queries.LATE)


@get(AT, include_in_schema=False)
async def board_page(
    request: Request[Any, Any, Any], slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database],
    now: NamedDependency[datetime], q: FromQuery[str] = "",
    states: Annotated[str, QueryParameter(name="state")] = "", after: FromQuery[str] = "",
) -> Response[str]:  # fmt: skip
    """A hundred at a time, by name."""
    wanted = read_board(q, states, after)
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "see")
        rows = await queries.list_board(session, event.id, wanted, now)
        numbers = await queries.list_numbers(session, event.id, [row.id for row in rows])
        counts = await queries.count_by_state(session, event.id, now)
        total = await queries.count_board(session, event.id, wanted, now)
    return page(
        request, "console/delegations.html", event=event, here="delegations", rows=rows, numbers=numbers,
        counts=counts, total=total, wanted=wanted, after=str(rows[-1].id) if len(rows) == PAGE else "", now=now,
        may="manage" in actor.needs(event.organisation_id, event.id),
    )  # fmt: skip


def read_board(q: str, state: str, after: str = "") -> Board:
    """From the address; a state that there is not is none."""
    return Board(q=q.replace("\0", ""), state=state if state in BOARD_STATES else "", after=after)


def form_page(
    request: Request[Any, Any, Any], event: Event, categories: list[CategoryView], form: dict[str, str],
    refused: QonaqError | None = None, delegation_id: UUID | None = None,
) -> Response[str]:  # fmt: skip
    """The form of a new delegation or of one that is there, with what was typed."""
    errors = refused.errors if isinstance(refused, Invalid) else {}
    said = sentence(request, refused.say, **refused.data) if refused is not None and not errors else ""
    return page(
        request, "console/delegation_form.html", status=422 if refused else 200, event=event, here="delegations",
        categories=categories, form=form, errors=errors, said=said, delegation_id=delegation_id,
        countries=countries(language_of(request)), languages_of_mail=[(code, OWN_NAMES[code]) for code in LANGUAGES],
    )  # fmt: skip


@get(AT + "/new", include_in_schema=False)
async def new_delegation_page(
    request: Request[Any, Any, Any], slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database],
) -> Response[str]:  # fmt: skip
    """Only the name must be known."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        categories = await list_category_views(session, event.id)
    return form_page(request, event, categories, {"kind": "country", "focal_language": event.languages[0]})


@post(AT + "/new", include_in_schema=False)
async def add_delegation(
    request: Request[Any, Any, Any], slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database],
) -> Response[str] | Redirect:  # fmt: skip
    """Its link is sent by a button of its page, when everything is right."""
    form = await read_form(request)
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        categories = await list_category_views(session, event.id)
    try:
        given = read_delegation(form, [category.key for category in categories], event.zone)
        async with db.begin() as session:
            at = await get_event(session, actor, slug, "manage")
            made = await operations.save_delegation(session, actor, at, given)
    except Invalid as refused:
        return form_page(request, event, categories, form, refused)
    return go(f"/console/{slug}/delegations/{made.id}", N_("The delegation is there. Now send its link."))


@post(AT + "/remind", include_in_schema=False)
async def remind_late(
    request: Request[Any, Any, Any], slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database],
    bell: NamedDependency[Bell], now: NamedDependency[datetime],
) -> Redirect:  # fmt: skip
    """All focal points whose deadline has passed, once a day each."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        late = await queries.list_late(session, event.id, now)
        reminded = await operations.remind(session, actor, late, now=now)
    bell.ring()
    return go(
        f"/console/{slug}/delegations?state=late",
        sentence(request, N_("Reminded: %(count)s."), count=reminded),
    )


ROUTES = (board_page, new_delegation_page, add_delegation, remind_late)
