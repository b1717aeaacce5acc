"""Whatever happens to guests in whatever order, every counter equals its rows and nobody is beyond a capacity.

A Hypothesis state machine on a real PostgreSQL; each rule is one transaction as a request or a worker makes it. The
file is long because a machine is one class: every way there is to a place must be a rule of it."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select, text

from service.core.actor import SYSTEM, Actor, Grant
from service.core.database import Database
from service.core.errors import QonaqError
from service.core.tokens import new_id, new_token
from service.credentials.operations import Signer, load_signer
from service.delegations.members import add_member, substitute
from service.delegations.models import Delegation
from service.delegations.operations import save_delegation
from service.delegations.schemas import DelegationForm
from service.directory.operations import merge, take_back
from service.directory.queries import get_person
from service.events.models import Category, Event
from service.events.queries import EventFacts, facts_of
from service.imports import applying, undoing
from service.imports.models import Import
from service.imports.operations import bring
from service.imports.preview import preview
from service.imports.reading import read_table
from service.jobs.models import Job
from service.people.models import Merge
from service.places.operations import set_capacity
from service.questions.operations import save_question
from service.questions.queries import list_questions
from service.questions.schemas import ChoiceForm, QuestionForm
from service.registrations import deciding, deleting, operations, restoring, waiting
from service.registrations.bulk import Order, decide_many
from service.registrations.models import Registration
from service.registrations.moving import move_many
from service.registrations.queries import get_registration, list_timeline
from service.registrations.recounting import recount
from service.registrations.register import register
from service.registrations.schemas import check
from service.registrations.undoing import undo_many
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


class Counters(RuleBasedStateMachine):
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

    @rule(category=WHICH, where=st.lists(st.sampled_from(["hall", "tour"]), unique=True))
    def register(self, category: str, where: list[str]) -> None:
        async def step() -> None:
            house = self.house
            application = house.application(category, where)
            pool = await house.db.hot()
            await register(
                pool,
                house.facts,
                application,
                source="web",
                key=new_token(),
                actor=SYSTEM,
                signer=house.signer,
            )

        self.do(step())

    @rule(category=WHICH, number=st.integers(0, 1), where=st.lists(st.sampled_from(["hall"]), max_size=1))
    def add_to_a_delegation(self, category: str, number: int, where: list[str]) -> None:
        async def step() -> None:
            house = self.house
            async with house.db.begin() as session:
                delegation = await session.get_one(
                    Delegation, house.delegations[number], with_for_update=True
                )
                await add_member(
                    session, SYSTEM, delegation, house.facts, house.application(category, where), key=new_token(),
                    signer=house.signer,
                )  # fmt: skip

        self.do(step())

    @rule(numbers=SOME)
    def name_a_substitute(self, numbers: list[int]) -> None:
        async def step() -> None:
            house = self.house
            for guest_id in (await house.pick(numbers))[:1]:
                async with house.db.begin() as session:
                    guest = await get_registration(session, house.event.id, guest_id)
                    if guest.delegation_id is None:
                        return
                    delegation = await session.get_one(Delegation, guest.delegation_id, with_for_update=True)
                    await substitute(
                        session, SYSTEM, delegation, house.facts, guest_id, house.application("business", []),
                        key=new_token(), signer=house.signer, now=NOW,
                    )  # fmt: skip

        self.do(step())

    @rule(action=st.sampled_from(["approve", "reject", "cancel", "promote"]), number=ONE)
    def decide_on_one(self, action: str, number: int) -> None:
        async def step() -> None:
            house = self.house
            for guest_id in await house.pick([number]):
                async with house.db.begin() as session:
                    event = await session.get_one(Event, house.event.id)
                    known: dict[str, Any] = {"signer": house.signer, "now": NOW}
                    if action == "cancel":
                        guest = await get_registration(session, event.id, guest_id, lock=True)
                        await operations.cancel(session, SYSTEM, guest, **known)
                    elif action == "reject":
                        await deciding.reject(session, SYSTEM, event, guest_id, reason="no", **known)
                    elif action == "approve":
                        await deciding.approve(session, SYSTEM, event, guest_id, **known)
                    else:
                        await waiting.promote(session, SYSTEM, event, guest_id, **known)

        self.do(step())

    @rule(action=st.sampled_from(["approve", "reject", "cancel", "hold", "ask"]), numbers=SOME)
    def decide_on_many(self, action: str, numbers: list[int]) -> None:
        async def step() -> None:
            house = self.house
            ids = await house.pick(numbers)
            async with house.db.begin() as session:
                order = Order(
                    job_id=await house.job(session), action=action, words={"en": "so"}, mails_at=NOW, now=NOW
                )
                await decide_many(session, SYSTEM, house.event.id, ids, order, signer=house.signer)

        self.do(step())

    @rule(numbers=SOME, category=st.none() | WHICH, delegation=st.sampled_from([None, 0, 1, "none"]))
    def move_many(self, numbers: list[int], category: str | None, delegation: Any) -> None:
        async def step() -> None:
            house = self.house
            ids = await house.pick(numbers)
            more: dict[str, Any] = {}
            if category is not None:
                more["category_id"] = house.categories[category].id
            if delegation is not None:
                more["delegation_id"] = None if delegation == "none" else house.delegations[delegation]
            async with house.db.begin() as session:
                job_id = await house.job(session)
                await move_many(session, SYSTEM, house.event.id, ids, job_id=job_id, **more)

        self.do(step())

    @rule(number=ONE)
    def take_many_back(self, number: int) -> None:
        async def step() -> None:
            house = self.house
            if not house.jobs:
                return
            job_id = house.jobs[number % len(house.jobs)]
            async with house.db.begin() as session:
                await undo_many(session, SYSTEM, house.event.id, job_id, await house.guests(), now=NOW)

        self.do(step())

    @rule(numbers=SOME)
    def delete_many(self, numbers: list[int]) -> None:
        async def step() -> None:
            house = self.house
            ids = await house.pick(numbers)
            async with house.db.begin() as session:
                job_id = await house.job(session)
                await deleting.delete_many(
                    session, SYSTEM, house.event.id, ids, job_id=job_id, signer=house.signer, now=NOW
                )

        self.do(step())

    @rule(number=ONE, line=ONE)
    def put_back_from_the_history(self, number: int, line: int) -> None:
        async def step() -> None:
            house = self.house
            for guest_id in await house.pick([number]):
                async with house.db.begin() as session:
                    guest = await get_registration(session, house.event.id, guest_id, lock=True)
                    lines = [
                        one.id
                        for one in await list_timeline(session, guest_id)
                        if one.id and restoring.is_restorable(guest, one.name, one.data)
                    ]
                    if lines:
                        chosen = lines[line % len(lines)]
                        await restoring.restore(session, SYSTEM, guest, chosen, signer=house.signer, now=NOW)

        self.do(step())

    @rule(number=ONE, category=WHICH)
    def move_one(self, number: int, category: str) -> None:
        async def step() -> None:
            house = self.house
            for guest_id in await house.pick([number]):
                async with house.db.begin() as session:
                    guest = await get_registration(session, house.event.id, guest_id, lock=True)
                    await operations.move_category(session, SYSTEM, guest, category, now=NOW)

        self.do(step())

    @rule(number=ONE, where=st.lists(st.sampled_from(["hall", "tour"]), unique=True))
    def answer_otherwise(self, number: int, where: list[str]) -> None:
        async def step() -> None:
            house = self.house
            for guest_id in await house.pick([number]):
                async with house.db.begin() as session:
                    guest = await get_registration(session, house.event.id, guest_id, lock=True)
                    await operations.change(
                        session,
                        SYSTEM,
                        guest,
                        house.application("business", where),
                        questions=house.questions,
                    )

        self.do(step())

    @rule(category=WHICH, places=st.none() | st.integers(1, 4))
    def change_a_capacity(self, category: str, places: int | None) -> None:
        async def step() -> None:
            house = self.house
            async with house.db.begin() as session:
                await set_capacity(session, house.categories[category].id, "category", places)

        self.do(step())

    @rule(places=st.none() | st.integers(2, 6))
    def change_the_places_of_the_event(self, places: int | None) -> None:
        async def step() -> None:
            house = self.house
            async with house.db.begin() as session:
                await set_capacity(session, house.event.id, "event", places)

        self.do(step())

    @rule(number=ONE, late=st.booleans())
    def answer_an_offer(self, number: int, late: bool) -> None:
        async def step() -> None:
            house = self.house
            async with house.db.begin() as session:
                rows = select(Registration).where(Registration.state == "offered").order_by(Registration.id)
                if offered := list((await session.execute(rows.with_for_update())).scalars()):
                    guest, at = offered[number % len(offered)], NOW + timedelta(days=2 if late else 0)
                    await waiting.accept_offer(session, SYSTEM, guest, signer=house.signer, now=at)

        self.do(step())

    @rule()
    def let_offers_end(self) -> None:
        async def step() -> None:
            house = self.house
            async with house.db.begin() as session:
                await waiting.end_offers(session, signer=house.signer, now=NOW + timedelta(days=2))

        self.do(step())

    @rule(category=WHICH, places=st.none() | st.integers(0, 3))
    def change_a_quota(self, category: str, places: int | None) -> None:
        async def step() -> None:
            house = self.house
            async with house.db.begin() as session:
                event = await session.get_one(Event, house.event.id)
                delegation = await session.get_one(Delegation, house.delegations[0], with_for_update=True)
                form = DelegationForm(name="Embassy", quotas={category: places})
                await save_delegation(session, SYSTEM, event, form, delegation=delegation)

        self.do(step())

    @rule()
    def let_those_who_wait_move_up(self) -> None:
        async def step() -> None:
            house = self.house
            for category in house.categories.values():
                async with house.db.begin() as session:
                    await waiting.promote_waiting(session, category.id, signer=house.signer, now=NOW)

        self.do(step())

    @rule(
        rows=st.lists(
            st.tuples(WHICH, st.sampled_from(["", "Embassy", "Ministry", "New one"])), min_size=1, max_size=4
        )
    )
    def bring_a_list(self, rows: list[tuple[str, str]]) -> None:
        async def step() -> None:
            house = self.house
            lines = ["name,category,delegation"]
            for category, delegation in rows:
                house.number += 1
                lines.append(f"Imported {house.number},{category},{delegation}")
            body = "\n".join(lines).encode()
            async with house.db.begin() as session:
                event = await session.get_one(Event, house.event.id)
                found = await bring(
                    session, house.actor, event, "list.csv", body, read_table(body), "business"
                )
                found.state = "reading"
            await preview(house.db, found.id, _nothing)
            async with house.db.begin() as session:
                (await session.get_one(Import, found.id)).state = "applying"
            await applying.apply(
                house.db, house.actor, found.id, signer=house.signer, now=NOW, progress=_nothing
            )
            house.imports.append(found.id)

        self.do(step())

    @rule(number=ONE)
    def take_a_list_back(self, number: int) -> None:
        async def step() -> None:
            house = self.house
            if not house.imports:
                return
            import_id = house.imports[number % len(house.imports)]
            async with house.db.begin() as session:
                (await session.get_one(Import, import_id)).state = "undoing"
            await undoing.undo(house.db, house.actor, import_id, progress=_nothing)

        self.do(step())

    @rule(numbers=st.lists(ONE, min_size=2, max_size=2), cancelled=st.booleans())
    def merge_two_people(self, numbers: list[int], cancelled: bool) -> None:
        async def step() -> None:
            house = self.house
            ids = await house.pick(numbers)
            async with house.db.begin() as session:
                rows = select(Registration.person_id, Registration.id).where(Registration.id.in_(ids))
                people = dict((await session.execute(rows)).tuples().all())
                if len(people) < 2:
                    return
                kept, gone = [
                    await get_person(session, house.event.organisation_id, one, lock=True)
                    for one in sorted(people)
                ]
                doubles = [people[gone.id]] if cancelled else []
                made = await merge(
                    session, SYSTEM, kept, gone, cancelled=doubles, signer=house.signer, now=NOW
                )
            house.merges.append(made.id)

        self.do(step())

    @rule(number=ONE)
    def take_a_merge_back(self, number: int) -> None:
        async def step() -> None:
            house = self.house
            if not house.merges:
                return
            async with house.db.begin() as session:
                merge_id = house.merges[number % len(house.merges)]
                found = await session.get(Merge, merge_id, with_for_update=True)
                if found is not None:  # it goes with the person who was kept
                    await take_back(session, SYSTEM, found, now=NOW)

        self.do(step())

    @invariant()
    def every_counter_equals_its_rows(self) -> None:
        async def look() -> list[Any]:
            async with self.house.db.begin() as session:
                return await recount(session)

        assert self.loop.run_until_complete(look()) == []


async def _nothing(_done: int, _total: int) -> None:
    """Nobody looks at the progress."""


def test_any_sequence_keeps_every_counter_true(database_url: str, request: pytest.FixtureRequest) -> None:
    loop = asyncio.new_event_loop()
    db = Database(database_url, pool_size=2, hot_pool_size=1)
    Counters.loop, Counters.db = loop, db
    long = request.config.getoption("--long")
    try:
        run_state_machine_as_test(
            Counters,
            settings=settings(
                max_examples=400 if long else 25, stateful_step_count=40, deadline=None, derandomize=not long,
                suppress_health_check=list(HealthCheck), database=None,
                phases=(Phase.generate, Phase.shrink) if long else (Phase.generate,),
            ),
        )  # fmt: skip
    finally:
        loop.run_until_complete(db.close())
        loop.close()


async def test_a_counter_that_lies_is_found(db: Database, signer: Signer) -> None:
    """What the machine leans on can fail."""
    async with db.begin() as session:
        event = await make.event(session, await make.organisation(session))
        category = await make.category(session, event, capacity=5)
        await make.registration(session, signer, event)
    async with db.begin() as session:
        await session.execute(text("UPDATE places SET taken = 3 WHERE id = :id"), {"id": category.id})
    async with db.begin() as session:
        (found,) = await recount(session)
        assert (found.place_id, found.kind, found.taken, found.counted) == (category.id, "category", 3, 1)
