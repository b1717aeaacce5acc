"""One table from error kind to HTTP status; problem+json (RFC 9457) for the API, a page for people."""

from typing import Any

import structlog
from litestar import Request
from litestar.exceptions import HTTPException, ValidationException
from litestar.response import Redirect, Response

from service.core.errors import Conflict, Forbidden, Invalid, NotFound, NotLoggedIn, QonaqError, TooMany
from service.web.templating import page, sentence

STATUS: tuple[tuple[type[QonaqError], int], ...] = (
    (NotFound, 404),
    (NotLoggedIn, 401),
    (Forbidden, 403),
    (Conflict, 409),
    (Invalid, 422),
    (TooMany, 429),
)
log = structlog.get_logger()
NOT_HELD = ("22021", "22P05")  # SQLSTATE of a character that is no text: NUL, as it is or in JSON


class NotHeld(Invalid):
    """Forms lose such characters on their way in (web/forms.py); JSON can say them."""

    code = "character_not_held"
    say = "A text has a character in it that is none (NUL). Please take it out."


def status_of(error: QonaqError) -> int:
    """The HTTP status of an error's kind; 400 for a kind the table does not know."""
    return next((status for kind, status in STATUS if isinstance(error, kind)), 400)


def wants_json(request: Request[Any, Any, Any]) -> bool:
    """The API and the door's script get problem+json; people get a page."""
    return request.url.path.startswith("/api/") or "application/json" in request.headers.get("accept", "")


def problem(status: int, code: str, title: str, **more: object) -> Response[dict[str, object]]:
    """An RFC 9457 body with our stable `code`."""
    body = {"type": "about:blank", "title": title, "status": status, "code": code, **more}
    return Response(body, status_code=status, media_type="application/problem+json")


def on_qonaq_error(request: Request[Any, Any, Any], error: QonaqError) -> Response[Any]:
    """Every refusal the domain states becomes an answer here; none is a 500."""
    status = status_of(error)
    title = sentence(request, error.say, **error.data)
    headers = {"retry-after": str(error.data.get("retry_after", 60))} if status == 429 else {}
    if wants_json(request):
        more = (
            {"errors": {k: sentence(request, v) for k, v in error.errors.items()}}
            if isinstance(error, Invalid)
            else {}
        )
        response = problem(status, error.code, title, **more)
        response.headers.update(headers)
        return response
    if status == 401:
        return Redirect("/login", query_params={"next": request.url.path})
    answer = page(request, "plain/error.html", status=status, title=title, code=error.code)
    answer.headers.update(headers)
    return answer


def on_http_error(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """What the framework refuses (unknown address, wrong method, unreadable body)."""
    status = error.status_code
    code = {404: "not_found", 405: "method_not_allowed", 413: "too_large"}.get(status, "bad_request")
    if wants_json(request):
        more = {"errors": _shape_errors(error)} if isinstance(error, ValidationException) else {}
        return problem(
            status,
            "invalid" if more else code,
            error.detail if more else sentence(request, _say(status)),
            **more,
        )
    return page(request, "plain/error.html", status=status, title=sentence(request, _say(status)), code=code)


def on_crash(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """A fault of ours: logged whole, told without details. What PostgreSQL cannot hold is none."""
    if getattr(getattr(error, "orig", error), "sqlstate", "") in NOT_HELD:
        return on_qonaq_error(request, NotHeld())
    log.error("crash", path=request.url.path, exc_info=error)
    say = sentence(request, _say(500))
    if wants_json(request):
        return problem(500, "internal", say)
    return page(request, "plain/error.html", status=500, title=say, code="internal")


def _say(status: int) -> str:
    return {
        404: NotFound.say,
        405: "This address does not take that kind of request.",
        413: "That is too large to take.",
        500: "Something broke on our side. Nothing you entered was saved; please try again in a moment.",
    }.get(status, "The request could not be read.")


def _shape_errors(error: ValidationException) -> dict[str, str]:
    extra = error.extra if isinstance(error.extra, list) else []
    return {
        str(item.get("key", "body")): str(item.get("message", "")) for item in extra if isinstance(item, dict)
    }
