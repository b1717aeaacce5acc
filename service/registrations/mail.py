"""What the mails about a registration say, read when they are sent: a constant number of queries for any batch."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import msgspec
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from emails.calendar import CalendarPart, cancel, entry, request, tentative
from emails.languages import pick
from emails.letters import LETTERS as BY_KIND
from emails.letters import (
    EventLetter,
    EventMoved,
    Recipient,
    RegistrationApproved,
    RegistrationPromoted,
    RegistrationReceived,
)
from service.core.tokens import personal_token
from service.credentials.models import Credential
from service.events.mail import before_of, days_until, event_facts, in_order, recipient, site
from service.events.models import Category, Event
from service.organisations.models import Organisation
from service.outbox.operations import Claimed
from service.outbox.parcel import Loaded, NoLongerTrue, Parcel
from service.registrations.entry import INVITATIONS, Thread, thread
from service.registrations.models import TAKES_A_PLACE, Registration
from service.settings import Settings

# The states in which each letter is true; own_link and already_registered are true in any.
TRUE_IN = {
    "registration_received": ("pending", "held"),
    "registration_approved": ("approved",),
    "registration_rejected": ("rejected",),
    "registration_question": ("held",),
    "registration_waitlisted": ("waitlisted",),
    "registration_promoted": TAKES_A_PLACE,
    "registration_offered": ("offered",),
    "registration_offer_ended": ("cancelled",),
    "registration_cancelled": ("cancelled",),
    "event_reminder": ("approved",),
    "event_moved": TAKES_A_PLACE,
}
LETTERS = (*TRUE_IN, "own_link", "already_registered")
WITH_ENTRY = (RegistrationReceived, RegistrationApproved, RegistrationPromoted, EventMoved)
# An offer may go on to somebody else, and nothing would take its entry out again.
WITHOUT_ENTRY = ("offered",)
TAKES_OUT = ("registration_rejected", "registration_cancelled")


class Guest(msgspec.Struct, frozen=True, kw_only=True):
    """All that a mail may speak of. `noted`: a calendar entry was sent, `invited`: with the invitation, to the same
    address; `by_guest`: cancelled so."""

    registration: Registration
    category: Category
    event: Event
    organisation: Organisation
    credential: Credential | None
    thread: Thread
    noted: bool
    invited: bool
    by_guest: bool


async def load(session: AsyncSession, rows: Sequence[Claimed], settings: Settings, now: datetime) -> Loaded:
    """The parcel of each task, or why it must not go. Two queries at most, however many the tasks."""
    wanted = {row.id: UUID(str(row.payload["registration_id"])) for row in rows}
    leaving = [wanted[row.id] for row in rows if row.letter in TAKES_OUT]
    guests = await list_guests(session, list(wanted.values()), leaving)
    return {row.id: _parcel(row, guests.get(wanted[row.id]), settings, now) for row in rows}


async def list_guests(
    session: AsyncSession, ids: Sequence[UUID], leaving: Sequence[UUID] = ()
) -> dict[UUID, Guest]:
    """By registration. `leaving` are those of whom we need to know who cancelled and whether an entry was sent."""
    found = await session.execute(
        select(
            Registration, Category, Event, Organisation, Credential, INVITATIONS.c.with_entry,
            INVITATIONS.c.entry_version,
        )
        .join(Category, Category.id == Registration.category_id)
        .join(Event, Event.id == Registration.event_id)
        .join(Organisation, Organisation.id == Registration.organisation_id)
        .outerjoin(
            Credential,
            (Credential.registration_id == Registration.id) & Credential.revoked_at.is_(None),
        )
        .outerjoin(INVITATIONS, INVITATIONS.c.id == Registration.invitation_id)
        .where(Registration.id.in_(ids))
    )  # fmt: skip
    history = {}
    if leaving:
        history = {row.id: row for row in await session.execute(_HISTORY, {"ids": list(leaving)})}
    return {
        registration.id: Guest(
            registration=registration, category=category, event=event, organisation=organisation, credential=credential,
            thread=thread(registration, with_entry, entry_version),
            noted=registration.id in history and history[registration.id].noted,
            invited=registration.id in history and history[registration.id].invited,
            by_guest=registration.id in history and history[registration.id].by_guest,
        )
        for registration, category, event, organisation, credential, with_entry, entry_version in found
    }  # fmt: skip


_HISTORY = text("""
    SELECT id,
        EXISTS (SELECT FROM deliveries d WHERE d.registration_id = w.id AND d.state = 'sent' AND (d.letter IN
            ('registration_received', 'registration_approved', 'registration_promoted')
            OR (d.letter = 'event_moved' AND d.copy -> 'files' ? 'invite.ics'))) AS noted,
        EXISTS (SELECT FROM registrations r JOIN invitations i ON i.id = r.invitation_id AND i.with_entry
            JOIN deliveries d ON d.invitation_id = i.id AND d.state = 'sent'
                AND d.letter IN ('invitation', 'invitation_reminder')
                AND d.address = coalesce(nullif(r.email, ''), r.assistant_email)
            WHERE r.id = w.id) AS invited,
        coalesce((SELECT a.actor_kind = 'guest' FROM audit a WHERE a.subject_id = w.id
            AND a.name = 'registration.cancelled' ORDER BY a.at DESC LIMIT 1), false) AS by_guest
    FROM unnest(CAST(:ids AS uuid[])) AS w (id)
