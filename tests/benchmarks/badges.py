"""badges: a print run of distinct A6 pages with names in two scripts, affiliation, colour and QR code."""

import json
import time
from functools import partial
from multiprocessing import get_context

from service.badges import press, render
from service.badges.badge import Badge
from service.core.tokens import new_id
from service.credentials.codes import qr_content, typed_code
from tests.benchmarks.people import guests
from tests.benchmarks.report import Line, Round, Size, beside
from tests.benchmarks.stage import Stage

COLOURS = ("#1d4ed8", "#047857", "#b45309", "#7c3aed")


def measure(stage: Stage, size: Size) -> list[Line]:
    """By the press, as the console prints them, each run from a press that has to start. The floor is typst alone:
    warm, the same texts already fitted, no codes."""

    def ours(number: int) -> Round:
        badges = _badges(stage, size.badges, f"badges-{number}")
        press.put_away()
        began = time.perf_counter()
        pdf = press.draw(badges)
        took = time.perf_counter() - began
        pages = pdf.count(b"/Type /Page\n") or pdf.count(b"/Type/Page/") or _pages(pdf)
        assert pages == size.badges, pages
        return Round(size.badges / took)

    with get_context("spawn").Pool(1) as alone:
        return [beside("badges", "1/s", size.rounds, ours, partial(_floor, alone, stage, size))]


def _pages(pdf: bytes) -> int:
    import io

    import pypdf

    return len(pypdf.PdfReader(io.BytesIO(pdf)).pages)


def _floor(alone: "object", stage: Stage, size: Size, number: int) -> Round:
    badges = _badges(stage, size.badges, f"badges-floor-{number}")
    return Round(size.badges / alone.apply(_typst_alone, (badges,)))  # type: ignore[attr-defined]


def _typst_alone(badges: list[Badge]) -> float:
    """Seconds. Runs in a process of its own: fonts and drawing cost memory that would stay here."""
    render.render(badges[:1])
    plain = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>'
    data = json.dumps([{**render._data(badge), "qr": plain} for badge in badges], ensure_ascii=False)
    began = time.perf_counter()
    render._compiler().compile(
        format="pdf", sys_inputs={"badges": data, "layout": "single", "title": "x"}, pdf_tags=False
    )
    return time.perf_counter() - began


def _badges(stage: Stage, count: int, seed: str) -> list[Badge]:
    return [
        Badge(
            native_name=guest.native_name, latin_name=guest.latin_name, position=guest.position,
            affiliation=guest.affiliation, country="Kazakhstan", category="Guest", colour=COLOURS[number % 4],
            ticket=qr_content("https://events.qonaq.example", stage.signer.ticket(new_id())), code=typed_code(),
            event_name="International Forum", event_line="13 September 2025 · Almaty", language=guest.country,
        )
        for number, guest in enumerate(guests(count, seed))
    ]  # fmt: skip
