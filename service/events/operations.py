"""Making and changing events and their categories. Every change that guests see raises the event's version."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.operations import record
from service.core.actor import Actor
from service.core.errors import Forbidden, NotFound
from service.events.errors import CategoryInUse, SlugTaken, StepsNotYours
from service.events.models import Category, ConsentText, Event
from service.events.schemas import CategoryForm, EventForm
from service.events.steps import steps_of
from service.places.models import Places
from service.places.operations import set_capacity

CONSENT = {
    "en": "I agree that the organizer stores and uses the details above to prepare and hold this event, and deletes "
    "them when they are no longer needed for it.",
    "kk": "Ұйымдастырушының жоғарыдағы деректерді осы іс-шараны дайындау және өткізу үшін сақтап, пайдалануына, ал "
    "қажеті болмағанда жоюына келісемін.",
    "ru": "Я согласен (согласна), что организатор хранит и использует указанные данные для подготовки и проведения "
    "этого мероприятия и удалит их, когда они больше не будут нужны.",
    "ko": "주최 측이 본 행사의 준비와 진행을 위하여 위 정보를 보관·이용하고, "
    "더 이상 필요하지 않을 때 삭제하는 데 동의합니다.",
}


async def create_event(session: AsyncSession, actor: Actor, organisation_id: UUID, form: EventForm) -> Event:
    """A new event with the usual consent text. Raises Forbidden, SlugTaken."""
    if "manage" not in actor.needs(organisation_id):
        raise Forbidden
    await _slug_free(session, form.slug, None)
    event = Event(organisation_id=organisation_id, **_details(form))
    session.add(event)
    await session.flush()
    await set_capacity(session, event.id, "event", form.capacity)
    session.add(ConsentText(event_id=event.id, version=1, body=CONSENT))
    await _record(session, actor, event, "event.created")
    return event


async def copy_event(session: AsyncSession, actor: Actor, source: Event, form: EventForm) -> Event:
    """A new event with the categories, capacities, rooms and tracks of another, without its guests and sessions.

    Raises Forbidden, SlugTaken."""
    event = await create_event(session, actor, source.organisation_id, form)
    for category in (await session.execute(select(Category).where(Category.event_id == source.id))).scalars():
        places = await session.get(Places, category.id)
        copy = Category(
            event_id=event.id, key=category.key, name=category.name, approval=category.approval,
            visibility=category.visibility, colour=category.colour, ordinal=category.ordinal, steps=category.steps,
            offer_hours=category.offer_hours,
        )  # fmt: skip
        session.add(copy)
        await session.flush()
        await set_capacity(session, copy.id, "category", places.capacity if places else None)
    for table in ("rooms", "tracks"):
        await session.execute(text(_COPY[table]), {"source": source.id, "event": event.id})
    return event


_COPY = {
    "rooms": "INSERT INTO rooms (event_id, name, capacity, ordinal) "
    "SELECT :event, name, capacity, ordinal FROM rooms WHERE event_id = :source",
    "tracks": "INSERT INTO tracks (event_id, name, colour, ordinal) "
    "SELECT :event, name, colour, ordinal FROM tracks WHERE event_id = :source",
}


async def change_event(
    session: AsyncSession, actor: Actor, event: Event, form: EventForm, *, now: datetime
) -> None:
    """New details; the event was fetched with `manage`. Raises SlugTaken, TooManyTaken."""
    await _slug_free(session, form.slug, event.id)
    after, known = _details(form), event.moved_from or when_and_where(event)
    changed = {
        name: [getattr(event, name), value] for name, value in after.items() if getattr(event, name) != value
    }
    for name, (_, value) in changed.items():
        setattr(event, name, value)
    if changed.keys() & {"starts_at", "ends_at", "place"}:
        await _note_move(session, event, known, now)
    before = (await session.get_one(Places, event.id)).capacity
    if form.capacity != before:
        await set_capacity(session, event.id, "event", form.capacity)
        changed["capacity"] = [before, form.capacity]
    if changed:
        touch(event)
        await _record(session, actor, event, "event.changed", changed=changed)


def when_and_where(event: Event) -> dict[str, Any]:
    """What guests plan with, as it is kept when it changes (Event.moved_from)."""
    return {
        "starts_at": event.starts_at.astimezone(UTC).isoformat(), "ends_at": event.ends_at.astimezone(UTC).isoformat(),
        "zone": event.zone, "place": event.place,
    }  # fmt: skip


async def _note_move(session: AsyncSession, event: Event, known: dict[str, Any], now: datetime) -> None:
    """What guests were told stays what they know, however often it changes until they are told; nothing is to be told
    where it is as it was, where nobody is registered, or when it is over."""
    guests = select(text("EXISTS (SELECT FROM registrations WHERE event_id = :id)").bindparams(id=event.id))
    another = {**when_and_where(event), "zone": known["zone"]} != known
    if another and (await session.execute(guests)).scalar_one():
        event.moved_from, event.moved_at = known, now if event.ends_at > now else None
    else:
        event.moved_from = event.moved_at = None


def _details(form: EventForm) -> dict[str, Any]:
    """All that stands in the event's own row: its places are counted elsewhere."""
    return {name: value for name, value in msgspec.structs.asdict(form).items() if name != "capacity"}


