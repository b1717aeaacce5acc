"""Reads of imports, always within one event that was fetched with the right access."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from service.core.errors import NotFound
from service.imports.models import Import, ImportFile, ImportRow, SavedMapping
from service.registrations.models import Registration
from service.registrations.queries import as_id

PAGE = 50


async def get_import(session: AsyncSession, event_id: UUID, import_id: UUID, *, lock: bool = False) -> Import:
    """Raises NotFound when it is not of this event."""
    wanted = select(Import).where(Import.id == import_id, Import.event_id == event_id)
    found = (await session.execute(wanted.with_for_update() if lock else wanted)).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


async def get_body(session: AsyncSession, import_id: UUID) -> bytes:
    """The file. Raises NotFound when it was thrown away."""
    file = await session.get(ImportFile, import_id)
    if file is None:
        raise NotFound
    return file.body


async def find_mapping(session: AsyncSession, organisation_id: UUID, fingerprint: str) -> SavedMapping | None:
    """How files of this shape were read the last time."""
    return await session.get(SavedMapping, (organisation_id, fingerprint))


async def list_imports(session: AsyncSession, event_id: UUID) -> list[Import]:
    """The newest first."""
    wanted = select(Import).where(Import.event_id == event_id).order_by(Import.created_at.desc()).limit(100)
    return list((await session.execute(wanted)).scalars())


async def list_rows(
    session: AsyncSession, import_id: UUID, verdict: str, after: int, limit: int = PAGE
) -> list[ImportRow]:
    """Of one verdict, from the line after `after` on."""
    wanted = select(ImportRow).where(
        ImportRow.import_id == import_id, ImportRow.verdict == verdict, ImportRow.line > after
    )
    return list((await session.execute(wanted.order_by(ImportRow.line).limit(limit))).scalars())


async def count_choices(session: AsyncSession, import_id: UUID) -> dict[str, int]:
    """Of the possible doubles, how many were chosen which way; '' for those still open."""
    wanted = select(ImportRow.choice, func.count()).where(
        ImportRow.import_id == import_id, ImportRow.verdict == "duplicate"
    )
    rows = await session.execute(wanted.group_by(ImportRow.choice))
    return {row[0]: row[1] for row in rows}


async def find_candidate(session: AsyncSession, event_id: UUID, text: str) -> UUID | None:
    """The guest that a row may be, if it is one of this event."""
    wanted = select(Registration.id).where(Registration.id == as_id(text), Registration.event_id == event_id)
    found: UUID | None = (await session.execute(wanted)).scalar_one_or_none()
    return found


async def list_wrong(session: AsyncSession, import_id: UUID) -> Sequence[ImportRow]:
    """All rows to correct, in the order of the file."""
    wanted = select(ImportRow).where(ImportRow.import_id == import_id, ImportRow.verdict == "wrong")
    return (await session.execute(wanted.order_by(ImportRow.line))).scalars().all()
