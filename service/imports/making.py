"""Categories and delegations that a list names and the event has not: made on request, before the first row."""

import re
from uuid import UUID

from anyascii import anyascii
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from service.core.actor import Actor
from service.delegations.models import Delegation
from service.events.models import Category, Event
from service.events.operations import save_category
from service.events.schemas import CategoryForm
from service.imports.mapping import country_code
from service.imports.models import ImportRow
from service.imports.schemas import Options

COLOURS = 8


async def make_missing(
    session: AsyncSession, actor: Actor, event: Event, import_id: UUID, options: Options
) -> None:
    """Harmless when it is done twice."""
    if options.make_categories:
        await _make_categories(session, actor, event, import_id)
    if options.make_delegations:
        await _make_delegations(session, event, import_id)


async def _wanted(session: AsyncSession, import_id: UUID, field: str) -> list[str]:
    name = ImportRow.data[field].astext
    rows = select(func.min(name)).where(
        ImportRow.import_id == import_id, ImportRow.verdict != "wrong", name != "", name.is_not(None)
    )
    return sorted((await session.execute(rows.group_by(func.lower(name)))).scalars())


async def _make_categories(session: AsyncSession, actor: Actor, event: Event, import_id: UUID) -> None:
    known = {
        str(name).casefold()
        for names in (
            await session.execute(select(Category.name).where(Category.event_id == event.id))
        ).scalars()
        for name in names.values()
    }
    for number, name in enumerate(await _wanted(session, import_id, "category_name")):
        if name.casefold() not in known:
            form = CategoryForm(
                key=await _free_key(session, event, name), name={event.languages[0]: name}, approval="desk",
                visibility="invited", colour=number % COLOURS + 1, capacity=None,
            )  # fmt: skip
            await save_category(session, actor, event, form)


async def _free_key(session: AsyncSession, event: Event, name: str) -> str:
    key = re.sub(r"[^a-z0-9]+", "-", anyascii(name).lower()).strip("-")[:32] or "category"
    taken = set((await session.execute(select(Category.key).where(Category.event_id == event.id))).scalars())
    return next(one for one in (key, *(f"{key}-{number}" for number in range(2, 1000))) if one not in taken)


async def _make_delegations(session: AsyncSession, event: Event, import_id: UUID) -> None:
    """A country's when its name is a country's, else a company's."""
    rows = []
    for name in await _wanted(session, import_id, "delegation"):
        country = country_code(name) or ""
        kind = "country" if country else "company"
        rows.append((name, kind, country))
    if rows:
        known = select(func.lower(Delegation.name)).where(Delegation.event_id == event.id)
        there = set((await session.execute(known)).scalars())
        at = {"organisation_id": event.organisation_id, "event_id": event.id}
        missing = [
            {**at, "name": name, "kind": kind, "country": country}
            for name, kind, country in rows
            if name.lower() not in there
        ]
        if missing:
            await session.execute(insert(Delegation).on_conflict_do_nothing(), missing)
