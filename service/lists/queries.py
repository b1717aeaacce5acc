"""Reads of the delegate list, always within one event that was fetched with the right access."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Select, case, func, literal, literal_column, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from service.core.names import query_ways
from service.events.models import Category
from service.lists.fields import FIELDS, Condition, Field, Scope, condition_of
from service.lists.language import EVERYBODY, Part, write
from service.places.models import Places
from service.registrations.models import LETTER_PLACES, LETTERS, STATES, Registration
from service.registrations.queries import as_id, spelled
from service.registrations.searching import spelled_in

PAGE = 50
NEAR = 250  # rows among which a page is looked for first: it fills one of whatever every fifth has
INDEXED = ("name", "registered", "organisation", "country")
COUNTED_AT_ONCE = 50_000  # in larger events the exact count follows the page


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a list shows, and in which order: `part` and what was typed (`q`) must both hold. `after` is the id of the
    last one seen; `sort` one of ORDERS, with a minus backwards; `cols` the columns chosen, with commas."""

    q: str = ""
    part: Part = EVERYBODY
    sort: str = "name"
    after: str = ""
    cols: str = ""

    @property
    def where(self) -> str:
        """The tree as it stands in the address."""
        return write(self.part)

    @property
    def everybody(self) -> bool:
        """Whether it leaves nobody out."""
        return self.part == EVERYBODY and not query_ways(self.q)


class Page(msgspec.Struct, frozen=True):
    """`total` counts all pages; None when it is too much to count at once."""

    items: list[Registration]
    total: int | None


R = Registration
_STATE_ORDER = case({state: number for number, state in enumerate(STATES)}, value=R.state)
# Where a category stands is asked of its own table; there are few.
_CATEGORY_ORDER = select(Category.ordinal).where(Category.id == R.category_id).scalar_subquery()


def _alphabetical(column: Any) -> Any:
    """Without capitals, Cyrillic by the Kazakh alphabet, as core.names.sort_key does it. Its constants are written out:
    with parameters no index on the expression would fit (registrations.models)."""
    return func.translate(
        func.lower(column), literal_column(f"'{LETTERS}'"), literal_column(f"'{LETTER_PLACES}'")
    )


# Each ends with the id, so that no two stand on one place. A page goes on after the last one's values.
ORDERS: Mapping[str, tuple[Any, ...]] = {
    "name": (R.sort_key, R.id),
    "registered": (R.created_at, R.id),
    "waiting": (R.waiting_since, R.id),
    "decided": (func.coalesce(R.decided_at, literal("-infinity").cast(R.decided_at.type)), R.id),
    "organisation": (_alphabetical(R.affiliation), R.sort_key, R.id),
    "position": (_alphabetical(R.position), R.sort_key, R.id),
    "country": (R.country, R.sort_key, R.id),
    "category": (_CATEGORY_ORDER, R.sort_key, R.id),
    "state": (_STATE_ORDER, R.sort_key, R.id),
}


def select_within(
    scope: Scope, wanted: Filter, *columns: Any, fields: Mapping[str, Field] = FIELDS
) -> Select[Any]:
    """These columns of all that the filter finds, in no order. Raises FilterUnclear."""
    return select(*columns).select_from(R).where(*_conditions(scope, wanted, fields))


def _conditions(scope: Scope, wanted: Filter, fields: Mapping[str, Field]) -> list[Condition]:
    conditions = [R.event_id == scope.event_id]
    if query_ways(wanted.q):
        conditions.append(spelled(R.search, wanted.q) if scope.near else spelled_in(scope.event_id, wanted.q))
    if wanted.part != EVERYBODY:
        conditions.append(condition_of(scope, wanted.part, fields))
    return conditions


async def list_page(
    session: AsyncSession, scope: Scope, wanted: Filter, limit: int = PAGE, *, fields: Mapping[str, Field] = FIELDS
) -> Page:  # fmt: skip
    """One page as `list_guests` gives it, and how many there are on all pages.

    Left alone, the plan walks along the order of names until fifty have matched, which is everybody when the few hits
    stand last. So a page is looked for among the next few; when they do not fill it, the hits are few: then they
    are read once, for the page and for the count. In a large event nobody waits for the count."""
    large = await _is_large(session, scope)
    if wanted.everybody:
        items = await list_guests(session, scope, wanted, limit, fields=fields)
        return Page(items, None if large else await count_guests(session, scope, wanted, fields=fields))
    if large:
        return Page(await list_first(session, scope, wanted, limit, fields=fields), None)
    items = [] if query_ways(wanted.q) else await _list_near(session, scope, wanted, limit, fields)
    if not items and wanted.sort.removeprefix("-") not in INDEXED and not query_ways(wanted.q):
        items = await _list_sorted(session, scope, wanted, limit, fields)
    if items:
        return Page(items, await count_guests(session, scope, wanted, fields=fields))
    return await _list_hits(session, scope, wanted, limit, fields)


