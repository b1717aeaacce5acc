"""Logging in and out, setting passwords by one-time links."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts.errors import LinkUsed, WrongPassword
from service.accounts.models import Account, LoginSession, OneTimeLink
from service.accounts.passwords import check_strength, hash_password, verify_password
from service.accounts.queries import find_account, find_link
from service.core.tokens import hash_token, new_token

SESSION_LASTS = timedelta(days=14)
LINK_LASTS = timedelta(hours=24)


async def log_in(session: AsyncSession, email: str, password: str, *, user_agent: str, now: datetime) -> str:
    """Returns the session token for the cookie. Raises WrongPassword, in the same time for an unknown address."""
    account = await find_account(session, email)
    if not await verify_password(account.password_hash if account else None, password) or account is None:
        raise WrongPassword({"email": WrongPassword.say})
    return open_session(session, account.id, user_agent=user_agent, now=now)


def open_session(session: AsyncSession, account_id: UUID, *, user_agent: str, now: datetime) -> str:
    """A new session of this account; returns its token."""
    token = new_token()
    session.add(
        LoginSession(
            token_hash=hash_token(token),
            account_id=account_id,
            expires_at=now + SESSION_LASTS,
            user_agent=user_agent[:200],
        )
    )
    return token


async def log_out(session: AsyncSession, token: str) -> None:
    """The session is over at once, on every process."""
    await session.execute(delete(LoginSession).where(LoginSession.token_hash == hash_token(token)))


def make_link(session: AsyncSession, purpose: str, account_id: UUID | None, *, now: datetime) -> str:
    """A one-time link's token (24 hours)."""
    token = new_token()
    session.add(
        OneTimeLink(
            token_hash=hash_token(token), purpose=purpose, account_id=account_id, expires_at=now + LINK_LASTS
        )
    )
    return token


async def use_link(session: AsyncSession, token: str, purpose: str, *, now: datetime) -> OneTimeLink:
    """Take the link, once. Raises LinkUsed."""
    link = await find_link(session, token, purpose, now)
    if link is None:
        raise LinkUsed
    taken = await session.execute(
        update(OneTimeLink)
        .where(OneTimeLink.token_hash == link.token_hash, OneTimeLink.used_at.is_(None))
        .values(used_at=now)
        .returning(OneTimeLink.token_hash)
    )
    if taken.first() is None:
        raise LinkUsed
    return link


async def set_password(session: AsyncSession, token: str, password: str, *, now: datetime) -> Account:
    """By a `password` link. All sessions of the account end (ASVS 5.0 7.4.3). Raises LinkUsed, WeakPassword."""
    link = await use_link(session, token, "password", now=now)
    account = await session.get_one(Account, link.account_id)
    check_strength(password, account.email)
    account.password_hash = await hash_password(password)
    await session.execute(delete(LoginSession).where(LoginSession.account_id == account.id))
    return account
