"""Answering an invitation: yes with a form that is filled in already, no with a word, somebody else, or no more mails.

The guest's link and the assistant's open the same pages; the link says who pressed."""

from collections.abc import AsyncIterator, Sequence
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
from service.invitations import answering
from service.invitations.answering import Answerer
from service.invitations.errors import AlreadyAnswered
from service.invitations.mail import ASSISTANT
from service.invitations.models import Invitation, Terms
from service.invitations.operations import suppress_address
from service.invitations.posting import take_out_of_calendars
from service.invitations.queries import (
    SILENT,
    Relative,
    answer_until,
    find_terms,
    get_own_invitation,
    list_principals,
    list_substitutes,
)
from service.invitations.schemas import Companion, read_companions, read_substitute
from service.outbox.bell import Bell
from service.people.models import CARD_FIELDS
from service.questions.facts import QuestionFacts
from service.questions.files import WITH_FILES, files_in, settle
from service.questions.queries import list_questions
from service.questions.reading import read_typed
from service.questions.typed import Typed
from service.registrations.errors import AlreadyRegistered, RegistrationClosed
from service.registrations.models import Registration
from service.registrations.operations import send_link_again
from service.registrations.queries import find_by_email, find_registration_of
from service.registrations.register import register
from service.registrations.schemas import Application
from service.settings import Settings
from service.site.form import form_page, read
from service.site.own import LinkUnknown
from service.site.own_pages import PRIVATE
from service.site.queries import get_event_of
from service.web.forms import Form, go, read_form, require_press
from service.web.templating import page


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What an invitation's link opens; `registration` is what an accepted one became, `by` whose link it is, `instead`
    who was named to come, `principal` in whose place this one is asked."""

    token: str
    by: Answerer
    invitation: Invitation
    event: Event
    facts: EventFacts
    terms: Terms
    questions: tuple[QuestionFacts, ...]
    registration: Registration | None
    instead: Relative | None
    principal: Relative | None

    @property
    def category(self) -> CategoryView:
        """The one they are invited in, public or not."""
        return next(c for c in self.facts.categories if c.id == self.invitation.category_id)

    @property
    def until(self) -> datetime | None:
        """Until when an answer counts, as far as the invitation says it."""
        return answer_until(self.invitation, self.terms)

    @property
    def on_behalf(self) -> str:
        """For whom the assistant answers; '' for the guest."""
        return self.invitation.native_name if self.by == "assistant" else ""

    @property
    def actor(self) -> Actor:
        """The guest as the one who acts, by whomever's hand."""
        return Actor(kind="guest", name=self.invitation.native_name)

    def late_at(self, now: datetime) -> bool:
        """Whether the time to answer is over, written down already or not yet."""
        passed = self.until is not None and now >= self.until
        return self.invitation.state == "expired" or (self.invitation.state in SILENT and passed)

    def can_answer(self, now: datetime) -> bool:
        """Whether yes and no still count."""
        return self.invitation.state in SILENT and self.facts.open_at(now) and not self.late_at(now)


@asynccontextmanager
async def _asked(
    db: Database, settings: Settings, token: str, *, lock: bool = False
) -> AsyncIterator[tuple[AsyncSession, Asked]]:
    """The transaction with the invitation. Raises LinkUnknown, also for one that waits for its turn."""
    own = read_personal_token(settings.master_key, "invitation", token)
    invitation_id = own or read_personal_token(settings.master_key, ASSISTANT, token)
    if invitation_id is None:
        raise LinkUnknown
    async with db.begin() as session:
        try:
            invitation = await get_own_invitation(session, invitation_id, lock=lock)
        except NotFound:
            raise LinkUnknown from None
        if invitation.state == "waiting":
            raise LinkUnknown
        event = await get_event_of(session, invitation)
        instead = await list_substitutes(session, [invitation])
        principal = await list_principals(session, [invitation])
        yield session, Asked(
            token=token, by="guest" if own else "assistant", invitation=invitation, event=event,
            facts=await facts_of(session, event), terms=await find_terms(session, event.id),
            questions=await list_questions(session, event.id),
            registration=await find_registration_of(session, invitation.id),
            instead=instead.get(invitation.id), principal=next(iter(principal.values()), None),
        )  # fmt: skip


