"""Correcting a guest where they stand in the list: one row becomes fields, and a row again."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response
from sqlalchemy.ext.asyncio import AsyncSession

from service.console import words
from service.console.edit_pages import form_of
from service.console.guest_pages import ONE
from service.console.list_words import ListWords
from service.core.actor import Actor
from service.core.database import Database
from service.core.errors import Conflict, Invalid, QonaqError
from service.core.names import lang_of_name
from service.events.models import Event
from service.events.queries import get_event, list_category_views
from service.lists.addresses import query_of, read_list
from service.lists.answers import scope_of
from service.lists.columns import OF_CARD, load_rows, read_columns
from service.registrations import operations, queries
from service.registrations.countries import countries
from service.registrations.models import Registration
from service.registrations.schemas import check, read_application
from service.web.forms import Form, read_form
from service.web.templating import language_of, page, sentence
from service.web.words import N_

# Columns whose cell is a field, and the field; what is decided elsewhere is not one.
EDITABLE = {"name": "native_name", "country": "country"} | {
    column: field for column, field in OF_CARD.items() if column != "reason"
}

MEANWHILE = N_("Somebody saved this in the meantime. Saving once more keeps what you typed.")


class Editing(msgspec.Struct, frozen=True):
    """What stands in the fields of the row, and what was wrong: with one of them (`errors`), with a detail that the
    list does not show (`elsewhere`: its label and what to do), with all. `now` is what another saved meanwhile."""

    form: dict[str, str]
    errors: dict[str, str] = {}
    elsewhere: list[tuple[str, str]] = []
    said: str = ""
    now: dict[str, str] = {}


@get(ONE + "/row", include_in_schema=False)
async def row_page(
    request: Request[Any, Any, Any], slug: FromPath[str], registration_id: FromPath[UUID],
    actor: NamedDependency[Actor], db: NamedDependency[Database],
) -> Response[str]:  # fmt: skip
    """The row as it is; with `edit` as fields."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        guest = await queries.get_registration(session, event.id, registration_id)
        editing = None
        if "edit" in request.query_params:
            editing = Editing(form_of(guest, await list_category_views(session, event.id)))
        return await _row(request, session, actor, event, guest, editing)


@post(ONE + "/row", include_in_schema=False)
async def save_row(
    request: Request[Any, Any, Any], slug: FromPath[str], registration_id: FromPath[UUID],
    actor: NamedDependency[Actor], db: NamedDependency[Database],
) -> Response[str]:  # fmt: skip
    """Saved and a row again; refused, it stays fields with what was typed. Who saves over another's change is told what
    stands there now, and saves once more."""
    typed = await read_form(request)
    try:
        async with db.begin() as session:
            event = await get_event(session, actor, slug, "manage")
            guest = await queries.get_registration(session, event.id, registration_id, lock=True)
            form = _filled(form_of(guest, await list_category_views(session, event.id)), typed)
            application = check(read_application(form), consent_version=None, by_team=True)
            version = typed.get("row_version", "")
            expected = int(version) if version.isdecimal() else None
            await operations.change(session, actor, guest, application, expected_version=expected)
            return await _row(request, session, actor, event, guest, None)
    except QonaqError as refused:
        if refused.code in ("not_found", "forbidden"):
            raise
        async with db.begin() as session:
            event = await get_event(session, actor, slug, "manage")
            guest = await queries.get_registration(session, event.id, registration_id)
            stored = form_of(guest, await list_category_views(session, event.id))
            return await _row(
                request, session, actor, event, guest, _refused(request, refused, stored, typed)
            )


def _refused(
    request: Request[Any, Any, Any], refused: QonaqError, stored: dict[str, str], typed: Form
) -> Editing:
    form = _filled(stored, typed)
    if isinstance(refused, Invalid):
        known = {field for field in EDITABLE.values() if f"row_{field}" in typed}
        elsewhere = [
            (words.FIELDS.get(key, key), say) for key, say in refused.errors.items() if key not in known
        ]
        return Editing(form, refused.errors, elsewhere)
    if type(refused) is Conflict:
        now = {key: stored.get(key, "") for key in form if form[key] != stored.get(key, "")}
        return Editing(form, said=sentence(request, MEANWHILE), now=now)
    return Editing(form, said=sentence(request, refused.say, **refused.data))


def _filled(stored: dict[str, str], typed: Form) -> dict[str, str]:
    """The details as they are, with what was typed over them."""
    return stored | {field: typed[f"row_{field}"] for field in EDITABLE.values() if f"row_{field}" in typed}


async def _row(
    request: Request[Any, Any, Any], session: AsyncSession, actor: Actor, event: Event, guest: Registration,
    editing: Editing | None,
) -> Response[str]:  # fmt: skip
    """One row, with the columns of the list that it stands in."""
    wanted = read_list(request.query_params)
    scope = await scope_of(session, event, actor)
    columns = read_columns(wanted.cols, [one.key for one in scope.questions])
    categories = await list_category_views(session, event.id)
    [row] = await load_rows(session, [guest], columns)
    return page(
        request, "console/row.html", status=422 if editing and (editing.errors or editing.said) else 200, event=event,
        row=row, columns=columns, by_category={one.id: one for one in categories}, editing=editing, may=True,
        words=ListWords(language_of(request), categories, scope.questions, event_languages=event.languages),
        keep=f"?{query_of(wanted)}" if query_of(wanted) else "", lang_of_name=lang_of_name, editable=EDITABLE,
        countries=countries(language_of(request)),
    )  # fmt: skip


ROUTES = (row_page, save_row)
