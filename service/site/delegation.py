"""What a focal point's personal link opens."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import msgspec
from litestar import Request
from litestar.response import Response
from sqlalchemy.ext.asyncio import AsyncSession

from service.core.actor import Actor
from service.core.database import Database
from service.core.errors import NotFound
from service.delegations.models import Delegation
from service.delegations.operations import find_by_link, is_open
from service.delegations.queries import QuotaFacts, list_quotas
from service.events.models import Event
from service.events.queries import CategoryView, EventFacts, facts_of
from service.questions.facts import QuestionFacts
from service.questions.queries import list_questions
from service.settings import Settings
from service.site.own import LinkUnknown
from service.site.own_pages import PRIVATE
from service.web.templating import page


class Brought(msgspec.Struct, frozen=True, kw_only=True):
    """A delegation behind its link."""

    token: str
    delegation: Delegation
    event: Event
    facts: EventFacts
    quotas: list[QuotaFacts]
    questions: tuple[QuestionFacts, ...]

    @property
    def focal(self) -> Actor:
        """The focal point as the one who acts."""
        return Actor(kind="focal", name=self.delegation.focal_name or self.delegation.name)

    @property
    def at(self) -> str:
        """The address of its page."""
        return f"/d/{self.token}"

    @property
    def offered(self) -> list[CategoryView]:
        """The categories they may bring: those with a quota, without any the public ones."""
        limited = {quota.category_id for quota in self.quotas}
        return [
            one for one in self.facts.categories
            if (one.id in limited if limited else one.visibility == "public")
        ]  # fmt: skip

    def open_at(self, now: datetime) -> bool:
        """Whether the focal point may change it."""
        return is_open(self.delegation, self.event, now)

    def late_at(self, now: datetime) -> bool:
        """Whether the deadline has passed."""
        return self.delegation.deadline is not None and self.delegation.deadline <= now


@asynccontextmanager
async def brought(
    db: Database, settings: Settings, token: str, *, lock: str = ""
) -> AsyncIterator[tuple[AsyncSession, Brought]]:
    """The transaction with the delegation; `lock` as in delegations.queries.get_linked. Raises LinkUnknown."""
    async with db.begin() as session:
        try:
            delegation = await find_by_link(session, settings.master_key, token, lock=lock)
        except NotFound:
            delegation = None
        if delegation is None:
            raise LinkUnknown
        event = await session.get_one(Event, delegation.event_id)
        yield session, Brought(
            token=token, delegation=delegation, event=event, facts=await facts_of(session, event),
            quotas=await list_quotas(session, delegation.id), questions=await list_questions(session, event.id),
        )  # fmt: skip


def focal_page(
    request: Request[Any, Any, Any], template: str, given: Brought, *, status: int = 200, **context: Any
) -> Response[str]:
    """A page behind a focal point's link: not for search engines, not for caches."""
    answer = page(
        request, template, status=status, brought=given, delegation=given.delegation, event=given.event, **context
    )  # fmt: skip
    answer.headers.update(PRIVATE)
    return answer
