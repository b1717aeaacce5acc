"""The API of invitations."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import get, post, put
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import BodyKwarg, FromPath, FromQuery, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from service.core.actor import Actor
from service.core.database import Database
from service.core.errors import Forbidden
from service.events.queries import get_event, list_category_views
from service.invitations import answering, operations, queries, reminding, waves
from service.invitations.models import Invitation, Terms
from service.invitations.operations import Offer
from service.invitations.schemas import (
    MOST_PLUS_ONES,
    TermsForm,
    WaveForm,
    check_terms,
    check_until,
    check_wave,
    read_guests,
)
from service.outbox.bell import Bell
from service.registrations.errors import CategoryNotOpen

ALL = "/api/v1/events/{slug:str}/invitations"
ONE = ALL + "/{invitation_id:uuid}"
WAVES = "/api/v1/events/{slug:str}/invitation-waves"
TERMS = "/api/v1/events/{slug:str}/invitation-terms"
EXAMPLE: dict[str, Any] = {
    "lines": "name,email,language,category\nKim Min-ji,minji.kim@hanriver.example,ko,business\n"
    "Ерлан Сәрсенов,erlan.sarsenov@dala.example,kk,government",
    "language": "en",
    "category": "business",
}


PEOPLE_EXAMPLE: dict[str, Any] = {"tag": "VIP", "category": "business", "companions": 1}
WAVE_EXAMPLE: dict[str, Any] = {"name": "Press", "places": 20, "answer_days": 7}
TERMS_EXAMPLE: dict[str, Any] = {"answer_by": "2099-09-01T18:00:00+05:00", "reminders": 2, "reminder_days": 5}
UNTIL_EXAMPLE: dict[str, Any] = {"until": "2099-09-01T18:00:00+05:00"}
Companions = Annotated[int, msgspec.Meta(ge=0, le=MOST_PLUS_ONES)]


class Invite(msgspec.Struct, frozen=True):
    """`lines` as in the console: one person a line, or CSV with a heading; the others are the defaults. In a `wave`
    they are invited in the order of the lines, as far as its places go."""

    lines: str
    language: str = "en"
    category: str = ""
    companions: Companions = 0
    wave: UUID | None = None
    answer_by: datetime | None = None


class InvitePeople(msgspec.Struct, frozen=True):
    """People of the directory: these, or all with a tag; each in their own language."""

    category: str
    people: list[UUID] = []
    tag: str = ""
    companions: Companions = 0
    copy_assistant: bool = False
    wave: UUID | None = None
    answer_by: datetime | None = None


class Invited(msgspec.Struct, frozen=True):
    """How many were read, and how many of them are new invitations."""

    read: int
    invited: int


class Until(msgspec.Struct, frozen=True):
    """With its offset."""

    until: datetime


class Reminded(msgspec.Struct, frozen=True):
    """How many get a reminder now, and how many more may: ask once more for those."""

    reminded: int
    left: int


class InvitationView(msgspec.Struct, frozen=True, kw_only=True):
    """An invitation as the API shows it; `answered_by` is guest or assistant, `instead_of_id` in whose place.
    `calendar_answer` is what their calendar program says (accepted, declined, tentative), which answers nothing."""

    id: UUID
    state: str
    native_name: str
    email: str
    language: str
    category_id: UUID
    word: str
    assistant_email: str
    plus_ones: int
    wave_id: UUID | None
    turn: int | None
    instead_of_id: UUID | None
    answer_by: datetime | None
    reminded: int
    created_at: datetime
    invited_at: datetime | None
    answered_at: datetime | None
    answered_by: str
    calendar_answer: str
    calendar_answered_at: datetime | None
    calendar_word: str


class InvitationPage(msgspec.Struct, frozen=True):
    """One page; ask again with `after` until it is empty. `by_state` counts all of the event."""

    items: list[InvitationView]
    total: int
    by_state: dict[str, int]
    after: str


class WaveView(msgspec.Struct, frozen=True, kw_only=True):
    """A wave: `taken` are those who are asked or have accepted."""

    id: UUID
    name: str
    places: int
    answer_days: int | None
    taken: int
    by_state: dict[str, int]


def _view(row: Invitation) -> InvitationView:
    return InvitationView(**{name: getattr(row, name) for name in InvitationView.__struct_fields__})


def _wave_view(view: queries.WaveView) -> WaveView:
    wave = view.wave
    return WaveView(
        id=wave.id, name=wave.name, places=wave.places, answer_days=wave.answer_days, taken=view.taken,
        by_state=view.counts,
    )  # fmt: skip


def _terms_view(terms: Terms) -> TermsForm:
    return TermsForm(
        answer_by=terms.answer_by, reminders=terms.reminders, reminder_days=terms.reminder_days,
        with_entry=terms.with_entry,
    )  # fmt: skip


def _example(value: dict[str, Any]) -> BodyKwarg:
    return BodyKwarg(examples=[Example(summary="Works against the samples", value=value)])


@post(ALL, operation_id="invite", summary="Invite people", tags=["invitations"])
async def invite_route(
    slug: FromPath[str], data: Annotated[Invite, _example(EXAMPLE)], now: NamedDependency[datetime],
    actor: NamedDependency[Actor], db: NamedDependency[Database], bell: NamedDependency[Bell],
) -> Invited:  # fmt: skip
    """All or nobody: lines that cannot be taken are named in `errors` by their number. Twice is once."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        categories = await list_category_views(session, event.id)
        first = data.category or (categories[0].key if categories else "")
        guests = read_guests(
            data.lines, categories, language=data.language, category=first, companions=data.companions
        )
        wave = await queries.get_wave(session, event.id, data.wave) if data.wave else None
        offer = Offer(
            wave=wave, answer_by=check_until(data.answer_by, now, "answer_by"), plus_ones=data.companions
        )
        invited = await operations.invite(session, actor, event, guests, categories, offer=offer, now=now)
    bell.ring()
    return Invited(len(guests), invited)


