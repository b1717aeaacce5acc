"""Mails with a one-time link to the team: letters password_reset and team_invitation.

Their payload holds account_id and link_token (sealed, see sealed.py); that of team_invitation also organisation (its
name), inviter and role."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from emails.letters import Letter, PasswordReset, Recipient, TeamInvitation
from service.accounts.models import Account, OneTimeLink
from service.accounts.operations import LINK_LASTS
from service.accounts.sealed import NotSealedHere, unseal
from service.core.tokens import hash_token
from service.outbox.operations import Claimed
from service.outbox.parcel import Loaded, NoLongerTrue, Parcel
from service.settings import Settings

LETTERS = ("password_reset", "team_invitation")
GONE = NoLongerTrue("The link has been used, or its time is over.")


async def load(session: AsyncSession, rows: Sequence[Claimed], settings: Settings, now: datetime) -> Loaded:
    """The parcel of each task, or why it must not go. Two queries."""
    tokens = {row.id: _unsealed(row, settings) for row in rows}
    alive = await _alive_links(session, [token for token in tokens.values() if token], now)
    accounts = {row.id: row.payload.get("account_id") for row in rows}
    names = await _names(session, [UUID(account) for account in accounts.values() if account])
    loaded: Loaded = {}
    for row in rows:
        token, account = tokens[row.id], accounts[row.id]
        name = names.get(UUID(account), "") if account else ""
        to = Recipient(address=row.address, name=name, language=row.language)
        if token is None or hash_token(token) not in alive:
            loaded[row.id] = GONE
        else:
            loaded[row.id] = _parcel(row, to, token, settings)
    return loaded


def _unsealed(row: Claimed, settings: Settings) -> str | None:
    try:
        return unseal(str(row.payload["link_token"]), settings.master_key)
    except NotSealedHere:
        return None


async def _alive_links(session: AsyncSession, tokens: Sequence[str], now: datetime) -> set[bytes]:
    wanted = select(OneTimeLink.token_hash).where(
        OneTimeLink.token_hash.in_([hash_token(token) for token in tokens]),
        OneTimeLink.used_at.is_(None),
        OneTimeLink.expires_at > now,
    )
    return set((await session.execute(wanted)).scalars())


async def _names(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, str]:
    found = await session.execute(select(Account.id, Account.name).where(Account.id.in_(ids)))
    return {row.id: row.name for row in found}


def _parcel(row: Claimed, to: Recipient, token: str, settings: Settings) -> Parcel:
    letter, site = _letter(row, to, token, settings), urlsplit(settings.base_url).hostname or "Qonaq"
    return Parcel(letter=letter, host=str(row.payload.get("organisation") or site))


def _letter(row: Claimed, to: Recipient, token: str, settings: Settings) -> Letter:
    link, site = f"{settings.base_url}/password/{token}", urlsplit(settings.base_url).hostname or "Qonaq"
    if row.letter == "password_reset":
        hours = int(LINK_LASTS.total_seconds() // 3600)
        return PasswordReset(to=to, link=link, valid_hours=hours, site=site)
    return TeamInvitation(
        to=to, organisation={"en": row.payload["organisation"]}, inviter=row.payload["inviter"],
        role=row.payload["role"], link=link, valid_days=max(1, LINK_LASTS.days), site=site,
    )  # fmt: skip
