"""A place that became free is offered for a while: taken, declined, or passed on."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from service.core.actor import GUEST, SYSTEM
from service.core.database import Database
from service.core.tokens import personal_token
from service.credentials.operations import Signer
from service.events.models import Event
from service.places.models import Places
from service.registrations.errors import OfferOver, WrongState
from service.registrations.models import Registration
from service.registrations.operations import cancel
from service.registrations.waiting import accept_offer
from tests.conftest import MASTER_KEY
from tests.support import factories as make
from workers.context import Context
from workers.promotions import end_all

NOW = datetime.now(UTC)


@dataclass
class Line:
    db: Database
    signer: Signer
    event: Event
    category_id: UUID
    first: UUID
    second: UUID

    async def state(self, one: UUID) -> str:
        async with self.db.begin() as session:
            return (await session.get_one(Registration, one)).state

    async def taken(self) -> int:
        async with self.db.begin() as session:
            return (await session.get_one(Places, self.category_id)).taken

    async def mails(self) -> dict[str, int]:
        letters = (
            "registration_offered",
            "registration_offer_ended",
            "registration_approved",
            "registration_received",
        )
        async with self.db.begin() as session:
            return {
                letter: count
                for letter in letters
                if (count := await make.count(session, "deliveries", letter=letter))
            }

    async def accept(self, one: UUID, at: datetime = NOW) -> None:
        async with self.db.begin() as session:
            guest = await session.get_one(Registration, one, with_for_update=True)
            await accept_offer(session, GUEST, guest, signer=self.signer, now=at)


async def _line(
    db: Database, signer: Signer, approval: str = "automatic", lasts: timedelta = timedelta(days=5)
) -> Line:
    """One place, held by somebody who cancels; two wait."""
    async with db.begin() as session:
        host = await make.organisation(session)
        event = await make.event(session, host, ends_at=NOW + lasts)
        category = await make.category(session, event, capacity=1, approval=approval, offer_hours=24)
        ids = [
            (await make.registration(session, signer, event, name=name, email=f"{name}@x.example")).id
            for name in ("holder", "first", "second")
        ]
    async with db.begin() as session:
        holder = await session.get_one(Registration, ids[0], with_for_update=True)
        await cancel(session, SYSTEM, holder, signer=signer, now=NOW, tell=False)
    async with db.begin() as session:
        await session.execute(text("DELETE FROM deliveries WHERE letter <> 'registration_offered'"))
    return Line(db, signer, event, category.id, ids[1], ids[2])


async def test_the_first_who_waits_is_asked_and_the_place_is_kept(db: Database, signer: Signer) -> None:
    line = await _line(db, signer)

    assert [await line.state(one) for one in (line.first, line.second)] == ["offered", "waitlisted"]
    assert (await line.taken(), await line.mails()) == (1, {"registration_offered": 1})
    async with db.begin() as session:
        first = await session.get_one(Registration, line.first)
    assert first.offer_until == NOW + timedelta(hours=24)


@pytest.mark.parametrize(
    ("approval", "state", "letter"),
    [("automatic", "approved", "registration_approved"), ("desk", "pending", "registration_received")],
)
async def test_who_takes_it_has_it_or_waits_for_the_team(
    db: Database, signer: Signer, approval: str, state: str, letter: str
) -> None:
    line = await _line(db, signer, approval)
    await line.accept(line.first, NOW + timedelta(hours=23))

    assert (await line.state(line.first), await line.taken()) == (state, 1)
    assert await line.mails() == {"registration_offered": 1, letter: 1}
    with pytest.raises(WrongState):
        await line.accept(line.first)


async def test_an_offer_ends_and_goes_on_to_the_next(db: Database, context: Context, signer: Signer) -> None:
    line = await _line(db, signer)
    with pytest.raises(OfferOver):
        await line.accept(line.first, NOW + timedelta(hours=24))

    assert await end_all(context, NOW + timedelta(hours=23)) == 0
    assert await end_all(context, NOW + timedelta(hours=24)) == 1
    assert [await line.state(one) for one in (line.first, line.second)] == ["cancelled", "offered"]
    assert await line.taken() == 1
    assert await line.mails() == {"registration_offered": 2, "registration_offer_ended": 1}
    assert await end_all(context, NOW + timedelta(hours=49)) == 1
    assert (await line.state(line.second), await line.taken()) == ("cancelled", 0)


async def test_an_offer_is_never_longer_than_the_event_and_ends_in_silence_after_it(
    db: Database, context: Context, signer: Signer
) -> None:
    line = await _line(db, signer, lasts=timedelta(hours=3))
    async with db.begin() as session:
        first = await session.get_one(Registration, line.first)
    assert first.offer_until == NOW + timedelta(hours=3)
    assert await end_all(context, NOW + timedelta(hours=30)) == 0
    assert await line.mails() == {"registration_offered": 1}


async def test_the_guest_answers_on_their_own_page(
    db: Database, signer: Signer, client: httpx.AsyncClient
) -> None:
    line = await _line(db, signer)
    mine, other = (f"/g/{personal_token(MASTER_KEY, 'own', one)}" for one in (line.first, line.second))

    page = (await client.get(mine)).text
    assert f'action="{mine}/accept"' in page
    assert await line.state(line.first) == "offered", "looking changes nothing: scanners follow links"
    assert (await client.get(f"{mine}/accept")).status_code == 405
    assert f'action="{other}/accept"' not in (await client.get(other)).text
    assert (await client.post(f"{other}/accept")).status_code == 303
    assert await line.state(line.second) == "waitlisted"
    assert (await client.post(f"{mine}/accept")).status_code == 303
    assert await line.state(line.first) == "approved"
    assert (await client.post("/g/nonsense/accept")).status_code == 404


async def test_saying_no_gives_it_to_the_next(
    db: Database, signer: Signer, client: httpx.AsyncClient
) -> None:
    line = await _line(db, signer)
    mine = f"/g/{personal_token(MASTER_KEY, 'own', line.first)}"

    assert (await client.post(f"{mine}/cancel")).status_code == 303
    assert [await line.state(one) for one in (line.first, line.second)] == ["cancelled", "offered"]
    assert await line.taken() == 1
