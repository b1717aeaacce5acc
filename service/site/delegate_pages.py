"""One of a delegation: added, changed, replaced by the focal point. Nothing that was typed is lost on an error."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response
from sqlalchemy.ext.asyncio import AsyncSession

from service.core.database import Database
from service.core.errors import Conflict, Invalid, QonaqError
from service.core.tokens import new_token
from service.credentials.operations import Signer
from service.delegations import members
from service.delegations.errors import DelegationShut
from service.delegations.members import Company
from service.delegations.queries import get_member, list_members
from service.events.queries import CategoryView
from service.outbox.bell import Bell
from service.questions.files import WITH_FILES, files_in, get_file, settle
from service.questions.reading import read_typed
from service.questions.serving import file_answer
from service.questions.typed import Typed, typed_of
from service.questions.words import Reader, show
from service.registrations.countries import countries
from service.registrations.models import ALIVE, COMPANIONS, Registration
from service.registrations.operations import CHANGEABLE, change_own, move_category
from service.registrations.queries import as_id
from service.registrations.schemas import Application, check, read_application
from service.settings import Settings
from service.site.delegation import Brought, brought, focal_page
from service.site.delegation_pages import ONE
from service.site.form import in_order_of_page
from service.web.forms import Form, go, read_form
from service.web.templating import language_of, sentence
from service.web.words import N_

NOT_AGREED = N_("Please confirm that this person knows and agrees.")
# What a focal point knows and may say; salutations and badge lines are protocol's.
KEPT = ("salutation", "name_order", "badge_line", "assistant_email", "in_languages")


def _form_page(
    request: Request[Any, Any, Any], given: Brought, form: dict[str, str], typed: Typed, *, people: list[Registration],
    refused: QonaqError | None = None, member: Registration | None = None, instead: bool = False,
) -> Response[str]:  # fmt: skip
    language = language_of(request)
    reader = Reader(language, given.event.languages)
    offered = _offered(given, member)
    asked = [msgspec.structs.replace(one, required=False) for one in given.questions]
    errors = refused.errors if isinstance(refused, Invalid) else {}
    said = sentence(request, refused.say, **refused.data) if refused is not None and not errors else ""
    return focal_page(
        request, "site/delegate.html", given, status=422 if refused else 200, form=form, errors=errors, said=said,
        offered=offered, left={quota.category_id: quota.left for quota in given.quotas}, member=member,
        instead=instead, countries=countries(language), companions=COMPANIONS,
        principals=[one for one in people if one.state in ALIVE and one.principal_id is None],
        asked=show(asked, typed, reader, {one.key: one.name for one in offered}),
    )  # fmt: skip


def _offered(given: Brought, member: Registration | None) -> list[CategoryView]:
    """What they may bring, and what somebody is already."""
    own = member.category_id if member else None
    keys = {one.key for one in given.offered}
    return [one for one in given.facts.categories if one.key in keys or one.id == own]


def _checked(
    form: Form, given: Brought, typed: Typed, member: Registration | None, offered: list[CategoryView]
) -> Application:
    """What was typed; an address and answers may come later. Raises Invalid."""
    application = msgspec.structs.replace(read_application(form), answers=typed.given)
    says = (
        {name: getattr(member, name) for name in KEPT} if member else {name: _NOTHING[name] for name in KEPT}
    )
    application = msgspec.structs.replace(application, **says, consent_version=given.facts.consent_version)
    errors: dict[str, str] = {}
    keys = {one.key for one in offered}
    if application.category not in keys:
        errors["category"] = "Please choose a category from the list."
    if member is None and given.facts.consent_version is not None and not application.consent:
        errors["consent"] = NOT_AGREED
    try:
        application = check(
            application, consent_version=given.facts.consent_version, by_team=True, questions=given.questions,
            files=typed.files,
        )  # fmt: skip
    except Invalid as refused:
        errors |= refused.errors
    if errors := errors | typed.errors:
        raise Invalid(in_order_of_page(errors, given.questions))
    return application


_NOTHING = {name: getattr(Application(category="", native_name="", email=""), name) for name in KEPT}


def _company(form: Form) -> Company | None:
    """Raises Invalid for a role that we do not know."""
    principal_id = as_id(form.get("principal", ""))
    if principal_id is None:
        return None
    if form.get("companion") not in COMPANIONS:
        raise Invalid({"companion": "Please say as what they come along."})
    return Company(principal_id, form["companion"])


@get("/d/{token:str}/people/new", include_in_schema=False)
async def new_delegate_form(
    request: Request[Any, Any, Any], token: FromPath[str], db: NamedDependency[Database],
    settings: NamedDependency[Settings], now: NamedDependency[datetime],
) -> Response[str] | Redirect:  # fmt: skip
    """With what is known of all of them: organisation, country, language. Raises LinkUnknown."""
    async with brought(db, settings, token) as (session, given):
        people = await list_members(session, given.delegation.id)
    if not given.open_at(now):
        return go(given.at, DelegationShut.say, kind="error")
    return _form_page(request, given, _usual(given), Typed(), people=people)


def _usual(given: Brought) -> dict[str, str]:
    offered = given.offered
    return {
        "key": new_token(), "language": given.delegation.focal_language, "country": given.delegation.country,
        "affiliation": given.delegation.name, "category": offered[0].key if len(offered) == 1 else "",
    }  # fmt: skip


@post("/d/{token:str}/people/new", include_in_schema=False, request_max_body_size=WITH_FILES)
async def add_delegate(
    request: Request[Any, Any, Any], token: FromPath[str], db: NamedDependency[Database],
    settings: NamedDependency[Settings], signer: NamedDependency[Signer], bell: NamedDependency[Bell],
    now: NamedDependency[datetime],
) -> Response[str] | Redirect:  # fmt: skip
    """Registers somebody within the delegation's places. Raises LinkUnknown."""
    form = await read_form(request)
    given, typed, people = await _read(db, settings, token, form)
    try:
        application, company = _checked(form, given, typed, None, given.offered), _company(form)
        async with brought(db, settings, token, lock="share") as (session, held):
            _require_open(held, now)
            member = await members.add_member(
                session, held.focal, held.delegation, held.facts, application, key=form.get("key", ""),
                signer=signer, company=company,
            )  # fmt: skip
            await _settle(session, held, member, application)
            state = member.state
    except QonaqError as refused:
        if refused.code == "link_unknown":
            raise
        return _form_page(request, given, form, typed, people=people, refused=refused)
    bell.ring()
    say = N_("Added.") if state != "waitlisted" else N_("Added to the waiting list: the category is full.")
    return go(given.at, say)


