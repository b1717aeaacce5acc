"""What the benchmarks are played on: an organisation, two events, door points, callers, and a crowd."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from service import all_models  # noqa: F401 — every model loaded: foreign keys find their targets
from service.checkin.models import Point
from service.core.actor import Actor
from service.core.database import Database, raw
from service.core.tokens import new_id
from service.credentials import codes
from service.credentials.operations import Signer, load_signer
from service.events.models import Event
from service.events.queries import EventFacts, facts_of
from service.organisations.actors import load_actor
from service.organisations.models import Organisation
from service.programme.models import ProgrammeSession, Room, Track
from service.registrations.schemas import Application
from tests.benchmarks.people import guests
from tests.benchmarks.servers import Servers
from tests.support import factories

NOW = datetime.now(UTC)
POINTS, DEVICES = 8, 40


class Stage(msgspec.Struct, kw_only=True):
    """`forum` takes registrations without end, `congress` holds the crowd; `tickets` are what their badges say."""

    servers: Servers
    signer: Signer
    forum: EventFacts
    congress: EventFacts
    organizer: dict[str, str]
    door: dict[str, str]
    points: list[UUID]
    tickets: list[str]
    crowd: list[Application]


async def organizer_of(session: AsyncSession, stage: Stage) -> tuple[Event, Actor]:
    """The congress, and somebody new who may organize it."""
    event = await session.get_one(Event, stage.congress.id)
    host = await session.get_one(Organisation, event.organisation_id)
    account = await factories.account(session, host, "organizer", email=f"{new_id()}@qonaq.example")
    return event, await load_actor(session, account)


def build(servers: Servers, crowd: int) -> Stage:
    """Writes everything. The crowd is copied in, with the rows that registering would have made."""
    return asyncio.run(_build(servers, crowd))


async def _build(servers: Servers, crowd: int) -> Stage:
    db = Database(servers.database_url)
    try:
        async with db.begin() as session:
            host = await factories.organisation(session)
            forum, congress = [await _event(session, host, slug) for slug in ("forum", "congress")]
            points = [Point(event_id=congress.id, name={"en": f"Gate {n}"}, ordinal=n) for n in range(POINTS)]
            session.add_all(points)
            await session.flush()
            await _programme(session, forum)
            signer = await load_signer(session, servers.master_key)
            stage = Stage(
                servers=servers, signer=signer, forum=await facts_of(session, forum),
                congress=await facts_of(session, congress), organizer=await factories.token(session, host, "organizer"),
                door=await factories.token(session, host, "door"), points=[point.id for point in points], tickets=[],
                crowd=list(guests(crowd, "crowd")),
            )  # fmt: skip
        async with db.begin() as session:
            await _copy(await raw(session), stage)
        await _settle(servers)
        return stage
    finally:
        await db.close()


async def _event(session: Any, host: Organisation, slug: str) -> Event:
    event = await factories.event(
        session, host, slug, starts_at=NOW - timedelta(days=1), ends_at=NOW + timedelta(days=2),
        summary={"en": "Three days on cities, energy and roads. " * 5},
    )  # fmt: skip
    await factories.category(session, event, "guest", approval="automatic")
    await factories.category(session, event, "speaker", approval="desk")
    return event


async def _programme(session: Any, event: Event) -> None:
    """Forty sessions with speakers, in four rooms and tracks."""
    rooms = [Room(id=new_id(), event_id=event.id, name={"en": f"Hall {n}"}, ordinal=n) for n in range(4)]
    tracks = [Track(id=new_id(), event_id=event.id, name={"en": f"Track {n}"}, ordinal=n) for n in range(4)]
    session.add_all([*rooms, *tracks])
    await session.flush()
    speakers = [guest.native_name for guest in guests(80, "speakers")]
    for number in range(40):
        start = event.starts_at + timedelta(hours=number // 4)
        session.add(
            ProgrammeSession(
                event_id=event.id, room_id=rooms[number % 4].id, track_id=tracks[number % 4].id,
                title={"en": f"Session {number + 1}: what cities of the steppe learn from each other"},
                starts_at=start, ends_at=start + timedelta(minutes=50), languages=["en", "kk"],
                speakers=[
                    {"name": {"en": name}, "title": {"en": "Partner"}}
                    for name in speakers[2 * number : 2 * number + 2]
                ],
            )
        )  # fmt: skip


async def _copy(connection: Any, stage: Stage) -> None:
    event, category = stage.congress, stage.congress.categories[0].id
    people, registrations, credentials = [], [], []
    codes_taken: set[str] = set()
    for guest in stage.crowd:
        person, registration, issue = new_id(), new_id(), stage.signer.issue()
        while issue.code in codes_taken:  # of half a million two are often the same
            issue = stage.signer.issue()
        codes_taken.add(issue.code)
        card = {name: getattr(guest, name) for name in CARD}
        people.append((person, event.organisation_id, *card.values()))
        registrations.append(
            (registration, event.organisation_id, event.id, category, person, "approved", "import", *card.values(),
             guest.search, guest.sort_key, NOW)
        )  # fmt: skip
        credentials.append((issue.id, event.id, registration, issue.key_id, issue.ticket_hash, issue.code))
        stage.tickets.append(codes.qr_content("http://127.0.0.1", stage.signer.ticket(issue.id)))
    for table, columns, rows in (
        ("people", ("id", "organisation_id", *CARD), people),
        ("registrations", (*REGISTRATION, *CARD, "search", "sort_key", "decided_at"), registrations),
        ("credentials", ("id", "event_id", "registration_id", "key_id", "ticket_hash", "code"), credentials),
    ):
        await connection.copy_records_to_table(table, records=rows, columns=columns)
    counters = [category, event.id]
    await connection.execute("UPDATE places SET taken = $2 WHERE id = ANY($1)", counters, len(people))


CARD = (
    "native_name", "latin_name", "honorific", "salutation", "affiliation", "position", "country", "phone", "email",
    "language",
)  # fmt: skip
REGISTRATION = ("id", "organisation_id", "event_id", "category_id", "person_id", "state", "source")


async def _settle(servers: Servers) -> None:
    """What autovacuum does within a minute of such an import, done at once."""
    import asyncpg

    connection = await asyncpg.connect(servers.database_url)
    try:
        await connection.execute("VACUUM ANALYZE")
        await connection.execute("CHECKPOINT")
    finally:
        await connection.close()
