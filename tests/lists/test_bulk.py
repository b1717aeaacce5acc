"""Deciding on many: exact counters, a reason in each person's language, mails that wait, and the way back."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from service.core.actor import Actor
from service.core.clock import now
from service.core.database import Database
from service.core.errors import Forbidden
from service.credentials.operations import Signer
from service.delegations.models import Delegation
from service.events.models import Category, Event
from service.jobs.operations import start
from service.lists.bulk import Plan, carry_out, take_back
from service.organisations.models import Organisation
from service.places.operations import place_of, set_capacity
from service.registrations import operations
from service.registrations.models import Registration
from service.registrations.moving import get_or_make_tag
from tests.support import factories as make


@dataclass
class Desk:
    db: Database
    signer: Signer
    host: Organisation
    event: Event
    category: Category
    actor: Actor

    async def guests(self, count: int, **more: Any) -> list[UUID]:
        async with self.db.begin() as session:
            made = [
                await make.registration(
                    session, self.signer, self.event, name=f"Guest {n}", **{"email": f"g{n}@x.example", **more}
                )
                for n in range(count)
            ]  # fmt: skip
            return [guest.id for guest in made]

    async def do(
        self, action: str, ids: list[UUID], at: datetime | None = None, **more: Any
    ) -> dict[str, Any]:
        plan = Plan(action=action, ids=ids, **more)
        async with self.db.begin() as session:
            job = await start(session, self.actor, self.event, "decide", {})
        self.job = job.id
        return await self._run(carry_out, plan, at, signer=self.signer)

    async def undo(self, **more: Any) -> dict[str, Any]:
        return await self._run(take_back, Plan(**{"action": "approve", "ids": [], **more}), None)

    async def _run(self, step: Any, plan: Plan, at: datetime | None, **more: Any) -> dict[str, Any]:
        result: dict[str, Any] = await step(
            self.db, self.actor, job_id=self.job, event_id=self.event.id, organisation_id=self.host.id, plan=plan,
            now=at or now(), progress=_say_nothing, **more,
        )  # fmt: skip
        await self.counters_are_true()
        return result

    async def rows(self, sql: str) -> list[Any]:
        async with self.db.begin() as session:
            return [tuple(row) for row in await session.execute(text(sql))]

    async def states(self) -> dict[str, int]:
        return dict(await self.rows("SELECT state, count(*) FROM registrations GROUP BY 1"))

    async def counters_are_true(self) -> None:
        """Every category's counter is its rows, and none is over its capacity."""
        wrong = await self.rows("""
            SELECT p.id, p.taken, count(r.id) FROM places p LEFT JOIN registrations r
                ON r.category_id = p.id AND r.state IN ('pending', 'held', 'offered', 'approved')
            WHERE p.kind = 'category' GROUP BY p.id HAVING p.taken <> count(r.id) OR p.taken > p.capacity
        """)
        assert wrong == []


async def _say_nothing(_done: int, _total: int) -> None:
    pass


@pytest.fixture
async def desk(db: Database, signer: Signer) -> Desk:
    async with db.begin() as session:
        host = await make.organisation(session)
        event = await make.event(session, host)
        category = await make.category(session, event, capacity=10)
        await make.category(session, event, "press", capacity=2)
        actor = await make.actor(session, host, "organizer")
    return Desk(db, signer, host, event, category, actor)


async def test_many_are_approved_each_with_a_code_and_a_mail_that_waits(desk: Desk) -> None:
    ids = await desk.guests(6)
    began = now()

    result = await desk.do("approve", ids, at=began)

    assert (result["count"], result["refused"]) == (6, [])
    assert await desk.states() == {"approved": 6}
    assert await desk.rows("SELECT count(*) FROM credentials WHERE revoked_at IS NULL") == [(6,)]
    mails = await desk.rows(
        "SELECT o.due_at, d.letter FROM outbox o JOIN deliveries d ON d.task_id = o.id WHERE letter LIKE '%approved'"
    )  # fmt: skip
    assert {letter for _, letter in mails} == {"registration_approved"}
    assert len(mails) == 6
    assert min(due for due, _ in mails) >= began + timedelta(seconds=30)
    told = await desk.rows(
        "SELECT actor_name, data->>'before', data->>'after' FROM audit WHERE name = 'registration.approved'"
    )
    assert told == [(desk.actor.name, "pending", "approved")] * 6


