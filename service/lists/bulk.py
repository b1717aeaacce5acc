"""What is done to many guests of a list: part by part, each part one transaction, and taken back the same way."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from service.core.actor import Actor
from service.core.database import Database
from service.core.errors import Conflict, Forbidden
from service.credentials.operations import Signer
from service.jobs.models import Job
from service.jobs.operations import Progress
from service.jobs.queries import get_job
from service.registrations.bulk import BY_STEP, DECISIONS, Order, Outcome, decide_many
from service.registrations.deleting import delete_many
from service.registrations.moving import move_many, tag_many, watch_many
from service.registrations.undoing import list_changed, undo_many

PART = 500
UNDO_FOR = timedelta(seconds=30)
A_SECOND = 500  # guests a slow machine decides on; the mails wait for the last of them, too
DELETE = "delete"  # begun only when it can no longer be taken back: nothing is undone later
AT_ONCE = 50  # so many are decided while the organizer waits; more by a worker


class TooLate(Conflict):
    code = "too_late_to_undo"
    say = "It is too late to take this back: the mails have left."


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What to do to whom: a decision with its words, or a move, a tag, a mark. `query` is the list one came from."""

    action: str
    ids: list[UUID]
    words: dict[str, str] = {}
    category_id: UUID | None = None
    delegation_id: UUID | None = None
    tag_id: UUID | None = None
    query: str = ""


def mails_at(now: datetime, count: int) -> datetime:
    """When the mails of a decision on so many may leave; until then it can be taken back."""
    return now + UNDO_FOR + timedelta(seconds=count / A_SECOND)


async def carry_out(
    db: Database, actor: Actor, *, job_id: UUID, event_id: UUID, organisation_id: UUID, plan: Plan, signer: Signer,
    now: datetime, progress: Progress,
) -> dict[str, Any]:  # fmt: skip
    """Do it; the result says what became of how many. Raises Forbidden when the actor may not any more; whoever decides
    at a step of approval is asked for one by one (decide_many)."""
    if ("see" if plan.action in BY_STEP else "manage") not in actor.needs(organisation_id, event_id):
        raise Forbidden
    outcome, until = Outcome(), mails_at(now, len(plan.ids))
    order = Order(job_id=job_id, action=plan.action, words=plan.words, mails_at=until, now=now)
    ids = sorted(plan.ids)
    for start in range(0, len(ids), PART):
        await progress(start, len(ids))
        async with db.begin() as session:
            outcome.add(await _do(session, actor, event_id, ids[start : start + PART], plan, order, signer))
    refused = [[say, dict(data), count] for (say, data), count in outcome.refused.most_common()]
    return {"action": plan.action, "count": outcome.done, "refused": refused, "query": plan.query,
            "undo_until": until.isoformat() if outcome.done and plan.action != DELETE else ""}  # fmt: skip


async def _do(
    session: AsyncSession, actor: Actor, event_id: UUID, ids: Sequence[UUID], plan: Plan, order: Order, signer: Signer
) -> Outcome:  # fmt: skip
    if plan.action in DECISIONS:
        return await decide_many(session, actor, event_id, ids, order, signer=signer)
    if plan.action == DELETE:
        return await delete_many(
            session, actor, event_id, ids, job_id=order.job_id, signer=signer, now=order.now
        )
    if plan.action == "category":
        return await move_many(
            session, actor, event_id, ids, job_id=order.job_id, category_id=plan.category_id
        )
    if plan.action == "delegation":
        return await move_many(
            session, actor, event_id, ids, job_id=order.job_id, delegation_id=plan.delegation_id
        )
    if plan.action in ("watch", "unwatch"):
        watched = plan.action == "watch"
        return await watch_many(session, actor, event_id, ids, job_id=order.job_id, watched=watched)
    assert plan.tag_id is not None  # noqa: S101 — the page has found or made it
    return await tag_many(
        session, actor, event_id, ids, job_id=order.job_id, tag_id=plan.tag_id, on=plan.action == "tag"
    )


async def get_undoable(
    session: AsyncSession, actor: Actor, event_id: UUID, job_id: UUID, now: datetime
) -> Job:
    """The actor's own decision whose mails still wait, or what no worker has begun.

    Raises NotFound, TooLate."""
    job = await get_job(session, actor, event_id, job_id, lock=True)
    if is_put_off(job):
        return job
    until = job.result.get("undo_until", "")
    if job.kind != "decide" or job.state != "done" or not until or now >= datetime.fromisoformat(until):
        raise TooLate
    return job


def is_put_off(job: Job) -> bool:
    """Whether it is a deletion, which is taken back by not doing it."""
    return job.input.get("action") == DELETE and job.state == "queued" and not job.attempts


async def take_back(
    db: Database, actor: Actor, *, job_id: UUID, event_id: UUID, organisation_id: UUID, plan: Plan, now: datetime,
    progress: Progress,
) -> dict[str, Any]:  # fmt: skip
    """All that the job changed, as it was; whom somebody changed since stays and is counted. Raises Forbidden."""
    if ("see" if plan.action in BY_STEP else "manage") not in actor.needs(organisation_id, event_id):
        raise Forbidden
    async with db.begin() as session:
        ids = await list_changed(session, job_id)
    outcome = Outcome()
    tag = (plan.tag_id, plan.action == "tag") if plan.tag_id else None
    for start in range(0, len(ids), PART):
        await progress(start, len(ids))
        part = ids[start : start + PART]
        async with db.begin() as session:
            outcome.add(await undo_many(session, actor, event_id, job_id, part, now=now, tag=tag))
    refused = [[say, dict(data), count] for (say, data), count in outcome.refused.most_common()]
    return {
        "action": "undo",
        "count": outcome.done,
        "refused": refused,
        "query": plan.query,
        "undo_until": "",
    }