async def _list_sorted(
    session: AsyncSession, scope: Scope, wanted: Filter, limit: int, fields: Mapping[str, Field]
) -> list[Registration]:
    """One page in an order without an index: the first are chosen in the index of names, then their rows are read."""
    order, _ = _order(wanted)
    first = _in_order(select_within(scope, wanted, R.id, fields=fields), order, scope, wanted).limit(limit)
    statement = _by(select(R).where(R.id.in_(first)), wanted)
    return list((await session.execute(statement)).scalars())


async def list_first(
    session: AsyncSession, scope: Scope, wanted: Filter, limit: int = PAGE, *, fields: Mapping[str, Field] = FIELDS
) -> list[Registration]:  # fmt: skip
    """As `list_guests`, quick however many there are, unless the hits are few. Two queries at most."""
    near = [] if wanted.everybody else await _list_near(session, scope, wanted, limit, fields)
    if near or not query_ways(wanted.q):
        return near or await list_guests(session, scope, wanted, limit, fields=fields)
    return (await _list_hits(session, scope, wanted, limit, fields)).items


async def _list_near(
    session: AsyncSession, scope: Scope, wanted: Filter, limit: int, fields: Mapping[str, Field]
) -> list[Registration]:
    """A whole page among the next so many in an order that has an index; nothing when they do not fill one."""
    if wanted.sort.removeprefix("-") not in INDEXED:
        return []
    order, _ = _order(wanted)
    next_ones = (
        _in_order(select(R.id).where(R.event_id == scope.event_id), order, scope, wanted)
        .limit(NEAR)
        .subquery()
    )
    near = msgspec.structs.replace(scope, near=True)
    statement = select_within(near, wanted, R, fields=fields).where(R.id.in_(select(next_ones.c.id)))
    statement = _by(statement, wanted).limit(limit)
    found = list((await session.execute(statement)).scalars())
    return found if len(found) == limit else []


async def _list_hits(
    session: AsyncSession, scope: Scope, wanted: Filter, limit: int, fields: Mapping[str, Field]
) -> Page:
    """All hits read once, for the page and for the count."""
    order, _ = _order(wanted)
    keys = [column.label(f"k{number}") for number, column in enumerate(order)]
    hits = select_within(scope, wanted, *keys, fields=fields).cte("hits").prefix_with("MATERIALIZED")
    ids = select(hits.c[keys[-1].name].label("id"))
    found = _in_order(ids, list(hits.c), scope, wanted).limit(limit).subquery()
    number = select(func.count()).select_from(hits).scalar_subquery()
    statement = _by(select(R, number).join(found, found.c.id == R.id), wanted)
    rows = (await session.execute(statement)).all()
    if not rows:
        total = await count_guests(session, scope, wanted, fields=fields) if wanted.after else 0
        return Page([], total)
    return Page([row[0] for row in rows], int(rows[0][1]))


async def list_guests(
    session: AsyncSession, scope: Scope, wanted: Filter, limit: int = PAGE, *, fields: Mapping[str, Field] = FIELDS
) -> list[Registration]:  # fmt: skip
    """One page in the order wanted, after the last one seen. One query."""
    order, _ = _order(wanted)
    statement = _in_order(select_within(scope, wanted, R, fields=fields), order, scope, wanted)
    return list((await session.execute(statement.limit(limit))).scalars())


def select_in_order(
    scope: Scope, wanted: Filter, *columns: Any, ids: Sequence[UUID] | None = None, fields: Mapping[str, Field] = FIELDS
) -> Select[Any]:  # fmt: skip
    """These columns of all that the filter finds, or of the chosen ones only, in its order."""
    statement = select_within(scope, wanted, *columns, fields=fields)
    return _by(statement if ids is None else statement.where(R.id.in_(ids)), wanted)


