"""Reads of events, with the access check inside. Absent and foreign look alike."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Integer, Select, and_, false, literal_column, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from service.core.actor import Actor, Need
from service.core.errors import Forbidden, NotFound
from service.events.models import Category, Event
from service.events.steps import Step, steps_of

PUBLIC_STATES = ("open", "closed", "over")


def within(actor: Actor) -> Any:
    """The condition that an event is within any of the actor's grants."""
    conditions = [
        Event.organisation_id == grant.organisation_id
        if grant.event_id is None
        else and_(Event.organisation_id == grant.organisation_id, Event.id == grant.event_id)
        for grant in actor.grants
    ]
    return or_(false(), *conditions)


# in the navigation of every page of the console: read along with the event, from an index of nothing but these
_LOST: ColumnElement[int] = literal_column(
    "(SELECT count(*) FROM deliveries d WHERE d.event_id = events.id AND d.failed_at IS NOT NULL"
    " AND d.state IN ('failed', 'bounced'))",
    Integer,
)


async def get_event(session: AsyncSession, actor: Actor, slug: str, need: Need) -> Event:
    """For the team. Raises NotFound for an outsider, Forbidden for a role that is not enough."""
    found = (
        await session.execute(select(Event, _LOST).where(Event.slug == slug, within(actor)))
    ).one_or_none()
    if found is None:
        raise NotFound
    event = found[0]
    event.lost = found[1]
    if need not in actor.needs(event.organisation_id, event.id):
        raise Forbidden
    return event


async def list_events(session: AsyncSession, actor: Actor) -> list[Event]:
    """The actor's events, the nearest first."""
    return list((await session.execute(_in_order(select(Event).where(within(actor))))).scalars())


async def list_public_events(session: AsyncSession) -> list[Event]:
    """What anybody may see, by date."""
    return list(
        (await session.execute(_in_order(select(Event).where(Event.state.in_(PUBLIC_STATES))))).scalars()
    )


def _in_order(wanted: Select[Event]) -> Select[Event]:
    return wanted.order_by(Event.starts_at, Event.id)


async def get_public_event(session: AsyncSession, slug: str) -> Event:
    """Raises NotFound for a draft and for an archived event alike."""
    wanted = select(Event).where(Event.slug == slug, Event.state.in_(PUBLIC_STATES))
    event = (await session.execute(wanted)).scalar_one_or_none()
    if event is None:
        raise NotFound
    return event


async def list_categories(session: AsyncSession, event_id: UUID) -> list[Category]:
    """In the organizer's order."""
    wanted = select(Category).where(Category.event_id == event_id).order_by(Category.ordinal, Category.id)
    return list((await session.execute(wanted)).scalars())


class CategoryView(msgspec.Struct, frozen=True, kw_only=True):
    """A category with its counter: `capacity` None means no limit; `taken`, `waiting` count registrations."""

    id: UUID
    key: str
    name: dict[str, str]
    approval: str
    visibility: str
    colour: int
    capacity: int | None
    taken: int
    waiting: int
    steps: tuple[Step, ...] = (Step(),)
    offer_hours: int | None = None
    event_full: bool = False

    @property
    def full(self) -> bool:
        """No place left, in the category or at the event as a whole."""
        return self.event_full or (self.capacity is not None and self.taken >= self.capacity)


async def list_category_views(session: AsyncSession, event_id: UUID) -> list[CategoryView]:
    """Categories with places taken and people waiting, in the organizer's order."""
    rows = await session.execute(_CATEGORY_VIEWS, {"event_id": event_id})
    return [CategoryView(**{**row, "steps": steps_of(row["steps"])}) for row in rows.mappings()]


_CATEGORY_VIEWS = text("""
    SELECT c.id, c.key, c.name, c.approval, c.visibility, c.colour, c.steps, c.offer_hours, p.capacity,
        coalesce(p.taken, 0) AS taken, coalesce(e.taken >= e.capacity, false) AS event_full,
        (SELECT count(*) FROM registrations r WHERE r.category_id = c.id AND r.state = 'waitlisted') AS waiting
    FROM categories c LEFT JOIN places p ON p.id = c.id LEFT JOIN places e ON e.id = c.event_id
    WHERE c.event_id = :event_id ORDER BY c.ordinal, c.id
""")


class EventFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What the registration form and the hot path need to know of an event."""

    id: UUID
    organisation_id: UUID
    slug: str
    state: str
    languages: tuple[str, ...]
    zone: str
    starts_at: datetime
    ends_at: datetime
    registration_closes_at: datetime | None
    version: int
    consent_version: int | None
    consent_body: dict[str, str]
    categories: tuple[CategoryView, ...]

    def open_at(self, now: datetime) -> bool:
        """Whether the public form takes registrations."""
        return self.state == "open" and (
            self.registration_closes_at is None or now < self.registration_closes_at
        )


async def get_event_facts(session: AsyncSession, slug: str) -> EventFacts:
    """For the public side. Raises NotFound unless anybody may see the event. Three queries."""
    event = await get_public_event(session, slug)
    return await facts_of(session, event)


async def facts_of(session: AsyncSession, event: Event) -> EventFacts:
    """The facts of an event that was fetched with the right access. Two queries."""
    consent = (await session.execute(_CONSENT, {"event_id": event.id})).first()
    return EventFacts(
        id=event.id, organisation_id=event.organisation_id, slug=event.slug, state=event.state,
        languages=tuple(event.languages), zone=event.zone, starts_at=event.starts_at, ends_at=event.ends_at,
        registration_closes_at=event.registration_closes_at, version=event.version,
        consent_version=consent.version if consent else None, consent_body=consent.body if consent else {},
        categories=tuple(await list_category_views(session, event.id)),
    )  # fmt: skip


_CONSENT = text(
    "SELECT version, body FROM consent_texts WHERE event_id = :event_id ORDER BY version DESC LIMIT 1"
)
