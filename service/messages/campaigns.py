"""A message to many, from its draft to its last mail: kept, sent, taken back, paused, changed, stopped.

It is begun by a job, half a minute after somebody said so or at a time of their choice; until then it can be taken
back. The job writes the mails part by part into the outbox, held; the last part releases them. Nobody gets two."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.operations import record
from service.core.actor import Actor
from service.core.database import Database
from service.core.errors import Conflict, Forbidden
from service.events.models import Event
from service.jobs import operations as jobs
from service.jobs.models import Job
from service.jobs.operations import Progress
from service.messages.drafting import Draft, require_words
from service.messages.models import Campaign
from service.messages.queries import get_campaign
from service.messages.recipients import list_chosen, order_of, queue_mails
from service.messages.texts import queue_texts
from service.outbox.groups import Pace, cancel, count_progress, drop, hold, list_late, release

PART = 5_000
KIND = "message"
UNDO_FOR = timedelta(seconds=30)
LONGEST_AHEAD = timedelta(days=366)


class CampaignConflict(Conflict):
    code = "message_conflict"
    say = "The message is at another stage by now. Please look at it again."


def pace_of(campaign: Campaign, event: Event) -> Pace:
    """As quickly as it may go."""
    return Pace(
        per_minute=campaign.per_minute, per_domain=campaign.per_domain, from_hour=campaign.from_hour,
        until_hour=campaign.until_hour, zone=event.zone,
    )  # fmt: skip


async def start_draft(
    session: AsyncSession, actor: Actor, event: Event, *, audience: str = "guests", segment: str = "",
    chosen: list[UUID] | None = None, like: Campaign | None = None,
) -> Campaign:  # fmt: skip
    """An empty one, or one with the words of another."""
    campaign = Campaign(
        event_id=event.id, audience=audience, segment=segment, chosen=[str(one) for one in chosen or ()],
        subject=dict(like.subject) if like else {}, body=dict(like.body) if like else {},
        plain=dict(like.plain) if like else {}, short=dict(like.short) if like else {},
        purpose=like.purpose if like else "practical",
        language=like.language if like else event.languages[0], made_by=actor.name,
    )  # fmt: skip
    session.add(campaign)
    await session.flush()
    return campaign


async def save(
    session: AsyncSession, campaign: Campaign, draft: Draft, version: str, *, whole: bool = False
) -> None:
    """Keep what was typed; of one that is paused only the words and the pace, unless it is the `whole` of a rule.
    Raises CampaignConflict when it is neither draft nor paused, Conflict when somebody else changed it meanwhile."""
    if campaign.state not in ("draft", "paused"):
        raise CampaignConflict
    if str(campaign.version) != version:
        raise Conflict
    values = {
        "subject": draft.subject, "body": draft.body, "plain": draft.plain, "short": draft.short,
        "language": next(iter(draft.body), campaign.language),
    }  # fmt: skip
    for name in ("per_minute", "per_domain", "from_hour", "until_hour"):
        if {"from_hour": "until_hour"}.get(name, name) not in draft.refused:
            values[name] = getattr(draft, name)
    if campaign.state == "paused" and not whole and not campaign.short:
        del values["short"]  # whoever wants texts has none in line
    if campaign.state == "draft" or whole:
        values |= {"purpose": draft.purpose} | ({} if campaign.chosen else {"segment": draft.segment})
    if all(getattr(campaign, name) == value for name, value in values.items()):
        return
    for name, value in values.items():
        setattr(campaign, name, value)
    campaign.version += 1
    await session.flush()


async def send(
    session: AsyncSession, actor: Actor, event: Event, campaign: Campaign, *, total: int, at: datetime, now: datetime
) -> Job:  # fmt: skip
    """Let a worker begin it at that time, not sooner than in half a minute. Raises CampaignConflict."""
    if campaign.state != "draft":
        raise CampaignConflict
    campaign.starts_at = max(at, now + UNDO_FOR)
    job = await jobs.start(
        session, actor, event, KIND, {"campaign": str(campaign.id)}, total=total,
        delay=(campaign.starts_at - now).total_seconds(),
    )  # fmt: skip
    campaign.state, campaign.job_id = "waiting", job.id
    await _record(session, actor, event, campaign, "message.planned", count=total)
    return job


async def take_back(session: AsyncSession, actor: Actor, event: Event, campaign: Campaign) -> None:
    """It is a draft again, and nobody gets it. Raises CampaignConflict when mails are under way."""
    if campaign.state != "waiting":
        raise CampaignConflict
    if campaign.job_id and (job := await session.get(Job, campaign.job_id)):
        await jobs.stop(session, job)
    await _to_draft(session, campaign)
    await _record(session, actor, event, campaign, "message.taken_back")


async def _to_draft(session: AsyncSession, campaign: Campaign) -> None:
    await drop(session, campaign.id)
    campaign.state, campaign.starts_at = "draft", None
    await session.flush()


async def pause(session: AsyncSession, actor: Actor, event: Event, campaign: Campaign) -> None:
    """No further mail is begun. Raises CampaignConflict when it does not run."""
    await _turn(session, actor, event, campaign, ("running",), "paused")
    await hold(session, campaign.id)


async def resume(session: AsyncSession, actor: Actor, event: Event, campaign: Campaign) -> None:
    """The rest goes out, with the words as they are now. Raises CampaignConflict when it is not paused,
    WordsUnfinished."""
    require_words(campaign, event.languages)
    await _turn(session, actor, event, campaign, ("paused",), "running")
    await release(session, campaign.id, pace_of(campaign, event))


async def stop(session: AsyncSession, actor: Actor, event: Event, campaign: Campaign) -> None:
    """Whoever has not got it does not get it any more. Raises CampaignConflict when it is not under way."""
    await _turn(session, actor, event, campaign, ("running", "paused"), "stopped")
    await cancel(session, campaign.id)


async def _turn(
    session: AsyncSession, actor: Actor, event: Event, campaign: Campaign, before: tuple[str, ...], after: str
) -> None:  # fmt: skip
    if campaign.state not in before:
        raise CampaignConflict
    campaign.state = after
    await session.flush()
    name = {"paused": "message.paused", "running": "message.resumed", "stopped": "message.stopped"}[after]
    await _record(session, actor, event, campaign, name)


async def remove_draft(session: AsyncSession, campaign: Campaign) -> None:
    """Raises CampaignConflict when it is none."""
    if campaign.state != "draft":
        raise CampaignConflict
    await session.delete(campaign)
    await session.flush()


async def begin(db: Database, actor: Actor, job: Any, *, progress: Progress) -> dict[str, Any]:
    """Write its mails and release them. Raises Forbidden when the writer may not any more, CampaignConflict when it was
    taken back."""
    if "manage" not in actor.needs(job.organisation_id, job.event_id):
        raise Forbidden
    campaign_id = UUID(job.input["campaign"])
    async with db.begin() as session:
        event = await session.get_one(Event, job.event_id)
        campaign = await get_campaign(session, event.id, campaign_id)
        if campaign.job_id == job.id and campaign.state not in ("draft", "waiting"):
            return await _begun(session, event, campaign)  # a worker was lost right behind its last sentence
        ids = await list_chosen(session, actor, event, campaign)
    for first in range(0, len(ids), PART):
        await progress(first, len(ids))
        async with db.begin() as session:
            campaign = await _still_to_begin(session, event.id, campaign_id)
            await queue_mails(session, order_of(campaign), ids[first : first + PART])
            if campaign.short and campaign.audience == "guests":
                await queue_texts(session, order_of(campaign), ids[first : first + PART])
    async with db.begin() as session:
        campaign = await _still_to_begin(session, event.id, campaign_id)
        campaign.state, campaign.people = "running", len(ids)
        await session.flush()
        written = await release(session, campaign.id, pace_of(campaign, event))
        await _record(session, actor, event, campaign, "message.sent", count=written)
        return await _begun(session, event, campaign)


async def _begun(session: AsyncSession, event: Event, campaign: Campaign) -> dict[str, Any]:
    mails = (await count_progress(session, [campaign.id]))[campaign.id].total
    return {
        "say": "%(count)s messages are on their way.", "data": {"count": mails},
        "path": f"/console/{event.slug}/messages/{campaign.id}",
    }  # fmt: skip


async def _still_to_begin(session: AsyncSession, event_id: UUID, campaign_id: UUID) -> Campaign:
    campaign = await get_campaign(session, event_id, campaign_id, lock=True)
    if campaign.state != "waiting":
        raise CampaignConflict
    return campaign


async def look_after(session: AsyncSession) -> int:
    """What a crash or a long night left: mails of a stopped message that came back, a beginning that failed, mails that
    are behind their pace. Returns how many messages were put right."""
    mended = 0
    for campaign_id in await list_late(session):
        campaign = await session.get_one(Campaign, campaign_id, with_for_update=True)
        event = await session.get_one(Event, campaign.event_id)
        if campaign.state == "stopped":
            mended += bool(await cancel(session, campaign_id))
        elif campaign.state == "paused":
            mended += bool(await hold(session, campaign_id))
        elif campaign.state == "running" and not pace_of(campaign, event).at_once:
            mended += bool(await release(session, campaign_id, pace_of(campaign, event)))
    failed = (
        select(Campaign).join(Job, Job.id == Campaign.job_id, isouter=True)
        .where(Campaign.state == "waiting", Job.id.is_(None) | Job.state.in_(("failed", "stopped", "done")))
        .with_for_update(of=Campaign, skip_locked=True)
    )  # fmt: skip
    for campaign in (await session.execute(failed)).scalars():
        await _to_draft(session, campaign)
        mended += 1
    return mended


async def _record(
    session: AsyncSession, actor: Actor, event: Event, campaign: Campaign, name: str, **data: object
) -> None:
    await record(
        session, actor, name, organisation_id=event.organisation_id, event_id=event.id, subject_id=campaign.id,
        **data,
    )  # fmt: skip
