"""`./qonaq` before there is anything: each trouble is one sentence that says what to do."""

import base64
import hashlib
import os
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone in a path with a space: the launcher and its locks."""
    folder = tmp_path / "a clone"
    folder.mkdir()
    for name in ("qonaq", "package.json", "package-lock.json"):
        shutil.copy(ROOT / name, folder / name)
    (folder / "requirements.lock").write_text("")
    return folder


def launch(clone: Path, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """From another directory than its own."""
    env = {
        key: value for key, value in os.environ.items() if not key.startswith(("PIP_", "PYTHON"))
    } | environ
    return subprocess.run(
        [sys.executable, str(clone / "qonaq"), *words],
        cwd="/",
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )


def with_environment(clone: Path) -> None:
    """A virtual environment with pip, so that only the packages are left to fetch."""
    venv.EnvBuilder(with_pip=True, symlinks=True).create(clone / ".venv")


def wheel(folder: Path) -> str:
    """A package of our own in the folder; returns its true SHA-256."""
    file = folder / "guestbook-1.0-py3-none-any.whl"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("guestbook.py", "")
        archive.writestr(
            "guestbook-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: guestbook\nVersion: 1.0\n"
        )
        archive.writestr(
            "guestbook-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr("guestbook-1.0.dist-info/RECORD", "")
    return hashlib.sha256(file.read_bytes()).hexdigest()


def test_no_venv_module(clone: Path, tmp_path: Path) -> None:
    (tmp_path / "ensurepip.py").write_text("raise ImportError('as on a Debian without python3-venv')")

    done = launch(clone, "check", PYTHONPATH=str(tmp_path))

    assert done.returncode == 1
    assert done.stderr.strip() == (
        "This Python has no venv module: install it (Debian and Ubuntu: apt install python3-venv) and start again."
    )


def test_no_network(clone: Path) -> None:
    with_environment(clone)
    (clone / "requirements.lock").write_text(f"guestbook==1.0 --hash=sha256:{'0' * 64}\n")
    closed = "http://127.0.0.1:9"

    done = launch(
        clone, "check", PIP_INDEX_URL=f"{closed}/simple", PIP_RETRIES="0", PIP_TIMEOUT="1", PIP_CONFIG_FILE="/dev/null",
        https_proxy=closed, http_proxy=closed, no_proxy="", NO_PROXY="",
    )  # fmt: skip

    assert done.returncode == 1
    assert done.stderr.strip() == (
        "The packages could not be fetched: connect to the network (or set your proxy) and start again."
    )


def test_a_lock_whose_hash_does_not_fit(clone: Path, tmp_path: Path) -> None:
    with_environment(clone)
    wheel(tmp_path)
    (clone / "requirements.lock").write_text(f"guestbook==1.0 --hash=sha256:{'0' * 64}\n")

    done = launch(clone, "check", PIP_NO_INDEX="1", PIP_FIND_LINKS=str(tmp_path), PIP_CONFIG_FILE="/dev/null")

    assert done.returncode == 1
    assert done.stderr.strip() == (
        "requirements.lock is damaged (a hash does not fit): get it back with `git checkout requirements.lock`."
    )


def test_a_lock_that_cannot_be_read(clone: Path) -> None:
    with_environment(clone)
    (clone / "requirements.lock").write_text("guestbook==1.0 <<<<<<< HEAD\n")

    done = launch(clone, "check", PIP_NO_INDEX="1", PIP_CONFIG_FILE="/dev/null")

    assert done.returncode == 1
    assert done.stderr.strip() == (
        "requirements.lock is damaged (it cannot be read): get it back with `git checkout requirements.lock`."
    )


def test_no_lock_at_all(clone: Path) -> None:
    (clone / "requirements.lock").unlink()

    done = launch(clone, "check")

    assert (done.returncode, done.stderr.strip()) == (
        1, "requirements.lock is missing: get it back with `git checkout requirements.lock`.",
    )  # fmt: skip


def test_a_full_disk(clone: Path, tmp_path: Path) -> None:
    """On a file system of 64 kB, mounted in a name space of its own."""
    place = tmp_path / "small"
    place.mkdir()
    copy = f'mount -t tmpfs -o size=64k tmpfs "{place}" && cp "{clone}"/* "{place}"'
    script = f'{copy} && exec "{sys.executable}" "{place}/qonaq" check'

    done = subprocess.run(["unshare", "-rm", "sh", "-c", script], capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert done.stderr.strip().endswith("The disk is full: free about 1 GB and start again.")


def test_what_was_installed_is_not_installed_again(clone: Path, tmp_path: Path) -> None:
    digest = wheel(tmp_path)
    (clone / "requirements.lock").write_text(f"guestbook==1.0 --hash=sha256:{digest}\n")
    (clone / "service").mkdir()
    (clone / "service" / "__init__.py").write_text("")
    (clone / "service" / "cli.py").write_text("import guestbook, sys; print('ran', sys.argv[1:])")
    offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(tmp_path), "PIP_CONFIG_FILE": "/dev/null"}

    first, second = launch(clone, "key", "--x", **offline), launch(clone, "key", "--x")

    assert first.returncode == 0, first.stderr
    assert first.stdout.splitlines()[-1] == "ran ['key', '--x']"
    assert "Packages" in first.stdout
    assert second.stdout == "ran ['key', '--x']\n"


def test_an_install_that_was_interrupted_is_made_whole(clone: Path, tmp_path: Path) -> None:
    test_what_was_installed_is_not_installed_again(clone, tmp_path)
    shutil.rmtree(clone / ".venv" / "bin")

    done = launch(clone, "key", PIP_NO_INDEX="1", PIP_FIND_LINKS=str(tmp_path), PIP_CONFIG_FILE="/dev/null")

    assert done.stdout.splitlines()[-1] == "ran ['key']"


def test_the_lock_names_no_host_and_has_a_hash_for_everything() -> None:
    text = (ROOT / "requirements.lock").read_text()
    npm = (ROOT / "package-lock.json").read_text()

    assert "://" not in text
    assert text.count("\n    --hash=sha256:") >= text.count("==") > 50
    assert "resolved" not in npm
    assert base64.b64decode(npm.split('"integrity": "sha512-')[1].split('"')[0])
