"""Child processes that never outlive their parent."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1
TIED = (
    sys.platform == "linux"
)  # the kernel ends our children with us; elsewhere a small process watches a pipe
WATCH = """
import os, sys
children = [line.split() for line in sys.stdin]  # the pipe closes when the parent ends, however it ends
for pid, how in reversed(children):
    try:
        os.killpg(int(pid), int(how))
    except OSError:
        pass
"""
NOBODY = 65534  # who runs PostgreSQL when we are root: it refuses to run as root


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def port_taken(host: str, port: int) -> bool:
    """Whether something listens there already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


def spawn(
    command: Sequence[object], *, log: Path, death: signal.Signals, environ: Mapping[str, str] | None = None,
    uid: int | None = None, directory: str = "/",
) -> "subprocess.Popen[bytes]":  # fmt: skip
    """Start a child that gets the signal `death` when this process dies, however it dies."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=directory,
            env=dict(os.environ if environ is None else environ),
            start_new_session=True,  # Ctrl-C reaches only the supervisor, which ends the others in order
            preexec_fn=_tie(os.getpid(), death, uid),  # noqa: PLW1509 — no threads hold locks at this point
        )
    if not TIED:
        _watcher().write(f"{process.pid} {int(death)}\n")
        _watcher().flush()
    return process


@cache
def _watcher() -> IO[str]:
    """The pipe to a process that outlives this one just long enough to end what is written down there."""
    process = subprocess.Popen(
        [sys.executable, "-c", WATCH], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True, text=True,
    )  # fmt: skip
    if process.stdin is None:
        raise AssertionError("a pipe was asked for")
    return process.stdin


def _tie(parent: int, death: signal.Signals, uid: int | None) -> Callable[[], None]:
    libc = ctypes.CDLL(None) if TIED else None

    def in_child() -> None:
        if uid is not None:
            os.setgroups([])
            os.setgid(uid)
            os.setuid(uid)
        if libc is not None:  # after setuid, which clears it
            libc.prctl(PR_SET_PDEATHSIG, death)
            if os.getppid() != parent:
                os._exit(1)

    return in_child


def end(process: "subprocess.Popen[bytes]", how: signal.Signals, patience: float = 10.0) -> None:
    """Ask, wait, then kill. Safe for a process that has ended."""
    if process.poll() is not None:
        return
    process.send_signal(how)
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
