"""Inviting and answering. Reading an invitation never changes it: a person presses."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.operations import record
from service.core.actor import GUEST, Actor
from service.core.names import search_text, sort_key
from service.core.tokens import new_id
from service.events.models import Event
from service.events.queries import CategoryView
from service.invitations.errors import AlreadyAnswered, SentToday
from service.invitations.models import Invitation
from service.invitations.queries import SILENT
from service.invitations.schemas import Guest
from service.outbox.operations import Mail, add_mail, add_mails
from service.registrations.errors import WrongState


async def invite(
    session: AsyncSession,
    actor: Actor,
    event: Event,
    guests: Sequence[Guest],
    categories: Sequence[CategoryView],
) -> int:
    """Invite all at once; who has an invitation already is left alone. Returns how many are new. Two statements."""
    by_key = {category.key: category.id for category in categories}
    rows = [_row(guest, str(by_key[guest.category])) for guest in guests]
    made = await session.execute(
        _INVITE, {"rows": rows, "organisation_id": event.organisation_id, "event_id": event.id}
    )
    new = {row.email: row.id for row in made}
    count = len(new)
    await add_mails(
        session, [_mail(event, new.pop(guest.email), guest) for guest in guests if guest.email in new]
    )
    await record(
        session, actor, "invitations.created", organisation_id=event.organisation_id, event_id=event.id,
        subject_id=event.id, count=count, asked=len(guests),
    )  # fmt: skip
    return count


def _row(guest: Guest, category_id: str) -> dict[str, str]:
    return {
        "id": str(new_id()), "category_id": category_id, "native_name": guest.name, "email": guest.email,
        "language": guest.language, "affiliation": guest.organisation, "position": guest.position,
        "country": guest.country, "sort_key": sort_key(guest.name, ""),
        "search": search_text(guest.name, guest.organisation, guest.position, guest.email),
    }  # fmt: skip


def _mail(event: Event, invitation_id: UUID, guest: Guest) -> Mail:
    return Mail(
        letter="invitation", dedup=f"invitation:{invitation_id}:1", address=guest.email, language=guest.language,
        event_id=event.id, invitation_id=invitation_id,
    )  # fmt: skip


_INVITE = text("""
    WITH wanted AS (
        SELECT DISTINCT ON (email) * FROM jsonb_to_recordset(:rows) AS w(
            id uuid, category_id uuid, native_name text, email text, language text, affiliation text,
            position text, country text, sort_key text, search text)
        ORDER BY email
    ), person AS (
        INSERT INTO people (organisation_id, native_name, affiliation, position, country, email, language)
        SELECT :organisation_id, native_name, affiliation, position, country, email, language FROM wanted
        ON CONFLICT (organisation_id, email) WHERE email <> '' DO UPDATE SET email = excluded.email
        RETURNING id, email
    )
    INSERT INTO invitations (id, organisation_id, event_id, category_id, person_id, native_name, affiliation,
        position, country, email, language, search, sort_key)
    SELECT w.id, :organisation_id, :event_id, w.category_id, person.id, w.native_name, w.affiliation,
        w.position, w.country, w.email, w.language, w.search, w.sort_key
    FROM wanted w JOIN person ON person.email = w.email
    ON CONFLICT (event_id, email) WHERE email <> '' DO NOTHING RETURNING id, email
""").bindparams(bindparam("rows", type_=JSONB))


async def mark_accepted(session: AsyncSession, invitation: Invitation, *, now: datetime) -> None:
    """In the transaction that registers the guest (source `invitation`). Raises AlreadyAnswered."""
    await _answer(session, GUEST, invitation, "accepted", word="", now=now)


async def decline(session: AsyncSession, invitation: Invitation, *, word: str, now: datetime) -> None:
    """With a word, if they like. Raises AlreadyAnswered."""
    await _answer(session, GUEST, invitation, "declined", word=word[:2000], now=now)


async def withdraw(session: AsyncSession, actor: Actor, invitation: Invitation, *, now: datetime) -> None:
    """The host takes it back before an answer came. Raises AlreadyAnswered."""
    await _answer(session, actor, invitation, "withdrawn", word="", now=now)


async def _answer(
    session: AsyncSession, actor: Actor, invitation: Invitation, answer: Literal["accepted", "declined", "withdrawn"],
    *, word: str, now: datetime,
) -> None:  # fmt: skip
    if invitation.state not in SILENT:
        raise AlreadyAnswered(answer=invitation.state)
    before, invitation.state = invitation.state, answer
    invitation.word, invitation.answered_at = word, now
    await session.flush()
    await record(
        session, actor, f"invitation.{answer}", organisation_id=invitation.organisation_id,
        event_id=invitation.event_id, subject_id=invitation.id, before=before, after=answer, word=word,
    )  # fmt: skip


async def send_again(session: AsyncSession, actor: Actor, invitation: Invitation, *, now: datetime) -> None:
    """The same invitation once more, to one who has not answered. Raises WrongState, SentToday (at most one a day)."""
    if invitation.state not in SILENT:
        raise WrongState(state=invitation.state)
    added = await add_mail(
        session,
        Mail(
            letter="invitation", dedup=f"invitation:{invitation.id}:{now.date().isoformat()}",
            address=invitation.email, language=invitation.language, event_id=invitation.event_id,
            invitation_id=invitation.id,
        ),
    )  # fmt: skip
    if not added:
        raise SentToday
    invitation.state = "queued"
    await session.flush()
    await record(
        session, actor, "invitation.sent_again", organisation_id=invitation.organisation_id,
        event_id=invitation.event_id, subject_id=invitation.id,
    )  # fmt: skip


async def suppress(session: AsyncSession, invitation: Invitation) -> None:
    """No more invitations of this organisation to this address. Pressing twice changes nothing."""
    await suppress_address(session, invitation.organisation_id, invitation.email)


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
