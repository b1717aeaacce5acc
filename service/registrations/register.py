"""The hot path: one statement registers. A twin written with the ORM stands in the tests and must agree with it."""

import asyncio
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Any, Literal, Protocol
from uuid import UUID
from weakref import WeakValueDictionary

import asyncpg
import msgspec

from service.core.actor import Actor
from service.core.tokens import new_id
from service.credentials.operations import Signer
from service.events.queries import EventFacts
from service.registrations.errors import AlreadyRegistered, CategoryNotOpen, RegistrationClosed
from service.registrations.schemas import Application
from service.registrations.tidy import TIDY

Source = Literal["web", "invitation", "organizer", "import", "delegation", "walk_in"]


class Runner(Protocol):
    """An asyncpg pool (the statement commits alone) or connection (it joins the open transaction)."""

    async def fetchrow(self, query: str, *args: Any) -> Any: ...


# One at a time in a process for each category: all write the row of its places, and those who wait for that row inside
# PostgreSQL cost it three times the work (2 clients 1,345/s, 32 clients 670/s).
_lanes: WeakValueDictionary[UUID, asyncio.Lock] = WeakValueDictionary()


def _lane(run: Runner, category_id: UUID) -> AbstractAsyncContextManager[Any]:
    """An open transaction does not queue: it may hold the row already, for which the one before it would wait."""
    if not isinstance(run, asyncpg.Pool):
        return nullcontext()
    return _lanes.setdefault(category_id, asyncio.Lock())


class Registered(msgspec.Struct, frozen=True):
    """What became of it. `new` is False when the idempotency key was known: then this is the first answer again."""

    id: UUID
    state: str
    new: bool = True


async def register(
    run: Runner, event: EventFacts, application: Application, *, source: Source, key: str, actor: Actor,
    signer: Signer, invitation_id: UUID | None = None,
) -> Registered:  # fmt: skip
    """Register somebody: approved, pending or waitlisted, by category and places. `application` was checked.

    Everything belongs to one statement: person, counter, registration, code, audit line, mail. `key` is the caller's
    idempotency key. Raises RegistrationClosed, CategoryNotOpen, AlreadyRegistered (nothing is written then)."""
    category = next((c for c in event.categories if c.key == application.category), None)
    if category is None or (category.visibility == "invited" and source == "web"):
        raise CategoryNotOpen({"category": CategoryNotOpen.say})
    issue, registration_id = signer.issue(), new_id()
    try:
        async with _lane(run, category.id):
            row = await run.fetchrow(
                STATEMENT, event.id, category.id, registration_id, key, source, application.native_name,
                application.latin_name, application.honorific, application.salutation, application.affiliation,
                application.position, application.country, application.phone, application.email, application.language,
                application.dietary, application.access_needs, application.consent_version, application.search,
                application.sort_key, invitation_id, issue.id, issue.key_id, issue.ticket_hash, issue.code, actor.kind,
                actor.id, actor.name, new_id(), event.organisation_id, source not in ("web", "invitation"),
            )  # fmt: skip
    except asyncpg.UniqueViolationError as error:
        if error.constraint_name == "uq_registrations_event_email":
            raise AlreadyRegistered from error
        raise
    TIDY.due = True
    if row["id"] is not None:
        return Registered(row["id"], row["state"])
    return await _why_not(run, event, application, key)


async def _why_not(run: Runner, event: EventFacts, application: Application, key: str) -> Registered:
    known = await run.fetchrow(KNOWN_KEY, event.id, key)
    if known is not None:
        return Registered(known["id"], known["state"], new=False)
    if application.email and await run.fetchrow(KNOWN_EMAIL, event.id, application.email):
        raise AlreadyRegistered
    raise RegistrationClosed


