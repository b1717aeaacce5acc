"""The focal point's page: who is in the delegation, how many places are left, and submitting it.

Reading changes nothing: link scanners fetch every address in a mail."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response

from service.core.database import Database
from service.core.errors import QonaqError
from service.core.names import lang_of_name
from service.credentials.operations import Signer
from service.delegations import members, operations
from service.delegations.errors import DelegationShut
from service.delegations.queries import get_member, list_members
from service.outbox.bell import Bell
from service.questions.words import Reader, list_unanswered
from service.registrations.models import ALIVE, Registration
from service.registrations.queries import as_id
from service.settings import Settings
from service.site.delegation import Brought, brought, focal_page
from service.site.own import LinkUnknown
from service.web.forms import go, read_form
from service.web.templating import language_of, sentence
from service.web.words import N_

ONE = "/d/{token:str}/people/{registration_id:uuid}"


@get("/d/{token:str}", include_in_schema=False)
async def see_delegation(
    request: Request[Any, Any, Any], token: FromPath[str], db: NamedDependency[Database],
    settings: NamedDependency[Settings], now: NamedDependency[datetime],
) -> Response[str]:  # fmt: skip
    """People by name with what is missing of each; places; the button to submit. Raises LinkUnknown."""
    async with brought(db, settings, token) as (session, given):
        people = await list_members(session, given.delegation.id)
    return focal_page(request, "site/delegation.html", given, now=now, **_people(request, given, people))


def _people(request: Request[Any, Any, Any], given: Brought, people: list[Registration]) -> dict[str, Any]:
    reader = Reader(language_of(request), given.event.languages)
    by_id = {one.id: one for one in given.facts.categories}
    missing = {
        one.id: list_unanswered(given.questions, one.answers, by_id[one.category_id].key, reader)
        for one in people
    }
    return {
        "people": people, "missing": missing, "categories": by_id, "lang_of_name": lang_of_name,
        "names": {one.id: one.native_name for one in people},
    }  # fmt: skip


@get("/d/{token:str}/submit", include_in_schema=False)
async def submit_form(
    request: Request[Any, Any, Any], token: FromPath[str], db: NamedDependency[Database],
    settings: NamedDependency[Settings], now: NamedDependency[datetime],
) -> Response[str] | Redirect:  # fmt: skip
    """Says what submitting means and what is still missing; a button does it. Raises LinkUnknown."""
    async with brought(db, settings, token) as (session, given):
        people = await list_members(session, given.delegation.id)
    if not given.open_at(now):
        return go(given.at, DelegationShut.say, kind="error")
    return focal_page(request, "site/delegation_submit.html", given, **_people(request, given, people))


@post("/d/{token:str}/submit", include_in_schema=False)
async def submit_delegation(
    request: Request[Any, Any, Any], token: FromPath[str], db: NamedDependency[Database],
    settings: NamedDependency[Settings], bell: NamedDependency[Bell], now: NamedDependency[datetime],
) -> Redirect:  # fmt: skip
    """From then on only the team changes it. Raises LinkUnknown."""
    try:
        async with brought(db, settings, token, lock="update") as (session, given):
            await operations.submit(session, given.focal, given.delegation, given.event, now=now)
    except LinkUnknown:
        raise
    except QonaqError as refused:
        return go(f"/d/{token}", sentence(request, refused.say, **refused.data), kind="error")
    bell.ring()
    return go(f"/d/{token}", N_("Submitted. Thank you: the organisers have your list."))


@get(ONE + "/out", include_in_schema=False)
async def leave_out_form(
    request: Request[Any, Any, Any], token: FromPath[str], registration_id: FromPath[UUID],
    db: NamedDependency[Database], settings: NamedDependency[Settings], now: NamedDependency[datetime],
) -> Response[str] | Redirect:  # fmt: skip
    """Somebody does not come: says what happens then. Raises LinkUnknown, NotFound."""
    async with brought(db, settings, token) as (session, given):
        member = await get_member(session, given.delegation.id, registration_id)
        people = await list_members(session, given.delegation.id)
    if not given.open_at(now):
        return go(given.at, DelegationShut.say, kind="error")
    company = [one for one in people if one.principal_id == member.id and one.state in ALIVE]
    return focal_page(request, "site/delegate_out.html", given, member=member, company=company)


@post(ONE + "/out", include_in_schema=False)
async def leave_out(
    token: FromPath[str], request: Request[Any, Any, Any], registration_id: FromPath[UUID],
    db: NamedDependency[Database], settings: NamedDependency[Settings], signer: NamedDependency[Signer],
    bell: NamedDependency[Bell], now: NamedDependency[datetime],
) -> Redirect:  # fmt: skip
    """Their places are free again; who comes with them stays unless it was ticked. Raises LinkUnknown, NotFound."""
    form = await read_form(request)
    too = {found for one in form.many("too") if (found := as_id(one))}
    try:
        async with brought(db, settings, token, lock="update") as (session, given):
            if not given.open_at(now):
                raise DelegationShut
            await members.leave_out(
                session, given.focal, given.delegation, registration_id, too=too, signer=signer, now=now
            )
    except QonaqError as refused:
        if refused.code in ("not_found", "link_unknown"):
            raise
        return go(f"/d/{token}", sentence(request, refused.say, **refused.data), kind="error")
    bell.ring()
    return go(f"/d/{token}", N_("They are told by mail, and their place is free."))


@post("/d/{token:str}/head", include_in_schema=False)
async def name_head(
    request: Request[Any, Any, Any], token: FromPath[str], db: NamedDependency[Database],
    settings: NamedDependency[Settings], now: NamedDependency[datetime],
) -> Redirect:  # fmt: skip
    """Who leads the delegation. Raises LinkUnknown, NotFound."""
    form = await read_form(request)
    async with brought(db, settings, token, lock="update") as (session, given):
        if not given.open_at(now):
            return go(given.at, DelegationShut.say, kind="error")
        head_id = as_id(form.get("member", ""))
        if head_id is not None:
            await get_member(session, given.delegation.id, head_id)
        await operations.set_head(session, given.focal, given.delegation, head_id)
    return go(f"/d/{token}", N_("Saved."))


ROUTES = (see_delegation, submit_form, submit_delegation, leave_out_form, leave_out, name_head)
