"""The API of registrations: parse, begin, call, answer."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import asyncpg
import msgspec
from litestar import Request, get, patch, post
from litestar.di import NamedDependency, Provide
from litestar.openapi.spec import Example
from litestar.params import BodyKwarg, FromPath, HeaderParameter
from litestar.response import Response

from service.core.actor import Actor
from service.core.database import Database
from service.core.tokens import new_token
from service.credentials.operations import Signer
from service.events.cache import facts_for_team
from service.events.queries import EventFacts, get_event
from service.organisations.auth import provide_actor
from service.outbox.bell import Bell
from service.questions.facts import QuestionFacts
from service.questions.files import get_file, list_files
from service.questions.queries import list_questions
from service.questions.serving import file_answer
from service.registrations import deciding, operations, queries, waiting
from service.registrations.models import Registration
from service.registrations.register import Registered, register
from service.registrations.schemas import Application, check

EVENT = "/api/v1/events/{slug:str}/registrations"
ONE = EVENT + "/{registration_id:uuid}"
WHO = {
    "category": "business", "native_name": "Әсел Нұрланқызы", "latin_name": "Assel Nurlankyzy",
    "email": "assel.nurlankyzy@steppe-ventures.example", "affiliation": "Steppe Ventures", "position": "Partner",
    "country": "KZ", "phone": "+7 701 555 01 23", "language": "kk", "dietary": "halal", "consent": True,
}  # fmt: skip


class RegistrationView(msgspec.Struct, frozen=True, kw_only=True):
    """A registration as the API shows it. Times are RFC 3339 with offset."""

    id: UUID
    state: str
    reason: str
    source: str
    category_id: UUID
    native_name: str
    latin_name: str
    honorific: str
    salutation: str
    affiliation: str
    position: str
    country: str
    phone: str
    email: str
    language: str
    academic_title: str
    name_order: str
    badge_line: str
    assistant_email: str
    in_languages: dict[str, dict[str, str]]
    dietary: str
    access_needs: str
    answers: dict[str, Any]
    version: int
    created_at: datetime
    decided_at: datetime | None
    step: int
    offer_until: datetime | None


class Decision(msgspec.Struct, frozen=True):
    """Why: stands in the mail to the guest."""

    reason: str = ""


def view(registration: Registration) -> RegistrationView:
    """What the API shows of a row."""
    return RegistrationView(
        **{name: getattr(registration, name) for name in RegistrationView.__struct_fields__}
    )


def _example(value: dict[str, Any]) -> list[Example]:
    return [Example(summary="Works against the samples", value=value)]


class Intake(msgspec.Struct, frozen=True):
    """All that registering by the team needs, as one dependency: Litestar resolves several in a task group, which costs
    a third of the registration itself."""

    actor: Actor
    event: EventFacts
    questions: tuple[QuestionFacts, ...]
    hot: asyncpg.Pool
    signer: Signer
    bell: Bell


async def provide_intake(request: Request[Any, Any, Any]) -> Intake:
    """Raises NotLoggedIn, NotFound for an outsider, Forbidden for a role that may not manage."""
    actor = await provide_actor(request)
    state = request.app.state
    event = await facts_for_team(state.db, state.events, actor, request.path_params["slug"], "manage")
    questions = await state.questions.get(event.id, event.version)
    return Intake(actor, event, questions, await state.db.hot(), state.signer, state.bell)


@post(
    EVENT, dependencies={"intake": Provide(provide_intake)},
    operation_id="register", summary="Register somebody", tags=["registrations"],
)  # fmt: skip
async def register_route(
    data: Annotated[Application, BodyKwarg(examples=_example(WHO))],
    idempotency_key: Annotated[str | None, HeaderParameter(name="Idempotency-Key", max_length=200)],
    intake: NamedDependency[Intake],
) -> Registered:
    """By the team, with consent given elsewhere. The same Idempotency-Key again gives the first answer again."""
    application = check(
        data, consent_version=intake.event.consent_version, by_team=True, questions=intake.questions
    )
    done = await register(
        intake.hot, intake.event, application, source="organizer", key=idempotency_key or new_token(),
        actor=intake.actor, signer=intake.signer,
    )  # fmt: skip
    intake.bell.ring()
    return done


@get(ONE, operation_id="get_registration", summary="Read one registration", tags=["registrations"])
async def get_route(
    slug: FromPath[str],
    registration_id: FromPath[UUID],
    actor: NamedDependency[Actor],
    db: NamedDependency[Database],
) -> RegistrationView:
    """404 for one of another event."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "see")
        return view(await queries.get_registration(session, event.id, registration_id))


@get(
    ONE + "/files/{file_id:uuid}", operation_id="get_file", summary="Fetch a file that answers a question",
    tags=["registrations"], media_type="application/octet-stream",
)  # fmt: skip
async def file_route(
    slug: FromPath[str], registration_id: FromPath[UUID], file_id: FromPath[UUID], actor: NamedDependency[Actor],
    db: NamedDependency[Database],
) -> Response[bytes]:  # fmt: skip
    """Its id is the answer. 404 for a file of somebody else."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "see")
        found = await queries.get_registration(session, event.id, registration_id)
        return file_answer(await get_file(session, found.id, file_id))


@patch(ONE, operation_id="change_registration", summary="Correct one registration", tags=["registrations"])
async def change_route(
    slug: FromPath[str], registration_id: FromPath[UUID],
    data: Annotated[Application, BodyKwarg(examples=_example(WHO))],
    actor: NamedDependency[Actor], db: NamedDependency[Database], now: NamedDependency[datetime],
) -> RegistrationView:  # fmt: skip
    """All details and answers at once; the category too, if there is a place. An answer that is a file is the id of one
    that the guest or the team brought on a page."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        found = await queries.get_registration(session, event.id, registration_id, lock=True)
        questions = await list_questions(session, event.id)
        files = await list_files(session, found.id) if found.answers else {}
        application = check(data, consent_version=None, by_team=True, questions=questions, files=files)
        await operations.change(session, actor, found, application, questions=questions)
        return view(await operations.move_category(session, actor, found, application.category, now=now))


