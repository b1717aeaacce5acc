"""Bringing a list in, step by step: the file, how to read it, what to do about doubles, and the word to go."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.operations import record
from service.core.actor import Actor
from service.core.errors import Invalid
from service.events.models import Event
from service.imports.errors import ImportNotReady
from service.imports.mapping import TARGETS, fingerprint, guess_mapping
from service.imports.models import Import, ImportFile, ImportRow, SavedMapping
from service.imports.queries import find_mapping
from service.imports.reading import Table
from service.imports.schemas import Options
from service.jobs.models import Job
from service.jobs.operations import start

LONGEST_NAME = 200


async def bring(
    session: AsyncSession, actor: Actor, event: Event, name: str, body: bytes, table: Table, category: str
) -> Import:
    """A file that could be read: its columns mapped as the last time, or as guessed."""
    saved = await find_mapping(session, event.organisation_id, fingerprint(table.heads))
    usual = Options(
        encoding=table.encoding, delimiter=table.delimiter, category=category, language=event.languages[0]
    )
    options = msgspec.to_builtins(usual)
    if saved is not None:
        options |= saved.options | {
            "encoding": table.encoding,
            "delimiter": table.delimiter,
            "category": category,
        }
    made = Import(
        organisation_id=event.organisation_id, event_id=event.id, file_name=name[:LONGEST_NAME], made_by=actor.name,
        heads=table.heads, mapping=saved.mapping if saved else guess_mapping(table.heads, table.lines), options=options,
    )  # fmt: skip
    session.add(made)
    await session.flush()
    session.add(ImportFile(import_id=made.id, body=body))
    await session.flush()
    return made


async def read_it(
    session: AsyncSession, actor: Actor, event: Event, found: Import, table: Table, mapping: Sequence[str],
    options: Options,
) -> Job:  # fmt: skip
    """Read the file so, and remember it for the next file of this shape. Raises Invalid, ImportNotReady."""
    if found.state not in ("mapping", "ready", "reading"):
        raise ImportNotReady
    chosen = [target if target in TARGETS else "" for target in mapping][: len(table.heads)]
    if not {"name", "family", "latin_name"} & set(chosen):
        raise Invalid({"name": "Please say which column holds the names."})
    found.heads, found.mapping = table.heads, chosen
    found.options, found.state = msgspec.to_builtins(options), "reading"
    saved = insert(SavedMapping).values(
        organisation_id=event.organisation_id, fingerprint=fingerprint(table.heads), mapping=chosen,
        options=_remembered(options),
    )  # fmt: skip
    await session.execute(
        saved.on_conflict_do_update(
            index_elements=["organisation_id", "fingerprint"],
            set_={"mapping": saved.excluded.mapping, "options": saved.excluded.options},
        )
    )
    return await start(session, actor, event, "import_preview", {"import": str(found.id)})


def _remembered(options: Options) -> dict[str, Any]:
    known: dict[str, Any] = msgspec.to_builtins(options)
    return {
        field: known[field]
        for field in (
            "words_for_nothing",
            "make_categories",
            "make_delegations",
            "without_country",
            "language",
        )
    }


async def choose(
    session: AsyncSession, found: Import, line: int | None, choice: str, registration_id: UUID | None
) -> None:
    """What becomes of a possible double, or (line None) of all that are open: new, same or skip. Raises
    ImportNotReady."""
    if found.state != "ready":
        raise ImportNotReady
    of_import = update(ImportRow).where(ImportRow.import_id == found.id, ImportRow.verdict == "duplicate")
    if line is None:
        await session.execute(of_import.where(ImportRow.choice == "").values(choice=choice))
        return
    same = registration_id if choice == "same" else None
    await session.execute(of_import.where(ImportRow.line == line).values(choice=choice, registration_id=same))


async def go_ahead(session: AsyncSession, actor: Actor, event: Event, found: Import) -> Job:
    """Apply what was looked at; doubles that nobody decided on are left out. One that came to a halt goes on. Raises
    ImportNotReady."""
    if found.state not in ("ready", "applying"):
        raise ImportNotReady
    found.state = "applying"
    await _record(session, actor, found, "import.applied")
    return await start(session, actor, event, "import_apply", {"import": str(found.id)})


async def take_back(session: AsyncSession, actor: Actor, event: Event, found: Import) -> Job:
    """Raises ImportNotReady unless it was applied; one that came to a halt goes on."""
    if found.state not in ("applied", "undoing"):
        raise ImportNotReady
    found.state = "undoing"
    return await start(session, actor, event, "import_undo", {"import": str(found.id)})


async def _record(session: AsyncSession, actor: Actor, found: Import, name: str) -> None:
    await record(
        session, actor, name, organisation_id=found.organisation_id, event_id=found.event_id, subject_id=found.id,
        file=found.file_name,
    )  # fmt: skip
