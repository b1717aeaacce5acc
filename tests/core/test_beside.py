"""Folding in a process beside: the same folds, also when that process is lost, and none that outlives its starter."""

import asyncio
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

from service.core.names.beside import ROOT, Beside, fold_here

ASKED = [["Ким Юрий", "Kim Yuri", "Steppe", ""], ["최민수", ""], ["", ""], ["Ә" * 300, "\u2028x", "a\nb"]]


async def test_the_same_folds() -> None:
    async with Beside() as beside:
        assert [await beside.fold(ASKED), await beside.fold([]), await beside.fold(ASKED * 500)] == [
            fold_here(ASKED), [], fold_here(ASKED) * 500,
        ]  # fmt: skip
        process = beside._process
    assert process is not None
    assert process.returncode == 0
    assert await Beside().fold(ASKED) == fold_here(ASKED), "outside the context nothing is started"


async def test_a_process_that_is_lost_costs_time_only() -> None:
    async with Beside() as beside:
        assert beside._process is not None
        beside._process.kill()
        await beside._process.wait()
        assert await beside.fold(ASKED) == fold_here(ASKED)


STARTER = """
import asyncio
from service.core.names.beside import Beside
async def main():
    async with Beside() as beside:
        await beside.fold([["a", "b"]])
        print(beside._process.pid, flush=True)
        await asyncio.sleep(60)
asyncio.run(main())
"""


async def test_it_ends_with_a_starter_that_is_killed() -> None:
    starter = await asyncio.create_subprocess_exec(
        sys.executable, "-c", STARTER, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert starter.stdout is not None
    child = int(await starter.stdout.readline())
    starter.kill()
    await starter.wait()
    for _ in range(100):
        if not _alive(child):
            return
        await asyncio.sleep(0.1)
    os.kill(child, signal.SIGKILL)
    raise AssertionError("it runs on")


def _alive(pid: int) -> bool:
    with suppress(ProcessLookupError, FileNotFoundError):
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    return False
