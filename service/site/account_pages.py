"""Logging in and out, a forgotten password, and the first owner. Reading a one-time link does not use it up."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts.errors import LinkUsed, WrongPassword
from service.accounts.forgotten import send_password_link
from service.accounts.operations import log_in, log_out, open_session, set_password
from service.accounts.queries import find_account, find_link
from service.core.actor import Actor
from service.core.database import Database
from service.core.errors import Invalid, TooMany
from service.organisations.actors import load_actor
from service.organisations.auth import cookie_name, session_cookie
from service.outbox.bell import Bell
from service.settings import Settings
from service.site.first_owner import found
from service.site.pages import evenly
from service.web.forms import client_address, go, read_form
from service.web.templating import language_of, page
from service.web.throttle import Throttle

PER_ACCOUNT = 10  # attempts in a quarter of an hour


def home_of(actor: Actor, next_path: str) -> str:
    """Where somebody lands: where they wanted to go, if it is ours; the door for those who have nothing else."""
    if (
        next_path.startswith("/")
        and not next_path.startswith(("//", "/\\"))
        and not urlsplit(next_path).netloc
    ):
        return next_path
    return "/door" if actor.only_door else "/console"


@get("/login", include_in_schema=False)
async def log_in_form(
    request: Request[Any, Any, Any], visitor: NamedDependency[Actor | None]
) -> Response[str] | Redirect:
    """Who is logged in goes on at once."""
    wanted = request.query_params.get("next", "")
    if visitor is not None:
        return go(home_of(visitor, wanted))
    return page(request, "accounts/login.html", form={"next": wanted}, notice="")


@post("/login", include_in_schema=False)
async def log_in_account(
    request: Request[Any, Any, Any], db: NamedDependency[Database], settings: NamedDependency[Settings],
    throttle: NamedDependency[Throttle], now: NamedDependency[datetime],
) -> Response[str] | Redirect:  # fmt: skip
    """Address and password; throttled by caller and by account, whether it exists or not."""
    form = await read_form(request)
    email, password = form.get("email", "").lower(), form.get("password", "")
    try:
        await throttle.check(
            f"login:{client_address(request, settings.trusted_proxies)}",
            limit=settings.throttle_per_minute,
            window=60,
        )
        await throttle.check(f"login-account:{email[:200]}", limit=_per_account(settings), window=900)
        async with db.begin() as session:
            agent = request.headers.get("user-agent", "")
            token = await log_in(session, email, password, user_agent=agent, now=now)
            account = await find_account(session, email)
            assert account is not None  # noqa: S101 — log_in has just found it
            actor = await load_actor(session, account)
    except (WrongPassword, TooMany) as refused:
        kept = {"email": email, "next": form.get("next", "")}
        status = 429 if isinstance(refused, TooMany) else 422
        return page(request, "accounts/login.html", form=kept, notice=refused.say, status=status)
    answer = go(home_of(actor, form.get("next", "")))
    answer.cookies.append(session_cookie(settings, token))
    return answer


def _per_account(settings: Settings) -> int:
    return max(PER_ACCOUNT, settings.throttle_per_minute // 3)


@post("/logout", include_in_schema=False)
async def log_out_account(
    request: Request[Any, Any, Any], db: NamedDependency[Database], settings: NamedDependency[Settings]
) -> Redirect:
    """The session ends on every process at once."""
    if token := request.cookies.get(cookie_name(settings)):
        async with db.begin() as session:
            await log_out(session, token)
    answer = go("/login", "You are logged out.")
    answer.cookies.append(session_cookie(settings, "", max_age=0))
    return answer


@get("/forgot", include_in_schema=False)
async def forgot_form(request: Request[Any, Any, Any]) -> Response[str]:
    """Asks for the address."""
    return page(request, "accounts/forgot.html", sent=False)


@post("/forgot", include_in_schema=False)
async def forgot(
    request: Request[Any, Any, Any], db: NamedDependency[Database], settings: NamedDependency[Settings],
    throttle: NamedDependency[Throttle], bell: NamedDependency[Bell], now: NamedDependency[datetime],
) -> Response[str]:  # fmt: skip
    """The same answer for an unknown address."""
    form = await read_form(request)
    try:
        caller = client_address(request, settings.trusted_proxies)
        await throttle.check(f"forgot:{caller}", limit=settings.throttle_per_minute, window=60)
    except TooMany as refused:
        errors = {"email": refused.say}
        return page(request, "accounts/forgot.html", sent=False, form=form, errors=errors, status=429)
    async with evenly(), db.begin() as session:
        await send_password_link(session, settings, form.get("email", ""), now=now)
    bell.ring()
    return page(request, "accounts/forgot.html", sent=True)


@get("/password/{token:str}", include_in_schema=False)
async def password_form(
    request: Request[Any, Any, Any], token: FromPath[str], db: NamedDependency[Database],
    now: NamedDependency[datetime],
) -> Response[str]:  # fmt: skip
    """Raises LinkUsed."""
    async with db.begin() as session:
        if await find_link(session, token, "password", now) is None:
            raise LinkUsed
    return page(request, "accounts/password.html")


@post("/password/{token:str}", include_in_schema=False)
async def choose_password(
    request: Request[Any, Any, Any], token: FromPath[str], db: NamedDependency[Database],
    settings: NamedDependency[Settings], now: NamedDependency[datetime],
) -> Response[str] | Redirect:  # fmt: skip
    """Sets it and logs in; all other sessions end. Raises LinkUsed."""
    form = await read_form(request)
    try:
        async with db.begin() as session:
            account = await set_password(session, token, form.get("password", ""), now=now)
            return await _logged_in(
                request, session, settings, account.id, "Your new password works.", now=now
            )
    except Invalid as refused:
        return page(request, "accounts/password.html", errors=refused.errors, status=422)


async def _logged_in(
    request: Request[Any, Any, Any], session: AsyncSession, settings: Settings, account_id: Any, flash: str, *,
    now: datetime
) -> Redirect:  # fmt: skip
    agent = request.headers.get("user-agent", "")
    answer = go("/login", flash)  # which sends them on to where they belong
    answer.cookies.append(
        session_cookie(settings, open_session(session, account_id, user_agent=agent, now=now))
    )
    return answer


@get("/welcome/{token:str}", include_in_schema=False)
async def welcome_form(
    request: Request[Any, Any, Any], token: FromPath[str], db: NamedDependency[Database],
    now: NamedDependency[datetime],
) -> Response[str]:  # fmt: skip
    """Raises LinkUsed."""
    async with db.begin() as session:
        if await find_link(session, token, "first_owner", now) is None:
            raise LinkUsed
    return page(request, "accounts/welcome.html")


@post("/welcome/{token:str}", include_in_schema=False)
async def welcome(
    request: Request[Any, Any, Any], token: FromPath[str], db: NamedDependency[Database],
    settings: NamedDependency[Settings], now: NamedDependency[datetime],
) -> Response[str] | Redirect:  # fmt: skip
    """The first owner and the organisation. Raises LinkUsed, AlreadySetUp."""
    form = await read_form(request)
    try:
        async with db.begin() as session:
            account_id = await found(session, token, form, language=language_of(request), now=now)
            return await _logged_in(request, session, settings, account_id, "Welcome to Qonaq.", now=now)
    except Invalid as refused:
        return page(request, "accounts/welcome.html", form=form, errors=refused.errors, status=422)


ROUTES = (
    log_in_form, log_in_account, log_out_account, forgot_form, forgot, password_form, choose_password,
    welcome_form, welcome,
)  # fmt: skip
