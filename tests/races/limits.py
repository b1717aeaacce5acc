"""Limits that change while places are taken."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from service.core.actor import SYSTEM
from service.delegations.models import Delegation
from service.delegations.operations import save_delegation
from service.delegations.schemas import DelegationForm
from service.events.models import Event
from service.places.operations import set_capacity
from tests.races.house import WHICH, Machine


class Limits(Machine):
    """Of a category, of the event, of a delegation."""

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
