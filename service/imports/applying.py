"""What was looked at becomes true, a thousand rows a transaction; and can be taken back.

A part is one transaction: its guests, their counters, their codes and its rows are true together, and a worker that is
lost in between is followed by one that begins with the first row that is not done."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.models import AuditLine
from service.core.actor import Actor
from service.core.database import Database, encode_json, insert_many
from service.core.errors import Forbidden
from service.core.names.beside import Beside
from service.core.tokens import new_id
from service.credentials.models import Credential
from service.credentials.operations import Signer, draw
from service.delegations.models import Delegation
from service.events.models import Event
from service.events.queries import list_categories
from service.imports.ahead import Ahead, Card
from service.imports.changing import change_known
from service.imports.errors import ImportNotReady
from service.imports.making import make_missing
from service.imports.models import Import, ImportRow
from service.imports.parts import Part, Row, category_of, delegation_of, line_of, refuse
from service.imports.schemas import Options
from service.jobs.operations import Progress
from service.outbox.operations import Mail, add_mails
from service.people.models import CARD_FIELDS, Person
from service.places.operations import Full, free_all, place_of, take_some
from service.registrations.deciding import approves_alone
from service.registrations.models import Registration
from service.registrations.schemas import Application
from service.registrations.seats import DelegationFull, EventFull

BATCH = 1_000
ALONE = 2_000  # so many rows are not worth a process beside
REGISTERED_SINCE = "Somebody registered with this address in the meantime. Look at the list once more."
LETTERS = {"approved": "registration_approved", "pending": "registration_received"}


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
    async with AsyncExitStack() as stack:
        beside = await stack.enter_async_context(Beside()) if total > ALONE else Beside()
        return await _apply(db, actor, import_id, part, Ahead(beside), total, signer, now, progress)


async def _apply(
    db: Database, actor: Actor, import_id: UUID, part: Part, ahead: Ahead, total: int, signer: Signer, now: datetime,
    progress: Progress,
) -> dict[str, int]:  # fmt: skip
    done, last = 0, 0
    while True:
        await progress(done, total)
        async with db.begin() as session:
            rows = await _next(session, import_id, last)
            if not rows:
                await _finish(session, actor, import_id, now)
                return await count_rows(session, import_id)
            cards = await ahead.get(rows)
            ahead.start(await _look_ahead(session, import_id, rows[-1].line))
            known = [
                row for row in rows if row.registration_id is not None
            ]  # before _insert gives ids to the others
            fresh = [row for row in rows if row.registration_id is None]
            made = await _insert(session, actor, part, fresh, cards, signer, now)
            await change_known(session, actor, part, known)
            await _write_back(session, import_id, made, [row for row in rows if not row.made])
        done, last = done + len(rows), rows[-1].line


async def _look_ahead(session: AsyncSession, import_id: UUID, last: int) -> dict[int, dict[str, Any]]:
    wanted = _to_do(import_id, ImportRow.line, ImportRow.data).where(ImportRow.line > last)
    found = await session.execute(wanted.order_by(ImportRow.line).limit(BATCH))
    return dict(found.all())


def _to_do(import_id: UUID, *columns: Any) -> Any:
    """New ones, changed ones, and doubles for whom it was chosen."""
    chosen = (ImportRow.verdict == "duplicate") & ImportRow.choice.in_(("new", "same"))
    new = ImportRow.verdict.in_(("new", "changed")) & (ImportRow.choice != "skip")
    return select(*columns).where(ImportRow.import_id == import_id, ~ImportRow.done, new | chosen)


async def _next(session: AsyncSession, import_id: UUID, last: int) -> list[Row]:
    columns = [getattr(ImportRow, name) for name in _READ]
    wanted = _to_do(import_id, *columns).where(ImportRow.line > last).order_by(ImportRow.line)
    rows = await session.execute(wanted.limit(BATCH).with_for_update())
    return [Row(**dict(zip(_READ, row, strict=True))) for row in rows]


_READ = ("import_id", "line", "verdict", "data", "changes", "registration_id", "expected")


async def _write_back(
    session: AsyncSession, import_id: UUID, made: Sequence[Row], others: Sequence[Row]
) -> None:
    """What became of them: of those made only who they are now, of the others all of it."""
    known = {"lines": [row.line for row in made], "made": [row.registration_id for row in made]}
    await session.execute(_MADE, {"id": import_id, **known})
    if others:
        await session.execute(_BECAME, {"id": import_id, "rows": encode_json(others)})


_MADE = text("""
    UPDATE import_rows SET registration_id = made.id, version = 1, made = true, done = true
    FROM unnest(CAST(:lines AS int[]), CAST(:made AS uuid[])) AS made (line, id)
    WHERE import_id = :id AND import_rows.line = made.line
""")
_BECAME = text("""
    UPDATE import_rows r SET verdict = b.verdict, data = b.data, changes = b.changes, field = b.field,
        problem = b.problem, done = b.done, version = b.version
    FROM json_populate_recordset(CAST(NULL AS import_rows), CAST(:rows AS json)) b
    WHERE r.import_id = :id AND r.line = b.line