async def _read(
    db: Database, settings: Settings, token: str, form: Form, registration_id: UUID | None = None
) -> tuple[Brought, Typed, list[Registration]]:
    """Files are stored at once, so that an error in the form loses none."""
    async with brought(db, settings, token) as (session, given):
        if registration_id is not None:
            await get_member(session, given.delegation.id, registration_id)
        typed = await read_typed(
            session, settings.master_key, form, given.questions, given.event.id, registration_id
        )
        return given, typed, await list_members(session, given.delegation.id)


def _require_open(given: Brought, now: datetime) -> None:
    if not given.open_at(now):
        raise DelegationShut


async def _settle(
    session: AsyncSession, given: Brought, member: Registration, application: Application
) -> None:
    await settle(session, given.event.id, member.id, files_in(given.questions, application.answers))


@get(ONE, include_in_schema=False)
async def delegate_form(
    request: Request[Any, Any, Any], token: FromPath[str], registration_id: FromPath[UUID],
    db: NamedDependency[Database], settings: NamedDependency[Settings], now: NamedDependency[datetime],
) -> Response[str] | Redirect:  # fmt: skip
    """The details as they are. Raises LinkUnknown, NotFound for somebody of another delegation."""
    async with brought(db, settings, token) as (session, given):
        member = await get_member(session, given.delegation.id, registration_id)
        typed = await typed_of(session, settings.master_key, given.questions, member.answers, member.id)
        people = await list_members(session, given.delegation.id)
    if not given.open_at(now) or member.state not in ALIVE:
        return go(given.at, DelegationShut.say, kind="error")
    form = {field: getattr(member, field) for field in CHANGEABLE if field != "in_languages"}
    category = next(one.key for one in given.facts.categories if one.id == member.category_id)
    form |= {"category": category, "version": str(member.version)}
    return _form_page(request, given, form, typed, people=people, member=member)


