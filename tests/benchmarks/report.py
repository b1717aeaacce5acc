"""What a benchmark says: one line, beside its floor, and the machine it ran on."""

import os
import platform
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

import msgspec

from tests.benchmarks.load import percentile


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One result. `ratio` is ours to the floor (1.0 = equal); both None where there is no floor. Times in ms."""

    name: str
    value: float
    unit: str
    higher_is_better: bool
    floor: float | None = None
    ratio: float | None = None
    p50_ms: float | None = None
    p95_ms: float | None = None
    p99_ms: float | None = None


class Round(msgspec.Struct, frozen=True):
    """One measurement: the value, and the latencies behind it in ms."""

    value: float
    latencies: list[float] = []


class Size(msgspec.Struct, frozen=True, kw_only=True):
    """How much is measured. The short form shows that the benchmarks work; its figures mean nothing."""

    seconds: float = 4.0
    rounds: int = 3
    crowd: int = 50_000
    badges: int = 1000
    mails: int = 1500
    repeats: int = 20


SHORT = Size(seconds=0.3, rounds=1, crowd=300, badges=20, mails=40, repeats=2)


def beside(
    name: str, unit: str, rounds: int, ours: Callable[[int], Round], floor: Callable[[int], Round],
    *, higher_is_better: bool = True,
) -> Line:  # fmt: skip
    """Measures ours and the floor in turn (A B A B …); medians of the rounds, of percentiles too."""
    mine, theirs = [], []
    for number in range(rounds):
        mine.append(ours(number))
        theirs.append(floor(number).value)
    return line(name, unit, mine, median(theirs), higher_is_better=higher_is_better)


def line(
    name: str, unit: str, rounds: Sequence[Round], floor: float | None, *, higher_is_better: bool = True
) -> Line:
    """The medians of the rounds."""
    value = median(found.value for found in rounds)

    def middle(share: float) -> float | None:
        known = [percentile(found.latencies, share) for found in rounds if found.latencies]
        return round(median(known), 2) if known else None

    return Line(
        name=name, value=round(value, 2), unit=unit, higher_is_better=higher_is_better,
        floor=None if floor is None else round(floor, 2), ratio=round(value / floor, 3) if floor else None,
        p50_ms=middle(0.50), p95_ms=middle(0.95), p99_ms=middle(0.99),
    )  # fmt: skip


def table(lines: Sequence[Line]) -> str:
    """For people."""
    head = (
        f"{'':<14}{'value':>10} {'unit':<10}{'floor':>10}{'ratio':>8}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}"
    )
    return "\n".join([head, *(_row(found) for found in lines)])


def _row(found: Line) -> str:
    def show(value: float | None, width: int, digits: int) -> str:
        return f"{'–' if value is None else f'{value:,.{digits}f}':>{width}}"

    digits = 0 if found.value >= 100 else 1
    times = "".join(show(value, 9, 1) for value in (found.p50_ms, found.p95_ms, found.p99_ms))
    return (
        f"{found.name:<14}{show(found.value, 10, digits)} {found.unit:<10}{show(found.floor, 10, digits)}"
        f"{show(found.ratio, 8, 2)}{times}"
    )


def machine(postgres: str) -> str:
    """One line: processor, cores, memory, versions, and how busy it was at the end."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    load = os.getloadavg()[0]
    return (
        f"{_processor()}, {os.cpu_count()} cores, {pages:.0f} GB, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, PostgreSQL {postgres} (fsync on), load average {load:.1f}"
    )


def _processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text()
    except OSError:
        return platform.machine()
    return next(
        (row.split(":", 1)[1].strip() for row in text.splitlines() if row.startswith("model name")), "?"
    )
