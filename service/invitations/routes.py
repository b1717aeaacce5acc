"""The API of invitations."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import BodyKwarg, FromPath, FromQuery, QueryParameter

from service.core.actor import Actor
from service.core.database import Database
from service.events.queries import get_event, list_category_views
from service.invitations import operations, queries
from service.invitations.models import Invitation
from service.invitations.schemas import read_guests
from service.outbox.bell import Bell

ALL = "/api/v1/events/{slug:str}/invitations"
EXAMPLE: dict[str, Any] = {
    "lines": "name,email,language,category\nKim Min-ji,minji.kim@hanriver.example,ko,business\n"
    "Ерлан Сәрсенов,erlan.sarsenov@dala.example,kk,government",
    "language": "en",
    "category": "business",
}


class Invite(msgspec.Struct, frozen=True):
    """`lines` as in the console: one person a line, or CSV with a heading; the others are the defaults."""

    lines: str
    language: str = "en"
    category: str = ""


class Invited(msgspec.Struct, frozen=True):
    """How many lines were read, and how many of them are new invitations."""

    read: int
    invited: int


class InvitationView(msgspec.Struct, frozen=True, kw_only=True):
    """An invitation as the API shows it."""

    id: UUID
    state: str
    native_name: str
    email: str
    language: str
    category_id: UUID
    word: str
    created_at: datetime
    answered_at: datetime | None


class InvitationPage(msgspec.Struct, frozen=True):
    """One page; ask again with `after` until it is empty. `by_state` counts all of the event."""

    items: list[InvitationView]
    total: int
    by_state: dict[str, int]
    after: str


def _view(row: Invitation) -> InvitationView:
    return InvitationView(**{name: getattr(row, name) for name in InvitationView.__struct_fields__})


@post(ALL, operation_id="invite", summary="Invite people", tags=["invitations"])
async def invite_route(
    slug: FromPath[str],
    data: Annotated[Invite, BodyKwarg(examples=[Example(summary="Works against the samples", value=EXAMPLE)])],
    actor: NamedDependency[Actor], db: NamedDependency[Database], bell: NamedDependency[Bell],
) -> Invited:  # fmt: skip
    """All or nobody: lines that cannot be taken are named in `errors` by their number. Twice is once."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        categories = await list_category_views(session, event.id)
        first = data.category or (categories[0].key if categories else "")
        guests = read_guests(data.lines, categories, language=data.language, category=first)
        invited = await operations.invite(session, actor, event, guests, categories)
    bell.ring()
    return Invited(len(guests), invited)


@get(ALL, operation_id="list_invitations", summary="List invitations", tags=["invitations"])
async def list_route(
    slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database], q: FromQuery[str] = "",
    states: Annotated[str, QueryParameter(name="state")] = "", after: FromQuery[str] = "",
) -> InvitationPage:  # fmt: skip
    """Fifty at a time, by name."""
    wanted = queries.Filter(q=q, states=states, after=after)
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "see")
        items = await queries.list_invitations(session, event.id, wanted)
        total = await queries.count_invitations(session, event.id, wanted)
        by_state = await queries.count_by_state(session, event.id)
    return InvitationPage(
        [_view(i) for i in items], total, by_state, str(items[-1].id) if len(items) == queries.PAGE else ""
    )


@post(ALL + "/{invitation_id:uuid}/withdraw", status_code=200, operation_id="withdraw_invitation",
      summary="Withdraw an invitation", tags=["invitations"])  # fmt: skip
async def withdraw_route(
    slug: FromPath[str], invitation_id: FromPath[UUID], now: NamedDependency[datetime],
    actor: NamedDependency[Actor], db: NamedDependency[Database],
) -> InvitationView:  # fmt: skip
    """Before an answer came; the link then says so."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        row = await queries.get_invitation(session, event.id, invitation_id, lock=True)
        await operations.withdraw(session, actor, row, now=now)
        return _view(row)


ROUTES = (invite_route, list_route, withdraw_route)
