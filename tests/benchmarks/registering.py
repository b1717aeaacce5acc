"""register: HTTP to commit, audit line and outbox row included, all for one hot event."""

import asyncio
from collections.abc import Callable, Sequence
from itertools import count

import msgspec

from service.core.tokens import new_token
from service.registrations.register import register
from service.registrations.schemas import Application, check
from tests.benchmarks import floors, load
from tests.benchmarks.people import guests
from tests.benchmarks.report import Line, Round, Size, beside
from tests.benchmarks.stage import Stage

CONNECTIONS = 32
_TIMES = count()
MOST = 3_000  # a second: so many requests are made ready
TABLES = ("registrations", "people", "idempotency_keys", "credentials", "audit", "outbox", "deliveries")


def measure(stage: Stage, size: Size) -> list[Line]:
    """Workers are not started: every mail stays in the outbox."""
    return [_measure("register", stage, size)]


def measure_live(stage: Stage, size: Size) -> list[Line]:
    """The same while one worker sends the mails of those who register (not of those before)."""
    stage.servers.value("UPDATE outbox SET state = 'done' WHERE state = 'queued'")
    with stage.servers.workers(1):
        load.drive(_order(stage, "warm", 20, 5.0))
        return [_measure("register_live", stage, size)]


def _measure(name: str, stage: Stage, size: Size) -> Line:
    many = max(200, int(MOST * size.seconds))
    load.drive(_order(stage, f"{name}-warm", 100, 5.0))

    def ours(number: int) -> Round:
        order = _order(stage, f"{name}-{number}", many, size.seconds)
        seen = counted(stage, lambda: load.drive(order))
        return Round(seen.rate, seen.latencies)

    def floor(number: int) -> Round:
        calls = _calls(stage, f"{name}-floor-{number}", many)
        return floors.run(stage.servers.database_url, calls, CONNECTIONS, size.seconds)

    return beside(name, "1/s", size.rounds, ours, floor)


def counted(stage: Stage, drive: Callable[[], load.Seen]) -> load.Seen:
    """Raises AssertionError unless every answer was 201 and stands in every table as one row, and in the counter."""
    before = _rows(stage)
    seen = drive()
    assert seen.statuses == {201: seen.answers}, (seen.statuses, seen.last_body)
    after = _rows(stage)
    new = {table: after[table] - before[table] for table in after}
    assert new == dict.fromkeys(new, seen.answers), (seen.answers, new)
    return seen


def _rows(stage: Stage) -> dict[str, int]:
    rows = {table: stage.servers.count(table) for table in TABLES}
    taken = stage.servers.value("SELECT taken FROM places WHERE id = $1", stage.forum.categories[0].id)
    return {**rows, "places": int(str(taken))}


def _order(stage: Stage, seed: str, many: int, seconds: float) -> load.Order:
    return load.Order(
        port=stage.servers.port,
        connections=CONNECTIONS,
        seconds=seconds,
        requests=requests(stage, seed, many, "guest"),
    )


def requests(stage: Stage, seed: str, many: int, category: str) -> list[bytes]:
    """Distinct people, each with an idempotency key of their own, also when the seed was used before."""
    seed = f"{seed}-{next(_TIMES)}"
    return posted(stage, seed, list(guests(many, seed, category)))


def posted(stage: Stage, seed: str, people: Sequence[Application]) -> list[bytes]:
    """The request by which an organizer's program registers each."""
    return [
        load.request(
            "POST", "/api/v1/events/forum/registrations", {**stage.organizer, "idempotency-key": f"{seed}-{number}"},
            msgspec.json.encode({k: v for k, v in msgspec.to_builtins(guest).items() if k != "consent_version"}),
        )
        for number, guest in enumerate(people)
    ]  # fmt: skip


def _calls(stage: Stage, seed: str, many: int) -> list[floors.Call]:
    """The same statement with the arguments that the product would give it."""
    seed = f"{seed}-{next(_TIMES)}"
    recorder = floors.Recorder({"id": stage.forum.id, "state": "approved"})

    async def record() -> None:
        for guest in guests(many, seed):
            application = check(guest, consent_version=1, by_team=True)
            await register(
                recorder, stage.forum, application, source="organizer", key=new_token(), actor=floors.ROBOT,
                signer=stage.signer,
            )  # fmt: skip

    asyncio.run(record())
    return recorder.calls
