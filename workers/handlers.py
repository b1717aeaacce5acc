"""The jobs that arq runs. Each may run twice, or be killed in the middle, without harm."""

import asyncio
from typing import Any, cast

import structlog
from arq import Retry
from redis.exceptions import RedisError

from service.answers.telling import tell_teams
from service.core.clock import now
from service.delegations.operations import remind_due
from service.directory.queries import fill_keys
from service.invitations.answering import expire_due
from service.invitations.reminding import remind_due as remind_silent
from service.invitations.waves import fill_waiting
from service.messages.campaigns import look_after
from service.messages.due import queue_all
from service.messages.texts import drop_texts
from service.outbox.bell import CHANNEL
from service.outbox.inspecting import LATE, oldest_due
from service.outbox.operations import return_expired
from service.registrations.recounting import recount
from workers.by_text import ByText
from workers.cleaning import clean
from workers.context import Context
from workers.drain import Drain
from workers.jobs import work
from workers.kinds import KINDS
from workers.mailbox import empty
from workers.promotions import end_all, promote_all

log = structlog.get_logger()

HANDED_ON = 0.2
LATER_AT_MOST = 5.0


async def drain(ctx: dict[str, Any], kind: str) -> None:
    """Send what is due of one kind. A worker that is at it already hands the job on, so that an idle one takes it."""
    context = _context(ctx)
    if context.leaving or context.is_sending(kind):
        raise Retry(defer=HANDED_ON)
    run = Drain(context, None if kind == "mail" else ByText(context, kind))
    sending = context.sending[kind] = asyncio.create_task(run.run())
    try:
        wait = await asyncio.shield(sending)
    except asyncio.CancelledError:  # the worker is asked to stop, or this job took too long
        run.close()
        await asyncio.wait([sending])
        raise
    if wait:
        raise Retry(defer=min(wait, LATER_AT_MOST))
    if run.more:
        raise Retry


async def long_work(ctx: dict[str, Any]) -> None:
    """Do what takes long, one job after another; a worker that is at one already leaves the rest to the others."""
    context = _context(ctx)
    if context.working:
        return
    context.working = True
    try:
        while await work(context, KINDS):
            await _ring(ctx)  # its mails
    finally:
        context.working = False


async def sweep(ctx: dict[str, Any]) -> None:
    """Give back what dead workers had claimed, drop texts whose channel was taken away, put messages right that they
    left, say if mails are late."""
    async with _context(ctx).db.begin() as session:
        returned = await return_expired(session)
        await drop_texts(session, _context(ctx).messengers)
    async with _context(ctx).db.begin() as session:
        mended = await look_after(session)
        late = await oldest_due(session)
    if returned or mended:
        log.info("leases ended", tasks=returned, messages=mended)
        await _ring(ctx)
    if late > LATE:
        log.error("mails are late", seconds=round(late))


async def reminders(ctx: dict[str, Any]) -> None:
    """Queue the mails of every reminder rule whose time has come, and those to focal points who are late."""
    db, at = _context(ctx).db, now()
    queued = await queue_all(db, at)
    async with db.begin() as session:
        queued += await remind_due(session, at)
    if queued:
        log.info("reminders queued", mails=queued)
        await _ring(ctx)


async def invitations(ctx: dict[str, Any]) -> None:
    """End those whose time to answer is over, ask the next of their waves, remind the silent. Each part in a
    transaction of its own, so that a killed worker leaves the others done."""
    context, at, moved = _context(ctx), now(), 0
    for step in (expire_due, fill_waiting, remind_silent):
        while True:
            async with context.db.begin() as session:
                part = await step(session, now=at)
            moved += part
            if not part:
                break
    if moved:
        log.info("invitations moved on", invitations=moved)
        await _ring(ctx)


async def recounting(ctx: dict[str, Any]) -> None:
    """Raise the alarm if a counter of places differs from its rows; `qonaq recount --mend` sets it right."""
    async with _context(ctx).db.begin() as session:
        wrong = await recount(session)
    for one in wrong:
        log.error(
            "places differ", place=str(one.place_id), kind=one.kind, taken=one.taken, counted=one.counted,
            capacity=one.capacity,
        )  # fmt: skip


async def directory(ctx: dict[str, Any]) -> None:
    """Make the keys by which doubles are found of people who came since."""
    while True:
        async with _context(ctx).db.begin() as session:
            if not await fill_keys(session):
                return


async def promotions(ctx: dict[str, Any]) -> None:
    """Offers whose time is over end; places that are free although somebody waits are filled."""
    context, at = _context(ctx), now()
    if await end_all(context, at) + await promote_all(context, at):
        await _ring(ctx)


async def mailbox(ctx: dict[str, Any]) -> None:
    """Read what came back, where it comes to a mailbox."""
    if read := await empty(_context(ctx)):
        log.info("mailbox read", mails=read)


async def failures(ctx: dict[str, Any]) -> None:
    """Tell the teams which mails did not arrive since they were told last."""
    async with _context(ctx).db.begin() as session:
        queued = await tell_teams(session, now())
    if queued:
        await _ring(ctx)


async def cleaning(ctx: dict[str, Any]) -> None:
    """Throw away what has run out."""
    async with _context(ctx).db.begin() as session:
        await clean(session, now())


async def _ring(ctx: dict[str, Any]) -> None:
    try:
        await ctx["redis"].publish(CHANNEL, b"mail")
    except (RedisError, OSError):
        return  # the outbox is looked through within seconds all the same


def _context(ctx: dict[str, Any]) -> Context:
    return cast(Context, ctx["context"])
