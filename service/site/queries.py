"""What the public pages show of an event, read in three queries."""

from datetime import datetime

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from service.core.errors import NotFound
from service.events.models import Event
from service.events.queries import CategoryView, get_public_event, list_category_views
from service.invitations.models import Invitation
from service.programme.queries import Day, list_days
from service.registrations.models import Registration


class EventPage(msgspec.Struct, frozen=True):
    """All the event page needs."""

    event: Event
    categories: list[CategoryView]
    days: list[Day]

    @property
    def open_categories(self) -> list[CategoryView]:
        """Those anybody may choose."""
        return [category for category in self.categories if category.visibility == "public"]

    def takes_registrations(self, now: datetime) -> bool:
        """Whether the button leads anywhere."""
        closes = self.event.registration_closes_at
        return self.event.state == "open" and bool(self.open_categories) and (closes is None or now < closes)


async def get_event_page(session: AsyncSession, slug: str) -> EventPage:
    """Raises NotFound unless anybody may see it."""
    event = await get_public_event(session, slug)
    categories = await list_category_views(session, event.id)
    return EventPage(event, categories, await list_days(session, event.id, event.zone))


async def get_event_of(session: AsyncSession, subject: Registration | Invitation) -> Event:
    """The event behind a personal link, whatever its state: who was invited may read on."""
    event = await session.get(Event, subject.event_id)
    if event is None:
        raise NotFound
    return event


async def get_category_of(session: AsyncSession, subject: Registration | Invitation) -> CategoryView:
    """The guest's own category."""
    views = await list_category_views(session, subject.event_id)
    return next(view for view in views if view.id == subject.category_id)
