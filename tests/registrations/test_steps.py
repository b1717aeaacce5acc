"""Approval in steps: who may decide what, in which order, one by one and many at once."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest
from sqlalchemy import text

from service.core.actor import Actor
from service.core.database import Database
from service.core.errors import Forbidden, NotFound
from service.core.tokens import personal_token
from service.credentials.operations import Signer
from service.events.errors import StepsNotYours
from service.events.models import Category, Event
from service.events.operations import save_category
from service.events.schemas import CategoryForm
from service.events.steps import Step
from service.jobs.operations import start
from service.lists.answers import scope_of
from service.lists.bulk import Plan, carry_out, take_back
from service.lists.fields import MINE
from service.lists.language import Term
from service.lists.queries import Filter, list_guests
from service.organisations.models import Organisation
from service.registrations import deciding, operations
from service.registrations.errors import NotYourStep
from service.registrations.models import Registration
from tests.conftest import MASTER_KEY
from tests.support import factories as make

NOW = datetime.now(UTC)


@dataclass
class House:
    """VIP: the desk (anybody who manages), protocol (the viewer Aigul), security (the organizer Sergei)."""

    db: Database
    signer: Signer
    host: Organisation
    event: Event
    vip: Category
    people: dict[str, Actor]

    async def guest(self, name: str = "Guest", **more: Any) -> UUID:
        async with self.db.begin() as session:
            more = {"category": "vip", "email": f"{name.lower()}@x.example", **more}
            return (await make.registration(session, self.signer, self.event, name=name, **more)).id

    async def state(self, guest_id: UUID) -> tuple[str, int]:
        async with self.db.begin() as session:
            guest = await session.get_one(Registration, guest_id)
            return guest.state, guest.step

    async def approve(self, who: str, guest_id: UUID, at: datetime = NOW) -> tuple[str, int]:
        async with self.db.begin() as session:
            await deciding.approve(
                session, self.people[who], self.event, guest_id, signer=self.signer, now=at
            )
        return await self.state(guest_id)

    async def many(self, who: str, action: str, ids: list[UUID], **more: Any) -> dict[str, Any]:
        async with self.db.begin() as session:
            job = await start(session, self.people[who], self.event, "decide", {})
        self.job, self.plan = job.id, Plan(action=action, ids=ids, **more)
        result: dict[str, Any] = await self._run(carry_out, who, signer=self.signer)
        return result

    async def undo(self, who: str) -> int:
        return int((await self._run(take_back, who))["count"])

    async def _run(self, step: Any, who: str, **more: Any) -> Any:
        async def nobody(_done: int, _total: int) -> None: ...

        return await step(
            self.db, self.people[who], job_id=self.job, event_id=self.event.id, organisation_id=self.host.id,
            plan=self.plan, now=NOW, progress=nobody, **more,
        )  # fmt: skip

    async def waits_for(self, who: str) -> list[str]:
        async with self.db.begin() as session:
            scope = await scope_of(session, self.event, self.people[who])
            wanted = Filter(part=Term("waits", ":", (MINE,)), sort="waiting")
            return [guest.native_name for guest in await list_guests(session, scope, wanted)]

    async def count(self, table: str, **where: Any) -> int:
        async with self.db.begin() as session:
            return await make.count(session, table, **where)


@pytest.fixture
async def house(db: Database, signer: Signer) -> AsyncIterator[House]:
    async with db.begin() as session:
        host = await make.organisation(session)
        event = await make.event(session, host)
        roles = {
            "Olzhas": "owner",
            "Dana": "organizer",
            "Sergei": "organizer",
            "Aigul": "viewer",
            "Timur": "viewer",
        }
        people = {
            name: await make.actor(session, host, role, f"{name.lower()}@alatau.example")
            for name, role in roles.items()
        }
        other = await make.organisation(session, "other", "Other")
        people["outsider"] = await make.actor(session, other, "owner")
        steps = (
            Step(kind="desk"),
            Step(kind="protocol", named=True, deciders=(_id(people["Aigul"]),)),
            Step(kind="security", named=True, deciders=(_id(people["Sergei"]),)),
        )
        vip = await make.category(session, event, "vip", capacity=2, steps=msgspec.to_builtins(steps))
        await make.category(session, event, "business")
    yield House(db, signer, host, event, vip, people)


def _id(actor: Actor) -> UUID:
    assert actor.id is not None
    return actor.id


async def test_a_registration_passes_the_steps_one_after_another(house: House) -> None:
    guest = await house.guest()

    with pytest.raises(NotYourStep):
        await house.approve("Aigul", guest)
    assert await house.approve("Dana", guest) == ("pending", 2)
    with pytest.raises(NotYourStep):
        await house.approve("Dana", guest)
    assert await house.approve("Aigul", guest) == ("pending", 3)
    assert await house.count("credentials") == 0, "a code comes with the last yes"
    assert await house.count("deliveries", letter="registration_approved") == 0
    assert await house.approve("Sergei", guest) == ("approved", 3)
    assert await house.count("credentials") == 1
    assert await house.count("deliveries", letter="registration_approved") == 1


async def test_an_owner_may_decide_at_any_step(house: House) -> None:
    guest = await house.guest()

    assert [await house.approve("Olzhas", guest) for _ in range(3)] == [
        ("pending", 2),
        ("pending", 3),
        ("approved", 3),
    ]


async def test_rejecting_holding_and_asking_belong_to_the_step_too(house: House) -> None:
    guest = await house.guest()
    await house.approve("Dana", guest)
    async with house.db.begin() as session:
        for who in ("Dana", "Sergei", "Timur"):
            known = (session, house.people[who], house.event, guest)
            with pytest.raises(NotYourStep):
                await deciding.reject(*known, reason="no", signer=house.signer, now=NOW)
            with pytest.raises(NotYourStep):
                await deciding.hold(*known, now=NOW)
            with pytest.raises(NotYourStep):
                await deciding.ask(*known, question="Who?", now=NOW)
    assert await house.state(guest) == ("pending", 2)

    async with house.db.begin() as session:
        await deciding.ask(session, house.people["Aigul"], house.event, guest, question="Who?", now=NOW)
    assert await house.state(guest) == ("held", 2)
    assert await house.count("deliveries", letter="registration_question") == 1
    async with house.db.begin() as session:
        await deciding.reject(
            session, house.people["Aigul"], house.event, guest, reason="no", signer=house.signer, now=NOW
        )
    assert await house.state(guest) == ("rejected", 2)
    assert await house.approve("Aigul", guest) == ("pending", 3), "a change of mind goes on where it was"


async def test_what_waits_for_me_the_longest_first(house: House) -> None:
    first, second, third = [await house.guest(name) for name in ("First", "Second", "Third")]
    await house.guest("Business", category="business")
    await house.approve("Dana", second, NOW - timedelta(hours=2))
    await house.approve("Dana", first, NOW - timedelta(hours=1))

    assert await house.waits_for("Aigul") == ["Second", "First"]
    assert await house.waits_for("Sergei") == ["Business"]  # manages: the desk of every category, too
    assert (await house.state(third))[0] == "waitlisted"
    assert await house.waits_for("Timur") == []
    assert await house.waits_for("Olzhas") == ["Second", "First", "Business"]
    async with house.db.begin() as session:
        await deciding.hold(session, house.people["Aigul"], house.event, second, now=NOW)
    assert await house.waits_for("Aigul") == ["Second", "First"], (
        "on hold it still waits, since the same time"
    )


async def test_many_at_once_pass_only_the_steps_of_the_one_who_decides(house: House) -> None:
    first, second = [await house.guest(name) for name in ("First", "Second")]
    business = await house.guest("Business", category="business")
    await house.approve("Dana", second)

    result = await house.many("Dana", "approve", [first, second, business])

    assert (result["count"], [row[::2] for row in result["refused"]]) == (2, [[NotYourStep.say, 1]])
    assert [await house.state(one) for one in (first, second, business)] == [
        ("pending", 2), ("pending", 2), ("approved", 1),
    ]  # fmt: skip
    assert (await house.many("Aigul", "approve", [first, second]))["count"] == 2
    assert [await house.state(one) for one in (first, second)] == [("pending", 3)] * 2
    assert await house.undo("Aigul") == 2
    assert [await house.state(one) for one in (first, second)] == [("pending", 2)] * 2
    with pytest.raises(Forbidden):
        await house.many("Aigul", "cancel", [first])
    with pytest.raises(Forbidden):
        await house.many("outsider", "approve", [first])


async def test_nobody_passes_the_steps_by_a_move(house: House) -> None:
    guest = await house.guest("Business", category="business")
    await house.approve("Dana", guest)

    result = await house.many("Dana", "category", [guest], category_id=house.vip.id)
    assert (result["count"], [row[::2] for row in result["refused"]]) == (0, [[NotYourStep.say, 1]])
    async with house.db.begin() as session:
        mine = await session.get_one(Registration, guest)
        await operations.move_category(session, house.people["Dana"], mine, "vip", now=NOW)

    assert await house.state(guest) == ("pending", 1)
    async with house.db.begin() as session:
        alive = await session.execute(text("SELECT count(*) FROM credentials WHERE revoked_at IS NULL"))
        assert alive.scalar_one() == 0
        taken = await session.execute(text("SELECT taken FROM places WHERE id = :id"), {"id": house.vip.id})
        assert taken.scalar_one() == 1


async def test_an_owner_moves_an_approved_guest_without_new_steps(house: House) -> None:
    guest = await house.guest("Business", category="business")
    await house.approve("Dana", guest)
    assert (await house.many("Olzhas", "category", [guest], category_id=house.vip.id))["count"] == 1
    assert await house.state(guest) == ("approved", 3)
    assert await house.undo("Olzhas") == 1
    assert await house.state(guest) == ("approved", 1)


async def test_fewer_steps_take_those_who_wait_along(house: House) -> None:
    guest = await house.guest()
    await house.approve("Dana", guest)
    await house.approve("Aigul", guest)
    await _save(house, "Olzhas", (Step(kind="desk"), Step(kind="protocol")))

    assert await house.state(guest) == ("pending", 2)
    assert await house.approve("Dana", guest) == ("approved", 2)


async def test_only_an_owner_changes_who_decides(house: House) -> None:
    for changed in ({"steps": (Step(),)}, {"approval": "automatic"}):
        with pytest.raises(StepsNotYours):
            await _save(house, "Dana", **changed)
    await _save(house, "Dana", name={"en": "Guests of honour"})
    await _save(house, "Olzhas", (Step(),))


async def _save(house: House, who: str, steps: Any = None, **more: Any) -> None:
    form = CategoryForm(
        **{"key": "vip", "name": {"en": "VIP"}, "approval": "desk", "visibility": "public", "colour": 1,
           "capacity": 2, **more, **({"steps": steps} if steps else {})}
    )  # fmt: skip
    async with house.db.begin() as session:
        event = await session.get_one(Event, house.event.id)
        await save_category(session, house.people[who], event, form, house.vip.id)


async def test_who_decides_nowhere_is_sent_away(house: House) -> None:
    async with house.db.begin() as session:
        for who, error in (("outsider", NotFound), ("Timur", Forbidden)):
            with pytest.raises(error):
                await deciding.get_event_to_decide(session, house.people[who], "forum")
        for who in ("Aigul", "Dana", "Olzhas"):
            await deciding.get_event_to_decide(session, house.people[who], "forum")


async def test_a_viewer_who_is_named_decides_in_the_console_and_changes_nothing_else(
    house: House, client: httpx.AsyncClient
) -> None:
    guest = await house.guest()
    await house.approve("Dana", guest)
    async with house.db.begin() as session:
        from service.accounts.operations import open_session

        token = open_session(session, _id(house.people["Aigul"]), user_agent="test", now=NOW)
    client.cookies.set("qonaq_session", token)
    at = f"/console/forum/guests/{guest}"

    page = (await client.get(at)).text
    assert f'action="{at}/approve"' in page
    assert f'action="{at}/cancel"' not in page
    assert (await client.post(f"{at}/cancel")).status_code == 403
    assert (await client.post("/console/forum/guests/decide", data={"action": "cancel"})).status_code == 403
    assert (await client.post(f"{at}/note", data={"reason": "Ask the embassy"})).status_code == 303
    assert (await client.post(f"{at}/approve")).status_code == 303
    assert await house.state(guest) == ("pending", 3)
    page = (await client.get(at)).text
    assert f'action="{at}/approve"' not in page
    assert "Ask the embassy" in page
    assert (await client.post(f"{at}/approve")).status_code == 303, "refused, and said on the page"
    assert await house.state(guest) == ("pending", 3)


async def test_an_import_does_not_pass_the_steps(house: House) -> None:
    from service.registrations.deciding import approves_alone

    async with house.db.begin() as session:
        vip = await session.get_one(Category, house.vip.id)
    alone = {name: approves_alone(vip, actor, house.host.id) for name, actor in house.people.items()}
    assert alone == {
        "Olzhas": True, "Dana": False, "Sergei": False, "Aigul": False, "Timur": False, "outsider": False,
    }  # fmt: skip


async def test_a_guest_answers_what_the_team_asked(house: House, client: httpx.AsyncClient) -> None:
    guest = await house.guest()
    other = await house.guest("Other", category="business")
    await house.approve("Dana", guest, NOW - timedelta(hours=3))
    mine, theirs = (f"/g/{personal_token(MASTER_KEY, 'own', one)}" for one in (guest, other))
    assert (await client.post(f"{mine}/answer", data={"answer": "Me"})).status_code == 303
    assert await house.state(guest) == ("pending", 2), "nothing is asked yet"
    async with house.db.begin() as session:
        known = (session, house.people["Aigul"], house.event, guest)
        await deciding.ask(*known, question="Who comes <b>with</b> you?", now=NOW)
    page = (await client.get(mine)).text
    assert "Who comes &lt;b&gt;with&lt;/b&gt; you?" in page
    assert f'action="{mine}/answer"' in page
    assert f'action="{theirs}/answer"' not in (await client.get(theirs)).text

    assert (await client.post(f"{mine}/answer", data={"answer": "  "})).status_code == 303
    assert await house.state(guest) == ("held", 2)
    assert (await client.post(f"{mine}/answer", data={"answer": "My wife"})).status_code == 303

    assert await house.state(guest) == ("pending", 2), "at the step that asked, not from the first on"
    assert await house.waits_for("Aigul") == ["Guest"]
    async with house.db.begin() as session:
        said = text("SELECT actor_kind, data ->> 'reason' FROM audit WHERE name = 'registration.answered'")
        assert tuple((await session.execute(said)).one()) == ("guest", "My wife")
        again = await session.get_one(Registration, guest)
        assert (again.reason, again.waiting_since) == ("", NOW - timedelta(hours=3))


@pytest.mark.parametrize("many", [False, True])
async def test_a_former_reason_is_no_question(house: House, client: httpx.AsyncClient, many: bool) -> None:
    guest = await house.guest()
    async with house.db.begin() as session:
        known = (session, house.people["Dana"], house.event, guest)
        await deciding.reject(*known, reason="Not this year", signer=house.signer, now=NOW)
    await house.approve("Dana", guest)
    if many:
        await house.many("Aigul", "hold", [guest])
    else:
        async with house.db.begin() as session:
            await deciding.hold(session, house.people["Aigul"], house.event, guest, now=NOW)

    assert await house.state(guest) == ("held", 2)
    page = (await client.get(f"/g/{personal_token(MASTER_KEY, 'own', guest)}")).text
    assert "Not this year" not in page
    assert "/answer" not in page
