"""Reads of delegations, always of one event that was fetched with the right access."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from service.core.errors import NotFound
from service.delegations.models import Delegation
from service.registrations.models import Registration
from service.registrations.queries import as_id

PAGE = 100
LATE = "late"


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """What the board shows; stands in the URL. `state` is one of the delegation's, or `late`; `after` the last id."""

    q: str = ""
    state: str = ""
    after: str = ""


class QuotaFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Places of one category: `taken` of `capacity` (None: no limit)."""

    category_id: UUID
    capacity: int | None
    taken: int

    @property
    def left(self) -> int | None:
        """Free places, None for no limit."""
        return None if self.capacity is None else max(0, self.capacity - self.taken)


class Numbers(msgspec.Struct, frozen=True, kw_only=True):
    """How a delegation stands: `people` that take places or wait, `approved` of them, `missing` those of whom something
    is not known yet; `taken` of `places` (None: not limited)."""

    people: int = 0
    approved: int = 0
    missing: int = 0
    taken: int = 0
    places: int | None = None


async def get_delegation(
    session: AsyncSession, event_id: UUID, delegation_id: UUID, *, lock: bool = False
) -> Delegation:
    """Raises NotFound when it is not of this event."""
    wanted = select(Delegation).where(Delegation.id == delegation_id, Delegation.event_id == event_id)
    found = (await session.execute(wanted.with_for_update() if lock else wanted)).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


async def get_linked(session: AsyncSession, delegation_id: UUID, *, lock: str = "") -> Delegation:
    """The delegation that a personal link names, before the link is proved. `lock` is '', 'share' (it stays as it is
    while somebody is added) or 'update'. Raises NotFound."""
    wanted = select(Delegation).where(Delegation.id == delegation_id)
    if lock:
        wanted = wanted.with_for_update(read=lock == "share")
    found = (await session.execute(wanted)).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


async def list_board(session: AsyncSession, event_id: UUID, wanted: Board, now: datetime) -> list[Delegation]:
    """A page by name. One query."""
    rows = select(Delegation).where(Delegation.event_id == event_id, *_conditions(wanted, now))
    if wanted.after:
        last = (
            select(func.lower(Delegation.name)).where(Delegation.id == as_id(wanted.after)).scalar_subquery()
        )
        rows = rows.where(func.lower(Delegation.name) > last)
    return list((await session.execute(rows.order_by(func.lower(Delegation.name)).limit(PAGE))).scalars())


async def list_focal_points(
    session: AsyncSession, event_id: UUID, wanted: Board, now: datetime
) -> list[Delegation]:
    """All that the board finds and that has somebody to write to, by name. One query."""
    rows = select(Delegation).where(
        Delegation.event_id == event_id, Delegation.focal_email != "", *_conditions(wanted, now)
    )
    return list((await session.execute(rows.order_by(func.lower(Delegation.name)))).scalars())


async def count_board(session: AsyncSession, event_id: UUID, wanted: Board, now: datetime) -> int:
    """How many the filter finds, on all pages."""
    rows = select(func.count()).select_from(Delegation)
    rows = rows.where(Delegation.event_id == event_id, *_conditions(wanted, now))
    return int((await session.execute(rows)).scalar_one())


def _conditions(wanted: Board, now: datetime) -> list[Any]:
    conditions: list[Any] = []
    if wanted.q:
        columns = (Delegation.name, Delegation.focal_name, Delegation.focal_email)
        conditions.append(or_(*(column.icontains(wanted.q, autoescape=True) for column in columns)))
    if wanted.state == LATE:
        conditions.append(is_late(now))
    elif wanted.state:
        conditions.append(Delegation.state == wanted.state)
    return conditions


def is_late(now: datetime) -> Any:
    """Still open though the deadline has passed."""
    return (Delegation.state == "open") & (Delegation.deadline <= now)


async def list_late(session: AsyncSession, event_id: UUID, now: datetime) -> list[Delegation]:
    """In the order of ids, locked."""
    wanted = select(Delegation).where(Delegation.event_id == event_id, is_late(now))
    return list((await session.execute(wanted.order_by(Delegation.id).with_for_update())).scalars())


async def count_by_state(session: AsyncSession, event_id: UUID, now: datetime) -> dict[str, int]:
    """Numbers for the board's filters; `late` counts among the open ones, too."""
    rows = (await session.execute(_STATES, {"event_id": event_id, "now": now})).mappings().one()
    return {key: int(count) for key, count in rows.items()}


