"""What invitations and their reminders say, read when they are sent: two queries for any batch.

The assistant's link is another one than the guest's, so that it is known who answered."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from emails.languages import pick
from emails.letters import Invitation as InvitationLetter
from emails.letters import InvitationReminder, Recipient
from service.core.tokens import personal_token
from service.events.mail import event_facts, in_order, recipient
from service.events.models import Category, Event
from service.invitations.models import Invitation, Suppression, Terms
from service.invitations.queries import SILENT
from service.organisations.models import Organisation
from service.outbox.operations import Claimed
from service.outbox.parcel import Loaded, NoLongerTrue, Parcel
from service.settings import Settings

LETTERS = ("invitation", "invitation_reminder")
ASSISTANT = "invitation-assistant"  # the purpose of the assistant's link
Found = Row[Invitation, Category, Event, Organisation, Terms | None, str | None]
Shut = dict[tuple[UUID, str], str]  # why an organisation's mails do not go to an address
Principal = aliased(Invitation)


async def load(session: AsyncSession, rows: Sequence[Claimed], settings: Settings, now: datetime) -> Loaded:
    """The parcel of each task, or why it must not go."""
    wanted = {row.id: UUID(str(row.payload["invitation_id"])) for row in rows}
    found = await _find(session, list(wanted.values()))
    shut = await _shut(session, {row.address for row in rows})
    return {row.id: _parcel(row, found.get(wanted[row.id]), shut, settings, now) for row in rows}


async def _find(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, Found]:
    rows = await session.execute(
        select(
            Invitation, Category, Event, Organisation, Terms, Principal.native_name,
        )
        .join(Category, Category.id == Invitation.category_id)
        .join(Event, Event.id == Invitation.event_id)
        .join(Organisation, Organisation.id == Invitation.organisation_id)
        .outerjoin(Terms, Terms.event_id == Invitation.event_id)
        .outerjoin(Principal, Principal.id == Invitation.instead_of_id)
        .where(Invitation.id.in_(ids))
    )  # fmt: skip
    return {row[0].id: row for row in rows}


async def _shut(session: AsyncSession, addresses: Collection[str]) -> Shut:
    """Of those the mails go to: the team may have sent one elsewhere."""
    wanted = select(Suppression.organisation_id, Suppression.email, Suppression.reason)
    rows = await session.execute(wanted.where(Suppression.email.in_(addresses)))
    return {(organisation_id, email): reason for organisation_id, email, reason in rows}


def _parcel(
    row: Claimed, found: Found | None, shut: Shut, settings: Settings, now: datetime
) -> Parcel | NoLongerTrue:
    if found is None:
        return NoLongerTrue("The invitation is gone.")
    invitation, category, event, organisation, terms, principal = found
    to_assistant = bool(row.payload.get("assistant"))
    if reason := _no_longer_true(invitation, event, shut.get((organisation.id, row.address)), now):
        return NoLongerTrue(reason)
    language = row.language or event.languages[0]
    to = recipient(invitation, row.address, language, event)
    if to_assistant:
        to = Recipient(address=row.address, name="", language=language)
    facts = event_facts(event, settings.base_url)
    purpose = ASSISTANT if to_assistant else "invitation"
    page = f"{settings.base_url}/i/{personal_token(settings.master_key, purpose, invitation.id)}"
    said: dict[str, Any] = {
        "to": to, "event": facts, "answer_link": f"{page}?lang={language}", "unsubscribe": f"{page}/unsubscribe",
        "answer_by": invitation.answer_by or (terms and terms.answer_by) or event.registration_closes_at,
        "on_behalf": invitation.native_name if to_assistant else "",
    }  # fmt: skip
    letter = (
        InvitationLetter(
            **said, category=in_order(category.name, event.languages), instead_of=principal or "",
            companions=invitation.plus_ones,
        )
        if row.letter == "invitation"
        else InvitationReminder(**said)
    )  # fmt: skip
    return Parcel(
        letter=letter, host=pick(facts.host, to.language) or organisation.name,
        reply_to=event.contact or organisation.reply_to, unsubscribe_url=f"{page}/unsubscribe",
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
