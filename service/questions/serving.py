"""How a stored file leaves: never as a page of ours, never from a shared cache."""

from litestar.response import Response

from service.questions.models import StoredFile
from service.questions.sniff import disposition

SHUT = "default-src 'none'; sandbox; frame-ancestors 'none'"


def file_answer(file: StoredFile) -> Response[bytes]:
    """A portrait is shown, drawn by us; anything else is only ever saved."""
    headers = {
        "content-security-policy": SHUT, "x-robots-tag": "noindex, nofollow", "cache-control": "private, max-age=300",
        "vary": "cookie",
    }  # fmt: skip
    if not file.crop or file.media_type != "image/jpeg":  # only portraits have a part that is cut out
        headers |= {"content-disposition": disposition(file.name), "cache-control": "no-store"}
    return Response(file.data, media_type=file.media_type, headers=headers)
