"""A message on its way: taken back, paused, edited, resumed, stopped; its pace; a beginning that fails."""

from uuid import UUID

import httpx
from sqlalchemy import text

from service.core.database import Database
from service.credentials.operations import Signer
from service.messages.campaigns import look_after
from service.registrations.models import Registration
from tests.console.conftest import Desk
from tests.console.writing import AT, BOARD, LIST, TEXT, begun, counts, drafted, say
from tests.support import factories as make
from tests.support.sink import Sink
from workers.context import Context
from workers.drain import Drain


async def test_paused_edited_resumed_stopped(
    client: httpx.AsyncClient, db: Database, desk: Desk, signer: Signer, context: Context, sink: Sink
) -> None:
    """To whom it has gone keeps the first words, the others get the new ones; stopped, nobody gets it any more."""
    async with db.begin() as session:
        for n in range(6):
            await make.registration(session, signer, desk.event, email=f"p{n}@x.example", language="en")
        await session.execute(text("DELETE FROM outbox"))
    organizer = desk.as_(client, "organizer")
    draft = await drafted(organizer, AT)
    async with db.begin() as session:
        await session.execute(text("UPDATE registrations SET state = 'approved'"))
    await say(organizer, draft, "send", **TEXT, per_minute="2")
    assert await begun(db, context)
    await Drain(context).run()
    early = len(sink.taken)

    await organizer.post(f"{draft}/pause")
    async with db.begin() as session:
        await session.execute(text("UPDATE outbox SET due_at = now() WHERE state <> 'done'"))
    await Drain(context).run()
    still = len(sink.taken)
    resumed = await say(organizer, draft, "send", subject_en="The new way", text_en="Gate 3.", per_minute="")
    await Drain(context).run()

    assert (early, still, resumed.headers["location"]) == (1, 1, draft)
    subjects = [str(mail.message["subject"]) for mail in sink.taken]
    assert (subjects.count("The way"), subjects.count("The new way"), len(subjects)) == (1, 5, 6)
    assert len({mail.recipient for mail in sink.taken}) == 6
    assert "6 of 6" in (await organizer.get(draft)).text
    assert "version" in (await organizer.post(f"{draft}/edit", data={"version": "9", "do": "keep"})).text

    copy = (await organizer.post(f"{draft}/copy")).headers["location"]
    await say(organizer, copy, "send", per_minute="1", **TEXT)
    assert await begun(db, context)
    await organizer.post(f"{copy}/pause")
    await organizer.post(f"{copy}/stop")
    async with db.begin() as session:  # as a worker that had one in hand gives it back
        await session.execute(
            text(
                "UPDATE outbox SET state = 'queued', due_at = now() - interval '1 hour' WHERE state = 'cancelled'"
            )
        )
    await Drain(context).run()
    assert len(sink.taken) == 6
    async with db.begin() as session:
        assert await look_after(session) == 1
    assert await counts(db) == {"done": 6, "cancelled": 6}


async def test_the_pace_is_kept_over_domains_and_nights(
    client: httpx.AsyncClient, db: Database, desk: Desk, signer: Signer, context: Context
) -> None:
    async with db.begin() as session:
        for n in range(8):
            await make.registration(
                session, signer, desk.event, email=f"n{n}@{'a' if n < 6 else 'b'}.example", language="en"
            )
        await session.execute(text("DELETE FROM outbox"))
        await session.execute(text("UPDATE registrations SET state = 'approved'"))
    organizer = desk.as_(client, "organizer")
    draft = await drafted(organizer, AT)
    await say(
        organizer, draft, "send", **TEXT, per_minute="4", per_domain="2", from_hour="9", until_hour="10"
    )
    assert await begun(db, context)

    async with db.begin() as session:
        rows = await session.execute(
            text("""
                SELECT address, extract(hour FROM due_at AT TIME ZONE e.zone) AS hour, due_at,
                    round(extract(epoch FROM due_at - min(due_at) OVER ()) / 60, 2) AS minute
                FROM outbox o JOIN deliveries d ON d.task_id = o.id JOIN events e ON e.id = d.event_id ORDER BY due_at
            """)
        )
        found = rows.all()
    assert {int(row.hour) for row in found} == {9}
    in_a = [float(row.minute) for row in found if "@a." in row.address]
    assert all(len([at for at in in_a if start <= at < start + 1]) <= 2 for start in in_a)
    every = [float(row.minute) for row in found]
    assert all(len([at for at in every if start <= at < start + 1]) <= 4 for start in every)
    assert max(every) < 4


async def test_it_can_be_taken_back(
    client: httpx.AsyncClient, db: Database, desk: Desk, guests: list[Registration], context: Context
) -> None:
    organizer = desk.as_(client, "organizer")
    draft = await drafted(organizer, id=str(guests[0].id))
    await say(organizer, draft, "send", **TEXT)

    back = await organizer.post(f"{draft}/back")

    assert back.headers["location"] == draft
    assert (await organizer.get(draft)).headers["location"] == f"{draft}/edit"
    assert not await begun(db, context)
    assert await counts(db) == {}
    for role, refused in (("viewer", 403), ("door", 403), ("outsider", 404), ("", 302)):
        for path in (
            f"{LIST}/message",
            f"{BOARD}/message",
            AT,
            f"{draft}/edit",
            f"{draft}/pause",
            f"{draft}/copy",
        ):
            assert (await desk.as_(client, role).post(path, data=TEXT)).status_code == refused
    assert (await desk.as_(client, "organizer").post(f"{draft}/remove")).headers["location"] == AT


async def test_a_beginning_that_fails_is_a_draft_again(
    client: httpx.AsyncClient, db: Database, desk: Desk, guests: list[Registration], context: Context
) -> None:
    """The writer may not write any more when it is to begin."""
    organizer = desk.as_(client, "organizer")
    draft = await drafted(organizer, id=str(guests[0].id))
    await say(organizer, draft, "send", **TEXT)
    async with db.begin() as session:
        await session.execute(text("UPDATE memberships SET role = 'viewer' WHERE role = 'organizer'"))
    assert await begun(db, context)
    async with db.begin() as session:
        assert await look_after(session) == 1
        row = await session.execute(
            text("SELECT state FROM campaigns WHERE id = :id"), {"id": UUID(draft[-36:])}
        )
        assert row.scalar_one() == "draft"
