"""What the command line does to accounts, each in a transaction of its own. Called from outside any event loop."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts.errors import AlreadySetUp
from service.accounts.models import ApiToken
from service.accounts.operations import make_link
from service.audit.operations import record
from service.core.actor import ALLOWS, SYSTEM
from service.core.clock import now
from service.core.database import Database
from service.core.errors import Invalid, NotFound
from service.core.tokens import hash_token, new_id, new_token
from service.settings import Settings

T = TypeVar("T")
TOKEN_LASTS = timedelta(days=365)


class NoSuchRole(Invalid):
    code = "no_such_role"
    say = "There is no role %(role)s: owner, organizer, door or viewer."


class NoSuchEvent(NotFound):
    code = "no_such_event"
    say = "There is no event %(slug)s."


class WhoseEvents(Invalid):
    code = "whose_events"
    say = "There is not exactly one organisation here: please name an event."


def create_token(settings: Settings, role: str, event_slug: str) -> str:
    """A bearer token, valid for a year; shown once. For one event or, with an empty slug, for all of the only
    organisation. Raises NoSuchRole, NoSuchEvent, WhoseEvents."""
    if role not in ALLOWS:
        raise NoSuchRole(role=role)
    token = new_token()

    async def create(session: AsyncSession) -> str:
        if event_slug:
            event = (await session.execute(_EVENT, {"slug": event_slug})).first()
            if event is None:
                raise NoSuchEvent(slug=event_slug)
            await _keep(session, token, role, event.organisation_id, event.id)
            return token
        hosts = (await session.execute(_ORGANISATIONS)).scalars().all()
        if len(hosts) != 1:
            raise WhoseEvents
        await _keep(session, token, role, hosts[0], None)
        return token

    return asyncio.run(_in_transaction(settings, create))


async def _keep(
    session: AsyncSession, token: str, role: str, organisation_id: UUID, event_id: UUID | None
) -> None:
    made = ApiToken(
        id=new_id(), token_hash=hash_token(token), organisation_id=organisation_id, event_id=event_id, role=role,
        name=f"{role} (command line)", expires_at=now() + TOKEN_LASTS,
    )  # fmt: skip
    session.add(made)
    await session.flush()
    await record(
        session,
        SYSTEM,
        "token.created",
        organisation_id=organisation_id,
        event_id=event_id,
        subject_id=made.id,
        role=role,
    )


def first_owner_link(settings: Settings) -> str:
    """The address that makes the first owner and organisation: works once, for 24 hours. Raises AlreadySetUp.

    Links printed before stop working: only the last one opens the door."""

    async def make(session: AsyncSession) -> str:
        if (await session.execute(_ANY_ACCOUNT)).first() is not None:
            raise AlreadySetUp
        await session.execute(_FORGET_LINKS)
        return f"{settings.base_url}/welcome/{make_link(session, 'first_owner', None, now=now())}"

    return asyncio.run(_in_transaction(settings, make))


async def _in_transaction(settings: Settings, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
    db = Database(settings.database_url, pool_size=1, hot_pool_size=1)
    try:
        async with db.begin() as session:
            return await work(session)
    finally:
        await db.close()


# by text: events and organisations lie above this room
_EVENT = text("SELECT id, organisation_id FROM events WHERE slug = :slug")
_ORGANISATIONS = text("SELECT id FROM organisations LIMIT 2")
_ANY_ACCOUNT = text("SELECT 1 FROM accounts LIMIT 1")
_FORGET_LINKS = text("DELETE FROM one_time_links WHERE purpose = 'first_owner'")
