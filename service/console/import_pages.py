"""Bringing a list in: the file, its columns, every row looked at, and then the word to go."""

import asyncio
import csv
import io
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response

from emails.languages import LANGUAGES, OWN_NAMES
from service.console import import_words
from service.core.actor import Actor
from service.core.database import Database
from service.core.errors import Invalid
from service.events.queries import get_event, list_category_views
from service.imports import operations, queries
from service.imports.applying import count_rows
from service.imports.encodings import ENCODINGS
from service.imports.errors import FileEmpty, FileRefused, FileTooLarge
from service.imports.mapping import TARGETS
from service.imports.models import VERDICTS, Import
from service.imports.reading import DELIMITERS, LARGEST, Table, read_table
from service.imports.schemas import Options
from service.lists.export import harmless
from service.outbox.bell import Bell
from service.web.forms import Form, go, read_form
from service.web.templating import page, sentence
from service.web.words import N_

AT = "/console/{slug:str}/imports"
ONE = AT + "/{import_id:uuid}"
SAMPLE = 5
MULTIPART = 1_000_000  # what stands around a file in a form


@get(AT, include_in_schema=False)
async def imports_page(
    request: Request[Any, Any, Any], slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database]
) -> Response[str]:  # fmt: skip
    """The file to bring, and what was brought before."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        known = await queries.list_imports(session, event.id)
    return page(
        request, "console/imports.html", event=event, here="guests", imports=known, words=import_words
    )


@post(AT, include_in_schema=False, request_max_body_size=LARGEST + MULTIPART)
async def bring(
    request: Request[Any, Any, Any], slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database]
) -> Response[str] | Redirect:  # fmt: skip
    """A file that cannot be read is refused with the reason, and nothing is kept of it."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
    try:
        name, body, table = await _upload(await read_form(request))
    except FileRefused as refused:
        async with db.begin() as session:
            known = await queries.list_imports(session, event.id)
        said = sentence(request, refused.say, **refused.data)
        return page(
            request, "console/imports.html", event=event, here="guests", imports=known, words=import_words, error=said,
            status=422,
        )  # fmt: skip
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        categories = await list_category_views(session, event.id)
        first = categories[0].key if categories else ""
        made = await operations.bring(session, actor, event, name, body, table, first)
    return go(f"/console/{slug}/imports/{made.id}")