def touch(event: Event) -> None:
    """Guests will see something new: cached pages of the former version are dropped."""
    event.version = Event.version + 1


async def save_category(
    session: AsyncSession, actor: Actor, event: Event, form: CategoryForm, category_id: UUID | None = None
) -> Category:
    """A new category, or a changed one. Raises NotFound, TooManyTaken, SlugTaken (its key is used here),
    StepsNotYours."""
    double = select(Category.id).where(Category.event_id == event.id, Category.key == form.key)
    taken = (await session.execute(double)).scalar_one_or_none()
    if taken is not None and taken != category_id:
        raise SlugTaken({"key": "Another category of this event has this key already."})
    category = await _category(session, event, category_id)
    _require_own_steps(actor, event, category, form)
    for name in ("key", "name", "approval", "visibility", "colour"):
        setattr(category, name, getattr(form, name))
    if form.offer_hours is not UNSET:
        category.offer_hours = form.offer_hours
    if form.steps is not UNSET:
        category.steps = msgspec.to_builtins(form.steps)
    await session.flush()
    await session.execute(_LAST_STEP, {"id": category.id, "steps": len(category.steps)})
    await set_capacity(session, category.id, "category", form.capacity)
    touch(event)
    await _record(
        session, actor, event, "category.saved", key=form.key, capacity=form.capacity, steps=category.steps
    )
    return category


def _require_own_steps(actor: Actor, event: Event, category: Category, form: CategoryForm) -> None:
    """Raises StepsNotYours where a step has its own deciders and somebody who is no owner would change the steps."""
    if category.id is None or "own" in actor.needs(event.organisation_id, event.id):
        return
    stored = steps_of(category.steps)
    after = stored if form.steps is UNSET else form.steps
    if any(step.named for step in stored) and (after != stored or form.approval != category.approval):
        raise StepsNotYours


# Who waits at a step that there is no more waits at the last one that there is.
_LAST_STEP = text("UPDATE registrations SET step = :steps WHERE category_id = :id AND step > :steps")


async def _category(session: AsyncSession, event: Event, category_id: UUID | None) -> Category:
    if category_id is None:
        last = select(func.coalesce(func.max(Category.ordinal), 0)).where(Category.event_id == event.id)
        category = Category(event_id=event.id, ordinal=(await session.execute(last)).scalar_one() + 1)
        session.add(category)
        return category
    return await get_category(session, event, category_id)


async def get_category(session: AsyncSession, event: Event, category_id: UUID) -> Category:
    """Raises NotFound when it is not of this event."""
    category = await session.get(Category, category_id)
    if category is None or category.event_id != event.id:
        raise NotFound
    return category


async def remove_category(session: AsyncSession, actor: Actor, event: Event, category_id: UUID) -> None:
    """Only an empty one. Raises CategoryInUse, NotFound."""
    category = await get_category(session, event, category_id)
    used = text(
        "SELECT (SELECT count(*) FROM registrations WHERE category_id = :id)"
        " + (SELECT count(*) FROM invitations WHERE category_id = :id)"
    )
    count = (await session.execute(used, {"id": category.id})).scalar_one()
    if count:
        raise CategoryInUse(count=count)
    await session.execute(text("DELETE FROM places WHERE id = :id"), {"id": category.id})
    await session.delete(category)
    touch(event)
    await _record(session, actor, event, "category.removed", key=category.key)


async def _slug_free(session: AsyncSession, slug: str, own: UUID | None) -> None:
    found = (await session.execute(select(Event.id).where(Event.slug == slug))).scalar_one_or_none()
    if found is not None and found != own:
        raise SlugTaken({"slug": SlugTaken.say})


async def _record(session: AsyncSession, actor: Actor, event: Event, name: str, **data: object) -> None:
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
