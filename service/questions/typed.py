"""What was typed into the questions of a form, with the files that are here. Knows no web: lists say answers, too."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from service.questions.facts import QuestionFacts
from service.questions.files import Kept, kept, list_files
from service.questions.models import UPLOADED


class Typed(msgspec.Struct, kw_only=True):
    """By question: what was `given`, which files are `kept`; by field: what is wrong with an upload."""

    given: dict[str, Any] = msgspec.field(default_factory=dict)
    kept: dict[str, Kept] = msgspec.field(default_factory=dict)
    errors: dict[str, str] = msgspec.field(default_factory=dict)

    @property
    def files(self) -> set[str]:
        """The ids that may stand in answers."""
        return {str(one.id) for one in self.kept.values()}


async def typed_of(
    session: AsyncSession, master_key: bytes, questions: Sequence[QuestionFacts], answers: Mapping[str, Any],
    registration_id: UUID,
) -> Typed:  # fmt: skip
    """The answers as they are, for a form that changes them. One query if there are files among the questions."""
    has_files = any(one.kind in UPLOADED for one in questions)
    files = await list_files(session, registration_id) if has_files else {}
    typed = Typed(given=dict(answers))
    for question in questions:
        if question.kind in UPLOADED and (file := files.get(str(answers.get(question.key)))):
            typed.kept[question.key] = kept(file, master_key)
    return typed