async def test_the_first_come_get_the_last_places_and_the_others_are_counted(desk: Desk) -> None:
    ids = await desk.guests(13)  # 10 hold places, 3 wait
    async with desk.db.begin() as session:
        await set_capacity(session, desk.category.id, "category", 12)

    result = await desk.do("approve", ids)

    assert result["count"] == 12
    assert result["refused"] == [
        ["There is no free place here. Raise the capacity first, or free a place.", {}, 1]
    ]
    assert await desk.rows("SELECT native_name FROM registrations WHERE state = 'waitlisted'") == [
        ("Guest 12",)
    ]


async def test_a_rejection_says_why_in_each_persons_language_and_those_who_wait_move_up(desk: Desk) -> None:
    kazakh, korean = await desk.guests(4, language="kk"), []
    async with desk.db.begin() as session:
        for n in range(4, 12):
            guest = await make.registration(
                session, desk.signer, desk.event, name=f"Guest {n}", email=f"k{n}@x.example",
                language="ko" if n < 8 else "ru",
            )  # fmt: skip
            korean.append(guest.id)

    await desk.do("reject", kazakh + korean[:4], words={"en": "Full.", "kk": "Орын жоқ."})

    reasons = await desk.rows(
        "SELECT language, reason, count(*) FROM registrations WHERE state = 'rejected' GROUP BY 1, 2 ORDER BY 1"
    )
    assert reasons == [("kk", "Орын жоқ.", 4), ("ko", "Full.", 4)]
    assert await desk.states() == {"rejected": 8, "pending": 4}


async def test_what_was_decided_is_taken_back_with_code_place_and_mail(desk: Desk) -> None:
    ids = await desk.guests(13)
    await desk.do("approve", ids[:2])
    printed = await desk.rows("SELECT registration_id, code FROM credentials ORDER BY registration_id")

    await desk.do("reject", ids[:4], words={"en": "No."})
    assert await desk.states() == {"rejected": 4, "pending": 9}  # three moved up
    result = await desk.undo()

    assert (result["count"], [count for _, _, count in result["refused"]]) == (1, [3])
    assert await desk.states() == {"approved": 1, "rejected": 3, "pending": 9}
    alive = await desk.rows("SELECT registration_id, code FROM credentials WHERE revoked_at IS NULL")
    assert alive == [printed[0]]
    waiting = await desk.rows(
        "SELECT d.state, count(*) FROM deliveries d WHERE d.letter = 'registration_rejected' GROUP BY 1 ORDER BY 1"
    )
    assert waiting == [("queued", 3), ("suppressed", 1)]


async def test_taking_an_approval_back_kills_the_codes_and_frees_what_it_took(desk: Desk) -> None:
    ids = await desk.guests(12)
    async with desk.db.begin() as session:
        await set_capacity(session, desk.category.id, "category", 12)
    await desk.do("approve", ids)
    async with desk.db.begin() as session:
        changed = await session.get_one(Registration, ids[5])
        changed.version += 1

    result = await desk.undo()

    assert (result["count"], result["refused"][0][2]) == (11, 1)
    assert await desk.states() == {"approved": 1, "pending": 9, "waitlisted": 2}
    assert await desk.rows("SELECT count(*) FROM credentials WHERE revoked_at IS NULL") == [(1,)]
    assert (await desk.undo())["count"] == 0


async def test_a_job_that_begins_again_does_nothing_twice(desk: Desk) -> None:
    ids = await desk.guests(4)
    await desk.do("hold", ids[:2])
    plan = Plan(action="hold", ids=ids)

    again = await desk._run(carry_out, plan, None, signer=desk.signer)

    assert again["count"] == 2
    assert await desk.states() == {"held": 4}
    assert await desk.rows("SELECT count(*) FROM audit WHERE name = 'registration.held'") == [(4,)]


