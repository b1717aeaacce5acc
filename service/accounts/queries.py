"""Reads of accounts and sessions."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts.models import Account, LoginSession, OneTimeLink
from service.core.tokens import hash_token


async def find_account(session: AsyncSession, email: str) -> Account | None:
    """By address, in any case; disabled accounts are not found."""
    wanted = select(Account).where(Account.email == email.strip().lower(), Account.disabled_at.is_(None))
    return (await session.execute(wanted)).scalar_one_or_none()


async def find_session_account(session: AsyncSession, token: str, now: datetime) -> UUID | None:
    """Whose browser this is, or None when the session is over."""
    wanted = (
        select(LoginSession.account_id)
        .join(Account, Account.id == LoginSession.account_id)
        .where(
            LoginSession.token_hash == hash_token(token),
            LoginSession.expires_at > now,
            Account.disabled_at.is_(None),
        )
    )
    return (await session.execute(wanted)).scalar_one_or_none()


async def find_link(session: AsyncSession, token: str, purpose: str, now: datetime) -> OneTimeLink | None:
    """A one-time link that still works."""
    wanted = select(OneTimeLink).where(
        OneTimeLink.token_hash == hash_token(token),
        OneTimeLink.purpose == purpose,
        OneTimeLink.used_at.is_(None),
        OneTimeLink.expires_at > now,
    )
    return (await session.execute(wanted)).scalar_one_or_none()
