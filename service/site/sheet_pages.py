"""A whole table of people, brought by the focal point at once: good rows in, wrong ones back to correct."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response
from sqlalchemy.ext.asyncio import AsyncSession

from service.core.database import Database
from service.core.errors import Invalid, QonaqError
from service.core.names import name_key
from service.core.tokens import new_token
from service.credentials.operations import Signer
from service.delegations.errors import DelegationShut
from service.delegations.members import add_member
from service.delegations.queries import list_members
from service.imports.sheets import Row, Sheet, read_sheet
from service.outbox.bell import Bell
from service.registrations.models import ALIVE
from service.registrations.schemas import Application
from service.settings import Settings
from service.site.delegate_pages import NOT_AGREED
from service.site.delegation import Brought, brought, focal_page
from service.web.forms import Form, go, read_form
from service.web.templating import sentence
from service.web.words import N_

AT = "/d/{token:str}/sheet"
LARGEST = 5_000_000
NOTHING = N_("Please choose a file or paste the rows.")


class Outcome(msgspec.Struct):
    """Names that came in, how many stood there already, and (row, why) for those that could not."""

    added: list[str] = msgspec.field(default_factory=list)
    same: int = 0
    wrong: list[tuple[Row, str]] = msgspec.field(default_factory=list)


@get(AT, include_in_schema=False)
async def sheet_form(
    request: Request[Any, Any, Any], token: FromPath[str], db: NamedDependency[Database],
    settings: NamedDependency[Settings], now: NamedDependency[datetime],
) -> Response[str] | Redirect:  # fmt: skip
    """A file or pasted rows. Raises LinkUnknown."""
    async with brought(db, settings, token) as (_, given):
        pass
    if not given.open_at(now):
        return go(given.at, DelegationShut.say, kind="error")
    return _form_page(request, given, {})


def _form_page(
    request: Request[Any, Any, Any], given: Brought, form: Mapping[str, str], refused: QonaqError | None = None,
    outcome: Outcome | None = None,
) -> Response[str]:  # fmt: skip
    errors = refused.errors if isinstance(refused, Invalid) else {}
    said = sentence(request, refused.say, **refused.data) if refused is not None and not errors else ""
    return focal_page(
        request, "site/sheet.html", given, status=422 if refused else 200, form=form, errors=errors, said=said,
        outcome=outcome, offered=given.offered, say_why=lambda why: sentence(request, why),
    )  # fmt: skip


@post(AT, include_in_schema=False, request_max_body_size=LARGEST + 100_000)
async def bring_sheet(
    request: Request[Any, Any, Any], token: FromPath[str], db: NamedDependency[Database],
    settings: NamedDependency[Settings], signer: NamedDependency[Signer], bell: NamedDependency[Bell],
    now: NamedDependency[datetime],
) -> Response[str] | Redirect:  # fmt: skip
    """Who is there already is passed over: the same table twice changes nothing. Raises LinkUnknown."""
    form = await read_form(request)
    async with brought(db, settings, token) as (_, given):
        pass
    try:
        sheet = read_sheet(
            await _body(form), _keys(given), category=form.get("category", ""),
            language=given.delegation.focal_language,
        )  # fmt: skip
        if given.facts.consent_version is not None and form.get("consent") != "yes":
            raise Invalid({"consent": NOT_AGREED})
        async with brought(db, settings, token, lock="share") as (session, held):
            if not held.open_at(now):
                raise DelegationShut
            outcome = await _bring(session, held, sheet, signer=signer)
    except QonaqError as refused:
        if refused.code == "link_unknown":
            raise
        return _form_page(request, given, form, refused)
    bell.ring()
    if not outcome.wrong:
        return go(given.at, _say(request, outcome))
    rest = {"text": sheet.as_text([row for row, _ in outcome.wrong]), "category": form.get("category", "")}
    return _form_page(request, given, rest, outcome=outcome)


def _say(request: Request[Any, Any, Any], outcome: Outcome) -> str:
    say = sentence(request, N_("Added: %(count)s."), count=len(outcome.added))
    if outcome.same:
        say += " " + sentence(request, N_("In the list already: %(count)s."), count=outcome.same)
    return say


def _keys(given: Brought) -> dict[str, str]:
    return {
        name.casefold(): one.key for one in given.offered for name in (one.key, *one.name.values()) if name
    }  # fmt: skip


async def _body(form: Form) -> bytes:
    """The file's bytes if one was chosen, else what was pasted. Raises Invalid."""
    file = form.files.get("file")
    body = (
        await file.read(LARGEST + 1) if file is not None and file.filename else form.get("text", "").encode()
    )
    if not body:
        raise Invalid({"file": NOTHING})
    if len(body) > LARGEST:
        raise Invalid({"file": "This file is too large: 5 MB at most."})
    return body


async def _bring(session: AsyncSession, given: Brought, sheet: Sheet, *, signer: Signer) -> Outcome:
    outcome = Outcome()
    people = [one for one in await list_members(session, given.delegation.id) if one.state in ALIVE]
    known = {name_key(one.native_name) for one in people} | {one.email for one in people if one.email}
    for row in sheet.rows:
        if row.card is None:
            outcome.wrong.append((row, row.problem))
            continue
        if {name_key(row.card.native_name), row.card.email} & (known - {""}):
            outcome.same += 1
            continue
        try:
            async with session.begin_nested():
                application = _dressed(row.card, given)
                await add_member(
                    session, given.focal, given.delegation, given.facts, application, key=new_token(), signer=signer
                )  # fmt: skip
        except QonaqError as refused:
            outcome.wrong.append((row, refused.say))
            continue
        known |= {name_key(application.native_name), application.email}
        outcome.added.append(application.native_name)
    return outcome


def _dressed(card: Application, given: Brought) -> Application:
    """With what is true of all of them."""
    return msgspec.structs.replace(
        card, affiliation=card.affiliation or given.delegation.name, country=card.country or given.delegation.country,
        consent=True, consent_version=given.facts.consent_version,
    )  # fmt: skip


ROUTES = (sheet_form, bring_sheet)
