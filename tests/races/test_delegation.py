"""The last place of a delegation: two focal points and an organizer want it at the same moment."""

import asyncio

import pytest
from sqlalchemy import text

from service.core.actor import SYSTEM, Actor
from service.core.clock import now
from service.core.database import Database
from service.core.errors import QonaqError
from service.credentials.operations import Signer
from service.delegations.members import add_member
from service.delegations.models import Delegation
from service.delegations.operations import save_delegation
from service.delegations.schemas import DelegationForm
from service.events.queries import facts_of
from service.places.operations import place_of
from service.registrations.models import Registration
from service.registrations.operations import move_category
from service.registrations.seats import change_seats
from tests.support import factories as make

FOCAL = Actor(kind="focal", name="Helena Marques")


@pytest.mark.parametrize("round_number", range(10))
async def test_two_focal_points_and_an_organizer_want_the_last_place(
    db: Database, signer: Signer, round_number: int
) -> None:
    """The organizer moves a guest of another category into it; each works through a pool of their own."""
    async with db.begin() as session:
        event = await make.event(session, await make.organisation(session))
        officials = await make.category(session, event, "officials", 10)
        business = await make.category(session, event, "business", 10)
        delegation = await save_delegation(
            session, SYSTEM, event, DelegationForm(name="Embassy", quotas={"officials": 1, "business": None})
        )
        facts = await facts_of(session, event)
        mover = await make.registration(session, signer, event, name="Mover", email="", category="business")
        await change_seats(session, mover, business.id, delegation.id)
        mover.delegation_id = delegation.id
    houses = [db, Database(db.url), Database(db.url)]

    async def focal(number: int) -> str:
        try:
            async with houses[number].begin() as session:
                of = await session.get_one(Delegation, delegation.id, with_for_update={"read": True})
                who = make.application(f"Guest {number}", "", category="officials")
                await add_member(session, FOCAL, of, facts, who, key=f"k{number}", signer=signer)
        except QonaqError as refused:
            return refused.code
        return "in"

    async def organizer() -> str:
        try:
            async with houses[2].begin() as session:
                guest = await session.get_one(Registration, mover.id, with_for_update=True)
                await move_category(session, SYSTEM, guest, "officials", now=now())
        except QonaqError as refused:
            return refused.code
        return "in"

    wanting = [focal(0), focal(1), organizer()]
    answers = await asyncio.gather(*(wanting[(number + round_number) % 3] for number in range(3)))
    for other in houses[1:]:
        await other.close()

    assert sorted(answers) == ["delegation_full", "delegation_full", "in"]
    async with db.begin() as session:
        rows = await session.execute(
            text(
                "SELECT p.taken, (SELECT count(*) FROM registrations r WHERE r.category_id = :officials) AS there "
                "FROM places p WHERE p.id = ANY(:ids)"
            ),
            {"officials": officials.id, "ids": [officials.id, place_of(delegation.id, officials.id)]},
        )
        assert [tuple(row) for row in rows] == [(1, 1), (1, 1)]
