"""The twin of the registering statement, written with the ORM in the plainest way. It must agree with the statement."""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.operations import record
from service.core.actor import GUEST
from service.core.tokens import new_id
from service.credentials.models import Credential
from service.credentials.operations import Signer
from service.events.models import Category, Event
from service.outbox.operations import Mail, add_mail
from service.people.models import CARD_FIELDS, Person
from service.places.operations import take_all
from service.registrations.errors import AlreadyRegistered, CategoryNotOpen, RegistrationClosed
from service.registrations.models import IdempotencyKey, Registration
from service.registrations.queries import find_by_email
from service.registrations.register import Registered
from service.registrations.schemas import Application

LETTERS = {
    "pending": "registration_received", "approved": "registration_approved", "waitlisted": "registration_waitlisted",
}  # fmt: skip


async def register_by_orm(
    session: AsyncSession, event_id: UUID, who: Application, *, source: str, key: str, signer: Signer
) -> Registered:
    """Read, decide, write; right as long as nobody else writes at the same time."""
    event = await session.get_one(Event, event_id)
    known = await session.get(IdempotencyKey, (event_id, key))
    wanted = select(Category).where(Category.event_id == event_id, Category.key == who.category)
    category = (await session.execute(wanted)).scalar_one_or_none()
    if category is None or (category.visibility == "invited" and source == "web"):
        raise CategoryNotOpen
    if known is not None:
        first = await session.get_one(Registration, known.registration_id)
        return Registered(first.id, first.state, new=False)
    if await find_by_email(session, event_id, who.email):
        raise AlreadyRegistered
    closes = event.registration_closes_at
    if source in ("web", "invitation") and (
        event.state != "open" or (closes is not None and closes <= datetime.now(UTC))
    ):
        raise RegistrationClosed
    card = {name: getattr(who, name) for name in CARD_FIELDS}
    wanted_person = select(Person).where(
        Person.organisation_id == event.organisation_id, Person.email == who.email
    )
    person = (await session.execute(wanted_person)).scalar_one_or_none() if who.email else None
    if person is None:
        person = Person(organisation_id=event.organisation_id, **card)
        session.add(person)
        await session.flush()
    state = "waitlisted"
    if await take_all(session, (event_id, category.id)) is None:
        state = "approved" if category.approval == "automatic" else "pending"
    row = Registration(
        id=new_id(), organisation_id=event.organisation_id, event_id=event_id, category_id=category.id,
        person_id=person.id, state=state, source=source, dietary=who.dietary, access_needs=who.access_needs,
        answers=who.answers,
        consent_version=who.consent_version, search=who.search, sort_key=who.sort_key, **card,
    )  # fmt: skip
    session.add(row)
    await session.flush()
    session.add(IdempotencyKey(event_id=event_id, key=key, registration_id=row.id))
    if state == "approved":
        issue = signer.issue()
        session.add(
            Credential(
                id=issue.id, event_id=event_id, registration_id=row.id, key_id=issue.key_id,
                ticket_hash=issue.ticket_hash, code=issue.code,
            )
        )  # fmt: skip
    await record(
        session, GUEST, "registration.created", organisation_id=event.organisation_id, event_id=event_id,
        subject_id=row.id, state=state, source=source,
    )  # fmt: skip
    if who.email or who.assistant_email:
        mail = Mail(
            letter=LETTERS[state], dedup=f"created:{row.id}", address=who.email or who.assistant_email,
            language=who.language, event_id=event_id, registration_id=row.id,
        )  # fmt: skip
        await add_mail(session, mail)
    return Registered(row.id, state)
