"""The directory: everybody the organisation knows, one person with all their events, and doubles made one."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Response
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.console import words
from service.core.actor import Actor
from service.core.database import Database
from service.core.errors import NotFound, QonaqError
from service.core.names import lang_of_name
from service.credentials.operations import Signer
from service.directory import operations, queries
from service.directory.queries import PAGE, Visit, organisation_of
from service.outbox.bell import Bell
from service.people.models import CARD_FIELDS, Merge, Person
from service.registrations.queries import as_id
from service.web.forms import go, read_form
from service.web.templating import page, sentence
from service.web.words import N_

AT = "/console/people"
ONE = AT + "/{person_id:uuid}"
SHOWN = tuple(field for field in CARD_FIELDS if field != "in_languages")
OUT = ("cancelled", "rejected")


@get(AT, include_in_schema=False)
async def people_page(
    request: Request[Any, Any, Any], actor: NamedDependency[Actor], db: NamedDependency[Database],
    q: FromQuery[str] = "", tag: FromQuery[str] = "", after: FromQuery[str] = "",
) -> Response[str]:  # fmt: skip
    """Fifty at a time, the newest first, or those that are searched for in any spelling."""
    organisation_id = organisation_of(actor, "see")
    q, tag = q.replace("\0", ""), tag.replace("\0", "")
    async with db.begin() as session:
        rows = await queries.list_people(session, organisation_id, q, tag, after)
        tags = await queries.list_tags(session, organisation_id)
    return page(
        request, "console/people.html", event=None, here="people", rows=rows, tags=tags, q=q, tag=tag,
        after=str(rows[-1].person.id) if len(rows) == PAGE else "", paged=bool(after), lang_of_name=lang_of_name,
    )  # fmt: skip


@get(AT + "/doubles", include_in_schema=False)
async def doubles_page(
    request: Request[Any, Any, Any], actor: NamedDependency[Actor], db: NamedDependency[Database]
) -> Response[str]:
    """Pairs that may be one human being, with the reasons; a person decides."""
    organisation_id = organisation_of(actor, "see")
    async with db.begin() as session:
        pairs = await queries.list_doubles(session, organisation_id)
    return page(
        request, "console/doubles.html", event=None, here="people", pairs=pairs, why=words.WHY_DOUBLE,
        lang_of_name=lang_of_name, may="manage" in actor.needs(organisation_id),
    )  # fmt: skip


@get(ONE, include_in_schema=False)
async def person_page(
    request: Request[Any, Any, Any], person_id: FromPath[UUID], actor: NamedDependency[Actor],
    db: NamedDependency[Database],
) -> Response[str]:  # fmt: skip
    """All events, invitations and what happened; tags, note, and who may be the same. Raises NotFound."""
    organisation_id = organisation_of(actor, "see")
    async with db.begin() as session:
        person = await queries.get_person(session, organisation_id, person_id)
        known: dict[str, Any] = {
            "visits": await queries.list_visits(session, person.id),
            "invitations": await queries.list_invitations_of(session, person.id),
            "history": await queries.list_history(session, person.id),
            "doubles": await queries.list_doubles(session, organisation_id, person.id),
            "merges": await queries.list_merges_of(session, person.id),
            "tags": (await queries.list_tags_of(session, [person.id])).get(person.id, ()),
            "all_tags": await queries.list_tags(session, organisation_id),
        }
    return page(
        request, "console/person.html", event=None, here="people", person=person, change=words.change,
        letters=words.LETTERS, fields=words.FIELDS, why=words.WHY_DOUBLE, lang_of_name=lang_of_name,
        may="manage" in actor.needs(organisation_id), **known,
    )  # fmt: skip


@post(ONE + "/note", include_in_schema=False)
async def save_note(
    request: Request[Any, Any, Any], person_id: FromPath[UUID], actor: NamedDependency[Actor],
    db: NamedDependency[Database],
) -> Redirect:  # fmt: skip
    """The team's own words."""
    organisation_id, form = organisation_of(actor, "manage"), await read_form(request)
    version = int(form["version"]) if form.get("version", "").isdecimal() else 0
    try:
        async with db.begin() as session:
            person = await queries.get_person(session, organisation_id, person_id, lock=True)
            await operations.set_note(session, actor, person, form.get("note", ""), expected_version=version)
    except QonaqError as refused:
        if refused.code == "not_found":
            raise
        return go(f"{AT}/{person_id}", sentence(request, refused.say), "error")
    return go(f"{AT}/{person_id}", N_("Saved."))


@post(ONE + "/tag", include_in_schema=False)
async def save_tag(
    request: Request[Any, Any, Any], person_id: FromPath[UUID], actor: NamedDependency[Actor],
    db: NamedDependency[Database],
) -> Redirect:  # fmt: skip
    """Put a tag on (`tag`), or take one off (`off`)."""
    organisation_id, form = organisation_of(actor, "manage"), await read_form(request)
    async with db.begin() as session:
        person = await queries.get_person(session, organisation_id, person_id, lock=True)
        on = not form.get("off")
        await operations.set_tag(session, actor, person, form.get("tag") if on else form["off"], on=on)  # type: ignore[arg-type]  # '' does nothing
    return go(f"{AT}/{person_id}", N_("Saved."))


