"""Every field of the filter, by the people it finds."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import starmap

import pytest
from sqlalchemy import text

from service.core.actor import SYSTEM
from service.core.database import Database
from service.credentials.operations import Signer
from service.delegations.models import Delegation
from service.events.models import Event
from service.lists.answers import answer_field
from service.lists.errors import FilterUnclear
from service.lists.fields import FIELDS, Scope
from service.lists.language import read
from service.lists.queries import Filter, list_guests, list_page
from service.people.models import PersonTag, Tag
from service.registrations import deciding
from service.registrations.models import Registration
from tests.support import factories as make

EARLY, LATE = datetime(2026, 10, 31, 19, 0, tzinfo=UTC), datetime(2026, 11, 5, 12, 0, tzinfo=UTC)
ASKED = (("visa", "flag"), ("arrival", "date"), ("tracks", "text"), ("guests", "number"), ("hotel", "number"))
ANSWERS = {
    "Aida": {"visa": True, "arrival": "2026-11-29", "tracks": ["energy", "water"], "guests": 12},
    "Ким Юрий": {"visa": False, "arrival": "2026-12-01", "tracks": ["water"], "guests": 3},
    "李明": {},
    "John O'Brien": {"visa": True, "hotel": "Rixos"},
}


@dataclass
class Forum:
    db: Database
    event: Event

    async def find(self, where: str) -> set[str]:
        fields = {
            **FIELDS,
            **{f.key: f for f in starmap(answer_field, ASKED)},
        }
        async with self.db.begin() as session:
            wanted = Filter(part=read(where))
            found = await list_guests(session, Scope.of(self.event), wanted, fields=fields)
            page = await list_page(session, Scope.of(self.event), wanted, fields=fields)
            assert ([one.id for one in found], len(found)) == ([one.id for one in page.items], page.total)
        return {guest.native_name for guest in found}


@pytest.fixture
async def forum(db: Database, signer: Signer) -> AsyncIterator[Forum]:
    """Aida (approved, printed badge, arrived, VIP, of a delegation), Ким Юрий (waits, invited by nobody), 李明
    (rejected), O'Brien (held, watched, comes with Aida). Another event has them all once more, and must never
    be seen."""
    async with db.begin() as session:
        host = await make.organisation(session)
        event, other = await make.event(session, host), await make.event(session, host, "other")
        for at in (other, event):
            await make.category(session, at, "business")
            await make.category(session, at, "press")
            rows = {
                "Aida": {"country": "KZ", "email": "aida@x.example", "phone": "+77015550123", "honorific": "H.E."},
                "Ким Юрий": {"country": "RU", "email": "", "category": "press", "latin_name": "Kim Yuri"},
                "李明": {"country": "CN", "email": "li@x.example", "language": "en", "dietary": "halal"},
                "John O'Brien": {"country": "", "email": "", "affiliation": "100% Co_op",
                                 "assistant_email": "desk@x.example"},
            }  # fmt: skip
            made = {
                name: await make.registration(session, signer, at, name=name, **{"latin_name": "", **more})
                for name, more in rows.items()
            }
            for name, guest in made.items():
                guest.answers, guest.created_at = ANSWERS[name], EARLY if name == "Aida" else LATE
            await _happen(session, host.id, event, made, signer)
    yield Forum(db, event)


async def _happen(session, host_id, event, made: dict[str, Registration], signer: Signer) -> None:  # type: ignore[no-untyped-def]
    at = await session.get_one(Event, made["Aida"].event_id)
    delegation = Delegation(
        organisation_id=host_id, event_id=at.id, name="Republic of Korea", state="submitted"
    )
    session.add(delegation)
    await session.flush()
    made["Aida"].delegation_id = delegation.id
    made["John O'Brien"].principal_id, made["John O'Brien"].companion = made["Aida"].id, "assistant"
    made["John O'Brien"].watched, made["John O'Brien"].state = True, "held"
    tag = await session.scalar(text("SELECT id FROM tags WHERE name = 'VIP guest'"))
    if tag is None:
        session.add(new := Tag(organisation_id=host_id, name="VIP guest"))
        await session.flush()
        tag = new.id
    session.add(PersonTag(person_id=made["Aida"].person_id, tag_id=tag)) if at.id == event.id else None
    await deciding.approve(session, SYSTEM, at, made["Aida"].id, signer=signer, now=LATE)
    await deciding.reject(session, SYSTEM, at, made["李明"].id, reason="Full house", signer=signer, now=LATE)
    await session.execute(
        text("UPDATE credentials SET printed_at = now() WHERE registration_id = :id"), {"id": made["Aida"].id}
    )
    await session.execute(
        text("INSERT INTO entries (registration_id, zone, day, event_id, point_id, scan_id)"
             " VALUES (:id, 'venue', '2026-11-30', :event, uuidv7(), uuidv7())"),
        {"id": made["Aida"].id, "event": at.id},
    )  # fmt: skip


EVERYBODY = {"Aida", "Ким Юрий", "李明", "John O'Brien"}
KIM, LI, JOHN = {"Ким Юрий"}, {"李明"}, {"John O'Brien"}
CASES = [
    ("", EVERYBODY),
    ("state:approved", {"Aida"}), ("state:pending,held", KIM | JOHN), ("-state:approved", KIM | LI | JOHN),
    ("waits:1", KIM | JOHN), ("waits:2", set()), ("-waits:1", {"Aida"} | LI), ("waits:mine", set()),
    ("category:press", KIM), ("category:nothing", set()),
    ("country:none", JOHN), ("country:any", {"Aida"} | KIM | LI), ("-country:KZ", KIM | LI | JOHN),
    ('tag:"vip GUEST"', {"Aida"}), ("tag:none", KIM | LI | JOHN), ("tag:any", {"Aida"}),
    ('delegation:"republic of korea"', {"Aida"}), ("delegation:none", KIM | LI | JOHN),
    ("delegation-state:submitted", {"Aida"}), ("-delegation-state:submitted", KIM | LI | JOHN),
    ("watched:yes", JOHN), ("watched:no", {"Aida"} | KIM | LI),
    ("arrived:yes", {"Aida"}), ("-arrived:yes", KIM | LI | JOHN), ("arrived:no", KIM | LI | JOHN),
    ("arrival-day:2026-11-30", {"Aida"}), ("arrival-day>2026-11-30", set()), ("arrival-day:none", KIM | LI | JOHN),
    ("badge:none", KIM | LI | JOHN), ("badge:printed", {"Aida"}), ("badge:issued", set()),
    ("invitation:none", EVERYBODY), ("invitation:accepted", set()),
    ("message:registration_rejected", LI), ("message:none", KIM), ("message-state:queued", {"Aida"} | LI | JOHN),
    ("got:nothing", set()), ("missed:nothing", set()), ("was-at:other", set()), ("-was-at:other", EVERYBODY),
    ("source:organizer", EVERYBODY), ("language:en", LI), ("companion:any", JOHN),
    ("companion:none", {"Aida"} | KIM | LI),
    ("registered:2026-11-01", {"Aida"}), ("registered<2026-11-05", {"Aida"}),
    ("registered>=2026-11-05", KIM | LI | JOHN),
    ("decided:none", KIM | JOHN), ("decided:2026-11-05", {"Aida"} | LI),
    ("name~kim", KIM), ("name~Цой", set()), ("name:aida", {"Aida"}), ("latin-name:none", {"Aida"} | LI | JOHN),
    ("organisation~%", JOHN), ("organisation~_", JOHN), ('organisation:"100% co_op"', JOHN),
    ("organisation~steppe", {"Aida"} | KIM | LI),
    ("email:none", KIM | JOHN), ("email~@x", {"Aida"} | LI), ("assistant:any", JOHN), ("phone~555", {"Aida"}),
    ('honorific:"h.e."', {"Aida"}), ("dietary:HALAL", LI), ("reason~house", LI), ("position:none", set()),
    ("title:any", set()), ("badge-line:none", EVERYBODY), ("access:none", EVERYBODY),
    ("name~\"o'b\"", JOHN),
    ("answer.visa:yes", {"Aida"} | JOHN), ("answer.visa:no", KIM), ("answer.visa:none", KIM | LI),
    ("answer.arrival<2026-12-01", {"Aida"}), ("answer.arrival:any", {"Aida"} | KIM),
    ("answer.tracks:water", {"Aida"} | KIM), ("answer.tracks:energy", {"Aida"}), ("answer.tracks~wat", {"Aida"} | KIM),
    ("answer.guests>5", {"Aida"}), ("answer.guests<=3", KIM), ("answer.hotel>5", set()), ("answer.hotel:rixos", JOHN),
    ("state:approved badge:none", set()), ("badge:none -country:CN", KIM | JOHN),
    ("watched:yes or (state:pending country:RU)", KIM | JOHN), ("-(watched:yes or state:pending)", {"Aida"} | LI),
]  # fmt: skip


async def test_each_condition_finds_its_people(forum: Forum) -> None:
    found = {where: await forum.find(where) for where, _ in CASES}

    assert found == dict(CASES)


async def test_every_field_has_a_case(forum: Forum) -> None:
    tried = {field for where, _ in CASES for field in re.findall(r"([a-z-]*[a-z])[:~<>]", where)}
    assert set(FIELDS) - tried == {"principal", "code"}


async def test_a_principal_and_a_code(forum: Forum) -> None:
    async with forum.db.begin() as session:
        aida, code = (await session.execute(text(
            "SELECT r.id, c.code FROM registrations r JOIN credentials c ON c.registration_id = r.id"
            " WHERE r.event_id = :id"
        ), {"id": forum.event.id})).one()  # fmt: skip

    assert await forum.find(f"principal:{aida}") == JOHN
    assert await forum.find(f"code:{code.lower()}") == {"Aida"}
    assert await forum.find("principal:none") == EVERYBODY - JOHN


@pytest.mark.parametrize(
    "where", ["nothing:x", "state:odd", "state~app", "registered:soon", "country<KZ", "arrival-day:x"]
)
async def test_what_there_is_not_is_said(forum: Forum, where: str) -> None:
    with pytest.raises(FilterUnclear):
        await forum.find(where)
