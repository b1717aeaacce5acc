"""The outermost ASGI layer: security headers on every answer, and no cross-site writes (ASVS 5.0 3.4, 3.5)."""

import re
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
ASGI = Callable[[Any, Any, Any], Awaitable[None]]

JSON = b"application/json"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# What List-Unsubscribe in our mails names: a mail program posts there without saying whence (RFC 8058).
ONE_CLICK = re.compile(r"/n/[^/]+|/i/[^/]+/unsubscribe")
POLICY = (
    "default-src 'none'; script-src 'self'{wasm}; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; media-src 'self' blob:; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'; worker-src 'self'"
)


def _headers(*, wasm: bool, secure: bool) -> list[tuple[bytes, bytes]]:
    headers = [
        (b"content-security-policy", POLICY.format(wasm=" 'wasm-unsafe-eval'" if wasm else "").encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"same-origin"),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"cross-origin-resource-policy", b"same-origin"),
        (b"permissions-policy", b"camera=(self), microphone=(), geolocation=()"),
    ]
    if secure:
        headers.append((b"strict-transport-security", b"max-age=31536000"))
    return headers


class Guard:
    """Wraps the application.

    A write that carries a cookie must come from our own pages: browsers say so in Sec-Fetch-Site or Origin. A request
    with a cookie and neither header is refused. Without a cookie it has no ambient power to abuse, but the personal
    links in our mails are power enough: programs that try out links and their forms say neither, so a form is refused
    as well. What is left are our API's callers, and a mail program's single click (web/forms.require_press)."""

    def __init__(self, app: ASGI, *, base_url: str) -> None:
        self._app = app
        self._host = urlsplit(base_url).netloc.lower()
        secure = base_url.startswith("https://")
        self._plain = _headers(wasm=False, secure=secure)
        self._door = _headers(wasm=True, secure=secure)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["method"] not in SAFE_METHODS and not self._from_here(scope["path"], scope["headers"]):
            await _refuse(send, self._plain)
            return
        bare = (
            scope["method"] == "HEAD"
        )  # mail gateways and monitors ask so: the answer to GET, without its body
        scope = {**scope, "method": "GET"} if bare else scope
        extra = self._door if scope["path"].startswith("/door") else self._plain

        async def send_guarded(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = _with(message["headers"], extra)
            elif bare:
                message = {**message, "body": b""}
            await send(message)

        await self._app(scope, receive, send_guarded)

    def _from_here(self, path: str, raw: list[tuple[bytes, bytes]]) -> bool:
        headers = dict(raw)
        if (site := headers.get(b"sec-fetch-site")) is not None:
            return site in (b"same-origin", b"none")
        if (origin := headers.get(b"origin")) is not None:
            netloc = urlsplit(origin.decode("latin-1")).netloc.lower()
            return netloc in (self._host, headers.get(b"host", b"").decode("latin-1").lower())
        if b"cookie" in headers:
            return False
        to_the_api = b"authorization" in headers or headers.get(b"content-type", b"").startswith(JSON)
        return to_the_api or ONE_CLICK.fullmatch(path) is not None


def _with(own: list[tuple[bytes, bytes]], extra: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """A page may state a policy of its own (the API page, a mail shown in a frame); the rest is added to all."""
    if any(name == b"content-security-policy" for name, _ in own):
        return [*own, *extra[1:]]
    return [*own, *extra]


async def _refuse(send: Send, extra: list[tuple[bytes, bytes]]) -> None:
    body = (
        b'{"type":"about:blank","title":"This request came from another site and was refused. '
        b'Open the page again and send the form from there.","status":403,"code":"cross_site"}'
    )
    headers = [
        (b"content-type", b"application/problem+json"),
        (b"content-length", str(len(body)).encode()),
        *extra,
    ]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": body})
