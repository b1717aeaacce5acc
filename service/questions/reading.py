"""Reading what was typed into the questions of a form, with the files that came along. Nothing is lost on an error."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from litestar.datastructures import UploadFile
from sqlalchemy.ext.asyncio import AsyncSession

from service.questions.errors import FileRefused
from service.questions.facts import Crop, QuestionFacts
from service.questions.files import find_kept, kept
from service.questions.models import UPLOADED, StoredFile
from service.questions.typed import Typed
from service.questions.uploads import LARGEST, Upload, cut_again, store
from service.web.forms import Form

GONE = "Please choose the file again."


async def read_typed(
    session: AsyncSession, master_key: bytes, form: Form, questions: Sequence[QuestionFacts], event_id: UUID,
    registration_id: UUID | None = None,
) -> Typed:  # fmt: skip
    """The fields `q_<key>`; of a file also `kept_<key>` (the token of one that is here), `drop_<key>` and, of a
    portrait, what part to cut out. A file is stored at once; commit the session even if the form is refused."""
    typed = Typed()
    for question in questions:
        if question.kind in UPLOADED:
            await _take_in(session, master_key, form, question, event_id, registration_id, typed)
        elif question.kind == "many_of":
            typed.given[question.key] = form.many(question.field)
        else:
            typed.given[question.key] = form.get(question.field, "")
    return typed


async def _take_in(
    session: AsyncSession, master_key: bytes, form: Form, question: QuestionFacts, event_id: UUID,
    registration_id: UUID | None, typed: Typed,
) -> None:  # fmt: skip
    upload, crop = form.files.get(question.field), _crop(form, question.key)
    token = form.get(f"kept_{question.key}", "")
    file: StoredFile | None = None
    try:
        if upload is not None and upload.filename:
            file = await store(session, question, event_id, await _read(upload, question), crop)
        elif token and form.get(f"drop_{question.key}") != "yes":
            file = await find_kept(session, master_key, token, question, registration_id)
            if file is None:
                typed.errors[question.field] = GONE
            elif question.kind == "photo" and crop != msgspec.convert(file.crop, Crop):
                file = await cut_again(session, file, crop)
    except FileRefused as refused:
        typed.errors |= refused.errors
    if file is not None:
        typed.given[question.key] = str(file.id)
        typed.kept[question.key] = kept(file, master_key)


async def _read(upload: UploadFile, question: QuestionFacts) -> Upload:
    return Upload(upload.filename, await upload.read(LARGEST[question.kind] + 1))


def _crop(form: Form, key: str) -> Crop:
    """In percent on the form; what cannot be read, or lies outside, is brought inside."""

    def percent(name: str, low: float, high: float, usual: float) -> float:
        text = form.get(f"{name}_{key}", "")
        return min(max(int(text), low), high) / 100 if text.isdecimal() and len(text) < 5 else usual

    return Crop(
        x=percent("across", 0, 100, 0.5), y=percent("down", 0, 100, 0.5), zoom=percent("zoom", 100, 400, 1.0)
    )