async def test_a_question_puts_on_hold_and_stands_in_the_mail(desk: Desk) -> None:
    ids = await desk.guests(2, email="") + await desk.guests(1)

    await desk.do("ask", ids, words={"en": "Which company?"})

    assert await desk.states() == {"held": 3}
    assert await desk.rows("SELECT address FROM deliveries WHERE letter = 'registration_question'") == [
        ("g0@x.example",)
    ]


async def test_moving_respects_the_places_there_and_goes_back(desk: Desk) -> None:
    ids = await desk.guests(4)
    [(press,)] = await desk.rows("SELECT id FROM categories WHERE key = 'press'")

    result = await desk.do("category", ids, category_id=press)

    assert (result["count"], result["refused"][0][2]) == (2, 2)
    moved = """
        SELECT c.key, count(*) FROM registrations r JOIN categories c ON c.id = r.category_id GROUP BY 1 ORDER BY 1
    """
    assert await desk.rows(moved) == [("business", 2), ("press", 2)]
    assert (await desk.undo())["count"] == 2
    assert await desk.rows(moved) == [("business", 4)]


async def test_a_delegation_has_places_of_its_own(desk: Desk) -> None:
    ids = await desk.guests(3)
    async with desk.db.begin() as session:
        delegation = Delegation(organisation_id=desk.host.id, event_id=desk.event.id, name="Korea")
        session.add(delegation)
        await session.flush()
        quota = place_of(delegation.id, desk.category.id)
        await set_capacity(session, quota, "quota", 2)

    result = await desk.do("delegation", ids, delegation_id=delegation.id)
    assert (result["count"], result["refused"][0][0].split(".")[0]) == (
        2,
        "The delegation has no place left in this category",
    )
    async with desk.db.begin() as session:
        one = await operations.get_registration(session, desk.event.id, ids[0], lock=True)
        await operations.cancel(session, desk.actor, one, signer=desk.signer, now=now())
    assert await desk.rows(f"SELECT taken FROM places WHERE id = '{quota}'") == [(1,)]
    assert (await desk.do("delegation", ids[2:], delegation_id=delegation.id))["count"] == 1
    assert (await desk.undo())["count"] == 1
    assert await desk.rows(f"SELECT taken FROM places WHERE id = '{quota}'") == [(1,)]


async def test_marks_and_tags_come_and_go(desk: Desk) -> None:
    ids = await desk.guests(3)
    async with desk.db.begin() as session:
        tag = await get_or_make_tag(session, desk.host.id, "VIP")
        assert (await get_or_make_tag(session, desk.host.id, "vip")).id == tag.id

    assert (await desk.do("watch", ids[:2]))["count"] == 2
    assert (await desk.do("watch", ids))["count"] == 1
    assert (await desk.undo())["count"] == 1
    assert await desk.rows("SELECT count(*) FROM registrations WHERE watched") == [(2,)]
    assert (await desk.do("tag", ids, tag_id=tag.id))["count"] == 3
    assert (await desk.do("untag", ids[:1], tag_id=tag.id))["count"] == 1
    assert (await desk.undo(action="untag", tag_id=tag.id))["count"] == 1
    assert await desk.rows("SELECT count(*) FROM person_tags") == [(3,)]
    assert await desk.rows("SELECT count(*) FROM deliveries WHERE letter <> 'registration_received'") == [
        (0,)
    ]


async def test_others_are_never_touched(desk: Desk) -> None:
    ids = await desk.guests(2)
    async with desk.db.begin() as session:
        other = await make.organisation(session, "other", "Other")
        theirs = await make.event(session, other, "theirs")
        await make.category(session, theirs)
        guest = await make.registration(session, desk.signer, theirs, email="t@x.example")
        desk_of_others = await make.actor(session, other, "organizer")

    assert (await desk.do("approve", [*ids, guest.id]))["count"] == 2
    assert await desk.rows(f"SELECT state FROM registrations WHERE id = '{guest.id}'") == [("pending",)]
    desk.actor = desk_of_others
    with pytest.raises(Forbidden):
        await desk._run(carry_out, Plan(action="reject", ids=ids), None, signer=desk.signer)
    with pytest.raises(Forbidden):
        await desk.undo()
