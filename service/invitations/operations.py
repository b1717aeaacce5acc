"""Inviting: a list, or people of the directory. Answers are in answering.py, who is next in waves.py."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.operations import record
from service.core.actor import Actor
from service.core.database import insert_many
from service.core.names import search_text, sort_key
from service.core.tokens import new_id
from service.events.models import Event
from service.events.queries import CategoryView
from service.invitations.errors import SentToday, TooManyPeople
from service.invitations.models import Invitation, Wave
from service.invitations.posting import mails_of
from service.invitations.queries import SILENT, find_terms, list_invitable
from service.invitations.schemas import MOST, Guest
from service.invitations.waves import fill, last_turn
from service.outbox.operations import add_mails
from service.people.models import CARD_FIELDS, Person
from service.registrations.errors import WrongState


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """How those of one list are invited: in a wave or all at once, until when, how many each may bring, and whether an
    assistant gets the mail although there is an own address."""

    wave: Wave | None = None
    answer_by: datetime | None = None
    plus_ones: int = 0
    copy_assistant: bool = False


AT_ONCE = Offer()


async def invite(
    session: AsyncSession, actor: Actor, event: Event, guests: Sequence[Guest], categories: Sequence[CategoryView],
    *, offer: Offer = AT_ONCE, now: datetime,
) -> int:  # fmt: skip
    """Invite all at once, or as many as the wave has places; who has an invitation already is left alone. Returns how
    many are new. What a list says of companions and assistants goes before the offer."""
    by_key = {category.key: category.id for category in categories}
    first = {guest.email: guest for guest in reversed(guests)}
    in_order = list(dict.fromkeys(guest.email for guest in guests))
    people = await meet(session, event.organisation_id, list(first.values()))
    rows = [_row_of(first[email], by_key[first[email].category], people[email]) for email in in_order]
    return await _ask(session, actor, event, rows, offer, asked=len(guests), now=now)


async def invite_people(
    session: AsyncSession, actor: Actor, event: Event, people: Sequence[UUID], category_id: UUID, *,
    offer: Offer = AT_ONCE, now: datetime,
) -> int:  # fmt: skip
    """People of the organisation's directory, in this order, each in their own language. Left alone are those who are
    invited or registered already, have no address, or want no mails. Returns how many are new. Raises TooManyPeople.

    The event's row is locked: nobody without an address of their own is invited twice by two of the team."""
    if len(people) > MOST:
        raise TooManyPeople
    await session.execute(select(Event.id).where(Event.id == event.id).with_for_update(key_share=True))
    ids = await list_invitable(session, event, people)
    found = (await session.execute(select(Person).where(Person.id.in_(ids)))).scalars()
    cards = {person.id: person for person in found}
    rows = [_row_of_person(cards[one], category_id, offer) for one in ids]
    return await _ask(session, actor, event, rows, offer, asked=len(people), now=now)


async def meet(session: AsyncSession, organisation_id: UUID, guests: Sequence[Guest]) -> dict[str, UUID]:
    """The person behind each address, made if there is none; what the directory knows stays. One statement."""
    rows = [
        {
            "native_name": guest.name, "email": guest.email, "language": guest.language,
            "affiliation": guest.organisation, "position": guest.position, "country": guest.country,
            "assistant_email": guest.assistant,
        }
        for guest in guests
    ]  # fmt: skip
    found = await session.execute(_MEET, {"rows": rows, "organisation_id": organisation_id})
    return {row.email: row.id for row in found}


_MEET = text("""
    INSERT INTO people (organisation_id, native_name, affiliation, position, country, email, language, assistant_email)
    SELECT :organisation_id, native_name, affiliation, position, country, email, language, assistant_email
    FROM jsonb_to_recordset(:rows) AS w(
        native_name text, email text, language text, affiliation text, position text, country text,
        assistant_email text)
    ORDER BY email
    ON CONFLICT (organisation_id, email) WHERE email <> '' DO UPDATE SET email = excluded.email
    RETURNING id, email
""").bindparams(bindparam("rows", type_=JSONB))


def search_and_order(guest: Guest) -> dict[str, str]:
    """How searches find an invitation, and where it stands in lists."""
    return {
        "search": search_text(guest.name, guest.organisation, guest.position, guest.email),
        "sort_key": sort_key(guest.name, ""),
    }


