"""Reads of jobs, always within one event that was fetched with the right access."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.core.actor import Actor
from service.core.errors import NotFound
from service.jobs.models import Job


async def get_job(
    session: AsyncSession, actor: Actor, event_id: UUID, job_id: UUID, *, lock: bool = False
) -> Job:
    """Only its owner's: what it made may hold more than another of the team may see. Raises NotFound."""
    found = await find_job(session, actor, event_id, job_id, lock=lock)
    if found is None:
        raise NotFound
    return found


async def find_job(
    session: AsyncSession, actor: Actor, event_id: UUID, job_id: UUID, *, lock: bool = False
) -> Job | None:
    """The actor's own, or None."""
    wanted = select(Job).where(Job.id == job_id, Job.event_id == event_id, Job.account_id == actor.id)
    return (await session.execute(wanted.with_for_update() if lock else wanted)).scalar_one_or_none()
