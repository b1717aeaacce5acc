"""`./qonaq bench [SUITE] [--json FILE]`: our paths beside their floors, on servers of its own (docs/benchmarks.md)."""

import argparse
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from types import FrameType

import msgspec

from tests.benchmarks import (
    badges,
    desk,
    event_page,
    growing,
    mailing,
    memory,
    process,
    registering,
    scanning,
    searching,
    starting,
)
from tests.benchmarks.report import SHORT, Line, Size, machine, table
from tests.benchmarks.servers import Servers
from tests.benchmarks.stage import Stage, build

# In this order: workers come late, and the web's memory is looked at after all of its work.
SUITES: dict[str, Callable[[Stage, Size], list[Line]]] = {
    "register": registering.measure,
    "scan": scanning.measure,
    "event_page": event_page.measure,
    "search_50k": searching.measure,
    "list_search": searching.measure_list,
    "list_50k": desk.measure_lists,
    "import_50k": desk.measure_import,
    "bulk_approve_5k": desk.measure_approve,
    "export_50k": desk.measure_export,
    "badges": badges.measure,
    "register_live": registering.measure_live,
    "mail": mailing.measure,
    "mail_badge": mailing.measure_with_badge,
    "confirmation": mailing.measure_confirmation,
    "campaign": mailing.measure_campaign,
    "web_rss": memory.measure,
}
GROUPS = {
    "desk": ("search_50k", "list_search", "list_50k", "import_50k", "bulk_approve_5k", "export_50k"),
    "mail": ("mail", "mail_badge", "confirmation", "campaign"),
}
STARTS = {"up_first": starting.measure_first, "up_again": starting.measure_again}
ALONE = {"growth": growing.measure}  # ten minutes: only by its name


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when everything was measured and every count was right."""
    parser = argparse.ArgumentParser(prog="qonaq bench", description="Our paths beside their floors.")
    parser.add_argument(
        "suite",
        nargs="*",
        choices=[[], *SUITES, *STARTS, *GROUPS, *ALONE],
        help="all of them without a name; desk is the delegates' desk, mail all that is sent",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    parser.add_argument("--short", action="store_true", help="only shows that the benchmarks work")
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, _end)
    try:
        wanted = [name for one in options.suite for name in GROUPS.get(one, (one,))]
        lines = run(wanted or [*SUITES, *STARTS], SHORT if options.short else Size())
    except KeyboardInterrupt:
        return 130
    if options.json:
        options.json.write_bytes(msgspec.json.format(msgspec.json.encode(lines)) + b"\n")
    return 0


def _end(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt  # every server ends with its block


def run(wanted: Sequence[str], size: Size) -> list[Line]:
    """Measures and prints; the lines in the order of the suites."""
    lines: list[Line] = []
    version = "–"
    if on_servers := [name for name in SUITES if name in wanted]:
        _say("starting servers …")
        with Servers() as servers:
            version = str(servers.value("SHOW server_version"))
            stage = build(servers, size.crowd)
            for name in on_servers:
                lines += _watched(name, partial(SUITES[name], stage, size))
    for name, suite in {**STARTS, **ALONE}.items():
        if name in wanted:
            lines += _watched(name, partial(suite, size))
    print(f"\n{table(lines)}\n\n{machine(version)}")
    return lines


def _watched(name: str, suite: Callable[[], list[Line]]) -> list[Line]:
    """Says how much of the processors belonged to nobody in this benchmark: with more than 0.1 cores, measure again."""
    _say(f"{name} …")
    began, busy, ours = time.perf_counter(), process.busy(), process.cpu(os.getpid())
    lines = suite()
    others = (process.busy() - busy) - (process.cpu(os.getpid()) - ours)
    _say(f"{name}: others used {others / (time.perf_counter() - began):.2f} cores meanwhile")
    return lines


def _say(text: str) -> None:
    print(f"  {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
