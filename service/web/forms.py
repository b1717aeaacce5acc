"""Reading posted forms and going on after them."""

from typing import Any
from urllib.parse import quote

from litestar import Request
from litestar.datastructures import Cookie, UploadFile
from litestar.response import Redirect

from service.core.errors import Forbidden

LONGEST = 1_000_000  # characters of one field (a pasted list); longer is cut before it is even looked at


class Form(dict[str, str]):
    """The posted text fields, trimmed; a field sent several times is in `many(name)`; files are in `files`."""

    def __init__(self) -> None:
        super().__init__()
        self._many: dict[str, list[str]] = {}
        self.files: dict[str, UploadFile] = {}

    def many(self, name: str) -> list[str]:
        """All values of a field, in order (checkbox lists)."""
        return self._many.get(name, [])

    def add(self, name: str, value: str) -> None:
        """One more value. NUL is dropped: PostgreSQL cannot hold it."""
        clean = value[:LONGEST].replace("\x00", "").strip()
        self[name] = clean
        self._many.setdefault(name, []).append(clean)


class NotPressed(Forbidden):
    code = "not_pressed"
    say = "Please open the page and press the button there."


async def read_form(request: Request[Any, Any, Any]) -> Form:
    """The body as a Form; urlencoded and multipart alike."""
    form = Form()
    for name, value in (await request.form()).multi_items():
        if isinstance(value, UploadFile):
            form.files[name] = value
        else:
            form.add(name, str(value))
    return form


def require_press(request: Request[Any, Any, Any], form: Form) -> None:
    """A person pressed a button on our page, which browsers say; or it is a mail program's single click, which the form
    says (RFC 8058). Programs that try out the links of a mail say neither. Raises NotPressed."""
    from_a_page = any(name in request.headers for name in ("sec-fetch-site", "origin"))
    if not from_a_page and form.get("List-Unsubscribe") != "One-Click":
        raise NotPressed


def go(path: str, flash: str = "", kind: str = "success") -> Redirect:
    """303 to one of our own addresses, with a message (an English msgid) shown once on the next page."""
    if not path.startswith("/") or path.startswith(("//", "/\\")):
        path = "/"
    cookies = (
        [Cookie("flash", value=f"{kind}:{quote(flash)}", max_age=60, httponly=True, samesite="lax")]
        if flash
        else []
    )
    return Redirect(path, status_code=303, cookies=cookies)


def client_address(request: Request[Any, Any, Any], trusted_proxies: tuple[str, ...]) -> str:
    """The caller's address; X-Forwarded-For is believed only from a proxy named in the settings."""
    peer = request.client.host if request.client else "unknown"
    if peer in trusted_proxies and (forwarded := request.headers.get("x-forwarded-for")):
        return forwarded.rsplit(",", 1)[-1].strip()
    return peer