def _answer_page(
    request: Request[Any, Any, Any],
    asked: Asked,
    settings: Settings,
    now: datetime,
    template: str,
    **context: Any,
) -> Response[str]:
    own = asked.registration and personal_token(settings.master_key, "own", asked.registration.id)
    answer = page(
        request, template, asked=asked, event=asked.event, invitation=asked.invitation, late=asked.late_at(now),
        can_answer=asked.can_answer(now), own_page=f"/g/{own}" if own else "", **context,
    )  # fmt: skip
    answer.headers.update(PRIVATE)
    return answer


@get("/i/{token:str}", include_in_schema=False)
async def see_invitation(
    request: Request[Any, Any, Any], token: FromPath[str], db: NamedDependency[Database],
    settings: NamedDependency[Settings], now: NamedDependency[datetime],
) -> Response[str]:  # fmt: skip
    """What it is about, and the buttons; or what was answered. Raises LinkUnknown."""
    async with _asked(db, settings, token) as (_, asked):
        return _answer_page(request, asked, settings, now, "site/answer.html")


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
        status=200 if refused is None else 422, invitation=asked.invitation, on_behalf=asked.on_behalf,
        questions=asked.questions, typed=typed,
    )  # fmt: skip
    answer.headers.update(PRIVATE)
    return answer


@post("/i/{token:str}/accept", include_in_schema=False, request_max_body_size=WITH_FILES)
async def accept(
    request: Request[Any, Any, Any], token: FromPath[str], db: NamedDependency[Database],
    settings: NamedDependency[Settings], signer: NamedDependency[Signer], bell: NamedDependency[Bell],
    now: NamedDependency[datetime],
) -> Response[str] | Redirect:  # fmt: skip
    """Registers in the category of the invitation, and those who come along. Raises LinkUnknown."""
    form = await read_form(request)
    typed = Typed()
    try:
        async with _asked(db, settings, token, lock=True) as (session, asked):
            if not asked.can_answer(now):
                return go(f"/i/{token}")
            form["category"] = asked.category.key
            typed = await read_typed(session, settings.master_key, form, asked.questions, asked.event.id)
            try:
                application, companions = _read(form, asked, typed)
            except Invalid as refused:
                return _form(request, asked, form, refused, typed)
            await _accept(session, asked, application, companions, signer=signer, now=now)
    except Invalid as refused:
        async with _asked(db, settings, token) as (_, asked):
            return _form(request, asked, form, refused, typed)
    except (AlreadyAnswered, RegistrationClosed):
        return go(f"/i/{token}")
    except AlreadyRegistered:
        await _accept_again(db, settings, token, application, companions, signer=signer, now=now)
    bell.ring()
    return go(f"/e/{asked.facts.slug}/thanks")


def _read(form: Form, asked: Asked, typed: Typed) -> tuple[Application, list[Companion]]:
    """The guest and who comes along. Raises Invalid with the errors of both."""
    errors: dict[str, str] = {}
    companions: list[Companion] = []
    try:
        companions = read_companions(form, asked.invitation.plus_ones)
    except Invalid as refused:
        errors = refused.errors
    try:
        application = read(
            form, asked.facts, [asked.category], asked.invitation, questions=asked.questions, typed=typed
        )
    except Invalid as refused:
        raise Invalid(refused.errors | errors) from None
    if errors:
        raise Invalid(errors)
    return application, companions


async def _accept(
    session: AsyncSession, asked: Asked, application: Application, companions: Sequence[Companion], *, signer: Signer,
    now: datetime,
) -> None:  # fmt: skip
    await answering.accept(session, asked.actor, asked.invitation, by=asked.by, now=now)
    guest = Actor(kind="guest", name=application.native_name)
    done = await register(
        await raw(session), asked.facts, application, source="invitation", key=f"invitation:{asked.invitation.id}",
        actor=guest, signer=signer, invitation_id=asked.invitation.id,
    )  # fmt: skip
    await settle(session, asked.event.id, done.id, files_in(asked.questions, application.answers))
    principal = await answering.take_on(session, asked.invitation, done.id)
    await answering.bring(session, guest, asked.invitation, asked.facts, principal, companions, signer=signer)


