"""The event page as bytes: made once a second per event and language, sent a thousand times."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import quote

import brotli  # type: ignore[import-untyped]
import msgspec
from babel import Locale
from litestar import HttpMethod, Request, route
from litestar.types import ASGIApp, Receive, Scope, Send

from emails.languages import LANGUAGES
from service.core.clock import now
from service.core.database import Database
from service.events.cache import Remembered
from service.site.queries import EventPage, get_event_page
from service.web.templating import language_of, render

Headers = list[tuple[bytes, bytes]]


class Body(msgspec.Struct, frozen=True):
    """One encoding of a page, with everything its answer needs."""

    data: bytes
    etag: bytes
    headers: Headers


class CachedPage(msgspec.Struct, frozen=True):
    """A page in the two encodings browsers ask for."""

    plain: Body
    brotli: Body


def cached_page(html: str, language: str) -> CachedPage:
    """Compressed once, hard: it is sent often."""
    data = html.encode()
    packed = brotli.compress(data, quality=9)
    mark = hashlib.sha256(data).hexdigest()[:20]
    compressed = [(b"content-encoding", b"br")]
    return CachedPage(
        _body(data, f'"{mark}"', language, []), _body(packed, f'"{mark}-br"', language, compressed)
    )


def _body(data: bytes, etag: str, language: str, more: Headers) -> Body:
    headers = [
        (b"content-type", b"text/html; charset=utf-8"),
        (b"content-length", str(len(data)).encode()),
        (b"content-language", language.encode()),
        (b"cache-control", b"no-cache"),
        (b"vary", b"cookie, accept-language, accept-encoding"),
        (b"etag", etag.encode()),
        *more,
    ]
    return Body(data, etag.encode(), headers)


def page_cache(db: Database) -> Remembered[CachedPage]:
    """Event pages by "slug:language"."""

    async def make(key: str) -> CachedPage:
        slug, _, language = key.rpartition(":")
        async with db.begin() as session:
            page = await get_event_page(session, slug)
        return cached_page(_html(page, language, now()), language)

    return Remembered(make)


def _html(page: EventPage, language: str, now: datetime) -> str:
    event, path = page.event, f"/e/{quote(page.event.slug)}"
    spoken = dict.fromkeys(code for day in page.days for one in day.sessions for code in one.languages)
    return render(
        "site/event.html", language, page=page, event=event, registrations_open=page.takes_registrations(now),
        over=event.state == "over" or event.ends_at < now, request_path=path,
        interpretation=language_names(spoken, language),
        url_in=lambda code: f"{path}?lang={code}", actor=None, flash=None, errors={}, form={},
    )  # fmt: skip


def language_names(languages: Iterable[str], reader: str) -> str:
    """ "Kazakh, Russian, English" in the reader's words; a code we have no word for stays a code."""
    names = Locale.parse(reader).languages
    return ", ".join(names.get(code, code) for code in languages)


@route("/e/{slug:str}", http_method=[HttpMethod.GET], include_in_schema=False)
async def event_page(request: Request[Any, Any, Any]) -> ASGIApp:
    """The event page. Nothing personal stands in it, so everybody gets the same bytes. Raises NotFound."""
    headers = dict(request.scope["headers"])
    language, chosen = _language(request, headers)
    pages: Remembered[CachedPage] = request.app.state["pages"]
    page = await pages.get(f"{request.path_params['slug']}:{language}")
    body = page.brotli if b"br" in headers.get(b"accept-encoding", b"") else page.plain
    known = headers.get(b"if-none-match", b"")
    fresh = bool(known) and body.etag in known
    start = [h for h in body.headers if h[0] != b"content-length"] if fresh else body.headers
    if chosen:
        start = [*start, (b"set-cookie", f"lang={language}; Path=/; Max-Age=31536000; SameSite=lax".encode())]
    return _sender(304 if fresh else 200, start, b"" if fresh else body.data)


def _sender(status: int, headers: Headers, data: bytes) -> ASGIApp:
    """Two messages, and no response object in between: this page is asked for most of all."""

    async def answer(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": data, "more_body": False})

    return answer


def _language(request: Request[Any, Any, Any], headers: dict[bytes, bytes]) -> tuple[str, bool]:
    """The reader's language, and whether it was chosen just now. The usual request is answered from memory."""
    if request.scope["query_string"] or b"cookie" in headers:
        return language_of(request), request.query_params.get("lang") in LANGUAGES
    accepted = headers.get(b"accept-language", b"")
    language = _ACCEPTED.get(accepted)
    if language is None:
        if len(_ACCEPTED) >= MOST_ACCEPTED:
            _ACCEPTED.clear()
        language = _ACCEPTED[accepted] = language_of(request)
    return language, False


MOST_ACCEPTED = 1000
_ACCEPTED: dict[bytes, str] = {}
ROUTES = (event_page,)
