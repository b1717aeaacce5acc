"""The steps of approval in a category, and who may decide at each."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec

from service.core.actor import Actor

MOST = 3
Kind = Literal["desk", "protocol", "security", "own"]
KINDS: tuple[Kind, ...] = ("desk", "protocol", "security", "own")


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """`name` is the team's own word for a step of the kind own. Whoever manages the event decides, or, at a `named`
    step, the accounts that are its `deciders` alone. Owners may decide at any, and workers, which act by a rule."""

    kind: Kind = "desk"
    name: Annotated[str, msgspec.Meta(max_length=60)] = ""
    named: bool = False
    deciders: tuple[UUID, ...] = ()

    def open_to(self, actor: Actor, organisation_id: UUID, event_id: UUID) -> bool:
        """Whether this actor may decide here. One who left the team may not, even where their name still stands."""
        needs = actor.needs(organisation_id, event_id)
        if actor.kind == "system":
            return True
        if "own" in needs or not self.named:
            return "manage" in needs
        return "see" in needs and actor.kind == "account" and actor.id in self.deciders


def steps_of(stored: Any) -> tuple[Step, ...]:
    """From `Category.steps`."""
    return msgspec.convert(stored, tuple[Step, ...], strict=False)


def step_at(steps: Sequence[Step], number: int) -> Step:
    """The one that a registration's `step` (from 1) names; the last one when there are fewer by now."""
    return steps[min(number, len(steps)) - 1]
