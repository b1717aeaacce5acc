"""The hot path: one statement registers. A twin written with the ORM stands in the tests and must agree with it."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple, Protocol
from uuid import UUID
from weakref import WeakValueDictionary

import asyncpg
import msgspec

from service.core.actor import Actor
from service.core.database import encode_json
from service.core.errors import Invalid
from service.core.flights import Flights
from service.core.tokens import new_id
from service.credentials import codes
from service.credentials.operations import CODE_TAKEN, Signer
from service.events.queries import CategoryView, EventFacts
from service.registrations.errors import AlreadyRegistered, CategoryNotOpen, RegistrationClosed
from service.registrations.models import TAKES_A_PLACE
from service.registrations.schemas import Application
from service.registrations.seats import ChoiceFull
from service.registrations.tidy import TIDY

Source = Literal["web", "invitation", "organizer", "import", "delegation", "walk_in"]
SEATS = 25


class Runner(Protocol):
    """An asyncpg pool (the statement commits alone) or connection (it joins the open transaction)."""

    async def fetch(self, query: str, *args: Any) -> list[Any]: ...
    async def fetchrow(self, query: str, *args: Any) -> Any: ...


class Registered(msgspec.Struct, frozen=True):
    """What became of it. `new` is False when the idempotency key was known: then this is the first answer again."""

    id: UUID
    state: str
    new: bool = True


class Guest(NamedTuple):
    """One row for the statement, in the order of its columns."""

    id: UUID
    key: str
    source: str
    native_name: str
    latin_name: str
    honorific: str
    salutation: str
    affiliation: str
    position: str
    country: str
    phone: str
    email: str
    language: str
    academic_title: str
    name_order: str
    badge_line: str
    assistant_email: str
    in_languages: str
    dietary: str
    access_needs: str
    answers: str
    consent_version: int | None
    search: str
    sort_key: str
    invitation_id: UUID | None
    credential_id: UUID
    key_id: int
    ticket_hash: bytes
    code: str
    actor_kind: str
    actor_id: UUID | None
    actor_name: str
    by_team: bool


async def register(
    run: Runner, event: EventFacts, application: Application, *, source: Source, key: str, actor: Actor,
    signer: Signer, invitation_id: UUID | None = None,
) -> Registered:  # fmt: skip
    """Register somebody: approved, pending or waitlisted, by category and places. `application` was checked.

    Everything belongs to one statement: person, counter, registration, code, audit line, mail. `key` is the caller's
    idempotency key. Raises RegistrationClosed, CategoryNotOpen, AlreadyRegistered, and Invalid at a question whose
    answer has no place left (nothing is written then)."""
    category = next((c for c in event.categories if c.key == application.category), None)
    if category is None or (category.visibility == "invited" and source == "web"):
        raise CategoryNotOpen({"category": CategoryNotOpen.say})
    issue, a = signer.issue(), application
    guest = Guest(
        new_id(), key, source, a.native_name, a.latin_name, a.honorific, a.salutation, a.affiliation, a.position,
        a.country, a.phone, a.email, a.language, a.academic_title, a.name_order, a.badge_line, a.assistant_email,
        encode_json(a.in_languages), a.dietary, a.access_needs, encode_json(a.answers), a.consent_version,
        a.search, a.sort_key, invitation_id, issue.id, issue.key_id, issue.ticket_hash, issue.code, actor.kind,
        actor.id, actor.name, source not in ("web", "invitation"),
    )  # fmt: skip
    try:
        state = await _write(run, event, category, guest, a.choice_places)
    except asyncpg.UniqueViolationError as error:
        if error.constraint_name == "uq_registrations_event_email":
            raise AlreadyRegistered from error
        raise
    TIDY.due = True
    return Registered(guest.id, state) if state else await _why_not(run, event, application, key)


async def _write(
    run: Runner, event: EventFacts, category: CategoryView, guest: Guest, choices: Mapping[UUID, str], draws: int = 3
) -> str | None:  # fmt: skip
    """The state it got, None for none. A code that somebody at the event has is drawn anew; an open transaction cannot
    go on after that, its caller begins again."""
    try:
        if choices:
            return await _with_choices(run, event, category, guest, choices)
        return await _fly_with(run, event, category, guest)
    except asyncpg.UniqueViolationError as error:
        if error.constraint_name != CODE_TAKEN or draws == 1 or not isinstance(run, asyncpg.Pool):
            raise
        return await _write(run, event, category, guest._replace(code=codes.typed_code()), choices, draws - 1)


async def _with_choices(
    run: Runner, event: EventFacts, category: CategoryView, guest: Guest, choices: Mapping[UUID, str]
) -> str | None:
    """With places in answers, too: all of them or none. They are locked before the statement takes the category's, in
    the order of ids as everywhere. Raises Invalid at the question whose answer is full."""
    if isinstance(run, asyncpg.Pool):
        async with run.acquire() as connection, connection.transaction():
            return await _with_choices(connection, event, category, guest, choices)
    rows = await run.fetch(LOCK_PLACES, [event.id, category.id, *choices])
    if full := [row["id"] for row in rows if row["id"] in choices and not row["free"]]:
        raise Invalid({choices[one]: ChoiceFull.say for one in full})
    state = await _fly_with(run, event, category, guest)
    if state is not None:
        await run.fetch(KEEP_CHOICES, guest.id, list(choices))
    if state in TAKES_A_PLACE:
        await run.fetch(TAKE_PLACES, list(choices))
    return state


LOCK_PLACES = """
SELECT id, capacity IS NULL OR taken < capacity AS free FROM places WHERE id = ANY($1) ORDER BY id FOR UPDATE
"""
KEEP_CHOICES = "UPDATE registrations SET choice_places = $2 WHERE id = $1"
TAKE_PLACES = "UPDATE places SET taken = taken + 1 WHERE id = ANY($1)"


# All guests of a category write the row of its places, and those who wait for that row inside PostgreSQL cost it three
# times the work (2 clients 1,345/s, 32 clients 670/s). So a process sends them together, one flight at a time.
_flights: WeakValueDictionary[tuple[int, UUID], Flights[Guest, str | None]] = WeakValueDictionary()


async def _fly_with(run: Runner, event: EventFacts, category: CategoryView, guest: Guest) -> str | None:
    async def fly(guests: Sequence[Guest]) -> list[str | None]:
        columns = zip(*guests, strict=True)
        rows = await run.fetch(STATEMENT, event.id, category.id, event.organisation_id, *columns)
        states = dict(rows)
        return [states.get(guest.id) for guest in guests]

    if not isinstance(
        run, asyncpg.Pool
    ):  # an open transaction does not wait: it may hold the row of the places itself
        return (await fly([guest]))[0]
    line = (id(run), category.id)
    flights = _flights.get(line)
    if flights is None:
        split = (asyncpg.IntegrityConstraintViolationError, asyncpg.DataError, asyncpg.DeadlockDetectedError)
        flights = _flights[line] = Flights(fly, seats=SEATS, faces=_faces, split=split)
    return await flights.join(guest)


def _faces(guest: Guest) -> list[str]:
    return [f"key {guest.key}", *([f"mail {guest.email}"] if guest.email else [])]


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

# Each part names what it waits for: PostgreSQL runs a data-modifying part when it is first read. The counters of event
# and category come as late as they can (their rows are locked until the commit, in the order of ids) but before the
# registrations, whose states they decide: the first of the flight get what is left. Keys and people are written in one
# order, so that flights of two processes cannot wait for each other. An address that slips past `fresh` in a race
# violates uq_registrations_event_email and undoes the whole statement, counters included. `email <> ''` looks needless
# there, but only a plan that can prove it may use that partial index; without it every registration would read all
# others of the event.
# Where no place is left, nothing is locked: who is put in line need not wait in one.
STATEMENT = """
WITH guest AS (
    SELECT *, uuidv7() AS person_id, uuidv7() AS task_id,
        coalesce(nullif(email, ''), assistant_email) AS address
    FROM unnest(
        $4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[],
        $13::text[], $14::text[], $15::text[], $16::text[], $17::text[], $18::text[], $19::text[], $20::text[],
        $21::text[], $22::text[], $23::text[], $24::text[], $25::int[], $26::text[], $27::text[], $28::uuid[],
        $29::uuid[], $30::int[], $31::bytea[], $32::text[], $33::text[], $34::uuid[], $35::text[], $36::boolean[]
    ) WITH ORDINALITY AS sent (id, key, source, native_name, latin_name, honorific, salutation, affiliation, position,
        country, phone, email, language, academic_title, name_order, badge_line, assistant_email, in_languages, dietary,
        access_needs, answers, consent_version, search, sort_key, invitation_id, credential_id, key_id, ticket_hash,
        code, actor_kind, actor_id, actor_name, by_team, number)
), category AS (
    SELECT c.id, c.approval,
        e.state = 'open' AND (e.registration_closes_at IS NULL OR e.registration_closes_at > now()) AS open
    FROM categories c JOIN events e ON e.id = c.event_id WHERE c.id = $2 AND e.id = $1
), fresh AS (
    INSERT INTO idempotency_keys (event_id, key, registration_id)
    SELECT $1, guest.key, guest.id FROM guest, category
    WHERE (guest.by_team OR category.open) AND NOT EXISTS (
        SELECT FROM registrations r
        WHERE r.event_id = $1 AND r.email = guest.email AND r.email <> '' AND r.state <> 'cancelled')
    ORDER BY guest.key
    ON CONFLICT DO NOTHING RETURNING registration_id AS id
), person AS (
    INSERT INTO people (id, organisation_id,
        native_name, latin_name, honorific, salutation, affiliation, position, country, phone, email, language,
        academic_title, name_order, badge_line, assistant_email, in_languages)
    SELECT person_id, $3,
        native_name, latin_name, honorific, salutation, affiliation, position, country, phone, email, language,
        academic_title, name_order, badge_line, assistant_email, in_languages::jsonb
    FROM guest JOIN fresh USING (id) ORDER BY email
    ON CONFLICT (organisation_id, email) WHERE email <> '' DO UPDATE SET email = excluded.email
    RETURNING id, coalesce(nullif(email, ''), id::text) AS face
), place AS (
    SELECT id, capacity - taken AS free FROM places
    WHERE id IN ($1, $2) AND EXISTS (SELECT FROM person)
        AND (SELECT bool_and(capacity IS NULL OR taken < capacity) FROM places WHERE id IN ($1, $2))
    ORDER BY id FOR UPDATE
), counter AS (
    UPDATE places SET taken = taken + least((SELECT count(*)::int FROM person), (SELECT min(free) FROM place))
    WHERE id IN (SELECT id FROM place) AND (SELECT min(free) FROM place) IS DISTINCT FROM 0
    RETURNING id, new.taken - old.taken AS granted
), placed AS (
    SELECT guest.*, person.id AS person, category.approval,
        CASE WHEN row_number() OVER (ORDER BY guest.number) > coalesce((SELECT granted FROM counter WHERE id = $2), 0)
                THEN 'waitlisted'
            WHEN category.approval = 'automatic' THEN 'approved' ELSE 'pending' END AS state
    FROM category, guest JOIN fresh USING (id)
        JOIN person ON person.face = coalesce(nullif(guest.email, ''), guest.person_id::text)
), registration AS (
    INSERT INTO registrations (id, organisation_id, event_id, category_id, person_id, invitation_id, state, source,
        native_name, latin_name, honorific, salutation, affiliation, position, country, phone, email, language,
        academic_title, name_order, badge_line, assistant_email, in_languages,
        dietary, access_needs, answers, consent_version, consent_at, search, sort_key, decided_at)
    SELECT id, $3, $1, $2, person, invitation_id, state, source,
        native_name, latin_name, honorific, salutation, affiliation, position, country, phone, email, language,
        academic_title, name_order, badge_line, assistant_email, in_languages::jsonb,
        dietary, access_needs, answers::jsonb, consent_version, CASE WHEN consent_version IS NOT NULL THEN now() END,
        search, sort_key, CASE state WHEN 'approved' THEN now() END
    FROM placed RETURNING id, state
), credential AS (
    INSERT INTO credentials (id, event_id, registration_id, key_id, ticket_hash, code)
    SELECT credential_id, $1, id, key_id, ticket_hash, code FROM placed WHERE state = 'approved'
), line AS (
    INSERT INTO audit (organisation_id, event_id, subject_id, name, actor_kind, actor_id, actor_name, data)
    SELECT $3, $1, id, 'registration.created', actor_kind, actor_id, actor_name,
        jsonb_build_object('state', state, 'source', source) FROM placed
), task AS (
    INSERT INTO outbox (id, kind, payload, dedup)
    SELECT task_id, 'mail', jsonb_build_object('event_id', $1::uuid, 'registration_id', id), 'created:' || id
    FROM placed WHERE address <> ''
), delivery AS (
    INSERT INTO deliveries (task_id, event_id, registration_id, letter, address, language)
    SELECT task_id, $1, id, CASE state WHEN 'pending' THEN 'registration_received'
        WHEN 'approved' THEN 'registration_approved' ELSE 'registration_waitlisted' END, address, language
    FROM placed WHERE address <> ''
)
SELECT id, state FROM registration
"""
