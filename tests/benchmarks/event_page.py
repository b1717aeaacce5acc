"""event_page: a page with forty sessions beside the framework's hello; an edit shows within a second."""

import time
from functools import cache
from secrets import token_hex

import msgspec

from tests.benchmarks import load
from tests.benchmarks.report import Line, Round, Size, beside
from tests.benchmarks.stage import Stage

CONNECTIONS = 32
BROWSER = {"accept": "text/html", "accept-encoding": "gzip, deflate, br", "accept-language": "en"}


def measure(stage: Stage, size: Size) -> list[Line]:
    """As a browser asks for it: with brotli, nothing known yet."""
    hello = cache(stage.servers.hello)
    page = load.request("GET", "/e/forum", BROWSER)
    _edit_shows(stage)
    return [
        beside(
            "event_page", "1/s", size.rounds,
            lambda _: _drive(stage.servers.port, page, size.seconds),
            lambda _: _drive(hello(), load.request("GET", "/", BROWSER), size.seconds),
        )
    ]  # fmt: skip


def _drive(port: int, request: bytes, seconds: float) -> Round:
    for warm in (0.2, seconds):
        order = load.Order(port=port, connections=CONNECTIONS, seconds=warm, requests=[request], again=True)
        seen = load.drive(order)
        assert seen.statuses == {200: seen.answers}, (seen.statuses, seen.last_body)
    return Round(seen.rate, seen.latencies)


def _edit_shows(stage: Stage) -> None:
    """Both web processes show a new category a second after its commit. Raises AssertionError."""
    name = f"Late Guests {token_hex(4)}"
    ask = [load.request("GET", "/e/forum", {"accept-language": "en"})] * 40
    look = load.Order(
        port=stage.servers.port, connections=20, seconds=10.0, requests=ask, look_for=[name.encode()]
    )
    assert load.drive(look).found[name.encode()] == 0
    body = msgspec.json.encode(
        {
            "key": "late",
            "name": {"en": name},
            "approval": "desk",
            "visibility": "public",
            "colour": 3,
            "capacity": 5,
        }
    )
    change = load.request("PUT", "/api/v1/events/forum/categories/late", stage.organizer, body)
    seen = load.drive(load.Order(port=stage.servers.port, connections=1, seconds=10.0, requests=[change]))
    assert seen.statuses == {200: 1}, (seen.statuses, seen.last_body)
    time.sleep(1.0)
    seen = load.drive(look)
    assert seen.found[name.encode()] == seen.answers == 40, "an edit did not show within a second"
