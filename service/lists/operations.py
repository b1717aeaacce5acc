"""Keeping views of the list for the team."""

from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.operations import record
from service.core.actor import Actor
from service.core.errors import Invalid, NotFound
from service.events.models import Event
from service.lists.addresses import query_of
from service.lists.errors import ViewExists
from service.lists.models import ListView
from service.lists.queries import Filter

LONGEST_NAME = 60
MOST_VIEWS = 40


async def save_view(session: AsyncSession, actor: Actor, event: Event, name: str, wanted: Filter) -> ListView:
    """From the list's first page on, for everybody of the team. Raises Invalid, ViewExists."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise Invalid({"name": "Please give the view a name of 60 characters at most."})
    known = await list_views(session, event.id)
    if any(view.name.casefold() == name.casefold() for view in known):
        raise ViewExists
    if len(known) >= MOST_VIEWS:
        raise Invalid({"name": "There are 40 views already. Remove one first."})
    query = query_of(msgspec.structs.replace(wanted, after=""))
    view = ListView(
        organisation_id=event.organisation_id, event_id=event.id, name=name, query=query, made_by=actor.name
    )
    session.add(view)
    await session.flush()
    await _record(session, actor, view, "view.saved")
    return view


async def remove_view(session: AsyncSession, actor: Actor, event: Event, view_id: UUID) -> None:
    """Raises NotFound."""
    view = await session.get(ListView, view_id)
    if view is None or view.event_id != event.id:
        raise NotFound
    await session.delete(view)
    await _record(session, actor, view, "view.removed")


async def list_views(session: AsyncSession, event_id: UUID) -> list[ListView]:
    """By name. One query."""
    wanted = select(ListView).where(ListView.event_id == event_id).order_by(ListView.name)
    return list((await session.execute(wanted)).scalars())


async def _record(session: AsyncSession, actor: Actor, view: ListView, name: str) -> None:
    await record(
        session, actor, name, organisation_id=view.organisation_id, event_id=view.event_id, subject_id=view.id,
        view=view.name,
    )  # fmt: skip
