"""The press: a process beside this one that draws badges, so that fonts and drawing do not weigh on web and workers.

It starts with the first badge, stays warm, ends after a minute without work, after a long run (which gives its memory
back) and with the process it belongs to. Call `draw` in a thread: it blocks.

Spoken over its standard input and output: a length of four bytes, then msgpack; answered alike, one flag before it.
"""

import atexit
import contextlib
import select
import struct
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import msgspec

from service.badges.badge import Badge

IDLE_SECONDS = 60
LONG_RUN = 200
PATIENCE_SECONDS = 180
_ROOT = Path(__file__).parents[2]


class Order(msgspec.Struct):
    """What is to be drawn: `sheet` for four badges to an A4 page, else an A6 page each."""

    badges: list[Badge]
    sheet: bool


class DrawingFailed(Exception):
    """The press could not draw these badges; the text says why."""


_one_order = threading.Lock()
_press: "subprocess.Popen[bytes] | None" = None


def draw(badges: Sequence[Badge], sheet: bool = False) -> bytes:
    """One PDF: an A6 page per badge, or A4 sheets of four with cut marks. Raises DrawingFailed, ValueError if none.

    A warm press takes 6 ms for one badge and about a second for a thousand; one order at a time.
    """
    if not badges:
        raise ValueError("There is no badge to draw.")
    order = msgspec.msgpack.encode(Order(list(badges), sheet))
    with _one_order:
        # The press may just have ended for want of work: then a new one gets the order.
        answer = _ask(order) or _ask(order)
    if not answer:
        raise DrawingFailed("The press ended without an answer.")
    if answer[:1] != b"1":
        raise DrawingFailed(answer[1:].decode(errors="replace"))
    return answer[1:]


def _ask(order: bytes) -> bytes:
    """The answer of the press, empty if it ended without one; then it is put away."""
    press = _running()
    too_long = threading.Timer(PATIENCE_SECONDS, press.kill)
    too_long.start()
    answer = b""
    try:
        _write(_stream(press.stdin), order)
        answer = _read(_stream(press.stdout))
    except BrokenPipeError:
        pass
    finally:
        too_long.cancel()
        if not answer:
            put_away()
    return answer


def _stream(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        raise BrokenPipeError
    return stream


def _running() -> "subprocess.Popen[bytes]":
    global _press  # noqa: PLW0603 — there is one press to a process, like its standard streams
    if _press is None:
        _press = subprocess.Popen(
            [sys.executable, "-m", "service.badges.press"],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
    return _press


def put_away() -> None:
    """Ends the press of this process, if there is one; the next order starts another."""
    global _press
    press, _press = _press, None
    if press is not None:
        press.kill()
        with contextlib.suppress(OSError):
            press.communicate()


atexit.register(put_away)


def _write(stream: IO[bytes], content: bytes) -> None:
    stream.write(struct.pack(">I", len(content)) + content)
    stream.flush()


def _read(stream: IO[bytes]) -> bytes:
    """The next message, empty at the end of the stream."""
    head = stream.read(4)
    if len(head) < 4:
        return b""
    length = struct.unpack(">I", head)[0]
    content = stream.read(length)
    return content if len(content) == length else b""


def main() -> None:
    """The press itself: draws what it is asked until there is nothing more to do."""
    from service.badges.render import render, render_sheet

    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    while select.select([requests], [], [], IDLE_SECONDS)[0] and (message := _read(requests)):
        order = msgspec.msgpack.decode(message, type=Order)
        try:
            answer = b"1" + (render_sheet if order.sheet else render)(order.badges)
        except Exception as error:  # whatever it is, the one who asked must hear it
            answer = b"0" + str(error).encode()
        _write(answers, answer)
        if len(order.badges) > LONG_RUN:
            return


if __name__ == "__main__":
    main()
