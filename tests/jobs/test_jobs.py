"""Long work: one worker does it, another goes on when that one is lost, its owner alone sees it."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from service.accounts.operations import open_session
from service.core.actor import Actor
from service.core.clock import now
from service.core.database import Database
from service.core.errors import Conflict, Forbidden
from service.events.models import Event
from service.jobs.files import keep_file
from service.jobs.models import Job
from service.jobs.operations import claim, start, stop
from service.organisations.actors import load_actor
from service.organisations.models import Organisation
from tests.support import factories as make
from workers import jobs
from workers.context import Context
from workers.jobs import Lost, Running, work


@pytest.fixture
async def owner(db: Database) -> Actor:
    async with db.begin() as session:
        host = await make.organisation(session)
        await make.event(session, host)
        return await load_actor(session, await make.account(session, host, "organizer"))


@pytest.fixture
def kinds() -> dict[str, jobs.Handler]:
    return {}


async def ask(db: Database, actor: Actor, kind: str = "count", **given: Any) -> Job:
    async with db.begin() as session:
        event = (await session.execute(text("SELECT id FROM events"))).scalar_one()
        return await start(session, actor, await session.get_one(Event, event), kind, given)


async def read(db: Database, job: Job) -> Job:
    async with db.begin() as session:
        return await session.get_one(Job, job.id)


async def lose_the_worker(db: Database) -> None:
    async with db.begin() as session:
        await session.execute(text("UPDATE jobs SET lease_until = now() - interval '1 second'"))


async def log_in(db: Database, client: httpx.AsyncClient, who: Actor) -> None:
    assert who.id
    async with db.begin() as session:
        client.cookies.set("qonaq_session", open_session(session, who.id, user_agent="test", now=now()))


async def test_it_is_done_once_with_the_rights_of_its_owner(
    db: Database, context: Context, owner: Actor, kinds: dict[str, jobs.Handler]
) -> None:
    seen: list[tuple[str, Any]] = []

    async def count(_: Context, running: Running) -> dict[str, Any]:
        seen.append((running.actor.email, running.job.input["up_to"]))
        await running.progress(3, 7)
        return {"say": "Done."}

    kinds["count"] = count
    job = await ask(db, owner, up_to=7)

    assert [await work(context, kinds), await work(context, kinds)] == [True, False]

    assert seen == [(owner.email, 7)]
    done = await read(db, job)
    assert (done.state, done.done, done.total, done.result) == ("done", 7, 7, {"say": "Done."})


async def test_two_workers_never_have_the_same(db: Database, owner: Actor) -> None:
    jobs_asked = {(await ask(db, owner)).id for _ in range(5)}

    async def take() -> Any:
        async with db.begin() as session:
            return await claim(session)

    claimed = await asyncio.gather(*(take() for _ in range(8)))

    assert sorted(job.id for job in claimed if job) == sorted(jobs_asked)


async def test_when_a_worker_is_lost_another_goes_on_and_the_first_may_not_write(
    db: Database, context: Context, owner: Actor, kinds: dict[str, jobs.Handler]
) -> None:
    began: list[int] = []

    async def count(_: Context, running: Running) -> dict[str, Any]:
        began.append(running.job.done)
        await running.progress(4, 9)
        if len(began) == 1:
            await lose_the_worker(db)
            await work(context, kinds)  # another one, while this one hangs
            with pytest.raises(Lost):
                await running.progress(5, 9)
        return {"say": f"{len(began)}"}

    kinds["count"] = count
    job = await ask(db, owner)

    await work(context, kinds)

    assert began == [0, 4]
    done = await read(db, job)
    assert (done.state, done.attempts, done.result) == ("done", 2, {"say": "2"})


async def test_a_refusal_is_said_and_a_mistake_of_ours_hides_its_inside(
    db: Database, context: Context, owner: Actor, kinds: dict[str, jobs.Handler]
) -> None:
    async def refuse(_: Context, running: Running) -> dict[str, Any]:
        raise Conflict

    async def break_down(_: Context, running: Running) -> dict[str, Any]:
        raise ZeroDivisionError("secret inside")

    kinds.update(refuse=refuse, broken=break_down)
    refused, broken = await ask(db, owner, "refuse"), await ask(db, owner, "broken")

    await work(context, kinds)
    await work(context, kinds)

    assert [(job.state, job.error) for job in (await read(db, refused), await read(db, broken))] == [
        ("failed", "Somebody changed this in the meantime. Reload and try again."),
        ("failed", "Something went wrong."),
    ]


async def test_a_job_that_kills_its_workers_ends(
    db: Database, context: Context, owner: Actor, kinds: dict[str, jobs.Handler]
) -> None:
    kinds["count"] = lambda *_: pytest.fail("it must not run a ninth time")  # type: ignore[assignment,return-value]
    job = await ask(db, owner)
    for _ in range(8):
        async with db.begin() as session:
            assert await claim(session)
        await lose_the_worker(db)

    await work(context, kinds)

    assert (await read(db, job)).state == "failed"


async def test_a_worker_that_is_asked_to_stop_gives_it_back(
    db: Database, context: Context, owner: Actor, kinds: dict[str, jobs.Handler]
) -> None:
    begun = asyncio.Event()

    async def wait(_: Context, running: Running) -> dict[str, Any]:
        begun.set()
        await asyncio.sleep(60)
        return {}

    kinds["count"] = wait
    job = await ask(db, owner)
    task = asyncio.create_task(work(context, kinds))
    await begun.wait()

    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    left = await read(db, job)
    assert (left.state, left.attempts, left.lease_token) == ("queued", 0, None)


async def test_it_stops_where_it_is(
    db: Database, context: Context, owner: Actor, kinds: dict[str, jobs.Handler]
) -> None:
    async def count(_: Context, running: Running) -> dict[str, Any]:
        await running.progress(2, 9)
        async with db.begin() as session:
            assert await stop(session, await session.get_one(Job, running.job.id))
        await running.progress(3, 9)
        return {}

    kinds["count"] = count
    job = await ask(db, owner)

    await work(context, kinds)

    stopped = await read(db, job)
    assert (stopped.state, stopped.done) == ("stopped", 2)


async def test_only_a_log_in_may_ask(db: Database, owner: Actor) -> None:
    with pytest.raises(Forbidden):
        await ask(db, Actor(kind="token", id=owner.id, grants=owner.grants))


async def test_its_page_and_file_are_its_owners_alone(
    db: Database, owner: Actor, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    job = await ask(db, owner, "export")
    made = tmp_path / "list"
    made.write_bytes(b"secret" * 100_000)
    for _ in range(2):  # a worker that was lost may have left a file of an attempt before
        async with db.begin() as session:
            await keep_file(session, job.id, made, "гости.csv", "text/csv")
    async with db.begin() as session:
        host = await session.get_one(Organisation, job.organisation_id)
        colleague = await make.browser(session, host, "owner")
        outsider = await make.browser(session, await make.organisation(session, "other", "Other"), "owner")
    page, file = f"/console/forum/jobs/{job.id}", f"/console/forum/jobs/{job.id}/file"

    await log_in(db, client, owner)
    own = await client.get(file)
    assert (own.status_code, own.content) == (200, made.read_bytes())
    assert "%D0%B3%D0%BE%D1%81%D1%82%D0%B8.csv" in own.headers["content-disposition"]
    assert "Making the file" in (await client.get(page)).text
    for cookies in (colleague, outsider):
        client.cookies = httpx.Cookies(cookies)
        assert [(await client.get(path)).status_code for path in (page, file)] == [404, 404]


async def test_the_page_goes_on_when_all_is_done(
    db: Database, context: Context, owner: Actor, kinds: dict[str, jobs.Handler], client: httpx.AsyncClient
) -> None:
    async def count(_: Context, running: Running) -> dict[str, Any]:
        return {"say": "%(count)s approved.", "data": {"count": 3}, "path": "/console/forum/guests"}

    kinds["count"] = count
    job = await ask(db, owner)
    await log_in(db, client, owner)
    page = f"/console/forum/jobs/{job.id}"
    assert 'hx-trigger="every 1s"' in (await client.get(page)).text

    await work(context, kinds)

    assert "3 approved." in (await client.get(page)).text
    assert (await client.get(page, headers={"hx-request": "true"})).headers[
        "hx-redirect"
    ] == "/console/forum/guests"
