"""What the digest of failed mails says, read when it is sent: three queries for any batch."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from emails.languages import pick
from emails.letters import Failure, MailFailures, Recipient
from service.accounts.models import Account
from service.events.mail import event_facts
from service.events.models import Event
from service.organisations.models import Organisation
from service.outbox.operations import Claimed
from service.outbox.parcel import Loaded, NoLongerTrue, Parcel
from service.settings import Settings

LETTERS = ("mail_failures",)
MOST_NAMED = 10
LONGEST = 120  # characters of an answer


async def load(session: AsyncSession, rows: Sequence[Claimed], settings: Settings, now: datetime) -> Loaded:
    """The parcel of each task, or why it must not go."""
    ids = {row.id: UUID(str(row.payload["event_id"])) for row in rows}
    hosts = select(Event, Organisation).join(Organisation, Organisation.id == Event.organisation_id)
    found = await session.execute(hosts.where(Event.id.in_(ids.values())))
    events = {event.id: (event, host) for event, host in found}
    accounts = select(Account).where(Account.id.in_({UUID(str(row.payload["account_id"])) for row in rows}))
    names = {str(one.id): one for one in (await session.execute(accounts)).scalars()}
    spans = {(ids[row.id], str(row.payload["since"]), str(row.payload["until"])) for row in rows}
    failed = {span: await _failed(session, *span) for span in sorted(spans, key=str)}
    loaded: Loaded = {}
    for row in rows:
        account, at = names.get(str(row.payload["account_id"])), events.get(ids[row.id])
        count, named = failed[ids[row.id], str(row.payload["since"]), str(row.payload["until"])]
        if account is None or at is None or not count or not account.told_of_failures:
            loaded[row.id] = NoLongerTrue("There is nothing to tell any more.")
            continue
        event, organisation = at
        facts = event_facts(event, settings.base_url)
        letter = MailFailures(
            to=Recipient(address=row.address, name=account.name, language=row.language), event=facts, count=count,
            link=f"{settings.base_url}/console/{event.slug}/deliveries?state=failed,bounced", failures=named,
        )  # fmt: skip
        loaded[row.id] = Parcel(letter=letter, host=pick(facts.host, row.language) or organisation.name)
    return loaded


async def _failed(
    session: AsyncSession, event_id: UUID, since: str, until: str
) -> tuple[int, tuple[Failure, ...]]:
    """How many, and the first of them."""
    values = {
        "event_id": event_id,
        "since": datetime.fromisoformat(since),
        "until": datetime.fromisoformat(until),
    }
    rows = (await session.execute(_FAILED, {**values, "most": MOST_NAMED})).mappings().all()
    named = tuple(
        Failure(
            address=row["address"],
            refusal=row["refusal"] or "",
            said=" ".join((row["error"] or "").split())[:LONGEST],
        )
        for row in rows
    )
    return (rows[0]["number"] if rows else 0), named


_FAILED = text("""
    SELECT address, error, refusal, count(*) OVER () AS number FROM deliveries
    WHERE event_id = :event_id AND state IN ('failed', 'bounced') AND letter <> 'mail_failures'
        AND failed_at > :since AND failed_at <= :until
    ORDER BY failed_at DESC, task_id LIMIT :most
""")
