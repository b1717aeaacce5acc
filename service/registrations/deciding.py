"""What the team decides about one registration, step by step; bulk.py decides on many."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from service.core.actor import Actor
from service.core.errors import Forbidden
from service.credentials.operations import Signer
from service.events.models import Category, Event
from service.events.queries import CategoryView, get_event, list_category_views
from service.events.steps import step_at, steps_of
from service.registrations.changing import grant, move, notify, record_of, require
from service.registrations.errors import (
    AnswerMissing,
    NoteMissing,
    NotYourStep,
    QuestionMissing,
    ReasonMissing,
    WrongState,
)
from service.registrations.models import ALIVE, Registration
from service.registrations.queries import get_registration
from service.registrations.seats import holds, sit_down
from service.registrations.waiting import leave

DECIDABLE = ("pending", "held", "waitlisted", "offered", "rejected")
HOLDABLE = ("pending", "offered")
ASKABLE = ("pending", "held", "offered")


async def get_event_to_decide(session: AsyncSession, actor: Actor, slug: str) -> Event:
    """For whoever manages the event or stands at any step of approval there. Raises NotFound for an outsider, Forbidden
    for others."""
    event = await get_event(session, actor, slug, "see")
    if "manage" in actor.needs(event.organisation_id, event.id):
        return event
    if stands_at_a_step(actor, event, await list_category_views(session, event.id)):
        return event
    raise Forbidden


def stands_at_a_step(actor: Actor, event: Event, categories: Sequence[CategoryView]) -> bool:
    """Whether any step of these categories of the event is open to the actor."""
    return any(
        step.open_to(actor, event.organisation_id, event.id)
        for category in categories
        for step in category.steps
    )


async def require_step(session: AsyncSession, actor: Actor, registration: Registration) -> int | None:
    """The number of the step that follows, None after the last. Raises NotYourStep at one where others decide."""
    category = await session.get_one(Category, registration.category_id)
    steps = steps_of(category.steps)
    if not step_at(steps, registration.step).open_to(
        actor, registration.organisation_id, registration.event_id
    ):
        raise NotYourStep
    return registration.step + 1 if registration.step < len(steps) else None


def approves_alone(category: Category, actor: Actor, organisation_id: UUID) -> bool:
    """Whether nobody else need be asked: it is automatic, or the actor may decide at each of its steps."""
    open_ = (one.open_to(actor, organisation_id, category.event_id) for one in steps_of(category.steps))
    return category.approval == "automatic" or all(open_)


def step_in(category: Category, actor: Actor, registration: Registration) -> int | None:
    """The step at which it stands when this actor moves it to another category: the first one again, or the last one if
    it is approved. None for an approved one that others would have to decide on: nobody passes the steps by a move."""
    if registration.state != "approved":
        return 1
    return len(category.steps) if approves_alone(category, actor, registration.organisation_id) else None


async def approve(
    session: AsyncSession, actor: Actor, event: Event, registration_id: UUID, *, signer: Signer, now: datetime
) -> Registration:
    """Say yes at the step it stands at. After the last one they may come: a code is issued, the badge goes out by mail.

    Raises NotYourStep, WrongState, Full, NotFound."""
    registration = await get_registration(session, event.id, registration_id, lock=True)
    require(registration, DECIDABLE)
    following = await require_step(session, actor, registration)
    if not holds(registration):
        await sit_down(session, registration)
    if following is None:
        await grant(session, actor, registration, signer=signer, now=now, letter="registration_approved")
    else:
        name = "registration.step_passed"
        await move(session, actor, registration, "pending", name=name, now=now, step=following)
    return registration


async def reject(
    session: AsyncSession, actor: Actor, event: Event, registration_id: UUID, *, reason: str, signer: Signer,
    now: datetime,
) -> Registration:  # fmt: skip
    """Refuse, with a reason that stands in the mail; a freed place goes to the next who waits.

    Raises ReasonMissing, NotYourStep, WrongState, NotFound."""
    if not reason.strip():
        raise ReasonMissing({"reason": ReasonMissing.say})
    registration = await get_registration(session, event.id, registration_id, lock=True)
    require(registration, ALIVE)
    await require_step(session, actor, registration)
    await leave(session, actor, registration, "rejected", reason=reason.strip(), signer=signer, now=now)
    await notify(session, registration, "registration_rejected")
    return registration


async def hold(
    session: AsyncSession, actor: Actor, event: Event, registration_id: UUID, *, now: datetime
) -> Registration:
    """Put aside, without a mail; the place is kept. Raises NotYourStep, WrongState, NotFound."""
    registration = await get_registration(session, event.id, registration_id, lock=True)
    require(registration, HOLDABLE)
    await require_step(session, actor, registration)
    registration.reason = ""  # one who is held with a reason was asked
    await move(session, actor, registration, "held", name="registration.held", now=now)
    return registration


async def ask(
    session: AsyncSession, actor: Actor, event: Event, registration_id: UUID, *, question: str, now: datetime
) -> Registration:
    """Ask the guest by mail, and put aside until they answer. Raises QuestionMissing, NotYourStep, WrongState,
    NotFound."""
    if not question.strip():
        raise QuestionMissing({"reason": QuestionMissing.say})
    registration = await get_registration(session, event.id, registration_id, lock=True)
    require(registration, ASKABLE)
    await require_step(session, actor, registration)
    registration.reason = question.strip()
    await move(
        session, actor, registration, "held", name="registration.asked", now=now, reason=registration.reason
    )
    await notify(session, registration, "registration_question")
    return registration


async def answer(
    session: AsyncSession, actor: Actor, registration: Registration, *, text: str, now: datetime
) -> None:
    """The guest's word to what the team asked; `registration` was fetched with a lock. It waits for its step again.

    Raises AnswerMissing, WrongState when nothing is asked."""
    if not text.strip():
        raise AnswerMissing({"answer": AnswerMissing.say})
    require(registration, ("held",))
    if not registration.reason:
        raise WrongState(state=registration.state)
    registration.reason = ""
    name = "registration.answered"
    await move(session, actor, registration, "pending", name=name, now=now, reason=text.strip())


async def note(
    session: AsyncSession, actor: Actor, event: Event, registration_id: UUID, *, text: str
) -> None:
    """A word for the team, in the history. Raises NoteMissing, NotFound."""
    if not text.strip():
        raise NoteMissing({"reason": NoteMissing.say})
    registration = await get_registration(session, event.id, registration_id)
    await record_of(session, actor, registration, "registration.noted", reason=text.strip())


async def watch(
    session: AsyncSession, actor: Actor, event: Event, registration_id: UUID, *, watched: bool
) -> None:
    """Mark as watched, or no longer. Raises NotFound."""
    registration = await get_registration(session, event.id, registration_id, lock=True)
    if registration.watched == watched:
        return
    registration.watched = watched
    registration.version += 1
    name = "registration.watched" if watched else "registration.unwatched"
    await record_of(session, actor, registration, name)
