"""Answers, and what ends or opens an invitation again. Reading one never changes it: a person presses.

`invitation` was fetched with a lock everywhere. Whatever makes room in a wave asks its next in the same transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import delete, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.operations import record
from service.core.actor import SYSTEM, Actor
from service.core.database import raw
from service.core.errors import Invalid
from service.core.tokens import new_id
from service.credentials.operations import Signer
from service.events.models import Event
from service.events.queries import EventFacts
from service.invitations.errors import AlreadyAnswered, AnswerLate, CalendarSaysNothing, NobodyElse
from service.invitations.models import Invitation, Suppression, Terms
from service.invitations.operations import meet, search_and_order
from service.invitations.posting import mails_of, take_out_of_calendars
from service.invitations.queries import SILENT, find_terms
from service.invitations.schemas import Companion, Guest
from service.invitations.waves import fill, require_room
from service.outbox.operations import add_mails
from service.people.models import Person
from service.registrations.models import Registration
from service.registrations.register import register
from service.registrations.schemas import Application

Answerer = Literal["guest", "assistant"]
Answer = Literal["accepted", "declined", "substituted", "withdrawn", "expired"]
MAKES_ROOM = ("declined", "withdrawn", "expired")


async def accept(
    session: AsyncSession, actor: Actor, invitation: Invitation, *, by: Answerer = "guest", now: datetime
) -> None:
    """In the transaction that registers the guest (source `invitation`). Raises AlreadyAnswered."""
    await _answer(session, actor, invitation, "accepted", by=by, now=now)


async def take_on(session: AsyncSession, invitation: Invitation, registration_id: UUID) -> Registration:
    """What an accepted invitation became. Without an address the hot path cannot know whom it met: it is the one who
    was invited, and the card it made for them goes."""
    guest = await session.get_one(Registration, registration_id)
    if not guest.email and guest.person_id != invitation.person_id:
        made, guest.person_id = guest.person_id, invitation.person_id
        await session.flush()
        await session.execute(delete(Person).where(Person.id == made))
    return guest


async def bring(
    session: AsyncSession, actor: Actor, invitation: Invitation, event: EventFacts, principal: Registration | None,
    companions: Sequence[Companion], *, signer: Signer,
) -> None:  # fmt: skip
    """Registers who comes along, in the same category, each on a place of their own; their mails go to the principal,
    or where the invitation went if it is not known who that is.

    A category that is full means the waiting list for them, too. Doing it again adds nobody."""
    category = next(one.key for one in event.categories if one.id == invitation.category_id)
    host = principal or invitation
    for number, one in enumerate(companions[: invitation.plus_ones], start=1):
        application = Application(
            category=category, native_name=one.native_name, latin_name=one.latin_name, email="",
            assistant_email=host.mail_address, affiliation=host.affiliation, country=host.country,
            language=host.language,
        )  # fmt: skip
        done = await register(
            await raw(session), event, application, source="invitation", key=f"with:{invitation.id}:{number}",
            actor=actor, signer=signer,
        )  # fmt: skip
        member = await session.get_one(Registration, done.id)
        member.principal_id, member.companion = principal.id if principal else None, "plus_one"
    await session.flush()


async def decline(
    session: AsyncSession, actor: Actor, invitation: Invitation, *, word: str, by: Answerer = "guest", now: datetime
) -> None:  # fmt: skip
    """With a word, if they like. Raises AlreadyAnswered."""
    await _answer(session, actor, invitation, "declined", word=word, by=by, now=now)


async def take_as_declined(
    session: AsyncSession, actor: Actor, invitation: Invitation, *, now: datetime
) -> None:
    """The team takes what a calendar program said for an answer, with the word that came with it; the next of the wave
    is asked. Raises CalendarSaysNothing, AlreadyAnswered."""
    if invitation.calendar_answer != "declined":
        raise CalendarSaysNothing
    await _answer(session, actor, invitation, "declined", word=invitation.calendar_word, now=now)


async def substitute(
    session: AsyncSession, actor: Actor, invitation: Invitation, guest: Guest, *, word: str = "",
    by: Answerer = "guest", now: datetime,
) -> Invitation:  # fmt: skip
    """Another one is asked instead, in their own language, on the very place of the wave and until the same day.

    Raises AlreadyAnswered, and NobodyElse at `email` for an address that is invited already, is the guest's own or
    wants no mails."""
    if await _cannot_be_asked(session, invitation, guest.email):
        raise NobodyElse({"email": NobodyElse.say})
    await _answer(session, actor, invitation, "substituted", word=word, by=by, now=now, called=guest.name)
    (person_id,) = (await meet(session, invitation.organisation_id, [guest])).values()
    terms = await find_terms(session, invitation.event_id)
    other = Invitation(
        id=new_id(), organisation_id=invitation.organisation_id, event_id=invitation.event_id,
        category_id=invitation.category_id, person_id=person_id, wave_id=invitation.wave_id, turn=invitation.turn,
        plus_ones=invitation.plus_ones, answer_by=invitation.answer_by, instead_of_id=invitation.id,
        native_name=guest.name, email=guest.email, language=guest.language, affiliation=guest.organisation,
        position=guest.position, invited_at=now, with_entry=terms.with_entry, **search_and_order(guest),
    )  # fmt: skip
    try:
        async with session.begin_nested():
            session.add(other)
            await session.flush()
    except IntegrityError:  # somebody else named them at this moment
        raise NobodyElse({"email": NobodyElse.say}) from None
    await add_mails(session, mails_of(other, "invitation", "1"))
    await _record(
        session, actor, other, "invitation.instead", other=str(invitation.id), called=invitation.native_name
    )
    return other


async def _cannot_be_asked(session: AsyncSession, invitation: Invitation, email: str) -> bool:
    asked = select(Invitation.id).where(Invitation.event_id == invitation.event_id, Invitation.email == email)
    shut = select(Suppression.email).where(
        Suppression.organisation_id == invitation.organisation_id, Suppression.email == email
    )
    found = await session.execute(select(or_(asked.exists(), shut.exists())))
    return bool(found.scalar_one()) or email in (invitation.email, invitation.assistant_email)


async def withdraw(session: AsyncSession, actor: Actor, invitation: Invitation, *, now: datetime) -> None:
    """The host takes it back before an answer came, or takes one who waits out of the line. Raises AlreadyAnswered."""
    await _answer(session, actor, invitation, "withdrawn", also=("waiting",), now=now)


async def expire_due(session: AsyncSession, *, now: datetime, most: int = 100) -> int:
    """Invitations whose time to answer is over end; not at events that are over. Returns how many."""
    until = func.coalesce(Invitation.answer_by, Terms.answer_by)
    over = (
        select(Invitation)
        .join(Event, Event.id == Invitation.event_id)
        .outerjoin(Terms, Terms.event_id == Invitation.event_id)
        .where(Invitation.state.in_(SILENT), until <= now, Event.ends_at > now)
        .order_by(Invitation.wave_id, Invitation.id)
        .limit(most)
        .with_for_update(of=Invitation, skip_locked=True)
    )
    ended = list((await session.execute(over)).scalars())
    for invitation in ended:
        await _end(session, SYSTEM, invitation, "expired", now=now)
    await take_out_of_calendars(session, ended, now=now)
    for wave_id in sorted({one.wave_id for one in ended if one.wave_id}):
        await fill(session, wave_id, now=now)
    return len(ended)


async def _answer(
    session: AsyncSession, actor: Actor, invitation: Invitation, answer: Answer, *, word: str = "", now: datetime,
    by: Answerer | Literal[""] = "", also: Sequence[str] = (), **data: str,
) -> None:  # fmt: skip
    if invitation.state not in (*SILENT, *also):
        raise AlreadyAnswered(answer=invitation.state)
    await _end(session, actor, invitation, answer, word=word[:2000], by=by, now=now, **data)
    if answer != "accepted":
        await take_out_of_calendars(session, [invitation], now=now)
    if answer in MAKES_ROOM and invitation.wave_id:
        await fill(session, invitation.wave_id, now=now)


async def _end(
    session: AsyncSession, actor: Actor, invitation: Invitation, answer: Answer, *, word: str = "",
    by: Answerer | Literal[""] = "", now: datetime, **data: str,
) -> None:  # fmt: skip
    before, invitation.state = invitation.state, answer
    invitation.word, invitation.answered_at, invitation.answered_by = word, now, by
    invitation.entry_version += 1
    await _record(
        session,
        actor,
        invitation,
        f"invitation.{answer}",
        before=before,
        after=answer,
        word=word,
        by=by,
        **data,
    )


async def extend(
    session: AsyncSession, actor: Actor, invitation: Invitation, until: datetime, *, now: datetime
) -> None:
    """More time for one. Whose time was over already is asked again, if the wave has room.

    Raises Invalid at `until`, AlreadyAnswered, WaveFull."""
    if until <= now:
        raise Invalid({"until": "Please choose a time to come."})
    if invitation.state not in (*SILENT, "expired"):
        raise AlreadyAnswered(answer=invitation.state)
    invitation.answer_by = until
    await _record(session, actor, invitation, "invitation.extended", until=until.isoformat())
    if invitation.state == "expired":
        await reopen(session, actor, invitation, now=now)


async def reopen(session: AsyncSession, actor: Actor, invitation: Invitation, *, now: datetime) -> None:
    """One that was withdrawn or not answered in time is sent once more, and so is one that the team took as declined.

    Raises AlreadyAnswered, AnswerLate, WaveFull."""
    if not can_be_reopened(invitation):
        raise AlreadyAnswered(answer=invitation.state)
    until = invitation.answer_by or (await find_terms(session, invitation.event_id)).answer_by
    if until is not None and until <= now:
        raise AnswerLate
    if invitation.wave_id:
        await require_room(session, invitation.wave_id)
    invitation.state, invitation.invited_at = "queued", now
    invitation.answered_at, invitation.word = None, ""
    invitation.entry_version += 1
    invitation.calendar_answer = invitation.calendar_word = (
        ""  # until when they were given stays: old ones stay old
    )
    await add_mails(session, mails_of(invitation, "invitation", f"again:{now.isoformat()}"))
    await _record(session, actor, invitation, "invitation.reopened")


def can_be_reopened(invitation: Invitation) -> bool:
    """Who has answered by themselves is not asked again; what only their calendar said may have been a slip."""
    taken_over = invitation.calendar_answer == invitation.state == "declined" and not invitation.answered_by
    return taken_over or invitation.state in ("withdrawn", "expired")


async def _record(
    session: AsyncSession, actor: Actor, invitation: Invitation, name: str, **data: str
) -> None:
    await session.flush()
    await record(
        session, actor, name, organisation_id=invitation.organisation_id, event_id=invitation.event_id,
        subject_id=invitation.id, **data,
    )  # fmt: skip
