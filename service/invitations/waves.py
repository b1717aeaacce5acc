"""Waves: so many places, a list in order. Who says no makes room for the next, in the same transaction.

Whoever makes an invitation of a wave open holds the wave's row. So open and accepted ones are counted exactly, and
are never more than its places. The row is locked after the invitation's; those who wait are taken with SKIP LOCKED."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, DateTime, func, insert, literal, or_, select, true
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.models import AuditLine
from service.audit.operations import record
from service.core.actor import SYSTEM, Actor
from service.events.models import Event
from service.invitations.errors import WaveFull, WaveWrong
from service.invitations.models import Invitation, Suppression, Wave
from service.invitations.posting import mails_of
from service.invitations.queries import find_terms, takes_a_place
from service.invitations.schemas import WaveForm
from service.outbox.operations import add_mails

SHUT = ("closed", "over", "archived")  # states of an event in which nobody can answer


async def save_wave(
    session: AsyncSession, actor: Actor, event: Event, form: WaveForm, *, wave: Wave | None = None, now: datetime
) -> Wave:  # fmt: skip
    """A new one, or new places and days of one that was fetched with a lock; more places ask the next at once.

    Fewer places take nothing back. Raises WaveWrong for a name that is there already."""
    made = wave or Wave(event_id=event.id)
    made.name, made.places, made.answer_days = form.name, form.places, form.answer_days
    try:
        async with session.begin_nested():
            session.add(made)
            await session.flush()
    except IntegrityError:
        raise WaveWrong({"name": "There is a wave of this name already."}) from None
    await record(
        session, actor, "wave.saved", organisation_id=event.organisation_id, event_id=event.id, subject_id=event.id,
        called=made.name, places=made.places,
    )  # fmt: skip
    if wave is not None:
        await fill(session, made.id, now=now)
    return made


async def last_turn(session: AsyncSession, wave_id: UUID) -> int:
    """The end of the line; the wave is locked, so that nobody else stands there."""
    await _lock(session, wave_id)
    wanted = select(func.max(Invitation.turn)).where(Invitation.wave_id == wave_id)
    return (await session.execute(wanted)).scalar_one() or 0


async def require_room(session: AsyncSession, wave_id: UUID) -> None:
    """Before one that has ended is opened again. Raises WaveFull."""
    if await _free(session, await _lock(session, wave_id)) < 1:
        raise WaveFull


async def fill(session: AsyncSession, wave_id: UUID, *, now: datetime) -> int:
    """Ask as many of those who wait as there are free places, in their order. Returns how many.

    Nobody is asked who could not answer any more: registration is closed, or their time is over. Whoever wants no more
    mails is passed over."""
    wave = await _lock(session, wave_id)
    event = await session.get_one(Event, wave.event_id)
    if _is_shut(event, now):
        return 0
    until = _end_of_day(event, now + timedelta(days=wave.answer_days)) if wave.answer_days else None
    terms = await find_terms(session, event.id)
    free = await _free(session, wave)
    in_time = true() if until else _in_time(terms.answer_by, now)
    turns = await _next(session, wave_id, free, in_time) if free > 0 else []
    for one in turns:
        one.state, one.invited_at, one.answer_by = "queued", now, until or one.answer_by
        one.with_entry = terms.with_entry
    await session.flush()
    await add_mails(session, [mail for one in turns for mail in mails_of(one, "invitation", "1")])
    await _write_down(session, turns)
    return len(turns)


def _end_of_day(event: Event, moment: datetime) -> datetime:
    """Whoever is asked at night gets no deadline at night."""
    zone = ZoneInfo(event.zone)
    return datetime.combine(moment.astimezone(zone).date(), time(23, 59), zone)


def _is_shut(event: Event, now: datetime) -> bool:
    closes = event.registration_closes_at
    return event.state in SHUT or event.ends_at <= now or (closes is not None and closes <= now)


def _in_time(common: datetime | None, now: datetime) -> ColumnElement[bool]:
    """By the invitation's own time, else by that of all."""
    until = func.coalesce(Invitation.answer_by, literal(common, DateTime(timezone=True)))
    return or_(until.is_(None), until > now)


async def _lock(session: AsyncSession, wave_id: UUID) -> Wave:
    wanted = select(Wave).where(Wave.id == wave_id).with_for_update()
    return (await session.execute(wanted, execution_options={"populate_existing": True})).scalar_one()


async def _free(session: AsyncSession, wave: Wave) -> int:
    taken = select(func.count()).where(Invitation.wave_id == wave.id, takes_a_place)
    return wave.places - int((await session.execute(taken)).scalar_one())


async def _next(
    session: AsyncSession, wave_id: UUID, most: int, in_time: ColumnElement[bool]
) -> Sequence[Invitation]:
    unwanted = select(Suppression.email).where(
        Suppression.organisation_id == Invitation.organisation_id,
        Suppression.email == func.coalesce(func.nullif(Invitation.email, ""), Invitation.assistant_email),
    )
    wanted = (
        select(Invitation)
        .where(Invitation.wave_id == wave_id, Invitation.state == "waiting", in_time, ~unwanted.exists())
        .order_by(Invitation.turn, Invitation.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    return (await session.execute(wanted)).scalars().all()


async def _write_down(session: AsyncSession, turns: Sequence[Invitation]) -> None:
    lines = [
        {
            "organisation_id": one.organisation_id, "event_id": one.event_id, "subject_id": one.id,
            "name": "invitation.turn", "actor_kind": SYSTEM.kind, "actor_name": SYSTEM.name, "data": {"turn": one.turn},
        }
        for one in turns
    ]  # fmt: skip
    if lines:
        await session.execute(insert(AuditLine), lines)


async def fill_waiting(session: AsyncSession, *, now: datetime) -> int:
    """Waves with somebody waiting although there may be a place: who had accepted has cancelled, one who was being
    changed at that moment was passed over, or an address is wanted again. Returns how many were asked."""
    waits = select(Invitation.id).where(Invitation.wave_id == Wave.id, Invitation.state == "waiting")
    taken = select(func.count()).where(Invitation.wave_id == Wave.id, takes_a_place)
    wanted = (
        select(Wave.id)
        .join(Event, Event.id == Wave.event_id)
        .where(Event.ends_at > now, Event.state.not_in(SHUT), waits.exists())
        .where(or_(Event.registration_closes_at.is_(None), Event.registration_closes_at > now))
        .where(Wave.places > taken.scalar_subquery())
        .order_by(Wave.id)
    )
    waves = (await session.execute(wanted)).scalars().all()
    return sum([await fill(session, wave_id, now=now) for wave_id in waves])
