"""One delegate: details, decisions, badge, mails, and all that happened."""

from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import UUID

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response

from service.badges.routes import badge_of
from service.console import words
from service.console.filter_pages import LIST
from service.console.neighbours import get_neighbours
from service.core.actor import Actor
from service.core.database import Database
from service.core.names import lang_of_name
from service.core.tokens import personal_token
from service.credentials import codes
from service.credentials.operations import Signer, find_alive
from service.delegations.models import Delegation
from service.events.queries import get_event, list_category_views
from service.events.steps import step_at
from service.lists.addresses import query_of, read_filter
from service.lists.answers import scope_of
from service.organisations.queries import list_deciders
from service.questions.facts import QuestionFacts
from service.questions.files import get_file, list_files
from service.questions.queries import list_questions
from service.questions.serving import file_answer
from service.questions.words import Reader, list_answered, list_unanswered, say_answer
from service.registrations import queries
from service.registrations.deciding import stands_at_a_step
from service.registrations.models import Registration
from service.registrations.restoring import is_restorable
from service.registrations.texts import CHANNEL_NAMES
from service.settings import Settings
from service.web.templating import language_of, page

ONE = LIST + "/{registration_id:uuid}"


@get(ONE, include_in_schema=False)
async def guest_page(
    request: Request[Any, Any, Any], slug: FromPath[str], registration_id: FromPath[UUID],
    actor: NamedDependency[Actor], db: NamedDependency[Database], settings: NamedDependency[Settings],
) -> Response[str]:  # fmt: skip
    """Everything about one, the newest on top; the way to the next in the list one came from."""
    wanted = read_filter(request.query_params)
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "see")
        guest = await queries.get_registration(session, event.id, registration_id)
        categories = await list_category_views(session, event.id)
        timeline = await queries.list_timeline(session, guest.id)
        credential = await find_alive(session, guest.id)
        beside = await get_neighbours(session, await scope_of(session, event, actor), wanted, guest)
        questions = await list_questions(session, event.id)
        files = await list_files(session, guest.id) if guest.answers else {}
        companions = await queries.list_companions(session, guest.id)
        principal = await session.get(Registration, guest.principal_id) if guest.principal_id else None
        delegation = await session.get(Delegation, guest.delegation_id) if guest.delegation_id else None
        team = await list_deciders(session, event.organisation_id, event.id)
    may = "manage" in actor.needs(event.organisation_id, event.id)
    own = f"{settings.base_url}/g/{personal_token(settings.master_key, 'own', guest.id)}"
    keep, reader = query_of(wanted), Reader(language_of(request), event.languages)
    category = next(c for c in categories if c.id == guest.category_id)
    step = step_at(category.steps, guest.step)
    names = {file_id: file.name for file_id, file in files.items()}
    return page(
        request, "console/guest.html", event=event, here="guests", guest=guest, timeline=timeline,
        credential=credential, category=category,
        answers=list_answered(questions, guest.answers, reader, names), say_answer=partial(_said, questions, reader),
        missing=list_unanswered(questions, guest.answers, category.key, reader), reader=reader,
        files_at=f"/console/{slug}/guests/{guest.id}/files/",
        category_names={str(c.id): c.name for c in categories}, change=words.change, letters=words.LETTERS,
        fields=words.FIELDS, sources=words.SOURCES, channels=CHANNEL_NAMES,
        spaced=codes.spaced, lang_of_name=lang_of_name, may=may,
        own_link=own if may else "", beside=beside, companions=companions, principal=principal, delegation=delegation,
        roles=words.COMPANIONS, keep=f"?{keep}" if keep else "",
        step=step, turn=step.open_to(actor, event.organisation_id, event.id), step_name=words.step_name,
        decides=stands_at_a_step(actor, event, categories), deciders={one.id: one.name for one in team},
        restorable={one.id for one in timeline if may and is_restorable(guest, one.name, one.data)},
        onwards=f"?{query_of(wanted, after='')}".rstrip("?"),
    )  # fmt: skip


def _said(questions: Sequence[QuestionFacts], reader: Reader, key: str, value: Any) -> str:
    return say_answer(next((one for one in questions if one.key == key), None), value, reader)


@get(ONE + "/files/{file_id:uuid}", include_in_schema=False)
async def guest_file(
    slug: FromPath[str], registration_id: FromPath[UUID], file_id: FromPath[UUID], actor: NamedDependency[Actor],
    db: NamedDependency[Database],
) -> Response[bytes]:  # fmt: skip
    """What the guest gave us, for the team. Raises NotFound for a file of somebody else."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "see")
        guest = await queries.get_registration(session, event.id, registration_id)
        return file_answer(await get_file(session, guest.id, file_id))


@get(ONE + "/badge.pdf", include_in_schema=False)
async def guest_badge(
    slug: FromPath[str], registration_id: FromPath[UUID], actor: NamedDependency[Actor], db: NamedDependency[Database],
    signer: NamedDependency[Signer], settings: NamedDependency[Settings],
) -> Response[bytes]:  # fmt: skip
    """As the API gives it."""
    return await badge_of(db, actor, slug, registration_id, signer=signer, settings=settings)


ROUTES = (guest_page, guest_badge, guest_file)
