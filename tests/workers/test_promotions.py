"""The one who saw "full" a moment before a place became free."""

from datetime import UTC, datetime

from service.core.actor import SYSTEM
from service.core.database import Database, raw
from service.credentials.operations import Signer
from service.registrations.models import Registration
from service.registrations.operations import cancel
from tests.support import factories as make
from workers.context import Context
from workers.promotions import promote_all

NOW = datetime.now(UTC)


async def test_who_was_put_in_line_while_a_place_was_freed_moves_up(
    db: Database, context: Context, signer: Signer
) -> None:
    async with db.begin() as session:
        host = await make.organisation(session)
        event = await make.event(session, host)
        await make.category(session, event, capacity=1, approval="automatic")
        first = await make.registration(session, signer, event, email="first@steppe.example")
    late = db.begin()
    session = await late.__aenter__()
    connection = await raw(session)
    second = await make.registration(session, signer, event, email="second@steppe.example")  # sees: full
    async with db.begin() as other:
        leaving = await other.get_one(Registration, first.id)
        await cancel(other, SYSTEM, leaving, signer=signer, now=NOW)  # sees: nobody waits
    await late.__aexit__(None, None, None)  # commits only now
    assert connection is not None

    assert (await _state(db, second), await promote_all(context, NOW)) == ("waitlisted", 1)
    assert (await _state(db, second), await promote_all(context, NOW)) == ("approved", 0)
    async with db.begin() as session:
        assert await make.count(session, "deliveries", letter="registration_promoted") == 1


async def test_nobody_moves_up_at_an_event_that_is_over(
    db: Database, context: Context, signer: Signer
) -> None:
    async with db.begin() as session:
        host = await make.organisation(session)
        event = await make.event(session, host)
        category = await make.category(session, event, capacity=0)
        waiting = await make.registration(session, signer, event)
    async with db.begin() as session:
        await make.set_capacity(session, category.id, "category", 5)
        (await session.get_one(type(event), event.id)).state = "over"
    assert (await promote_all(context, NOW), await _state(db, waiting)) == (0, "waitlisted")


async def _state(db: Database, registration: Registration) -> str:
    async with db.begin() as session:
        return (await session.get_one(Registration, registration.id)).state
