"""Inviting people by pasted lines or CSV, and following every invitation."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Redirect, Response

from emails.languages import LANGUAGES, OWN_NAMES
from service.console.queries import list_invitation_errors
from service.core.actor import Actor
from service.core.database import Database
from service.core.errors import Invalid, NotFound, QonaqError
from service.core.names import lang_of_name
from service.events.models import Event
from service.events.queries import CategoryView, get_event, list_category_views
from service.invitations import operations, queries
from service.invitations.errors import LinesWrong
from service.invitations.schemas import read_guests
from service.messages.operations import send_now, set_rule
from service.messages.queries import list_rules
from service.outbox.bell import Bell
from service.web.forms import Form, go, read_form
from service.web.templating import N_, page, sentence

AT = "/console/{slug:str}/invitations"
ONE = AT + "/{invitation_id:uuid}/{action:str}"
LARGEST = 2_000_000  # bytes of a list
NOT_UTF8 = N_("This file is not UTF-8: save it as “CSV UTF-8” and choose it again.")
TOO_LARGE = N_("This file is larger than 2 MB: please invite in parts.")


@get(AT, include_in_schema=False)
async def invitations_page(
    request: Request[Any, Any, Any], slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database],
    q: FromQuery[str] = "", states: Annotated[str, QueryParameter(name="state")] = "", after: FromQuery[str] = "",
) -> Response[str]:  # fmt: skip
    """Fifty at a time, by name, with what became of each."""
    wanted = queries.Filter(q=q, states=states, after=after)
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "see")
        categories = await list_category_views(session, event.id)
        rows = await queries.list_invitations(session, event.id, wanted)
        total = await queries.count_invitations(session, event.id, wanted)
        counts = await queries.count_by_state(session, event.id)
        problems = await list_invitation_errors(session, [row.id for row in rows])
    return page(
        request, "console/invitations.html", event=event, here="invitations", rows=rows, total=total, counts=counts,
        wanted=wanted, problems=problems, categories={c.id: c for c in categories}, lang_of_name=lang_of_name,
        after=str(rows[-1].id) if len(rows) == queries.PAGE else "",
        silent=sum(counts.get(state, 0) for state in queries.SILENT),
        may="manage" in actor.needs(event.organisation_id, event.id),
    )  # fmt: skip


@get(AT + "/new", include_in_schema=False)
async def invite_page(
    request: Request[Any, Any, Any],
    slug: FromPath[str],
    actor: NamedDependency[Actor],
    db: NamedDependency[Database],
) -> Response[str]:
    """One field for lines, one for a file."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        categories = await list_category_views(session, event.id)
    return _form_page(request, event, categories, {"language": event.languages[0]}, {})


def _form_page(
    request: Request[Any, Any, Any], event: Event, categories: list[CategoryView], form: dict[str, str],
    errors: dict[str, str], wrong: dict[str, str] | None = None,
) -> Response[str]:  # fmt: skip
    return page(
        request, "console/invite.html", status=422 if errors or wrong else 200, event=event, here="invitations",
        categories=categories, form=form, errors=errors, wrong=wrong or {},
        languages_of_mail=[(code, OWN_NAMES[code]) for code in LANGUAGES],
    )  # fmt: skip


@post(AT + "/new", include_in_schema=False)
async def invite_people(
    request: Request[Any, Any, Any], slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database],
    bell: NamedDependency[Bell],
) -> Response[str] | Redirect:  # fmt: skip
    """All or nobody: wrong lines are named by number, and everything typed stays."""
    form = await read_form(request)
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        categories = await list_category_views(session, event.id)
    try:
        form["lines"] = await _lines(form)
        guests = read_guests(
            form["lines"], categories, language=form.get("language", "en"), category=form.get("category", "")
        )
    except LinesWrong as refused:
        return _form_page(request, event, categories, form, {}, refused.errors)
    except Invalid as refused:
        return _form_page(request, event, categories, form, refused.errors)
    async with db.begin() as session:
        invited = await operations.invite(session, actor, event, guests, categories)
    bell.ring()
    say = sentence(request, N_("%(count)s invited."), count=invited)
    if invited < len(guests):
        say += " " + sentence(
            request, N_("%(count)s had an invitation already."), count=len(guests) - invited
        )
    return go(f"/console/{slug}/invitations", say)


async def _lines(form: Form) -> str:
    """The file's text if one was chosen, else what was pasted. Raises Invalid."""
    file = form.files.get("file")
    if file is None or not file.filename:
        return form.get("lines", "")
    data = await file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise Invalid({"file": TOO_LARGE})
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid({"file": NOT_UTF8}) from None


@post(AT + "/remind", include_in_schema=False)
async def remind_the_silent(
    request: Request[Any, Any, Any], slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database],
    bell: NamedDependency[Bell], now: NamedDependency[datetime],
) -> Redirect:  # fmt: skip
    """One reminder now, to those who have not answered and have not had it."""
    try:
        async with db.begin() as session:
            event = await get_event(session, actor, slug, "manage")
            planned = [rule for rule in await list_rules(session, event.id) if rule.audience == "silent"]
            rule = (
                planned[0]
                if planned
                else await set_rule(session, actor, event, "silent", days_before=3, local_hour=9)
            )
            queued = await send_now(session, actor, event, rule, now=now)
    except QonaqError as refused:
        if refused.code in ("not_found", "forbidden"):
            raise
        return go(f"/console/{slug}/invitations", sentence(request, refused.say, **refused.data), "error")
    bell.ring()
    say = sentence(request, N_("%(count)s are reminded."), count=queued)
    return go(f"/console/{slug}/invitations", say)


@post(ONE, include_in_schema=False)
async def act_on_invitation(
    request: Request[Any, Any, Any], slug: FromPath[str], invitation_id: FromPath[UUID], action: FromPath[str],
    actor: NamedDependency[Actor], db: NamedDependency[Database], bell: NamedDependency[Bell],
    now: NamedDependency[datetime],
) -> Redirect:  # fmt: skip
    """Withdraw, or send again."""
    here = f"/console/{slug}/invitations"
    if action not in ("again", "withdraw"):
        raise NotFound
    try:
        async with db.begin() as session:
            event = await get_event(session, actor, slug, "manage")
            row = await queries.get_invitation(session, event.id, invitation_id, lock=True)
            if action == "withdraw":
                await operations.withdraw(session, actor, row, now=now)
            else:
                await operations.send_again(session, actor, row, now=now)
    except QonaqError as refused:
        if refused.code in ("not_found", "forbidden"):
            raise
        return go(here, sentence(request, refused.say, **refused.data), "error")
    bell.ring()
    return go(here, N_("Withdrawn.") if action == "withdraw" else N_("Sent again."))


ROUTES = (invitations_page, invite_page, invite_people, remind_the_silent, act_on_invitation)
