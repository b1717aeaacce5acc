"""Folding many names in a process of its own: half of the work of an import, which would wait for it otherwise."""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

import msgspec

from service.core.names.search import search_text
from service.core.names.sorting import sort_key

Folded = tuple[str, str]  # what searches look into, and where it stands in lists
ROOT = Path(__file__).parents[3]
LONGEST = 64_000_000  # bytes of one answer
_decoder = msgspec.json.Decoder(list[Folded])


def fold_here(asked: Sequence[Sequence[str]]) -> list[Folded]:
    """Of each list of fields, the first two of which are the native and the Latin name."""
    return [(search_text(*fields), sort_key(fields[0], fields[1])) for fields in asked]


class Beside:
    """A context in which names are folded by another process; here, should that one be lost."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> "Beside":
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "service.core.names", cwd=ROOT, limit=LONGEST,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
            await self._process.wait()

    async def fold(self, asked: Sequence[Sequence[str]]) -> list[Folded]:
        """As `fold_here`; one call after another."""
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            return fold_here(asked)
        try:
            process.stdin.write(msgspec.json.encode(asked) + b"\n")
            await process.stdin.drain()
            answer = await process.stdout.readline()
        except OSError:
            answer = b""
        return _decoder.decode(answer) if answer else fold_here(asked)
