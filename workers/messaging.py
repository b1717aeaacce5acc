"""The team's own messages to many, and its reminders to the silent."""

from typing import Any

from service.invitations.reminding import remind_rest
from service.messages.campaigns import begin
from service.web.words import N_
from workers.context import Context
from workers.jobs import Running

SAID = N_("%(count)s messages are on their way.")
REMINDED = N_("Reminded: %(count)s.")


async def send(context: Context, running: Running) -> dict[str, Any]:
    """Its mails are written and released; the drain sends them."""
    return await begin(context.db, running.actor, running.job, progress=running.progress)


async def remind(context: Context, running: Running) -> dict[str, Any]:
    """Those whom the request left; the drain sends their mails."""
    return await remind_rest(context.db, running.actor, running.job, progress=running.progress)
