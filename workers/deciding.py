"""Long work on many guests: decisions, and taking them back."""

from typing import Any
from uuid import UUID

import msgspec

from service.core.clock import now
from service.jobs.models import Job
from service.lists.bulk import Plan, carry_out, take_back
from workers.context import Context
from workers.jobs import Running


async def decide(context: Context, running: Running) -> dict[str, Any]:
    """As the plan in the job says."""
    job = running.job
    return await carry_out(
        context.db, running.actor, job_id=job.id, event_id=job.event_id, organisation_id=job.organisation_id,
        plan=msgspec.convert(job.input, Plan), signer=context.signer, now=now(), progress=running.progress,
    )  # fmt: skip


async def undo(context: Context, running: Running) -> dict[str, Any]:
    """What the job that the input names has changed."""
    job = running.job
    async with context.db.begin() as session:
        first = await session.get_one(Job, UUID(job.input["job"]))
    return await take_back(
        context.db, running.actor, job_id=first.id, event_id=job.event_id, organisation_id=job.organisation_id,
        plan=msgspec.convert(first.input, Plan), now=now(), progress=running.progress,
    )  # fmt: skip
