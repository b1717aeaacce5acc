"""Reads of registrations, always within one event that was fetched with the right access."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Select, and_, func, or_, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from service.core.errors import NotFound
from service.core.names import query_tokens
from service.events.models import Category
from service.registrations.models import Registration

PAGE = 50


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What a list shows; stands in the URL as it is. Empty fields do not filter. `here` is yes or no (arrived)."""

    q: str = ""
    state: str = ""
    category: str = ""
    country: str = ""
    source: str = ""
    here: str = ""
    after: str = ""
    sort: str = "name"


def _conditions(event_id: UUID, wanted: Filter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Registration.event_id == event_id]
    if query_tokens(wanted.q):
        conditions.append(spelled(Registration.search, wanted.q))
    if wanted.state:
        conditions.append(Registration.state.in_(wanted.state.split(",")))
    if wanted.category:
        of_key = select(Category.id).where(Category.event_id == event_id, Category.key == wanted.category)
        conditions.append(Registration.category_id.in_(of_key))
    if wanted.country:
        conditions.append(Registration.country == wanted.country)
    if wanted.source:
        conditions.append(Registration.source == wanted.source)
    if wanted.here in ("yes", "no"):
        not_ = "NOT " if wanted.here == "no" else ""
        came = f"{not_}EXISTS (SELECT FROM entries e WHERE e.registration_id = registrations.id)"
        conditions.append(text(came))  # type: ignore[arg-type]  # text is a condition here
    return conditions


def spelled(search: InstrumentedAttribute[str], q: str) -> ColumnElement[bool]:
    """Whether a stored search text has what was typed: as it is written, or, for Han, Hangul and Kana, as it sounds.

    One sign alone is taken as it is written: half of all Latin names begin with the sound of some Han sign."""
    written = tuple(query_tokens(q))
    ways = {written} if len("".join(written)) == 1 else {written, tuple(query_tokens(q, romanised=True))}
    return or_(*(and_(*(search.like(pattern(token)) for token in tokens)) for tokens in sorted(ways)))


def pattern(token: str) -> str:
    """A LIKE pattern that finds the token at the start of any stored word."""
    escaped = token.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"% {escaped}%"


def select_within(event_id: UUID, wanted: Filter, *columns: Any) -> Select[Any]:
    """These columns of all that the filter finds, in no order."""
    return select(*columns).select_from(Registration).where(*_conditions(event_id, wanted))


async def list_page(
    session: AsyncSession, event_id: UUID, wanted: Filter, limit: int = PAGE
) -> tuple[list[Registration], int]:
    """One page as `list_registrations` gives it, and how many there are on all pages.

    A search reads its hits once, for both, by the trigram index. Left alone, the plan walks along the order of names
    until fifty have matched, which is everybody when the few hits stand last."""
    if not query_tokens(wanted.q):
        items = await list_registrations(session, event_id, wanted, limit)
        return items, await count_registrations(session, event_id, wanted)
    by = Registration.created_at if wanted.sort == "newest" else Registration.sort_key
    hits = select_within(event_id, wanted, Registration.id, by).cte("hits").prefix_with("MATERIALIZED")
    page = _ordered(select(hits.c.id), hits.c, event_id, wanted).limit(limit).subquery()
    total = select(func.count()).select_from(hits).scalar_subquery()
    statement = select(Registration, total).join(page, page.c.id == Registration.id)
    rows = (await session.execute(statement.order_by(*_order(Registration, wanted)))).all()
    if not rows:
        return [], await count_registrations(session, event_id, wanted)
    return [row[0] for row in rows], int(rows[0][1])


async def list_registrations(
    session: AsyncSession, event_id: UUID, wanted: Filter, limit: int = PAGE
) -> list[Registration]:
    """One page, by name or newest first; `wanted.after` is the id of the last one seen. One query."""
    statement = _ordered(select_within(event_id, wanted, Registration), Registration, event_id, wanted)
    return list((await session.execute(statement.limit(limit))).scalars())


def _ordered(statement: Select[Any], of: Any, event_id: UUID, wanted: Filter) -> Select[Any]:
    """In the order wanted, what comes after `wanted.after`; `of` has the columns id, sort_key and created_at."""
    if wanted.after:
        last = (
            select(Registration)
            .where(Registration.id == as_id(wanted.after), Registration.event_id == event_id)
            .subquery()
        )
        if wanted.sort == "newest":
            seen = select(last.c.created_at, last.c.id).scalar_subquery()
            statement = statement.where(tuple_(of.created_at, of.id) < seen)
        else:
            seen = select(last.c.sort_key, last.c.id).scalar_subquery()
            statement = statement.where(tuple_(of.sort_key, of.id) > seen)
    return statement.order_by(*_order(of, wanted))


