"""Reads of invitations and waves, within one event that was fetched with the right access."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, func, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from service.core.errors import NotFound
from service.core.names import query_ways
from service.events.models import Event
from service.invitations.models import CALENDAR_ANSWERS, Invitation, Terms, Wave
from service.registrations.models import ALIVE, Registration
from service.registrations.queries import as_id, spelled

PAGE = 50
SILENT = ("queued", "sent", "failed", "bounced")
TAKES_A_PLACE = (*SILENT, "accepted")  # of a wave, as long as an accepted one has not cancelled
DEFAULT_REMINDERS = 2
SILENT_ONES = "silent"  # all of SILENT, in a board's address
SORTS = ("name", "asked")


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What the board shows; stands in the URL. `states` is one or more, comma separated, or silent; `wave` an id;
    `after` the last id seen; `sort` by name or, who was asked longest ago first, asked; `calendar` what their calendar
    says, of those who have not answered yet."""

    q: str = ""
    states: str = ""
    wave: str = ""
    after: str = ""
    sort: str = "name"
    calendar: str = ""


def _conditions(event_id: UUID, wanted: Filter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Invitation.event_id == event_id]
    if query_ways(wanted.q):
        conditions.append(spelled(Invitation.search, wanted.q))
    if wanted.states == SILENT_ONES:
        conditions.append(Invitation.state.in_(SILENT))
    elif wanted.states:
        conditions.append(Invitation.state.in_(wanted.states.split(",")))
    if wanted.wave:
        conditions.append(Invitation.wave_id == (as_id(wanted.wave) or event_id))  # an unknown one has nobody
    if wanted.calendar in CALENDAR_ANSWERS:
        conditions += [Invitation.calendar_answer == wanted.calendar, Invitation.state.in_(SILENT)]
    return conditions


_ASKED_AT = func.coalesce(Invitation.invited_at, Invitation.created_at)
_ORDERS: dict[str, tuple[Any, ...]] = {
    "name": (Invitation.sort_key, Invitation.id), "asked": (_ASKED_AT, Invitation.id),
}  # fmt: skip


async def list_invitations(
    session: AsyncSession, event_id: UUID, wanted: Filter, limit: int = PAGE
) -> list[Invitation]:
    """One page. One query."""
    order = _ORDERS.get(wanted.sort, _ORDERS["name"])
    statement = select(Invitation).where(*_conditions(event_id, wanted))
    if wanted.after:
        last = select(*order).where(Invitation.id == as_id(wanted.after), Invitation.event_id == event_id)
        statement = statement.where(tuple_(*order) > last.scalar_subquery())
    return list((await session.execute(statement.order_by(*order).limit(limit))).scalars())


async def count_invitations(session: AsyncSession, event_id: UUID, wanted: Filter) -> int:
    """How many the filter finds, on all pages."""
    statement = select(func.count()).select_from(Invitation).where(*_conditions(event_id, wanted))
    return int((await session.execute(statement)).scalar_one())


class Counts(msgspec.Struct, frozen=True):
    """How many are in each state, and what calendars say of those who have not answered yet."""

    by_state: dict[str, int]
    in_calendars: dict[str, int]


async def count_all(session: AsyncSession, event_id: UUID) -> Counts:
    """Numbers for the board. One query."""
    kinds = (Invitation.state, Invitation.calendar_answer)
    counted = select(*kinds, func.count()).where(Invitation.event_id == event_id).group_by(*kinds)
    by_state: Counter[str] = Counter()
    in_calendars: Counter[str] = Counter()
    for state, answer, count in await session.execute(counted):
        by_state[state] += count
        if answer and state in SILENT:
            in_calendars[answer] += count
    return Counts(dict(by_state), dict(in_calendars))


class WaveView(msgspec.Struct, frozen=True, kw_only=True):
    """A wave with how many of it are in each state; `taken` are asked and not answered yet, or accepted and coming."""

    wave: Wave
    counts: dict[str, int]
    taken: int


_registered = select(Registration.id).where(Registration.invitation_id == Invitation.id)
_has_cancelled = _registered.exists() & ~_registered.where(Registration.state.in_(ALIVE)).exists()
takes_a_place = Invitation.state.in_(TAKES_A_PLACE) & ~((Invitation.state == "accepted") & _has_cancelled)


async def list_waves(session: AsyncSession, event_id: UUID) -> list[WaveView]:
    """In the order they were made. One query."""
    taken = func.count().filter(takes_a_place)
    rows = await session.execute(
        select(Wave, Invitation.state, func.count(Invitation.id), taken)
        .outerjoin(Invitation, Invitation.wave_id == Wave.id)
        .where(Wave.event_id == event_id)
        .group_by(Wave.id, Invitation.state)
        .order_by(Wave.id)
    )
    found: dict[UUID, WaveView] = {}
    for wave, state, count, taken_so in rows:
        before = found.get(wave.id) or WaveView(wave=wave, counts={}, taken=0)
        counts = before.counts | ({state: int(count)} if state else {})
        found[wave.id] = WaveView(wave=wave, counts=counts, taken=before.taken + int(taken_so))
    return list(found.values())


