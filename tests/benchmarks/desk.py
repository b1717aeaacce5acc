"""The delegates' desk at fifty thousand: lists, imports, exports, decisions on many."""

import asyncio
import json
import subprocess
import sys
import time
from urllib.parse import quote, urlencode
from uuid import UUID

from service.core.database import Database
from service.jobs.operations import start
from service.lists.columns import USUAL
from tests.benchmarks import load, process
from tests.benchmarks.mailing import ring
from tests.benchmarks.report import Line, Round, Size, line
from tests.benchmarks.searching import slowest
from tests.benchmarks.servers import ROOT
from tests.benchmarks.stage import Stage, organizer_of

# Every kind of condition, frequent and rare, alone and together; and every order.
LISTS = (
    "", "where=state:approved", "where=-country:KZ", "where=country:KZ", "where=badge:none", "where=badge:issued",
    "where=arrived:yes", "where=arrived:no", "where=tag:none delegation:none", "where=message:any",
    "where=message-state:failed", "where=organisation~an", "where=email:none or phone:none", "where=name~ка",
    "where=(state:pending or country:KZ) -badge:printed watched:no", "where=registered>=2026-01-01 source:import",
    "where=invitation:none companion:none", "where=state:rejected", "sort=-registered", "sort=organisation",
    "sort=country&where=state:approved", "sort=-name", "sort=state&where=-country:KZ",
)  # fmt: skip


def measure_lists(stage: Stage, size: Size) -> list[Line]:
    """The first page of a list with its exact count, at the HTTP edge, one caller. The value is the 95th percentile of
    the slowest filter; p50, p95 and p99 are of all."""
    paths = [f"/api/v1/events/congress/registrations?{quote(asked, safe='=&')}" for asked in LISTS]
    order = [path for _ in range(size.repeats) for path in paths]

    def ours(_: int) -> Round:
        asked = [load.request("GET", path, stage.organizer) for path in order]
        for requests in (asked[: len(paths)], asked):  # once to warm up
            seen = load.drive(
                load.Order(port=stage.servers.port, connections=1, seconds=300, requests=requests)
            )
            assert seen.statuses == {200: len(requests)}, (seen.statuses, seen.last_body)
        return slowest(order, seen.latencies)

    return [line("list_50k", "ms", [ours(n) for n in range(size.rounds)], None, higher_is_better=False)]


def measure_import(stage: Stage, size: Size) -> list[Line]:
    """An XLSX of the crowd's size in twelve columns: looked at, then applied, by a worker."""
    seen = _work(stage, "import", size.crowd)
    return [
        _one("import_preview_50k", "s", seen["preview"]), _one("import_apply_50k", "s", seen["apply"]),
        _one("import_rss", "MB", seen["rss_mb"]),
    ]  # fmt: skip


def measure_export(stage: Stage, size: Size) -> list[Line]:
    """The crowd as XLSX, asked for as the console does: seconds from the ring until the file is there, and the most
    memory that its worker ever held. Each time a new worker, which has made a short file before."""
    seen = [_export(stage, size.crowd) for _ in range(size.rounds)]
    return [
        line("export_50k", "s", [Round(taken) for taken, _ in seen], None, higher_is_better=False),
        line("export_rss", "MB", [Round(memory) for _, memory in seen], None, higher_is_better=False),
    ]


def _export(stage: Stage, count: int) -> tuple[float, float]:
    with stage.servers.workers(1):
        _file(stage, "registered<2000-01-01", 0)
        taken = _file(stage, "", count)
        return taken, process.most_memory(stage.servers.worker_pids[0]) / 1_000_000


def _file(stage: Stage, where: str, count: int) -> float:
    """Seconds until the file of these is there."""
    job_id = asyncio.run(_ask(stage, where, count))
    began = time.perf_counter()
    asyncio.run(ring(stage.servers.redis_url))
    state = "SELECT state FROM jobs WHERE id = $1"
    while (said := stage.servers.value(state, job_id)) in ("queued", "running"):
        time.sleep(0.05)
    taken = time.perf_counter() - began
    assert said == "done", said
    assert (
        stage.servers.value("SELECT (result->'data'->>'count')::int FROM jobs WHERE id = $1", job_id) == count
    )
    return taken


async def _ask(stage: Stage, where: str, count: int) -> UUID:
    """By the product's own operation, as the list's button does."""
    db = Database(stage.servers.database_url)
    try:
        async with db.begin() as session:
            event, actor = await organizer_of(session, stage)
            given = {
                "query": urlencode({"where": where}),
                "columns": USUAL,
                "form": "xlsx",
                "language": "en",
                "ids": None,
            }
            return (await start(session, actor, event, "export", given, total=count)).id
    finally:
        await db.close()


def measure_approve(stage: Stage, size: Size) -> list[Line]:
    """A tenth of the crowd approved at once, with codes and mails. It follows the import, which left them waiting."""
    return [_one("bulk_approve_5k", "s", _work(stage, "approve", size.crowd // 10)["approve"])]


def _one(name: str, unit: str, value: float) -> Line:
    return line(name, unit, [Round(value)], None, higher_is_better=False)


def _work(stage: Stage, kind: str, count: int) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.desk_work", kind, str(count)], cwd=ROOT, check=True,
        env=stage.servers.environment(), stdout=subprocess.PIPE,
    )  # fmt: skip
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found
