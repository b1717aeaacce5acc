"""New names are sorted into the search index a moment later, by nobody who is waited for.

PostgreSQL collects what is new to such an index in a list (`fastupdate`). Left alone, every thousandth registration
sorts the whole list in, 100 ms, while it holds the row of its category's places: everybody waits for it, and every
search until then reads the list from end to end."""

import asyncio

import asyncpg
import msgspec
import structlog

from service.core.database import Database

PAUSE = 0.25  # seconds
CLEAN = "SELECT gin_clean_pending_list('ix_registrations_words')"


class Tidy(msgspec.Struct):
    """Of one process: `due` when it registered somebody since the list was last sorted in."""

    due: bool = False


TIDY = Tidy()
log = structlog.get_logger()


async def keep_tidy(db: Database) -> None:
    """Runs until it is cancelled. A database that is away, or a role that may not, is no reason to stop the web."""
    while True:
        await asyncio.sleep(PAUSE)
        if not TIDY.due:
            continue
        TIDY.due = False
        try:
            await (await db.hot()).execute(CLEAN)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
            log.warning("search_index_not_tidied", error=str(error))