async def get_wave(session: AsyncSession, event_id: UUID, wave_id: UUID, *, lock: bool = False) -> Wave:
    """Raises NotFound when it is not of this event."""
    wanted = select(Wave).where(Wave.id == wave_id, Wave.event_id == event_id)
    found = (await session.execute(wanted.with_for_update() if lock else wanted)).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


async def find_wave(session: AsyncSession, event_id: UUID, wave_id: str) -> Wave | None:
    """As a form names it: '' for none. Raises NotFound for another event's."""
    return await get_wave(session, event_id, as_id(wave_id) or event_id) if wave_id else None


async def find_terms(session: AsyncSession, event_id: UUID) -> Terms:
    """How the event invites; the defaults when nobody has said it."""
    found = (await session.execute(select(Terms).where(Terms.event_id == event_id))).scalar_one_or_none()
    return found or Terms(
        event_id=event_id, answer_by=None, reminders=DEFAULT_REMINDERS, reminder_days=None, with_entry=True
    )


def answer_until(invitation: Invitation, terms: Terms) -> datetime | None:
    """Until when an answer counts: the invitation's own time, else the event's."""
    return invitation.answer_by or terms.answer_by


class Relative(msgspec.Struct, frozen=True):
    """The other end of a link of the chain: who comes instead, or in whose place."""

    id: UUID
    name: str
    state: str


async def list_substitutes(session: AsyncSession, rows: Sequence[Invitation]) -> dict[UUID, Relative]:
    """Who comes instead of each of these, by its id. One query."""
    return await _relatives(session, Invitation.instead_of_id, [row.id for row in rows], "instead_of_id")


async def list_principals(session: AsyncSession, rows: Sequence[Invitation]) -> dict[UUID, Relative]:
    """In whose place each of these comes, by the id of the one in whose place. One query."""
    return await _relatives(
        session, Invitation.id, [row.instead_of_id for row in rows if row.instead_of_id], "id"
    )


async def _relatives(
    session: AsyncSession, column: Any, ids: Sequence[UUID], by: str
) -> dict[UUID, Relative]:
    found = (await session.execute(select(Invitation).where(column.in_(ids)))).scalars()
    return {getattr(one, by): Relative(one.id, one.native_name, one.state) for one in found}


async def list_chain(session: AsyncSession, invitation: Invitation) -> list[Relative]:
    """All who stood or stand on this place, the first invited first; one alone is no chain. One query."""
    rows = (await session.execute(_CHAIN, {"id": invitation.id})).all()
    return [Relative(row.id, row.native_name, row.state) for row in rows] if len(rows) > 1 else []


_CHAIN = text("""
    WITH RECURSIVE up AS (
        SELECT id, instead_of_id, 0 AS place FROM invitations WHERE id = :id
        UNION ALL
        SELECT i.id, i.instead_of_id, up.place - 1 FROM invitations i JOIN up ON i.id = up.instead_of_id
    ), down AS (
        SELECT id, 0 AS place FROM invitations WHERE id = :id
        UNION ALL
        SELECT i.id, down.place + 1 FROM invitations i JOIN down ON i.instead_of_id = down.id
    )
    SELECT i.id, i.native_name, i.state FROM (SELECT id, place FROM up UNION SELECT id, place FROM down) AS c
    JOIN invitations i ON i.id = c.id ORDER BY c.place
""")


class Line(msgspec.Struct, frozen=True):
    """One thing that happened to an invitation: a change, or a mail with its state."""

    at: datetime
    kind: str
    name: str
    who: str
    data: dict[str, Any]


async def list_timeline(session: AsyncSession, invitation_id: UUID) -> list[Line]:
    """The newest first. One query."""
    rows = await session.execute(_TIMELINE, {"id": invitation_id})
    return [Line(row.at, row.kind, row.name, row.who, row.data) for row in rows]


_TIMELINE = text("""
    SELECT at, 'change' AS kind, name, CASE actor_kind WHEN 'guest' THEN 'guest' ELSE actor_name END AS who, data
    FROM audit WHERE subject_id = :id
    UNION ALL
    SELECT coalesce(sent_at, created_at), 'mail', letter, address, jsonb_build_object('state', state, 'error', error)
    FROM deliveries WHERE invitation_id = :id
    ORDER BY at DESC
""")

