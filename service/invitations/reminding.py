"""Reminders to the silent: at most so many each, by a button or by themselves; who has answered hears nothing."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, insert, or_, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.models import AuditLine
from service.audit.operations import record
from service.core import clock
from service.core.actor import SYSTEM, Actor
from service.core.database import Database
from service.core.errors import Forbidden
from service.events.models import Event
from service.invitations.errors import RemindedAlready
from service.invitations.models import Invitation, Suppression, Terms
from service.invitations.posting import mails_of
from service.invitations.queries import DEFAULT_REMINDERS
from service.invitations.schemas import TermsForm
from service.jobs.operations import Progress
from service.outbox.models import Delivery
from service.outbox.operations import add_mails

ONE_DAY = timedelta(days=1)  # whoever asks, nobody gets two within it
PART = 500


async def set_terms(session: AsyncSession, actor: Actor, event: Event, form: TermsForm) -> None:
    """Until when answers are taken, and how often the silent are reminded; from now on, for all invitations."""
    values = {
        "answer_by": form.answer_by, "reminders": form.reminders, "reminder_days": form.reminder_days,
        "with_entry": form.with_entry,
    }  # fmt: skip
    made = postgresql.insert(Terms).values(event_id=event.id, **values)
    await session.execute(made.on_conflict_do_update(index_elements=["event_id"], set_=values))
    await record(
        session, actor, "invitations.terms", organisation_id=event.organisation_id, event_id=event.id,
        subject_id=event.id, **values,
    )  # fmt: skip


async def remind_silent(session: AsyncSession, actor: Actor, event: Event, *, now: datetime) -> int:
    """Now, a part of those of the event who are silent and may be reminded once more. Returns how many."""
    due = _silent(now).where(Invitation.event_id == event.id, _not_declined).limit(PART)
    return await _remind(session, actor, (await session.execute(due)).scalars().all(), now)


async def count_silent(session: AsyncSession, event: Event, *, now: datetime) -> int:
    """How many of them there are."""
    due = _due(now).where(Invitation.event_id == event.id, _not_declined).with_only_columns(func.count())
    return int((await session.execute(due)).scalar_one())


async def remind_rest(db: Database, actor: Actor, job: Any, *, progress: Progress) -> dict[str, Any]:
    """A job: all of them, a part a transaction. Who was reminded before a worker was lost is not silent any more.
    Raises Forbidden when the actor may not any more."""
    if "manage" not in actor.needs(job.organisation_id, job.event_id):
        raise Forbidden
    done = job.done
    while True:
        async with db.begin() as session:
            event = await session.get_one(Event, job.event_id)
            part = await remind_silent(session, actor, event, now=clock.now())
        if not part:
            say = {"say": "Reminded: %(count)s.", "data": {"count": int(job.input["before"]) + done}}
            return {**say, "path": f"/console/{event.slug}/invitations"}
        done += part
        await progress(done, max(done, job.total))


async def remind_one(session: AsyncSession, actor: Actor, invitation: Invitation, *, now: datetime) -> None:
    """Also one whose calendar says no: whoever presses may want to ask. `invitation` was fetched with a lock. Raises
    RemindedAlready."""
    due = (await session.execute(_silent(now).where(Invitation.id == invitation.id))).scalars().all()
    if not due:
        raise RemindedAlready
    await _remind(session, actor, due, now)


async def remind_due(session: AsyncSession, *, now: datetime, most: int = PART) -> int:
    """By itself: who has been silent for the event's `reminder_days` since the last mail. Rows another worker is at are
    skipped; the round is counted in the same transaction as its mail. Returns how many."""
    since = func.coalesce(Invitation.reminded_at, Invitation.invited_at)
    waited = since <= now - func.make_interval(0, 0, 0, Terms.reminder_days)
    due = (await session.execute(_silent(now).where(waited, _not_declined).limit(most))).scalars().all()
    return await _remind(session, SYSTEM, due, now)


def _silent(now: datetime) -> Select[Invitation]:
    """Those due, locked; whom somebody else is at are left out."""
    return (
        _due(now)
        .order_by(Invitation.id)
        .with_for_update(of=Invitation, skip_locked=True)
        .execution_options(populate_existing=True)
    )


def _due(now: datetime) -> Select[Invitation]:
    """Sent, not answered, not too late, reminded fewer times than allowed, and of those without a reminder of any kind
    within a day."""
    return (
        select(Invitation)
        .join(Event, Event.id == Invitation.event_id)
        .outerjoin(Terms, Terms.event_id == Invitation.event_id)
        .where(
            Invitation.state == "sent", Invitation.reminded < func.coalesce(Terms.reminders, DEFAULT_REMINDERS),
            or_(Invitation.reminded_at.is_(None), Invitation.reminded_at <= now - ONE_DAY), ~_reminded(now),
            Event.state == "open", Event.ends_at > now, _in_time(now), ~_unwanted(),
        )
    )  # fmt: skip


# A no from the calendar is no answer, but whoever gave it has not been silent: to ask for one again would be deaf. A
# yes or a perhaps is reminded, because nobody is registered by it.
_not_declined = Invitation.calendar_answer != "declined"


def _in_time(now: datetime) -> ColumnElement[bool]:
    until = func.coalesce(Invitation.answer_by, Terms.answer_by, Event.registration_closes_at)
    return or_(until.is_(None), until > now)


def _reminded(now: datetime) -> Any:
    """A rule of the event's messages may have done it."""
    return (
        select(Delivery.task_id)
        .where(
            Delivery.invitation_id == Invitation.id, Delivery.letter == "invitation_reminder",
            Delivery.created_at > now - ONE_DAY,
        )
        .exists()
    )  # fmt: skip


def _unwanted() -> Any:
    return (
        select(Suppression.email)
        .where(
            Suppression.organisation_id == Invitation.organisation_id,
            or_(
                Suppression.email == Invitation.email,
                and_(Invitation.email == "", Suppression.email == Invitation.assistant_email),
            ),
        )
        .exists()
    )


async def _remind(session: AsyncSession, actor: Actor, due: Sequence[Invitation], now: datetime) -> int:
    """The key of the mail names the round: it goes out once, whoever asks."""
    if not due:
        return 0
    for one in due:
        one.reminded, one.reminded_at = one.reminded + 1, now
    await session.flush()
    await add_mails(
        session, [mail for one in due for mail in mails_of(one, "invitation_reminder", str(one.reminded))]
    )
    await session.execute(insert(AuditLine), [_line(actor, one) for one in due])
    return len(due)


def _line(actor: Actor, invitation: Invitation) -> dict[str, UUID | str | dict[str, int] | None]:
    return {
        "organisation_id": invitation.organisation_id, "event_id": invitation.event_id, "subject_id": invitation.id,
        "name": "invitation.reminded", "actor_kind": actor.kind, "actor_id": actor.id, "actor_name": actor.name,
        "data": {"round": invitation.reminded},
    }  # fmt: skip
