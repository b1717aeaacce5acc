"""The mail catcher of `up`: an SMTP server that keeps every mail as a file, and a page to read them."""

import asyncio
import email
import email.policy
import itertools
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import msgspec
from aiosmtpd.smtp import SMTP, Envelope, Session
from litestar import Litestar, Request, get, post
from litestar.exceptions import HTTPException
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Response

from service.core.errors import NotFound, QonaqError
from service.web.files import static_file
from service.web.forms import go
from service.web.problems import on_http_error, on_qonaq_error
from service.web.templating import page

PAGE = 50
HEAD = 65_536  # bytes in which the head of any mail ends
HEADERS = BytesParser(policy=email.policy.compat32)  # twenty times quicker than the policy that `read` uses
_numbers = itertools.count()


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """What the list shows of a mail. `id` is the file's name."""

    id: str
    to: str
    sender: str
    subject: str
    date: str


class Box:
    """A folder of .eml files; the newest has the greatest name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._known: dict[str, Summary] = {}

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        """Keep the mail before saying yes; who gets it stands in a line of its own on top."""
        name = f"{time.time_ns():020}-{os.getpid()}-{next(_numbers):06}"
        content = (
            envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        )
        head = f"X-Envelope-To: {', '.join(envelope.rcpt_tos)}\r\nX-Envelope-From: {envelope.mail_from}\r\n".encode()
        making = self.folder / f".{name}"
        making.write_bytes(head + content)
        making.rename(self.folder / f"{name}.eml")
        self._remember(f"{name}.eml", head + content)
        return "250 Kept"

    def names(self) -> list[str]:
        """All mails, the newest first."""
        return sorted(
            (entry.name for entry in os.scandir(self.folder) if entry.name.endswith(".eml")), reverse=True
        )

    def read(self, name: str) -> EmailMessage:
        """One mail. Raises NotFound."""
        path = self.folder / Path(name).name
        if path.suffix != ".eml" or not path.is_file():
            raise NotFound
        return email.message_from_bytes(path.read_bytes(), policy=email.policy.default)

    def summary(self, name: str) -> Summary:
        """Read once, remembered: files never change."""
        if name not in self._known:
            with (self.folder / name).open("rb") as file:
                self._remember(name, file.read(HEAD))
        return self._known[name]

    def _remember(self, name: str, content: bytes) -> None:
        """Only the head is parsed: ten thousand mails are listed at once after a restart."""
        head = content[:HEAD].replace(b"\r\n", b"\n").partition(b"\n\n")[0]
        mail = HEADERS.parsebytes(head, headersonly=True)
        self._known[name] = Summary(
            id=name, to=mail["X-Envelope-To"] or "", sender=_words(mail["From"]), subject=_words(mail["Subject"]),
            date=mail["Date"] or "",
        )  # fmt: skip

    def find(self, to: str) -> list[Summary]:
        """Those whose recipient holds `to`, the newest first."""
        return [s for name in self.names() if to.lower() in (s := self.summary(name)).to.lower()]


def _words(value: object) -> str:
    """A header as people read it (RFC 2047); the quick way, `read` takes the exact one."""
    text = "" if value is None else str(value)
    try:
        return str(make_header(decode_header(text)))
    except (LookupError, ValueError, HeaderParseError):  # a charset nobody knows, or bytes that are none
        return text


def _part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    return str(body.get_content()) if body is not None else ""


def _attachments(mail: EmailMessage) -> list[tuple[int, str, str]]:
    return [
        (number, part.get_filename() or part.get_content_type(), part.get_content_type())
        for number, part in enumerate(mail.walk())
        if part.get_filename() or part.get_content_type() == "text/calendar"
    ]


@get("/", include_in_schema=False)
async def inbox(
    request: Request[Any, Any, Any], to: FromQuery[str] = "", skip: FromQuery[int] = 0
) -> Response[str]:
    """The newest mails."""
    found = request.app.state.box.find(to)
    return page(
        request,
        "dev/inbox.html",
        mails=found[skip : skip + PAGE],
        total=len(found),
        to=to,
        skip=skip,
        step=PAGE,
    )


@get("/mail/{name:str}", include_in_schema=False)
async def mail_page(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[str]:
    """One mail: as HTML in a frame without scripts, as text, its headers, what is attached."""
    mail = request.app.state.box.read(name)
    return page(
        request, "dev/mail.html", mail=request.app.state.box.summary(name), text=_part(mail, "plain"),
        headers=[(key, str(value)) for key, value in mail.items()], attachments=_attachments(mail),
    )  # fmt: skip


@get("/mail/{name:str}/html", include_in_schema=False)
async def mail_html(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[str]:
    """The HTML part alone, with no power at all: no script, no request to anywhere."""
    body = _part(request.app.state.box.read(name), "html") or "<p>This mail has no HTML part.</p>"
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data: cid:; sandbox allow-popups"
    return Response(body, media_type="text/html; charset=utf-8", headers={"content-security-policy": policy})


@get("/mail/{name:str}/part/{number:int}", include_in_schema=False)
async def mail_part(
    request: Request[Any, Any, Any], name: FromPath[str], number: FromPath[int]
) -> Response[bytes]:
    """An attachment, to be saved."""
    parts = list(request.app.state.box.read(name).walk())
    if not 0 <= number < len(parts):
        raise NotFound
    part = parts[number]
    file = quote(part.get_filename() or f"part-{number}", safe="")
    data = part.get_payload(decode=True) or b""
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{file}",
        "x-content-type-options": "nosniff",
    }
    return Response(bytes(data), media_type=part.get_content_type(), headers=headers)


@post("/empty", include_in_schema=False)
async def empty(request: Request[Any, Any, Any]) -> Response[Any]:
    """Throw all away."""
    box = request.app.state.box
    for name in box.names():
        (box.folder / name).unlink(missing_ok=True)
    return go("/")


@get("/api/messages", include_in_schema=False)
async def api_messages(
    request: Request[Any, Any, Any], to: FromQuery[str] = "",
    most: Annotated[int, QueryParameter(name="limit")] = 100_000,
) -> list[Summary]:  # fmt: skip
    """For tests: all mails, or those to an address."""
    return list(request.app.state.box.find(to)[:most])


@get("/api/messages/{name:str}", include_in_schema=False)
async def api_message(request: Request[Any, Any, Any], name: FromPath[str]) -> dict[str, Any]:
    """For tests: one mail with its text, HTML, headers and attachments."""
    mail = request.app.state.box.read(name)
    return {
        "text": _part(mail, "plain"), "html": _part(mail, "html"), "headers": dict(mail.items()),
        "attachments": [{"number": n, "name": f, "type": t} for n, f, t in _attachments(mail)],
    }  # fmt: skip


def create_app() -> Litestar:
    """Reads INBOX_FOLDER and INBOX_SMTP_PORT: it is started by the supervisor, one process."""
    box = Box(Path(os.environ["INBOX_FOLDER"]))
    port = int(os.environ["INBOX_SMTP_PORT"])

    @asynccontextmanager
    async def smtp(_app: Litestar) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: SMTP(box, enable_SMTPUTF8=True, data_size_limit=30_000_000, loop=loop), "127.0.0.1", port
        )
        try:
            yield
        finally:
            server.close()

    app = Litestar(
        route_handlers=[
            inbox,
            mail_page,
            mail_html,
            mail_part,
            empty,
            api_messages,
            api_message,
            static_file,
        ],
        lifespan=[smtp],
        openapi_config=None,
        exception_handlers={QonaqError: on_qonaq_error, HTTPException: on_http_error},
    )
    app.state.box = box
    return app
