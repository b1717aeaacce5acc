"""An installation that goes back to the version before keeps what that one can say, and comes forward again."""

import asyncio

from alembic import command
from sqlalchemy import text

from service.core.actor import SYSTEM
from service.core.clock import now
from service.core.database import Database
from service.credentials.operations import Signer
from service.dev.schema import config
from service.events.queries import list_category_views
from service.invitations.operations import Offer, invite
from service.invitations.schemas import Guest, WaveForm
from service.invitations.waves import save_wave
from service.messages.rules import start_rule
from service.messages.timing import When
from service.messages.wordings import save
from tests.support import factories as make

BEFORE = "0014"


async def test_with_everything_that_came_since_in_use(db: Database, signer: Signer) -> None:
    async with db.begin() as session:
        event = await make.event(session, await make.organisation(session))
        await make.category(session, event)
        await make.registration(session, signer, event)
        wave = await save_wave(session, SYSTEM, event, WaveForm(name="Press", places=1), now=now())
        guests = [
            Guest(name=name, email=f"{name}@a.example", language="kk", category="business", companions=2)
            for name in ("asked", "waits")
        ]
        categories = await list_category_views(session, event.id)
        await invite(session, SYSTEM, event, guests, categories, offer=Offer(wave=wave), now=now())
        named = [Guest(name="named", email="named@a.example", language="kk", category="business")]
        await invite(session, SYSTEM, event, named, categories, now=now())
        await session.execute(
            text("UPDATE invitations SET state = 'substituted' WHERE native_name = 'asked'")
        )
        await session.execute(
            text("""
                UPDATE invitations SET instead_of_id = (SELECT id FROM invitations WHERE native_name = 'asked')
                WHERE native_name = 'named'
            """)
        )
        await start_rule(
            session, SYSTEM, event, When(anchor="ends", after=True), segment="", subject={"en": "Soon"},
            body={"en": "Come"},
        )  # fmt: skip
        await save(session, SYSTEM, event, "invitation", {"en": {"text": "Come"}}, 0)
        await session.execute(text("UPDATE registrations SET calendar_answer = 'accepted'"))
        await session.execute(text("UPDATE deliveries SET state = 'bounced', refusal = 'hard'"))
    alembic = config(db.url)
    await db.engine.dispose()
    await asyncio.to_thread(command.downgrade, alembic, BEFORE)
    async with db.begin() as session:
        rows = await session.execute(text("SELECT native_name, state FROM invitations ORDER BY native_name"))
        assert [tuple(row) for row in rows] == [("asked", "declined"), ("named", "queued")]
    await db.engine.dispose()
    await asyncio.to_thread(command.upgrade, alembic, "head")

    async with db.begin() as session:
        rows = await session.execute(
            text("""
                SELECT native_name, invited_at = created_at, plus_ones, (SELECT count(*) FROM reminder_rules)
                FROM invitations ORDER BY native_name
            """)
        )
        assert [tuple(row) for row in rows] == [("asked", True, 0, 0), ("named", True, 0, 0)]
        lost = await session.execute(text("SELECT count(*) FROM deliveries WHERE failed_at IS NULL"))
        assert lost.scalar_one() == 0
