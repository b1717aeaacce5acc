"""A forgotten password: a one-time link by mail."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts.operations import make_link
from service.accounts.queries import find_account
from service.accounts.sealed import seal
from service.outbox.operations import Mail, add_mail
from service.settings import Settings

EVERY_MINUTES = 5


async def send_password_link(session: AsyncSession, settings: Settings, email: str, *, now: datetime) -> None:
    """Says nothing to the caller either way. At most one mail in five minutes per account."""
    account = await find_account(session, email)
    if account is None:
        return
    token = make_link(session, "password", account.id, now=now)
    await session.flush()
    slot = now.replace(minute=now.minute - now.minute % EVERY_MINUTES, second=0, microsecond=0)
    await add_mail(
        session,
        Mail(
            letter="password_reset", dedup=f"password_reset:{account.id}:{slot.isoformat()}", address=account.email,
            language=account.language, more={"link_token": seal(token, settings.master_key),
            "account_id": str(account.id)},
        ),
    )  # fmt: skip
