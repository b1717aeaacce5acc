"""The team of an organisation and its API tokens: for owners."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from emails.languages import LANGUAGES, OWN_NAMES
from service.accounts.forgotten import send_password_link
from service.accounts.models import ApiToken
from service.accounts.sealed import seal
from service.audit.operations import record
from service.core.actor import Actor
from service.core.database import Database
from service.core.errors import Forbidden, NotFound, QonaqError
from service.core.tokens import hash_token, new_token
from service.events.queries import list_events
from service.organisations import operations
from service.organisations.errors import MemberInvalid
from service.organisations.models import Organisation
from service.outbox.bell import Bell
from service.outbox.operations import Mail, add_mail
from service.registrations.schemas import stored_email
from service.settings import Settings
from service.web.forms import Form, go, read_form
from service.web.templating import page, sentence
from service.web.words import N_

AT = "/console/team"
ROLE_WORDS = {
    "owner": N_("Owner: everything, the team too"), "organizer": N_("Organizer: guests, messages, programme, door"),
    "viewer": N_("Viewer: may look"), "door": N_("Door: scans, nothing else"),
}  # fmt: skip


async def _own(session: AsyncSession, actor: Actor) -> Organisation:
    """The organisation this actor owns. Raises Forbidden."""
    for organisation_id in sorted(actor.organisation_ids):
        if "own" in actor.needs(organisation_id):
            return await operations.get_organisation(session, actor, organisation_id)
    raise Forbidden


@get(AT, include_in_schema=False)
async def team_page(
    request: Request[Any, Any, Any], actor: NamedDependency[Actor], db: NamedDependency[Database]
) -> Response[str]:
    """Who may do what, and which tokens there are."""
    return await _page(request, actor, db, {}, {})


async def _page(
    request: Request[Any, Any, Any],
    actor: Actor,
    db: Database,
    form: dict[str, str],
    errors: dict[str, str],
    **more: Any,
) -> Response[str]:
    async with db.begin() as session:
        organisation = await _own(session, actor)
        team = await operations.list_team(session, organisation)
        events = [
            event for event in await list_events(session, actor) if event.organisation_id == organisation.id
        ]
        wanted = select(ApiToken).where(
            ApiToken.organisation_id == organisation.id, ApiToken.revoked_at.is_(None)
        )
        tokens = list((await session.execute(wanted.order_by(ApiToken.created_at.desc()))).scalars())
    known = {"secret": "", **more}
    return page(
        request, "console/team.html", status=422 if errors else 200, event=None, here="team", team=team, form=form,
        organisation=organisation, errors=errors, events=events, names={event.id: event.name for event in events},
        tokens=tokens, roles=ROLE_WORDS, languages_of_mail=[(code, OWN_NAMES[code]) for code in LANGUAGES], **known,
    )  # fmt: skip


@post(AT, include_in_schema=False)
async def add_member(
    request: Request[Any, Any, Any], actor: NamedDependency[Actor], db: NamedDependency[Database],
    settings: NamedDependency[Settings], bell: NamedDependency[Bell], now: NamedDependency[datetime],
) -> Response[str] | Redirect:  # fmt: skip
    """They get a mail with a link to choose a password."""
    form = await read_form(request)
    try:
        async with db.begin() as session:
            organisation = await _own(session, actor)
            mailed = await _add(session, actor, organisation, form, settings, now)
    except MemberInvalid as refused:
        return await _page(request, actor, db, form, refused.errors)
    except QonaqError as refused:
        if refused.code in ("not_found", "forbidden"):
            raise
        return go(AT, sentence(request, refused.say, **refused.data), "error")
    bell.ring()
    if not mailed:
        return go(AT, N_("Added. They log in with the password they have."))
    return go(AT, N_("Added. A mail with a link to choose a password is under way."))


async def _add(
    session: AsyncSession,
    actor: Actor,
    organisation: Organisation,
    form: Form,
    settings: Settings,
    now: datetime,
) -> bool:
    email = stored_email(form.get("email", ""))
    if email is None:
        raise MemberInvalid({"email": "This does not look like an e-mail address. Example: name@company.kz"})
    event_id = await _event_id(session, actor, organisation, form)
    language = form["language"] if form.get("language") in LANGUAGES else "en"
    account, token = await operations.add_member(
        session, actor, organisation, email=email, name=form.get("name", ""), role=form.get("role", ""),
        event_id=event_id, language=language, now=now,
    )  # fmt: skip
    if token is not None:
        await session.flush()
        more = {
            "account_id": str(account.id), "link_token": seal(token, settings.master_key),
            "organisation": organisation.name, "inviter": actor.name, "role": form["role"],
        }  # fmt: skip
        mail = Mail(
            letter="team_invitation", dedup=f"team_invitation:{account.id}:{organisation.id}", address=email,
            language=language, more=more,
        )  # fmt: skip
        await add_mail(session, mail)
    return token is not None


async def _event_id(
    session: AsyncSession, actor: Actor, organisation: Organisation, form: Form
) -> UUID | None:
    """The event chosen, of this organisation; None for all. Raises NotFound."""
    if not form.get("event"):
        return None
    for event in await list_events(session, actor):
        if event.slug == form["event"] and event.organisation_id == organisation.id:
            return event.id
    raise NotFound


@post(AT + "/{membership_id:uuid}/remove", include_in_schema=False)
async def remove_member(
    request: Request[Any, Any, Any],
    membership_id: FromPath[UUID],
    actor: NamedDependency[Actor],
    db: NamedDependency[Database],
) -> Redirect:
    """Their sessions end at once."""
    try:
        async with db.begin() as session:
            await operations.remove_member(session, actor, await _own(session, actor), membership_id)
    except QonaqError as refused:
        if refused.code in ("not_found", "forbidden"):
            raise
        return go(AT, sentence(request, refused.say, **refused.data), "error")
    return go(AT, N_("Removed."))


@post(AT + "/password", include_in_schema=False)
async def send_password(
    request: Request[Any, Any, Any], actor: NamedDependency[Actor], db: NamedDependency[Database],
    settings: NamedDependency[Settings], bell: NamedDependency[Bell], now: NamedDependency[datetime],
) -> Redirect:  # fmt: skip
    """A link to choose a new password, to somebody of this team."""
    form = await read_form(request)
    async with db.begin() as session:
        team = await operations.list_team(session, await _own(session, actor))
        if form.get("email") in {account.email for account, _ in team}:
            await send_password_link(session, settings, form["email"], now=now)
    bell.ring()
    return go(AT, N_("A mail with the link is under way."))


@post(AT + "/tokens", include_in_schema=False)
async def make_token(
    request: Request[Any, Any, Any], actor: NamedDependency[Actor], db: NamedDependency[Database]
) -> Response[str]:
    """Shown once, on this page."""
    form = await read_form(request)
    role = form.get("role", "")
    token = new_token()
    async with db.begin() as session:
        organisation = await _own(session, actor)
        if role not in ROLE_WORDS:
            raise NotFound
        event_id = await _event_id(session, actor, organisation, form)
        row = ApiToken(
            token_hash=hash_token(token), organisation_id=organisation.id, event_id=event_id, role=role,
            name=form.get("name", "")[:100] or role,
        )  # fmt: skip
        session.add(row)
        await session.flush()
        await record(
            session, actor, "token.created", organisation_id=organisation.id, subject_id=row.id, role=role
        )
    return await _page(request, actor, db, {}, {}, secret=token)


@post(AT + "/tokens/{token_id:uuid}/revoke", include_in_schema=False)
async def revoke_token(
    token_id: FromPath[UUID],
    actor: NamedDependency[Actor],
    db: NamedDependency[Database],
    now: NamedDependency[datetime],
) -> Redirect:
    """Works no longer, within five seconds."""
    async with db.begin() as session:
        organisation = await _own(session, actor)
        mine = (ApiToken.id == token_id, ApiToken.organisation_id == organisation.id)
        ended = update(ApiToken).where(*mine, ApiToken.revoked_at.is_(None)).values(revoked_at=now)
        if (await session.execute(ended.returning(ApiToken.id))).first() is None:
            raise NotFound
        await record(session, actor, "token.revoked", organisation_id=organisation.id, subject_id=token_id)
    return go(AT, N_("Revoked."))


ROUTES = (team_page, add_member, remove_member, send_password, make_token, revoke_token)
