"""What a guest's personal link opens."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from service.core.actor import Actor
from service.core.database import Database
from service.core.errors import NotFound
from service.core.tokens import read_personal_token
from service.credentials.models import Credential
from service.credentials.operations import find_alive
from service.events.models import Event
from service.events.queries import CategoryView
from service.questions.facts import QuestionFacts
from service.questions.queries import list_questions
from service.registrations.models import ALIVE, Registration
from service.registrations.queries import get_own
from service.settings import Settings
from service.site.queries import get_category_of, get_event_of


class Own(msgspec.Struct, frozen=True, kw_only=True):
    """What a personal link opens."""

    token: str
    registration: Registration
    event: Event
    category: CategoryView
    credential: Credential | None
    questions: tuple[QuestionFacts, ...]

    @property
    def guest(self) -> Actor:
        """The guest as the one who acts."""
        return Actor(kind="guest", name=self.registration.native_name)

    def open_at(self, now: datetime) -> bool:
        """Whether it can still be changed and cancelled."""
        return self.registration.state in ALIVE and now < self.event.ends_at

    def late(self, now: datetime) -> bool:
        """Whether a place was offered and the time to take it is over."""
        until = self.registration.offer_until
        return self.registration.state == "offered" and until is not None and now >= until

    def answers_open_at(self, now: datetime) -> bool:
        """Whether the answers to questions can be changed, too."""
        return self.event.answers_until is None or now < self.event.answers_until


class LinkUnknown(NotFound):
    """A link that is not ours, or whose registration is gone."""

    code = "link_unknown"
    say = "This link does not open anything any more."


@asynccontextmanager
async def opened(
    db: Database, settings: Settings, token: str, *, lock: bool = False
) -> AsyncIterator[tuple[AsyncSession, Own]]:
    """The transaction with what the link opens. Raises LinkUnknown."""
    registration_id = read_personal_token(settings.master_key, "own", token)
    if registration_id is None:
        raise LinkUnknown
    async with db.begin() as session:
        yield session, await _load(session, token, registration_id, lock=lock)


async def _load(session: AsyncSession, token: str, registration_id: UUID, *, lock: bool) -> Own:
    try:
        registration = await get_own(session, registration_id, lock=lock)
    except NotFound:
        raise LinkUnknown from None
    return Own(
        token=token, registration=registration, event=await get_event_of(session, registration),
        category=await get_category_of(session, registration), credential=await find_alive(session, registration_id),
        questions=await list_questions(session, registration.event_id),
    )  # fmt: skip