""")


def _parcel(row: Claimed, guest: Guest | None, settings: Settings, now: datetime) -> Parcel | NoLongerTrue:
    if guest is None:
        return NoLongerTrue("The registration is gone.")
    if reason := _no_longer_true(row.letter, guest, now):
        return NoLongerTrue(reason)
    to = recipient(guest.registration, row.address, row.language, guest.event)
    letter = _letter(row, guest, to, settings, now)
    if isinstance(letter, EventMoved) and not (letter.another_time or letter.another_place):
        return NoLongerTrue("The event is when and where this guest knows it.")
    badge = isinstance(letter, RegistrationApproved | RegistrationPromoted) and letter.badge_attached
    return Parcel(
        letter=letter,
        host=pick(letter.event.host, to.language) or guest.organisation.name,
        reply_to=guest.event.contact or guest.organisation.reply_to,
        calendar=_calendar(letter, guest, settings, now),
        badge_of=guest.registration.id if badge else None,
    )


def _no_longer_true(letter: str, guest: Guest, now: datetime) -> str:
    state = guest.registration.state
    if letter in TRUE_IN and state not in TRUE_IN[letter]:
        return f"The registration is {state} by now."
    if letter in ("event_reminder", "event_moved") and guest.event.ends_at <= now:
        return "The event is over."
    return "The event is archived." if guest.event.state == "archived" else ""


def _letter(row: Claimed, guest: Guest, to: Recipient, settings: Settings, now: datetime) -> EventLetter:
    registration = guest.registration
    approved, badge = registration.state == "approved", guest.credential is not None
    page = {
        "own_page": f"{settings.base_url}/g/{personal_token(settings.master_key, 'own', registration.id)}"
    }
    place: dict[str, Any] = {**page, "category": in_order(guest.category.name, guest.event.languages)}
    says: dict[str, dict[str, Any]] = {
        "registration_received": place,
        "registration_approved": {**place, "badge_attached": badge},
        "registration_waitlisted": place,
        "registration_promoted": {**place, "approved": approved, "badge_attached": approved and badge},
        "registration_offered": {**place, "answer_by": registration.offer_until},
        "registration_offer_ended": {},
        "registration_rejected": {"reason": registration.reason},
        "registration_question": {**page, "question": registration.reason},
        "registration_cancelled": {"reason": registration.reason, "by_guest": guest.by_guest},
        "event_reminder": {**page, "days": days_until(guest.event, now)},
        "event_moved": {
            **page,
            "before": before_of(row.payload.get("before"), guest.event),
            "entry_attached": registration.state not in WITHOUT_ENTRY,
        },
        "own_link": {**page, "state": registration.state},
        "already_registered": {**page, "state": registration.state},
    }
    event = event_facts(guest.event, settings.base_url)
    make: Any = BY_KIND[row.letter]
    return cast(EventLetter, make(to=to, event=event, **says[row.letter]))


def _calendar(letter: EventLetter, guest: Guest, settings: Settings, now: datetime) -> CalendarPart | None:
    """Asked for while undecided, certain when approved, taken out again if it was ever sent."""
    out = letter.kind in TAKES_OUT
    if out and not (guest.noted or (guest.invited and settings.hears)):
        return None
    if not out and not isinstance(letter, WITH_ENTRY):
        return None
    if isinstance(letter, EventMoved) and not letter.entry_attached:
        return None
    made = entry(
        letter.event, letter.to, about=guest.thread.about, subject_id=str(guest.thread.subject_id),
        host=site(settings.base_url), sequence=guest.event.version + guest.thread.version, stamp=now,
        url=getattr(letter, "own_page", letter.event.url), answers=settings.hears,
        organizer_address=guest.thread.organizer(settings),
    )  # fmt: skip
    if out:
        return cancel(made)
    return request(made) if guest.registration.state == "approved" else tentative(made)
