"""A typed code that somebody at the event has is drawn anew: by a guest who registers, and by a decision on many."""

import pytest
from sqlalchemy import text

from service.core.actor import GUEST
from service.core.database import Database
from service.credentials import codes
from service.credentials.operations import Signer, draw
from service.events.queries import facts_of
from service.registrations.register import register
from service.registrations.schemas import Application
from tests.support import factories as make


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the next draws give, in this order."""
    coming: list[str] = []
    monkeypatch.setattr(codes, "typed_code", lambda: coming.pop(0))
    return coming


def application(number: int) -> Application:
    return Application(
        category="business", native_name=f"Guest {number}", email=f"g{number}@x.example", language="en",
        consent=True, consent_version=1,
    )  # fmt: skip


async def test_a_guest_with_the_code_of_another_gets_a_new_one(
    db: Database, signer: Signer, drawn: list[str]
) -> None:
    async with db.begin() as session:
        event = await make.event(session, await make.organisation(session))
        await make.category(session, event, "business", 10, approval="automatic")
        facts = await facts_of(session, event)
    drawn += ["AAAAAAAA", "AAAAAAAA", "BBBBBBBB"]
    for number in range(2):
        await register(
            await db.hot(), facts, application(number), source="web", key=f"k{number}", actor=GUEST, signer=signer
        )  # fmt: skip
    async with db.begin() as session:
        found = await session.execute(text("SELECT code FROM credentials ORDER BY code"))
        taken = await session.execute(text("SELECT DISTINCT taken FROM places WHERE taken > 0"))
        assert (list(found.scalars()), list(taken.scalars())) == (["AAAAAAAA", "BBBBBBBB"], [2])


async def test_many_are_drawn_at_once_and_all_are_different(
    db: Database, signer: Signer, drawn: list[str]
) -> None:
    drawn += ["AAAAAAAA"]
    async with db.begin() as session:
        event = await make.event(session, await make.organisation(session))
        await make.category(session, event, "business", 10, approval="automatic")
        await make.registration(session, signer, event, category="business")
        drawn += ["AAAAAAAA", "CCCCCCCC", "CCCCCCCC", "DDDDDDDD", "EEEEEEEE"]
        found = await draw(session, signer, event.id, 3)
    assert ([one.code for one in found], drawn) == (["CCCCCCCC", "DDDDDDDD", "EEEEEEEE"], [])
