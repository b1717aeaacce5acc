"""Answering an invitation: yes with a form that is filled in already, no with a word, or no more mails."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response
from sqlalchemy.ext.asyncio import AsyncSession

from service.core.actor import Actor
from service.core.database import Database, raw
from service.core.errors import Invalid, NotFound
from service.core.tokens import personal_token, read_personal_token
from service.credentials.operations import Signer
from service.events.models import Event
from service.events.queries import CategoryView, EventFacts, facts_of
from service.invitations.errors import AlreadyAnswered
from service.invitations.models import Invitation
from service.invitations.operations import decline, mark_accepted, suppress
from service.invitations.queries import SILENT, get_own_invitation
from service.outbox.bell import Bell
from service.people.models import CARD_FIELDS
from service.questions.facts import QuestionFacts
from service.questions.files import WITH_FILES, files_in, settle
from service.questions.queries import list_questions
from service.questions.typed import Typed, read_typed
from service.registrations.errors import AlreadyRegistered, RegistrationClosed
from service.registrations.models import Registration
from service.registrations.operations import send_link_again
from service.registrations.register import register
from service.registrations.schemas import Application
from service.settings import Settings
from service.site.form import form_page, read
from service.site.own import LinkUnknown
from service.site.own_pages import PRIVATE
from service.site.queries import find_registration_of, get_event_of
from service.web.forms import go, read_form, require_press
from service.web.templating import page


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What an invitation's link opens; `registration` is what an accepted one became."""

    token: str
    invitation: Invitation
    event: Event
    facts: EventFacts
    questions: tuple[QuestionFacts, ...]
    registration: Registration | None

    @property
    def category(self) -> CategoryView:
        """The one they are invited in, public or not."""
        return next(c for c in self.facts.categories if c.id == self.invitation.category_id)

    def can_answer(self, now: datetime) -> bool:
        """Whether yes and no still count."""
        return self.invitation.state in SILENT and self.facts.open_at(now)


@asynccontextmanager
async def _asked(
    db: Database, settings: Settings, token: str, *, lock: bool = False
) -> AsyncIterator[tuple[AsyncSession, Asked]]:
    """The transaction with the invitation. Raises LinkUnknown."""
    invitation_id = read_personal_token(settings.master_key, "invitation", token)
    if invitation_id is None:
        raise LinkUnknown
    async with db.begin() as session:
        try:
            invitation = await get_own_invitation(session, invitation_id, lock=lock)
        except NotFound:
            raise LinkUnknown from None
        event = await get_event_of(session, invitation)
        yield session, Asked(
            token=token, invitation=invitation, event=event, facts=await facts_of(session, event),
            questions=await list_questions(session, event.id),
            registration=await find_registration_of(session, invitation.id),
        )  # fmt: skip


def _answer_page(
    request: Request[Any, Any, Any], asked: Asked, settings: Settings, now: datetime, **context: Any
) -> Response[str]:
    own = asked.registration and personal_token(settings.master_key, "own", asked.registration.id)
    answer = page(
        request, "site/answer.html", asked=asked, event=asked.event, invitation=asked.invitation,
        can_answer=asked.can_answer(now), own_page=f"/g/{own}" if own else "", **context,
    )  # fmt: skip
    answer.headers.update(PRIVATE)
    return answer


@get("/i/{token:str}", include_in_schema=False)
async def see_invitation(
    request: Request[Any, Any, Any], token: FromPath[str], db: NamedDependency[Database],
    settings: NamedDependency[Settings], now: NamedDependency[datetime],
) -> Response[str]:  # fmt: skip
    """What it is about, and the two buttons; or what was answered. Raises LinkUnknown."""
    async with _asked(db, settings, token) as (_, asked):
        return _answer_page(request, asked, settings, now)


@get("/i/{token:str}/accept", include_in_schema=False)
async def accept_form(
    request: Request[Any, Any, Any], token: FromPath[str], db: NamedDependency[Database],
    settings: NamedDependency[Settings], now: NamedDependency[datetime],
) -> Response[str] | Redirect:  # fmt: skip
    """The form with what the host knows. Opening it accepts nothing. Raises LinkUnknown."""
    async with _asked(db, settings, token) as (_, asked):
        if not asked.can_answer(now):
            return go(f"/i/{token}")
        known = {field: getattr(asked.invitation, field) for field in CARD_FIELDS}
        return _form(request, asked, known)


