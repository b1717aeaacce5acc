"""Writing messages in the composer, and what workers do with them."""

import re

import httpx
from sqlalchemy import text

from service.core.clock import now
from service.core.database import Database
from service.outbox.operations import claim
from service.outbox.parcel import NoLongerTrue, Parcel
from workers.context import Context
from workers.jobs import work
from workers.kinds import KINDS
from workers.mails import load

LIST, BOARD, AT = "/console/forum/guests", "/console/forum/delegations", "/console/forum/messages"
TEXT = {"subject_en": "The way", "text_en": "Gate 2.\r\n\r\nBring <b>a passport</b>.\r\nLunch at 13:00."}


async def drafted(client: httpx.AsyncClient, path: str = f"{LIST}/message", **form: str | list[str]) -> str:
    """The address of a new draft."""
    made = await client.post(path, data=form)
    assert made.status_code == 303
    return made.headers["location"]


async def say(client: httpx.AsyncClient, draft: str, do: str, **form: str) -> httpx.Response:
    """What is typed into the composer, and a button of it."""
    page = (await client.get(f"{draft}/edit")).text
    version = re.search(r'name="version" value="(\d+)"', page)
    segment = re.search(r'<option value="([^"]*)" selected', page)
    known = {
        "version": version[1] if version else "",
        "segment": segment[1].replace("&amp;", "&") if segment else "",
    }
    return await client.post(f"{draft}/edit", data={**known, **form, "do": do})


async def begun(db: Database, context: Context) -> bool:
    """A worker takes what may begin by now, and once more what it did before."""
    async with db.begin() as session:
        await session.execute(
            text(
                "UPDATE jobs SET due_at = now(), state = 'queued', lease_until = NULL WHERE state <> 'stopped'"
            )
        )
    did = False
    while await work(context, KINDS):
        did = True
    return did


async def counts(db: Database) -> dict[str, int]:
    """Tasks by state."""
    async with db.begin() as session:
        return dict(
            (await session.execute(text("SELECT state, count(*) FROM outbox GROUP BY state"))).tuples().all()
        )


async def written(db: Database, context: Context) -> list[Parcel | NoLongerTrue]:
    """The messages that lie in the outbox, as a worker writes them."""
    async with db.begin() as session:
        await session.execute(
            text("DELETE FROM outbox o USING deliveries d WHERE d.task_id = o.id AND letter <> 'message'")
        )
        tasks = await claim(session, "mail", 50, 60.0)
        mails = await load(context, session, tasks, now())
    return [mail.parcel for mail in sorted(mails, key=lambda mail: mail.task.address)]
