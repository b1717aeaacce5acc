"""Files and portraits that answer questions, after they came (`uploads`).

A form that is shown again carries a signed token for each; nobody is given a file for its address alone."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import delete, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from service.core.errors import NotFound
from service.core.tokens import personal_token, read_personal_token
from service.questions.facts import Crop, QuestionFacts
from service.questions.models import UPLOADED, StoredFile

# a form with a file and a portrait, and what else is typed
WITH_FILES = 24_000_000
WAITS = timedelta(days=1)
PURPOSE = "upload"


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A file that is here already: shown by its name, sent again by its token."""

    id: UUID
    name: str
    token: str
    crop: Crop


def kept(file: StoredFile, master_key: bytes) -> Kept:
    """How a form carries it."""
    crop = msgspec.convert(file.crop, Crop)
    return Kept(id=file.id, name=file.name, token=personal_token(master_key, PURPOSE, file.id), crop=crop)


async def find_kept(
    session: AsyncSession,
    master_key: bytes,
    token: str,
    question: QuestionFacts,
    registration_id: UUID | None,
) -> StoredFile | None:
    """The file of a token: one that still waits, or one of this registration's own."""
    file_id = read_personal_token(master_key, PURPOSE, token)
    if file_id is None:
        return None
    mine = or_(StoredFile.registration_id.is_(None), StoredFile.registration_id == registration_id)
    wanted = select(StoredFile).where(StoredFile.id == file_id, StoredFile.question_id == question.id, mine)
    return (await session.execute(wanted)).scalar_one_or_none()


async def list_files(session: AsyncSession, registration_id: UUID) -> dict[str, StoredFile]:
    """All of one registration, by id, without their bytes. One query."""
    wanted = select(StoredFile).where(StoredFile.registration_id == registration_id)
    return {str(file.id): file for file in (await session.execute(wanted)).scalars()}


async def get_file(session: AsyncSession, registration_id: UUID, file_id: UUID) -> StoredFile:
    """With its bytes; the registration was fetched with the right access. Raises NotFound for another's."""
    wanted = select(StoredFile).where(StoredFile.id == file_id, StoredFile.registration_id == registration_id)
    found = (await session.execute(wanted.options(undefer(StoredFile.data)))).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


def files_in(questions: Iterable[QuestionFacts], answers: Mapping[str, Any]) -> list[UUID]:
    """The ids of the files among these answers."""
    return [UUID(answers[one.key]) for one in questions if one.kind in UPLOADED and answers.get(one.key)]


async def settle(
    session: AsyncSession, event_id: UUID, registration_id: UUID, file_ids: Collection[UUID]
) -> None:
    """These are the registration's now; what it had besides is thrown away."""
    if file_ids:
        mine = update(StoredFile).where(
            StoredFile.id.in_(file_ids), StoredFile.event_id == event_id, StoredFile.registration_id.is_(None)
        )
        await session.execute(mine.values(registration_id=registration_id))
    old = delete(StoredFile).where(StoredFile.registration_id == registration_id)
    await session.execute(old.where(StoredFile.id.not_in(file_ids)))


async def throw_away_waiting(session: AsyncSession, now: datetime) -> None:
    """What was uploaded a day ago for a form that nobody sent; a form that was sent gets its file."""
    known = {"before": now - WAITS}
    await session.execute(_FOUND, known)
    await session.execute(_FORGOTTEN, known)


_FOUND = text("""
    UPDATE files f SET registration_id = r.id FROM questions q, registrations r
    WHERE f.registration_id IS NULL AND f.created_at < :before AND q.id = f.question_id
        AND r.event_id = f.event_id AND r.answers ->> q.key = f.id::text
""")
_FORGOTTEN = text("DELETE FROM files WHERE registration_id IS NULL AND created_at < :before")
