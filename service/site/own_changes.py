"""Changing and cancelling by oneself. The address stays: it is how we know the guest, and telling whether another one
is taken would tell who comes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response

from service.core.database import Database
from service.core.errors import Conflict, Invalid
from service.credentials.operations import Signer
from service.outbox.bell import Bell
from service.questions.facts import QuestionFacts
from service.questions.files import WITH_FILES
from service.questions.reading import read_typed
from service.questions.typed import Typed, typed_of
from service.questions.words import Answered, Reader, show
from service.registrations.countries import countries
from service.registrations.deciding import answer
from service.registrations.errors import WrongState
from service.registrations.operations import CHANGEABLE, cancel_with, change_own
from service.registrations.queries import as_id, list_companions
from service.registrations.schemas import Application, check, read_guest_application
from service.registrations.waiting import accept_offer
from service.settings import Settings
from service.site.form import in_order_of_page
from service.site.own import Own, opened
from service.site.own_pages import answered_of, own_page
from service.web.forms import Form, go, read_form
from service.web.templating import language_of

SAVED = "Your details are saved."
ASKED_AGAIN = "Your details are saved. The organisers look at them again; your answer comes by mail."
NOT_OFFERED = "There is no place to take here any more: this page says how it stands."
NOT_ASKED = "Nothing is asked of you any more: this page says how it stands."
LONGEST_ANSWER = 2000
TOO_LATE = "It is too late to change this: please write to the organisers."


@get("/g/{token:str}/change", include_in_schema=False)
async def change_form(
    request: Request[Any, Any, Any], token: FromPath[str], db: NamedDependency[Database],
    settings: NamedDependency[Settings], now: NamedDependency[datetime],
) -> Response[str] | Redirect:  # fmt: skip
    """The details as they are. Raises LinkUnknown."""
    async with opened(db, settings, token) as (session, own):
        guest = own.registration
        typed = await typed_of(session, settings.master_key, own.questions, guest.answers, guest.id)
        answers = await answered_of(session, own, language_of(request))
    if not own.open_at(now):
        return go(f"/g/{token}", TOO_LATE, kind="error")
    form = {field: getattr(guest, field) for field in CHANGEABLE}
    return _form_page(request, own, {**form, "version": str(guest.version)}, {}, typed, answers, now)


def _form_page(
    request: Request[Any, Any, Any], own: Own, form: dict[str, str], errors: dict[str, str], typed: Typed,
    answers: list[Answered], now: datetime,
) -> Response[str]:  # fmt: skip
    language, open_ = language_of(request), own.answers_open_at(now)
    offered = {own.category.key: own.category.name}
    answer = own_page(
        request, "site/change.html", own, form=form, errors=errors, countries=countries(language),
        asked=show(own.questions, typed, Reader(language, own.event.languages), offered) if open_ else [],
        answers=[] if open_ else answers, files_at=f"/g/{own.token}/files/",
    )  # fmt: skip
    answer.status_code = 422 if errors else 200
    return answer


@post("/g/{token:str}/change", include_in_schema=False, request_max_body_size=WITH_FILES)
async def save_own(
    request: Request[Any, Any, Any], token: FromPath[str], db: NamedDependency[Database],
    settings: NamedDependency[Settings], bell: NamedDependency[Bell], now: NamedDependency[datetime],
) -> Response[str] | Redirect:  # fmt: skip
    """Writes the new details, unless the team changed them in between. Raises LinkUnknown."""
    form = await read_form(request)
    async with opened(db, settings, token, lock=True) as (session, own):
        if not own.open_at(now):
            return go(f"/g/{token}", TOO_LATE, kind="error")
        guest, was = own.registration, own.registration.state
        questions = own.questions if own.answers_open_at(now) else ()
        typed = await read_typed(session, settings.master_key, form, questions, own.event.id, guest.id)
        try:
            version = int(form.get("version", "0")) if form.get("version", "").isdecimal() else 0
            application = _changed(form, own, questions, typed)
            await change_own(
                session, own.guest, guest, application, expected_version=version, questions=questions, now=now
            )
        except Invalid as refused:
            answers = await answered_of(session, own, language_of(request))
            form["email"] = guest.email
            return _form_page(request, own, form, refused.errors, typed, answers, now)
        except Conflict as refused:
            return go(f"/g/{token}/change", refused.say, kind="error")
    bell.ring()
    return go(f"/g/{token}", SAVED if guest.state == was else ASKED_AGAIN)


def _changed(form: Form, own: Own, questions: Sequence[QuestionFacts], typed: Typed) -> Application:
    """What was typed; the address as it is. Raises Invalid."""
    kept = {"email": own.registration.email, "category": own.category.key, "consent": "yes"}
    application = read_guest_application({**form, **kept}, own.registration)
    application = msgspec.structs.replace(application, answers=typed.given)
    errors: dict[str, str] = {}
    try:
        checked = check(
            application,
            consent_version=own.registration.consent_version,
            questions=questions,
            files=typed.files,
        )
    except Invalid as refused:
        errors = refused.errors
    errors |= typed.errors
    if errors:
        raise Invalid(in_order_of_page(errors, questions))
    return checked


@get("/g/{token:str}/cancel", include_in_schema=False)
async def cancel_form(
    request: Request[Any, Any, Any], token: FromPath[str], db: NamedDependency[Database],
    settings: NamedDependency[Settings], now: NamedDependency[datetime],
) -> Response[str] | Redirect:  # fmt: skip
    """Says what cancelling means; a button does it. Raises LinkUnknown."""
    async with opened(db, settings, token) as (session, own):
        companions = await list_companions(session, own.registration.id)
    if not own.open_at(now):
        return go(f"/g/{token}", TOO_LATE, kind="error")
    return own_page(request, "site/cancel.html", own, companions=companions)


@post("/g/{token:str}/cancel", include_in_schema=False)
async def cancel_own(
    request: Request[Any, Any, Any], token: FromPath[str], db: NamedDependency[Database],
    settings: NamedDependency[Settings], signer: NamedDependency[Signer], bell: NamedDependency[Bell],
    now: NamedDependency[datetime],
) -> Redirect:  # fmt: skip
    """The place goes to the next who waits. Raises LinkUnknown."""
    form = await read_form(request)
    async with opened(db, settings, token, lock=True) as (session, own):
        if not own.open_at(now):
            return go(f"/g/{token}", TOO_LATE, kind="error")
        too = {found for one in form.many("too") if (found := as_id(one))}
        await cancel_with(
            session,
            own.guest,
            own.registration,
            too,
            reason=form.get("reason", "")[:500],
            signer=signer,
            now=now,
        )
    bell.ring()
    return go(f"/g/{token}", "Your registration is cancelled. Thank you for telling us.")


@post("/g/{token:str}/accept", include_in_schema=False)
async def accept_own(
    token: FromPath[str], db: NamedDependency[Database], settings: NamedDependency[Settings],
    signer: NamedDependency[Signer], bell: NamedDependency[Bell], now: NamedDependency[datetime],
) -> Redirect:  # fmt: skip
    """The place that was offered is theirs, or with the team. Raises LinkUnknown."""
    try:
        async with opened(db, settings, token, lock=True) as (session, own):
            if not own.open_at(now):
                return go(f"/g/{token}", TOO_LATE, kind="error")
            await accept_offer(session, own.guest, own.registration, signer=signer, now=now)
    except Conflict as refused:
        return go(
            f"/g/{token}", NOT_OFFERED if isinstance(refused, WrongState) else refused.say, kind="error"
        )
    bell.ring()
    return go(f"/g/{token}", "Thank you. The place is kept for you.")


@post("/g/{token:str}/answer", include_in_schema=False)
async def answer_own(
    token: FromPath[str], request: Request[Any, Any, Any], db: NamedDependency[Database],
    settings: NamedDependency[Settings], now: NamedDependency[datetime],
) -> Redirect:  # fmt: skip
    """The guest's word to what the team asked goes to the team, who decides. Raises LinkUnknown."""
    form = await read_form(request)
    try:
        async with opened(db, settings, token, lock=True) as (session, own):
            if not own.open_at(now):
                return go(f"/g/{token}", TOO_LATE, kind="error")
            text = form.get("answer", "")[:LONGEST_ANSWER]
            await answer(session, own.guest, own.registration, text=text, now=now)
    except Invalid as refused:
        return go(f"/g/{token}", next(iter(refused.errors.values())), kind="error")
    except Conflict:
        return go(f"/g/{token}", NOT_ASKED, kind="error")
    return go(f"/g/{token}", "Thank you. Your answer is with the organisers.")


ROUTES = (change_form, save_own, cancel_form, cancel_own, accept_own, answer_own)