_STATES = text("""
    SELECT count(*) FILTER (WHERE state = 'open') AS open, count(*) FILTER (WHERE state = 'submitted') AS submitted,
        count(*) FILTER (WHERE state = 'locked') AS locked,
        count(*) FILTER (WHERE state = 'open' AND deadline <= :now) AS late
    FROM delegations WHERE event_id = :event_id
""")


async def list_numbers(
    session: AsyncSession, event_id: UUID, delegation_ids: Sequence[UUID]
) -> dict[UUID, Numbers]:
    """Of each of these, in two queries.

    Somebody is incomplete without any address for mails, or without the answer to a question that must be answered
    and has no condition."""
    known = {"event_id": event_id, "ids": list(delegation_ids)}
    people = {row.id: row for row in await session.execute(_PEOPLE, known)}
    places = {row.id: row for row in await session.execute(_PLACES, known)}
    return {
        one: Numbers(
            people=people[one].people if one in people else 0, approved=people[one].approved if one in people else 0,
            missing=people[one].missing if one in people else 0, taken=places[one].taken if one in places else 0,
            places=places[one].places if one in places else None,
        )
        for one in delegation_ids
    }  # fmt: skip


_PEOPLE = text("""
    WITH must AS (
        SELECT c.id AS category_id, array_agg(q.key) AS keys
        FROM categories c JOIN questions q ON q.event_id = c.event_id
            AND (cardinality(q.category_ids) = 0 OR c.id = ANY(q.category_ids))
        WHERE c.event_id = :event_id AND q.condition = '{}' AND (q.required OR q.kind = 'consent') GROUP BY c.id
    )
    SELECT r.delegation_id AS id, count(*) AS people, count(*) FILTER (WHERE r.state = 'approved') AS approved,
        count(*) FILTER (WHERE (r.email = '' AND r.assistant_email = '')
            OR (must.keys IS NOT NULL AND NOT r.answers ?& must.keys)) AS missing
    FROM registrations r LEFT JOIN must ON must.category_id = r.category_id
    WHERE r.delegation_id = ANY(:ids) AND r.state NOT IN ('cancelled', 'rejected', 'draft')
    GROUP BY r.delegation_id
""")
_PLACES = text("""
    SELECT q.delegation_id AS id, sum(p.taken)::int AS taken,
        CASE WHEN bool_and(p.capacity IS NOT NULL) THEN sum(p.capacity)::int END AS places
    FROM delegation_quotas q JOIN places p ON p.id = q.id WHERE q.delegation_id = ANY(:ids) GROUP BY q.delegation_id
""")


async def list_quotas(session: AsyncSession, delegation_id: UUID) -> list[QuotaFacts]:
    """In the order of the event's categories. One query."""
    rows = (await session.execute(_QUOTAS, {"id": delegation_id})).mappings()
    return [QuotaFacts(**row) for row in rows]


_QUOTAS = text("""
    SELECT q.category_id, p.capacity, p.taken FROM delegation_quotas q JOIN places p ON p.id = q.id
        JOIN categories c ON c.id = q.category_id
    WHERE q.delegation_id = :id ORDER BY c.ordinal, c.id
""")


async def list_members(session: AsyncSession, delegation_id: UUID) -> list[Registration]:
    """By name; those who are out stand last. One query."""
    out = Registration.state.in_(("cancelled", "rejected"))
    wanted = select(Registration).where(Registration.delegation_id == delegation_id)
    return list(
        (await session.execute(wanted.order_by(out, Registration.sort_key, Registration.id))).scalars()
    )


async def get_member(
    session: AsyncSession, delegation_id: UUID, registration_id: UUID, *, lock: bool = False
) -> Registration:
    """Raises NotFound when they belong to another delegation."""
    wanted = select(Registration).where(
        Registration.id == registration_id, Registration.delegation_id == delegation_id
    )
    found = (await session.execute(wanted.with_for_update() if lock else wanted)).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found
