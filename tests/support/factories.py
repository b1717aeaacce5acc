"""Small true data: every factory writes one thing and returns it. Outsiders have data that could leak."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts.models import Account, ApiToken
from service.accounts.operations import open_session
from service.core.actor import Actor
from service.core.tokens import hash_token, new_token
from service.credentials.operations import Signer
from service.events.models import Category, ConsentText, Event
from service.events.queries import facts_of
from service.organisations.actors import load_actor
from service.organisations.models import Membership, Organisation
from service.places.operations import set_capacity
from service.registrations.models import Registration
from service.registrations.register import register
from service.registrations.schemas import Application

# Argon2id of "correct horse battery", made once: hashing takes 200 ms
PASSWORD = "correct horse battery"
PASSWORD_HASH = (
    "$argon2id$v=19$m=65536,t=3,p=4$RERERERERERERERERERERA$0000000000000000000000000000000000000000000"
)
# six hours ago: an event of fourteen hours is on, at whatever time of the day the tests run
TODAY = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=6)


async def organisation(
    session: AsyncSession, slug: str = "alatau", name: str = "Alatau City"
) -> Organisation:
    made = Organisation(slug=slug, name=name, reply_to=f"office@{slug}.example")
    session.add(made)
    await session.flush()
    return made


async def event(
    session: AsyncSession, host: Organisation, slug: str = "forum", capacity: int | None = None, **more: Any
) -> Event:
    """Open today in Almaty; languages en, kk, ru, ko; consent text 1."""
    known: dict[str, Any] = {
        "kind": "forum", "state": "open", "name": {"en": "Forum", "kk": "Форум", "ru": "Форум", "ko": "포럼"},
        "host": {"en": host.name}, "place": {"en": "Almaty", "ko": "알마티"}, "languages": ["en", "kk", "ru", "ko"],
        "zone": "Asia/Almaty", "starts_at": TODAY, "ends_at": TODAY + timedelta(hours=14),
    }  # fmt: skip
    made = Event(organisation_id=host.id, slug=slug, **{**known, **more})
    session.add(made)
    await session.flush()
    await set_capacity(session, made.id, "event", capacity)
    session.add(ConsentText(event_id=made.id, version=1, body={"en": "I agree.", "ko": "동의합니다."}))
    await session.flush()
    return made


async def category(
    session: AsyncSession, at: Event, key: str = "business", capacity: int | None = None, **more: Any
) -> Category:
    made = Category(event_id=at.id, key=key, **{"name": {"en": key.title(), "ko": f"{key} 참가"}, **more})
    session.add(made)
    await session.flush()
    await set_capacity(session, made.id, "category", capacity)
    return made


async def account(
    session: AsyncSession, host: Organisation, role: str, email: str = "", at: Event | None = None
) -> Account:
    """A log-in with PASSWORD_HASH (nobody can log in with it: use `browser` for a session, or set a real hash)."""
    made = Account(
        email=email or f"{role}@{host.slug}.example",
        name=f"{role.title()} of {host.name}",
        password_hash=PASSWORD_HASH,
    )
    session.add(made)
    await session.flush()
    session.add(
        Membership(account_id=made.id, organisation_id=host.id, role=role, event_id=at.id if at else None)
    )
    await session.flush()
    return made


async def actor(
    session: AsyncSession, host: Organisation, role: str, email: str = "", at: Event | None = None
) -> Actor:
    return await load_actor(session, await account(session, host, role, email, at))


async def browser(
    session: AsyncSession, host: Organisation, role: str, email: str = "", at: Event | None = None
) -> dict[str, str]:
    """The cookies of somebody who is logged in with this role (over http)."""
    who = await account(session, host, role, email, at)
    token = open_session(session, who.id, user_agent="test", now=datetime.now(UTC))
    await session.flush()
    return {"qonaq_session": token}


async def token(
    session: AsyncSession, host: Organisation, role: str, at: Event | None = None
) -> dict[str, str]:
    """The headers of an API caller with this role."""
    text = new_token()
    session.add(
        ApiToken(
            token_hash=hash_token(text),
            organisation_id=host.id,
            role=role,
            name=role,
            event_id=at.id if at else None,
        )
    )
    await session.flush()
    return {"authorization": f"Bearer {text}"}


def application(
    name: str = "Әсел Нұрланқызы", email: str = "assel@steppe.example", **more: Any
) -> Application:
    known: dict[str, Any] = {
        "category": "business", "latin_name": "Assel Nurlankyzy", "affiliation": "Steppe Ventures",
        "position": "Partner",
        "country": "KZ", "language": "kk", "consent": True, "consent_version": 1,
    }  # fmt: skip
    return Application(native_name=name, email=email, **{**known, **more})


async def registration(
    session: AsyncSession,
    signer: Signer,
    at: Event,
    *,
    source: str = "organizer",
    by: Actor | None = None,
    **more: Any,
) -> Registration:
    """By the product's own statement, in the session's transaction."""
    from service.core.actor import SYSTEM
    from service.core.database import raw

    done = await register(
        await raw(session), await facts_of(session, at), application(**more), source=source, key=new_token(),  # type: ignore[arg-type]
        actor=by or SYSTEM, signer=signer,
    )  # fmt: skip
    return await session.get_one(Registration, done.id)


async def count(session: AsyncSession, table: str, **where: UUID | str) -> int:
    """Rows of a table, for assertions."""
    from sqlalchemy import text

    conditions = " AND ".join(f"{name} = :{name}" for name in where) or "true"
    return int(
        (await session.execute(text(f"SELECT count(*) FROM {table} WHERE {conditions}"), where)).scalar_one()
    )
