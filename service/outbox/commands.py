"""What the command line does with the outbox. Called from outside any event loop."""

from typing import Literal

from service.core.database import Database
from service.outbox.inspecting import Action, Sight, act, look


async def inspect(
    database_url: str, action: Action | Literal["show"], *, letter: str = "", error: str = ""
) -> tuple[Sight, int]:
    """Do it, and how it looks afterwards; with "show" only the latter. The number is how many mails it was done to."""
    db = Database(database_url, pool_size=1)
    try:
        async with db.begin() as session:
            done = 0 if action == "show" else await act(session, action, letter=letter, error=error)
            return await look(session), done
    finally:
        await db.close()
