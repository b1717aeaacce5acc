"""What happens when lists grow tenfold, and tenfold again: the first page, search, and search with a slip."""

import asyncio
import random
import time
from collections.abc import Sequence
from urllib.parse import quote

from service.core.database import Database
from service.lists.addresses import read_filter
from service.lists.fields import Scope
from service.lists.queries import list_first
from tests.benchmarks import load
from tests.benchmarks.load import percentile
from tests.benchmarks.report import Line, Round, Size, line
from tests.benchmarks.searching import OPERATIONS, choose, slowest
from tests.benchmarks.servers import Servers
from tests.benchmarks.stage import Stage, build

STEPS = 3  # the last one is ten times the crowd of the other benchmarks
LISTS = ({}, {"sort": "-registered"}, {"sort": "organisation"}, {"country": "KZ"}, {"where": "-country:KZ"})
SLIPS = 40
GUESTS_READ_A_SECOND = 25_000  # their words, by a slow machine


def measure(size: Size) -> list[Line]:
    """Each step on servers of its own. The floor is the step before, so the ratio says how it grew."""
    lines: list[Line] = []
    before: dict[str, float] = {}
    for crowd in [size.crowd * 10 // 10**number for number in reversed(range(STEPS))]:
        with Servers() as servers:
            stage = build(servers, crowd)
            found = {
                "page": asyncio.run(_pages(stage, size)),
                "search": _search(stage, choose(stage), size),
                "slip": _search(stage, _slips(stage), size),
            }
        for name, latencies in found.items():
            value = percentile(latencies.latencies, 0.95)
            lines.append(
                line(f"{name}_{crowd}", "ms", [Round(value, latencies.latencies)], before.get(name),
                     higher_is_better=False)
            )  # fmt: skip
            before[name] = value
    return lines


async def _pages(stage: Stage, size: Size) -> Round:
    """The first fifty of a list, without the count, in the process that asks."""
    db, taken = Database(stage.servers.database_url), []
    scope = Scope(stage.congress.id, stage.congress.organisation_id, stage.congress.zone)
    try:
        for _ in range(size.repeats + 1):
            for asked in LISTS:
                wanted = read_filter(asked)
                began = time.perf_counter()
                async with db.begin() as session:
                    assert len(await list_first(session, scope, wanted)) > 0
                taken.append((time.perf_counter() - began) * 1000)
    finally:
        await db.close()
    return Round(0.0, taken[len(LISTS) :])


def _search(stage: Stage, queries: Sequence[str], size: Size) -> Round:
    """At the HTTP edge, one caller alone."""
    path = OPERATIONS["find_guests"]
    order = [query for _ in range(size.repeats) for query in queries]
    asked = [load.request("GET", f"{path}?q={quote(query)}", stage.organizer) for query in order]
    latencies: list[float] = []
    # once to warm up, over so many connections that every web process has some
    for connections, requests in ((8, asked[: len(queries)]), (1, asked)):
        if connections == 1:
            # the first search makes each web process read the event's words, some seconds at 500,000
            time.sleep(len(stage.crowd) / GUESTS_READ_A_SECOND)
        seen = load.drive(
            load.Order(port=stage.servers.port, connections=connections, seconds=600, requests=requests)
        )
        assert seen.statuses == {200: len(requests)}, (seen.statuses, seen.last_body)
        latencies = seen.latencies
    return slowest(order, latencies)


def _slips(stage: Stage) -> list[str]:
    """Names with two letters swapped, of people who are there."""
    rng = random.Random(7)
    names = [
        word
        for guest in rng.sample(stage.crowd, min(len(stage.crowd), 400))
        for word in guest.latin_name.split()
    ]
    found = []
    for word in dict.fromkeys(name.lower() for name in names if len(name) > 5):
        at = rng.randrange(1, len(word) - 2)
        if word[at] != word[at + 1]:
            found.append(word[:at] + word[at + 1] + word[at] + word[at + 2 :])
    return found[:SLIPS]
