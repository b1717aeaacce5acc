"""The programme as guests see it, with everything to change it."""

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response

from emails.languages import LANGUAGES, OWN_NAMES
from service.core.actor import Actor
from service.core.database import Database
from service.core.errors import Invalid, NotFound
from service.events.models import Event
from service.events.queries import get_event
from service.programme import operations
from service.programme.models import ProgrammeSession, Room, Track
from service.programme.queries import get_part, list_days, list_parts
from service.programme.schemas import read_label, read_session, speaker_lines
from service.web.forms import go, read_form
from service.web.templating import page
from service.web.words import N_

AT = "/console/{slug:str}/programme"
KINDS: dict[str, type[Any]] = {"sessions": ProgrammeSession, "tracks": Track, "rooms": Room}


@get(AT, include_in_schema=False)
async def programme_page(
    request: Request[Any, Any, Any],
    slug: FromPath[str],
    actor: NamedDependency[Actor],
    db: NamedDependency[Database],
) -> Response[str]:
    """Days with their sessions; tracks and rooms."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "see")
        days = await list_days(session, event.id, event.zone)
        tracks, rooms = await list_parts(session, Track, event.id), await list_parts(session, Room, event.id)
    may = "manage" in actor.needs(event.organisation_id, event.id)
    return page(
        request,
        "console/programme.html",
        event=event,
        here="programme",
        days=days,
        tracks=tracks,
        rooms=rooms,
        may=may,
    )


@get([AT + "/{kind:str}/new", AT + "/{kind:str}/{part_id:uuid}"], include_in_schema=False)
async def part_page(
    request: Request[Any, Any, Any], slug: FromPath[str], kind: FromPath[str], actor: NamedDependency[Actor],
    db: NamedDependency[Database],
) -> Response[str]:  # fmt: skip
    """A session, track or room: new, or as it is. Raises NotFound."""
    part_id, wanted = request.path_params.get("part_id"), _kind(kind)
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        part = await get_part(session, wanted, event.id, part_id) if part_id else None
    form = _as_form(part, event) if part is not None else _empty(event)
    return await _part_page(request, db, event, kind, part_id, form)


def _kind(kind: str) -> type[Any]:
    if kind not in KINDS:
        raise NotFound
    return KINDS[kind]


def _empty(event: Event) -> dict[str, str]:
    start = event.starts_at.astimezone(ZoneInfo(event.zone)).strftime("%Y-%m-%dT%H:%M")
    return {"starts_at": start, "ends_at": start, "colour": "1"}


def _as_form(part: Any, event: Event) -> dict[str, str]:
    form = {f"name_{code}": text for code, text in getattr(part, "name", {}).items()}
    if isinstance(part, ProgrammeSession):
        for field in ("title", "summary"):
            form |= {f"{field}_{code}": text for code, text in getattr(part, field).items()}
        form |= {f"speakers_{code}": speaker_lines(part.speakers, code) for code in LANGUAGES}
        for field in ("starts_at", "ends_at"):
            form[field] = getattr(part, field).astimezone(ZoneInfo(event.zone)).strftime("%Y-%m-%dT%H:%M")
        form |= {
            "track": str(part.track_id or ""),
            "room": str(part.room_id or ""),
            "languages": ",".join(part.languages),
        }
    else:
        form["colour"] = str(getattr(part, "colour", 1))
        form["capacity"] = str(getattr(part, "capacity", "") or "")
    return form


async def _part_page(
    request: Request[Any, Any, Any], db: Database, event: Event, kind: str, part_id: UUID | None, form: dict[str, str],
    refused: Invalid | None = None,
) -> Response[str]:  # fmt: skip
    async with db.begin() as session:
        tracks, rooms = await list_parts(session, Track, event.id), await list_parts(session, Room, event.id)
    return page(
        request, "console/part.html", status=422 if refused else 200, event=event, here="programme", kind=kind,
        part_id=part_id, form=form, errors=refused.errors if refused else {}, tracks=tracks, rooms=rooms,
        all_languages=[(code, OWN_NAMES[code]) for code in LANGUAGES],
        spoken=[*((code, OWN_NAMES[code]) for code in LANGUAGES), ("zh", "中文"), ("ja", "日本語")],
    )  # fmt: skip


@post([AT + "/{kind:str}/new", AT + "/{kind:str}/{part_id:uuid}"], include_in_schema=False)
async def save_part(
    request: Request[Any, Any, Any], slug: FromPath[str], kind: FromPath[str], actor: NamedDependency[Actor],
    db: NamedDependency[Database],
) -> Response[str] | Redirect:  # fmt: skip
    """Guests see it within a second."""
    form, part_id, wanted = await read_form(request), request.path_params.get("part_id"), _kind(kind)
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
    try:
        async with db.begin() as session:
            mine = await get_event(session, actor, slug, "manage")
            if wanted is ProgrammeSession:
                given = read_session(form, form.many("languages"), mine.zone)
                await operations.save_session(session, actor, mine, given, part_id)
            else:
                await operations.save_label(session, actor, mine, wanted, read_label(form), part_id)
    except Invalid as refused:
        form["languages"] = ",".join(form.many("languages"))
        return await _part_page(request, db, event, kind, part_id, form, refused)
    return go(f"/console/{slug}/programme", N_("Saved."))


@post(AT + "/{kind:str}/{part_id:uuid}/remove", include_in_schema=False)
async def remove_part(
    slug: FromPath[str], kind: FromPath[str], part_id: FromPath[UUID], actor: NamedDependency[Actor],
    db: NamedDependency[Database],
) -> Redirect:  # fmt: skip
    """Sessions of a removed track or room stay."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        await operations.remove(session, actor, event, _kind(kind), part_id)
    return go(f"/console/{slug}/programme", N_("Removed."))


ROUTES = (programme_page, part_page, save_part, remove_part)
