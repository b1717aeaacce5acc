"""Reads of the directory, within one organisation; the access check is in each."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, func, or_, select, text, union
from sqlalchemy.ext.asyncio import AsyncSession

from service.core.actor import Actor, Need
from service.core.errors import Forbidden, NotFound
from service.core.names import name_key, query_ways
from service.events.models import Category, Event
from service.invitations.models import Invitation
from service.people.models import Merge, Person, PersonTag, Tag
from service.registrations.models import Registration
from service.registrations.queries import as_id, spelled
from service.registrations.searching import spelled_at

PAGE = 50
MOST_DOUBLES = 100


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """A person in a list: their tags (name, colour), and at how many events they are registered."""

    person: Person
    tags: tuple[tuple[str, int], ...]
    events: int


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """A registration of a person with its event and category; `scans` is how often they came in."""

    registration: Registration
    event: Event
    category: Category
    scans: int


class Double(msgspec.Struct, frozen=True):
    """Two who may be one, and why: name, email or phone."""

    one: Person
    other: Person
    why: tuple[str, ...]


def organisation_of(actor: Actor, need: Need) -> UUID:
    """The organisation whose directory this actor may see or change: a role at single events is not enough.

    Raises NotFound for outsiders, Forbidden for those who may only see."""
    seen = [one for one in sorted(actor.organisation_ids) if "see" in actor.needs(one)]
    if not seen:
        raise NotFound
    able = next((one for one in seen if need in actor.needs(one)), None)
    if able is None:
        raise Forbidden
    return able


async def get_person(
    session: AsyncSession, organisation_id: UUID, person_id: UUID, *, lock: bool = False
) -> Person:
    """Raises NotFound for another organisation's."""
    wanted = select(Person).where(Person.id == person_id, Person.organisation_id == organisation_id)
    found = (await session.execute(wanted.with_for_update() if lock else wanted)).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


def _people(organisation_id: UUID, q: str, tag: str) -> list[ColumnElement[bool]]:
    """Those whom `q` finds at any event in any spelling, with this tag."""
    conditions: list[ColumnElement[bool]] = [Person.organisation_id == organisation_id]
    if query_ways(q):
        at_events = (
            select(Registration.person_id)
            .join(Event, Event.id == Registration.event_id)
            .where(Event.organisation_id == organisation_id, spelled_at(q))
        )
        invited = select(Invitation.person_id).where(
            Invitation.event_id.in_(select(Event.id).where(Event.organisation_id == organisation_id)),
            spelled(Invitation.search, q),
        )
        names = or_(
            *(
                column.icontains(q, autoescape=True)
                for column in (Person.native_name, Person.latin_name, Person.email)
            )
        )
        only_here = select(Person.id).where(Person.organisation_id == organisation_id, names)
        conditions.append(Person.id.in_(union(at_events, invited, only_here)))
    if tag:
        tagged = select(PersonTag.person_id).join(Tag, Tag.id == PersonTag.tag_id)
        conditions.append(
            Person.id.in_(tagged.where(Tag.organisation_id == organisation_id, Tag.name == tag))
        )
    return conditions


async def list_people_ids(
    session: AsyncSession, organisation_id: UUID, q: str, tag: str, most: int
) -> list[UUID]:
    """The same people, the longest known first, at most so many. One query."""
    wanted = select(Person.id).where(*_people(organisation_id, q, tag)).order_by(Person.id).limit(most)
    return list((await session.execute(wanted)).scalars())


