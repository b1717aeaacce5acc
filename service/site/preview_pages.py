"""The registration form as guests see it, for those who write its questions."""

from typing import Any

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response

from emails.languages import LANGUAGES, OWN_NAMES
from service.core.actor import Actor
from service.core.database import Database
from service.events.queries import facts_of, get_event
from service.questions.queries import list_questions
from service.questions.typed import Typed
from service.site.form import form_context
from service.web.templating import HTML, language_of, render


@get("/console/{slug:str}/settings/questions/preview", include_in_schema=False)
async def preview_page(
    request: Request[Any, Any, Any], slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database],
) -> Response[str]:  # fmt: skip
    """Per category (`?category=`) and language (`?in=`). It cannot be sent."""
    wanted, chosen = request.query_params.get("in", ""), request.query_params.get("category", "")
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "see")
        facts = await facts_of(session, event)
        questions = await list_questions(session, event.id)
    language = wanted if wanted in LANGUAGES else language_of(request)
    offered = [one for one in facts.categories if one.key == chosen] or list(facts.categories)
    context = form_context(language, event, facts, offered, {"language": language}, None, questions, Typed())
    more: dict[str, Any] = {
        "preview": True, "action": "", "notice_text": "", "categories": facts.categories, "chosen": chosen,
        "own_names": [(code, OWN_NAMES[code]) for code in event.languages],
        "back": f"/console/{slug}/settings/questions", "request_path": request.url.path,
        "url_in": lambda code: f"{request.url.path}?category={chosen if len(offered) == 1 else ''}&in={code}",
        "actor": actor, "flash": None,
    }  # fmt: skip
    html = render("site/preview.html", language, **{**context, **more})
    headers = {"cache-control": "no-store", "content-language": language}
    return Response(html, media_type=HTML, headers=headers)


ROUTES = (preview_page,)
