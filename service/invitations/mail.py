"""What invitations and their reminders say, read when they are sent: one query for any batch."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from emails.languages import pick
from emails.letters import Invitation as InvitationLetter
from emails.letters import InvitationReminder
from service.core.tokens import personal_token
from service.events.mail import event_facts, in_order, recipient
from service.events.models import Category, Event
from service.invitations.models import Invitation, Suppression
from service.invitations.queries import SILENT
from service.organisations.models import Organisation
from service.outbox.operations import Claimed
from service.outbox.parcel import Loaded, NoLongerTrue, Parcel
from service.settings import Settings

LETTERS = ("invitation", "invitation_reminder")
Found = Row[Invitation, Category, Event, Organisation, str]


async def load(session: AsyncSession, rows: Sequence[Claimed], settings: Settings, now: datetime) -> Loaded:
    """The parcel of each task, or why it must not go."""
    wanted = {row.id: UUID(str(row.payload["invitation_id"])) for row in rows}
    found = await _find(session, list(wanted.values()))
    return {row.id: _parcel(row, found.get(wanted[row.id]), settings, now) for row in rows}


async def _find(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, Found]:
    rows = await session.execute(
        select(Invitation, Category, Event, Organisation, Suppression.reason)
        .join(Category, Category.id == Invitation.category_id)
        .join(Event, Event.id == Invitation.event_id)
        .join(Organisation, Organisation.id == Invitation.organisation_id)
        .outerjoin(
            Suppression,
            (Suppression.organisation_id == Invitation.organisation_id)
            & (Suppression.email == Invitation.email),
        )
        .where(Invitation.id.in_(ids))
    )
    return {row[0].id: row for row in rows}


def _parcel(row: Claimed, found: Found | None, settings: Settings, now: datetime) -> Parcel | NoLongerTrue:
    if found is None:
        return NoLongerTrue("The invitation is gone.")
    invitation, category, event, organisation, unwanted = found
    if reason := _no_longer_true(invitation, event, unwanted, now):
        return NoLongerTrue(reason)
    to = recipient(invitation, row.address, row.language, event)
    facts = event_facts(event, settings.base_url)
    link = f"{settings.base_url}/i/{personal_token(settings.master_key, 'invitation', invitation.id)}"
    letter = (
        InvitationLetter(
            to=to, event=facts, answer_link=link, unsubscribe=f"{link}/unsubscribe",
            category=in_order(category.name, event.languages), answer_by=event.registration_closes_at,
        )
        if row.letter == "invitation"
        else InvitationReminder(
            to=to, event=facts, answer_link=link, unsubscribe=f"{link}/unsubscribe",
            answer_by=event.registration_closes_at,
        )
    )  # fmt: skip
    return Parcel(
        letter=letter, host=pick(facts.host, to.language) or organisation.name,
        reply_to=event.contact or organisation.reply_to, unsubscribe_url=f"{link}/unsubscribe",
    )  # fmt: skip


def _no_longer_true(invitation: Invitation, event: Event, unwanted: str | None, now: datetime) -> str:
    if invitation.state not in SILENT:
        return f"The invitation is {invitation.state} by now."
    if unwanted is not None:
        came_back = unwanted == "bounced"
        return "Mails to this address come back." if came_back else "This address wants no more invitations."
    if event.state in ("over", "archived") or event.ends_at <= now:
        return "The event is over."
    return ""
