"""A whole installation as `./qonaq up` makes it, for as long as a test needs it."""

import asyncio
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from playwright.async_api import Browser, Playwright

from service.dev.chromium import browser_environment

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class House:
    """Where it is reached; `command` runs `qonaq` words beside it."""

    url: str
    inbox: str
    home: Path

    def command(self, *words: str) -> str:
        """What the command printed."""
        done = subprocess.run(
            [sys.executable, "-m", "service.cli", *words],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()

    async def mail(self, address: str, having: str = "", count: int = 1) -> dict[str, Any]:
        """The newest mail to the address whose subject holds the word, once there are `count`. Fails after 30 s."""
        async with httpx.AsyncClient(base_url=self.inbox) as caller:
            for _ in range(300):
                found = (await caller.get("/api/messages", params={"to": address})).json()
                fitting = [one for one in found if having in one["subject"]]
                if len(fitting) >= count:
                    whole = (await caller.get(f"/api/messages/{fitting[0]['id']}")).json()
                    return {**fitting[0], **whole}
                await asyncio.sleep(0.1)
        raise AssertionError(f"no such mail: {found}")

    async def mails(self, address: str) -> list[dict[str, Any]]:
        """All to the address that have come so far, the newest first."""
        async with httpx.AsyncClient(base_url=self.inbox) as caller:
            found: list[dict[str, Any]] = (await caller.get("/api/messages", params={"to": address})).json()
        return found

    async def attachment(self, mail: dict[str, Any], name: str) -> bytes:
        """The content of an attached file."""
        number = next(part["number"] for part in mail["attachments"] if part["name"] == name)
        async with httpx.AsyncClient(base_url=self.inbox) as caller:
            return (await caller.get(f"/mail/{mail['id']}/part/{number}")).content


@asynccontextmanager
async def house(*words: str) -> AsyncIterator[House]:
    """`up` with samples on a free port and a home of its own. DATABASE_URL, REDIS_URL and SMTP_URL are used if given (a
    database of its own is made there; INBOX_URL must then be an inbox of ours)."""
    folder = Path(tempfile.mkdtemp(prefix="qonaq-house-"))
    folder.chmod(0o755)
    port, environ = _free_port(), {**os.environ, "PYTHONPATH": str(ROOT)}
    if "DATABASE_URL" in environ:
        environ["DATABASE_URL"] = (
            environ["DATABASE_URL"].rsplit("/", 1)[0] + f"/qonaq_day_{secrets.token_hex(4)}"
        )
    if "SMTP_URL" in environ:
        words = (*words, "--samples")
    command = [
        sys.executable,
        "-m",
        "service.cli",
        "up",
        "--home",
        str(folder / "home"),
        "--port",
        str(port),
        *words,
    ]
    log = (folder / "up.log").open("w")
    with log:
        process = await asyncio.create_subprocess_exec(
            *command, cwd=ROOT, env=environ, stdout=log, stderr=log
        )
    try:
        running = folder / "home" / "running.json"
        for _ in range(1200):
            if running.exists() and (text := running.read_text()):
                known = json.loads(text)
                break
            assert process.returncode is None, (folder / "up.log").read_text()
            await asyncio.sleep(0.1)
        else:
            raise AssertionError((folder / "up.log").read_text())
        yield House(known["url"], known["inbox"] or environ.get("INBOX_URL", ""), folder / "home")
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def launch(playwright: Playwright, *arguments: str) -> Browser:
    """The Chromium that `./qonaq test` found, with fonts of five scripts."""
    env = browser_environment(ROOT)
    return await playwright.chromium.launch(
        executable_path=env["QONAQ_CHROMIUM"] or None, env={**os.environ, **env},
        args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", *arguments],
    )  # fmt: skip
