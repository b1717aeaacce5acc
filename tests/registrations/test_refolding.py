"""After an update names are folded anew, once."""

from sqlalchemy import text

from service.core.database import Database
from service.credentials.operations import Signer
from service.registrations.models import Registration
from service.registrations.refolding import refold
from tests.support import factories as make


async def test_what_was_folded_otherwise_is_made_findable(db: Database, signer: Signer) -> None:
    async with db.begin() as session:
        event = await make.event(session, await make.organisation(session))
        await make.category(session, event)
        guests = [await make.registration(session, signer, event, email=f"g{n}@x.example") for n in range(3)]
        before = {guest.id: (guest.search, guest.sort_key) for guest in guests}
        old = "UPDATE registrations SET search = ' old', sort_key = 'old' WHERE email <> 'g0@x.example'"
        await session.execute(text(old))

    assert await refold(db.url, lambda _: None) == 2

    async with db.begin() as session:
        now = {one: await session.get_one(Registration, one) for one in before}
        assert {one: (guest.search, guest.sort_key) for one, guest in now.items()} == before
    assert await refold(db.url, lambda _: None) == 0
