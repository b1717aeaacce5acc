"""Changing and cancelling by oneself. The address stays: it is how we know the guest, and telling whether another one
is taken would tell who comes."""

from datetime import datetime
from typing import Any

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response

from service.core.database import Database
from service.core.errors import Conflict, Invalid
from service.credentials.operations import Signer
from service.outbox.bell import Bell
from service.registrations.countries import countries
from service.registrations.operations import CHANGEABLE, cancel, change
from service.registrations.schemas import Application, check, read_guest_application
from service.settings import Settings
from service.site.own import Own, opened
from service.site.own_pages import own_page
from service.web.forms import Form, go, read_form
from service.web.templating import language_of

TOO_LATE = "It is too late to change this: please write to the organisers."


@get("/g/{token:str}/change", include_in_schema=False)
async def change_form(
    request: Request[Any, Any, Any], token: FromPath[str], db: NamedDependency[Database],
    settings: NamedDependency[Settings], now: NamedDependency[datetime],
) -> Response[str] | Redirect:  # fmt: skip
    """The details as they are. Raises LinkUnknown."""
    async with opened(db, settings, token) as (_, own):
        pass
    if not own.open_at(now):
        return go(f"/g/{token}", TOO_LATE, kind="error")
    form = {field: getattr(own.registration, field) for field in CHANGEABLE}
    return _form_page(request, own, {**form, "version": str(own.registration.version)}, {})


def _form_page(
    request: Request[Any, Any, Any], own: Own, form: dict[str, str], errors: dict[str, str]
) -> Response[str]:
    answer = own_page(
        request, "site/change.html", own, form=form, errors=errors, countries=countries(language_of(request))
    )
    answer.status_code = 422 if errors else 200
    return answer


@post("/g/{token:str}/change", include_in_schema=False)
async def change_own(
    request: Request[Any, Any, Any], token: FromPath[str], db: NamedDependency[Database],
    settings: NamedDependency[Settings], now: NamedDependency[datetime],
) -> Response[str] | Redirect:  # fmt: skip
    """Writes the new details, unless the team changed them in between. Raises LinkUnknown."""
    form = await read_form(request)
    async with opened(db, settings, token, lock=True) as (session, own):
        if not own.open_at(now):
            return go(f"/g/{token}", TOO_LATE, kind="error")
        try:
            version = int(form.get("version", "0")) if form.get("version", "").isdecimal() else 0
            await change(session, own.guest, own.registration, _changed(form, own), expected_version=version)
        except Invalid as refused:
            return _form_page(request, own, {**form, "email": own.registration.email}, refused.errors)
        except Conflict as refused:
            return go(f"/g/{token}/change", refused.say, kind="error")
    return go(f"/g/{token}", "Your details are saved.")


def _changed(form: Form, own: Own) -> Application:
    """What was typed; the address as it is."""
    kept = {"email": own.registration.email, "category": own.category.key, "consent": "yes"}
    typed = read_guest_application({**form, **kept}, own.registration)
    return check(typed, consent_version=own.registration.consent_version)


@get("/g/{token:str}/cancel", include_in_schema=False)
async def cancel_form(
    request: Request[Any, Any, Any], token: FromPath[str], db: NamedDependency[Database],
    settings: NamedDependency[Settings], now: NamedDependency[datetime],
) -> Response[str] | Redirect:  # fmt: skip
    """Says what cancelling means; a button does it. Raises LinkUnknown."""
    async with opened(db, settings, token) as (_, own):
        pass
    if not own.open_at(now):
        return go(f"/g/{token}", TOO_LATE, kind="error")
    return own_page(request, "site/cancel.html", own)


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
        await cancel(
            session, own.guest, own.registration, reason=form.get("reason", "")[:500], signer=signer, now=now
        )
    bell.ring()
    return go(f"/g/{token}", "Your registration is cancelled. Thank you for telling us.")


ROUTES = (change_form, change_own, cancel_form, cancel_own)
