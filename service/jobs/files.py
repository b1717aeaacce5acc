"""The files that jobs make: written and fetched part by part."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from service.core.database import Database
from service.core.errors import NotFound
from service.jobs.models import Job, JobFile, JobFilePart

PART = 256 * 1024  # bytes


async def keep_file(session: AsyncSession, job_id: UUID, path: Path, name: str, media_type: str) -> None:
    """The file at this path as what the job made, in place of what an attempt before may have left."""
    await session.execute(delete(JobFile).where(JobFile.job_id == job_id))
    await session.execute(insert(JobFile).values(job_id=job_id, name=name, media_type=media_type))
    with path.open("rb") as file:
        ordinal = 0
        while body := file.read(PART):
            await session.execute(insert(JobFilePart).values(job_id=job_id, ordinal=ordinal, body=body))
            ordinal += 1


async def get_file(session: AsyncSession, job: Job) -> JobFile:
    """What the job made. Raises NotFound while there is none, and when it was thrown away."""
    found = await session.get(JobFile, job.id)
    if found is None:
        raise NotFound
    return found


async def read_parts(db: Database, job_id: UUID) -> AsyncIterator[bytes]:
    """Each in a transaction of its own: whoever fetches slowly holds no connection."""
    ordinal = 0
    while True:
        wanted = select(JobFilePart.body).where(JobFilePart.job_id == job_id, JobFilePart.ordinal == ordinal)
        async with db.begin() as session:
            body = (await session.execute(wanted)).scalar_one_or_none()
        if body is None:
            return
        yield body
        ordinal += 1
