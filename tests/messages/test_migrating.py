"""The two reminders there were before rules had words: they come into the new form, and nobody gets one again."""

import asyncio
from datetime import UTC, datetime, timedelta

from alembic import command
from sqlalchemy import text

from service.core.database import Database
from service.credentials.operations import Signer
from service.dev.schema import config
from service.messages.due import queue_all
from tests.support import factories as make
from tests.support.outbox import invite_many

BEFORE = "0014"
EARLIER = datetime.now(UTC) - timedelta(hours=1)


async def test_whoever_had_a_reminder_does_not_get_it_again(db: Database, signer: Signer) -> None:
    """One event whose reminders were sent, one where they wait, one where somebody had it by hand."""
    soon = {
        "starts_at": datetime.now(UTC) + timedelta(days=1),
        "ends_at": datetime.now(UTC) + timedelta(days=2),
    }
    async with db.begin() as session:
        host = await make.organisation(session)
        for slug in ("sent", "waits"):
            event = await make.event(session, host, slug, **soon)
            await make.category(session, event, approval="automatic")
            await invite_many(session, event, 1)
            for name in ("had", "new"):
                await make.registration(session, signer, event, email=f"{name}@{slug}.example")
    alembic = config(db.url)
    await db.engine.dispose()
    await asyncio.to_thread(command.downgrade, alembic, BEFORE)
    async with db.begin() as session:
        for audience, of in (("guests", "registration"), ("silent", "invitation")):
            await session.execute(
                text("""
                    INSERT INTO reminder_rules (event_id, audience, days_before, local_hour, sent_at, queued)
                    SELECT id, :audience, 3, 9, CASE slug WHEN 'sent' THEN CAST(:at AS timestamptz) END,
                        CASE slug WHEN 'sent' THEN 1 END FROM events
                """),
                {"audience": audience, "at": EARLIER},
            )
            await session.execute(
                text(f"""
                    INSERT INTO outbox (kind, payload, dedup, state)
                    SELECT 'mail', '{{}}', 'reminder:' || rule.id || ':' || who.id, 'done'
                    FROM reminder_rules rule JOIN {of}s who ON who.event_id = rule.event_id
                    WHERE rule.audience = :audience AND who.email NOT LIKE 'new%'
                """),
                {"audience": audience},
            )
    await db.engine.dispose()
    await asyncio.to_thread(command.upgrade, alembic, "head")

    async with db.begin() as session:
        rows = await session.execute(
            text("""
                SELECT slug, audience, letter, anchor, amount, unit, local_time::text, r.state, sent_at IS NULL AS waits
                FROM reminder_rules r JOIN events e ON e.id = event_id ORDER BY slug, audience
            """)
        )
        found = [tuple(row) for row in rows]
    common = ("starts", 3, "days", "09:00:00", "on")
    assert found == [
        (slug, audience, letter, *common, waits)
        for slug, waits in (("sent", False), ("waits", True))
        for audience, letter in (("guests", "event_reminder"), ("silent", "invitation_reminder"))
    ]
    assert await queue_all(db, datetime.now(UTC)) == 1
    async with db.begin() as session:
        told = await session.execute(text("SELECT address FROM deliveries WHERE letter LIKE '%reminder'"))
        assert list(told.scalars()) == ["new@waits.example"]