@get(ONE + "/merge/{other_id:uuid}", include_in_schema=False)
async def merge_page(
    request: Request[Any, Any, Any], person_id: FromPath[UUID], other_id: FromPath[UUID],
    actor: NamedDependency[Actor], db: NamedDependency[Database],
) -> Response[str]:  # fmt: skip
    """Both side by side, field by field, and the events at which both are registered. Raises NotFound."""
    organisation_id = organisation_of(actor, "manage")
    async with db.begin() as session:
        one, other = (
            await queries.get_person(session, organisation_id, person_id),
            await queries.get_person(session, organisation_id, other_id),
        )
        mine, theirs = (
            await queries.list_visits(session, one.id),
            await queries.list_visits(session, other.id),
        )
    return page(
        request, "console/merge.html", event=None, here="people", one=one, other=other, shown=SHOWN,
        fields=words.FIELDS, both=_at_both(mine, theirs), lang_of_name=lang_of_name,
        visits={one.id: len(mine), other.id: len(theirs)},
    )  # fmt: skip


def _at_both(mine: list[Visit], theirs: list[Visit]) -> list[tuple[Visit, Visit]]:
    """Living registrations of both at one event."""
    alive = {one.event.id: one for one in mine if one.registration.state not in OUT}
    return [
        (alive[one.event.id], one)
        for one in theirs
        if one.event.id in alive and one.registration.state not in OUT
    ]


@post(ONE + "/merge/{other_id:uuid}", include_in_schema=False)
async def merge_people(
    request: Request[Any, Any, Any], person_id: FromPath[UUID], other_id: FromPath[UUID],
    actor: NamedDependency[Actor], db: NamedDependency[Database], signer: NamedDependency[Signer],
    bell: NamedDependency[Bell], now: NamedDependency[datetime],
) -> Redirect:  # fmt: skip
    """`person_id` is kept; `take` names fields of the other one; `cancel` are double registrations. Can be undone."""
    organisation_id, form = organisation_of(actor, "manage"), await read_form(request)
    try:
        async with db.begin() as session:
            people = await _two(session, organisation_id, person_id, other_id)
            await operations.merge(
                session, actor, people[person_id], people[other_id], take=form.many("take"),
                cancelled={found for one in form.many("cancel") if (found := as_id(one))}, signer=signer, now=now,
            )  # fmt: skip
    except QonaqError as refused:
        if refused.code in ("not_found", "forbidden"):
            raise
        return go(
            f"{AT}/{person_id}/merge/{other_id}", sentence(request, refused.say, **refused.data), "error"
        )
    bell.ring()
    return go(f"{AT}/{person_id}", N_("They are one person now. This can be taken back below."))


async def _two(session: AsyncSession, organisation_id: UUID, *ids: UUID) -> dict[UUID, Person]:
    """Both, locked in the order of their ids: two who merge at once never wait in a circle."""
    return {one: await queries.get_person(session, organisation_id, one, lock=True) for one in sorted(ids)}


@post(ONE + "/apart/{other_id:uuid}", include_in_schema=False)
async def tell_apart(
    person_id: FromPath[UUID], other_id: FromPath[UUID], actor: NamedDependency[Actor],
    db: NamedDependency[Database],
) -> Redirect:  # fmt: skip
    """Not offered as doubles again. Raises NotFound."""
    organisation_id = organisation_of(actor, "manage")
    async with db.begin() as session:
        people = await _two(session, organisation_id, person_id, other_id)
        await operations.tell_apart(session, actor, people[person_id], people[other_id])
    return go(f"{AT}/doubles", N_("They stay two people."))


@post(AT + "/merges/{merge_id:uuid}/undo", include_in_schema=False)
async def undo_merge(
    request: Request[Any, Any, Any], merge_id: FromPath[UUID], actor: NamedDependency[Actor],
    db: NamedDependency[Database], now: NamedDependency[datetime],
) -> Redirect:  # fmt: skip
    """Two people again. Raises NotFound."""
    organisation_id = organisation_of(actor, "manage")
    try:
        async with db.begin() as session:
            wanted = select(Merge).where(Merge.id == merge_id, Merge.organisation_id == organisation_id)
            found = (await session.execute(wanted.with_for_update())).scalar_one_or_none()
            if found is None:
                raise NotFound
            gone_id = found.gone_id
            stayed = await operations.take_back(session, actor, found, now=now)
    except QonaqError as refused:
        if refused.code in ("not_found", "forbidden"):
            raise
        return go(f"{AT}/doubles", sentence(request, refused.say), "error")
    if stayed:
        return go(
            f"{AT}/{gone_id}", N_("Two people again. A registration that was cancelled as a double stays so.")
        )
    return go(f"{AT}/{gone_id}", N_("Two people again."))


ROUTES = (
    people_page, doubles_page, person_page, save_note, save_tag, merge_page, merge_people, tell_apart, undo_merge,
)  # fmt: skip
