"""The parts that `up` is made of, one by one."""

import os
import subprocess
import sys
import time
from pathlib import Path
from platform import machine

import pytest
import zxingcpp
from cryptography import x509
from PIL import Image

from service.dev import chromium, postgres
from service.dev.certificate import VALID, make_certificate, terminal_qr
from service.dev.lock import missing
from service.dev.schema import newest
from service.web.health import newest_version

QR = zxingcpp.BarcodeFormat.QRCode  # a dense code by itself is now and then also read as a bar code

ROOT = Path(__file__).parents[2]
ADDRESS = "https://192.168.17.4:8000"


def test_the_certificate_names_the_address_and_is_kept(tmp_path: Path) -> None:
    certificate, key, fingerprint = make_certificate(tmp_path, "192.168.17.4")
    made = x509.load_pem_x509_certificate(certificate.read_bytes())
    names = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value

    assert "192.168.17.4" in map(str, names.get_values_for_type(x509.IPAddress))
    assert made.not_valid_after_utc - made.not_valid_before_utc <= VALID * 1.01
    assert key.stat().st_mode & 0o077 == 0
    assert make_certificate(tmp_path, "192.168.17.4") == (certificate, key, fingerprint)
    assert make_certificate(tmp_path, "192.168.17.5")[2] != fingerprint


def test_the_qr_on_the_terminal_can_be_read() -> None:
    """Half blocks painted as a camera would see them: a full block is light."""
    lines = terminal_qr(ADDRESS).split("\n")
    halves = {"█": (255, 255), "▀": (255, 0), "▄": (0, 255), " ": (0, 0)}
    image = Image.new("L", (len(lines[0]), 2 * len(lines)))
    for y, line in enumerate(lines):
        for x, block in enumerate(line):
            for below in (0, 1):
                image.putpixel((x, 2 * y + below), halves[block][below])

    (read,) = zxingcpp.read_barcodes(image.resize((image.width * 8, image.height * 8)), formats=QR)

    assert read.text == ADDRESS


def test_without_the_kernels_help_children_end_with_a_killed_parent_too(tmp_path: Path) -> None:
    """As on macOS, where there is no PDEATHSIG: a small process watches a pipe."""
    script = (
        "import os, signal, sys; from pathlib import Path; from service.dev import processes\n"
        "processes.TIED = False\n"
        f"child = processes.spawn(['sleep', '600'], log=Path({str(tmp_path / 'log')!r}), death=signal.SIGTERM)\n"
        "print(child.pid, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip

    until = time.monotonic() + 20
    while _lives(int(done.stdout)):
        assert time.monotonic() < until
        time.sleep(0.05)


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_roots_data_stay_with_their_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Below a folder that PostgreSQL's user cannot enter: elsewhere, by a note in the home."""
    monkeypatch.setattr(postgres, "SHARED", tmp_path / "shared")
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)

    place = postgres._place(closed / "home" / "postgres")
    assert place.is_relative_to(tmp_path / "shared")
    assert postgres._place(closed / "home" / "postgres") == place

    (closed / "home").rename(closed / "moved")
    assert postgres._place(closed / "moved" / "postgres") == place
    assert postgres._place(closed / "home" / "postgres") != place  # a new home starts anew


def test_the_lock_holds_what_the_project_asks_for(tmp_path: Path) -> None:
    assert missing(ROOT) == []

    (tmp_path / "requirements.lock").write_text("Litestar==2.25.0 \\\n    --hash=sha256:00\n")
    (tmp_path / "pyproject.toml").write_text(
        '[project]\ndependencies = ["litestar>=3", "granian"]\n[dependency-groups]\ndev = []\n'
    )
    assert missing(tmp_path) == ["litestar>=3 is asked for, it holds 2.25.0", "granian is not in it"]


def test_the_newest_schema_is_the_one_the_service_asks_for() -> None:
    assert newest() == newest_version()


def test_a_machine_without_a_browser_gets_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a path with a space; where that one cannot run, Playwright is asked to fetch its own."""
    root = tmp_path / "a clone"
    root.mkdir()
    (root / "node_modules").symlink_to(ROOT / "node_modules")
    for name in ("QONAQ_CHROMIUM", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(chromium, "NAMES", ("no-such-browser",))
    monkeypatch.setattr(chromium, "_download", lambda: "fetched")

    path = chromium.browser_environment(root)["QONAQ_CHROMIUM"]

    if (sys.platform, machine()) == ("linux", "x86_64"):
        said = subprocess.run([path, "--version"], capture_output=True, text=True, check=True).stdout
        assert said.split()[0] == "Chromium"
    else:
        assert path == "fetched"