async def list_people(
    session: AsyncSession, organisation_id: UUID, q: str, tag: str, after: str
) -> list[Known]:
    """The newest first, or those whom `q` finds at any event in any spelling. Three queries."""
    wanted = select(Person).where(*_people(organisation_id, q, tag))
    if (last := as_id(after)) is not None:
        wanted = wanted.where(Person.id < last)
    people = list((await session.execute(wanted.order_by(Person.id.desc()).limit(PAGE))).scalars())
    ids = [person.id for person in people]
    tags = await list_tags_of(session, ids)
    counted = select(Registration.person_id, func.count(Registration.event_id.distinct())).where(
        Registration.person_id.in_(ids), Registration.state != "cancelled"
    )
    events = {row[0]: row[1] for row in await session.execute(counted.group_by(Registration.person_id))}
    return [Known(person=one, tags=tags.get(one.id, ()), events=events.get(one.id, 0)) for one in people]


async def list_tags_of(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, tuple[tuple[str, int], ...]]:
    """Names and colours of the tags of each."""
    wanted = select(PersonTag.person_id, Tag.name, Tag.colour).join(Tag, Tag.id == PersonTag.tag_id)
    rows = await session.execute(wanted.where(PersonTag.person_id.in_(ids)).order_by(func.lower(Tag.name)))
    found: dict[UUID, tuple[tuple[str, int], ...]] = {}
    for person_id, name, colour in rows:
        found[person_id] = (*found.get(person_id, ()), (name, colour))
    return found


async def list_tags(session: AsyncSession, organisation_id: UUID) -> list[Tag]:
    """By name."""
    wanted = select(Tag).where(Tag.organisation_id == organisation_id).order_by(func.lower(Tag.name))
    return list((await session.execute(wanted)).scalars())


async def list_visits(session: AsyncSession, person_id: UUID) -> list[Visit]:
    """Their registrations, the latest event first. One query."""
    scans = text("(SELECT count(*) FROM entries n WHERE n.registration_id = registrations.id)")
    rows = await session.execute(
        select(Registration, Event, Category, scans)
        .join(Event, Event.id == Registration.event_id)
        .join(Category, Category.id == Registration.category_id)
        .where(Registration.person_id == person_id)
        .order_by(Event.starts_at.desc(), Registration.created_at.desc())
    )
    return [Visit(registration=r, event=e, category=c, scans=n) for r, e, c, n in rows]


async def list_invitations_of(session: AsyncSession, person_id: UUID) -> list[tuple[Invitation, Event]]:
    """The latest event first. One query."""
    wanted = select(Invitation, Event).join(Event, Event.id == Invitation.event_id)
    rows = await session.execute(
        wanted.where(Invitation.person_id == person_id).order_by(Event.starts_at.desc())
    )
    return [(row[0], row[1]) for row in rows]


class Line(msgspec.Struct, frozen=True):
    """One thing that happened to a person at any event: a change, a mail, a scan."""

    at: datetime
    kind: str
    name: str
    who: str
    event: dict[str, str]
    zone: str
    data: dict[str, Any]


async def list_history(session: AsyncSession, person_id: UUID, limit: int = 100) -> list[Line]:
    """The newest first. One query."""
    rows = await session.execute(_HISTORY, {"id": person_id, "limit": limit})
    return [
        Line(row.at, row.kind, row.name, row.who, row.event or {}, row.zone or "UTC", row.data)
        for row in rows
    ]


_HISTORY = text("""
    WITH mine AS (SELECT id, event_id FROM registrations WHERE person_id = :id)
    SELECT l.at, l.kind, l.name, l.who, e.name AS event, e.zone, l.data FROM (
        SELECT at, 'change' AS kind, name, CASE actor_kind WHEN 'guest' THEN 'guest' ELSE actor_name END AS who, data,
            event_id FROM audit WHERE subject_id = :id OR subject_id IN (SELECT id FROM mine)
                OR subject_id IN (SELECT id FROM invitations WHERE person_id = :id)
        UNION ALL
        SELECT coalesce(sent_at, created_at), 'mail', letter, address, jsonb_build_object('state', state), event_id
        FROM deliveries WHERE registration_id IN (SELECT id FROM mine)
            OR invitation_id IN (SELECT id FROM invitations WHERE person_id = :id)
        UNION ALL
        SELECT s.received_at, 'scan', s.verdict, '', jsonb_build_object('action', s.action), s.event_id
        FROM scans s WHERE s.registration_id IN (SELECT id FROM mine)
    ) l LEFT JOIN events e ON e.id = l.event_id ORDER BY l.at DESC LIMIT :limit
""")


