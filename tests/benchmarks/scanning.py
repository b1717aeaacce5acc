"""scan: HTTP to commit, first and repeated entries of a crowd at eight points by forty devices."""

import asyncio
import random
from uuid import UUID

import msgspec

from service.checkin.facts import DoorFacts, read_facts
from service.checkin.scan import scan
from service.checkin.schemas import ScanInput
from service.core.database import Database
from service.core.tokens import new_id
from tests.benchmarks import floors, load
from tests.benchmarks.report import Line, Round, Size, beside
from tests.benchmarks.stage import DEVICES, Stage

CONNECTIONS = 32
MOST = 5_000  # a second: so many scans are made ready


def measure(stage: Stage, size: Size) -> list[Line]:
    """Random tickets: the first scan of each admits, later ones say since when somebody is in."""
    many = max(200, int(MOST * size.seconds))
    devices = [new_id() for _ in range(DEVICES)]
    door = asyncio.run(_door(stage))
    drive(stage, _scans(stage, devices, "warm", 200), 5.0)

    def ours(number: int) -> Round:
        seen = drive(stage, _scans(stage, devices, f"scan-{number}", many), size.seconds)
        return Round(seen.rate, seen.latencies)

    def floor(number: int) -> Round:
        calls = _calls(door, _scans(stage, devices, f"floor-{number}", many))
        return floors.run(stage.servers.database_url, calls, CONNECTIONS, size.seconds)

    return [beside("scan", "1/s", size.rounds, ours, floor)]


def drive(stage: Stage, scans: list[ScanInput], seconds: float) -> load.Seen:
    """Raises AssertionError unless every answer is a scan that was kept, and each admission an entry."""
    before = stage.servers.count("scans"), stage.servers.count("entries")
    order = load.Order(
        port=stage.servers.port, connections=CONNECTIONS, seconds=seconds, look_for=[ADMITTED, ALREADY_IN],
        requests=[
            load.request("POST", "/api/v1/events/congress/scans", stage.door, msgspec.json.encode(scan))
            for scan in scans
        ],
    )  # fmt: skip
    seen = load.drive(order)
    assert seen.statuses == {200: seen.answers}, (seen.statuses, seen.last_body)
    kept, entries = stage.servers.count("scans") - before[0], stage.servers.count("entries") - before[1]
    assert (kept, entries) == (seen.answers, seen.found[ADMITTED]), (kept, entries, seen.answers, seen.found)
    assert seen.found[ADMITTED] + seen.found[ALREADY_IN] == seen.answers, seen.found
    return seen


ADMITTED, ALREADY_IN = b'"verdict":"admitted"', b'"verdict":"already_in"'


def _scans(stage: Stage, devices: list[UUID], seed: str, many: int) -> list[ScanInput]:
    rng = random.Random(seed)
    return [
        ScanInput(
            scan_id=new_id(), point_id=rng.choice(stage.points), device_id=rng.choice(devices), seq=number,
            code=rng.choice(stage.tickets),
        )
        for number in range(many)
    ]  # fmt: skip


async def _door(stage: Stage) -> DoorFacts:
    db = Database(stage.servers.database_url)
    try:
        async with db.begin() as session:
            return await read_facts(session, "congress")
    finally:
        await db.close()


def _calls(door: DoorFacts, scans: list[ScanInput]) -> list[floors.Call]:
    async def record() -> list[floors.Call]:
        recorder = floors.Recorder({"scan_id": new_id(), "verdict": "admitted"})
        for given in scans:
            await scan(recorder, door, given, floors.ROBOT)
        return recorder.calls

    return asyncio.run(record())
