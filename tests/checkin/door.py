"""A forum with two gates and a few guests, and the same scan as a device would send it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from service.checkin.facts import DoorFacts, read_facts
from service.checkin.models import Point
from service.checkin.scan import scan
from service.checkin.schemas import Outcome, ScanInput
from service.core.actor import Actor
from service.core.database import Database
from service.core.tokens import new_id
from service.credentials.codes import qr_content
from service.credentials.models import Credential
from service.credentials.operations import Signer, find_alive
from service.events.models import Category, Event
from service.organisations.models import Organisation
from service.registrations.models import Registration
from tests.support import factories

NOW = datetime.now(UTC)
DAY = timedelta(days=1)


@dataclass
class Forum:
    """`main` admits everybody, `vip` only VIPs; both lead into the zone venue. `hall` is a zone of its own."""

    host: Organisation
    event: Event
    staff: Actor
    business: Category
    vip_category: Category
    main: Point
    vip: Point
    hall: Point
    facts: DoorFacts
    db: Database
    seq: int = field(default=0)

    async def refresh(self) -> None:
        """Read the facts again, after a change."""
        async with self.db.begin() as session:
            self.facts = await read_facts(session, self.event.slug)

    def given(self, code: str = "", point: Point | None = None, **more: Any) -> ScanInput:
        """A new scan at the main gate."""
        self.seq += 1
        return ScanInput(
            scan_id=more.pop("scan_id", None) or new_id(), point_id=(point or self.main).id, code=code,
            device_time=NOW, seq=self.seq, **more,
        )  # fmt: skip

    async def scan(self, code: str = "", point: Point | None = None, **more: Any) -> Outcome:
        """What the door says to it."""
        return await self.send(self.given(code, point, **more))

    async def send(self, given: ScanInput) -> Outcome:
        """As it is, perhaps for the second time."""
        return await scan(await self.db.hot(), self.facts, given, self.staff)

    async def verdict(self, code: str = "", point: Point | None = None, **more: Any) -> str:
        """The verdict alone."""
        return (await self.scan(code, point, **more)).verdict


async def open_forum(db: Database, slug: str = "forum", host: Organisation | None = None) -> Forum:
    """It began yesterday and ends tomorrow."""
    async with db.begin() as session:
        host = host or await factories.organisation(session)
        event = await factories.event(
            session, host, slug, starts_at=NOW - DAY, ends_at=NOW + DAY, registration_closes_at=None
        )
        business = await factories.category(session, event, "business", approval="automatic")
        vip_category = await factories.category(session, event, "vip", approval="automatic", colour=4)
        points = [
            Point(event_id=event.id, name={"en": "Main gate", "ko": "정문"}, ordinal=1),
            Point(event_id=event.id, name={"en": "VIP gate"}, ordinal=2, category_ids=[vip_category.id]),
            Point(event_id=event.id, name={"en": "Hall"}, ordinal=3, zone="hall"),
        ]
        session.add_all(points)
        await session.flush()
        staff = await factories.actor(session, host, "door", f"{slug}-door@{host.slug}.example", event)
        facts = await read_facts(session, slug)
        return Forum(host, event, staff, business, vip_category, *points, facts, db)


async def guest(forum: Forum, signer: Signer, name: str = "Әсел Нұрланқызы", **more: Any) -> tuple[UUID, str]:
    """An approved guest: the registration's id and what the QR code says."""
    more.setdefault("email", f"{new_id()}@guests.example")
    async with forum.db.begin() as session:
        made = await factories.registration(session, signer, forum.event, name=name, **more)
        alive = await find_alive(session, made.id)
        assert alive is not None
        return made.id, qr_content("https://qonaq.example", signer.ticket(alive.id))


async def typed(forum: Forum, registration_id: UUID) -> str:
    """The eight characters of their newest code."""
    async with forum.db.begin() as session:
        alive = await find_alive(session, registration_id)
        assert alive is not None
        return alive.code


async def set_state(forum: Forum, registration_id: UUID, state: str) -> None:
    """As if it had been decided so."""
    async with forum.db.begin() as session:
        (await session.get_one(Registration, registration_id)).state = state


async def revoke_code(forum: Forum, registration_id: UUID, reason: str = "lost") -> None:
    """The badge was lost."""
    async with forum.db.begin() as session:
        alive = await find_alive(session, registration_id)
        assert alive is not None
        credential = await session.get_one(Credential, alive.id)
        credential.revoked_at, credential.revoked_reason = NOW, reason