async def count_guests(
    session: AsyncSession, scope: Scope, wanted: Filter, *, fields: Mapping[str, Field] = FIELDS
) -> int:
    """How many the filter finds, on all pages. One query, between two settings."""
    statement = select_within(scope, wanted, func.count(), fields=fields)
    # Whoever counts everybody looks nobody up singly: fifty thousand looks into a table of three tags take 20 ms.
    await session.execute(text("SET LOCAL enable_nestloop = off"))
    found = int((await session.execute(statement)).scalar_one())
    await session.execute(text("SET LOCAL enable_nestloop = on"))
    return found


async def list_ids(
    session: AsyncSession, scope: Scope, wanted: Filter, *, fields: Mapping[str, Field] = FIELDS
) -> list[UUID]:
    """All that the filter finds, in its order (for "all on every page"). One query."""
    statement = _by(select_within(scope, wanted, R.id, fields=fields), wanted)
    return list((await session.execute(statement)).scalars())


async def list_before(
    session: AsyncSession, scope: Scope, wanted: Filter, one: Registration, *, skip: int = 0,
    fields: Mapping[str, Field] = FIELDS,
) -> UUID | None:  # fmt: skip
    """Who stands `skip` and one places before `one` in the list. One query."""
    back = msgspec.structs.replace(wanted, sort=_turned(wanted.sort), after=str(one.id))
    order, _ = _order(back)
    statement = _in_order(select_within(scope, back, R.id, fields=fields), order, scope, back)
    found: UUID | None = (await session.execute(statement.offset(skip).limit(1))).scalar_one_or_none()
    return found


class Chosen(msgspec.Struct, frozen=True):
    """Who they are, before something is done to them: how many in which state and language, and the first names."""

    states: dict[str, int]
    languages: dict[str, int]
    names: list[str]


async def describe_chosen(
    session: AsyncSession, event_id: UUID, ids: Sequence[UUID], names: int = 8
) -> Chosen:
    """Three queries."""
    these = R.event_id == event_id, R.id.in_(ids)

    async def count_by(column: Any) -> dict[str, int]:
        rows = await session.execute(select(column, func.count()).where(*these).group_by(column))
        return {row[0]: row[1] for row in rows}

    first = select(R.native_name).where(*these).order_by(R.sort_key).limit(names)
    return Chosen(
        await count_by(R.state), await count_by(R.language), list((await session.execute(first)).scalars())
    )


async def list_countries(session: AsyncSession, event_id: UUID) -> list[str]:
    """Those that any guest comes from (for the filter). One query."""
    wanted = select(R.country).where(R.event_id == event_id, R.country != "").distinct()
    return list((await session.execute(wanted)).scalars())


async def _is_large(session: AsyncSession, scope: Scope) -> bool:
    """By the counter of the event: nearly right, at once."""
    taken = select(Places.taken).where(Places.id == scope.event_id)
    return ((await session.execute(taken)).scalar_one_or_none() or 0) > COUNTED_AT_ONCE


def _order(wanted: Filter) -> tuple[list[Any], bool]:
    """The columns to order by, and whether backwards; what there is no order of stands by name."""
    name = wanted.sort.removeprefix("-")
    return (
        (list(ORDERS[name]), wanted.sort.startswith("-")) if name in ORDERS else (list(ORDERS["name"]), False)
    )


def _turned(sort: str) -> str:
    return sort.removeprefix("-") if sort.startswith("-") else f"-{sort}"


def _by(statement: Select[Any], wanted: Filter) -> Select[Any]:
    order, backwards = _order(wanted)
    return statement.order_by(*(column.desc() if backwards else column.asc() for column in order))


def _in_order(statement: Select[Any], columns: Sequence[Any], scope: Scope, wanted: Filter) -> Select[Any]:
    """In the order wanted (`columns` are its columns, of whatever table), what comes after the last one seen."""
    order, backwards = _order(wanted)
    if wanted.after:
        last = (
            select(*order).where(R.id == as_id(wanted.after), R.event_id == scope.event_id).scalar_subquery()
        )
        statement = statement.where(tuple_(*columns) < last if backwards else tuple_(*columns) > last)
    return statement.order_by(*(column.desc() if backwards else column.asc() for column in columns))