async def _accept_again(
    db: Database, settings: Settings, token: str, application: Application, companions: Sequence[Companion], *,
    signer: Signer, now: datetime,
) -> None:  # fmt: skip
    """They had registered by themselves: the answer is yes all the same, and their link comes by mail. Anybody's
    address can be typed here: who comes along is put to that guest only if they are the one who was invited."""
    async with _asked(db, settings, token, lock=True) as (session, asked):
        if asked.can_answer(now):
            await answering.accept(session, asked.actor, asked.invitation, by=asked.by, now=now)
            known = await find_by_email(session, asked.event.id, application.email)
            own = known is not None and (
                known.person_id == asked.invitation.person_id or known.email == asked.invitation.email
            )
            if own:  # their registration has an entry of its own
                await take_out_of_calendars(session, [asked.invitation], now=now)
            await answering.bring(
                session,
                asked.actor,
                asked.invitation,
                asked.facts,
                known if own else None,
                companions,
                signer=signer,
            )
        await send_link_again(
            session, asked.event.id, application.email, letter="already_registered", now=now
        )


@post("/i/{token:str}/decline", include_in_schema=False)
async def decline_invitation(
    request: Request[Any, Any, Any], token: FromPath[str], db: NamedDependency[Database],
    settings: NamedDependency[Settings], bell: NamedDependency[Bell], now: NamedDependency[datetime],
) -> Redirect:  # fmt: skip
    """No, with a word if they like; the next of the wave is asked. Raises LinkUnknown."""
    form = await read_form(request)
    async with _asked(db, settings, token, lock=True) as (session, asked):
        if asked.can_answer(now):
            await answering.decline(
                session, asked.actor, asked.invitation, word=form.get("word", ""), by=asked.by, now=now
            )
    bell.ring()
    return go(f"/i/{token}")


@get("/i/{token:str}/substitute", include_in_schema=False)
async def substitute_form(
    request: Request[Any, Any, Any], token: FromPath[str], db: NamedDependency[Database],
    settings: NamedDependency[Settings], now: NamedDependency[datetime],
) -> Response[str] | Redirect:  # fmt: skip
    """Who comes instead: a name, an address and a language. Raises LinkUnknown."""
    async with _asked(db, settings, token) as (_, asked):
        if not asked.can_answer(now):
            return go(f"/i/{token}")
        known = {"organisation": asked.invitation.affiliation, "language": asked.invitation.language}
        return _answer_page(request, asked, settings, now, "site/substitute.html", form=known)


@post("/i/{token:str}/substitute", include_in_schema=False)
async def name_substitute(
    request: Request[Any, Any, Any], token: FromPath[str], db: NamedDependency[Database],
    settings: NamedDependency[Settings], bell: NamedDependency[Bell], now: NamedDependency[datetime],
) -> Response[str] | Redirect:  # fmt: skip
    """They get an invitation of their own, in their language. Raises LinkUnknown."""
    form = await read_form(request)
    try:
        async with _asked(db, settings, token, lock=True) as (session, asked):
            if not asked.can_answer(now):
                return go(f"/i/{token}")
            guest = read_substitute(form, asked.category.key)
            await answering.substitute(
                session, asked.actor, asked.invitation, guest, word=form.get("word", ""), by=asked.by, now=now
            )
    except Invalid as refused:
        async with _asked(db, settings, token) as (_, asked):
            answer = _answer_page(
                request, asked, settings, now, "site/substitute.html", form=form, errors=refused.errors
            )
        answer.status_code = 422
        return answer
    bell.ring()
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
        to = asked.invitation.assistant_email if asked.by == "assistant" else asked.invitation.email
        await suppress_address(session, asked.event.organisation_id, to)
    return page(request, "site/unsubscribe.html", asked=asked, event=asked.event, done=True)


ROUTES = (
    see_invitation, accept_form, accept, decline_invitation, substitute_form, name_substitute, unsubscribe_form,
    unsubscribe,
)  # fmt: skip
