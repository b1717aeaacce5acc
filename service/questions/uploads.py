"""Files and portraits as they come: refused with a sentence, or stored at once: an error in the form loses none."""

import hashlib
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from service.questions.errors import FileRefused
from service.questions.facts import Crop, QuestionFacts
from service.questions.models import StoredFile
from service.questions.pictures import portrait
from service.questions.sniff import clean_name, media_type_of

LARGEST = {"file": 10_000_000, "photo": 8_000_000}  # bytes
TOO_LARGE = {
    "file": "This file is too large: 10 MB at most.",
    "photo": "This photo is too large: 8 MB at most.",
}
NOT_TAKEN = (
    "Please choose a PDF, a picture (JPEG, PNG, WebP), a Word document or an Excel table without macros."
)
EMPTY = "This file is empty: please choose another one."


class Upload(msgspec.Struct, frozen=True):
    """What came in: its name, and its bytes (cut off just above the limit)."""

    name: str
    data: bytes


async def store(
    session: AsyncSession, question: QuestionFacts, event_id: UUID, upload: Upload, crop: Crop
) -> StoredFile:
    """A new file that waits for its form. Raises FileRefused by field."""
    try:
        row = await _made(question, upload, crop)
    except FileRefused as refused:
        raise FileRefused({question.field: next(iter(refused.errors.values()))}) from None
    row.event_id, row.question_id = event_id, question.id
    session.add(row)
    await session.flush()
    return row


async def _made(question: QuestionFacts, upload: Upload, crop: Crop) -> StoredFile:
    if not upload.data:
        raise FileRefused({"": EMPTY})
    if len(upload.data) > LARGEST[question.kind]:
        raise FileRefused({"": TOO_LARGE[question.kind]})
    if question.kind == "photo":
        drawn = await portrait(upload.data, crop)
        name = clean_name(upload.name, "image/jpeg")
        return _row(name, "image/jpeg", drawn.cut, source=drawn.whole, crop=msgspec.structs.asdict(crop))
    media_type = media_type_of(upload.data)
    if media_type is None:
        raise FileRefused({"": NOT_TAKEN})
    return _row(clean_name(upload.name, media_type), media_type, upload.data)


def _row(name: str, media_type: str, data: bytes, **more: Any) -> StoredFile:
    digest = hashlib.sha256(data).digest()
    return StoredFile(name=name, media_type=media_type, size=len(data), sha256=digest, data=data, **more)


async def cut_again(session: AsyncSession, file: StoredFile, crop: Crop) -> StoredFile:
    """Another part of the same portrait, as a new file: the former stays until the form is saved."""
    row = await session.execute(
        select(StoredFile).where(StoredFile.id == file.id).options(undefer(StoredFile.source))
    )
    source = row.scalar_one().source
    if source is None:
        return file
    drawn = await portrait(source, crop)
    made = _row(file.name, file.media_type, drawn.cut, source=source, crop=msgspec.structs.asdict(crop))
    made.event_id, made.question_id = file.event_id, file.question_id
    session.add(made)
    await session.flush()
    return made
