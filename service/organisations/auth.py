"""Turns a request into an Actor: a session cookie for people, a bearer token for the API."""

import asyncio
import time
from typing import Any

from litestar import Request
from litestar.datastructures import Cookie
from sqlalchemy import select

from service.accounts.models import Account, ApiToken
from service.accounts.queries import find_session_account
from service.core.actor import Actor, Grant
from service.core.clock import now
from service.core.database import Database
from service.core.errors import NotLoggedIn
from service.core.tokens import hash_token
from service.organisations.actors import load_actor
from service.settings import Settings

REMEMBERED_SECONDS = 5.0
REMEMBERED = 5_000


def cookie_name(settings: Settings) -> str:
    """__Host- binds the cookie to this host and to https (RFC 6265bis)."""
    return "__Host-session" if settings.secure else "qonaq_session"


def session_cookie(settings: Settings, token: str, *, max_age: int | None = 14 * 86_400) -> Cookie:
    """The cookie of a log-in; `max_age=0` takes it away."""
    return Cookie(
        cookie_name(settings),
        value=token,
        httponly=True,
        secure=settings.secure,
        samesite="lax",
        max_age=max_age,
    )


class Doorkeeper:
    """Finds the actor of a request. API tokens and, for scans, sessions are remembered for 5 s (a quarter more scans
    a second); so a revoked token may work 5 s longer, as administrators are told."""

    def __init__(self, db: Database, settings: Settings) -> None:
        self._db = db
        self._cookie = cookie_name(settings)
        self._remembered: dict[bytes, tuple[float, Actor]] = {}
        self._looking_up: dict[bytes, asyncio.Task[Actor | None]] = {}

    async def find(self, request: Request[Any, Any, Any]) -> Actor | None:
        """The actor, or None for a guest. Raises NotLoggedIn for a bearer token that is not valid."""
        authorization = request.headers.get("authorization", "")
        if authorization[:7].lower() == "bearer ":
            return await self._remember(authorization[7:].strip(), self._of_token)
        if token := request.cookies.get(self._cookie):
            if request.url.path.startswith("/door/"):
                return await self._remember(token, self._of_session)
            return await self._of_session(token)
        return None

    async def _remember(self, token: str, look_up: Any) -> Actor | None:
        """Looked up once, however many requests with this token ask at the same time."""
        key = hash_token(token)
        known = self._remembered.get(key)
        if known is not None and known[0] > time.monotonic():
            return known[1]
        task = self._looking_up.get(key)
        if task is None:
            task = self._looking_up[key] = asyncio.create_task(self._look_up(key, token, look_up))
            task.add_done_callback(lambda _: self._looking_up.pop(key, None))
        return await asyncio.shield(task)

    async def _look_up(self, key: bytes, token: str, look_up: Any) -> Actor | None:
        actor: Actor | None = await look_up(token)
        if actor is not None:
            if len(self._remembered) >= REMEMBERED:
                self._remembered.clear()
            self._remembered[key] = (time.monotonic() + REMEMBERED_SECONDS, actor)
        return actor

    async def _of_session(self, token: str) -> Actor | None:
        async with self._db.begin() as session:
            account_id = await find_session_account(session, token, now())
            return (
                None
                if account_id is None
                else await load_actor(session, await session.get_one(Account, account_id))
            )

    async def _of_token(self, token: str) -> Actor:
        async with self._db.begin() as session:
            wanted = select(ApiToken).where(
                ApiToken.token_hash == hash_token(token), ApiToken.revoked_at.is_(None)
            )
            row = (await session.execute(wanted)).scalar_one_or_none()
        if row is None or (row.expires_at is not None and row.expires_at <= now()):
            raise NotLoggedIn
        grant = Grant(row.organisation_id, row.role, row.event_id)  # type: ignore[arg-type]  # the CHECK holds it to Role
        return Actor(kind="token", id=row.id, name=row.name, grants=(grant,))


async def provide_visitor(request: Request[Any, Any, Any]) -> Actor | None:
    """The actor if anybody is logged in; also kept in the scope for the page's header."""
    if "actor" not in request.scope:
        request.scope["actor"] = await request.app.state.doorkeeper.find(request)  # type: ignore[typeddict-unknown-key]
    return request.scope["actor"]  # type: ignore[typeddict-item, no-any-return]


async def provide_actor(request: Request[Any, Any, Any]) -> Actor:
    """The actor. Raises NotLoggedIn when there is none: routes are closed unless they ask for a visitor."""
    actor = await provide_visitor(request)
    if actor is None:
        raise NotLoggedIn
    return actor
