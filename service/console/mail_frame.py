"""A mail inside a page."""

from litestar.response import Response

from service.web.templating import HTML

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox"


def framed(html: str, language: str) -> Response[str]:
    """For a frame of ours: no script, no request to anywhere, kept by nobody."""
    headers = {"content-security-policy": POLICY, "cache-control": "no-store", "content-language": language}
    return Response(html, media_type=HTML, headers=headers)