def _order(of: Any, wanted: Filter) -> tuple[Any, Any]:
    return (of.created_at.desc(), of.id.desc()) if wanted.sort == "newest" else (of.sort_key, of.id)


async def count_registrations(session: AsyncSession, event_id: UUID, wanted: Filter) -> int:
    """How many the filter finds, on all pages."""
    return int((await session.execute(select_within(event_id, wanted, func.count()))).scalar_one())


async def list_ids(session: AsyncSession, event_id: UUID, wanted: Filter) -> list[UUID]:
    """All that the filter finds, by name (for "all on every page")."""
    statement = select_within(event_id, wanted, Registration.id).order_by(
        Registration.sort_key, Registration.id
    )
    return list((await session.execute(statement)).scalars())


async def list_countries(session: AsyncSession, event_id: UUID) -> list[str]:
    """Those that any guest comes from (for the filter)."""
    wanted = (
        select(Registration.country)
        .where(Registration.event_id == event_id, Registration.country != "")
        .distinct()
    )
    return list((await session.execute(wanted)).scalars())


async def list_arrived(session: AsyncSession, ids: Sequence[UUID]) -> set[UUID]:
    """Those of these who came in, at any gate on any day. One query."""
    rows = await session.execute(
        text("SELECT DISTINCT registration_id FROM entries WHERE registration_id = ANY(:ids)"),
        {"ids": list(ids)},
    )
    return set(rows.scalars())


async def get_registration(
    session: AsyncSession, event_id: UUID, registration_id: UUID, *, lock: bool = False
) -> Registration:
    """Raises NotFound when it is not of this event."""
    wanted = select(Registration).where(Registration.id == registration_id, Registration.event_id == event_id)
    found = (await session.execute(wanted.with_for_update() if lock else wanted)).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


async def get_own(session: AsyncSession, registration_id: UUID, *, lock: bool = False) -> Registration:
    """For the guest whose personal link was verified. Raises NotFound when it was deleted."""
    wanted = select(Registration).where(Registration.id == registration_id)
    found = (await session.execute(wanted.with_for_update() if lock else wanted)).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


async def find_by_email(session: AsyncSession, event_id: UUID, email: str) -> Registration | None:
    """The living registration of an address at an event."""
    wanted = select(Registration).where(
        Registration.event_id == event_id,
        Registration.email == email,
        Registration.email != "",  # lets the plan use the partial index of addresses
        Registration.state != "cancelled",
    )
    return (await session.execute(wanted)).scalar_one_or_none() if email else None


class Moment(msgspec.Struct, frozen=True):
    """One line of a timeline: a change, a mail, or a scan."""

    at: datetime
    kind: str
    name: str
    who: str
    data: dict[str, Any]


async def list_timeline(session: AsyncSession, registration_id: UUID) -> list[Moment]:
    """All that happened to one, the newest first: changes, mails, scans. One query."""
    rows = await session.execute(_TIMELINE, {"id": registration_id})
    return [Moment(row.at, row.kind, row.name, row.who, row.data) for row in rows]


_TIMELINE = text("""
    SELECT at, 'change' AS kind, name, CASE actor_kind WHEN 'guest' THEN 'guest' ELSE actor_name END AS who, data
    FROM audit WHERE subject_id = :id
    UNION ALL
    SELECT coalesce(sent_at, created_at), 'mail', letter, address,
        jsonb_build_object('state', state, 'error', error, 'task_id', task_id)
    FROM deliveries WHERE registration_id = :id
    UNION ALL
    SELECT s.received_at, 'scan', s.verdict, coalesce(a.name, ''),
        jsonb_build_object('point', p.name, 'action', s.action)
    FROM scans s JOIN checkin_points p ON p.id = s.point_id LEFT JOIN accounts a ON a.id = s.account_id
    WHERE s.registration_id = :id
    ORDER BY at DESC
""")


def as_id(value: str) -> UUID | None:
    """An id from the URL; None when it is none."""
    try:
        return UUID(value)
    except ValueError:
        return None
