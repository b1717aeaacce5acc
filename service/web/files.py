"""Files below service/static, and the one stylesheet; cached for a year because their address holds their hash."""

import mimetypes

from litestar import get
from litestar.params import FromPath
from litestar.response import Response

from service.core.errors import NotFound
from service.web.styles import stylesheet
from service.web.templating import STATIC

YEAR = {"cache-control": "public, max-age=31536000, immutable"}
TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".woff2": "font/woff2",
    ".wasm": "application/wasm",
    ".svg": "image/svg+xml",
}


@get("/static/{path:path}", include_in_schema=False, sync_to_thread=True)
def static_file(path: FromPath[str]) -> Response[bytes]:
    """Raises NotFound for anything outside the folder."""
    name = path.lstrip("/")
    if name == "qonaq.css":
        return Response(stylesheet().encode(), media_type="text/css; charset=utf-8", headers=YEAR)
    file = (STATIC / name).resolve()
    if not file.is_relative_to(STATIC.resolve()) or not file.is_file():
        raise NotFound
    kind = TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return Response(file.read_bytes(), media_type=kind, headers=YEAR)


ROUTES = (static_file,)
