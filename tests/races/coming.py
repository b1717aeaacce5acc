"""Ways into an event and its people: by oneself, by a delegation, by a list, as one who was two."""

from hypothesis import strategies as st
from hypothesis.stateful import rule
from sqlalchemy import select

from service.core.actor import SYSTEM
from service.core.tokens import new_token
from service.delegations.members import add_member, substitute
from service.delegations.models import Delegation
from service.directory.operations import merge, take_back
from service.directory.queries import get_person
from service.events.models import Event
from service.imports import applying, undoing
from service.imports.models import Import
from service.imports.operations import bring
from service.imports.preview import preview
from service.imports.reading import read_table
from service.people.models import Merge
from service.registrations import operations
from service.registrations.models import Registration
from service.registrations.queries import get_registration
from service.registrations.register import register
from tests.races.house import NOW, ONE, SOME, WHICH, Machine


class Coming(Machine):
    """Who comes, instead of whom, with which answers, and whose cards become one."""

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


async def _nothing(_done: int, _total: int) -> None:
    """Nobody looks at the progress."""
