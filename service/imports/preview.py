"""Looking at a list before anything of it counts: each row new, changed, the same, perhaps a double, or wrong."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import delete, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from service.core.database import Database, insert_many
from service.delegations.models import Delegation
from service.events.models import Category
from service.imports.errors import ImportNotReady
from service.imports.matching import SAME_IN_FILE, Directory, Known, keys_of, load_directory
from service.imports.models import Import, ImportFile, ImportRow
from service.imports.reading import Line, read_table
from service.imports.schemas import Options, Read, read_row
from service.jobs.operations import Progress
from service.registrations.models import Registration
from service.registrations.operations import CHANGEABLE

BATCH = 1_000
SAME_ADDRESS = "The same e-mail address stands in line %(line)s."
TWICE = "Line %(line)s is the same guest already."


async def preview(db: Database, import_id: UUID, progress: Progress) -> dict[str, int]:
    """Read the file anew; how many rows there are of each verdict. Nothing but import_rows is written.

    It may begin again after its worker was lost. Raises FileRefused, ImportNotReady."""
    async with db.begin() as session:
        found = await session.get_one(Import, import_id, with_for_update=True)
        if found.state not in ("reading", "ready"):
            raise ImportNotReady
        options, mapping = msgspec.convert(found.options, Options), list(found.mapping)
        body = (await session.get_one(ImportFile, import_id)).body
        categories = await category_keys(session, found.event_id)
        directory = await load_directory(session, found.event_id)
        await session.execute(delete(ImportRow).where(ImportRow.import_id == import_id))
    table = await asyncio.to_thread(read_table, body, encoding=options.encoding, delimiter=options.delimiter)
    del body
    judge = Judge(directory, mapping, options, categories)
    for start in range(0, len(table.lines), BATCH):
        await progress(start, len(table.lines))
        async with db.begin() as session:
            rows = await judge.judge(session, import_id, table.lines[start : start + BATCH])
            await insert_many(session, ImportRow, rows)
    async with db.begin() as session:
        await session.execute(update(Import).where(Import.id == import_id).values(state="ready"))
        await session.execute(text("ANALYZE import_rows"))  # or the next reads would sort all that is left
    return judge.counts


async def category_keys(session: AsyncSession, event_id: UUID) -> dict[str, str]:
    """The key for each name of a category, in any language, and for each key; without capitals."""
    keys: dict[str, str] = {}
    rows = await session.execute(select(Category.key, Category.name).where(Category.event_id == event_id))
    for key, names in rows:
        keys.update({str(name).casefold(): key for name in (key, *names.values()) if name})
    return keys


class Judge:
    """Goes through the file once and remembers the rows above."""

    def __init__(
        self, directory: Directory, mapping: Sequence[str], options: Options, categories: Mapping[str, str]
    ) -> None:
        self._directory, self._mapping = directory, mapping
        self._options, self._categories = options, categories
        self._taken: dict[UUID, int] = {}
        self.counts: dict[str, int] = dict.fromkeys(("new", "changed", "same", "duplicate", "wrong"), 0)

    async def judge(
        self, session: AsyncSession, import_id: UUID, lines: Sequence[Line]
    ) -> list[dict[str, Any]]:
        """The rows to write, in the order of the lines. One query for the whole part."""
        rows, sure = [], []
        for line in lines:
            row = self._row(line) | {"import_id": import_id}
            rows.append(row)
            if row["registration_id"] is not None:
                sure.append(row)
        await _compare(session, sure)
        for row in rows:
            self.counts[row["verdict"]] += 1
        return rows

    def _row(self, line: Line) -> dict[str, Any]:
        read = read_row(line.cells, self._mapping, self._options, self._categories)
        row = _blank(line)
        if read.problem is not None or read.card is None:
            field, problem = read.problem or ("", "")
            return row | {"verdict": "wrong", "field": field, "problem": problem}
        row["data"] = _data(read)
        above = self._directory.mail_line(read.card.email) if read.card.email else 0
        if above:
            return row | _wrong("email", SAME_ADDRESS, above)
        keys = keys_of(read.card.native_name, read.card.latin_name)
        match = self._directory.find(read, keys)
        if match.sure is not None and match.sure.id is not None:
            return row | self._one(match.sure, line.number)
        self._remember(read, keys, line.number)
        if match.perhaps:
            candidates = [_candidate(one, why) for one, why in match.perhaps[:5]]
            return row | {"verdict": "duplicate", "candidates": {"all": candidates}}
        return row

    def _one(self, known: Known, line: int) -> dict[str, Any]:
        assert known.id is not None  # noqa: S101 — a guest, not a row
        first = self._taken.setdefault(known.id, line)
        if first != line:
            return _wrong("native_name", TWICE, first)
        return {"verdict": "same", "registration_id": known.id, "expected": known.version}

    def _remember(self, read: Read, keys: set[str], line: int) -> None:
        card = read.card
        assert card is not None  # noqa: S101 — it was read
        self._directory.add(
            Known(None, 0, card.native_name, card.email, card.phone, read.delegation.casefold(),
                  card.affiliation.casefold(), line), keys,
        )  # fmt: skip


def _blank(line: Line) -> dict[str, Any]:
    return {
        "line": line.number, "verdict": "new", "cells": line.cells, "data": {}, "changes": {}, "candidates": {},
        "registration_id": None, "expected": None, "problem": "", "problem_data": {}, "field": "",
    }  # fmt: skip


def _wrong(field: str, problem: str, line: int) -> dict[str, Any]:
    return {"verdict": "wrong", "field": field, "problem": problem, "problem_data": {"line": line}}


def _candidate(known: Known, why: str) -> dict[str, Any]:
    data = {"line": known.line} if why == SAME_IN_FILE else {}
    return {
        "id": str(known.id) if known.id else "", "name": known.name, "why": why, "data": data,
        "affiliation": known.affiliation, "delegation": known.delegation,
    }  # fmt: skip


def _data(read: Read) -> dict[str, Any]:
    assert read.card is not None  # noqa: S101 — it was read
    card = {field: value for field, value in msgspec.structs.asdict(read.card).items() if value}
    return card | {
        "delegation": read.delegation, "category_name": read.category_name, "left_out": read.left_out,
        "category_said": read.category_said,
    }  # fmt: skip


async def _compare(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    """Same, or changed field by field; an empty cell never erases."""
    ids = [row["registration_id"] for row in rows]
    wanted = (
        select(Registration, Category.key, Delegation.name)
        .join(Category, Category.id == Registration.category_id)
        .outerjoin(Delegation, Delegation.id == Registration.delegation_id)
        .where(Registration.id.in_(ids))
    )
    found = {row[0].id: row for row in await session.execute(wanted)}
    for row in rows:
        guest, key, delegation = found[row["registration_id"]]
        row["changes"] = differences(guest, row["data"]) | moves(key, delegation or "", row["data"])
        row["verdict"] = "changed" if row["changes"] else "same"
    session.expunge_all()


def moves(category: str, delegation: str, data: Mapping[str, Any]) -> dict[str, list[Any]]:
    """As `differences`, of the category (its key; a name for one that is to be made) and the delegation (its name)."""
    found: dict[str, list[Any]] = {}
    wanted = data.get("category") or data.get("category_name", "")
    if data.get("category_said") and wanted != category:
        found["category"] = [category, wanted]
    if data.get("delegation") and data["delegation"].casefold() != delegation.casefold():
        found["delegation"] = [delegation, data["delegation"]]
    return found


def differences(guest: Registration, data: Mapping[str, Any]) -> dict[str, list[Any]]:
    """{field: [before, after]} of what the row says and the guest has otherwise."""
    return {
        field: [getattr(guest, field), data[field]]
        for field in CHANGEABLE
        if data.get(field)
        and field not in ("language", "name_order")
        and data[field] != getattr(guest, field)
    }
