"""The folder that holds one installation: data, keys, logs, mails. One `up` at a time."""

import base64
import errno
import fcntl
import json
import os
import secrets
from pathlib import Path
from typing import IO

from service.dev.errors import StartError


class Home:
    """Opening it makes the folder and takes its lock; the lock is freed by the process's end, however it ends."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self._lock: IO[str] | None = None

    def open(self) -> None:
        """Raises StartError: not writable, disk full, in use."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            probe = self.path / ".probe"
            probe.write_text("x" * 4096)
            probe.unlink()
            self._lock = (self.path / "lock").open("a+")
        except OSError as error:
            if error.errno == errno.ENOSPC:
                raise StartError(
                    f"The disk that holds {self.path} is full: free some space and start again."
                ) from error
            raise StartError(
                f"The folder {self.path} cannot be written: give another one with --home, or change its owner."
            ) from error
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise StartError(
                f"Qonaq is running in {self.path} already{self._who()}: stop it, or use another --home."
            ) from error

    def _who(self) -> str:
        try:
            known = json.loads((self.path / "running.json").read_text())
        except (OSError, ValueError):
            return ""
        return f" (process {known.get('pid')}, {known.get('url')})"

    def running(self, url: str, inbox: str, environment: dict[str, str]) -> None:
        """Write down who runs and with which addresses, for the sentence above, for `token create` and for tests."""
        making = self.path / ".running"
        making.unlink(missing_ok=True)
        descriptor = os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as out:
            json.dump({"pid": os.getpid(), "url": url, "inbox": inbox, "environment": environment}, out)
        making.rename(self.path / "running.json")

    def forget_running(self) -> None:
        """Nobody runs here any more."""
        (self.path / "running.json").unlink(missing_ok=True)

    def master_key(self) -> str:
        """Made once; whoever reads it can read the signing keys in the database."""
        file = self.path / "master.key"
        if not file.exists():
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as out:
                out.write(base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())
        return file.read_text().strip()

    def log(self, name: str) -> Path:
        """The log file of one part."""
        return self.path / "logs" / f"{name}.log"
