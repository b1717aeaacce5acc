"""The list, or those chosen in it, as a file: at once when it is short, by a worker when it is long."""

from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from litestar import Request, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response

from service.console.bulk_pages import chosen_ids
from service.console.exporting import file_name, write_list
from service.console.filter_pages import LIST
from service.core.actor import Actor
from service.core.database import Database
from service.events.queries import get_event
from service.jobs.operations import start
from service.lists.addresses import read_query
from service.lists.answers import scope_of
from service.lists.columns import read_columns
from service.lists.export import MEDIA, Sheet
from service.lists.queries import count_guests
from service.outbox.bell import Bell
from service.web.forms import Form, go, read_form
from service.web.templating import language_of

AT_ONCE = 1_000


@post(LIST + "/export", include_in_schema=False)
async def export(
    request: Request[Any, Any, Any], slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database],
    bell: NamedDependency[Bell], now: NamedDependency[datetime],
) -> Response[bytes] | Redirect:  # fmt: skip
    """Those ticked, else all that the list finds, with the list's columns in its order."""
    form = await read_form(request)
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "see")
        ids = (
            await chosen_ids(session, actor, event, form)
            if form.many("id") and form.get("all") != "yes"
            else None
        )
        sheet, language = _sheet(form, ids), language_of(request)
        count = (
            len(ids)
            if ids is not None
            else await count_guests(session, await scope_of(session, event, actor), sheet.wanted)
        )
        if count > AT_ONCE and actor.kind == "account":
            given = {
                "query": form.get("list", ""),
                "columns": sheet.columns,
                "form": sheet.form,
                "language": language,
            }
            job = await start(
                session, actor, event, "export", {**given, "ids": msgspec.to_builtins(ids)}, total=count
            )
        else:
            with TemporaryDirectory(prefix="qonaq-export-") as folder:
                path = Path(folder) / "list"
                await write_list(session, actor, event, sheet, language, path)
                body = path.read_bytes()
            name = file_name(event, sheet.form, now.astimezone(ZoneInfo(event.zone)).date().isoformat())
            return Response(body, media_type=MEDIA[sheet.form], headers=_headers(name))
    bell.ring()
    return go(f"/console/{slug}/jobs/{job.id}")


def _sheet(form: Form, ids: list[UUID] | None) -> Sheet:
    wanted = msgspec.structs.replace(read_query(form.get("list", "")), after="")
    return Sheet(wanted=wanted, columns=columns_of(wanted.cols), form=_form(form.get("form", "")), ids=ids)


def columns_of(cols: str) -> tuple[str, ...]:
    """Those of the list; a list shows both names in one column, a file in two."""
    asked = [
        name.strip().removeprefix("answer.") for name in cols.split(",") if name.strip().startswith("answer.")
    ]
    chosen = read_columns(cols, asked)
    return chosen if "latin-name" in chosen else (chosen[0], "latin-name", *chosen[1:])


def _form(wanted: str) -> str:
    return wanted if wanted in MEDIA else "xlsx"


def _headers(name: str) -> dict[str, str]:
    return {"content-disposition": f'attachment; filename="{name}"', "cache-control": "private, no-store"}


ROUTES = (export,)
