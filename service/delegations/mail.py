"""What the mails to focal points say, read when they are sent: a constant number of queries for any batch."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from emails.languages import pick
from emails.letters import (
    DelegationLink,
    DelegationReminder,
    DelegationReopened,
    DelegationSubmitted,
    EventLetter,
    Recipient,
)
from service.delegations.models import Delegation
from service.delegations.operations import link_token
from service.delegations.queries import Numbers, list_numbers
from service.events.mail import event_facts
from service.events.models import Event
from service.organisations.models import Organisation
from service.outbox.operations import Claimed
from service.outbox.parcel import Loaded, NoLongerTrue, Parcel
from service.registrations.models import Registration
from service.settings import Settings

# The states in which each letter is true.
TRUE_IN = {
    "delegation_link": ("open", "submitted", "locked"),
    "delegation_reminder": ("open",),
    "delegation_submitted": ("submitted",),
    "delegation_reopened": ("open",),
}
LETTERS = tuple(TRUE_IN)
OUT = ("cancelled", "rejected")
Found = Row[Delegation, Event, Organisation]


async def load(session: AsyncSession, rows: Sequence[Claimed], settings: Settings, now: datetime) -> Loaded:
    """The parcel of each task, or why it must not go."""
    wanted = {row.id: UUID(str(row.payload["delegation_id"])) for row in rows}
    found = {row[0].id: row for row in await session.execute(_found(list(wanted.values())))}
    names = await _names(session, [wanted[row.id] for row in rows if row.letter == "delegation_submitted"])
    numbers: dict[UUID, Numbers] = {}
    reminded = {wanted[row.id] for row in rows if row.letter == "delegation_reminder"} & found.keys()
    for event_id in sorted({found[one][1].id for one in reminded}):
        of_event = sorted(one for one in reminded if found[one][1].id == event_id)
        numbers |= await list_numbers(session, event_id, of_event)
    return {
        row.id: _parcel(
            row, found.get(wanted[row.id]), names.get(wanted[row.id], ()), numbers.get(wanted[row.id], Numbers()),
            settings, now,
        )
        for row in rows
    }  # fmt: skip


def _found(ids: Sequence[UUID]):  # type: ignore[no-untyped-def]  # a select of three entities
    return (
        select(Delegation, Event, Organisation)
        .join(Event, Event.id == Delegation.event_id)
        .join(Organisation, Organisation.id == Delegation.organisation_id)
        .where(Delegation.id.in_(ids))
    )


async def _names(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, tuple[str, ...]]:
    if not ids:
        return {}
    wanted = (
        select(Registration.delegation_id, Registration.native_name)
        .where(Registration.delegation_id.in_(ids), Registration.state.not_in(OUT))
        .order_by(Registration.sort_key, Registration.id)
    )
    names: dict[UUID, list[str]] = {}
    for delegation_id, name in await session.execute(wanted):
        if delegation_id is not None:
            names.setdefault(delegation_id, []).append(name)
    return {one: tuple(found) for one, found in names.items()}


def _parcel(
    row: Claimed,
    found: Found | None,
    names: tuple[str, ...],
    numbers: Numbers,
    settings: Settings,
    now: datetime,
) -> Parcel | NoLongerTrue:
    if found is None:
        return NoLongerTrue("The delegation is gone.")
    delegation, event, organisation = found
    if delegation.state not in TRUE_IN[row.letter]:
        return NoLongerTrue(f"The delegation is {delegation.state} by now.")
    if event.ends_at <= now:
        return NoLongerTrue("The event is over.")
    to = Recipient(address=row.address, name=delegation.focal_name, language=row.language)
    facts = event_facts(event, settings.base_url)
    link = f"{settings.base_url}/d/{link_token(settings.master_key, delegation)}?lang={row.language}"
    letter: EventLetter
    if row.letter == "delegation_link":
        letter = DelegationLink(
            to=to, event=facts, delegation=delegation.name, link=link, answer_by=delegation.deadline
        )
    elif row.letter == "delegation_reminder":
        letter = DelegationReminder(
            to=to, event=facts, delegation=delegation.name, link=link, answer_by=delegation.deadline,
            people=numbers.people, missing=numbers.missing,
            late=delegation.deadline is not None and delegation.deadline <= now,
        )  # fmt: skip
    elif row.letter == "delegation_submitted":
        letter = DelegationSubmitted(to=to, event=facts, delegation=delegation.name, link=link, names=names)
    else:
        letter = DelegationReopened(
            to=to, event=facts, delegation=delegation.name, link=link, answer_by=delegation.deadline
        )
    host = pick(facts.host, to.language) or organisation.name
    return Parcel(letter=letter, host=host, reply_to=event.contact or organisation.reply_to)
