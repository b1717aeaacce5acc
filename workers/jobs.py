"""Does long work, one job at a time in a process: claims it, tells how far it is, writes down how it ended.

Killed at any moment, a job is claimed again when its lease ends. Its handler therefore commits part by part, and begins
where it left off, or again, without harm."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from sqlalchemy import select

from service.accounts.models import Account
from service.core.actor import Actor
from service.core.errors import QonaqError
from service.jobs import operations
from service.jobs.operations import MAX_ATTEMPTS, Claimed
from service.organisations.actors import load_actor
from workers.context import Context
from workers.marks import away

log = structlog.get_logger()

AGAIN = 5.0  # seconds, when the database went away


class Lost(Exception):
    """The job was stopped, or another worker has it: end at once."""


class Running:
    """A claimed job, as its handler sees it. `actor` has the rights that its owner has now."""

    def __init__(self, context: Context, job: Claimed, actor: Actor) -> None:
        self._context, self.job, self.actor = context, job, actor

    async def progress(self, done: int, total: int) -> None:
        """Say how far it is, in a transaction of its own; at least every twenty seconds. Raises Lost."""
        async with self._context.db.begin() as session:
            ours = await operations.progress(session, self.job, done, total)
        if not ours:
            raise Lost


Handler = Callable[[Context, Running], Awaitable[dict[str, Any]]]


async def work(context: Context, kinds: Mapping[str, Handler]) -> bool:
    """Do one job, by the handler of its kind. False when none is due."""
    async with context.db.begin() as session:
        job = await operations.claim(session)
        if job is None:
            return False
        account = (
            await session.execute(select(Account).where(Account.id == job.account_id))
        ).scalar_one_or_none()
        actor = Actor(kind="account")
        if account is not None and account.disabled_at is None:
            actor = await load_actor(session, account)
    try:
        if job.attempts > MAX_ATTEMPTS:
            raise QonaqError  # it may be what kills the workers
        result = await kinds[job.kind](context, Running(context, job, actor))
    except Lost:
        return True
    except Exception as error:
        await _ended_badly(context, job, error)
        return True
    except BaseException:  # the worker is asked to stop: another goes on
        await _hand_back(context, job, 0.0)
        raise
    async with context.db.begin() as session:
        await operations.finish(session, job, result)
    return True


async def _ended_badly(context: Context, job: Claimed, error: Exception) -> None:
    if away(error):
        log.warning("database away", job=str(job.id), error=str(error))
        await _hand_back(context, job, AGAIN)
        return
    if not isinstance(error, QonaqError):
        log.error("job failed", job=str(job.id), kind=job.kind, exc_info=error)
    known = error if isinstance(error, QonaqError) else QonaqError()
    async with context.db.begin() as session:
        await operations.fail(session, job, known.say, known.data)


async def _hand_back(context: Context, job: Claimed, delay: float) -> None:
    try:
        async with context.db.begin() as session:
            await operations.hand_back(session, job, delay)
    except Exception as error:
        log.warning("not handed back, the lease will end", job=str(job.id), error=str(error))
