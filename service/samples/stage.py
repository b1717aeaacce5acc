"""The host, its team, and its three events with everything that stands before the first guest comes."""

import asyncio
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid5

import msgspec

from service.accounts.models import Account
from service.accounts.passwords import hash_password
from service.checkin.models import Device, Point
from service.checkin.routes import SAMPLE_DEVICE, SAMPLE_POINT
from service.core.tokens import new_id
from service.events.models import Category, ConsentText, Event
from service.organisations.models import Membership, Organisation
from service.programme.models import ProgrammeSession, Room, Track
from service.samples.events import CONSENT, EVENTS, LANGUAGES, EventPlan
from service.samples.programme import PROGRAMMES
from service.samples.questions import add_questions
from service.samples.rows import World

ORGANISATION = "alatau-city"
# printed at every start with samples: they protect nothing but samples
LOGINS: tuple[tuple[str, str, str], ...] = (
    ("owner", "owner@alatau.example", "steppe apricot morning"),
    ("organizer", "organizer@alatau.example", "seven rivers forum"),
    ("door", "door@alatau.example", "welcome at the gate"),
    ("viewer", "viewer@alatau.example", "only looking around"),
)
PEOPLE = {
    "owner": "Daniyar Omarov",
    "organizer": "Aliya Seitkali",
    "door": "Gate crew",
    "viewer": "Press office",
}
NORTH = {"en": "North gate", "kk": "Солтүстік қақпа", "ru": "Северный вход", "ko": "북문"}
SOUTH = {"en": "South gate", "kk": "Оңтүстік қақпа", "ru": "Южный вход", "ko": "남문"}
GUESTS_OF_HONOUR = {
    "en": "Guests of honour",
    "kk": "Құрметті қонақтар",
    "ru": "Вход для почётных гостей",
    "ko": "귀빈 입구",
}
ENTRANCE = {"en": "Main entrance", "kk": "Басты кіреберіс", "ru": "Главный вход", "ko": "정문"}


class Stage(msgspec.Struct, frozen=True, kw_only=True):
    """An event that is set up: ids by key, the local day, and its instants."""

    id: UUID
    plan: EventPlan
    day: date
    starts_at: datetime
    ends_at: datetime
    categories: dict[str, UUID]
    points: list[UUID]
    device_id: UUID


async def add_team(world: World) -> None:
    """The organisation and one log-in for each role."""
    world.add(
        Organisation, id=world.organisation_id, slug=ORGANISATION, name="Alatau City", reply_to="office@alatau.example",
        created_at=world.now - timedelta(days=60),
    )  # fmt: skip
    hashes = await asyncio.gather(*(hash_password(password) for _, _, password in LOGINS))
    for (role, email, _), password_hash in zip(LOGINS, hashes, strict=True):
        account_id = {"organizer": world.organizer_id, "owner": world.owner_id}.get(role) or new_id()
        world.add(
            Account, id=account_id, email=email, name=PEOPLE[role], language="en", password_hash=password_hash
        )
        world.add(Membership, account_id=account_id, organisation_id=world.organisation_id, role=role)


def add_events(world: World, *, real_dates: bool) -> dict[str, Stage]:
    """All three, by slug."""
    return {plan.slug: _add_event(world, plan, real_dates=real_dates) for plan in EVENTS}


