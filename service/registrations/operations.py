"""What can happen to a registration after it was made (register.py makes it)."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.operations import record
from service.core.actor import SYSTEM, Actor
from service.core.errors import Conflict, Invalid, NotFound
from service.credentials.operations import Signer, issue, revoke
from service.events.models import Category, Event
from service.outbox.operations import Mail, add_mail
from service.people.models import CARD_FIELDS
from service.places.operations import take_all
from service.questions.facts import QuestionFacts
from service.questions.files import files_in, settle
from service.questions.operations import changed_answers
from service.registrations.errors import AlreadyRegistered, CategoryNotOpen, ReasonMissing, WrongState
from service.registrations.models import ALIVE, Registration
from service.registrations.queries import find_by_email, get_registration
from service.registrations.schemas import Application
from service.registrations.seats import (
    ChoiceFull,
    change_choices,
    change_seats,
    holds,
    seats,
    sit_down,
    stand_up,
)

CHANGEABLE = (*CARD_FIELDS, "dietary", "access_needs")
DECIDABLE = ("pending", "held", "waitlisted", "offered", "rejected")


async def approve(
    session: AsyncSession, actor: Actor, event: Event, registration_id: UUID, *, signer: Signer, now: datetime
) -> Registration:
    """Let them come: a code is issued and the badge goes out by mail. Raises WrongState, Full, NotFound."""
    registration = await get_registration(session, event.id, registration_id, lock=True)
    _require(registration, DECIDABLE)
    if not holds(registration):
        await sit_down(session, registration)
    await _approve(session, actor, registration, signer=signer, now=now, letter="registration_approved")
    return registration


async def _approve(
    session: AsyncSession,
    actor: Actor,
    registration: Registration,
    *,
    signer: Signer,
    now: datetime,
    letter: str,
) -> None:
    await _move(session, actor, registration, "approved", name="registration.approved", now=now)
    await issue(session, signer, registration.id, registration.event_id)
    await _tell(session, registration, letter)


async def reject(
    session: AsyncSession,
    actor: Actor,
    event: Event,
    registration_id: UUID,
    *,
    reason: str,
    signer: Signer,
    now: datetime,
) -> Registration:
    """Refuse, with a reason that stands in the mail; a freed place goes to the next who waits.

    Raises ReasonMissing, WrongState, NotFound."""
    if not reason.strip():
        raise ReasonMissing({"reason": ReasonMissing.say})
    registration = await get_registration(session, event.id, registration_id, lock=True)
    _require(registration, ALIVE)
    await _leave(session, actor, registration, "rejected", reason=reason.strip(), signer=signer, now=now)
    await _tell(session, registration, "registration_rejected")
    return registration


async def cancel(
    session: AsyncSession, actor: Actor, registration: Registration, *, reason: str = "", signer: Signer, now: datetime,
    promote: bool = True, tell: bool = True,
) -> Registration:  # fmt: skip
    """By the guest or the team; `registration` was fetched with a lock. The next who waits moves up, unless the caller
    gives the place to another one (`promote` False). A double goes without a mail (`tell` False). Raises WrongState."""
    _require(registration, ALIVE)
    await _leave(
        session, actor, registration, "cancelled", reason=reason, signer=signer, now=now, promote=promote
    )
    if tell:
        await _tell(session, registration, "registration_cancelled")
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


async def _leave(
    session: AsyncSession, actor: Actor, registration: Registration, state: str, *, reason: str, signer: Signer,
    now: datetime, promote: bool = True,
) -> None:  # fmt: skip
    held_place = holds(registration)
    registration.reason = reason
    await revoke(session, registration.id, state, now)
    await _move(session, actor, registration, state, name=f"registration.{state}", now=now, reason=reason)
    if held_place:
        await stand_up(session, [registration])
        if promote:
            await promote_waiting(session, registration.category_id, signer=signer, now=now)


async def promote(
    session: AsyncSession, actor: Actor, event: Event, registration_id: UUID, *, signer: Signer, now: datetime
) -> Registration:
    """Take one from the waiting list out of turn, if there is a place. Raises Full, WrongState, NotFound."""
    registration = await get_registration(session, event.id, registration_id, lock=True)
    _require(registration, ("waitlisted",))
    await sit_down(session, registration)
    await _move_up(session, actor, registration, signer=signer, now=now)
    return registration


async def promote_waiting(session: AsyncSession, category_id: UUID, *, signer: Signer, now: datetime) -> int:
    """Fill free places with those who wait, the first come first. Returns how many moved up.

    One whose delegation is full waits on, and the next has their turn."""
    moved, passed_over = 0, list[UUID]()
    while True:
        waiting = (
            select(Registration)
            .where(
                Registration.category_id == category_id,
                Registration.state == "waitlisted",
                Registration.id.not_in(passed_over),
            )
            .order_by(Registration.created_at, Registration.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        registration = (await session.execute(waiting)).scalar_one_or_none()
        if registration is None:
            return moved
        full = await take_all(session, seats(registration))
        if full == category_id:
            return moved
        if full is not None:
            passed_over.append(registration.id)
            continue
        await _move_up(session, SYSTEM, registration, signer=signer, now=now)
        moved += 1


async def _move_up(
    session: AsyncSession, actor: Actor, registration: Registration, *, signer: Signer, now: datetime
) -> None:
    category = await session.get_one(Category, registration.category_id)
    if category.approval == "automatic":
        await _approve(session, actor, registration, signer=signer, now=now, letter="registration_promoted")
        return
    await _move(session, actor, registration, "pending", name="registration.promoted", now=now)
    await _tell(session, registration, "registration_promoted")


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
    await _record(session, actor, registration, "registration.changed", changed=changed, **more)
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
    await revoke(session, registration.id, "changed", now)
    await _move(session, actor, registration, "pending", name="registration.asked_again", now=now)
    await _tell(session, registration, "registration_received")
    return registration


async def move_category(
    session: AsyncSession, actor: Actor, registration: Registration, category_key: str
) -> Registration:
    """To another category of the event; a place there is taken first. Raises CategoryNotOpen, Full."""
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
    await _record(
        session, actor, registration, "registration.moved", before=str(before), after=str(category.id)
    )
    return registration


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
    await _tell(session, registration, letter, once=now.strftime("%Y-%m-%dT%H"))


async def _move(
    session: AsyncSession,
    actor: Actor,
    registration: Registration,
    state: str,
    *,
    name: str,
    now: datetime,
    reason: str = "",
) -> None:
    before, registration.state = registration.state, state
    registration.decided_at = now
    registration.version += 1
    more = {"reason": reason} if reason else {}
    await _record(session, actor, registration, name, before=before, after=state, **more)


async def _record(
    session: AsyncSession, actor: Actor, registration: Registration, name: str, **data: object
) -> None:
    await session.flush()
    await record(
        session, actor, name, organisation_id=registration.organisation_id, event_id=registration.event_id,
        subject_id=registration.id, **data,
    )  # fmt: skip


async def _tell(
    session: AsyncSession, registration: Registration, letter: str, *, once: str | None = None
) -> None:
    if not registration.mail_address:
        return
    mark = once or f"v{registration.version}"
    await add_mail(
        session,
        Mail(
            letter=letter, dedup=f"{letter}:{registration.id}:{mark}", address=registration.mail_address,
            language=registration.language, event_id=registration.event_id, registration_id=registration.id,
        ),
    )  # fmt: skip


def _require(registration: Registration, states: Sequence[str]) -> None:
    if registration.state not in states:
        raise WrongState(state=registration.state)
