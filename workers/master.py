"""Several workers from one process that has everything loaded: the place of a lost one is taken within milliseconds,
and what is loaded is in memory once.

The master holds no connection, no thread and no event loop: there is nothing that a fork could copy in the middle."""

import contextlib
import os
import signal
import sys
import time
from types import FrameType

import structlog

from emails.render import fresh
from emails.samples import samples

log = structlog.get_logger()

SHORT_LIFE = 1.0  # seconds; who takes the place of one that lived no longer waits that long


def fork_workers(processes: int) -> int:
    """Returns in each worker, and in those that take the place of lost ones; in the master it never does. What it
    returns is a file that ends when the master does.

    A worker that fails by itself takes the others with it, and its code becomes the master's: whoever started that says
    what then. Asked to stop, the master asks all of them and waits."""
    return _Master(processes).run()


class _Master:
    def __init__(self, processes: int) -> None:
        self._processes = processes
        self._born: dict[int, float] = {}
        self._leaving = False
        self._code = 0
        self._gone, self._alive = os.pipe()

    def run(self) -> int:
        for _, letter in samples():  # loads every template, and what each language writes dates with
            fresh(letter)
        for one in (signal.SIGTERM, signal.SIGINT):
            signal.signal(one, self._leave)
        while True:
            while len(self._born) < self._processes and not self._leaving:
                if self._fork():
                    return self._gone
            if not self._born:
                sys.exit(self._code)
            self._mourn(*os.wait())

    def _fork(self) -> bool:
        """Whether this is the worker."""
        sys.stdout.flush()
        sys.stderr.flush()
        if pid := os.fork():
            self._born[pid] = time.monotonic()
            if self._leaving:  # asked to stop at this very moment
                os.kill(pid, signal.SIGTERM)
            return False
        for one in (signal.SIGTERM, signal.SIGINT):
            signal.signal(one, signal.SIG_DFL)
        if self._leaving:  # it was this process that heard of it
            os._exit(0)
        os.close(self._alive)
        return True

    def _mourn(self, pid: int, status: int) -> None:
        lived = time.monotonic() - self._born.pop(pid)
        if self._leaving:
            return
        if (code := os.waitstatus_to_exitcode(status)) > 0:
            self._code = code
            self._leave()
            return
        log.warning("worker gone, another takes its place", pid=pid, signal=-code)
        time.sleep(SHORT_LIFE if lived < SHORT_LIFE else 0)

    def _leave(self, _number: int = 0, _frame: FrameType | None = None) -> None:
        self._leaving = True
        for pid in self._born:
            with contextlib.suppress(ProcessLookupError):  # it has just ended
                os.kill(pid, signal.SIGTERM)
