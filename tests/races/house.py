"""What the random machine of counters plays with: an event that is small enough to be full, and how a step is taken."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine
from sqlalchemy import select

from service.core.actor import SYSTEM, Actor, Grant
from service.core.database import Database
from service.core.errors import QonaqError
from service.core.tokens import new_id, new_token
from service.credentials.operations import Signer, load_signer
from service.delegations.operations import save_delegation
from service.delegations.schemas import DelegationForm
from service.events.models import Category, Event
from service.events.queries import EventFacts, facts_of
from service.jobs.models import Job
from service.questions.operations import save_question
from service.questions.queries import list_questions
from service.questions.schemas import ChoiceForm, QuestionForm
from service.registrations.models import Registration
from service.registrations.schemas import check
from tests.conftest import MASTER_KEY
from tests.support import factories as make

NOW = datetime.now(UTC)
CATEGORIES = {"business": 3, "officials": 2}
RULES: dict[str, Any] = {
    "business": {"approval": "automatic"},
    "officials": {"approval": "desk", "steps": [{"kind": "desk"}, {"kind": "protocol"}], "offer_hours": 24},
}
WHICH = st.sampled_from(sorted(CATEGORIES))
ONE = st.integers(0, 30)
SOME = st.lists(ONE, min_size=1, max_size=4)
Step = Callable[..., Coroutine[Any, Any, None]]


class House:
    """An event of two small categories (one decides in two steps and offers its places), two delegations and a question
    whose answers have places."""

    def __init__(self, db: Database) -> None:
        self.db, self.number = db, 0
        self.imports: list[UUID] = []
        self.jobs: list[UUID] = []
        self.merges: list[UUID] = []
        self.signer: Signer
        self.event: Event
        self.facts: EventFacts
        self.actor: Actor
        self.account_id: UUID
        self.categories: dict[str, Category] = {}
        self.delegations: list[UUID] = []
        self.questions: Any

    async def open(self) -> None:
        async with self.db.begin() as session:
            self.signer = await load_signer(session, MASTER_KEY)
            host = await make.organisation(session, f"host-{new_token()[:8].lower()}")
            self.event = await make.event(
                session, host, f"event-{new_token()[:8].lower()}", ends_at=NOW + timedelta(days=9)
            )
            self.actor = Actor(kind="account", name="Organizer", grants=(Grant(host.id, "owner"),))
            for key, places in CATEGORIES.items():
                rules = RULES[key]
                self.categories[key] = await make.category(session, self.event, key, places, **rules)
            for name, quotas in (("Embassy", {"officials": 1, "business": 2}), ("Ministry", {"business": 1})):
                made = await save_delegation(
                    session, SYSTEM, self.event, DelegationForm(name=name, quotas=quotas)
                )
                self.delegations.append(made.id)
            choices = [ChoiceForm(key=key, label={"en": key}, places=2) for key in ("hall", "tour")]
            await save_question(
                session, SYSTEM, self.event,
                QuestionForm(kind="many_of", label={"en": "Where to?"}, choices=choices), key="where",
            )  # fmt: skip
            await session.refresh(self.event)
            self.facts = await facts_of(session, self.event)
            self.questions = await list_questions(session, self.event.id)
            self.account_id = (await make.account(session, host, "owner")).id

    def application(self, category: str, where: list[str], email: str = "") -> Any:
        self.number += 1
        who = make.application(
            f"Guest {self.number}", email, category=category, answers={"where": where} if where else {}
        )
        return check(who, consent_version=1, by_team=True, questions=self.questions)

    async def guests(self) -> list[UUID]:
        async with self.db.begin() as session:
            rows = select(Registration.id).where(Registration.event_id == self.event.id)
            return list((await session.execute(rows.order_by(Registration.id))).scalars())

    async def pick(self, numbers: list[int]) -> list[UUID]:
        known = await self.guests()
        return sorted({known[number % len(known)] for number in numbers}) if known else []

    async def job(self, session: Any) -> UUID:
        job_id = new_id()
        session.add(
            Job(
                id=job_id, organisation_id=self.event.organisation_id, event_id=self.event.id,
                account_id=self.account_id, kind="decide", input={},
            )
        )  # fmt: skip
        await session.flush()
        self.jobs.append(job_id)
        return job_id


class Machine(RuleBasedStateMachine):
    """Rules take numbers, which stand for guests modulo how many there are."""

    loop: asyncio.AbstractEventLoop
    db: Database

    def __init__(self) -> None:
        super().__init__()
        self.house = House(self.db)
        self.loop.run_until_complete(self.house.open())

    def do(self, step: Coroutine[Any, Any, None]) -> None:
        """A refusal that the product states is an answer like any other."""
        with suppress(QonaqError):
            self.loop.run_until_complete(step)