async def list_merges_of(session: AsyncSession, person_id: UUID) -> list[Merge]:
    """Those that can still be taken back, the newest first."""
    wanted = select(Merge).where(Merge.kept_id == person_id, Merge.undone_at.is_(None))
    return list((await session.execute(wanted.order_by(Merge.made_at.desc()))).scalars())


async def list_doubles(
    session: AsyncSession, organisation_id: UUID, person_id: UUID | None = None
) -> list[Double]:
    """Pairs that share a name in any spelling, an address or a phone, and that nobody has told apart; of one person,
    or of all. Two queries."""
    known = {"organisation": organisation_id, "person": person_id, "limit": MOST_DOUBLES}
    pairs = (await session.execute(_DOUBLES, known)).all()
    ids = {one for pair in pairs for one in (pair.one_id, pair.other_id)}
    people = {
        person.id: person
        for person in (await session.execute(select(Person).where(Person.id.in_(ids)))).scalars()
    }
    return [Double(people[pair.one_id], people[pair.other_id], tuple(pair.why)) for pair in pairs]


_DOUBLES = text("""
    SELECT one_id, other_id, array_agg(DISTINCT why ORDER BY why) AS why FROM (
        SELECT least(a.id, b.id) AS one_id, greatest(a.id, b.id) AS other_id, 'name' AS why FROM people a
            JOIN people b ON b.organisation_id = a.organisation_id AND b.name_key = a.name_key AND b.id <> a.id
        WHERE a.organisation_id = :organisation AND a.name_key <> '' AND b.name_key <> ''
            AND (CAST(:person AS uuid) IS NULL OR a.id = :person)
        UNION ALL
        SELECT least(a.id, b.id), greatest(a.id, b.id), 'phone' FROM people a
            JOIN people b ON b.organisation_id = a.organisation_id AND b.phone = a.phone AND b.id <> a.id
        WHERE a.organisation_id = :organisation AND a.phone <> '' AND b.phone <> ''
            AND (CAST(:person AS uuid) IS NULL OR a.id = :person)
        UNION ALL
        SELECT least(a.id, b.id), greatest(a.id, b.id), 'email' FROM people a
            JOIN people b ON b.organisation_id = a.organisation_id AND b.assistant_email = a.email AND b.id <> a.id
                AND b.native_name = a.native_name
        WHERE a.organisation_id = :organisation AND a.email <> ''
            AND (CAST(:person AS uuid) IS NULL OR a.id = :person OR b.id = :person)
    ) found
    WHERE NOT EXISTS (SELECT FROM people_apart x WHERE x.one_id = found.one_id AND x.other_id = found.other_id)
    GROUP BY one_id, other_id ORDER BY count(DISTINCT why) DESC, one_id DESC, other_id LIMIT :limit
""")


async def fill_keys(session: AsyncSession, limit: int = 2_000) -> int:
    """Name keys of people who have none yet; the way of a registration does not wait for them. How many were made."""
    rows = (await session.execute(_NO_KEY, {"limit": limit})).all()
    if rows:
        keys = [name_key(row.latin_name or row.native_name) or name_key(row.native_name) for row in rows]
        await session.execute(_FILL, {"ids": [row.id for row in rows], "keys": keys})
    return len(rows)


_NO_KEY = text("""
    SELECT id, native_name, latin_name FROM people WHERE name_key IS NULL ORDER BY id LIMIT :limit
    FOR NO KEY UPDATE SKIP LOCKED
""")
_FILL = text("""
    UPDATE people p SET name_key = given.key
    FROM unnest(CAST(:ids AS uuid[]), CAST(:keys AS text[])) AS given (id, key) WHERE p.id = given.id
""")