@post(ALL + "/people", operation_id="invite_known_people", summary="Invite people of the directory",
      tags=["invitations"])  # fmt: skip
async def invite_people_route(
    slug: FromPath[str], data: Annotated[InvitePeople, _example(PEOPLE_EXAMPLE)], now: NamedDependency[datetime],
    actor: NamedDependency[Actor], db: NamedDependency[Database], bell: NamedDependency[Bell],
) -> Invited:  # fmt: skip
    """Left alone are those who are invited or registered already, have no address, or want no mails. The directory is
    the organisation's: a role at this event alone is not enough."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        if "see" not in actor.needs(event.organisation_id):
            raise Forbidden
        categories = await list_category_views(session, event.id)
        category = next((one for one in categories if one.key == data.category), None)
        if category is None:
            raise CategoryNotOpen({"category": CategoryNotOpen.say})
        tagged = await queries.list_tagged(session, event.organisation_id, data.tag) if data.tag else []
        people = list(dict.fromkeys([*data.people, *tagged]))
        wave = await queries.get_wave(session, event.id, data.wave) if data.wave else None
        offer = Offer(
            wave=wave, answer_by=check_until(data.answer_by, now, "answer_by"), plus_ones=data.companions,
            copy_assistant=data.copy_assistant,
        )  # fmt: skip
        invited = await operations.invite_people(
            session, actor, event, people, category.id, offer=offer, now=now
        )
    bell.ring()
    return Invited(len(people), invited)


@get(ALL, operation_id="list_invitations", summary="List invitations", tags=["invitations"])
async def list_route(
    slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database], q: FromQuery[str] = "",
    states: Annotated[str, QueryParameter(name="state")] = "", wave: FromQuery[str] = "", after: FromQuery[str] = "",
    calendar: FromQuery[str] = "",
) -> InvitationPage:  # fmt: skip
    """Fifty at a time, by name; `calendar` is what the calendars of those say who have not answered yet."""
    wanted = queries.Filter(q=q, states=states, wave=wave, after=after, calendar=calendar)
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "see")
        items = await queries.list_invitations(session, event.id, wanted)
        total = await queries.count_invitations(session, event.id, wanted)
        counts = await queries.count_all(session, event.id)
    return InvitationPage(
        [_view(i) for i in items],
        total,
        counts.by_state,
        str(items[-1].id) if len(items) == queries.PAGE else "",
    )


@post(ALL + "/remind", status_code=200, operation_id="remind_silent", summary="Remind those who are silent",
      tags=["invitations"])  # fmt: skip
async def remind_silent_route(
    slug: FromPath[str], now: NamedDependency[datetime], actor: NamedDependency[Actor], db: NamedDependency[Database],
    bell: NamedDependency[Bell],
) -> Reminded:  # fmt: skip
    """Nobody twice a day, nobody more often than the event allows, nobody who has answered; five hundred at a time."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        reminded = await reminding.remind_silent(session, actor, event, now=now)
        left = await reminding.count_silent(session, event, now=now)
    bell.ring()
    return Reminded(reminded, left)


