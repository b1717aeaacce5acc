"""What a list can show of each guest, and the reads that this needs: the same for the page and for an export."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from service.checkin.models import Entry
from service.credentials.models import Credential
from service.delegations.models import Delegation
from service.invitations.models import Invitation
from service.people.models import PersonTag, Tag
from service.registrations.models import Registration

COLUMNS = (
    "name", "latin-name", "honorific", "title", "organisation", "position", "country", "category", "state", "step",
    "waiting", "registered", "email", "phone", "language", "delegation", "tags", "arrived", "badge", "code",
    "invitation", "principal", "companion", "watched", "source", "decided", "reason", "dietary", "access", "assistant",
    "badge-line",
)  # fmt: skip
USUAL = ("name", "organisation", "country", "category", "state", "registered")
OF_CARD = {
    "latin-name": "latin_name", "honorific": "honorific", "title": "academic_title", "organisation": "affiliation",
    "position": "position", "email": "email", "phone": "phone", "assistant": "assistant_email",
    "badge-line": "badge_line", "dietary": "dietary", "access": "access_needs", "reason": "reason",
}  # fmt: skip
SORTED_BY = {
    "name": "name", "organisation": "organisation", "position": "position", "country": "country",
    "category": "category", "state": "state", "registered": "registered", "decided": "decided",
    "waiting": "waiting",
}  # fmt: skip


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A guest with what other rooms know of them; empty where no column asked for it."""

    guest: Registration
    delegation: str = ""
    tags: tuple[tuple[str, int], ...] = ()
    badge: str = ""
    code: str = ""
    invitation: str = ""
    principal: str = ""
    arrived: datetime | None = None


def read_columns(text: str, answers: Sequence[str] = ()) -> tuple[str, ...]:
    """Those of the address, in the order of the catalogue with answers behind; the usual ones for none."""
    wanted = {name.strip() for name in text.split(",")}
    known = (*COLUMNS, *(f"answer.{key}" for key in answers))
    chosen = tuple(name for name in known if name in wanted or name == "name")
    return chosen if len(chosen) > 1 or wanted == {"name"} else USUAL


async def load_rows(
    session: AsyncSession, guests: Sequence[Registration], columns: Sequence[str]
) -> list[Row]:
    """One query for each kind of thing the columns ask for, however many guests."""
    ids, wanted = [guest.id for guest in guests], set(columns)
    delegations = await _delegations(session, guests) if "delegation" in wanted else {}
    tags = await _tags(session, guests) if "tags" in wanted else {}
    badges = await _badges(session, ids) if wanted & {"badge", "code"} else {}
    invitations = await _invitations(session, guests) if "invitation" in wanted else {}
    principals = await _principals(session, guests) if "principal" in wanted else {}
    arrived = await _arrived(session, ids) if wanted & {"arrived", "state"} else {}
    return [
        Row(
            guest=guest, delegation=delegations.get(guest.delegation_id, ""), tags=tags.get(guest.person_id, ()),
            badge=badges.get(guest.id, ("", ""))[0], code=badges.get(guest.id, ("", ""))[1],
            invitation=invitations.get(guest.invitation_id, ""), principal=principals.get(guest.principal_id, ""),
            arrived=arrived.get(guest.id),
        )
        for guest in guests
    ]  # fmt: skip


async def _delegations(session: AsyncSession, guests: Sequence[Registration]) -> dict[UUID | None, str]:
    wanted = {guest.delegation_id for guest in guests if guest.delegation_id}
    return await _pairs(session, select(Delegation.id, Delegation.name).where(Delegation.id.in_(wanted)))


async def _tags(
    session: AsyncSession, guests: Sequence[Registration]
) -> dict[UUID, tuple[tuple[str, int], ...]]:
    people = {guest.person_id for guest in guests}
    statement = select(PersonTag.person_id, Tag.name, Tag.colour).join(Tag, Tag.id == PersonTag.tag_id)
    found: dict[UUID, tuple[tuple[str, int], ...]] = {}
    for person, name, colour in await session.execute(
        statement.where(PersonTag.person_id.in_(people)).order_by(func.lower(Tag.name))
    ):
        found[person] = (*found.get(person, ()), (name, colour))
    return found


async def _badges(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, tuple[str, str]]:
    statement = select(Credential.registration_id, Credential.printed_at, Credential.code)
    alive = statement.where(Credential.registration_id.in_(ids), Credential.revoked_at.is_(None))
    return {
        one: ("printed" if printed else "issued", code) for one, printed, code in await session.execute(alive)
    }


async def _invitations(session: AsyncSession, guests: Sequence[Registration]) -> dict[UUID | None, str]:
    wanted = {guest.invitation_id for guest in guests if guest.invitation_id}
    return await _pairs(session, select(Invitation.id, Invitation.state).where(Invitation.id.in_(wanted)))


async def _principals(session: AsyncSession, guests: Sequence[Registration]) -> dict[UUID | None, str]:
    wanted = {guest.principal_id for guest in guests if guest.principal_id}
    names = select(Registration.id, Registration.native_name).where(Registration.id.in_(wanted))
    return await _pairs(session, names)


async def _arrived(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, datetime]:
    first = select(Entry.registration_id, func.min(Entry.at)).where(Entry.registration_id.in_(ids))
    return await _pairs(session, first.group_by(Entry.registration_id))


async def _pairs(session: AsyncSession, statement: Any) -> dict[Any, Any]:
    return {row[0]: row[1] for row in await session.execute(statement)}
