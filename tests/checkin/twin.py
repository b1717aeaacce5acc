"""The scan written with the ORM, slowly and plainly: the statement must agree with it, whatever comes."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.checkin.facts import DoorFacts
from service.checkin.models import Entry, Scan
from service.checkin.schemas import Outcome, ScanInput
from service.core.actor import Actor
from service.credentials.codes import Ticket, TypedCode, read_scanned, ticket_hash
from service.credentials.models import Credential
from service.registrations.models import Registration


async def scan_by_orm(
    session: AsyncSession, door: DoorFacts, given: ScanInput, actor: Actor, now: datetime
) -> Outcome:
    """What the door should say, one step after the other."""
    known = await session.get(Scan, given.scan_id)
    if known is not None:
        return Outcome(scan_id=known.id, verdict=known.verdict, registration_id=known.registration_id)  # type: ignore[arg-type]
    credential, registration = await _find(session, door, given)
    verdict = await _decide(session, door, given, credential, registration, now)
    here = registration if registration is not None and registration.event_id == door.id else None
    session.add(
        Scan(
            id=given.scan_id, event_id=door.id, point_id=given.point_id, device_id=given.device_id,
            account_id=actor.id, credential_id=credential.id if credential else None,
            registration_id=here.id if here else None, action=given.action, verdict=verdict, how=given.how,
            device_time=given.instant, device_offset=given.offset, seq=given.seq, received_at=now,
        )
    )  # fmt: skip
    await session.flush()
    return Outcome(scan_id=given.scan_id, verdict=verdict, registration_id=here.id if here else None)


async def _find(
    session: AsyncSession, door: DoorFacts, given: ScanInput
) -> tuple[Credential | None, Registration | None]:
    credential: Credential | None = None
    if given.registration_id is not None:
        registration = await session.get(Registration, given.registration_id)
        if registration is None or registration.event_id != door.id:
            return None, None
        wanted = select(Credential).where(Credential.registration_id == registration.id)
        held = list((await session.execute(wanted)).scalars())
        alive = [one for one in held if one.revoked_at is None]
        return max(alive or held, key=lambda one: one.issued_at, default=None), registration
    read = read_scanned(given.code)
    if isinstance(read, Ticket):
        credential = await _one(session, Credential.ticket_hash == ticket_hash(read.text))
    elif isinstance(read, TypedCode):
        credential = await _one(session, Credential.code == read.text, Credential.event_id == door.id)
    if credential is None:
        return None, None
    return credential, await session.get_one(Registration, credential.registration_id)


async def _one(session: AsyncSession, *conditions: Any) -> Credential | None:
    return (await session.execute(select(Credential).where(*conditions))).scalar_one_or_none()


async def _decide(  # noqa: PLR0911 — one return for each verdict
    session: AsyncSession, door: DoorFacts, given: ScanInput, credential: Credential | None,
    registration: Registration | None, now: datetime,
) -> Any:  # fmt: skip
    if registration is None:
        return "unknown"
    if registration.event_id != door.id:
        return "wrong_event"
    today = now.astimezone(ZoneInfo(door.zone)).date()
    point = door.points[given.point_id]
    standing = await session.get(Entry, (registration.id, point.zone, today))
    if given.action == "undo":
        if standing is None:
            return "nothing_to_undo"
        await session.delete(standing)
        return "undone"
    if registration.state != "approved":
        return "cancelled" if registration.state == "cancelled" else "not_approved"
    if credential is not None and credential.revoked_at is not None:
        return "revoked"
    closed = (point.opens_at is not None and now < point.opens_at) or (
        point.closes_at is not None and now >= point.closes_at
    )
    if closed or not door.first_day <= today <= door.last_day:
        return "wrong_day"
    if point.category_ids and registration.category_id not in point.category_ids:
        return "wrong_gate"
    if standing is not None:
        return "already_in"
    session.add(
        Entry(
            registration_id=registration.id, zone=point.zone, day=today, event_id=door.id, point_id=point.id,
            scan_id=given.scan_id, at=now,
        )
    )  # fmt: skip
    return "admitted"
