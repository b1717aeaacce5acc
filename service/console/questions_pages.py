"""The questions of an event: list, order, until when guests may change their answers."""

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response

from service.console.question_words import KIND_WORDS
from service.core.actor import Actor
from service.core.database import Database
from service.core.errors import QonaqError
from service.events.models import Event
from service.events.queries import get_event, list_category_views
from service.events.schemas import WALL_WRONG, read_wall
from service.questions import operations
from service.questions.queries import count_answers, get_question, list_questions
from service.questions.words import CONDITIONS, Reader, condition_answer
from service.web.forms import go, read_form
from service.web.templating import language_of, page, sentence
from service.web.words import N_

LIST = "/console/{slug:str}/settings/questions"
ONE = LIST + "/{question_id:uuid}"


@get(LIST, include_in_schema=False)
async def questions_page(
    request: Request[Any, Any, Any], slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database],
) -> Response[str]:  # fmt: skip
    """In order, with what each is for and its marks; `?category=` leaves those that this category is asked."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "see")
    return await _list(request, actor, db, event)


async def _list(
    request: Request[Any, Any, Any], actor: Actor, db: Database, event: Event, errors: dict[str, str] | None = None,
    form: dict[str, str] | None = None,
) -> Response[str]:  # fmt: skip
    async with db.begin() as session:
        questions = await list_questions(session, event.id)
        categories = await list_category_views(session, event.id)
    reader, by_key = Reader(language_of(request), event.languages), {one.key: one for one in questions}
    conditions = {
        one.key: reader.say(
            CONDITIONS[one.condition.test], question=reader.text(of.label),
            answer=condition_answer(of, one.condition.value, reader),
        )
        for one in questions
        if one.condition and (of := by_key.get(one.condition.question))
    }  # fmt: skip
    chosen = request.query_params.get("category", "")
    until = event.answers_until
    wall = until.astimezone(ZoneInfo(event.zone)).strftime("%Y-%m-%dT%H:%M") if until else ""
    return page(
        request, "console/questions.html", status=422 if errors else 200, event=event, here="settings", reader=reader,
        shown=[one for one in questions if not chosen or one.is_for(chosen)], total=len(questions), chosen=chosen,
        categories=categories, names={one.key: one for one in categories}, kinds=KIND_WORDS, conditions=conditions,
        form=form or {"answers_until": wall}, errors=errors or {},
        may="manage" in actor.needs(event.organisation_id, event.id),
    )  # fmt: skip


@post(LIST + "/deadline", include_in_schema=False)
async def save_deadline(
    request: Request[Any, Any, Any], slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database],
) -> Response[str] | Redirect:  # fmt: skip
    """Until when guests may change their answers; empty: until the end."""
    form = await read_form(request)
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        text = form.get("answers_until", "")
        until = read_wall(text, event.zone) if text else None
        if until is not None or not text:
            await operations.set_answers_until(session, actor, event, until)
    if until is None and text:
        return await _list(request, actor, db, event, {"answers_until": WALL_WRONG}, form)
    return go(f"/console/{slug}/settings/questions", N_("Saved."))


@post(ONE + "/move", include_in_schema=False)
async def move_question(
    request: Request[Any, Any, Any], slug: FromPath[str], question_id: FromPath[UUID], actor: NamedDependency[Actor],
    db: NamedDependency[Database],
) -> Redirect:  # fmt: skip
    """One place up or down."""
    form, here = await read_form(request), f"/console/{slug}/settings/questions"
    try:
        async with db.begin() as session:
            event = await get_event(session, actor, slug, "manage")
            await operations.move_question(session, actor, event, question_id, up=form.get("to") == "up")
    except QonaqError as refused:
        if refused.code in ("not_found", "forbidden"):
            raise
        return go(here, sentence(request, refused.say, **refused.data), "error")
    return go(f"{here}#q-{question_id}")


@get(ONE + "/remove", include_in_schema=False)
async def remove_page(
    request: Request[Any, Any, Any], slug: FromPath[str], question_id: FromPath[UUID], actor: NamedDependency[Actor],
    db: NamedDependency[Database],
) -> Response[str]:  # fmt: skip
    """Says how many have answered before anything is thrown away."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        question = await get_question(session, event.id, question_id)
        answered = await count_answers(session, event.id, question.key)
    reader = Reader(language_of(request), event.languages)
    return page(
        request, "console/question_remove.html", event=event, here="settings", question=question, answered=answered,
        label=reader.text(question.label),
    )  # fmt: skip


@post(ONE + "/remove", include_in_schema=False)
async def remove_question(
    request: Request[Any, Any, Any], slug: FromPath[str], question_id: FromPath[UUID], actor: NamedDependency[Actor],
    db: NamedDependency[Database],
) -> Redirect:  # fmt: skip
    """With its answers."""
    here = f"/console/{slug}/settings/questions"
    try:
        async with db.begin() as session:
            event = await get_event(session, actor, slug, "manage")
            await operations.remove_question(session, actor, event, question_id)
    except QonaqError as refused:
        if refused.code in ("not_found", "forbidden"):
            raise
        return go(here, sentence(request, refused.say, **refused.data), "error")
    return go(here, N_("Removed."))


ROUTES = (
    questions_page, save_deadline, move_question, remove_page, remove_question,
)  # fmt: skip