@asynccontextmanager
async def _held(
    db: Database, actor: Actor, slug: str, invitation_id: UUID
) -> AsyncIterator[tuple[AsyncSession, Invitation]]:
    """The transaction with the invitation, locked, for whoever manages its event."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        yield session, await queries.get_invitation(session, event.id, invitation_id, lock=True)


@post(ONE + "/withdraw", status_code=200, operation_id="withdraw_invitation", summary="Withdraw an invitation",
      tags=["invitations"])  # fmt: skip
async def withdraw_route(
    slug: FromPath[str], invitation_id: FromPath[UUID], now: NamedDependency[datetime],
    actor: NamedDependency[Actor], db: NamedDependency[Database], bell: NamedDependency[Bell],
) -> InvitationView:  # fmt: skip
    """Before an answer came; the link then says so, and the next of its wave is invited."""
    async with _held(db, actor, slug, invitation_id) as (session, row):
        await answering.withdraw(session, actor, row, now=now)
    bell.ring()
    return _view(row)


@post(ONE + "/extend", status_code=200, operation_id="extend_invitation", summary="Give more time to answer",
      tags=["invitations"])  # fmt: skip
async def extend_route(
    slug: FromPath[str], invitation_id: FromPath[UUID], data: Annotated[Until, _example(UNTIL_EXAMPLE)],
    now: NamedDependency[datetime], actor: NamedDependency[Actor], db: NamedDependency[Database],
    bell: NamedDependency[Bell],
) -> InvitationView:  # fmt: skip
    """Whose time was over is invited once more, if the wave has room."""
    async with _held(db, actor, slug, invitation_id) as (session, row):
        until = check_until(data.until, now, "until")
        await answering.extend(session, actor, row, until or data.until, now=now)
    bell.ring()
    return _view(row)


@post(ONE + "/reopen", status_code=200, operation_id="reopen_invitation", summary="Invite once more",
      tags=["invitations"])  # fmt: skip
async def reopen_route(
    slug: FromPath[str], invitation_id: FromPath[UUID], now: NamedDependency[datetime],
    actor: NamedDependency[Actor], db: NamedDependency[Database], bell: NamedDependency[Bell],
) -> InvitationView:  # fmt: skip
    """One that was withdrawn, or whose time was over."""
    async with _held(db, actor, slug, invitation_id) as (session, row):
        await answering.reopen(session, actor, row, now=now)
    bell.ring()
    return _view(row)


@post(ONE + "/remind", status_code=200, operation_id="remind_invitation", summary="Remind one who is silent",
      tags=["invitations"])  # fmt: skip
async def remind_route(
    slug: FromPath[str], invitation_id: FromPath[UUID], now: NamedDependency[datetime],
    actor: NamedDependency[Actor], db: NamedDependency[Database], bell: NamedDependency[Bell],
) -> InvitationView:  # fmt: skip
    """At most once a day, and as often as the event allows."""
    async with _held(db, actor, slug, invitation_id) as (session, row):
        await reminding.remind_one(session, actor, row, now=now)
    bell.ring()
    return _view(row)


@post(ONE + "/take-as-declined", status_code=200, operation_id="take_invitation_as_declined",
      summary="Take the calendar's no for an answer", tags=["invitations"])  # fmt: skip
async def take_as_declined_route(
    slug: FromPath[str], invitation_id: FromPath[UUID], now: NamedDependency[datetime],
    actor: NamedDependency[Actor], db: NamedDependency[Database], bell: NamedDependency[Bell],
) -> InvitationView:  # fmt: skip
    """Of one who has not answered and whose calendar program says no; the next of its wave is invited."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        row = await queries.get_invitation(session, event.id, invitation_id, lock=True)
        await answering.take_as_declined(session, actor, row, now=now)
    bell.ring()
    return _view(row)


