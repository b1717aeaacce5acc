"""web_rss: the largest web process after everything that ran before."""

from tests.benchmarks import event_page, process, registering, scanning, searching
from tests.benchmarks.report import SHORT, Line, Round, Size, line
from tests.benchmarks.stage import Stage

FEW_CPU_SECONDS = 8.0


def measure(stage: Stage, _size: Size) -> list[Line]:
    """If nothing ran before (this suite was asked for alone), a short form of all work of the web comes first."""
    web = stage.servers.web
    assert web is not None
    if process.cpu(web.pid) < FEW_CPU_SECONDS:
        for suite in (registering, scanning, event_page, searching):
            suite.measure(stage, SHORT)
    largest = max((member.memory for member in process.family(web.pid)), default=0)
    return [line("web_rss", "MB", [Round(largest / 1_000_000)], None, higher_is_better=False)]
