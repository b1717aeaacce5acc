"""/api/v1/docs: the OpenAPI document to read and to try, without any script from elsewhere."""

from typing import Any

from litestar import Request, get
from litestar.response import Response

from service.web.templating import page


@get("/api/v1/docs", include_in_schema=False)
async def api_docs(request: Request[Any, Any, Any]) -> Response[str]:
    """Swagger UI over /api/v1/openapi.json."""
    answer = page(request, "dev/api.html")
    # Swagger UI writes style attributes; this page alone may, and it shows nobody's data
    answer.headers["content-security-policy"] = (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    )
    return answer


ROUTES = (api_docs,)
