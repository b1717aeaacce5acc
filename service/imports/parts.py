"""What is applied at a time: rows, and what they need to know of their event."""

from typing import Any
from uuid import UUID

import msgspec

from service.core.actor import Actor
from service.imports.schemas import Options


class Row(msgspec.Struct, kw_only=True):
    """What is needed of an ImportRow, read and written a thousand at a time."""

    import_id: UUID
    line: int
    verdict: str
    data: dict[str, Any]
    changes: dict[str, Any]
    registration_id: UUID | None
    expected: int | None
    field: str = ""
    problem: str = ""
    done: bool = False
    made: bool = False
    version: int | None = None


class Part(msgspec.Struct, frozen=True):
    """What every part needs to know of the event; `not_ours` are categories where others approve."""

    event_id: UUID
    organisation_id: UUID
    options: Options
    categories: dict[str, tuple[UUID, str]]
    delegations: dict[str, UUID]
    not_ours: frozenset[UUID]


def category_of(part: Part, row: Row) -> tuple[UUID, str]:
    """The category that the row names, and its approval."""
    return part.categories[(row.data.get("category") or row.data["category_name"]).casefold()]


def delegation_of(part: Part, row: Row) -> UUID | None:
    """The delegation that the row names, if it names one."""
    name = row.data.get("delegation")
    return part.delegations.get(name.casefold()) if name else None


def line_of(actor: Actor, part: Part, subject_id: UUID, name: str, data: dict[str, Any]) -> dict[str, Any]:
    """One line of the history."""
    return {
        "organisation_id": part.organisation_id, "event_id": part.event_id, "subject_id": subject_id, "name": name,
        "actor_kind": actor.kind, "actor_id": actor.id, "actor_name": actor.name, "data": data,
    }  # fmt: skip


def refuse(row: Row, field: str, problem: str) -> None:
    """It comes back in the file of wrong rows, with the reason."""
    row.verdict, row.field, row.problem, row.done = "wrong", field, problem, True