@post(ONE, include_in_schema=False, request_max_body_size=WITH_FILES)
async def save_delegate(
    request: Request[Any, Any, Any], token: FromPath[str], registration_id: FromPath[UUID],
    db: NamedDependency[Database], settings: NamedDependency[Settings], bell: NamedDependency[Bell],
    now: NamedDependency[datetime],
) -> Response[str] | Redirect:  # fmt: skip
    """Saved, unless somebody changed it meanwhile; another category needs a place there. Raises LinkUnknown."""
    form = await read_form(request)
    given, typed, people = await _read(db, settings, token, form, registration_id)
    member = next(one for one in people if one.id == registration_id)
    try:
        application = _checked(form, given, typed, member, _offered(given, member))
        async with brought(db, settings, token, lock="share") as (session, held):
            _require_open(held, now)
            mine = await get_member(session, held.delegation.id, registration_id, lock=True)
            version = int(form["version"]) if form.get("version", "").isdecimal() else 0
            await change_own(
                session, held.focal, mine, application, expected_version=version, questions=held.questions,
                now=now,
            )  # fmt: skip
            await move_category(session, held.focal, mine, application.category, now=now)
    except QonaqError as refused:
        if refused.code in ("link_unknown", "not_found"):
            raise
        if type(refused) is Conflict:
            form["version"] = str(member.version)
        return _form_page(request, given, form, typed, people=people, refused=refused, member=member)
    bell.ring()
    return go(given.at, N_("Saved."))


@get(ONE + "/substitute", include_in_schema=False)
async def substitute_form(
    request: Request[Any, Any, Any], token: FromPath[str], registration_id: FromPath[UUID],
    db: NamedDependency[Database], settings: NamedDependency[Settings], now: NamedDependency[datetime],
) -> Response[str] | Redirect:  # fmt: skip
    """Another one comes instead, in the same category. Raises LinkUnknown, NotFound."""
    async with brought(db, settings, token) as (session, given):
        member = await get_member(session, given.delegation.id, registration_id)
    if not given.open_at(now) or member.state not in ALIVE:
        return go(given.at, DelegationShut.say, kind="error")
    category = next(one.key for one in given.facts.categories if one.id == member.category_id)
    form = _usual(given) | {
        "category": category,
        "position": member.position,
        "affiliation": member.affiliation,
    }
    return _form_page(request, given, form, Typed(), people=[], member=member, instead=True)


@post(ONE + "/substitute", include_in_schema=False, request_max_body_size=WITH_FILES)
async def save_substitute(
    request: Request[Any, Any, Any], token: FromPath[str], registration_id: FromPath[UUID],
    db: NamedDependency[Database], settings: NamedDependency[Settings], signer: NamedDependency[Signer],
    bell: NamedDependency[Bell], now: NamedDependency[datetime],
) -> Response[str] | Redirect:  # fmt: skip
    """On the very place of the one who does not come. Raises LinkUnknown, NotFound."""
    form = await read_form(request)
    given, typed, people = await _read(db, settings, token, form, registration_id)
    before = next(one for one in people if one.id == registration_id)
    form["category"] = next(one.key for one in given.facts.categories if one.id == before.category_id)
    try:
        application = _checked(form, given, typed, None, _offered(given, before))
        async with brought(db, settings, token, lock="update") as (session, held):
            _require_open(held, now)
            member = await members.substitute(
                session, held.focal, held.delegation, held.facts, registration_id, application,
                key=form.get("key", ""), signer=signer, now=now,
            )  # fmt: skip
            await _settle(session, held, member, application)
    except QonaqError as refused:
        if refused.code in ("link_unknown", "not_found"):
            raise
        return _form_page(
            request, given, form, typed, people=[], refused=refused, member=before, instead=True
        )
    bell.ring()
    return go(given.at, N_("Saved: the substitute has the place."))


@get(ONE + "/files/{file_id:uuid}", include_in_schema=False)
async def delegate_file(
    token: FromPath[str], registration_id: FromPath[UUID], file_id: FromPath[UUID], db: NamedDependency[Database],
    settings: NamedDependency[Settings],
) -> Response[bytes]:  # fmt: skip
    """A file of one of theirs. Raises LinkUnknown, NotFound."""
    async with brought(db, settings, token) as (session, given):
        member = await get_member(session, given.delegation.id, registration_id)
        return file_answer(await get_file(session, member.id, file_id))


ROUTES = (
    new_delegate_form, add_delegate, delegate_form, save_delegate, substitute_form, save_substitute, delegate_file,
)  # fmt: skip
