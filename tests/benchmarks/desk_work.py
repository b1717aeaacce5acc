"""The long work of the delegates' desk, in a process of its own as a worker is one: its seconds and its memory as JSON.

`python -m tests.benchmarks.desk_work (import | approve) COUNT`, on the servers of the environment."""

import asyncio
import io
import json
import os
import sys
import time
from collections.abc import Awaitable, Callable
from uuid import UUID

import msgspec
import xlsxwriter
from sqlalchemy import func, select, text

from service import all_models  # noqa: F401 — every model loaded: foreign keys find their targets
from service.core.actor import Actor, Grant
from service.core.clock import now
from service.events.models import Event
from service.imports.applying import apply
from service.imports.models import Import, ImportFile, ImportRow
from service.imports.preview import preview
from service.imports.schemas import Options
from service.jobs.operations import start
from service.lists.bulk import Plan, carry_out
from service.settings import Settings
from tests.benchmarks.people import guests
from tests.benchmarks.process import most_memory
from tests.support import factories as make
from workers.context import Context, open_context

HEADS = ["Name", "Latin name", "Honorific", "Organisation", "Division", "Position", "Country", "Phone", "Email",
         "Language", "Delegation", "Food"]  # fmt: skip
MAPPING = ["name", "latin_name", "honorific", "affiliation", "affiliation", "position", "country", "phone", "email",
           "language", "delegation", "dietary"]  # fmt: skip


async def _nothing(_done: int, _total: int) -> None:
    pass


def sheet(count: int) -> bytes:
    """A list of so many rows in twelve columns."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": True})
    page = book.add_worksheet()
    page.write_row(0, 0, HEADS)
    for number, guest in enumerate(guests(count, "imported"), 1):
        page.write_row(number, 0, [
            guest.native_name, guest.latin_name, "Mr", guest.affiliation, "NA", guest.position, guest.country,
            f"+7701{number:07}", f"i{number}@import.example", "en", f"Delegation {number % 200}", "halal",
        ])  # fmt: skip
    book.close()
    return out.getvalue()


async def _fair(context: Context) -> tuple[Event, Actor]:
    """An event of its own, and somebody who may manage it."""
    async with context.db.begin() as session:
        host = (await session.execute(select(make.Organisation).limit(1))).scalar_one()
        found = (await session.execute(select(Event).where(Event.slug == "fair"))).scalar_one_or_none()
        if found is None:
            found = await make.event(session, host, "fair")
            await make.category(session, found, "guest", approval="desk")
            await make.account(session, host, "organizer", "fair@bench.example")
        account = (
            await session.execute(text("SELECT id FROM accounts WHERE email = 'fair@bench.example'"))
        ).scalar_one()
    return found, Actor(kind="account", id=account, name="Bench", grants=(Grant(host.id, "organizer"),))


async def import_list(context: Context, count: int) -> dict[str, float]:
    """Preview and apply; every row must be in afterwards."""
    event, actor = await _fair(context)
    body = await asyncio.to_thread(sheet, count)
    async with context.db.begin() as session:
        options = msgspec.to_builtins(Options(category="guest"))
        made = Import(
            organisation_id=event.organisation_id, event_id=event.id, file_name="list.xlsx", heads=HEADS,
            mapping=MAPPING, options=options, state="reading",
        )  # fmt: skip
        session.add(made)
        await session.flush()
        session.add(ImportFile(import_id=made.id, body=body))
    del body
    began = time.perf_counter()
    counts = await preview(context.db, made.id, _nothing)
    looked = time.perf_counter()
    assert counts["new"] + counts["duplicate"] == count, counts
    async with context.db.begin() as session:
        (await session.get_one(Import, made.id)).state = "applying"
        await session.execute(text("UPDATE import_rows SET choice = 'new' WHERE verdict = 'duplicate'"))
    again = time.perf_counter()
    await apply(context.db, actor, made.id, signer=context.signer, now=now(), progress=_nothing)
    applied = time.perf_counter()
    async with context.db.begin() as session:
        done = (
            select(func.count()).select_from(ImportRow).where(ImportRow.import_id == made.id, ImportRow.made)
        )
        assert (await session.execute(done)).scalar_one() == count
    return {"preview": looked - began, "apply": applied - again}


async def approve_many(context: Context, count: int) -> dict[str, float]:
    """So many who wait for a decision (the import has left them), each with a code and a mail."""
    event, actor = await _fair(context)
    async with context.db.begin() as session:
        waiting = text("SELECT id FROM registrations WHERE event_id = :id AND state = 'pending' LIMIT :count")
        ids: list[UUID] = list((await session.execute(waiting, {"id": event.id, "count": count})).scalars())
        job = await start(session, actor, event, "decide", {})
        before = await make.count(session, "deliveries")
    assert len(ids) == count
    began = time.perf_counter()
    result = await carry_out(
        context.db, actor, job_id=job.id, event_id=event.id, organisation_id=event.organisation_id,
        plan=Plan(action="approve", ids=ids), signer=context.signer, now=now(), progress=_nothing,
    )  # fmt: skip
    taken = time.perf_counter() - began
    async with context.db.begin() as session:
        assert await make.count(session, "deliveries") - before == result["count"] == count
    return {"approve": taken}


WORK: dict[str, Callable[[Context, int], Awaitable[dict[str, float]]]] = {
    "import": import_list, "approve": approve_many,
}  # fmt: skip


async def main(kind: str, count: int) -> None:
    context = await open_context(Settings.from_environment())
    try:
        seconds = await WORK[kind](context, count)
    finally:
        await context.close()
    print(json.dumps({**seconds, "rss_mb": most_memory(os.getpid()) / 1_000_000}))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
