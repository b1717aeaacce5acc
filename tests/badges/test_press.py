"""The press draws beside us, comes back when it has ended, and tells what it could not draw."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pypdfium2  # type: ignore[import-untyped]
import pytest

from service.badges import press
from service.badges.press import DrawingFailed, draw
from tests.badges.test_render import AIGERIM, letters, pages


def pid_of_the_press() -> int:
    assert press._press is not None
    return press._press.pid


def test_the_press_draws_what_it_is_asked() -> None:
    assert letters(AIGERIM.native_name) in letters(pages(draw([AIGERIM]))[0])
    assert len(pypdfium2.PdfDocument(draw([AIGERIM] * 5, sheet=True))) == 2


def test_it_stays_for_the_next_order_and_a_new_one_follows_when_it_was_killed() -> None:
    draw([AIGERIM])
    first = pid_of_the_press()
    draw([AIGERIM])
    assert pid_of_the_press() == first
    os.kill(first, signal.SIGKILL)
    assert draw([AIGERIM]).startswith(b"%PDF")
    assert pid_of_the_press() != first


def test_it_ends_after_a_long_run_and_the_next_order_is_drawn_all_the_same() -> None:
    people = [replace(AIGERIM, native_name=f"Guest {number}") for number in range(press.LONG_RUN + 1)]
    assert len(pypdfium2.PdfDocument(draw(people))) == press.LONG_RUN + 1
    assert draw([AIGERIM]).startswith(b"%PDF")


def test_orders_from_many_threads_are_not_mixed_up() -> None:
    people = [replace(AIGERIM, native_name=f"Guest {number} of twelve") for number in range(12)]
    with ThreadPoolExecutor(6) as threads:
        drawn = list(threads.map(lambda person: pages(draw([person]))[0], people))
    assert [person.native_name in page for person, page in zip(people, drawn, strict=True)] == [True] * 12


def test_what_cannot_be_drawn_is_said() -> None:
    with pytest.raises(DrawingFailed, match="invalid literal"):
        draw([replace(AIGERIM, colour="no colour")])
    with pytest.raises(ValueError, match="no badge"):
        draw([])
