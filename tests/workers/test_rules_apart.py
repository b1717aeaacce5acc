"""Reminder rules do not depend on each other."""

from datetime import datetime
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from service.core.database import Database
from service.credentials.operations import Signer
from service.messages import due
from service.messages.due import Part, queue_all
from service.messages.timing import When
from tests.workers.test_rules import START, forum, guest, rule, written


async def test_one_that_breaks_does_not_stop_those_of_others(
    db: Database, signer: Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = await forum(db)
    await guest(db, signer, event, "early")
    broken = await rule(db, event, When(amount=0))
    await rule(db, event, When(amount=0))
    whole = due.queue_part

    async def stumbling(session: AsyncSession, rule_id: UUID, after: UUID, now: datetime) -> Part:
        if rule_id == broken.id:
            raise ValueError("no list is like this")
        return await whole(session, rule_id, after, now)

    monkeypatch.setattr(due, "queue_part", stumbling)
    assert await queue_all(db, START.replace(hour=9, minute=30)) == 1
    assert await written(db) == {"early": 1}
