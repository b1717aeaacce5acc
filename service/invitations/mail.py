"""What invitations and their reminders say, read when they are sent: two queries for any batch.

The assistant's link is another one than the guest's, so that it is known who answered."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from emails.calendar import Entry, cancel, entry, organizer, please_answer, request
from emails.languages import pick
from emails.letters import Ending, EventFacts, InvitationEnded, InvitationReminder, Recipient
from emails.letters import Invitation as InvitationLetter
from service.core.tokens import personal_token
from service.events.mail import event_facts, in_order, recipient, site
from service.events.models import Category, Event
from service.invitations.models import Invitation, Suppression, Terms
from service.invitations.queries import SILENT
from service.organisations.models import Organisation
from service.outbox.operations import Claimed
from service.outbox.parcel import Loaded, NoLongerTrue, Parcel
from service.settings import Settings

LETTERS = ("invitation", "invitation_reminder", "invitation_ended")
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
    if row.letter == "invitation_ended":
        return _goodbye(row, found, shut, settings, now)
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
        "entry_attached": _has_entry(invitation, to_assistant, settings),
    }  # fmt: skip
    letter = (
        InvitationLetter(
            **said, category=in_order(category.name, event.languages), instead_of=principal or "",
            companions=invitation.plus_ones,
        )
        if row.letter == "invitation"
        else InvitationReminder(**said)
    )  # fmt: skip
    named = recipient(invitation, row.address, language, event)
    return Parcel(
        letter=letter, host=pick(facts.host, to.language) or organisation.name,
        reply_to=event.contact or organisation.reply_to, unsubscribe_url=f"{page}/unsubscribe",
        calendar=request(_entry(invitation, event, facts, named, settings, now)) if letter.entry_attached else None,
    )  # fmt: skip


def _goodbye(
    row: Claimed, found: Found, shut: Shut, settings: Settings, now: datetime
) -> Parcel | NoLongerTrue:
    """Takes the entry out again. It is no news: who wants no more invitations gets it all the same."""
    invitation, _, event, organisation, _, _ = found
    if row.payload.get("ending") != invitation.entry_version or invitation.state in SILENT:
        return NoLongerTrue(f"The invitation is {invitation.state} by now.")
    if shut.get((organisation.id, row.address)) == "bounced":
        return NoLongerTrue("Mails to this address come back.")
    if event.state == "archived" or event.ends_at <= now:
        return NoLongerTrue("The event is over.")
    to_assistant = bool(row.payload.get("assistant"))
    named = recipient(invitation, row.address, row.language, event)
    to = Recipient(address=row.address, name="", language=named.language) if to_assistant else named
    facts = event_facts(event, settings.base_url)
    letter = InvitationEnded(
        to=to, event=facts, why=cast(Ending, invitation.state),
        on_behalf=invitation.native_name if to_assistant else "",
    )  # fmt: skip
    return Parcel(
        letter=letter, host=pick(facts.host, to.language) or organisation.name,
        reply_to=event.contact or organisation.reply_to,
        calendar=cancel(_entry(invitation, event, facts, named, settings, now)),
    )  # fmt: skip


def _has_entry(invitation: Invitation, to_assistant: bool, settings: Settings) -> bool:
    """One for each guest: the assistant's mail has it where there is no address but theirs. None where nobody hears the
    answers: people would press yes in their calendar, and wait in vain for what follows."""
    return invitation.with_entry and settings.hears and not (to_assistant and invitation.email)


def _entry(
    invitation: Invitation, event: Event, facts: EventFacts, named: Recipient, settings: Settings, now: datetime
) -> Entry:  # fmt: skip
    """It leads to the event's page, not to the personal one: calendars are shared. What theirs has said already is
    repeated, so that a reminder does not take it back (RFC 5546 3.2.2)."""
    return entry(
        facts, named, about="invitation", subject_id=str(invitation.id), host=site(settings.base_url),
        sequence=event.version + invitation.entry_version, stamp=now, url=facts.url, answers=True,
        organizer_address=organizer(settings.mail_from, invitation.id.hex, settings.master_key, "invitation"),
        answered=invitation.calendar_answer.upper() or "NEEDS-ACTION",
        note=please_answer(named.language) if invitation.state in SILENT else "",
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
