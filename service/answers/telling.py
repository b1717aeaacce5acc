"""The team learns that mails did not arrive: at most once a day per event, and only of what is new."""

from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts.models import Account
from service.core.actor import Actor
from service.core.errors import Forbidden
from service.outbox.operations import Mail, add_mails

REST = timedelta(hours=24)


async def tell_teams(session: AsyncSession, now: datetime) -> int:
    """Queue the digest of every event where something failed since the last; returns how many mails. To those who
    manage the event, unless they do not want it."""
    told = list((await session.execute(_EVENTS, {"now": now, "before": now - REST})).mappings())
    if not told:
        return 0
    since = {row["id"]: row["since"] for row in told}
    team = (await session.execute(_TEAM, {"ids": list(since)})).mappings()
    return await add_mails(
        session,
        [
            Mail(
                letter="mail_failures", dedup=f"failures:{one['event_id']}:{one['account_id']}:{now.isoformat()}",
                address=one["email"], language=one["language"], event_id=one["event_id"],
                more={"account_id": str(one["account_id"]), "since": since[one["event_id"]], "until": now},
            )
            for one in team
        ],
    )  # fmt: skip


# what failed when the team was told already is not told again; a failure of the digest itself is none of the event's
_EVENTS = text("""
    UPDATE events e SET failures_told_at = :now
    FROM (SELECT id, coalesce(failures_told_at, 'epoch') AS since FROM events) AS before
    WHERE before.id = e.id AND e.state <> 'archived' AND (e.failures_told_at IS NULL OR e.failures_told_at < :before)
        AND EXISTS (
            SELECT FROM deliveries d WHERE d.event_id = e.id AND d.state IN ('failed', 'bounced')
                AND d.failed_at > before.since AND d.letter <> 'mail_failures'
        )
    RETURNING e.id, before.since
""")
_TEAM = text("""
    SELECT DISTINCT ON (e.id, a.id) e.id AS event_id, a.id AS account_id, a.email, a.language
    FROM events e JOIN memberships m ON m.organisation_id = e.organisation_id
        AND (m.event_id IS NULL OR m.event_id = e.id) AND m.role IN ('owner', 'organizer')
    JOIN accounts a ON a.id = m.account_id AND a.disabled_at IS NULL AND a.told_of_failures
    WHERE e.id = ANY(:ids) ORDER BY e.id, a.id
""")


async def wants_failures(session: AsyncSession, actor: Actor) -> bool | None:
    """Whether this person of the team gets the digest; None for one who has no log-in."""
    if actor.kind != "account":
        return None
    return bool((await session.get_one(Account, actor.id)).told_of_failures)


async def choose_failures(session: AsyncSession, actor: Actor, wants: bool) -> None:
    """For all events. Raises Forbidden for one who has no log-in."""
    if actor.kind != "account":
        raise Forbidden
    (await session.get_one(Account, actor.id)).told_of_failures = wants
    await session.flush()
