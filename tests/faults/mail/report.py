"""What a scenario found, and the table of all."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import msgspec

from tests.faults.mail.relay import Taken


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """`missed` says what was asked and not reached, in words; empty is what we want."""

    name: str
    mails: int
    faults: str
    lost: int
    duplicates: int
    bound: int
    seconds: float
    undisturbed: float
    more: str = ""
    missed: tuple[str, ...] = ()


def duplicates(taken: Sequence[Taken]) -> int:
    """Mails beyond the first to each."""
    return len(taken) - len({one.recipient for one in taken})


def other_ids(taken: Sequence[Taken]) -> int:
    """People whose second mail was not the same mail: another Message-ID."""
    pairs = {(one.recipient, one.message_id) for one in taken}
    return sum(number > 1 for number in Counter(recipient for recipient, _ in pairs).values())


def longest_pause(taken: Sequence[Taken]) -> float:
    """Seconds between two mails, at most."""
    times = [one.at for one in taken]
    return max((after - before for before, after in pairwise(times)), default=0.0)


HEAD = (
    "scenario", "mails", "faults", "lost", "duplicates", "bound", "seconds", "undisturbed", "besides", "verdict",
)  # fmt: skip


def table(rows: Sequence[Row]) -> str:
    """For people, and for docs/."""
    lines = [HEAD, *map(_cells, rows)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(HEAD))]
    shown = [
        " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines
    ]
    rule = "-|-".join("-" * width for width in widths)
    return "\n".join(f"| {line} |" for line in [shown[0], rule, *shown[1:]])


def _cells(row: Row) -> tuple[str, ...]:
    numbers = (f"{row.mails:,}", row.faults, str(row.lost), str(row.duplicates), str(row.bound))
    times = (f"{row.seconds:.1f}", f"{row.undisturbed:.1f}")
    return (
        row.name,
        *numbers,
        *times,
        row.more,
        f"MISSED: {'; '.join(row.missed)}" if row.missed else "held",
    )
