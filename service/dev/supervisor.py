"""`up`: starts every part in order, restarts what dies, ends everything together."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from service.dev.certificate import lan_address, make_certificate, terminal_qr
from service.dev.errors import StartError
from service.dev.home import Home
from service.dev.postgres import Postgres
from service.dev.processes import end, free_port, port_taken, spawn
from service.dev.schema import newest, refuse_newer
from service.dev.valkey import Valkey
from service.settings import Settings

ROOT = Path(__file__).parents[2]
SHARED = ("DATABASE_URL", "REDIS_URL", "SMTP_URL", "BASE_URL", "MASTER_KEY", "INBOX_URL", "QONAQ_DEV")
CALM = 30.0  # seconds a part must live before its restart pause begins at the shortest again


@dataclass(frozen=True, kw_only=True)
class Options:
    """What was asked for on the command line."""

    home: Path
    port: int = 8000
    empty: bool = False
    real_dates: bool = False
    samples: bool = False
    lan: bool = False
    web_workers: int = 2
    workers: int = 1


@dataclass
class Part:
    """A child that must live. `start` makes a new process each time."""

    name: str
    start: Callable[[], "subprocess.Popen[bytes]"]
    how: signal.Signals = signal.SIGTERM
    process: "subprocess.Popen[bytes] | None" = None
    born: float = 0.0
    falls: int = 0
    due: float = 0.0


@dataclass
class Supervisor:
    """One installation, running. `run()` returns when it was asked to end."""

    options: Options
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    parts: list[Part] = field(default_factory=list)
    logins: list[tuple[str, str, str]] = field(default_factory=list)
    _ending: bool = False

    def run(self) -> int:
        """0 after a wish to end. Raises StartError when something cannot start."""
        self._check()
        self.home = Home(self.options.home)
        self.home.open()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._wish)
        try:
            self._start()
            while not self._ending:
                time.sleep(0.1)
                self._tend()
        finally:
            self._end()
            self.home.forget_running()
        return 0

    def _wish(self, _number: int, _frame: object) -> None:
        self._ending = True

    def _check(self) -> None:
        if (
            {"SMTP_URL", "SMTP_URL_FILE"} & self.environ.keys()
            and not self.options.empty
            and not self.options.samples
        ):
            raise StartError(
                "SMTP_URL is set: the samples would send mail to the world. Start with --empty, or with --samples "
                "if that server is yours to play with."
            )
        if port_taken("0.0.0.0" if self.options.lan else "127.0.0.1", self.options.port):  # noqa: S104 — only a probe
            raise StartError(
                f"Port {self.options.port} is taken: stop what runs there, or choose another with --port."
            )

    def _start(self) -> None:
        began = time.monotonic()
        self._say("Starting", self.home.path)
        env = self._env = self._environment()
        self._prepare(env)
        self._add(Part("web", lambda: self._spawn("web", self._web_command(), env)))
        self._wait_ready()
        if self._ending:
            return
        self.home.running(self.url, self.inbox, {k: env[k] for k in SHARED if k in env})
        took = time.monotonic() - began  # workers come after: while they wake up, web would wake up later
        if self.options.workers:
            many = ["--processes", str(self.options.workers)] if self.options.workers > 1 else []
            self._add(Part("worker", lambda: self._spawn("worker", [*_cli(), "worker", *many], env)))
        self._tell(took)

    def _environment(self) -> dict[str, str]:
        """Addresses for all children: servers of ours where the environment names none."""
        env = {
            **self.environ,
            "PYTHONPATH": str(ROOT),
            "QONAQ_HOME": str(self.home.path),
            "PYTHONUNBUFFERED": "1",
        }
        env.setdefault("QONAQ_DEV", "1")
        if "MASTER_KEY" not in env and "MASTER_KEY_FILE" not in env:
            env["MASTER_KEY"] = self.home.master_key()
        self.inbox = ""
        if "SMTP_URL" not in env and "SMTP_URL_FILE" not in env:
            env |= self._inbox(env)
        if "DATABASE_URL" not in env and "DATABASE_URL_FILE" not in env:
            env["DATABASE_URL"] = self._postgres()
        if "REDIS_URL" not in env and "REDIS_URL_FILE" not in env:
            valkey = Valkey(self.home.path / "valkey", self.home.log("valkey"))
            env["REDIS_URL"] = valkey.start()
            self._known(Part("valkey", lambda: _again(valkey), signal.SIGTERM), valkey.process)
        self.url = self._address(env)
        env["BASE_URL"] = self.environ.get("BASE_URL", self.url)
        return env

    def _address(self, env: dict[str, str]) -> str:
        if not self.options.lan:
            return f"http://127.0.0.1:{self.options.port}"
        address = lan_address()
        self.certificate = make_certificate(self.home.path, address)
        return f"https://{address}:{self.options.port}"

    def _postgres(self) -> str:
        postgres = Postgres(self.home.path / "postgres", self.home.log("postgres"))
        if not (postgres.data / "PG_VERSION").exists():
            self._say("Making the database", "once")
        admin = postgres.start()
        self._known(Part("postgres", lambda: _again(postgres), signal.SIGINT), postgres.process)
        return admin.rsplit("/", 1)[0] + "/qonaq"

    def _inbox(self, env: dict[str, str]) -> dict[str, str]:
        web, smtp = _remembered_ports(self.home, self.options.port + 1)
        own = {**env, "INBOX_FOLDER": str(self.home.path / "inbox"), "INBOX_SMTP_PORT": str(smtp)}
        command = [
            sys.executable, "-m", "granian", "--interface", "asgi", "--factory", "service.dev.inbox:create_app",
            "--host", "127.0.0.1", "--port", str(web), "--workers", "1", "--loop", "uvloop",
            "--workers-kill-timeout", "3",
        ]  # fmt: skip
        self._add(Part("inbox", lambda: self._spawn("inbox", command, own)))
        self.inbox = f"http://127.0.0.1:{web}"
        return {"SMTP_URL": f"smtp://127.0.0.1:{smtp}?tls=none", "INBOX_URL": self.inbox}

    def _prepare(self, env: dict[str, str]) -> None:
        """Schema and samples. A marker in the home says what its own database holds; others' databases are asked."""
        url = Settings.from_environment(env).database_url
        own = any(part.name == "postgres" for part in self.parts)
        database = "embedded" if own else url.split("@")[-1]
        marker = self.home.path / "prepared.json"
        known = json.loads(marker.read_text()) if marker.exists() else {}
        seen = known.get("database") == database and "logins" in known
        self.logins = known["logins"] if seen else []
        if own and seen and known["schema"] == newest():
            return
        asyncio.run(refuse_newer(url))
        self._once("Schema", [*_cli(), "migrate", "--create"], env)
        if not self.options.empty and not seen:
            self.logins = self._samples(env)
        marker.write_text(json.dumps({"schema": newest(), "database": database, "logins": self.logins}))

    def _samples(self, env: dict[str, str]) -> list[tuple[str, str, str]]:
        dates = ["--real-dates"] if self.options.real_dates else []
        self._once("Sample events", [*_cli(), "seed", *dates], env)
        from service.samples import LOGINS  # late: it brings the whole model, and is needed once

        return list(LOGINS)

    def _once(self, what: str, command: list[str], env: dict[str, str]) -> None:
        self._say(what, "…")
        process = spawn(command, log=self.home.log("prepare"), death=signal.SIGTERM, environ=env)
        if process.wait() != 0:
            tail = self.home.log("prepare").read_text(errors="replace").strip().splitlines()
            raise StartError(
                f"{what} failed; {self.home.log('prepare')} says why: {tail[-1] if tail else ''}"
            )

    def _web_command(self) -> list[str]:
        host = "0.0.0.0" if self.options.lan else "127.0.0.1"  # noqa: S104 — asked for by --lan
        command = [
            *_cli(),
            "serve",
            "--host",
            host,
            "--port",
            str(self.options.port),
            "--workers",
            str(self.options.web_workers),
        ]
        if self.options.lan:
            command += ["--certificate", str(self.certificate[0]), "--key", str(self.certificate[1])]
        return command

    def _spawn(self, name: str, command: list[str], env: dict[str, str]) -> "subprocess.Popen[bytes]":
        return spawn(command, log=self.home.log(name), death=signal.SIGTERM, environ=env)

    def _add(self, part: Part) -> None:
        part.process, part.born = part.start(), time.monotonic()
        self.parts.append(part)

    def _known(self, part: Part, process: "subprocess.Popen[bytes] | None") -> None:
        part.process, part.born = process, time.monotonic()
        self.parts.append(part)

    def _tend(self) -> None:
        now = time.monotonic()
        for part in self.parts:
            if part.process is not None and part.process.poll() is not None:
                part.falls = 0 if now - part.born > CALM else part.falls + 1
                part.due = now + min(10.0, 0.2 * 2**part.falls)
                _end_group(part.process)
                self._say("Restarting", f"{part.name} (it ended with {part.process.returncode})")
                part.process = None
            if part.process is None and now >= part.due and not self._ending:
                try:
                    part.process, part.born = part.start(), time.monotonic()
                except StartError as error:
                    part.falls += 1
                    part.due = now + min(10.0, 0.2 * 2**part.falls)
                    self._say("Waiting", str(error))

    def _wait_ready(self) -> None:
        until = time.monotonic() + 60
        while time.monotonic() < until and not self._ending:
            if _ready(f"{'https' if self.options.lan else 'http'}://127.0.0.1:{self.options.port}/readyz"):
                return
            web = next(part for part in self.parts if part.name == "web")
            if web.process is not None and web.process.poll() is not None:
                raise StartError(f"The web service ended while starting; {self.home.log('web')} says why.")
            time.sleep(0.05)
        if not self._ending:
            raise StartError(
                f"The web service did not get ready in 60 seconds; {self.home.log('web')} says why."
            )

    def _end(self) -> None:
        """Web and workers first, so that they finish what they began; then the servers under them."""
        for part in reversed(self.parts):
            if part.process is not None:
                end(part.process, part.how)
                _end_group(part.process)

    def _tell(self, seconds: float) -> None:
        print(f"\n  Qonaq is ready ({seconds:.1f} s). Ctrl-C ends it; the data stay in {self.home.path}\n")
        rows = [
            ("Site", f"{self.url}/"), ("Console", f"{self.url}/console"), ("Door", f"{self.url}/door"),
            ("API", f"{self.url}/api/v1/docs"), ("Inbox", self.inbox or "(mail goes to SMTP_URL)"),
        ]  # fmt: skip
        for name, value in rows:
            print(f"  {name:<10}{value}")
        if self.logins:
            print("\n  Sample log-ins")
            for role, email, password in self.logins:
                print(f"  {role:<10}{email:<34}{password}")
        else:
            self._tell_owner()
        if self.options.lan:
            print(
                f"\n  Certificate SHA-256 {self.certificate[2]}\n\n{terminal_qr(self.url, colours=sys.stdout.isatty())}"
            )
        print(flush=True)

    def _tell_owner(self) -> None:
        """Nothing is printed once there is an owner."""
        done = subprocess.run(
            [*_cli(), "owner-link"], env=self._env, capture_output=True, text=True, check=False
        )
        if done.returncode == 0:
            print(
                f"\n  Make the first owner and organisation here, once, within a day:\n  {done.stdout.strip()}"
            )

    def _say(self, what: str, about: object) -> None:
        print(f"  {what:<22}{about}", flush=True)


def _cli() -> list[str]:
    return [sys.executable, "-m", "service.cli"]


def _again(server: Postgres | Valkey) -> "subprocess.Popen[bytes]":
    server.start(server.port)
    if server.process is None:
        raise StartError("It ended at once.")
    return server.process


def _remembered_ports(home: Home, wanted: int) -> tuple[int, int]:
    """(page, SMTP): the page's port is the one beside the site's if it is free."""
    return (free_port() if port_taken("127.0.0.1", wanted) else wanted), free_port()


def _ready(url: str) -> bool:
    import ssl

    context = ssl._create_unverified_context() if url.startswith("https") else None  # noqa: S323 — our own certificate
    try:
        with urllib.request.urlopen(url, timeout=2, context=context) as answer:  # noqa: S310 — our own address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _end_group(process: "subprocess.Popen[bytes]") -> None:
    """Grandchildren of a part that was killed (web workers) must not keep its port."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
