"""The team: who may do what at which event."""

from datetime import datetime
from typing import get_args
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts.models import Account, LoginSession
from service.accounts.operations import make_link
from service.accounts.queries import find_account
from service.audit.operations import record
from service.core.actor import Actor, Role
from service.core.errors import Forbidden, NotFound
from service.organisations.errors import LastOwner, MemberInvalid
from service.organisations.models import Membership, Organisation

ROLES: tuple[str, ...] = get_args(Role)


async def get_organisation(session: AsyncSession, actor: Actor, organisation_id: UUID) -> Organisation:
    """For its owners. Raises NotFound for an outsider, Forbidden for other roles."""
    if organisation_id not in actor.organisation_ids:
        raise NotFound
    if "own" not in actor.needs(organisation_id):
        raise Forbidden
    return await session.get_one(Organisation, organisation_id)


async def list_team(session: AsyncSession, organisation: Organisation) -> list[tuple[Account, Membership]]:
    """Everybody with a role, by name. One query."""
    wanted = (
        select(Account, Membership)
        .join(Membership, Membership.account_id == Account.id)
        .where(Membership.organisation_id == organisation.id)
        .order_by(Account.name, Membership.id)
    )
    return [(account, membership) for account, membership in await session.execute(wanted)]


async def add_member(
    session: AsyncSession, actor: Actor, organisation: Organisation, *, email: str, name: str, role: str,
    event_id: UUID | None, language: str, now: datetime,
) -> tuple[Account, str | None]:  # fmt: skip
    """A role for somebody, with a log-in if they have none. Returns the account and, for a new one, the token of the
    link to set a password (mailed by the caller). Raises MemberInvalid."""
    if role not in ROLES:
        raise MemberInvalid({"role": "Please choose a role from the list."})
    account = await find_account(session, email)
    token = None
    if account is None:
        account = Account(email=email.lower(), name=name or email, language=language)
        session.add(account)
        await session.flush()
        token = make_link(session, "password", account.id, now=now)
    row = {"account_id": account.id, "organisation_id": organisation.id, "event_id": event_id, "role": role}
    made = insert(Membership).values(**row)
    await session.execute(
        made.on_conflict_do_update(
            index_elements=["account_id", "organisation_id", "event_id"], set_={"role": made.excluded.role}
        )
    )
    await _keep_an_owner(session, organisation)
    await record(
        session, actor, "team.added", organisation_id=organisation.id, subject_id=account.id, event_id=event_id,
        role=role, email=account.email,
    )  # fmt: skip
    return account, token


async def remove_member(
    session: AsyncSession, actor: Actor, organisation: Organisation, membership_id: UUID
) -> None:
    """The role ends; with the last one all their sessions do. Raises NotFound, LastOwner."""
    membership = await session.get(Membership, membership_id)
    if membership is None or membership.organisation_id != organisation.id:
        raise NotFound
    await session.delete(membership)
    await session.flush()
    await _keep_an_owner(session, organisation)
    left = select(Membership.id).where(Membership.account_id == membership.account_id)
    mine = LoginSession.account_id == membership.account_id
    await session.execute(delete(LoginSession).where(mine, ~left.exists()))
    await record(
        session, actor, "team.removed", organisation_id=organisation.id, subject_id=membership.account_id,
        role=membership.role,
    )  # fmt: skip


async def _keep_an_owner(session: AsyncSession, organisation: Organisation) -> None:
    owners = select(func.count()).where(
        Membership.organisation_id == organisation.id,
        Membership.role == "owner",
        Membership.event_id.is_(None),
    )
    if (await session.execute(owners)).scalar_one() == 0:
        raise LastOwner