def _add_event(world: World, plan: EventPlan, *, real_dates: bool) -> Stage:
    day = plan.day(world.now, real_dates=real_dates)
    starts_at = plan.at(day, plan.opens)
    # a sample of today lasts until midnight, so that its door lets people in at whatever hour somebody tries it
    late = plan.offset_days == 0 and not real_dates
    ends_at = plan.at(day, time(23, 59) if late else plan.closes)
    stage = Stage(
        id=new_id(), plan=plan, day=day, starts_at=starts_at, ends_at=ends_at,
        categories={category.key: new_id() for category in plan.categories},
        points=_points(plan), device_id=SAMPLE_DEVICE if plan.slug == "ai-4room" else new_id(),
    )  # fmt: skip
    world.add(
        Event, id=stage.id, organisation_id=world.organisation_id, slug=plan.slug, kind=plan.kind,
        state="over" if ends_at < world.now else "open", name=plan.name, summary=plan.summary, host=plan.host,
        place=plan.place, languages=LANGUAGES, zone=plan.zone, starts_at=starts_at, ends_at=ends_at,
        registration_closes_at=ends_at, colour=plan.colour, contact="office@alatau.example", sample=True,
        failures_told_at=world.now, created_at=world.now - timedelta(days=45),
    )  # fmt: skip
    _add_categories(world, stage)
    add_questions(world, plan.slug, stage.id, stage.categories)
    _add_programme(world, stage)
    _add_door(world, stage)
    return stage


def _points(plan: EventPlan) -> list[UUID]:
    """The forum's first gate has a fixed id: the API's examples name it."""
    first = SAMPLE_POINT if plan.slug == "ai-4room" else uuid5(SAMPLE_POINT, plan.slug)
    return [first, *(uuid5(first, str(n)) for n in (1, 2))]


def _add_categories(world: World, stage: Stage) -> None:
    for ordinal, category in enumerate(stage.plan.categories):
        world.add(
            Category, id=stage.categories[category.key], event_id=stage.id, key=category.key, name=category.name,
            approval=category.approval, visibility=category.visibility, colour=category.colour, ordinal=ordinal,
            steps=[_step(world, kind) for kind in category.steps], offer_hours=category.offer_hours,
        )  # fmt: skip
    world.add(
        ConsentText, event_id=stage.id, version=1, body=CONSENT, created_at=world.now - timedelta(days=45)
    )


def _step(world: World, kind: str) -> dict[str, Any]:
    """At the desk the whole team, protocol is the organizer's, security the owner's."""
    deciders = {"protocol": world.organizer_id, "security": world.owner_id}
    named = {"named": True, "deciders": [str(deciders[kind])]} if kind in deciders else {}
    return {"kind": kind, **named}


def _add_programme(world: World, stage: Stage) -> None:
    plan = PROGRAMMES[stage.plan.slug]
    tracks, rooms = {key: new_id() for key in plan.tracks}, {key: new_id() for key in plan.rooms}
    for ordinal, (key, (name, colour)) in enumerate(plan.tracks.items()):
        world.add(Track, id=tracks[key], event_id=stage.id, name=name, colour=colour, ordinal=ordinal)
    for ordinal, (key, (name, capacity)) in enumerate(plan.rooms.items()):
        world.add(Room, id=rooms[key], event_id=stage.id, name=name, capacity=capacity, ordinal=ordinal)
    for one in plan.sessions:
        world.add(
            ProgrammeSession, event_id=stage.id, track_id=tracks.get(one.track), room_id=rooms.get(one.room),
            title=one.title, summary=one.summary, starts_at=stage.plan.at(stage.day, one.opens),
            ends_at=stage.plan.at(stage.day, one.closes), languages=list(one.languages), speakers=list(one.speakers),
        )  # fmt: skip


def _add_door(world: World, stage: Stage) -> None:
    honour = [stage.categories["vip"], stage.categories.get("speaker") or stage.categories["founder"]]
    names = (NORTH, SOUTH) if stage.plan.kind == "ceremony" else (ENTRANCE, SOUTH)
    for ordinal, (point_id, name) in enumerate(zip(stage.points, (*names, GUESTS_OF_HONOUR), strict=True)):
        world.add(
            Point, id=point_id, event_id=stage.id, name=name, zone="venue", ordinal=ordinal,
            category_ids=honour if ordinal == 2 else [],
        )  # fmt: skip
    world.add(
        Device, id=stage.device_id, event_id=stage.id, name="Phone at the first gate",
        created_at=stage.starts_at - timedelta(hours=2),
    )  # fmt: skip
