"""Long work as the one who asked for it sees it: how far it is, what came of it, the file it made."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response, Stream

from service.console import words
from service.core.actor import Actor
from service.core.database import Database
from service.events.queries import get_event
from service.jobs.files import get_file, read_parts
from service.jobs.operations import stop
from service.jobs.queries import get_job
from service.web.forms import go
from service.web.templating import page, sentence
from service.web.words import N_

AT = "/console/{slug:str}/jobs/{job_id:uuid}"
ROOMS = {"message": "messages", "remind": "invitations"}  # where such work was asked for


@get(AT, include_in_schema=False)
async def job_page(
    request: Request[Any, Any, Any],
    slug: FromPath[str],
    job_id: FromPath[UUID],
    actor: NamedDependency[Actor],
    db: NamedDependency[Database],
) -> Response[str] | Redirect:
    """Asks again every second; when all is done it goes on to the page that the work leads to."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "see")
        job = await get_job(session, actor, event.id, job_id)
    say, path = job.result.get("say", ""), job.result.get("path", "")
    said = sentence(request, say, **job.result.get("data", {})) if say else ""
    if job.state == "done" and "action" in job.result:
        return _on(request, f"/console/{slug}/guests?{job.result['query']}&did={job.id}".replace("?&", "?"))
    if job.state == "done" and path and "hx-request" in request.headers:
        onward = go(path, said)
        return Response(
            "", status_code=200, headers={"HX-Redirect": path}, cookies=onward.cookies, media_type="text/html"
        )
    return page(
        request, "console/job.html", event=event, here=ROOMS.get(job.kind, "guests"), job=job, said=said, path=path,
        title=words.JOBS.get(job.kind, job.kind),
    )  # fmt: skip


def _on(request: Request[Any, Any, Any], path: str) -> Response[str] | Redirect:
    """The list says what a decision did, and offers to take it back."""
    if "hx-request" in request.headers:
        return Response("", headers={"HX-Redirect": path}, media_type="text/html")
    return go(path)


@post(AT + "/stop", include_in_schema=False)
async def stop_job(
    slug: FromPath[str],
    job_id: FromPath[UUID],
    actor: NamedDependency[Actor],
    db: NamedDependency[Database],
) -> Redirect:
    """What was done until now stays."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "see")
        await stop(session, await get_job(session, actor, event.id, job_id))
    return go(f"/console/{slug}/jobs/{job_id}", N_("Stopped."))


@get(AT + "/file", include_in_schema=False)
async def job_file(
    slug: FromPath[str],
    job_id: FromPath[UUID],
    actor: NamedDependency[Actor],
    db: NamedDependency[Database],
) -> Stream:
    """For its owner only, who must still have a role at the event. Raises NotFound."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "see")
        file = await get_file(session, await get_job(session, actor, event.id, job_id))
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(file.name)}",
        "cache-control": "private, no-store", "x-content-type-options": "nosniff",
    }  # fmt: skip
    return Stream(read_parts(db, job_id), media_type=file.media_type, headers=headers)


ROUTES = (job_page, stop_job, job_file)