def _form(
    request: Request[Any, Any, Any], asked: Asked, form: dict[str, str], refused: Invalid | None = None,
    typed: Typed | None = None,
) -> Response[str]:  # fmt: skip
    answer = form_page(
        request, asked.event, asked.facts, [asked.category], {**form, "category": asked.category.key}, refused,
        status=200 if refused is None else 422, invitation=asked.invitation, questions=asked.questions, typed=typed,
    )  # fmt: skip
    answer.headers.update(PRIVATE)
    return answer


@post("/i/{token:str}/accept", include_in_schema=False, request_max_body_size=WITH_FILES)
async def accept(
    request: Request[Any, Any, Any], token: FromPath[str], db: NamedDependency[Database],
    settings: NamedDependency[Settings], signer: NamedDependency[Signer], bell: NamedDependency[Bell],
    now: NamedDependency[datetime],
) -> Response[str] | Redirect:  # fmt: skip
    """Registers in the category of the invitation. Raises LinkUnknown."""
    form = await read_form(request)
    try:
        async with _asked(db, settings, token, lock=True) as (session, asked):
            thanks = f"/e/{asked.event.slug}/thanks"
            form["category"] = asked.category.key
            typed = await read_typed(session, settings.master_key, form, asked.questions, asked.event.id)
            try:
                application = read(
                    form,
                    asked.facts,
                    [asked.category],
                    asked.invitation,
                    questions=asked.questions,
                    typed=typed,
                )
            except Invalid as refused:
                return _form(request, asked, form, refused, typed)
            await _accept(session, asked, application, signer=signer, now=now)
    except Invalid as refused:
        async with _asked(db, settings, token) as (_, asked):
            return _form(request, asked, form, refused, typed)
    except (AlreadyAnswered, RegistrationClosed):
        return go(f"/i/{token}")
    except AlreadyRegistered:
        await _accept_again(db, settings, token, application, now=now)
    bell.ring()
    return go(thanks)


async def _accept(
    session: AsyncSession, asked: Asked, application: Application, *, signer: Signer, now: datetime
) -> None:
    await mark_accepted(session, asked.invitation, now=now)
    guest = Actor(kind="guest", name=application.native_name)
    done = await register(
        await raw(session), asked.facts, application, source="invitation", key=f"invitation:{asked.invitation.id}",
        actor=guest, signer=signer, invitation_id=asked.invitation.id,
    )  # fmt: skip
    await settle(session, asked.event.id, done.id, files_in(asked.questions, application.answers))


async def _accept_again(
    db: Database, settings: Settings, token: str, application: Application, *, now: datetime
) -> None:
    """They had registered by themselves: the answer is yes all the same, and their link comes by mail."""
    async with _asked(db, settings, token, lock=True) as (session, asked):
        if asked.invitation.state in SILENT:
            await mark_accepted(session, asked.invitation, now=now)
        await send_link_again(
            session, asked.event.id, application.email, letter="already_registered", now=now
        )


@post("/i/{token:str}/decline", include_in_schema=False)
async def decline_invitation(
    request: Request[Any, Any, Any], token: FromPath[str], db: NamedDependency[Database],
    settings: NamedDependency[Settings], now: NamedDependency[datetime],
) -> Redirect:  # fmt: skip
    """No, with a word if they like. Raises LinkUnknown."""
    form = await read_form(request)
    async with _asked(db, settings, token, lock=True) as (session, asked):
        if asked.invitation.state in SILENT:
            await decline(session, asked.invitation, word=form.get("word", ""), now=now)
    return go(f"/i/{token}")


@get("/i/{token:str}/unsubscribe", include_in_schema=False)
async def unsubscribe_form(
    request: Request[Any, Any, Any], token: FromPath[str], db: NamedDependency[Database],
    settings: NamedDependency[Settings],
) -> Response[str]:  # fmt: skip
    """Asks first: scanners open links. Raises LinkUnknown."""
    async with _asked(db, settings, token) as (_, asked):
        return page(request, "site/unsubscribe.html", asked=asked, event=asked.event, done=False)


@post("/i/{token:str}/unsubscribe", include_in_schema=False, status_code=200)
async def unsubscribe(
    request: Request[Any, Any, Any], token: FromPath[str], db: NamedDependency[Database],
    settings: NamedDependency[Settings],
) -> Response[str]:  # fmt: skip
    """By a person's button or by a mail program's single click (RFC 8058), which has no cookie. Raises LinkUnknown,
    NotPressed."""
    require_press(request, await read_form(request))
    async with _asked(db, settings, token) as (session, asked):
        await suppress(session, asked.invitation)
    return page(request, "site/unsubscribe.html", asked=asked, event=asked.event, done=True)


ROUTES = (
    see_invitation, accept_form, accept, decline_invitation, unsubscribe_form, unsubscribe,
)  # fmt: skip