""")


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
    session: AsyncSession, actor: Actor, part: Part, rows: Sequence[Row], cards: Mapping[int, Card], signer: Signer,
    now: datetime,
) -> list[Row]:  # fmt: skip
    """Those for whom there is a place; returns their rows."""
    fresh = await _not_registered(session, part, rows)
    seated = await _seat(session, part, fresh)
    if not seated:
        return []
    people = await _people(session, part, seated)
    guests, lines, mails = [], [], []
    for row, person_id in zip(seated, people, strict=True):
        guest = _guest(part, row, person_id, cards[row.line], now)
        guests.append(guest)
        row.registration_id, row.version, row.made, row.done = guest["id"], 1, True, True
        data = {"state": guest["state"], "source": "import", "import": str(row.import_id), "line": row.line}
        lines.append(line_of(actor, part, guest["id"], "registration.created", data))
        address = guest["email"] or guest["assistant_email"]
        if part.options.mails and address:
            letter = LETTERS[guest["state"]]
            mails.append(
                Mail(letter=letter, dedup=f"created:{guest['id']}", address=address, language=guest["language"],
                     event_id=part.event_id, registration_id=guest["id"])
            )  # fmt: skip
    await insert_many(session, Registration, guests)
    await _issue(session, part, [guest["id"] for guest in guests if guest["state"] == "approved"], signer)
    await insert_many(session, AuditLine, lines)
    await add_mails(session, mails)
    return seated


async def _issue(session: AsyncSession, part: Part, ids: Sequence[UUID], signer: Signer) -> None:
    if not ids:
        return
    codes = [
        {**msgspec.structs.asdict(issue), "registration_id": one, "event_id": part.event_id}
        for one, issue in zip(ids, await draw(session, signer, part.event_id, len(ids)), strict=True)
    ]
    await session.execute(insert(Credential), codes)


def _guest(part: Part, row: Row, person_id: UUID, read: Card, now: datetime) -> dict[str, Any]:
    card = read.card
    category_id, approval = category_of(part, row)
    state = part.options.state
    if state == "rule":
        state = "approved" if approval == "automatic" else "pending"
    elif state == "approved" and category_id in part.not_ours:
        state = "pending"
    return {
        **{field: getattr(card, field) for field in CARD_FIELDS}, "id": new_id(),
        "organisation_id": part.organisation_id, "event_id": part.event_id,
        "category_id": category_id, "person_id": person_id, "state": state,
        "source": "import", "dietary": card.dietary, "access_needs": card.access_needs, "search": read.search,
        "sort_key": read.sort_key, "delegation_id": delegation_of(part, row), "answers": {},
        "decided_at": now if state == "approved" else None,
    }  # fmt: skip


async def _not_registered(session: AsyncSession, part: Part, rows: Sequence[Row]) -> list[Row]:
    """Since the preview somebody may have registered with one of the addresses."""
    emails = [row.data["email"] for row in rows if row.data.get("email")]
    found = await session.execute(_REGISTERED, {"event_id": part.event_id, "emails": emails})
    known = set(found.scalars())
    for row in rows:
        if row.data.get("email") in known:
            refuse(row, "email", REGISTERED_SINCE)
    return [row for row in rows if not row.done]


async def _seat(session: AsyncSession, part: Part, rows: Sequence[Row]) -> list[Row]:
    """Those for whom there is a place, the first lines first; the others are wrong: nobody is waitlisted unasked."""
    quota_of = {
        row.line: place_of(one, category_of(part, row)[0])
        for row in rows
        if (one := delegation_of(part, row))
    }
    in_quota = _grouped((quota_of[row.line], row) for row in rows if row.line in quota_of)
    in_category = _grouped((category_of(part, row)[0], row) for row in rows)
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
        too_much[category_of(part, row)[0]] += 1
        if row.line in quota_of:
            too_much[quota_of[row.line]] += 1
    if at_event > len(seated):
        too_much[part.event_id] += at_event - len(seated)
    await free_all(session, too_much)
    return seated[:at_event]


def _grouped(pairs: Iterable[tuple[UUID, Row]]) -> dict[UUID, list[Row]]:
    groups: dict[UUID, list[Row]] = defaultdict(list)
    for place, row in pairs:
        groups[place].append(row)
    return groups


_NOBODY = Application(category="", native_name="", email="")
_EMPTY = {field: getattr(_NOBODY, field) for field in CARD_FIELDS}


async def _people(session: AsyncSession, part: Part, rows: Sequence[Row]) -> list[UUID]:
    """One person for an address, known or new; a new one for whoever has none. The directory's own card stays."""
    emails = sorted({row.data["email"] for row in rows if row.data.get("email")})
    new = []
    for row in rows:
        fields = {field: row.data.get(field, _EMPTY[field]) for field in CARD_FIELDS}
        new.append({**fields, "id": new_id(), "organisation_id": part.organisation_id})
    ordered = sorted(new, key=lambda person: person["email"])
    await insert_many(
        session, Person, ordered, "ON CONFLICT (organisation_id, email) WHERE email <> '' DO NOTHING"
    )
    rows_of = await session.execute(_PEOPLE, {"organisation_id": part.organisation_id, "emails": emails})
    known = {row.email: row.id for row in rows_of}
    return [known[person["email"]] if person["email"] else person["id"] for person in new]


# Each address is looked up by itself: while a list comes in, statistics know nothing of it, and a plan for all of them
# would read everybody there is. `email <> ''` makes the partial indexes fit.
_REGISTERED = text("""
    SELECT wanted.email FROM unnest(CAST(:emails AS text[])) AS wanted (email) WHERE EXISTS (
        SELECT FROM registrations r
        WHERE r.event_id = :event_id AND r.email = wanted.email AND r.email <> '' AND r.state <> 'cancelled')
""")
_PEOPLE = text("""
    SELECT wanted.email, found.id FROM unnest(CAST(:emails AS text[])) AS wanted (email) CROSS JOIN LATERAL (
        SELECT p.id FROM people p
        WHERE p.organisation_id = :organisation_id AND p.email = wanted.email AND p.email <> '' LIMIT 1) AS found
""")