# Why somebody of the directory is not invited: '', invited, registered, no_address, asked, bounced.
# Each EXISTS has its own index: with OR inside one, all invitations were read for each of five thousand people (26 s).
_PEOPLE = """
    SELECT p.id, p.native_name AS name, p.latin_name, p.country, p.affiliation, p.language, given.place, CASE
        WHEN EXISTS (SELECT FROM invitations i WHERE i.event_id = :event_id AND i.person_id = p.id)
            OR EXISTS (SELECT FROM invitations i WHERE i.event_id = :event_id AND i.email = p.email AND i.email <> '')
            THEN 'invited'
        WHEN EXISTS (SELECT FROM registrations r WHERE r.event_id = :event_id AND r.person_id = p.id
                AND r.state <> 'cancelled')
            OR EXISTS (SELECT FROM registrations r WHERE r.event_id = :event_id AND r.email = p.email
                AND r.email <> '' AND r.state <> 'cancelled')
            THEN 'registered'
        WHEN at.address = '' THEN 'no_address' WHEN s.reason IS NOT NULL THEN s.reason ELSE '' END AS why
    FROM unnest(CAST(:ids AS uuid[])) WITH ORDINALITY AS given (id, place)
    JOIN people p ON p.id = given.id AND p.organisation_id = :organisation_id
    CROSS JOIN LATERAL (SELECT coalesce(nullif(p.email, ''), p.assistant_email) AS address) AS at
    LEFT JOIN suppressions s ON s.organisation_id = p.organisation_id AND s.email = at.address
"""


async def list_invitable(session: AsyncSession, event: Event, ids: Sequence[UUID]) -> list[UUID]:
    """Those of these people who can be invited, in the same order. One query."""
    statement = text(f"SELECT id FROM ({_PEOPLE}) AS w WHERE why = '' ORDER BY place")
    return list(dict.fromkeys((await session.execute(statement, _given(event, ids))).scalars()))


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who can be invited, as a list shows them."""

    id: UUID
    name: str
    latin_name: str
    country: str
    affiliation: str
    language: str


async def list_candidates(
    session: AsyncSession, event: Event, ids: Sequence[UUID], most: int
) -> tuple[list[Candidate], dict[str, int]]:
    """The first who can be invited, and how many of these people can ('') or cannot, by reason. Two queries."""
    given = _given(event, ids)
    counted = text(f"SELECT why, count(*) AS number FROM ({_PEOPLE}) AS w GROUP BY why")
    counts = {row.why: row.number for row in await session.execute(counted, given)}
    shown = text(f"""
        SELECT id, name, latin_name, country, affiliation, language FROM ({_PEOPLE}) AS w
        WHERE why = '' ORDER BY place LIMIT {most}
    """)
    rows = (await session.execute(shown, given)).mappings()
    return [Candidate(**row) for row in rows], counts


def _given(event: Event, ids: Sequence[UUID]) -> dict[str, Any]:
    return {"event_id": event.id, "organisation_id": event.organisation_id, "ids": list(ids)}


async def list_tagged(session: AsyncSession, organisation_id: UUID, tag: str) -> list[UUID]:
    """People of the organisation with this tag, the longest known first. One query."""
    return list((await session.execute(_TAGGED, {"organisation_id": organisation_id, "tag": tag})).scalars())


_TAGGED = text("""
    SELECT p.id FROM people p JOIN person_tags pt ON pt.person_id = p.id JOIN tags t ON t.id = pt.tag_id
    WHERE p.organisation_id = :organisation_id AND t.organisation_id = :organisation_id AND t.name = :tag ORDER BY p.id
""")


async def get_invitation(
    session: AsyncSession, event_id: UUID, invitation_id: UUID, *, lock: bool = False
) -> Invitation:
    """For the team. Raises NotFound when it is not of this event."""
    wanted = select(Invitation).where(Invitation.id == invitation_id, Invitation.event_id == event_id)
    return _found((await session.execute(wanted.with_for_update() if lock else wanted)).scalar_one_or_none())


async def get_own_invitation(session: AsyncSession, invitation_id: UUID, *, lock: bool = False) -> Invitation:
    """For the guest whose personal link was verified. Raises NotFound."""
    wanted = select(Invitation).where(Invitation.id == invitation_id)
    return _found((await session.execute(wanted.with_for_update() if lock else wanted)).scalar_one_or_none())


def _found(invitation: Invitation | None) -> Invitation:
    if invitation is None:
        raise NotFound
    return invitation


async def is_suppressed(session: AsyncSession, organisation_id: UUID, email: str) -> bool:
    """Whether this address asked for no more invitations from this organisation."""
    found: Any = await session.execute(_SUPPRESSED, {"organisation_id": organisation_id, "email": email})
    return found.first() is not None


_SUPPRESSED = text("SELECT 1 FROM suppressions WHERE organisation_id = :organisation_id AND email = :email")
