"""What was looked at becomes true, five hundred rows a transaction; and can be taken back.

A part is one transaction: its guests, their counters, their codes and its rows are true together, and a worker that is
lost in between is followed by one that begins with the first row that is not done."""

from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import func, insert, select, text, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.models import AuditLine
from service.core.actor import Actor
from service.core.database import Database
from service.core.errors import Conflict, Forbidden
from service.core.tokens import new_id
from service.credentials.models import Credential
from service.credentials.operations import Signer
from service.delegations.models import Delegation
from service.events.models import Category, Event
from service.events.queries import list_categories
from service.imports.errors import ImportNotReady
from service.imports.making import make_missing
from service.imports.models import Import, ImportRow
from service.imports.preview import differences
from service.imports.schemas import Options
from service.outbox.operations import Mail, add_mails
from service.people.models import CARD_FIELDS, Person
from service.places.operations import Full, free_all, place_of, take_some
from service.registrations import operations
from service.registrations.deciding import approves_alone, step_in
from service.registrations.errors import NotYourStep
from service.registrations.models import Registration
from service.registrations.queries import get_registration
from service.registrations.schemas import Application
from service.registrations.seats import DelegationFull, EventFull, change_seats, holds

BATCH = 500
REGISTERED_SINCE = "Somebody registered with this address in the meantime. Look at the list once more."
CHANGED_SINCE = "This guest was changed in the meantime. Look at the list once more."
LETTERS = {"approved": "registration_approved", "pending": "registration_received"}
Progress = Callable[[int, int], Awaitable[None]]


class Part(msgspec.Struct, frozen=True):
    """What every part needs to know of the event; `not_ours` are categories where others approve."""

    event_id: UUID
    organisation_id: UUID
    options: Options
    categories: dict[str, tuple[UUID, str]]
    delegations: dict[str, UUID]
    not_ours: frozenset[UUID]


async def apply(
    db: Database, actor: Actor, import_id: UUID, *, signer: Signer, now: datetime, progress: Progress
) -> dict[str, int]:
    """All rows that are new or changed, and doubles as was chosen. Raises Forbidden, ImportNotReady."""
    async with db.begin() as session:
        found = await session.get_one(Import, import_id, with_for_update=True)
        if "manage" not in actor.needs(found.organisation_id, found.event_id):
            raise Forbidden
        if found.state not in ("applying",):
            raise ImportNotReady
        options = msgspec.convert(found.options, Options)
        event = await session.get_one(Event, found.event_id)
        await make_missing(session, actor, event, import_id, options)
        part = Part(event.id, event.organisation_id, options, *await _names(session, event.id, actor))
        total = (await session.execute(_to_do(import_id, func.count()))).scalar_one()
    done, last = 0, 0
    while True:
        await progress(done, total)
        async with db.begin() as session:
            rows = await _next(session, import_id, last)
            if not rows:
                await _finish(session, actor, import_id, now)
                return await count_rows(session, import_id)
            known = [
                row for row in rows if row.registration_id is not None
            ]  # before _insert gives ids to the others
            fresh = [row for row in rows if row.registration_id is None]
            await _insert(session, actor, part, fresh, signer, now)
            await _change(session, actor, part, known)
        done, last = done + len(rows), rows[-1].line


def _to_do(import_id: UUID, *columns: Any) -> Any:
    """New ones, changed ones, and doubles for whom it was chosen."""
    chosen = (ImportRow.verdict == "duplicate") & ImportRow.choice.in_(("new", "same"))
    new = ImportRow.verdict.in_(("new", "changed")) & (ImportRow.choice != "skip")
    return select(*columns).where(ImportRow.import_id == import_id, ~ImportRow.done, new | chosen)


async def _next(session: AsyncSession, import_id: UUID, last: int) -> list[ImportRow]:
    wanted = (
        _to_do(import_id, ImportRow)
        .where(ImportRow.line > last)
        .order_by(ImportRow.line)
        .limit(BATCH)
        .with_for_update()
    )
    return list((await session.execute(wanted)).scalars())


async def _names(
    session: AsyncSession, event_id: UUID, actor: Actor
) -> tuple[dict[str, tuple[UUID, str]], dict[str, UUID], frozenset[UUID]]:
    categories = await list_categories(session, event_id)
    found: dict[str, tuple[UUID, str]] = {}
    for one in categories:
        names = {
            str(name).casefold(): (one.id, one.approval) for name in (*one.name.values(), one.key) if name
        }
        found.update(names)
    event = await session.get_one(Event, event_id)
    others = frozenset(one.id for one in categories if not approves_alone(one, actor, event.organisation_id))
    delegations = select(Delegation.name, Delegation.id).where(Delegation.event_id == event_id)
    return found, {name.casefold(): one for name, one in await session.execute(delegations)}, others


async def _finish(session: AsyncSession, actor: Actor, import_id: UUID, now: datetime) -> None:
    await session.execute(
        update(Import).where(Import.id == import_id).values(state="applied", applied_at=now)
    )


