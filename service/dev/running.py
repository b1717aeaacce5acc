"""Settings of an `up` that runs in a home, for commands typed beside it."""

import json
import os
from pathlib import Path

from service.dev.errors import StartError
from service.settings import Settings


def settings_of(home: Path) -> Settings:
    """The environment's settings if DATABASE_URL is set, else those of the running `up`. Raises StartError."""
    if "DATABASE_URL" in os.environ or "DATABASE_URL_FILE" in os.environ:
        return Settings.from_environment()
    try:
        known = json.loads((home / "running.json").read_text())
        os.kill(int(known["pid"]), 0)
    except (OSError, ValueError, KeyError) as error:
        raise StartError(f"Nothing runs in {home}: start ./qonaq up first, or set DATABASE_URL.") from error
    return Settings.from_environment(known["environment"])
