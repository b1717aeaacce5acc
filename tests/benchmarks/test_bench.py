"""The benchmarks work: lines complete, counts right, the environment not used. Times are not looked at."""

import os
import subprocess
import sys
from pathlib import Path

import msgspec

from tests.benchmarks.report import Line

ROOT = Path(__file__).parents[2]
NAMES = [
    "register", "scan", "event_page", "search_50k", "list_search", "list_50k", "import_preview_50k", "import_apply_50k",
    "import_rss", "bulk_approve_5k", "export_50k", "export_rss", "badges", "register_live", "mail", "mail_badge",
    "confirmation", "confirmation_badge",
    "campaign_start_50k", "mail_50k", "worker_rss", "web_rss", "up_first", "up_again",
]  # fmt: skip
DESK = {"import_preview_50k", "import_apply_50k", "import_rss", "bulk_approve_5k", "export_50k", "export_rss"}
CONFIRMATION = {"confirmation", "confirmation_badge"}
CAMPAIGN = {"campaign_start_50k", "mail_50k", "worker_rss"}
WITHOUT_FLOOR = {*DESK, *CONFIRMATION, *CAMPAIGN, "list_50k", "web_rss", "up_first", "up_again"}
WITH_PERCENTILES = {
    *CONFIRMATION,
    "register",
    "scan",
    "event_page",
    "search_50k",
    "list_search",
    "list_50k",
    "register_live",
}


def test_the_short_form_measures_every_line(tmp_path: Path) -> None:
    """Counts are checked by the suites themselves: rows after each round, mails and their ids, pages of the PDF."""
    file = tmp_path / "bench.json"
    elsewhere = {"DATABASE_URL": "postgresql://nobody@192.0.2.1/theirs", "REDIS_URL": "redis://192.0.2.1/0"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks", "--short", "--json", str(file)], cwd=ROOT,
        env={**os.environ, **elsewhere}, capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    lines = msgspec.json.decode(file.read_bytes(), type=list[Line], strict=True)
    assert [line.name for line in lines] == NAMES
    for line in lines:
        assert line.value > 0, line
        assert (line.floor is None, line.ratio is None) == (line.name in WITHOUT_FLOOR,) * 2, line
        timed = [value is not None for value in (line.p50_ms, line.p95_ms, line.p99_ms)]
        assert timed == [line.name in WITH_PERCENTILES] * 3, line
        assert line.name in done.stdout