def _row_of(guest: Guest, category_id: UUID, person_id: UUID) -> dict[str, Any]:
    blank = dict.fromkeys(CARD_FIELDS, "")
    return {
        **blank, "in_languages": {}, "name_order": "native", "native_name": guest.name, "email": guest.email,
        "language": guest.language, "affiliation": guest.organisation, "position": guest.position,
        "country": guest.country, "assistant_email": guest.assistant, **search_and_order(guest),
        "category_id": category_id, "person_id": person_id, "plus_ones": guest.companions,
        "copy_assistant": bool(guest.assistant),
    }  # fmt: skip


def _row_of_person(person: Person, category_id: UUID, offer: Offer) -> dict[str, Any]:
    card = {field: getattr(person, field) for field in CARD_FIELDS}
    searched = (person.native_name, person.latin_name, person.affiliation, person.position, person.email)
    return {
        **card, "search": search_text(*searched), "sort_key": sort_key(person.native_name, person.latin_name),
        "category_id": category_id, "person_id": person.id, "plus_ones": offer.plus_ones,
        "copy_assistant": offer.copy_assistant,
    }  # fmt: skip


async def _ask(
    session: AsyncSession, actor: Actor, event: Event, rows: Sequence[Mapping[str, Any]], offer: Offer, *,
    asked: int, now: datetime,
) -> int:  # fmt: skip
    """In the order of addresses, so that two lists at once do not wait for each other."""
    turn = await last_turn(session, offer.wave.id) if offer.wave else 0
    terms = await find_terms(session, event.id)
    common = {
        "organisation_id": event.organisation_id, "event_id": event.id, "answer_by": offer.answer_by, "created_at": now,
        "wave_id": offer.wave.id if offer.wave else None, "state": "waiting" if offer.wave else "queued",
        "invited_at": None if offer.wave else now, "reminded": 0, "word": "", "answered_by": "",
        "with_entry": terms.with_entry, "entry_version": 0, "calendar_answer": "", "calendar_word": "",
    }  # fmt: skip
    whole = [
        {"id": new_id(), **row, **common, "turn": turn + number if offer.wave else None}
        for number, row in enumerate(rows, start=1)
    ]
    await insert_many(session, Invitation, sorted(whole, key=lambda row: str(row["email"])), _ONCE)
    ids = [row["id"] for row in whole]
    new = (await session.execute(select(Invitation).where(Invitation.id.in_(ids)))).scalars().all()
    if offer.wave:
        await fill(session, offer.wave.id, now=now)
    else:
        await add_mails(session, [mail for one in new for mail in mails_of(one, "invitation", "1")])
    await record(
        session, actor, "invitations.created", organisation_id=event.organisation_id, event_id=event.id,
        subject_id=event.id, count=len(new), asked=asked, wave=offer.wave.name if offer.wave else "",
    )  # fmt: skip
    return len(new)


_ONCE = "ON CONFLICT (event_id, email) WHERE email <> '' DO NOTHING"


async def send_again(session: AsyncSession, actor: Actor, invitation: Invitation, *, now: datetime) -> None:
    """The same invitation once more, to one who has not answered. Raises WrongState, SentToday (at most one a day)."""
    if invitation.state not in SILENT:
        raise WrongState(state=invitation.state)
    if not await add_mails(session, mails_of(invitation, "invitation", now.date().isoformat())):
        raise SentToday
    invitation.state = "queued"
    await session.flush()
    await record(
        session, actor, "invitation.sent_again", organisation_id=invitation.organisation_id,
        event_id=invitation.event_id, subject_id=invitation.id,
    )  # fmt: skip


async def suppress_address(session: AsyncSession, organisation_id: UUID, email: str) -> None:
    """No more invitations and news of this organisation to this address. Doing it twice changes nothing."""
    await session.execute(_SUPPRESS, {"organisation_id": organisation_id, "email": email})


_SUPPRESS = text("""
    INSERT INTO suppressions (organisation_id, email) VALUES (:organisation_id, :email) ON CONFLICT DO NOTHING
""")


async def unsuppress_address(session: AsyncSession, organisation_id: UUID, email: str) -> None:
    """Who asked for no more asks for more. An address whose mails come back stays shut."""
    await session.execute(_UNSUPPRESS, {"organisation_id": organisation_id, "email": email})


_UNSUPPRESS = text("""
    DELETE FROM suppressions WHERE organisation_id = :organisation_id AND email = :email AND reason = 'asked'
""")
