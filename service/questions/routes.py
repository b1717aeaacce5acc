"""The API of questions, and of the files that answer some."""

from typing import Annotated, Any

from litestar import get, put
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import BodyKwarg, FromPath, PathParameter

from service.core.actor import Actor
from service.core.database import Database
from service.events.queries import get_event
from service.questions.facts import QuestionFacts
from service.questions.operations import save_question
from service.questions.queries import list_questions
from service.questions.schemas import KEY, QuestionForm

EVENT = "/api/v1/events/{slug:str}/questions"
FLIGHT: dict[str, Any] = {
    "kind": "short_text",
    "label": {"en": "Flight of arrival", "kk": "Келетін рейс", "ru": "Рейс прилёта", "ko": "도착 항공편"},
    "help": {"en": "For the transfer from the airport."}, "required": False, "categories": ["investor", "government"],
    "personal": True, "retention_days": 30, "at_door": False, "asks_again": False,
}  # fmt: skip


@get(EVENT, operation_id="list_questions", summary="List an event's questions", tags=["questions"])
async def list_route(
    slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database]
) -> tuple[QuestionFacts, ...]:
    """In order. Answers stand in registrations, by the keys of the questions."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "see")
        return await list_questions(session, event.id)


@put(
    EVENT + "/{key:str}", operation_id="save_question", summary="Make or change a question", tags=["questions"],
)  # fmt: skip
async def save_route(
    slug: FromPath[str], key: Annotated[str, PathParameter(pattern=f"^{KEY}$")],
    data: Annotated[QuestionForm, BodyKwarg(examples=[Example(summary="Works against the samples", value=FLIGHT)])],
    actor: NamedDependency[Actor], db: NamedDependency[Database],
) -> tuple[QuestionFacts, ...]:  # fmt: skip
    """By its key in the address; a new one stands last. Answers with all questions."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        known = {one.key: one.id for one in await list_questions(session, event.id)}
        await save_question(session, actor, event, data, question_id=known.get(key), key=key)
        return await list_questions(session, event.id)


ROUTES = (list_route, save_route)
