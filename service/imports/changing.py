"""Rows of an import about guests who are at the event already: what they say, where they move, and back again."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.models import AuditLine
from service.core.actor import Actor
from service.core.errors import Conflict
from service.events.models import Category
from service.imports.parts import Part, Row, category_of, delegation_of, line_of, refuse
from service.imports.preview import differences
from service.places.operations import Full
from service.registrations import operations
from service.registrations.deciding import step_in
from service.registrations.errors import NotYourStep
from service.registrations.models import Registration
from service.registrations.queries import get_registration
from service.registrations.schemas import Application
from service.registrations.seats import change_seats, holds

CHANGED_SINCE = "This guest was changed in the meantime. Look at the list once more."


async def change_known(session: AsyncSession, actor: Actor, part: Part, rows: Sequence[Row]) -> None:
    """What the row says replaces what the guest had; what it does not say stays."""
    for row in sorted(rows, key=lambda row: str(row.registration_id)):
        assert row.registration_id is not None  # noqa: S101 — chosen by the caller
        guest = await get_registration(session, part.event_id, row.registration_id, lock=True)
        if row.expected is not None and guest.version != row.expected:
            refuse(row, "native_name", CHANGED_SINCE)
            continue
        row.changes = differences(guest, row.data) | {
            field: row.changes[field] for field in ("category", "delegation") if field in row.changes
        }
        try:
            await _move(session, actor, part, row, guest)
        except (Full, NotYourStep) as refused:
            refuse(row, "category", refused.say)
            continue
        try:
            await operations.change(session, actor, guest, merged(guest, row.data))
        except Conflict as conflict:
            await _move_back(session, row, guest)
            refuse(row, "email", conflict.say)
            continue
        row.done, row.version = True, guest.version


async def _move(session: AsyncSession, actor: Actor, part: Part, row: Row, guest: Registration) -> None:
    """To the category and delegation that the row names. Raises Full, NotYourStep."""
    was = (guest.category_id, guest.delegation_id)
    to = (
        category_of(part, row)[0] if "category" in row.changes else was[0],
        delegation_of(part, row) if "delegation" in row.changes else was[1],
    )
    if to == was:
        return
    before = guest.step
    if to[0] != was[0]:
        step = step_in(await session.get_one(Category, to[0]), actor, guest)
        if step is None:
            raise NotYourStep
        guest.step = step
    if holds(guest):
        await change_seats(session, guest, *to)
    guest.category_id, guest.delegation_id = to
    guest.version += 1
    row.data = {**row.data, "was": [str(was[0]), str(was[1] or ""), before]}
    data = {"before": str(was[0]), "after": str(to[0]), "import": str(row.import_id)}
    name = "registration.moved" if to[0] != was[0] else "registration.delegation"
    await session.flush()
    await session.execute(insert(AuditLine), [line_of(actor, part, guest.id, name, data)])


async def _move_back(session: AsyncSession, row: Row, guest: Registration) -> None:
    if "was" in row.data:
        await move_as_before(session, guest, row.data["was"])


async def move_as_before(session: AsyncSession, guest: Registration, was: Sequence[Any]) -> None:
    """To where the import found them: [category, delegation or '', step of approval]. Raises Full."""
    to = (UUID(was[0]), UUID(was[1]) if was[1] else None)
    if holds(guest):
        await change_seats(session, guest, *to)
    guest.category_id, guest.delegation_id = to
    guest.step = was[2] if len(was) > 2 else guest.step
    guest.version += 1


def merged(guest: Registration, data: dict[str, Any]) -> Application:
    """The guest's card with what the row says."""
    now = {field: getattr(guest, field) for field in operations.CHANGEABLE}
    said = {
        field: data[field] for field in operations.CHANGEABLE
        if data.get(field) and field not in ("language", "name_order", "in_languages")
    }  # fmt: skip
    return Application(category="", **{**now, **said})
