"""The `qonaq` command. Thin: web, workers, tests and benchmarks are processes of their own."""

import argparse
import asyncio
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
# the whole suite: two processes, each with servers of its own; the installation of the browser tests is started once
ALL_AT_ONCE = ("-n", "2", "--dist", "loadgroup")
CHECKS = (
    ("ruff check", ["-m", "ruff", "check", "."]),
    ("ruff format", ["-m", "ruff", "format", "--check", "."]),
    ("mypy", ["-m", "mypy"]),
    ("import-linter", ["-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; its exit code."""
    options, rest = _parser().parse_known_args(arguments)
    if rest and options.command not in ("test", "bench", "faults"):
        _parser().error(f"unknown: {' '.join(rest)}")
    from service.core.errors import QonaqError
    from service.dev.errors import StartError
    from service.settings import SettingsError

    try:
        return int(options.run(options, rest) or 0)
    except (StartError, SettingsError) as error:
        print(f"\n  {error}", file=sys.stderr)
    except QonaqError as error:  # such as an event that is not there, for `token create`
        print(f"\n  {error}", file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="qonaq", description="Registration, delegate lists, messages and the door."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, run: object, say: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=say, description=say)
        made.set_defaults(run=run)
        return made

    up = command("up", _up, "Run everything on this machine: database, queue, mail catcher, web, workers")
    up.add_argument("--port", type=_port, default=8000, help="of the site (8000)")
    up.add_argument(
        "--home", type=Path, default=ROOT / ".qonaq", help="folder of the data (.qonaq in the project)"
    )
    up.add_argument(
        "--empty", action="store_true", help="no samples: prints a link that makes the first owner"
    )
    up.add_argument("--real-dates", action="store_true", help="the samples on their dates of 2025")
    up.add_argument("--samples", action="store_true", help="samples even though SMTP_URL is set")
    up.add_argument("--lan", action="store_true", help="for phones of this network, by https")
    up.add_argument("--workers", type=int, default=1, help="processes that send mails and draw badges (1)")
    serve = command("serve", _serve, "The web service alone (settings from the environment)")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8000)
    serve.add_argument("--workers", type=int, default=2)
    serve.add_argument("--certificate", type=Path)
    serve.add_argument("--key", type=Path)
    worker = command("worker", _worker, "A worker (settings from the environment)")
    worker.add_argument(
        "--processes", type=int, default=0, help="so many, under one that replaces those that are lost"
    )
    migrate = command("migrate", _migrate, "Bring the database's schema to this version")
    migrate.add_argument("--create", action="store_true", help="make the database if it is not there")
    seed = command("seed", _seed, "Load the three sample events, once")
    seed.add_argument("--real-dates", action="store_true")
    token = command("token", _token, "`token create --role organizer --event SLUG` prints an API token")
    token.add_argument("action", choices=["create"])
    token.add_argument("--role", choices=["owner", "organizer", "door", "viewer"], required=True)
    token.add_argument("--event", default="", help="slug; empty: all events of the organisation")
    link = command(
        "owner-link", _owner_link, "Print a one-time link that makes the first owner and organisation"
    )
    refold = command("refold", _refold, "Make names findable as this version folds them (after an update)")
    recount = command("recount", _recount, "Compare every counter of places with the rows it counts")
    recount.add_argument("--mend", action="store_true", help="set those that are wrong to what was counted")
    outbox = command(
        "outbox", _outbox, "What waits to be sent, is stuck or was given up; try again, park, drop"
    )
    outbox.add_argument("action", nargs="?", choices=["show", "retry", "park", "drop"], default="show")
    outbox.add_argument("--letter", default="", help="only mails of this kind, for example invitation")
    outbox.add_argument("--error", default="", metavar="TEXT", help="only those whose reason holds this text")
    for beside in (token, link, refold, recount, outbox):
        beside.add_argument(
            "--home", type=Path, default=ROOT / ".qonaq", help="of a running `up`, unless DATABASE_URL is set"
        )
    _add_work_of_developers(command)
    return parser


def _add_work_of_developers(command: Callable[[str, object, str], argparse.ArgumentParser]) -> None:
    command("key", _key, "Print a new MASTER_KEY")
    command("check", _check, "Lint, format, types, import directions")
    command("test", _test, "Every test; further words go to pytest")
    command("bench", _bench, "`bench [SUITE] [--json FILE]`: our paths beside their floors")
    shots = command("shots", _shots, "Pictures of every page: phone and desktop, light and dark")
    shots.add_argument("folder", type=Path)
    names = command("names", _names, "How well the search finds pairs of names: recall and false rate")
    names.add_argument("file", type=Path, help="typed, stored, same or different: parted by tabs")
    bounce = command("bounce", _bounce, "Read reports of failed delivery: the class and the address of each")
    bounce.add_argument("files", type=Path, nargs="+", metavar="FILE", help="a mail as it came (.eml)")
    letters = command(
        "letters", _letters, "Judge every system mail in every language; write them to a folder"
    )
    letters.add_argument("folder", type=Path, nargs="?", help="for the mails (.eml, .html)")
    faults = command(
        "faults", _faults, "The fault tests in full length (minutes); `faults mail` says what mails survive"
    )
    faults.add_argument("what", nargs="?", choices=["mail"], default="")


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) < 65_535:
        raise argparse.ArgumentTypeError(f"{text} is not a port: give a number from 1 to 65534")
    return int(text)


def _up(options: argparse.Namespace, _rest: list[str]) -> int:
    from service.dev.supervisor import Options, Supervisor
    from service.settings import read_channels

    wanted = Options(
        home=options.home, port=options.port, empty=options.empty, real_dates=options.real_dates,
        samples=options.samples, lan=options.lan, workers=options.workers,
    )  # fmt: skip
    read_channels(os.environ)
    return Supervisor(wanted).run()


def _serve(options: argparse.Namespace, _rest: list[str]) -> None:
    from service.settings import Settings

    Settings.from_environment()  # what is wrong with it is said here, not in each of granian's processes
    command = [
        sys.executable, "-m", "granian", "--interface", "asgi", "--factory", "service.app:create_app",
        "--host", options.host, "--port", str(options.port), "--workers", str(options.workers), "--loop", "uvloop",
        "--runtime-mode", "st", "--workers-kill-timeout", "3", "--respawn-failed-workers", "--no-ws",
    ]  # fmt: skip
    if options.certificate:
        command += ["--ssl-certificate", str(options.certificate), "--ssl-keyfile", str(options.key)]
    os.execv(sys.executable, command)  # noqa: S606 — our own command line; signals then reach granian itself


def _worker(options: argparse.Namespace, _rest: list[str]) -> None:
    many = [str(options.processes)] if options.processes > 0 else []
    os.execv(sys.executable, [sys.executable, "-m", "workers", *many])  # noqa: S606


def _migrate(options: argparse.Namespace, _rest: list[str]) -> None:
    from service.dev.schema import create_database, migrate, refuse_newer
    from service.settings import Settings

    url = Settings.from_environment().database_url
    if options.create:
        asyncio.run(create_database(url))
    asyncio.run(refuse_newer(url))
    migrate(url)


def _seed(options: argparse.Namespace, _rest: list[str]) -> None:
    from service.samples import load
    from service.settings import Settings

    asyncio.run(load(Settings.from_environment(), real_dates=options.real_dates))


def _token(options: argparse.Namespace, _rest: list[str]) -> None:
    import service.all_models  # noqa: F401 — foreign keys find their targets
    from service.accounts.commands import create_token
    from service.dev.running import settings_of

    print(create_token(settings_of(options.home), options.role, options.event))


def _owner_link(options: argparse.Namespace, _rest: list[str]) -> None:
    import service.all_models  # noqa: F401 — foreign keys find their targets
    from service.accounts.commands import first_owner_link
    from service.dev.running import settings_of

    print(first_owner_link(settings_of(options.home)))


def _refold(options: argparse.Namespace, _rest: list[str]) -> None:
    import service.all_models  # noqa: F401 — foreign keys find their targets
    from service.dev.running import settings_of
    from service.registrations.refolding import refold

    changed = asyncio.run(refold(settings_of(options.home).database_url, lambda text: print(f"  {text}")))
    print(f"  {changed} names are folded anew.")


def _recount(options: argparse.Namespace, _rest: list[str]) -> int:
    from service.dev.running import settings_of
    from service.registrations.recounting import recount_all

    wrong = asyncio.run(recount_all(settings_of(options.home).database_url, mended=options.mend))
    for one in wrong:
        limit = "no limit" if one.capacity is None else f"of {one.capacity}"
        print(f"  {one.kind or 'none'} {one.place_id}: says {one.taken}, {one.counted} are there ({limit})")
    print(f"  {len(wrong)} counters were wrong{' and are mended' if wrong and options.mend else ''}.")
    return 1 if wrong and not options.mend else 0


def _outbox(options: argparse.Namespace, _rest: list[str]) -> int:
    from service.dev.running import settings_of
    from service.outbox.commands import inspect

    seen, done = asyncio.run(
        inspect(
            settings_of(options.home).database_url, options.action, letter=options.letter, error=options.error
        )
    )
    if options.action != "show":
        print(f"  {options.action}: {done} mails.")
    print(
        f"  due {seen.due} (the oldest for {seen.oldest:.0f} s), planned {seen.planned}, held {seen.held}, "
        f"sending {seen.sending}, stuck {seen.stuck}, given up {seen.parked}"
    )
    for reason, number in seen.reasons:
        print(f"  {number:>7}  {reason}")
    return 1 if seen.oldest > 60 or seen.stuck else 0


def _key(_options: argparse.Namespace, _rest: list[str]) -> None:
    import base64
    import secrets

    print(base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())


def _check(_options: argparse.Namespace, _rest: list[str]) -> int:
    from service.dev.lock import missing

    failed = []
    for line in missing(ROOT):
        print(f"  requirements.lock: {line}", flush=True)
        failed = ["requirements.lock"]
    for name, command in CHECKS:
        print(f"  {name}", flush=True)
        if subprocess.run([sys.executable, *command], cwd=ROOT, check=False).returncode:
            failed.append(name)
    print(f"  {'failed: ' + ', '.join(failed) if failed else 'clean'}")
    return 1 if failed else 0


def _test(_options: argparse.Namespace, rest: list[str]) -> int:
    from service.dev.chromium import browser_environment

    env = {**os.environ, **browser_environment(ROOT), "PYTHONPATH": str(ROOT)}
    chosen = any((ROOT / word.partition("::")[0]).exists() for word in rest)
    command = [sys.executable, "-m", "pytest", *(() if chosen else ALL_AT_ONCE), *rest]
    return subprocess.run(command, cwd=ROOT, env=env, check=False).returncode


def _bench(_options: argparse.Namespace, rest: list[str]) -> int:
    return _module("tests.benchmarks", rest)


def _shots(options: argparse.Namespace, _rest: list[str]) -> int:
    return _module("tests.browser.shots", [str(options.folder.absolute())])


def _names(options: argparse.Namespace, _rest: list[str]) -> int:
    return _module("tests.names.judge", [str(options.file.absolute())])


def _bounce(options: argparse.Namespace, _rest: list[str]) -> int:
    """A line for each recipient, parted by tabs: file, class, address, status, what the server said."""
    from emails.bounces import read_bounces

    unread = 0
    for file in options.files:
        try:
            found = read_bounces(file.read_bytes())
        except OSError as error:
            print(f"{file}: {error.strerror}", file=sys.stderr)
            unread += 1
            continue
        for one in found:
            row = (str(file), one.kind, one.address, one.status, " ".join(one.said.split()))
            print("\t".join("".join(filter(str.isprintable, cell)) for cell in row))
        if not found:
            print(f"{file}\tnone")
    return 1 if unread else 0


def _letters(options: argparse.Namespace, _rest: list[str]) -> int:
    return _module("tests.emails.judge", [str(options.folder.absolute())] if options.folder else [])


def _faults(options: argparse.Namespace, rest: list[str]) -> int:
    if options.what == "mail":
        return _module("tests.faults.mail", rest)
    return _module("pytest", ["tests/faults", "--long", "-v"])


def _module(name: str, arguments: list[str]) -> int:
    from service.dev.chromium import browser_environment

    env = {**os.environ, **browser_environment(ROOT), "PYTHONPATH": str(ROOT)}
    return subprocess.run([sys.executable, "-m", name, *arguments], cwd=ROOT, env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
