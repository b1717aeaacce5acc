"""Worker processes as they are in production, and a Redis of their own."""

import asyncio
import base64
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from service.dev.valkey import Valkey
from service.settings import Settings

ROOT = Path(__file__).parents[2]


def environment(settings: Settings) -> dict[str, str]:
    """What the settings would have been read from."""
    return {
        **{key: value for key, value in os.environ.items() if not key.endswith("_FILE")},
        "DATABASE_URL": settings.database_url, "REDIS_URL": settings.redis_url, "SMTP_URL": settings.smtp_url,
        "BASE_URL": settings.base_url, "MAIL_FROM": settings.mail_from,
        "MASTER_KEY": base64.urlsafe_b64encode(settings.master_key).decode(),
        "OUTBOX_LEASE": str(settings.outbox_lease), "OUTBOX_SWEEP": str(settings.outbox_sweep),
        "SMTP_CONNECTIONS": str(settings.smtp_connections),
        **{f"CHANNEL_{name.upper()}": url.template for name, url in settings.channels.items()},
    }  # fmt: skip


class WorkerProcess:
    """One `python -m workers`, or with `processes` the master of so many; what it prints is in `log`."""

    def __init__(self, settings: Settings, log: Path, processes: int = 0) -> None:
        self._environment, self._log = environment(settings), log
        self._processes = [str(processes)] if processes else []
        self.process = self._start()

    def _start(self) -> "subprocess.Popen[bytes]":
        with self._log.open("ab") as output:
            return subprocess.Popen(
                [sys.executable, "-m", "workers", *self._processes],
                cwd=ROOT, env=self._environment, stdout=output, stderr=subprocess.STDOUT,
            )  # fmt: skip

    def kill(self) -> None:
        """kill -9, and another one in its place, as the supervisor does it."""
        self.process.kill()
        self.process.wait()
        self.process = self._start()

    def end(self, how: signal.Signals = signal.SIGTERM, patience: float = 15.0) -> int:
        """Ask, wait; the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            return self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()


@asynccontextmanager
async def workers(settings: Settings, folder: Path, count: int = 1) -> AsyncIterator[list[WorkerProcess]]:
    """So many worker processes; all ended afterwards, in a thread: they say goodbye to a sink in this event loop."""
    running = [WorkerProcess(settings, folder / f"worker-{number}.log") for number in range(count)]
    try:
        yield running
    finally:
        await asyncio.gather(*(asyncio.to_thread(worker.end) for worker in running))


@contextmanager
def own_redis(folder: Path) -> Iterator[str]:
    """A server of the test's own: it may be emptied or stopped."""
    server = Valkey(folder / "valkey", folder / "valkey.log")
    try:
        yield server.start()
    finally:
        server.stop()
