"""The answers to an event's questions as fields of the list."""

import re
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Numeric, case, cast, func, not_, or_
from sqlalchemy.ext.asyncio import AsyncSession

from service.core.actor import Actor
from service.events.models import Event
from service.lists.fields import Condition, Field, Kind, Scope
from service.lists.language import ANY, NONE, Term
from service.questions.facts import QuestionFacts
from service.questions.models import CHOOSING, UPLOADED
from service.questions.queries import list_questions
from service.registrations.models import Registration

KINDS: dict[str, Kind] = {"number": "number", "date": "date"}
_NUMBER = re.compile(r"^-?[0-9]{1,15}(\.[0-9]{1,6})?$")


async def scope_of(session: AsyncSession, event: Event, actor: Actor | None = None) -> Scope:
    """The event with its questions, for this reader. One query."""
    questions = await list_questions(session, event.id)
    fields = [_field_of(question) for question in questions]
    return Scope(
        event.id, event.organisation_id, event.zone, questions=questions,
        answers={field.key: field for field in fields}, actor=actor,
    )  # fmt: skip


def _field_of(question: QuestionFacts) -> Field:
    if question.kind in CHOOSING:
        return answer_field(question.key, "choice", tuple(choice.key for choice in question.choices))
    if question.kind in ("yes_no", "consent"):
        return answer_field(question.key, "choice", ("yes", "no"))
    if question.kind in UPLOADED:
        return answer_field(question.key, "choice")
    return answer_field(question.key, KINDS.get(question.kind, "text"))


def answer_field(key: str, kind: Kind = "text", choices: tuple[str, ...] = ()) -> Field:
    """A field for the answers to one question: `answer.KEY`."""

    def condition(_: Scope, term: Term) -> Condition:
        return or_(*(_answer_way(key, term.sign, value) for value in term.values))

    return Field(
        key=f"answer.{key}", kind=kind, condition=condition, choices=choices, nullable=True, may_be_null=True
    )


def _answer_way(key: str, sign: str, value: str) -> Condition:
    """An answer is a text, a number, true or false, or a list of texts."""
    answer, text = Registration.answers[key], func.coalesce(Registration.answers[key].astext, "")
    if value in (NONE, ANY):
        empty = text.in_(("", "[]", "false"))
        return empty if value == NONE else not_(empty)
    if sign == "~":
        return text.icontains(value, autoescape=True)
    if sign != ":":
        return _compared(text, sign, value)
    word = {"yes": "true", "no": "false"}.get(value.lower(), value.lower())
    return or_(func.lower(text).in_((value.lower(), word)), answer.contains([value]))


def _compared(text: ColumnElement[str], sign: str, value: str) -> Condition:
    """Numbers as numbers, everything else as text: ISO dates stand in order as texts. No answer is no match."""
    left: ColumnElement[Any] = func.nullif(text, "")
    right: Any = value
    if _NUMBER.fullmatch(value):
        left = case((text.regexp_match(_NUMBER.pattern), cast(text, Numeric)))
        right = Decimal(value)
    ways: dict[str, Condition] = {
        "<": left < right,
        "<=": left <= right,
        ">": left > right,
        ">=": left >= right,
    }
    return ways[sign]
