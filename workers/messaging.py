"""The team's own messages to many."""

from typing import Any

from service.messages.writing import send_message
from service.web.templating import N_
from workers.context import Context
from workers.jobs import Running


async def send(context: Context, running: Running) -> dict[str, Any]:
    """Its mails are queued; the drain sends them."""
    result = await send_message(context.db, running.actor, running.job, progress=running.progress)
    if result.pop("to_delegations"):
        return {"say": N_("%(count)s messages are on their way."), "data": {"count": result["count"]}}
    return result
