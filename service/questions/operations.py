"""Making and changing an event's questions; every change raises the event's version. Erasing what may not be kept."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.operations import record
from service.core.actor import SYSTEM, Actor
from service.core.tokens import new_id
from service.events.models import Category, Event
from service.events.operations import touch
from service.events.queries import list_categories
from service.places.operations import place_of, set_capacity
from service.questions.errors import KindFixed, QuestionNeeded
from service.questions.facts import QuestionFacts, choice_id
from service.questions.models import Question
from service.questions.queries import count_answers, get_question, list_questions
from service.questions.schemas import QuestionForm, check_question, key_of

PLAIN = (
    "kind",
    "label",
    "help",
    "required",
    "personal",
    "retention_days",
    "at_door",
    "asks_again",
    "minimum",
    "maximum",
)


async def save_question(
    session: AsyncSession, actor: Actor, event: Event, form: QuestionForm, *, question_id: UUID | None = None,
    key: str = "",
) -> Question:  # fmt: skip
    """A new question, behind the others, or a changed one; `key` for a new one, else its label makes one.

    Raises QuestionInvalid, KindFixed, TooManyTaken, NotFound."""
    await session.refresh(event, with_for_update=True)  # two who save at once: keys and order stay unique
    known = await list_questions(session, event.id)
    categories = await list_categories(session, event.id)
    question = await get_question(session, event.id, question_id) if question_id else None
    earlier = (
        known if question is None else [one for one in known if one.id != question.id][: question.ordinal]
    )
    form = check_question(form, earlier, [category.key for category in categories])
    if question is None:
        question = Question(
            id=new_id(), event_id=event.id, ordinal=len(known),
            key=key or key_of(form.label, {one.key for one in known}, "question"),
        )  # fmt: skip
        session.add(question)
    elif question.kind != form.kind and await count_answers(session, event.id, question.key):
        raise KindFixed
    before = await _write(session, question, form, categories)
    touch(event)
    await _record(session, actor, event, question, "question.saved", before=before, after=_spoken(question))
    return question


async def _write(
    session: AsyncSession, question: Question, form: QuestionForm, categories: Sequence[Category]
) -> dict[str, Any]:
    before = _spoken(question) if question.kind else {}
    old = {one["key"] for one in question.choices or [] if one["places"] is not None}
    for name in PLAIN:
        setattr(question, name, getattr(form, name))
    question.choices = [msgspec.to_builtins(one) for one in form.choices]
    question.condition = msgspec.to_builtins(form.condition) if form.condition else {}
    question.category_ids = [one.id for one in categories if one.key in form.categories]
    await session.flush()
    limited = {one.key: one.places for one in form.choices if one.places is not None}
    await _uncount(session, question, sorted(old - limited.keys()))
    for key, places in limited.items():
        if key not in old:
            await _count_in(session, question, key)
        await set_capacity(session, _counter(question, key), "choice", places)
    return before


def _counter(question: Question, key: str) -> UUID:
    return place_of(question.id, choice_id(question.id, key))


async def _count_in(session: AsyncSession, question: Question, key: str) -> None:
    """Who chose it before it had places holds one now; their rows stay locked until the counter is there."""
    known = {
        "event_id": question.event_id, "question": question.key, "choice": key, "place": _counter(question, key),
    }  # fmt: skip
    await session.execute(_HOLD, known)
    await session.execute(_COUNT, known)


_HOLD = text("""
    UPDATE registrations SET choice_places = choice_places || CAST(:place AS uuid)
    WHERE event_id = :event_id AND answers -> :question @> to_jsonb(CAST(:choice AS text))
        AND NOT choice_places @> ARRAY[CAST(:place AS uuid)]
""")
_COUNT = text("""
    INSERT INTO places (id, kind, taken) SELECT CAST(:place AS uuid), 'choice', count(*) FROM registrations
    WHERE event_id = :event_id AND choice_places @> ARRAY[CAST(:place AS uuid)]
        AND state IN ('pending', 'held', 'offered', 'approved')
    ON CONFLICT (id) DO UPDATE SET taken = excluded.taken
""")


async def _uncount(session: AsyncSession, question: Question, keys: Sequence[str]) -> None:
    """These have no places any more: nobody holds one, and the counters are gone."""
    if not keys:
        return
    known = {"event_id": question.event_id, "ids": [_counter(question, key) for key in keys]}
    await session.execute(_LET_GO, known)
    await session.execute(text("DELETE FROM places WHERE id = ANY(:ids)"), {"ids": known["ids"]})


_LET_GO = text("""
    UPDATE registrations SET choice_places = ARRAY(SELECT one FROM unnest(choice_places) AS one WHERE one <> ALL(:ids))
    WHERE event_id = :event_id AND choice_places && CAST(:ids AS uuid[])
