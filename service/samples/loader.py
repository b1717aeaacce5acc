"""Loads everything in one transaction, once."""

import random

from sqlalchemy import text

from service import all_models  # noqa: F401 — every model loaded: foreign keys find their targets
from service.core.clock import now
from service.core.database import Database
from service.core.tokens import new_id
from service.credentials.operations import load_signer
from service.samples.delegations import name_heads
from service.samples.door import add_arrivals
from service.samples.guests import add_guests, add_people
from service.samples.invitations import add_invitations
from service.samples.messages import add_messages
from service.samples.people import delegates
from service.samples.rows import World
from service.samples.stage import LOGINS, ORGANISATION, add_events, add_team
from service.settings import Settings

__all__ = ["LOGINS", "load"]
SEED = 2027


async def load(settings: Settings, *, real_dates: bool) -> None:
    """The samples with their dates around today, or as they were in 2025. Does nothing if they are there already."""
    db = Database(settings.database_url, pool_size=1, hot_pool_size=1)
    try:
        async with db.begin() as session:
            # two who start at once: the second waits here, and then finds the organisation
            await session.execute(text("SELECT pg_advisory_xact_lock(4155207)"))
            known = text("SELECT 1 FROM organisations WHERE slug = :slug")
            if (await session.execute(known, {"slug": ORGANISATION})).first() is not None:
                return
            signer = await load_signer(session, settings.master_key)
            world = World(now=now(), rng=random.Random(SEED), signer=signer, organisation_id=new_id())  # noqa: S311
            await _fill(world, real_dates=real_dates)
            await world.write(session)
            await name_heads(session)
    finally:
        await db.close()


async def _fill(world: World, *, real_dates: bool) -> None:
    await add_team(world)
    people = delegates(world.rng)
    add_people(world, people)
    for stage in add_events(world, real_dates=real_dates).values():
        guests = add_guests(world, stage, people)
        add_invitations(world, stage, guests, people)
        add_messages(world, stage)
        add_arrivals(world, stage, guests)
