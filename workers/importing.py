"""Long work on lists: looking at them, applying them, taking them back."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from service.core.clock import now
from service.events.models import Event
from service.imports.applying import apply
from service.imports.preview import preview
from service.imports.undoing import undo
from service.web.words import N_
from workers.context import Context
from workers.jobs import Running


async def look(context: Context, running: Running) -> dict[str, Any]:
    """Every row with what would become of it."""
    import_id = UUID(running.job.input["import"])
    await preview(context.db, import_id, running.progress)
    return {"path": await _page(context, running, import_id)}


async def carry_in(context: Context, running: Running) -> dict[str, Any]:
    """What was looked at becomes true."""
    import_id = UUID(running.job.input["import"])
    counts = await apply(
        context.db, running.actor, import_id, signer=context.signer, now=now(), progress=running.progress
    )
    data = {"made": counts.get("made", 0), "updated": counts.get("updated", 0)}
    say = N_("%(made)s guests came in, %(updated)s were changed.")
    return {"say": say, "data": data, "path": await _page(context, running, import_id)}


async def take_back(context: Context, running: Running) -> dict[str, Any]:
    """As it was before the import."""
    import_id = UUID(running.job.input["import"])
    counts = await undo(context.db, running.actor, import_id, progress=running.progress)
    data = {name: counts.get(name, 0) for name in ("removed", "put_back", "kept")}
    say = N_(
        "%(removed)s guests were removed, %(put_back)s put back; %(kept)s stay because somebody worked with them."
    )
    return {"say": say, "data": data, "path": await _page(context, running, import_id)}


async def _page(context: Context, running: Running, import_id: UUID) -> str:
    async with context.db.begin() as session:
        slug = (
            await session.execute(select(Event.slug).where(Event.id == running.job.event_id))
        ).scalar_one()
    return f"/console/{slug}/imports/{import_id}"
