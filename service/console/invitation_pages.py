"""The board of invitations: who got what, who answered, how long ago; and each one by itself."""

from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Redirect, Response
from sqlalchemy.ext.asyncio import AsyncSession

from service.console import words
from service.console.queries import list_invitation_errors
from service.core.actor import Actor
from service.core.database import Database
from service.core.errors import Invalid, NotFound, QonaqError
from service.core.names import lang_of_name
from service.core.tokens import personal_token
from service.events.models import Event
from service.events.queries import get_event, list_category_views
from service.events.schemas import WALL_WRONG, read_wall
from service.invitations import answering, operations, queries, reminding
from service.invitations.models import CALENDAR_ANSWERS, STATES, Invitation
from service.jobs.operations import start
from service.outbox.bell import Bell
from service.registrations.queries import as_id, find_registration_of
from service.settings import Settings
from service.web.forms import Form, go, read_form
from service.web.templating import page, sentence
from service.web.words import N_

AT = "/console/{slug:str}/invitations"
ONE = AT + "/{invitation_id:uuid}"
ACTIONS = {
    "again": N_("Sent again."), "withdraw": N_("Withdrawn."), "remind": N_("Reminded."),
    "extend": N_("There is more time to answer."), "reopen": N_("Invited once more."),
    "take-as-declined": N_("Taken as declined."),
}  # fmt: skip


@get(AT, include_in_schema=False)
async def invitations_page(
    request: Request[Any, Any, Any], slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database],
    now: NamedDependency[datetime], q: FromQuery[str] = "",
    states: Annotated[str, QueryParameter(name="state")] = "", wave: FromQuery[str] = "", after: FromQuery[str] = "",
    sort: FromQuery[str] = "name", calendar: FromQuery[str] = "",
) -> Response[str]:  # fmt: skip
    """Fifty at a time, by name or by when they were asked, with what became of each."""
    wanted = read_board(q, states, wave, after, sort, calendar)
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "see")
        categories = await list_category_views(session, event.id)
        rows = await queries.list_invitations(session, event.id, wanted)
        known: dict[str, Any] = {
            "total": await queries.count_invitations(session, event.id, wanted),
            "counted": await queries.count_all(session, event.id),
            "waves": await queries.list_waves(session, event.id),
            "terms": await queries.find_terms(session, event.id),
            "problems": await list_invitation_errors(session, [row.id for row in rows]),
            "instead": await queries.list_substitutes(session, rows),
            "principals": await queries.list_principals(session, rows),
        }
    return page(
        request, "console/invitations.html", event=event, here="invitations", rows=rows, wanted=wanted, now=now,
        categories={c.id: c for c in categories}, lang_of_name=lang_of_name, silent=queries.SILENT, states=STATES,
        after=str(rows[-1].id) if len(rows) == queries.PAGE else "", kept=lambda **more: address(wanted, **more),
        may="manage" in actor.needs(event.organisation_id, event.id), **known,
    )  # fmt: skip


def read_board(q: str, states: str, wave: str, after: str, sort: str, calendar: str = "") -> queries.Filter:
    """From the address; what there is not is left out, and NUL: PostgreSQL cannot hold it."""
    known = [one for one in states.split(",") if one in STATES]
    return queries.Filter(
        q=q.replace("\0", ""), states=states if states == queries.SILENT_ONES else ",".join(known),
        wave=wave if as_id(wave) else "", after=after, sort=sort if sort in queries.SORTS else "name",
        calendar=calendar if calendar in CALENDAR_ANSWERS else "",
    )  # fmt: skip


def address(wanted: queries.Filter, **changed: str) -> str:
    """The query of the board, from its first page on unless `after` is said."""
    there = msgspec.structs.replace(wanted, **{"after": "", **changed})
    fields = {
        "state": there.states, "wave": there.wave, "q": there.q, "sort": "" if there.sort == "name" else there.sort,
        "calendar": there.calendar, "after": there.after,
    }  # fmt: skip
    said = urlencode({name: value for name, value in fields.items() if value})
    return f"?{said}" if said else ""