@get(WAVES, operation_id="list_waves", summary="List waves of invitations", tags=["invitations"])
async def list_waves_route(
    slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database]
) -> list[WaveView]:
    """With how many of each are in which state."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "see")
        return [_wave_view(one) for one in await queries.list_waves(session, event.id)]


@post(WAVES, operation_id="add_wave", summary="Make a wave of invitations", tags=["invitations"])
async def add_wave_route(
    slug: FromPath[str], data: Annotated[WaveForm, _example(WAVE_EXAMPLE)], now: NamedDependency[datetime],
    actor: NamedDependency[Actor], db: NamedDependency[Database],
) -> WaveView:  # fmt: skip
    """People come into it when they are invited."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        wave = await waves.save_wave(session, actor, event, check_wave(data), now=now)
    return _wave_view(queries.WaveView(wave=wave, counts={}, taken=0))


@put(WAVES + "/{wave_id:uuid}", operation_id="change_wave", summary="Change a wave of invitations",
     tags=["invitations"])  # fmt: skip
async def change_wave_route(
    slug: FromPath[str], wave_id: FromPath[UUID], data: Annotated[WaveForm, _example(WAVE_EXAMPLE)],
    now: NamedDependency[datetime], actor: NamedDependency[Actor], db: NamedDependency[Database],
    bell: NamedDependency[Bell],
) -> WaveView:  # fmt: skip
    """More places invite the next at once; fewer take nothing back."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        wave = await queries.get_wave(session, event.id, wave_id, lock=True)
        await waves.save_wave(session, actor, event, check_wave(data), wave=wave, now=now)
        found = await queries.list_waves(session, event.id)
    bell.ring()
    return next(_wave_view(one) for one in found if one.wave.id == wave_id)


@get(TERMS, operation_id="get_invitation_terms", summary="How the event invites", tags=["invitations"])
async def get_terms_route(
    slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database]
) -> TermsForm:
    """Until when answers are taken, and how the silent are reminded."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "see")
        return _terms_view(await queries.find_terms(session, event.id))


@put(TERMS, operation_id="set_invitation_terms", summary="Change how the event invites", tags=["invitations"])
async def set_terms_route(
    slug: FromPath[str], data: Annotated[TermsForm, _example(TERMS_EXAMPLE)], actor: NamedDependency[Actor],
    db: NamedDependency[Database],
) -> TermsForm:  # fmt: skip
    """For all invitations that have no time of their own."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        await reminding.set_terms(session, actor, event, check_terms(data))
        return data


ROUTES = (
    invite_route, invite_people_route, list_route, remind_silent_route, withdraw_route, extend_route, reopen_route,
    remind_route, take_as_declined_route, list_waves_route, add_wave_route, change_wave_route,
    get_terms_route, set_terms_route,
)  # fmt: skip