async def count_rows(session: AsyncSession, import_id: UUID) -> dict[str, int]:
    """How many rows of each verdict, and how many were made, changed and left out."""
    columns = (ImportRow.verdict, ImportRow.done, ImportRow.made)
    rows = await session.execute(
        select(*columns, func.count()).where(ImportRow.import_id == import_id).group_by(*columns)
    )
    counts: dict[str, int] = defaultdict(int)
    for verdict, done, made, number in rows:
        counts[verdict] += number
        counts["made"] += number if made else 0
        counts["updated"] += number if done and not made and verdict != "wrong" else 0
    return dict(counts)


async def _insert(
    session: AsyncSession, actor: Actor, part: Part, rows: Sequence[ImportRow], signer: Signer, now: datetime
) -> None:
    fresh = await _not_registered(session, part, rows)
    seated = await _seat(session, part, fresh)
    if not seated:
        return
    people = await _people(session, part, seated)
    guests, codes, lines, mails = [], [], [], []
    for row, person_id in zip(seated, people, strict=True):
        guest = _guest(part, row, person_id, now)
        guests.append(guest)
        row.registration_id, row.version, row.made, row.done = guest["id"], 1, True, True
        if guest["state"] == "approved":
            issue = msgspec.structs.asdict(signer.issue())
            codes.append({**issue, "registration_id": guest["id"], "event_id": part.event_id})
        data = {"state": guest["state"], "source": "import", "import": str(row.import_id), "line": row.line}
        lines.append(_line(actor, part, guest["id"], "registration.created", data))
        address = guest["email"] or guest["assistant_email"]
        if part.options.mails and address:
            letter = LETTERS[guest["state"]]
            mails.append(
                Mail(letter=letter, dedup=f"created:{guest['id']}", address=address, language=guest["language"],
                     event_id=part.event_id, registration_id=guest["id"])
            )  # fmt: skip
    await session.execute(insert(Registration), guests)
    if codes:
        await session.execute(insert(Credential), codes)
    await session.execute(insert(AuditLine), lines)
    await add_mails(session, mails)


def _guest(part: Part, row: ImportRow, person_id: UUID, now: datetime) -> dict[str, Any]:
    card = card_of(row.data)
    category_id, approval = _category(part, row)
    state = part.options.state
    if state == "rule":
        state = "approved" if approval == "automatic" else "pending"
    elif state == "approved" and category_id in part.not_ours:
        state = "pending"
    return {
        **{field: getattr(card, field) for field in CARD_FIELDS}, "id": new_id(),
        "organisation_id": part.organisation_id, "event_id": part.event_id,
        "category_id": category_id, "person_id": person_id, "state": state,
        "source": "import", "dietary": card.dietary, "access_needs": card.access_needs, "search": card.search,
        "sort_key": card.sort_key, "delegation_id": _delegation(part, row), "answers": {},
        "decided_at": now if state == "approved" else None,
    }  # fmt: skip


def card_of(data: dict[str, Any]) -> Application:
    """The card that a row was read as."""
    known = {field: value for field, value in data.items() if field in Application.__struct_fields__}
    return Application(**{"email": "", "category": "", **known})


def _category(part: Part, row: ImportRow) -> tuple[UUID, str]:
    return part.categories[(row.data.get("category") or row.data["category_name"]).casefold()]


def _delegation(part: Part, row: ImportRow) -> UUID | None:
    name = row.data.get("delegation")
    return part.delegations.get(name.casefold()) if name else None


def _line(actor: Actor, part: Part, subject_id: UUID, name: str, data: dict[str, Any]) -> dict[str, Any]:
    return {
        "organisation_id": part.organisation_id, "event_id": part.event_id, "subject_id": subject_id, "name": name,
        "actor_kind": actor.kind, "actor_id": actor.id, "actor_name": actor.name, "data": data,
    }  # fmt: skip


def refuse(row: ImportRow, field: str, problem: str) -> None:
    """It comes back in the file of wrong rows, with the reason."""
    row.verdict, row.field, row.problem, row.done = "wrong", field, problem, True


async def _not_registered(session: AsyncSession, part: Part, rows: Sequence[ImportRow]) -> list[ImportRow]:
    """Since the preview somebody may have registered with one of the addresses."""
    emails = [row.data["email"] for row in rows if row.data.get("email")]
    taken = select(Registration.email).where(
        Registration.event_id == part.event_id, Registration.email.in_(emails), Registration.email != "",
        Registration.state != "cancelled",
    )  # fmt: skip
    known = set((await session.execute(taken)).scalars()) if emails else set()
    for row in rows:
        if row.data.get("email") in known:
            refuse(row, "email", REGISTERED_SINCE)
    return [row for row in rows if not row.done]


