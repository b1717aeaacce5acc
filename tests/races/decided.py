"""What a team does with its guests, one or many, and takes back; what waiting brings."""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule
from sqlalchemy import select

from service.core.actor import SYSTEM
from service.events.models import Event
from service.registrations import deciding, deleting, operations, restoring, waiting
from service.registrations.bulk import Order, decide_many
from service.registrations.models import Registration
from service.registrations.moving import move_many
from service.registrations.queries import get_registration, list_timeline
from service.registrations.undoing import undo_many
from tests.races.house import NOW, ONE, SOME, WHICH, Machine


class Decided(Machine):
    """Decided, moved, deleted, put back; offered and moved up."""

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

    @rule()
    def let_those_who_wait_move_up(self) -> None:
        async def step() -> None:
            house = self.house
            for category in house.categories.values():
                async with house.db.begin() as session:
                    await waiting.promote_waiting(session, category.id, signer=house.signer, now=NOW)

        self.do(step())
