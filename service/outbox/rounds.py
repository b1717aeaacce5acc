"""Which sending of a mail a report is about.

Whenever people have a mail sent anew (its task begins again from zero, maybe to another address), its envelope sender
is another one: a late report about the former sending says nothing of this one."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

SIGNS = "0123456789abcdefghijklmnopqrstuvwxyz"

# of an outbox row called o; those beyond the last sign share it. The time in which it may be postponed begins anew
NEXT = f"""
    payload = o.payload - 'postponed_at' || jsonb_build_object(
        'round', least({len(SIGNS) - 1}, coalesce((o.payload ->> 'round')::int, 0) + 1))
"""


def token_of(task_id: UUID, payload: Mapping[str, Any]) -> str:
    """What the envelope sender of this sending says."""
    number = int(payload.get("round", 0))
    return task_id.hex + (SIGNS[number] if number else "")


def read_token(token: str) -> tuple[UUID, int] | None:
    """The task, and which of its sendings; None for what `token_of` never made."""
    try:
        return UUID(hex=token[:32]), SIGNS.index(token[32:] or "0")
    except ValueError:
        return None
