"""Long lists as files."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from service.console.exporting import file_name, write_list
from service.core.clock import now
from service.core.errors import Forbidden
from service.events.models import Event
from service.jobs.files import keep_file
from service.lists.addresses import read_query
from service.lists.export import MEDIA, Sheet
from service.web.words import N_
from workers.context import Context
from workers.jobs import Running


async def export(context: Context, running: Running) -> dict[str, Any]:
    """The list as it is now; its owner fetches the file."""
    job, given = running.job, running.job.input
    ids = [UUID(one) for one in given["ids"]] if given["ids"] is not None else None
    wanted = msgspec.structs.replace(read_query(given["query"]), after="")
    sheet = Sheet(wanted=wanted, columns=tuple(given["columns"]), form=given["form"], ids=ids)
    if "see" not in running.actor.needs(job.organisation_id, job.event_id):
        raise Forbidden

    async def each(count: int) -> None:
        await running.progress(count, max(count, job.total))

    with TemporaryDirectory(prefix="qonaq-export-") as folder:
        path = Path(folder) / "list"
        async with context.db.begin() as session:
            event = await session.get_one(Event, job.event_id)
            count = await write_list(session, running.actor, event, sheet, given["language"], path, each)
            day = now().astimezone(ZoneInfo(event.zone)).date().isoformat()
            await keep_file(session, job.id, path, file_name(event, sheet.form, day), MEDIA[sheet.form])
    return {"say": N_("%(count)s guests are in the file."), "data": {"count": count}, "file": True}
