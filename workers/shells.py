"""The shells of mails, written down once: each delivery keeps only its own words."""

import asyncio

import structlog

from emails.copies import pack
from emails.render import Shell
from service.core.database import Database

log = structlog.get_logger()

KNOWN_FOR = 3600.0  # seconds; then it is said again that this one is in use, so that cleaning leaves it
MOST_KNOWN = 10_000


class Shells:
    """Of one worker. A copy is worth having, not worth losing or delaying a mail for."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._known: dict[str, float] = {}

    async def keep(self, shell: Shell | None) -> bool:
        """Whether it is written down; almost always it was already."""
        if shell is None:
            return False
        now = asyncio.get_running_loop().time()
        if self._known.get(shell.id, 0.0) > now:
            return True
        try:
            await (await self._db.hot()).execute(_KEEP, shell.id, await asyncio.to_thread(pack, shell))
        except Exception as error:  # whatever it is: the mail has gone out, and has to be marked
            log.warning("no copy kept", error=f"{type(error).__name__}: {error}")
            return False
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        self._known[shell.id] = now + KNOWN_FOR
        return True


_KEEP = """
    INSERT INTO mail_shells (id, data) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET used_at = now()
"""
