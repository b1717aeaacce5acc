"""Every scenario of `./qonaq faults mail` in its short form, on servers of its own, whatever the environment says."""

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from tests.faults.mail.report import Row
from tests.faults.mail.scenarios import ALL

ROOT = Path(__file__).parents[2]
ELSEWHERE = {
    "DATABASE_URL": "postgresql://nobody@192.0.2.1/theirs", "REDIS_URL": "redis://192.0.2.1/0",
    "SMTP_URL": "smtp://192.0.2.1", "OUTBOX_LEASE": "3600",
}  # fmt: skip


def test_no_mail_is_lost_whatever_fails(tmp_path: Path) -> None:
    file = tmp_path / "faults.json"
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.mail", "--short", "--json", str(file)], cwd=ROOT,
        env={**os.environ, **ELSEWHERE}, capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    rows = msgspec.json.decode(file.read_bytes(), type=list[Row])
    assert len(rows) == len(ALL)
    assert {(row.lost, row.missed) for row in rows} == {(0, ())}
    assert all(row.duplicates <= row.bound and row.name in done.stdout for row in rows)
    at_least = {
        "kill -9": 1,
        "SMTP cuts after DATA": 1,
    }  # faults that strike: mails were under way when they came
    assert {row.name: row.duplicates for row in rows if row.name in at_least and not row.duplicates} == {}


@pytest.mark.parametrize("wrong", [["nothing"], ["kills", "--mails", "many"]])
def test_an_unknown_scenario_is_refused(wrong: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "service.cli", "faults", "mail", *wrong], cwd=ROOT, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert (done.returncode, "usage: qonaq faults mail" in done.stderr) == (2, True)
