"""Writing the history: one line per change, in the same transaction as the change."""

from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.models import AuditLine
from service.core.actor import Actor


async def record(
    session: AsyncSession, actor: Actor, name: str, *, organisation_id: UUID, subject_id: UUID,
    event_id: UUID | None = None, **data: Any,
) -> None:  # fmt: skip
    """`name` is dotted: what happened to what (`registration.approved`). `data` holds before, after, reason."""
    await session.execute(
        insert(AuditLine).values(
            organisation_id=organisation_id, event_id=event_id, subject_id=subject_id, name=name,
            actor_kind=actor.kind, actor_id=actor.id, actor_name=actor.name, data=data,
        )
    )  # fmt: skip
