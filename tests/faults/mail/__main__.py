"""`./qonaq faults mail [SCENARIO …] [--mails N] [--short]`: what becomes of mails when everything around them fails."""

import argparse
import asyncio
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from tests.benchmarks.report import machine
from tests.faults.mail.ground import SHORT, Ground, Size
from tests.faults.mail.report import Row, table
from tests.faults.mail.scenarios import ALL


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when everything that was asked held."""
    parser = argparse.ArgumentParser(
        prog="qonaq faults mail", description="What becomes of mails when everything around them fails."
    )
    parser.add_argument("scenario", nargs="*", choices=[[], *ALL], help="all of them without a name")
    parser.add_argument(
        "--mails", type=int, default=0, help="in each scenario (50,000 for kills, else 2,000 to 20,000)"
    )
    parser.add_argument(
        "--short", action="store_true", help="a minute: shows that nothing is lost, judges no times"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write what was found there, too")
    options = parser.parse_args(arguments)
    size = SHORT if options.short else Size()
    if options.mails:
        size = msgspec.structs.replace(size, asked=options.mails)
    signal.signal(signal.SIGTERM, _end)
    try:
        rows, version = asyncio.run(run(options.scenario or list(ALL), size))
    except KeyboardInterrupt:
        return 130
    print(f"\n{table(rows)}\n\n{machine(version)}")
    if options.json:
        options.json.write_bytes(msgspec.json.format(msgspec.json.encode(rows)) + b"\n")
    return 1 if any(row.missed for row in rows) else 0


def _end(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt  # every server ends with its block


async def run(wanted: Sequence[str], size: Size) -> tuple[list[Row], str]:
    """The rows in the order asked for, and the version of the database."""
    rows = []
    async with Ground(size) as ground:
        version = str(await ground.value("SHOW server_version"))
        for name in wanted:
            print(f"  {name} …", file=sys.stderr, flush=True)
            rows.append(await ALL[name](ground))
            print(f"  {rows[-1]}", file=sys.stderr, flush=True)
    return rows, version


if __name__ == "__main__":
    sys.exit(main())
