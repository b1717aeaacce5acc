"""search_50k, list_search: one Han or Hangul character, two of any other script, at the HTTP edge, one caller alone."""

import asyncio
import random
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from sqlalchemy import event as sqlalchemy_event

from service.checkin.facts import read_facts
from service.checkin.search import find_guests
from service.core.database import Database
from service.lists.fields import Scope
from service.lists.queries import Filter, list_page
from service.registrations.vocabulary import EVER, WORDS
from tests.benchmarks import floors, load
from tests.benchmarks.floors import Call
from tests.benchmarks.load import percentile
from tests.benchmarks.people import HAN_FAMILIES, HAN_GIVEN, HANGUL_FAMILIES, HANGUL_GIVEN
from tests.benchmarks.report import Line, Round, Size, beside
from tests.benchmarks.stage import Stage

OPERATIONS = {
    "find_guests": "/api/v1/events/congress/guests",
    "list_registrations": "/api/v1/events/congress/registrations",
}


def measure(stage: Stage, size: Size) -> list[Line]:
    """Finding somebody, as the door and the search field do: the twenty best.

    The value is the 95th percentile of the slowest query; p50, p95, p99 are of all queries. The floor executes the
    same statements by raw asyncpg."""
    return [_measure("search_50k", "find_guests", stage, size)]


def measure_list(stage: Stage, size: Size) -> list[Line]:
    """The delegate list for the same queries: the first fifty by name, and exactly how many there are."""
    return [_measure("list_search", "list_registrations", stage, size)]


def choose(stage: Stage) -> list[str]:
    """Of each script the most frequent starts, some in the middle, the rarest, and one that finds nobody."""
    starts: dict[str, Counter[str]] = defaultdict(Counter)
    for guest in stage.crowd:
        for word in guest.native_name.lower().split():
            if word[0] in HAN_FAMILIES + HAN_GIVEN:
                starts["han"].update(word)
            elif word[0] in HANGUL_FAMILIES + HANGUL_GIVEN:
                starts["hangul"].update(word)
            else:
                starts["latin" if word.isascii() else "cyrillic"][word[:2]] += 1
    chosen = ["饕", "뷁", "qx", "ъъ"]
    for found in starts.values():
        ranked = [text for text, _ in found.most_common()]
        chosen += [*ranked[:3], ranked[len(ranked) // 2], ranked[-1]]
    return list(dict.fromkeys(chosen))


def _measure(line: str, name: str, stage: Stage, size: Size) -> Line:
    path, queries = OPERATIONS[name], choose(stage)
    order = [
        query for _ in range(size.repeats) for query in random.Random(name).sample(queries, len(queries))
    ]
    calls = asyncio.run(_statements(stage, name, queries))

    def ours(_: int) -> Round:
        asked = [load.request("GET", f"{path}?q={quote(query)}", stage.organizer) for query in order]
        for requests in (asked[: len(queries)], asked):  # once to warm up
            seen = load.drive(
                load.Order(port=stage.servers.port, connections=1, seconds=300, requests=requests)
            )
            assert seen.statuses == {200: len(requests)}, (seen.statuses, seen.last_body)
        return slowest(order, seen.latencies)

    def floor(_: int) -> Round:
        asked = [call for query in order for call in calls[query]]
        taken = iter(floors.run(stage.servers.database_url, asked, 1, 300).latencies)
        return slowest(order, [sum(next(taken) for _ in calls[query]) for query in order])

    return beside(line, "ms", size.rounds, ours, floor, higher_is_better=False)


def slowest(order: Iterable[str], latencies: list[float]) -> Round:
    """The 95th percentile of the slowest query; the latencies are of all."""
    by_query: dict[str, list[float]] = defaultdict(list)
    for query, taken in zip(order, latencies, strict=True):
        by_query[query].append(taken)
    return Round(max(percentile(taken, 0.95) for taken in by_query.values()), latencies)


async def _statements(stage: Stage, name: str, queries: list[str]) -> dict[str, list[Call]]:
    """What the product executes for each query, with its arguments."""
    db = Database(stage.servers.database_url)
    calls: dict[str, list[Call]] = {}
    try:
        async with db.begin() as session:
            door = await read_facts(session, "congress")
        for query in queries:
            recorder = floors.Recorder({"read_at": EVER, "words": ""})
            if name == "find_guests":
                await find_guests(recorder, door, query)
            else:
                await _listen(db, stage, query, recorder.calls)
            # the words of the event are read once in a while, not for every search
            calls[query] = [call for call in recorder.calls if call[0] != WORDS]
    finally:
        await db.close()
    return calls


async def _listen(db: Database, stage: Stage, query: str, calls: list[Call]) -> None:
    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        calls.append((statement, tuple(parameters)))

    sqlalchemy_event.listen(db.engine.sync_engine, "before_cursor_execute", note)
    try:
        async with db.begin() as session:
            await list_page(session, Scope.of(stage.congress), Filter(q=query))
    finally:
        sqlalchemy_event.remove(db.engine.sync_engine, "before_cursor_execute", note)