@post(
    ONE + "/approve",
    status_code=200,
    operation_id="approve_registration",
    summary="Approve",
    tags=["registrations"],
)
async def approve_route(
    slug: FromPath[str], registration_id: FromPath[UUID], now: NamedDependency[datetime], actor: NamedDependency[Actor],
    db: NamedDependency[Database], signer: NamedDependency[Signer], bell: NamedDependency[Bell],
) -> RegistrationView:  # fmt: skip
    """The yes of one step of approval. After the last one the guest gets the badge by mail."""
    async with db.begin() as session:
        event = await deciding.get_event_to_decide(session, actor, slug)
        done = await deciding.approve(session, actor, event, registration_id, signer=signer, now=now)
    bell.ring()
    return view(done)


@post(
    ONE + "/reject",
    status_code=200,
    operation_id="reject_registration",
    summary="Reject",
    tags=["registrations"],
)
async def reject_route(
    slug: FromPath[str], registration_id: FromPath[UUID],
    data: Annotated[Decision, BodyKwarg(examples=_example({"reason": "The forum is for companies of the region."}))],
    now: NamedDependency[datetime], actor: NamedDependency[Actor], db: NamedDependency[Database],
    signer: NamedDependency[Signer], bell: NamedDependency[Bell],
) -> RegistrationView:  # fmt: skip
    """The reason stands in the mail. A freed place goes to the next who waits."""
    async with db.begin() as session:
        event = await deciding.get_event_to_decide(session, actor, slug)
        done = await deciding.reject(
            session, actor, event, registration_id, reason=data.reason, signer=signer, now=now
        )
    bell.ring()
    return view(done)


@post(
    ONE + "/hold",
    status_code=200,
    operation_id="hold_registration",
    summary="Put on hold",
    tags=["registrations"],
)
async def hold_route(
    slug: FromPath[str], registration_id: FromPath[UUID], now: NamedDependency[datetime], actor: NamedDependency[Actor],
    db: NamedDependency[Database],
) -> RegistrationView:  # fmt: skip
    """Without a mail; the place is kept."""
    async with db.begin() as session:
        event = await deciding.get_event_to_decide(session, actor, slug)
        return view(await deciding.hold(session, actor, event, registration_id, now=now))


@post(
    ONE + "/ask",
    status_code=200,
    operation_id="ask_guest",
    summary="Ask for more information",
    tags=["registrations"],
)
async def ask_route(
    slug: FromPath[str], registration_id: FromPath[UUID],
    data: Annotated[Decision, BodyKwarg(examples=_example({"reason": "Which company do you speak for?"}))],
    now: NamedDependency[datetime], actor: NamedDependency[Actor], db: NamedDependency[Database],
    bell: NamedDependency[Bell],
) -> RegistrationView:  # fmt: skip
    """The question stands in the mail, with the link to the guest's own page; the place is kept."""
    async with db.begin() as session:
        event = await deciding.get_event_to_decide(session, actor, slug)
        done = await deciding.ask(session, actor, event, registration_id, question=data.reason, now=now)
    bell.ring()
    return view(done)


@post(
    ONE + "/cancel",
    status_code=200,
    operation_id="cancel_registration",
    summary="Cancel",
    tags=["registrations"],
)
async def cancel_route(
    slug: FromPath[str], registration_id: FromPath[UUID],
    data: Annotated[Decision, BodyKwarg(examples=_example({"reason": "Asked us to by phone."}))],
    now: NamedDependency[datetime], actor: NamedDependency[Actor], db: NamedDependency[Database],
    signer: NamedDependency[Signer], bell: NamedDependency[Bell],
) -> RegistrationView:  # fmt: skip
    """The code stops working at once; the next who waits moves up."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        found = await queries.get_registration(session, event.id, registration_id, lock=True)
        done = await operations.cancel(session, actor, found, reason=data.reason, signer=signer, now=now)
    bell.ring()
    return view(done)


@post(
    ONE + "/promote",
    status_code=200,
    operation_id="promote_registration",
    summary="Promote",
    tags=["registrations"],
)
async def promote_route(
    slug: FromPath[str], registration_id: FromPath[UUID], now: NamedDependency[datetime], actor: NamedDependency[Actor],
    db: NamedDependency[Database], signer: NamedDependency[Signer], bell: NamedDependency[Bell],
) -> RegistrationView:  # fmt: skip
    """From the waiting list, out of turn, if there is a place."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        done = await waiting.promote(session, actor, event, registration_id, signer=signer, now=now)
    bell.ring()
    return view(done)


ROUTES = (
    register_route, get_route, change_route, approve_route, hold_route, ask_route, reject_route, cancel_route,
    promote_route, file_route,
)  # fmt: skip
