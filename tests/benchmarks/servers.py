"""Servers of this run alone, in a folder of its own: PostgreSQL, Valkey, the web, and for mail a sink and workers.

Nothing of the environment is used but PATH and the like: no benchmark can reach a database of somebody else.
"""

import asyncio
import base64
import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import asyncpg

from service.dev.postgres import Postgres
from service.dev.processes import end, free_port, spawn
from service.dev.schema import create_database, migrate
from service.dev.valkey import Valkey
from tests.benchmarks import process
from tests.benchmarks.sink import Sink

ROOT = Path(__file__).parents[2]
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ")
GRANIAN = (
    "-m", "granian", "--interface", "asgi", "--factory", "tests.benchmarks.hello:create_app", "--host", "127.0.0.1",
    "--workers", "2", "--loop", "uvloop", "--workers-kill-timeout", "3", "--respawn-failed-workers", "--no-ws",
)  # fmt: skip


class Servers:
    """`with Servers() as servers:`; everything ends with the block, or with this process."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="qonaq-bench-"))
        self.folder.chmod(0o755)  # PostgreSQL runs as another user when we are root
        self.master_key = secrets.token_bytes(32)
        self.database_url = ""
        self.port, self._smtp_port = free_port(), free_port()
        self.worker_pids: list[int] = []
        self.web: subprocess.Popen[bytes] | None = None
        self._ends = contextlib.ExitStack()

    def __enter__(self) -> "Servers":
        self._ends.callback(shutil.rmtree, self.folder, ignore_errors=True)
        try:
            self._start()
        except BaseException:
            self._ends.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.close()

    def _start(self) -> None:
        postgres = Postgres(self.folder / "postgres", self.folder / "postgres.log")
        valkey = Valkey(self.folder / "valkey", self.folder / "valkey.log")
        self._ends.callback(postgres.stop)
        self.database_url = postgres.start().rsplit("/", 1)[0] + "/qonaq"
        self._ends.callback(valkey.stop)
        self.redis_url = valkey.start()
        asyncio.run(create_database(self.database_url))
        migrate(self.database_url)
        for name in ("fsync", "synchronous_commit"):
            if self.value(f"SHOW {name}") != "on":
                raise RuntimeError(f"{name} must be on: without it the figures mean nothing")
        self.web = self._python("web", "-m", "service.cli", "serve", "--port", str(self.port))
        self._answers(f"http://127.0.0.1:{self.port}/readyz", "web")

    def _python(self, name: str, *command: str) -> "subprocess.Popen[bytes]":
        process = spawn(
            [sys.executable, *command], log=self.folder / f"{name}.log", death=signal.SIGTERM,
            environ=self.environment(), directory=str(ROOT),
        )  # fmt: skip
        self._ends.callback(end, process, signal.SIGTERM)
        return process

    def environment(self) -> dict[str, str]:
        """Default settings; only addresses and the key are given."""
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        return {
            **kept, "PYTHONPATH": str(ROOT), "DATABASE_URL": self.database_url, "REDIS_URL": self.redis_url,
            "SMTP_URL": f"smtp://127.0.0.1:{self._smtp_port}?tls=none", "BASE_URL": f"http://127.0.0.1:{self.port}",
            "MASTER_KEY": base64.urlsafe_b64encode(self.master_key).decode(), "MAIL_FROM": "events@qonaq.example",
        }  # fmt: skip

    def _answers(self, url: str, log: str) -> None:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            with (
                contextlib.suppress(urllib.error.URLError, OSError),
                urllib.request.urlopen(url, timeout=2) as answer,
            ):
                if answer.status == 200:
                    return
            time.sleep(0.05)
        raise RuntimeError(f"{url} did not answer: {(self.folder / f'{log}.log').read_text()[-2000:]}")

    def hello(self) -> int:
        """The bare framework under the web's own settings; its port."""
        port = free_port()
        self._python("hello", *GRANIAN, "--port", str(port))
        self._answers(f"http://127.0.0.1:{port}/", "hello")
        return port

    @contextlib.contextmanager
    def workers(self, many: int = 2) -> Iterator[Sink]:
        """Workers and the sink their mails go to, for the length of the block; `worker_pids` while they live."""
        with Sink(self._smtp_port, self.folder / "sink.log") as sink:
            processes = ("--processes", str(many)) if many > 1 else ()
            started = self._python("worker", "-m", "service.cli", "worker", *processes)
            try:
                self.worker_pids = self._workers(started, many) if many > 1 else [started.pid]
                yield sink
            finally:
                end(started, signal.SIGTERM)

    def _workers(self, master: "subprocess.Popen[bytes]", many: int) -> list[int]:
        until = time.monotonic() + 60
        while time.monotonic() < until and master.poll() is None:
            if len(found := process.children(master.pid)) == many:
                return found
            time.sleep(0.05)
        raise RuntimeError(f"no workers: {(self.folder / 'worker.log').read_text()[-2000:]}")

    @contextlib.contextmanager
    def paused_workers(self) -> Iterator[None]:
        """The workers stand still for the length of the block, as they are."""
        groups = [os.getpgid(pid) for pid in self.worker_pids]
        for group in groups:
            os.killpg(group, signal.SIGSTOP)
        try:
            yield
        finally:
            for group in groups:
                os.killpg(group, signal.SIGCONT)

    def value(self, statement: str, *arguments: object) -> object:
        """One value from the database."""

        async def ask() -> object:
            connection = await asyncpg.connect(self.database_url)
            try:
                return await connection.fetchval(statement, *arguments)
            finally:
                await connection.close()

        return asyncio.run(ask())

    def count(self, table: str, where: str = "true", *arguments: object) -> int:
        """Rows of a table."""
        return int(str(self.value(f"SELECT count(*) FROM {table} WHERE {where}", *arguments)))
