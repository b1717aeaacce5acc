"""The team's own messages to many."""

from typing import Any

from service.messages.campaigns import begin
from service.web.words import N_
from workers.context import Context
from workers.jobs import Running

SAID = N_("%(count)s messages are on their way.")


async def send(context: Context, running: Running) -> dict[str, Any]:
    """Its mails are written and released; the drain sends them."""
    return await begin(context.db, running.actor, running.job, progress=running.progress)
