"""Mails in the team's own words, put in when they are about to be sent: a constant number of queries for any batch."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

import msgspec
import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from emails.letters import WRITABLE, EventLetter, link_of
from emails.letters import Wording as Words
from service.delegations.models import Delegation
from service.events.models import Category
from service.invitations.models import Invitation
from service.messages.models import Wording
from service.messages.values import values_of
from service.messages.wordings import WordingInvalid, list_current, words_in
from service.outbox.operations import Claimed
from service.outbox.parcel import Loaded, Parcel
from service.people.models import Card
from service.registrations.models import Registration

log = structlog.get_logger()
SUBJECTS = ("registration_id", "invitation_id", "delegation_id")


class About(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a mail is about, as far as placeholders ask."""

    card: Card | None = None
    category: Mapping[str, str] | None = None
    delegation: Delegation | None = None


async def in_own_words(session: AsyncSession, rows: Sequence[Claimed], loaded: Loaded) -> Loaded:
    """The parcels, with the words that the team wrote for their event. One query, and three more when there are any.

    Words that cannot be used are left out and logged: the mail goes out in ours."""
    parcels = {row.id: parcel for row in rows if isinstance(parcel := loaded.get(row.id), Parcel)}
    letters = {
        task_id: parcel.letter
        for task_id, parcel in parcels.items()
        if isinstance(parcel.letter, EventLetter) and parcel.letter.kind in WRITABLE
    }
    if not letters:
        return loaded
    written = await list_current(session, {UUID(letter.event.id) for letter in letters.values()})
    words = _words_of(letters, written)
    about = await list_about(session, [row for row in rows if words.get(row.id)])
    dressed: Loaded = {
        task_id: replace(
            parcels[task_id], letter=with_words(letters[task_id], found, about.get(task_id, About()))
        )
        for task_id, found in words.items()
        if found
    }
    return {**loaded, **dressed}


def _words_of(
    letters: Mapping[UUID, EventLetter], written: Mapping[tuple[UUID, str], Wording]
) -> dict[UUID, Words | None]:
    """By task; each version is read once for all of a batch."""
    read: dict[tuple[str, str, str], Words | None] = {}
    found: dict[UUID, Words | None] = {}
    for task_id, letter in letters.items():
        key = (letter.event.id, letter.kind, letter.to.language)
        if key not in read:
            read[key] = _usable(written.get((UUID(letter.event.id), letter.kind)), letter)
        found[task_id] = read[key]
    return found


def _usable(wording: Wording | None, letter: EventLetter) -> Words | None:
    try:
        return words_in(wording, letter.kind, letter.to.language)
    except WordingInvalid as wrong:
        log.error("own words not used", letter=letter.kind, slug=letter.event.slug, errors=wrong.errors)
        return None


def with_words(letter: EventLetter, words: Words, about: About) -> EventLetter:
    """The letter in these words, with what stands for their placeholders."""
    values = values_of(
        letter.event, letter.to.language, link_of(letter) or letter.event.url, about.card, about.category,
        about.delegation,
    )  # fmt: skip
    values["name"] = values["name"] or letter.to.name
    said = f"{words.subject}{words.heading}{words.text}{words.button}"
    used = {key: value for key, value in values.items() if key in said}
    return replace(letter, wording=replace(words, values=used))


async def list_about(session: AsyncSession, rows: Sequence[Claimed]) -> dict[UUID, About]:
    """By task. Three queries at most."""
    ids: dict[str, set[UUID]] = {one: set() for one in SUBJECTS}
    subject: dict[UUID, UUID] = {}
    for row in rows:
        for one in SUBJECTS:
            if given := row.payload.get(one):
                subject[row.id] = UUID(str(given))
                ids[one].add(subject[row.id])
    found: dict[UUID, About] = {}
    if ids["registration_id"]:
        guests = (
            select(Registration, Category.name, Delegation)
            .join(Category, Category.id == Registration.category_id)
            .outerjoin(Delegation, Delegation.id == Registration.delegation_id)
            .where(Registration.id.in_(ids["registration_id"]))
        )
        for guest, category, delegation in await session.execute(guests):
            found[guest.id] = About(card=guest, category=category, delegation=delegation)
    if ids["invitation_id"]:
        invited = select(Invitation, Category.name).join(Category, Category.id == Invitation.category_id)
        invited = invited.where(Invitation.id.in_(ids["invitation_id"]))
        for invitation, category in await session.execute(invited):
            found[invitation.id] = About(card=invitation, category=category)
    if ids["delegation_id"]:
        named = select(Delegation).where(Delegation.id.in_(ids["delegation_id"]))
        for delegation in (await session.execute(named)).scalars():
            found[delegation.id] = About(delegation=delegation)
    return {task_id: found[one] for task_id, one in subject.items() if one in found}
