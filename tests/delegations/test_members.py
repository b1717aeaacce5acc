"""Who is in a delegation: within its quota, each on a place that is counted."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text

from service.core.actor import Actor
from service.core.database import Database
from service.core.errors import NotFound
from service.credentials.operations import Signer
from service.delegations.members import Company, add_member, leave_out, substitute
from service.delegations.models import Delegation
from service.delegations.operations import save_delegation
from service.delegations.queries import list_quotas
from service.delegations.schemas import DelegationForm
from service.places.operations import TooManyTaken
from service.registrations.deciding import approve
from service.registrations.models import Registration
from service.registrations.operations import cancel_with
from service.registrations.seats import DelegationFull
from tests.delegations.conftest import Stand
from tests.support import factories as make

FOCAL = Actor(kind="focal", name="Helena Marques")
NOW = datetime.now(UTC)


async def add(
    db: Database, signer: Signer, stand: Stand, name: str, category: str = "officials", email: str = "",
    company: Company | None = None, to: Delegation | None = None,
) -> Registration:  # fmt: skip
    async with db.begin() as session:
        delegation = await session.get_one(Delegation, (to or stand.embassy).id)
        application = make.application(name, email, category=category)
        return await add_member(
            session, FOCAL, delegation, stand.facts, application, key=name, signer=signer, company=company
        )


async def taken(db: Database, stand: Stand, delegation: Delegation) -> dict[str, tuple[int, int | None]]:
    names = {stand.officials.id: "officials", stand.business.id: "business"}
    async with db.begin() as session:
        rows = await list_quotas(session, delegation.id)
    return {names[row.category_id]: (row.taken, row.capacity) for row in rows}


async def category_taken(db: Database, category_id: UUID) -> int:
    async with db.begin() as session:
        return int(
            (
                await session.execute(text("SELECT taken FROM places WHERE id = :id"), {"id": category_id})
            ).scalar_one()
        )


async def states(db: Database) -> dict[str, str]:
    async with db.begin() as session:
        rows = await session.execute(select(Registration.native_name, Registration.state))
        return {row.native_name: row.state for row in rows if row.native_name != "Secret Person"}


async def test_three_officials_come_and_the_fourth_finds_no_place(
    db: Database, signer: Signer, stand: Stand
) -> None:
    for name in ("Ana", "Bruno", "Clara"):
        await add(db, signer, stand, name)

    with pytest.raises(DelegationFull):
        await add(db, signer, stand, "Duarte")

    assert await states(db) == {"Ana": "pending", "Bruno": "pending", "Clara": "pending"}
    assert await taken(db, stand, stand.embassy) == {"officials": (3, 3), "business": (0, None)}


async def test_who_has_no_address_is_reached_through_the_focal_point(
    db: Database, signer: Signer, stand: Stand
) -> None:
    await add(db, signer, stand, "Ana")
    await add(db, signer, stand, "Bruno", email="bruno@lisbon.example")

    async with db.begin() as session:
        rows = await session.execute(text("SELECT address, letter FROM deliveries ORDER BY address"))
        assert [tuple(row) for row in rows] == [
            ("bruno@lisbon.example", "registration_received"),
            ("helena@embassy.example", "registration_received"),
        ]


async def test_a_full_category_means_the_waiting_list_and_takes_no_place_of_the_quota(
    db: Database, signer: Signer, stand: Stand
) -> None:
    for number in range(4):
        await add(db, signer, stand, f"Guest {number}", "business", to=stand.embassy)
    fifth = await add(db, signer, stand, "Fifth", "business", to=stand.ministry)

    assert fifth.state == "waitlisted"
    assert await taken(db, stand, stand.ministry) == {"business": (0, 2)}

    async with db.begin() as session:
        first = await session.get_one(Delegation, stand.embassy.id, with_for_update=True)
        leaving = (
            await session.execute(select(Registration.id).where(Registration.native_name == "Guest 0"))
        ).scalar_one()
        await leave_out(session, FOCAL, first, leaving, signer=signer, now=NOW)

    assert (await states(db))["Fifth"] == "pending"
    assert await taken(db, stand, stand.ministry) == {"business": (1, 2)}
    assert await taken(db, stand, stand.embassy) == {"officials": (0, 3), "business": (3, None)}


async def test_a_substitute_has_the_very_place_though_somebody_waits(
    db: Database, signer: Signer, stand: Stand
) -> None:
    going = await add(db, signer, stand, "Guest 0", "business")
    for number in range(1, 4):
        await add(db, signer, stand, f"Guest {number}", "business")
    await add(db, signer, stand, "Waiting", "business", to=stand.ministry)

    async with db.begin() as session:
        delegation = await session.get_one(Delegation, stand.embassy.id, with_for_update=True)
        delegation.head_id = going.id
        instead = await substitute(
            session, FOCAL, delegation, stand.facts, going.id, make.application("Instead", ""), key="i",
            signer=signer, now=NOW,
        )  # fmt: skip
        assert delegation.head_id == instead.id

    now = await states(db)
    assert (now["Guest 0"], now["Instead"], now["Waiting"]) == ("cancelled", "pending", "waitlisted")
    assert await category_taken(db, stand.business.id) == 4
    assert await taken(db, stand, stand.embassy) == {"officials": (0, 3), "business": (4, None)}
    async with db.begin() as session:
        rows = await session.execute(
            text("SELECT data->>'called' AS other FROM audit WHERE name = 'registration.substituted'")
        )
        assert sorted(row.other for row in rows) == ["Guest 0", "Instead"]


async def test_a_companion_belongs_to_a_principal_of_the_same_delegation_and_is_asked_about(
    db: Database, signer: Signer, stand: Stand
) -> None:
    head = await add(db, signer, stand, "Head")
    voice = await add(db, signer, stand, "Voice", company=Company(head.id, "interpreter"))
    guard = await add(db, signer, stand, "Guard", company=Company(head.id, "security"))
    foreign = await add(db, signer, stand, "Foreign", "business", to=stand.ministry)

    with pytest.raises(NotFound):
        await add(db, signer, stand, "Spy", company=Company(foreign.id, "assistant"))
    with pytest.raises(NotFound):
        async with db.begin() as session:
            one = await session.get_one(Registration, head.id, with_for_update=True)
            await cancel_with(session, FOCAL, one, {foreign.id}, signer=signer, now=NOW)
    async with db.begin() as session:
        one = await session.get_one(Registration, head.id, with_for_update=True)
        await cancel_with(session, FOCAL, one, {voice.id}, signer=signer, now=NOW)

    now = await states(db)
    assert (now["Head"], now["Voice"], now["Guard"]) == ("cancelled", "cancelled", "pending")
    assert (guard.principal_id, guard.companion) == (head.id, "security")
    assert (await taken(db, stand, stand.embassy))["officials"] == (1, 3)


async def test_a_quota_counts_who_came_before_it_and_cannot_be_less(
    db: Database, signer: Signer, stand: Stand
) -> None:
    for name in ("Ana", "Bruno"):
        await add(db, signer, stand, name)

    async def limit(places: int | None) -> None:
        async with db.begin() as session:
            delegation = await session.get_one(Delegation, stand.embassy.id, with_for_update=True)
            form = DelegationForm(name="Embassy of Portugal", quotas={"officials": places})
            await save_delegation(session, stand.actor, stand.event, form, delegation=delegation)

    with pytest.raises(TooManyTaken):
        await limit(1)
    await limit(None)
    await add(db, signer, stand, "Clara")
    await limit(3)

    assert await taken(db, stand, stand.embassy) == {"officials": (3, 3)}


async def test_a_decision_of_the_team_keeps_the_quota_true(
    db: Database, signer: Signer, stand: Stand
) -> None:
    member = await add(db, signer, stand, "Ana")

    async with db.begin() as session:
        event: Any = await session.get_one(type(stand.event), stand.event.id)
        approved = await approve(session, stand.actor, event, member.id, signer=signer, now=NOW)

    assert approved.state == "approved"
    assert (await taken(db, stand, stand.embassy))["officials"] == (1, 3)