""")


def _spoken(question: Question) -> dict[str, Any]:
    """What the history keeps of it."""
    return {name: getattr(question, name) for name in (*PLAIN, "choices", "condition")}


async def move_question(
    session: AsyncSession, actor: Actor, event: Event, question_id: UUID, *, up: bool
) -> None:
    """One place up or down; at the end it stays. Raises QuestionNeeded where a condition would name a later one."""
    await session.refresh(event, with_for_update=True)
    wanted = select(Question).where(Question.event_id == event.id).order_by(Question.ordinal, Question.id)
    rows = list((await session.execute(wanted)).scalars())
    question = await get_question(session, event.id, question_id)
    at = rows.index(question)
    to = at - 1 if up else at + 1
    if not 0 <= to < len(rows):
        return
    first, second = (rows[to], question) if up else (question, rows[to])
    if second.condition.get("question") == first.key:
        raise QuestionNeeded(question=next(iter(second.label.values()), second.key))
    rows[at], rows[to] = rows[to], rows[at]
    for ordinal, row in enumerate(rows):
        row.ordinal = ordinal
    touch(event)
    await _record(session, actor, event, question, "question.moved", label=question.label)


async def remove_question(session: AsyncSession, actor: Actor, event: Event, question_id: UUID) -> int:
    """With its answers and files; returns how many had answered. Raises QuestionNeeded, NotFound."""
    await session.refresh(event, with_for_update=True)
    question = await get_question(session, event.id, question_id)
    for other in await list_questions(session, event.id):
        if other.condition and other.condition.question == question.key:
            raise QuestionNeeded(question=next(iter(other.label.values()), other.key))
    answered = await _erase(session, event.id, [question.key])
    await _uncount(session, question, [one["key"] for one in question.choices])
    touch(event)
    await _record(
        session, actor, event, question, "question.removed", label=question.label, answered=answered
    )
    await session.delete(question)
    await session.flush()
    await session.execute(_CLOSE_RANKS, {"event_id": event.id})
    return answered


_CLOSE_RANKS = text("""
    UPDATE questions q SET ordinal = o.place - 1
    FROM (SELECT id, row_number() OVER (ORDER BY ordinal, id) AS place FROM questions WHERE event_id = :event_id) o
    WHERE o.id = q.id
""")


async def set_answers_until(
    session: AsyncSession, actor: Actor, event: Event, until: datetime | None
) -> None:
    """When guests may last change their answers (None: until the event's end)."""
    before, event.answers_until = event.answers_until, until
    if before == until:
        return
    touch(event)
    await record(
        session, actor, "event.changed", organisation_id=event.organisation_id, event_id=event.id,
        subject_id=event.id, changed={"answers_until": [before, until]},
    )  # fmt: skip


async def copy_questions(session: AsyncSession, source: Event, event: Event) -> None:
    """All questions of another event of the house, for the categories of the same keys."""
    keys = {category.id: category.key for category in await list_categories(session, source.id)}
    ids = {category.key: category.id for category in await list_categories(session, event.id)}
    for one in (await session.execute(select(Question).where(Question.event_id == source.id))).scalars():
        copy = Question(
            id=new_id(), event_id=event.id, key=one.key, ordinal=one.ordinal, choices=one.choices,
            condition=one.condition, category_ids=[ids[keys[id_]] for id_ in one.category_ids if keys.get(id_) in ids],
            **{name: getattr(one, name) for name in PLAIN},
        )  # fmt: skip
        session.add(copy)
        for choice in one.choices:
            if choice["places"] is not None:
                counter = place_of(copy.id, choice_id(copy.id, choice["key"]))
                await set_capacity(session, counter, "choice", choice["places"])
    await session.flush()


async def erase_expired(session: AsyncSession, now: datetime) -> int:
    """Personal answers whose time is over, with their files and what the history says of them. How many were erased."""
    erased = 0
    for row in (await session.execute(_EXPIRED, {"now": now})).all():
        count = await _erase(session, row.event_id, row.keys)
        if count:
            await record(
                session, SYSTEM, "answers.erased", organisation_id=row.organisation_id, event_id=row.event_id,
                subject_id=row.event_id, keys=row.keys, answered=count,
            )  # fmt: skip
        erased += count
    return erased


_EXPIRED = text("""
    SELECT e.id AS event_id, e.organisation_id, array_agg(q.key ORDER BY q.ordinal) AS keys
    FROM questions q JOIN events e ON e.id = q.event_id
    WHERE q.personal AND q.retention_days IS NOT NULL
        AND e.ends_at + q.retention_days * interval '1 day' < :now
    GROUP BY e.id
""")


async def _erase(session: AsyncSession, event_id: UUID, keys: Sequence[str]) -> int:
    """Answers, files and lines of the history. How many registrations had any of these answers."""
    known: Mapping[str, Any] = {"event_id": event_id, "keys": list(keys)}
    await session.execute(_ERASE_FILES, known)
    await session.execute(_ERASE_HISTORY, known)
    return len((await session.execute(_ERASE_ANSWERS, known)).all())


_ERASE_ANSWERS = text("""
    UPDATE registrations SET answers = answers - CAST(:keys AS text[]), version = version + 1
    WHERE event_id = :event_id AND answers ?| CAST(:keys AS text[]) RETURNING id
""")
_ERASE_FILES = text("""
    DELETE FROM files USING questions q
    WHERE q.id = files.question_id AND q.event_id = :event_id AND q.key = ANY(CAST(:keys AS text[]))
""")
_ERASE_HISTORY = text("""
    UPDATE audit SET data = jsonb_set(data, '{answers}', (data -> 'answers') - CAST(:keys AS text[]))
    WHERE event_id = :event_id AND data -> 'answers' ?| CAST(:keys AS text[])
""")


async def _record(
    session: AsyncSession, actor: Actor, event: Event, question: Question, name: str, **data: object
) -> None:
    await session.flush()
    await record(
        session, actor, name, organisation_id=event.organisation_id, event_id=event.id, subject_id=question.id,
        key=question.key, **data,
    )  # fmt: skip


def changed_answers(
    questions: Sequence[QuestionFacts], before: Mapping[str, Any], after: Mapping[str, Any]
) -> dict[str, dict[str, Any]]:
    """By key: label, before and after (None: no answer), for the history."""
    return {
        one.key: {"label": one.label, "before": before.get(one.key), "after": after.get(one.key)}
        for one in questions
        if before.get(one.key) != after.get(one.key)
    }
