"""`up` on real parts: nothing is lost and nothing is left, however it ends."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree
from typing import Any

import asyncpg
import pytest

from service.web.health import newest_version

ROOT = Path(__file__).parents[2]
CLEAN = {
    key: value for key, value in os.environ.items()
    if key not in ("DATABASE_URL", "REDIS_URL", "SMTP_URL", "BASE_URL", "MASTER_KEY", "INBOX_URL")
}  # fmt: skip


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder that uid 65534 can reach, so that root's PostgreSQL keeps its data in it."""
    folder = Path(tempfile.mkdtemp(prefix="qonaq up "))
    folder.chmod(0o755)
    yield folder / "home"
    rmtree(folder, ignore_errors=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def up(home: Path, port: int, *words: str, **environ: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "service.cli", "up", "--home", str(home), "--port", str(port), "--empty", *words],
        cwd="/", env={**CLEAN, "PYTHONPATH": str(ROOT), **environ}, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True,
    )  # fmt: skip


def said(process: "subprocess.Popen[str]") -> tuple[int, str]:
    """Its exit code and what it complained of."""
    _, errors = process.communicate(timeout=60)
    return process.returncode, errors.strip()


def ready(process: "subprocess.Popen[str]", port: int, home: Path) -> dict[str, Any]:
    """Wait for /readyz to say yes, and for the note of who runs that is written then."""
    until = time.monotonic() + 90
    while time.monotonic() < until:
        assert process.poll() is None, process.communicate()
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
                if str(process.pid) in (home / "running.json").read_text():
                    return dict(json.load(answer))
        except (urllib.error.URLError, OSError):
            pass
        time.sleep(0.1)
    raise AssertionError("not ready in 90 seconds")


def left(home: Path) -> list[str]:
    """Processes that belong to this home: by its name in their environment or command line."""
    mark = str(home).encode()
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            status = (entry / "stat").read_text().rsplit(")", 1)[1].split()[0]
            if status != "Z" and mark in (entry / "environ").read_bytes() + (entry / "cmdline").read_bytes():
                found.append((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"))
        except (OSError, IndexError):
            continue
    return found


async def sql(home: Path, statement: str) -> Any:
    address = json.loads((home / "running.json").read_text())["environment"]["DATABASE_URL"]
    connection = await asyncpg.connect(address)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


def wait_for(what: Any, seconds: float = 20.0) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, left
        time.sleep(0.1)


async def test_a_kill_leaves_no_process_and_the_next_start_has_every_row(home: Path) -> None:
    port = free_port()
    first = up(home, port)
    assert ready(first, port, home) == {"ready": True, "database": "ok", "queue": "ok"}
    await sql(
        home,
        "INSERT INTO organisations (slug, name) SELECT 'o' || n, 'O' FROM generate_series(1, 500) n RETURNING 1",
    )

    second = up(home, free_port())
    assert said(second) == (
        1, f"Qonaq is running in {home} already (process {first.pid}, http://127.0.0.1:{port}): "
        "stop it, or use another --home.",
    )  # fmt: skip
    assert left(home) != []
    first.kill()
    first.communicate()
    wait_for(lambda: left(home) == [])

    again = up(home, port)
    ready(again, port, home)
    assert await sql(home, "SELECT count(*) FROM organisations") == 500
    again.send_signal(signal.SIGTERM)
    assert again.wait(30) == 0
    again.communicate()
    assert left(home) == []


async def test_what_dies_is_started_again(home: Path) -> None:
    port = free_port()
    running = up(home, port)
    ready(running, port, home)
    victims = [
        line for line in left(home) if "granian" in line or "valkey-server" in line or "postgres -D" in line
    ]
    assert len(victims) >= 3

    for pid in servers(home):
        os.kill(pid, signal.SIGKILL)
    await asyncio.sleep(1)

    assert ready(running, port, home)["ready"] is True
    running.send_signal(signal.SIGINT)
    assert running.wait(30) == 0
    running.communicate()
    assert left(home) == []


def servers(home: Path) -> list[int]:
    """The processes of web and Valkey."""
    return [int(entry.name) for entry in Path("/proc").glob("[0-9]*") if _is_server(entry, home)]


def _is_server(entry: Path, home: Path) -> bool:
    try:
        line = (entry / "cmdline").read_bytes().decode(errors="replace").replace("\0", " ")
        mine = str(home) in line or str(home).encode() in (entry / "environ").read_bytes()
    except OSError:
        return False
    return mine and ("service.app:create_app" in line or "valkey-server" in line)


def test_the_port_is_taken(home: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        assert said(up(home, port)) == (
            1,
            f"Port {port} is taken: stop what runs there, or choose another with --port.",
        )


def test_the_home_cannot_be_written() -> None:
    assert said(up(Path("/proc/qonaq"), free_port())) == (
        1, "The folder /proc/qonaq cannot be written: give another one with --home, or change its owner.",
    )  # fmt: skip


def test_the_disk_of_the_home_is_full(tmp_path: Path) -> None:
    script = (
        f'mount -t tmpfs -o size=4k tmpfs "{tmp_path}" && head -c 8k /dev/zero > "{tmp_path}/rest" 2>/dev/null; '
        f'exec "{sys.executable}" -m service.cli up --empty --home "{tmp_path}" --port {free_port()}'
    )
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", script],
        env={**CLEAN, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr.strip()) == (
        1, f"The disk that holds {tmp_path} is full: free some space and start again.",
    )  # fmt: skip


def test_data_of_an_older_version(home: Path) -> None:
    (home / "postgres").mkdir(parents=True)
    (home / "postgres" / "PG_VERSION").write_text("15\n")

    code, errors = said(up(home, free_port()))

    assert code == 1
    assert errors == (
        f"The data in {home}/postgres are of PostgreSQL 15, this version runs 18: move the folder away to start anew, "
        "or bring the data over with pg_dump and pg_restore."
    )
    assert left(home) == []


async def test_a_schema_of_a_newer_version(home: Path) -> None:
    port = free_port()
    running = up(home, port)
    ready(running, port, home)
    await sql(home, "UPDATE alembic_version SET version_num = '9999' RETURNING 1")
    running.send_signal(signal.SIGTERM)
    assert said(running) == (0, "")
    (home / "prepared.json").unlink()  # as after a start of that newer version

    code, errors = said(up(home, port))

    assert (code, left(home)) == (1, [])
    assert errors == (
        f"The database has the schema 9999 of a newer Qonaq, this one knows {newest_version()}: bring the clone up to "
        "date (git pull), or use another database or --home."
    )


def test_samples_are_refused_where_mail_would_reach_the_world(home: Path) -> None:
    words = [sys.executable, "-m", "service.cli", "up", "--home", str(home), "--port", str(free_port())]
    env = {**CLEAN, "PYTHONPATH": str(ROOT), "SMTP_URL": "smtp://127.0.0.1:9"}

    done = subprocess.run(words, env=env, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr.strip()) == (
        1, "SMTP_URL is set: the samples would send mail to the world. Start with --empty, or with --samples if that "
        "server is yours to play with.",
    )  # fmt: skip
