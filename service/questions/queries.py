"""Reads of questions, always of one event that was fetched with the right access."""

from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from service.core.database import Database
from service.core.errors import NotFound
from service.questions.facts import Choice, Condition, QuestionFacts
from service.questions.models import Question

REMEMBERED = 500


async def list_questions(session: AsyncSession, event_id: UUID) -> tuple[QuestionFacts, ...]:
    """In the organizer's order. One query."""
    rows = (await session.execute(_QUESTIONS, {"event_id": event_id})).mappings()
    return tuple(_facts({**row}) for row in rows)


_QUESTIONS = text("""
    SELECT q.id, q.key, q.kind, q.label, q.help, q.choices, q.required, q.condition, q.personal, q.retention_days,
        q.at_door, q.asks_again, q.minimum, q.maximum,
        CASE WHEN cardinality(q.category_ids) > 0 THEN ARRAY(
            SELECT c.key FROM categories c WHERE c.id = ANY(q.category_ids) ORDER BY c.ordinal, c.id) END AS categories
    FROM questions q WHERE q.event_id = :event_id ORDER BY q.ordinal, q.id
""")


def _facts(row: dict[str, Any]) -> QuestionFacts:
    condition = row.pop("condition") or None
    return QuestionFacts(
        choices=msgspec.convert(row.pop("choices"), tuple[Choice, ...]),
        categories=msgspec.convert(row.pop("categories"), tuple[str, ...] | None),
        condition=msgspec.convert(condition, Condition | None), **row,
    )  # fmt: skip


class Questions:
    """Of public events, by event and its version: read once for each change, not once a guest.

    Whoever changes a question raises the event's version (questions.operations)."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._known: dict[UUID, tuple[int, tuple[QuestionFacts, ...]]] = {}

    async def get(self, event_id: UUID, version: int) -> tuple[QuestionFacts, ...]:
        """The event's questions as of this version, or later."""
        known = self._known.get(event_id)
        if known is not None and known[0] >= version:
            return known[1]
        async with self._db.begin() as session:
            questions = await list_questions(session, event_id)
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        self._known[event_id] = (version, questions)
        return questions


async def get_question(session: AsyncSession, event_id: UUID, question_id: UUID) -> Question:
    """Raises NotFound when it is not of this event."""
    wanted = select(Question).where(Question.id == question_id, Question.event_id == event_id)
    found = (await session.execute(wanted)).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


async def count_answers(session: AsyncSession, event_id: UUID, key: str) -> int:
    """How many guests of the event have answered."""
    counted = text("SELECT count(*) FROM registrations WHERE event_id = :event_id AND answers ? :key")
    return int((await session.execute(counted, {"event_id": event_id, "key": key})).scalar_one())
