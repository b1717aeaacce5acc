"""Taking an import back: guests it made go, details it changed are as before; whatever somebody touched since stays."""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from service.audit.operations import record
from service.checkin.models import Scan
from service.core.actor import Actor
from service.core.database import Database
from service.core.errors import Forbidden
from service.credentials.models import Credential
from service.imports.applying import BATCH
from service.imports.changing import move_as_before
from service.imports.errors import ImportNotReady
from service.imports.models import Import, ImportRow
from service.jobs.operations import Progress
from service.places.operations import Full
from service.registrations import operations
from service.registrations.deleting import remove
from service.registrations.models import Registration
from service.registrations.schemas import Application
from service.registrations.seats import holds, stand_up

TOUCHED = "Somebody worked with this guest since: they stay."


async def undo(db: Database, actor: Actor, import_id: UUID, *, progress: Progress) -> Counter[str]:
    """How many were removed, put back and kept. Raises Forbidden, ImportNotReady. May begin again."""
    async with db.begin() as session:
        found = await session.get_one(Import, import_id, with_for_update=True)
        if "manage" not in actor.needs(found.organisation_id, found.event_id):
            raise Forbidden
        if found.state != "undoing":
            raise ImportNotReady
        lines = select(ImportRow.line).where(
            ImportRow.import_id == import_id, ImportRow.done, ImportRow.verdict != "wrong"
        )
        todo = list((await session.execute(lines.order_by(ImportRow.line))).scalars())
    counts: Counter[str] = Counter()
    for start in range(0, len(todo), BATCH):
        await progress(start, len(todo))
        async with db.begin() as session:
            counts.update(await _part(session, actor, import_id, todo[start : start + BATCH]))
    async with db.begin() as session:
        await session.execute(update(Import).where(Import.id == import_id).values(state="undone"))
        await record(
            session, actor, "import.taken_back", organisation_id=found.organisation_id, event_id=found.event_id,
            subject_id=import_id, **counts,
        )  # fmt: skip
    return counts


async def _part(session: AsyncSession, actor: Actor, import_id: UUID, lines: Sequence[int]) -> Counter[str]:
    wanted = (
        select(ImportRow, Registration)
        .join(Registration, Registration.id == ImportRow.registration_id)
        .where(ImportRow.import_id == import_id, ImportRow.line.in_(lines), ImportRow.done)
        .order_by(Registration.id)
        .with_for_update()
    )
    counts, gone, put_back = Counter[str](), [], 0
    touched = await _touched(session, import_id, lines)
    for row, guest in await session.execute(wanted):
        row.done = False
        if guest.version != row.version or guest.id in touched:
            row.problem, counts["kept"] = TOUCHED, counts["kept"] + 1
        elif row.made:
            row.registration_id, row.made = None, False
            gone.append(guest)
        else:
            if not await _moved_back(session, row, guest):
                row.problem, counts["kept"] = TOUCHED, counts["kept"] + 1
                continue
            of_card = row.changes.keys() - {"category", "delegation"}
            before = {field: row.changes[field][0] for field in of_card}
            await operations.change(session, actor, guest, _as_before(guest, before))
            put_back += 1
    await session.flush()
    await stand_up(session, [guest for guest in gone if holds(guest)])
    await remove(session, gone)
    counts.update({"removed": len(gone), "put_back": put_back})
    return counts


async def _moved_back(session: AsyncSession, row: ImportRow, guest: Registration) -> bool:
    """False if there is no place any more where they came from."""
    if "was" in row.data:
        try:
            await move_as_before(session, guest, row.data["was"])
        except Full:
            return False
    return True


def _as_before(guest: Registration, before: dict[str, object]) -> Application:
    now = {field: getattr(guest, field) for field in operations.CHANGEABLE}
    return Application(category="", **{**now, **before})


async def _touched(session: AsyncSession, import_id: UUID, lines: Sequence[int]) -> set[UUID]:
    """Those who were scanned, have a printed badge, or brought somebody."""
    companion = aliased(Registration)
    mine = select(ImportRow.registration_id).where(
        ImportRow.import_id == import_id, ImportRow.line.in_(lines)
    )
    worked_with = select(Registration.id).where(
        Registration.id.in_(mine),
        exists().where(Scan.registration_id == Registration.id)
        | exists().where(Credential.registration_id == Registration.id, Credential.printed_at.is_not(None))
        | exists().where(companion.principal_id == Registration.id),
    )
    return set((await session.execute(worked_with)).scalars())
