"""The builder: one question with its texts in every language, its answers, its condition and its marks."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response

from emails.languages import OWN_NAMES
from service.console.question_words import KIND_WORDS
from service.console.questions_pages import LIST, ONE
from service.core.actor import Actor
from service.core.database import Database
from service.core.errors import Invalid, QonaqError
from service.events.models import Event
from service.events.queries import CategoryView, get_event, list_category_views
from service.questions.facts import QuestionFacts
from service.questions.models import CHOOSING, UPLOADED
from service.questions.operations import save_question
from service.questions.queries import get_question, list_questions
from service.questions.schemas import MOST_CHOICES, read_question
from service.questions.words import Reader
from service.web.forms import Form, go, read_form
from service.web.templating import language_of, page, sentence
from service.web.words import N_

ROWS = 4  # empty ones at the end, for more answers
MARKS = ("required", "personal", "at_door", "asks_again")


class Builder(msgspec.Struct, frozen=True, kw_only=True):
    """What the page is about: `question` None for a new one; `earlier` are those its condition may name."""

    event: Event
    categories: list[CategoryView]
    question: QuestionFacts | None
    earlier: Sequence[QuestionFacts]


async def _builder(db: Database, actor: Actor, slug: str, question_id: UUID | None) -> Builder:
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        if question_id is not None:
            await get_question(session, event.id, question_id)
        questions = await list_questions(session, event.id)
        categories = await list_category_views(session, event.id)
    at = next((n for n, one in enumerate(questions) if one.id == question_id), len(questions))
    return Builder(
        event=event, categories=categories, question=questions[at] if at < len(questions) else None,
        earlier=questions[:at],
    )  # fmt: skip


def _page(
    request: Request[Any, Any, Any], builder: Builder, form: dict[str, str], chosen: list[str], rows: int,
    refused: QonaqError | None = None,
) -> Response[str]:  # fmt: skip
    reader = Reader(language_of(request), builder.event.languages)
    errors = refused.errors if isinstance(refused, Invalid) else {}
    return page(
        request, "console/question.html", status=422 if refused else 200, event=builder.event, here="settings",
        question=builder.question, form=form, errors=errors, kinds=KIND_WORDS, chosen=chosen, rows=rows,
        categories=builder.categories, conditions=_conditions(builder.earlier, reader), reader=reader,
        choosing=CHOOSING, own_names=[(code, OWN_NAMES[code]) for code in builder.event.languages],
        said=sentence(request, refused.say, **refused.data) if refused and not errors else "",
    )  # fmt: skip


def _conditions(earlier: Sequence[QuestionFacts], reader: Reader) -> list[tuple[str, list[tuple[str, str]]]]:
    """(question, [(value, words)]) for a list to choose from; an empty value is typed beside it."""
    groups = []
    for one in earlier:
        if one.kind in UPLOADED:
            continue
        answers = [(choice.key, reader.text(choice.label)) for choice in one.choices]
        if one.kind in ("yes_no", "consent"):
            answers = [("yes", reader.say("Yes")), ("no", reader.say("No"))]
        tests = _TESTS_MANY if one.kind == "many_of" else _TESTS if answers else _TESTS_TYPED
        options = [
            (f"{one.key}|{test}|{value}", reader.say(msgid, answer=words))
            for test, msgid in tests
            for value, words in (answers or [("", "…")])
        ]
        groups.append((reader.text(one.label), options))
    return groups


_TESTS = (("is", N_("is “%(answer)s”")), ("is_not", N_("is not “%(answer)s”")))
_TESTS_MANY = (("contains", N_("contains “%(answer)s”")), *_TESTS)
_TESTS_TYPED = (*_TESTS, ("contains", N_("contains “%(answer)s”")))


def _form_of(question: QuestionFacts) -> dict[str, str]:
    form = {name: "yes" for name in MARKS if getattr(question, name)} | {"kind": question.kind}
    for name in ("label", "help"):
        form |= {f"{name}_{code}": text for code, text in getattr(question, name).items()}
    for name in ("retention_days", "minimum", "maximum"):
        value = getattr(question, name)
        form[name] = "" if value is None else f"{value:g}"
    for row, choice in enumerate(question.choices):
        form |= {f"choice_{row}_{code}": text for code, text in choice.label.items()}
        form[f"choice_{row}_key"] = choice.key
        form[f"choice_{row}_places"] = "" if choice.places is None else str(choice.places)
    if of := question.condition:
        form["condition"] = f"{of.question}|{of.test}|{of.value}"
        form["condition_value"] = of.value
    return form


@get([LIST + "/new", ONE], include_in_schema=False)
async def question_page(
    request: Request[Any, Any, Any], slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database],
) -> Response[str]:  # fmt: skip
    """A new one (`?kind=`), or one as it is. Raises NotFound."""
    builder = await _builder(db, actor, slug, request.path_params.get("question_id"))
    known = builder.question
    if known is None:
        kind = request.query_params.get("kind", "")
        return _page(request, builder, {"kind": kind if kind in KIND_WORDS else "short_text"}, [], ROWS)
    form = _with_typed_condition(_form_of(known), builder.earlier)
    return _page(request, builder, form, list(known.categories or ()), len(known.choices) + ROWS)


def _with_typed_condition(form: dict[str, str], earlier: Sequence[QuestionFacts]) -> dict[str, str]:
    """Where the value is typed, the list says only how it is compared."""
    key, _, rest = form.get("condition", "").partition("|")
    of = next((one for one in earlier if one.key == key), None)
    if of is None or of.choices or of.kind in ("yes_no", "consent"):
        return form
    return {**form, "condition": f"{key}|{rest.partition('|')[0]}|"}


@post([LIST + "/new", ONE], include_in_schema=False)
async def save_question_page(
    request: Request[Any, Any, Any], slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database],
) -> Response[str] | Redirect:  # fmt: skip
    """Guests see it within a second. With the button for more answers, only the form grows."""
    form, question_id = await read_form(request), request.path_params.get("question_id")
    builder = await _builder(db, actor, slug, question_id)
    rows, chosen = _rows(form), form.many("categories")
    if form.get("more"):
        return _page(request, builder, form, chosen, min(rows + ROWS, MOST_CHOICES))
    try:
        wanted = read_question(form, chosen, rows)
        async with db.begin() as session:
            event = await get_event(session, actor, slug, "manage")
            await save_question(session, actor, event, wanted, question_id=question_id)
    except QonaqError as refused:
        if refused.code in ("not_found", "forbidden"):
            raise
        return _page(request, builder, form, chosen, rows, refused)
    return go(f"/console/{slug}/settings/questions", N_("Saved."))


def _rows(form: Form) -> int:
    text = form.get("rows", "")
    return min(int(text), MOST_CHOICES) if text.isdecimal() and len(text) < 4 else ROWS


ROUTES = (question_page, save_question_page)
