"""The actor an account is: for requests (`auth`) and for the work that goes on after them. Knows no web."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts.models import Account
from service.core.actor import Actor, Grant
from service.organisations.models import Membership


async def load_actor(session: AsyncSession, account: Account) -> Actor:
    """An account with all its roles."""
    rows = (await session.execute(select(Membership).where(Membership.account_id == account.id))).scalars()
    grants = tuple(Grant(m.organisation_id, m.role, m.event_id) for m in rows)  # type: ignore[arg-type]  # the CHECK holds it to Role
    return Actor(
        kind="account",
        id=account.id,
        name=account.name,
        email=account.email,
        language=account.language,
        grants=grants,
    )
