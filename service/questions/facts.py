"""A question as forms, checks and the API see it."""

from typing import Annotated
from uuid import UUID, uuid5

import msgspec


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """One answer to choose; `places` None means no limit."""

    key: str
    label: dict[str, str]
    places: int | None = None


class Condition(msgspec.Struct, frozen=True):
    """Asked only when the answer to `question` (an earlier one) is, is_not or contains `value`.

    `value` is a choice's key, yes or no, or a text. No answer passes is_not only."""

    question: str
    test: str
    value: str


class QuestionFacts(msgspec.Struct, frozen=True, kw_only=True):
    """One question. `categories` are keys (None: all categories; empty: none is left of those it was for).

    `minimum` and `maximum` are those of a number; `retention_days` counts from the event's end."""

    id: UUID
    key: str
    kind: str
    label: dict[str, str]
    help: dict[str, str]
    choices: tuple[Choice, ...]
    required: bool
    categories: tuple[str, ...] | None
    condition: Condition | None
    personal: bool
    retention_days: int | None
    at_door: bool
    asks_again: bool
    minimum: float | None
    maximum: float | None

    @property
    def field(self) -> str:
        """Its field on a form."""
        return f"q_{self.key}"

    def is_for(self, category: str) -> bool:
        """Whether guests of this category are asked."""
        return self.categories is None or category in self.categories


def choice_id(question_id: UUID, key: str) -> UUID:
    """The id of a choice, which its counter of places is made from."""
    return uuid5(question_id, key)


class Crop(msgspec.Struct, frozen=True, kw_only=True):
    """Which part is cut out: the centre `x`, `y` from 0 (left, top) to 1, and `zoom` from 1 (as much as fits)."""

    x: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.5
    y: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.5
    zoom: Annotated[float, msgspec.Meta(ge=1, le=4)] = 1.0
