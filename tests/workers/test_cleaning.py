"""Once a day what has run out is thrown away, and nothing else."""

from datetime import timedelta

from sqlalchemy import select, text

from service.core.clock import now
from service.core.database import Database
from service.imports.models import Import, ImportFile
from service.jobs.models import Job, JobFile
from service.registrations.models import IdempotencyKey
from tests.support import factories as make
from tests.support.outbox import invite_many
from tests.support.sink import Sink
from workers.cleaning import clean
from workers.context import Context
from workers.drain import Drain


async def test_what_has_run_out_goes_and_what_has_not_stays(db: Database) -> None:
    today = now()
    ages = {"new": today - timedelta(days=5), "old": today - timedelta(days=31)}
    async with db.begin() as session:
        host = await make.organisation(session)
        event = await make.event(session, host)
        account = await make.account(session, host, "organizer")
        for age, at in ages.items():
            for state in ("applied", "ready"):
                brought = Import(
                    organisation_id=host.id, event_id=event.id, file_name=f"{age} {state}", heads=[], mapping=[],
                    state=state, created_at=at,
                )  # fmt: skip
                session.add(brought)
                await session.flush()
                session.add(ImportFile(import_id=brought.id, body=b"Name\n", created_at=at))
            job = Job(
                organisation_id=host.id, event_id=event.id, account_id=account.id, kind=f"{age} export", input={},
                state="done", finished_at=at,
            )  # fmt: skip
            session.add(job)
            await session.flush()
            session.add(JobFile(job_id=job.id, name=age, media_type="text/csv", created_at=at))
            session.add(IdempotencyKey(event_id=event.id, key=age, registration_id=event.id, created_at=at))

    for _ in range(2):  # the second time nothing is left to do
        async with db.begin() as session:
            await clean(session, today)

    async with db.begin() as session:
        imports = set((await session.execute(select(Import.file_name))).scalars())
        assert imports == {
            "new applied",
            "new ready",
            "old applied",
        }  # its rows are what taking it back needs
        assert (await session.execute(text("SELECT count(*) FROM import_files"))).scalar_one() == 2
        assert set((await session.execute(select(Job.kind))).scalars()) == {"new export"}
        assert list((await session.execute(select(JobFile.name))).scalars()) == ["new"]
        assert list((await session.execute(select(IdempotencyKey.key))).scalars()) == ["new"]


async def test_copies_of_mails_last_half_a_year_and_deliveries_for_ever(
    db: Database, context: Context, sink: Sink
) -> None:
    async with db.begin() as session:
        host = await make.organisation(session)
        event = await make.event(session, host)
        await make.category(session, event)
        await invite_many(session, event, 2)
    await Drain(context).run()
    kept = text("""
        SELECT count(*), count(copy), (SELECT count(*) FROM mail_shells), count(*) FILTER (WHERE state = 'sent')
        FROM deliveries
    """)
    seen = []
    for days in (179, 181, 188):
        async with db.begin() as session:
            await clean(session, now() + timedelta(days=days))
            seen.append(tuple((await session.execute(kept)).one()))
    assert seen == [(2, 2, 1, 2), (2, 0, 1, 2), (2, 0, 0, 2)]
