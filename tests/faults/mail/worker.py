"""Workers whose clocks are wrong by so many seconds: `python -m tests.faults.mail.worker SECONDS PROCESSES`.

Everything of ours that wants to know the time asks `service.core.clock`, so that is what is wrong here."""

import sys
from datetime import timedelta

from service.core import clock

right, late = clock.now, timedelta(seconds=float(sys.argv[1]))
clock.now = lambda: right() + late

from workers.running import main  # noqa: E402 — what it imports must find the wrong clock

main(int(sys.argv[2]))
