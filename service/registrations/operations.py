"""What can happen to a registration after it was made (register.py makes it)."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.core.actor import Actor
from service.core.errors import Conflict, Invalid, NotFound
from service.credentials.operations import Signer, revoke
from service.events.models import Category
from service.people.models import CARD_FIELDS
from service.questions.facts import QuestionFacts
from service.questions.files import files_in, settle
from service.questions.operations import changed_answers
from service.registrations.changing import move, notify, record_of, require
from service.registrations.deciding import step_in
from service.registrations.errors import AlreadyRegistered, CategoryNotOpen
from service.registrations.models import ALIVE, Registration
from service.registrations.queries import find_by_email, get_registration
from service.registrations.schemas import Application
from service.registrations.seats import ChoiceFull, change_choices, change_seats, holds
from service.registrations.waiting import leave

CHANGEABLE = (*CARD_FIELDS, "dietary", "access_needs")


async def cancel(
    session: AsyncSession, actor: Actor, registration: Registration, *, reason: str = "", signer: Signer, now: datetime,
    promote: bool = True, tell: bool = True,
) -> Registration:  # fmt: skip
    """By the guest or the team; `registration` was fetched with a lock. The next who waits moves up, unless the caller
    gives the place to another one (`promote` False). A double goes without a mail (`tell` False). Raises WrongState."""
    require(registration, ALIVE)
    await leave(
        session, actor, registration, "cancelled", reason=reason, signer=signer, now=now, promote=promote
    )
    if tell:
        await notify(session, registration, "registration_cancelled")
    return registration


async def cancel_with(
    session: AsyncSession, actor: Actor, registration: Registration, too: Collection[UUID], *, reason: str = "",
    signer: Signer, now: datetime,
) -> None:  # fmt: skip
    """As `cancel`, and those of their companions who were named. Raises WrongState, NotFound for anybody else."""
    await cancel(session, actor, registration, reason=reason, signer=signer, now=now)
    for one in sorted(too):
        companion = await get_registration(session, registration.event_id, one, lock=True)
        if companion.principal_id != registration.id:
            raise NotFound
        await cancel(session, actor, companion, reason=reason, signer=signer, now=now)


async def change(
    session: AsyncSession, actor: Actor, registration: Registration, application: Application,
    *, expected_version: int | None = None, questions: Sequence[QuestionFacts] | None = None,
) -> Registration:  # fmt: skip
    """New details, checked before; `registration` was fetched with a lock. The directory's card is left alone.

    With the event's `questions` the answers are new, too; without, they stay. Raises Conflict when somebody changed it
    since `expected_version`, AlreadyRegistered for another's address."""
    if expected_version is not None and expected_version != registration.version:
        raise Conflict
    if application.email != registration.email and await find_by_email(
        session, registration.event_id, application.email
    ):
        raise AlreadyRegistered
    before = {field: getattr(registration, field) for field in CHANGEABLE}
    after = {field: getattr(application, field) for field in CHANGEABLE}
    changed = {field: [before[field], after[field]] for field in CHANGEABLE if before[field] != after[field]}
    answers = changed_answers(questions or (), registration.answers, application.answers)
    if not changed and not answers:
        return registration
    for field, (_, value) in changed.items():
        setattr(registration, field, value)
    registration.search, registration.sort_key = application.search, application.sort_key
    registration.version += 1
    if answers and questions is not None:
        await _choose(session, registration, application)
        registration.answers = application.answers
        await settle(
            session, registration.event_id, registration.id, files_in(questions, application.answers)
        )
    more = {"answers": answers} if answers else {}
    await record_of(session, actor, registration, "registration.changed", changed=changed, **more)
    return registration


async def _choose(session: AsyncSession, registration: Registration, application: Application) -> None:
    """Raises Invalid at the question whose answer has no place left."""
    try:
        await change_choices(session, registration, list(application.choice_places))
    except ChoiceFull as full:
        raise Invalid(dict.fromkeys(application.choice_places.values(), full.say)) from None


async def change_own(
    session: AsyncSession, actor: Actor, registration: Registration, application: Application,
    *, expected_version: int, questions: Sequence[QuestionFacts], now: datetime,
) -> Registration:  # fmt: skip
    """As `change`, by the guest: one who was approved and gives another answer to a marked question waits for approval
    again, on the place they have; their code stops working until then. Raises Conflict, AlreadyRegistered."""
    before = registration.answers
    await change(
        session, actor, registration, application, expected_version=expected_version, questions=questions
    )
    after = registration.answers
    marked = [one.key for one in questions if one.asks_again and before.get(one.key) != after.get(one.key)]
    if registration.state != "approved" or not marked:
        return registration
    await ask_again(session, actor, registration, now=now)
    return registration


async def move_category(
    session: AsyncSession, actor: Actor, registration: Registration, category_key: str, *, now: datetime
) -> Registration:
    """To another category of the event; a place there is taken first. One who was approved waits for approval again
    where others decide than the actor; their code stops working until then. Raises CategoryNotOpen, Full."""
    wanted = select(Category).where(Category.event_id == registration.event_id, Category.key == category_key)
    category = (await session.execute(wanted)).scalar_one_or_none()
    if category is None:
        raise CategoryNotOpen({"category": CategoryNotOpen.say})
    if category.id == registration.category_id:
        return registration
    if holds(registration):
        await change_seats(session, registration, category.id, registration.delegation_id)
    before, registration.category_id = registration.category_id, category.id
    registration.version += 1
    await record_of(
        session, actor, registration, "registration.moved", before=str(before), after=str(category.id)
    )
    step = step_in(category, actor, registration)
    if step is None:
        await ask_again(session, actor, registration, now=now)
    else:
        registration.step = step
    return registration


async def ask_again(
    session: AsyncSession, actor: Actor, registration: Registration, *, now: datetime
) -> None:
    """Approved no more: it waits at the first step again, on the place it has, and its code is dead until then."""
    await revoke(session, registration.id, "changed", now)
    await move(session, actor, registration, "pending", name="registration.asked_again", now=now, step=1)
    await notify(session, registration, "registration_received")


async def send_link_again(
    session: AsyncSession, event_id: UUID, email: str, *, letter: str, now: datetime
) -> None:
    """Mail the own page's link (letters own_link, already_registered). Says nothing to the caller either way.

    At most one of each an hour per registration, so that nobody's inbox can be flooded."""
    registration = await find_by_email(session, event_id, email)
    if registration is not None:
        await send_link(session, registration, letter=letter, now=now)


async def send_link(session: AsyncSession, registration: Registration, *, letter: str, now: datetime) -> None:
    """To the guest, or to their assistant; at most one of each letter an hour."""
    await notify(session, registration, letter, once=now.strftime("%Y-%m-%dT%H"))