@get(ONE, include_in_schema=False)
async def invitation_page(
    request: Request[Any, Any, Any], slug: FromPath[str], invitation_id: FromPath[UUID],
    actor: NamedDependency[Actor], db: NamedDependency[Database], settings: NamedDependency[Settings],
    now: NamedDependency[datetime],
) -> Response[str]:  # fmt: skip
    """One person: what was sent and answered, the chain of substitutes, and what can be done. Raises NotFound."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "see")
        row = await queries.get_invitation(session, event.id, invitation_id)
        return await _one_page(request, session, actor, event, row, settings, now)


async def _one_page(
    request: Request[Any, Any, Any], session: AsyncSession, actor: Actor, event: Event, row: Invitation,
    settings: Settings, now: datetime, form: Form | None = None, errors: dict[str, str] | None = None,
) -> Response[str]:  # fmt: skip
    terms = await queries.find_terms(session, event.id)
    known: dict[str, Any] = {
        "categories": {one.id: one for one in await list_category_views(session, event.id)},
        "wave": await queries.get_wave(session, event.id, row.wave_id) if row.wave_id else None,
        "chain": await queries.list_chain(session, row), "timeline": await queries.list_timeline(session, row.id),
        "registration": await find_registration_of(session, row.id), "until": queries.answer_until(row, terms),
    }  # fmt: skip
    may = "manage" in actor.needs(event.organisation_id, event.id)
    token = personal_token(settings.master_key, "invitation", row.id)
    return page(
        request, "console/invitation.html", status=422 if errors else 200, event=event, here="invitations", row=row,
        now=now, silent=queries.SILENT, most=terms.reminders, change=lambda name: words.CHANGES.get(name, ("", name)),
        letters=words.LETTERS, lang_of_name=lang_of_name, may=may, form=form or {}, errors=errors or {},
        again=answering.can_be_reopened(row),
        link_of_it=f"{settings.base_url}/i/{token}" if may and row.state != "waiting" else "", **known,
    )  # fmt: skip


@post(AT + "/remind", include_in_schema=False)
async def remind_the_silent(
    request: Request[Any, Any, Any], slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database],
    bell: NamedDependency[Bell], now: NamedDependency[datetime],
) -> Redirect:  # fmt: skip
    """One reminder now, to those who have not answered, at most once a day and as often as the event allows. More than
    a few hundred are a worker's work."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        reminded = await reminding.remind_silent(session, actor, event, now=now)
        left = await reminding.count_silent(session, event, now=now) if reminded == reminding.PART else 0
        job = await start(session, actor, event, "remind", {"before": reminded}, total=left) if left else None
    bell.ring()
    if job is not None:
        return go(f"/console/{slug}/jobs/{job.id}")
    say = sentence(request, N_("Reminded: %(count)s."), count=reminded)
    return go(f"/console/{slug}/invitations", say)


@post(ONE + "/{action:str}", include_in_schema=False)
async def act_on_invitation(
    request: Request[Any, Any, Any], slug: FromPath[str], invitation_id: FromPath[UUID], action: FromPath[str],
    actor: NamedDependency[Actor], db: NamedDependency[Database], settings: NamedDependency[Settings],
    bell: NamedDependency[Bell], now: NamedDependency[datetime],
) -> Response[str] | Redirect:  # fmt: skip
    """Send again, withdraw, remind, give more time, invite once more, take the calendar's no for an answer."""
    if action not in ACTIONS:
        raise NotFound
    form = await read_form(request)
    here = f"/console/{slug}/invitations/{invitation_id}"
    try:
        async with db.begin() as session:
            event = await get_event(session, actor, slug, "manage")
            row = await queries.get_invitation(session, event.id, invitation_id, lock=True)
            await _act(session, actor, event, row, action, form, now)
    except Invalid as refused:
        async with db.begin() as session:
            event = await get_event(session, actor, slug, "manage")
            row = await queries.get_invitation(session, event.id, invitation_id)
            return await _one_page(request, session, actor, event, row, settings, now, form, refused.errors)
    except QonaqError as refused:
        if refused.code in ("not_found", "forbidden"):
            raise
        return go(here, sentence(request, refused.say, **refused.data), "error")
    bell.ring()
    return go(here, ACTIONS[action])


async def _act(
    session: AsyncSession, actor: Actor, event: Event, row: Invitation, action: str, form: Form, now: datetime
) -> None:
    if action == "extend":
        until = read_wall(form.get("until", ""), event.zone)
        if until is None:
            raise Invalid({"until": WALL_WRONG})
        await answering.extend(session, actor, row, until, now=now)
    elif action == "remind":
        await reminding.remind_one(session, actor, row, now=now)
    else:
        does = {"again": operations.send_again, "withdraw": answering.withdraw, "reopen": answering.reopen,
                "take-as-declined": answering.take_as_declined}  # fmt: skip
        await does[action](session, actor, row, now=now)


ROUTES = (invitations_page, invitation_page, remind_the_silent, act_on_invitation)