async def _seat(session: AsyncSession, part: Part, rows: Sequence[ImportRow]) -> list[ImportRow]:
    """Those for whom there is a place, the first lines first; the others are wrong: nobody is waitlisted unasked."""
    quota_of = {
        row.line: place_of(one, _category(part, row)[0]) for row in rows if (one := _delegation(part, row))
    }
    in_quota = _grouped((quota_of[row.line], row) for row in rows if row.line in quota_of)
    in_category = _grouped((_category(part, row)[0], row) for row in rows)
    wanted = {place: len(group) for place, group in (in_quota | in_category).items()}
    granted = await take_some(session, wanted | {part.event_id: len(rows)}) if wanted else {}
    too_much: Counter[UUID] = Counter()
    for quota, group in in_quota.items():
        for row in group[granted[quota] :]:
            refuse(row, "category", DelegationFull.say)
    for category_id, group in in_category.items():
        alive = [row for row in group if not row.done]
        for row in alive[granted[category_id] :]:
            refuse(row, "category", Full.say)
            if row.line in quota_of:
                too_much[quota_of[row.line]] += 1
        if granted[category_id] > len(alive):
            too_much[category_id] += granted[category_id] - len(alive)
    seated = [row for row in rows if not row.done]
    at_event = granted.get(part.event_id, 0)
    for row in seated[at_event:]:
        refuse(row, "category", EventFull.say)
        too_much[_category(part, row)[0]] += 1
        if row.line in quota_of:
            too_much[quota_of[row.line]] += 1
    if at_event > len(seated):
        too_much[part.event_id] += at_event - len(seated)
    await free_all(session, too_much)
    return seated[:at_event]


def _grouped(pairs: Iterable[tuple[UUID, ImportRow]]) -> dict[UUID, list[ImportRow]]:
    groups: dict[UUID, list[ImportRow]] = defaultdict(list)
    for place, row in pairs:
        groups[place].append(row)
    return groups


_NOBODY = Application(category="", native_name="", email="")
_EMPTY = {field: getattr(_NOBODY, field) for field in CARD_FIELDS}


async def _people(session: AsyncSession, part: Part, rows: Sequence[ImportRow]) -> list[UUID]:
    """One person for an address, known or new; a new one for whoever has none. The directory's own card stays."""
    emails = sorted({row.data["email"] for row in rows if row.data.get("email")})
    new = []
    for row in rows:
        fields = {field: row.data.get(field, _EMPTY[field]) for field in CARD_FIELDS}
        new.append({**fields, "id": new_id(), "organisation_id": part.organisation_id})
    ordered = sorted(new, key=lambda person: person["email"])
    made = postgresql.insert(Person).on_conflict_do_nothing(
        index_elements=["organisation_id", "email"], index_where=text("email <> ''")
    )
    await session.execute(made, ordered)
    of_email = select(Person.email, Person.id).where(
        Person.organisation_id == part.organisation_id, Person.email.in_(emails), Person.email != ""
    )
    known = {row.email: row.id for row in await session.execute(of_email)} if emails else {}
    return [known[person["email"]] if person["email"] else person["id"] for person in new]


async def _change(session: AsyncSession, actor: Actor, part: Part, rows: Sequence[ImportRow]) -> None:
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


async def _move(session: AsyncSession, actor: Actor, part: Part, row: ImportRow, guest: Registration) -> None:
    """To the category and delegation that the row names. Raises Full, NotYourStep."""
    was = (guest.category_id, guest.delegation_id)
    to = (
        _category(part, row)[0] if "category" in row.changes else was[0],
        _delegation(part, row) if "delegation" in row.changes else was[1],
    )
    if to == was:
        return
    if to[0] != was[0]:
        step = step_in(await session.get_one(Category, to[0]), actor, guest)
        if step is None:
            raise NotYourStep
        guest.step = step
    if holds(guest):
        await change_seats(session, guest, *to)
    guest.category_id, guest.delegation_id = to
    guest.version += 1
    row.data = {**row.data, "was": [str(was[0]), str(was[1] or "")]}
    data = {"before": str(was[0]), "after": str(to[0]), "import": str(row.import_id)}
    name = "registration.moved" if to[0] != was[0] else "registration.delegation"
    await session.flush()
    await session.execute(insert(AuditLine), [_line(actor, part, guest.id, name, data)])


async def _move_back(session: AsyncSession, row: ImportRow, guest: Registration) -> None:
    if "was" in row.data:
        await move_as_before(session, guest, row.data["was"])


async def move_as_before(session: AsyncSession, guest: Registration, was: Sequence[str]) -> None:
    """To where the import found them: [category, delegation or '']. Raises Full."""
    to = (UUID(was[0]), UUID(was[1]) if was[1] else None)
    if holds(guest):
        await change_seats(session, guest, *to)
    guest.category_id, guest.delegation_id = to
    guest.version += 1


def merged(guest: Registration, data: dict[str, Any]) -> Application:
    """The guest's card with what the row says."""
    now = {field: getattr(guest, field) for field in operations.CHANGEABLE}
    said = {
        field: data[field] for field in operations.CHANGEABLE
        if data.get(field) and field not in ("language", "name_order", "in_languages")
    }  # fmt: skip
    return Application(category="", **{**now, **said})
