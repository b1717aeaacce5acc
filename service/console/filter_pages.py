"""Making a filter of the list step by step: a field, then its values; and keeping the list as a view of the team."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from emails.languages import LANGUAGES
from service.console import words
from service.console.list_words import ANSWERS, GROUPS, ListWords
from service.console.segment_words import NAMED, Names, needs_names, read_names
from service.core.actor import Actor
from service.core.database import Database
from service.core.errors import QonaqError
from service.delegations.models import Delegation
from service.events.models import Event
from service.events.queries import get_event, list_category_views
from service.lists.addresses import query_of, read_filter, read_list, read_query
from service.lists.answers import scope_of
from service.lists.errors import FilterUnclear
from service.lists.fields import FIELDS, Field, Scope, condition_of
from service.lists.language import ANY, NONE, Not, Or, Part, Term, all_of, parts_of
from service.lists.operations import remove_view, save_view
from service.lists.queries import Filter, list_countries
from service.people.models import Tag
from service.web.forms import go, read_form
from service.web.templating import language_of, page, sentence
from service.web.words import N_

LIST = "/console/{slug:str}/guests"
MOST_CHOICES = 500


@get(LIST + "/filter", include_in_schema=False)
async def filter_page(
    request: Request[Any, Any, Any],
    slug: FromPath[str],
    actor: NamedDependency[Actor],
    db: NamedDependency[Database],
) -> Response[str] | Redirect:
    """Without `field` all fields, with it the field's values; with values too, on to the list that they narrow."""
    given = request.query_params
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "see")
        scope = await scope_of(session, event, actor)
        try:
            wanted = read_list(given)
            if "sign" in given:
                part = _read_part(given.get("field", ""), given.get("sign", ""), given.getall("value", []))
                condition_of(scope, part, FIELDS)
                return go(
                    f"/console/{slug}/guests?{query_of(_narrowed(wanted, part, given.get('join', '')))}"
                )
        except FilterUnclear as unclear:
            return await mend_filter(request, session, actor, event, unclear)
        field = given.get("field", "")
        return await _show(
            request, session, actor, event, wanted, FIELDS.get(field) or scope.answers.get(field), scope=scope
        )


def _read_part(field: str, sign: str, values: list[str]) -> Part:
    """`sign` may begin with a minus: then it is not so. Raises FilterUnclear without a value."""
    typed = tuple(_value(value) for value in values if value.strip())
    if not typed:
        raise FilterUnclear(near=field)
    term = Term(field, sign.removeprefix("-"), typed)
    return Not(term) if sign.startswith("-") else term


def _value(value: str) -> str:
    value = " ".join(value.replace("\0", "").split())[:200]
    return {"(none)": NONE, "(any)": ANY}.get(value, value)


def _narrowed(wanted: Filter, part: Part, join: str) -> Filter:
    """And: one more that must hold. Or: the last one, or this."""
    parts = list(parts_of(wanted.part))
    if join == "or" and parts:
        last = parts.pop()
        part = Or((*(last.parts if isinstance(last, Or) else (last,)), part))
    return msgspec.structs.replace(wanted, part=all_of([*parts, part]), after="")


async def mend_filter(
    request: Request[Any, Any, Any], session: AsyncSession, actor: Actor, event: Event, unclear: FilterUnclear
) -> Response[str]:
    """The text as it was typed, and where it cannot be read."""
    typed = request.query_params.get("where", "")
    said = sentence(request, unclear.say, **unclear.data)
    plain = read_filter({"q": request.query_params.get("q", "")})
    return await _show(request, session, actor, event, plain, None, typed=typed, error=said)


async def _show(
    request: Request[Any, Any, Any], session: AsyncSession, actor: Actor, event: Event, wanted: Filter,
    field: Field | None, *, typed: str | None = None, error: str = "", scope: Scope | None = None,
) -> Response[str]:  # fmt: skip
    categories = await list_category_views(session, event.id)
    scope = scope or await scope_of(session, event)
    named = needs_names(wanted.part) or (field is not None and field.key in NAMED)
    names = await read_names(session, actor, event, language_of(request)) if named else Names({}, {})
    said = ListWords(
        language_of(request), categories, scope.questions, event_languages=event.languages, names=names.all
    )
    choices = await _choices(session, event, field, [one.key for one in categories], names) if field else []
    return page(
        request, "console/filter.html", event=event, here="guests", wanted=wanted, field=field, words=said,
        choices=sorted(((said.value(field.key, one), one) for one in choices), key=lambda pair: pair[0].casefold())
        if field and field.source else [(said.value(field.key, one), one) for one in choices] if field else [],
        groups=(*GROUPS, (ANSWERS, tuple(scope.answers))) if scope.answers else GROUPS, query_of=query_of,
        typed=wanted.where if typed is None else typed, error=error, status=422 if error else 200,
    )  # fmt: skip


async def _choices(
    session: AsyncSession, event: Event, field: Field, categories: list[str], names: Names
) -> list[str]:
    """Values that may be chosen; a field of free text has none."""
    if field.choices:
        return list(field.choices)
    if field.source == "categories":
        return categories
    if field.source == "countries":
        return await list_countries(session, event.id)
    known = {
        "letters": list(words.LETTERS), "languages": list(LANGUAGES), "messages": list(names.messages),
        "events": list(names.events),
    }  # fmt: skip
    if field.source in known:
        return known[field.source]
    stored = {
        "tags": select(Tag.name).where(Tag.organisation_id == event.organisation_id),
        "delegations": select(Delegation.name).where(Delegation.event_id == event.id),
    }  # fmt: skip
    if field.source not in stored:
        return []
    return list((await session.execute(stored[field.source].limit(MOST_CHOICES))).scalars())


@post(LIST + "/views", include_in_schema=False)
async def save_view_page(
    request: Request[Any, Any, Any],
    slug: FromPath[str],
    actor: NamedDependency[Actor],
    db: NamedDependency[Database],
) -> Redirect:
    """The list as it is now, under a name, for the whole team."""
    form = await read_form(request)
    wanted = read_query(form.get("list", ""))
    here = f"/console/{slug}/guests?{query_of(wanted)}".rstrip("?")
    try:
        async with db.begin() as session:
            event = await get_event(session, actor, slug, "manage")
            await save_view(session, actor, event, form.get("name", ""), wanted)
    except QonaqError as refused:
        if refused.code in ("not_found", "forbidden"):
            raise
        errors = getattr(refused, "errors", {})
        return go(here, sentence(request, next(iter(errors.values()), refused.say)), "error")
    return go(here, N_("The view is kept for the whole team."))


@post(LIST + "/views/{view_id:uuid}/remove", include_in_schema=False)
async def remove_view_page(
    slug: FromPath[str], view_id: FromPath[UUID], actor: NamedDependency[Actor], db: NamedDependency[Database]
) -> Redirect:
    """The guests in it stay as they are."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        await remove_view(session, actor, event, view_id)
    return go(f"/console/{slug}/guests", N_("The view is removed."))


ROUTES = (filter_page, save_view_page, remove_view_page)
