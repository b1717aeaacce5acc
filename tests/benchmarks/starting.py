"""up_first, up_again: from `./qonaq up` to a 200 of /readyz. Packages are there; the home is new, or known."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from service.dev.processes import free_port
from tests.benchmarks.report import Line, Round, Size, line
from tests.benchmarks.servers import KEPT, ROOT

PATIENCE = 180.0


def measure_first(size: Size) -> list[Line]:
    """A new home each time: makes the cluster, the schema and the samples."""
    rounds = [_in_new_home(again=False) for _ in range(min(size.rounds, 3))]
    return [line("up_first", "s", rounds, None, higher_is_better=False)]


def measure_again(size: Size) -> list[Line]:
    """The second start on a home."""
    rounds = [_in_new_home(again=True) for _ in range(min(size.rounds, 3))]
    return [line("up_again", "s", rounds, None, higher_is_better=False)]


def _in_new_home(*, again: bool) -> Round:
    home = Path(tempfile.mkdtemp(prefix="qonaq-bench-up-"))
    home.chmod(0o755)
    try:
        taken = _start(home)
        return Round(_start(home) if again else taken)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _start(home: Path) -> float:
    port = free_port()
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "qonaq"), "up", "--home", str(home), "--port", str(port)], env=kept,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    try:
        while not _ready(port):
            if process.poll() is not None or time.perf_counter() - began > PATIENCE:
                process.kill()
                said = process.communicate()[1].decode(errors="replace")
                raise RuntimeError(f"`up` did not get ready: {said}")
            time.sleep(0.02)
        return time.perf_counter() - began
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _ready(port: int) -> bool:
    with (
        contextlib.suppress(urllib.error.URLError, OSError),
        urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer,
    ):
        return bool(answer.status == 200)
    return False