async def _upload(form: Form) -> tuple[str, bytes, Table]:
    """Raises FileRefused."""
    if form.get("text"):
        body = form["text"].encode()
        return "…", body, await asyncio.to_thread(read_table, body)
    file = form.files.get("file")
    if file is None or not file.filename:
        raise FileEmpty
    body = await file.read(LARGEST + 1)
    if len(body) > LARGEST:
        raise FileTooLarge(most=LARGEST // 1024 // 1024)
    return file.filename, body, await asyncio.to_thread(read_table, body)


@get(ONE, include_in_schema=False)
async def import_page(
    request: Request[Any, Any, Any], slug: FromPath[str], import_id: FromPath[UUID], actor: NamedDependency[Actor],
    db: NamedDependency[Database],
) -> Response[str]:  # fmt: skip
    """First its columns; when they were read, its rows by verdict."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        found = await queries.get_import(session, event.id, import_id)
        if found.state == "mapping" or "columns" in request.query_params:
            categories = await list_category_views(session, event.id)
            return await _columns(
                request, event, found, await queries.get_body(session, import_id), categories
            )
        counts = await count_rows(session, import_id)
        verdict = _verdict(request.query_params.get("show", ""), counts)
        after = request.query_params.get("after", "0")
        rows = await queries.list_rows(session, import_id, verdict, int(after) if after.isdecimal() else 0)
        choices = await queries.count_choices(session, import_id)
    return page(
        request, "console/import_rows.html", event=event, here="guests", found=found, counts=counts, verdict=verdict,
        rows=rows, verdicts=VERDICTS, words=import_words, choices=choices,
        after=rows[-1].line if len(rows) == queries.PAGE else 0,
    )  # fmt: skip


def _verdict(wanted: str, counts: dict[str, int]) -> str:
    """What one has to decide on first."""
    if wanted in VERDICTS:
        return wanted
    return next((one for one in ("duplicate", "wrong", "changed", "new") if counts.get(one)), "same")


async def _columns(
    request: Request[Any, Any, Any], event: Any, found: Import, body: bytes, categories: Any, error: str = "",
    form: Form | None = None,
) -> Response[str]:  # fmt: skip
    options = msgspec.convert(found.options, Options)
    if form is not None:
        options = _options(form)
    try:
        table = await asyncio.to_thread(
            read_table, body, encoding=options.encoding, delimiter=options.delimiter, most=SAMPLE
        )
    except FileRefused as refused:
        error, table = sentence(request, refused.say, **refused.data), Table(heads=found.heads, lines=[])
    mapping = form.many("target") if form is not None else found.mapping
    columns = [
        (
            place,
            head,
            mapping[place] if place < len(mapping) else "",
            [line.cells[place] for line in table.lines],
        )
        for place, head in enumerate(table.heads)
    ]
    return page(
        request, "console/import_columns.html", event=event, here="guests", found=found, columns=columns,
        options=options, targets=TARGETS, words=import_words, categories=categories,
        encodings=ENCODINGS, delimiters=DELIMITERS,
        all_languages=[(code, OWN_NAMES[code]) for code in LANGUAGES], error=error, status=422 if error else 200,
    )  # fmt: skip


def _options(form: Form) -> Options:
    return Options(
        encoding=form.get("encoding", "") if form.get("encoding") in ENCODINGS else "",
        delimiter={"tab": "\t"}.get(form.get("delimiter", ""), form.get("delimiter", "")[:1]),
        category=form.get("category", ""), language=form["language"] if form.get("language") in LANGUAGES else "en",
        state=form["state"] if form.get("state") in ("approved", "pending") else "rule",
        mails=form.get("mails") == "yes",
        words_for_nothing=form.get("words_for_nothing") == "yes", make_categories=form.get("make_categories") == "yes",
        make_delegations=form.get("make_delegations") == "yes", without_country=form.get("without_country") == "yes",
    )  # fmt: skip


@post(ONE, include_in_schema=False)
async def read_it(
    request: Request[Any, Any, Any], slug: FromPath[str], import_id: FromPath[UUID], actor: NamedDependency[Actor],
    db: NamedDependency[Database], bell: NamedDependency[Bell],
) -> Response[str] | Redirect:  # fmt: skip
    """Read the file so; `again` only shows the sample anew, in another encoding."""
    form = await read_form(request)
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        found = await queries.get_import(session, event.id, import_id, lock=True)
        body, categories = (
            await queries.get_body(session, import_id),
            await list_category_views(session, event.id),
        )
        if "again" in form:
            return await _columns(request, event, found, body, categories, form=form)
        options = _options(form)
        try:
            table = await asyncio.to_thread(
                read_table, body, encoding=options.encoding, delimiter=options.delimiter, most=SAMPLE
            )
            job = await operations.read_it(session, actor, event, found, table, form.many("target"), options)
        except Invalid as invalid:
            said = sentence(request, next(iter(invalid.errors.values()), invalid.say), **invalid.data)
            return await _columns(request, event, found, body, categories, said, form)
    bell.ring()
    return go(f"/console/{slug}/jobs/{job.id}")


@post(ONE + "/choose", include_in_schema=False)
async def choose(
    request: Request[Any, Any, Any], slug: FromPath[str], import_id: FromPath[UUID], actor: NamedDependency[Actor],
    db: NamedDependency[Database],
) -> Redirect:  # fmt: skip
    """What becomes of one possible double, or of all that are open."""
    form = await read_form(request)
    choice, _, registration = form.get("choice", "").partition(":")
    line = int(form["line"]) if form.get("line", "").isdecimal() else None
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        found = await queries.get_import(session, event.id, import_id, lock=True)
        if choice in ("new", "skip") or (choice == "same" and registration):
            known = await queries.find_candidate(session, event.id, registration) if registration else None
            await operations.choose(session, found, line, choice, known)
    return go(f"/console/{slug}/imports/{import_id}?show=duplicate&after={max(0, (line or 1) - 1)}")


@post(ONE + "/{step:str}", include_in_schema=False)
async def next_step(
    slug: FromPath[str], import_id: FromPath[UUID], step: FromPath[str], actor: NamedDependency[Actor],
    db: NamedDependency[Database], bell: NamedDependency[Bell],
) -> Redirect:  # fmt: skip
    """Apply, or take it back."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        found = await queries.get_import(session, event.id, import_id, lock=True)
        if step not in ("apply", "undo"):
            return go(f"/console/{slug}/imports/{import_id}")
        do = operations.go_ahead if step == "apply" else operations.take_back
        job = await do(session, actor, event, found)
    bell.ring()
    return go(f"/console/{slug}/jobs/{job.id}")


@get(ONE + "/wrong.csv", include_in_schema=False)
async def wrong_rows(
    request: Request[Any, Any, Any], slug: FromPath[str], import_id: FromPath[UUID], actor: NamedDependency[Actor],
    db: NamedDependency[Database],
) -> Response[bytes]:  # fmt: skip
    """The rows to correct and bring again, with the reason in the last column."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        found = await queries.get_import(session, event.id, import_id)
        rows = await queries.list_wrong(session, import_id)
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow([*map(harmless, found.heads), sentence(request, N_("Problem"))])
    for row in rows:
        table.writerow([*map(harmless, row.cells), sentence(request, row.problem, **row.problem_data)])
    name = f"to-correct-{slug}.csv"
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "private, no-store"}
    return Response(
        b"\xef\xbb\xbf" + out.getvalue().encode(), media_type="text/csv; charset=utf-8", headers=headers
    )


ROUTES = (imports_page, bring, import_page, read_it, choose, next_step, wrong_rows)