KNOWN_KEY = """
SELECT r.id, r.state FROM idempotency_keys k JOIN registrations r ON r.id = k.registration_id
WHERE k.event_id = $1 AND k.key = $2
"""
KNOWN_EMAIL = """
SELECT 1 FROM registrations WHERE event_id = $1 AND email = $2 AND email <> '' AND state <> 'cancelled'
"""

# Each part names what it waits for: PostgreSQL runs a data-modifying part when it is first read. The counter comes as
# late as it can (its row is locked until the commit) but before the registration, whose state it decides. A double
# address that slips past `double` in a race violates uq_registrations_event_email and undoes the whole statement,
# counter included. `email <> ''` looks needless there, but only a plan that can prove it may use that partial index;
# without it every registration would read all others of the event.
STATEMENT = """
WITH event AS (
    SELECT id, organisation_id FROM events
    WHERE id = $1 AND ($31::boolean
        OR (state = 'open' AND (registration_closes_at IS NULL OR registration_closes_at > now())))
), category AS (
    SELECT c.id, c.approval FROM categories c JOIN event ON event.id = c.event_id WHERE c.id = $2
), double AS (
    SELECT 1 FROM registrations WHERE event_id = $1 AND email = $14 AND email <> '' AND state <> 'cancelled'
), fresh AS (
    INSERT INTO idempotency_keys (event_id, key, registration_id)
    SELECT $1, $4, $3 FROM category WHERE NOT EXISTS (SELECT FROM double)
    ON CONFLICT DO NOTHING RETURNING registration_id
), person AS (
    INSERT INTO people (organisation_id, native_name, latin_name, honorific, salutation, affiliation, position,
        country, phone, email, language)
    SELECT $30, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15 FROM fresh
    ON CONFLICT (organisation_id, email) WHERE email <> '' DO UPDATE SET email = excluded.email RETURNING id
), counter AS (
    UPDATE places SET taken = taken + 1
    WHERE id = $2 AND EXISTS (SELECT FROM person) AND (capacity IS NULL OR taken < capacity) RETURNING id
), registration AS (
    INSERT INTO registrations (id, organisation_id, event_id, category_id, person_id, invitation_id, state, source,
        native_name, latin_name, honorific, salutation, affiliation, position, country, phone, email, language,
        dietary, access_needs, consent_version, consent_at, search, sort_key, decided_at)
    SELECT $3, $30, $1, $2, person.id, $21::uuid,
        CASE WHEN NOT EXISTS (SELECT FROM counter) THEN 'waitlisted'
            WHEN category.approval = 'automatic' THEN 'approved' ELSE 'pending' END,
        $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18::int,
        CASE WHEN $18::int IS NOT NULL THEN now() END, $19, $20,
        CASE WHEN category.approval = 'automatic' THEN now() END
    FROM category, person RETURNING id, state
), credential AS (
    INSERT INTO credentials (id, event_id, registration_id, key_id, ticket_hash, code)
    SELECT $22, $1, id, $23::int, $24, $25 FROM registration WHERE state = 'approved'
), line AS (
    INSERT INTO audit (organisation_id, event_id, subject_id, name, actor_kind, actor_id, actor_name, data)
    SELECT $30, $1, id, 'registration.created', $26, $27::uuid, $28,
        jsonb_build_object('state', state, 'source', $5::text) FROM registration
), task AS (
    INSERT INTO outbox (id, kind, payload, dedup)
    SELECT $29, 'mail', jsonb_build_object('event_id', $1::uuid, 'registration_id', id), 'created:' || id
    FROM registration WHERE $14 <> ''
), delivery AS (
    INSERT INTO deliveries (task_id, event_id, registration_id, letter, address, language)
    SELECT $29, $1, id, CASE state WHEN 'pending' THEN 'registration_received'
        WHEN 'approved' THEN 'registration_approved' ELSE 'registration_waitlisted' END, $14, $15
    FROM registration WHERE $14 <> ''
)
SELECT (SELECT id FROM registration), (SELECT state FROM registration)
"""
