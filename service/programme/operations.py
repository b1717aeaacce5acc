"""Changing the programme. Every change raises the event's version, so that guests see it within a second."""

from uuid import UUID

import msgspec
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.operations import record
from service.core.actor import Actor
from service.events.models import Event
from service.events.operations import touch
from service.programme.models import ProgrammeSession, Room, Track
from service.programme.queries import Part, get_part
from service.programme.schemas import LabelForm, SessionForm

LABEL_FIELDS = {Track: ("name", "colour"), Room: ("name", "capacity")}


async def save_session(
    session: AsyncSession, actor: Actor, event: Event, form: SessionForm, session_id: UUID | None = None
) -> ProgrammeSession:
    """A new session, or a changed one. Track and room must be of this event. Raises NotFound."""
    for kind, part_id in ((Track, form.track_id), (Room, form.room_id)):
        if part_id is not None:
            await get_part(session, kind, event.id, part_id)  # type: ignore[type-var]  # one of the three kinds
    values = msgspec.structs.asdict(form)
    if session_id is None:
        made = ProgrammeSession(event_id=event.id, **values)
        session.add(made)
    else:
        made = await get_part(session, ProgrammeSession, event.id, session_id)
        for name, value in values.items():
            setattr(made, name, value)
    await _record(session, actor, event, "programme.session_saved", title=form.title)
    return made


async def save_label(
    session: AsyncSession, actor: Actor, event: Event, kind: type[Track] | type[Room], form: LabelForm,
    label_id: UUID | None = None,
) -> None:  # fmt: skip
    """A new track or room, or a changed one. Raises NotFound."""
    values = {name: getattr(form, name) for name in LABEL_FIELDS[kind]}
    if label_id is None:
        last = select(func.coalesce(func.max(kind.ordinal), 0)).where(kind.event_id == event.id)
        session.add(kind(event_id=event.id, ordinal=(await session.execute(last)).scalar_one() + 1, **values))
    else:
        label = await get_part(session, kind, event.id, label_id)  # type: ignore[type-var]  # Track or Room
        for name, value in values.items():
            setattr(label, name, value)
    await _record(session, actor, event, "programme.changed", label=form.name)


async def remove(session: AsyncSession, actor: Actor, event: Event, kind: type[Part], part_id: UUID) -> None:
    """A session, track or room goes; sessions of a removed track or room stay, without it. Raises NotFound."""
    await session.delete(await get_part(session, kind, event.id, part_id))
    await _record(session, actor, event, "programme.removed", kind=kind.__tablename__)


async def _record(session: AsyncSession, actor: Actor, event: Event, name: str, **data: object) -> None:
    touch(event)
    await session.flush()
    await record(
        session,
        actor,
        name,
        organisation_id=event.organisation_id,
        event_id=event.id,
        subject_id=event.id,
        **data,
    )
