"""No more news, and news again: what the link below a mail of news opens."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response
from sqlalchemy.ext.asyncio import AsyncSession

from service.core.database import Database
from service.core.errors import NotFound
from service.core.tokens import read_personal_token
from service.events.models import Event
from service.invitations.operations import suppress_address, unsuppress_address
from service.invitations.queries import is_suppressed
from service.registrations.models import Registration
from service.registrations.queries import get_own
from service.settings import Settings
from service.site.own import LinkUnknown
from service.web.forms import read_form, require_press
from service.web.templating import page

AT = "/n/{token:str}"


@asynccontextmanager
async def _opened(
    db: Database, settings: Settings, token: str
) -> AsyncIterator[tuple[AsyncSession, Registration, Event]]:
    """The transaction with whose mail it was. Raises LinkUnknown."""
    registration_id = read_personal_token(settings.master_key, "news", token)
    if registration_id is None:
        raise LinkUnknown
    async with db.begin() as session:
        try:
            guest = await get_own(session, registration_id)
        except NotFound:
            raise LinkUnknown from None
        yield session, guest, await session.get_one(Event, guest.event_id)


@get(AT, include_in_schema=False)
async def news_page(
    request: Request[Any, Any, Any], token: FromPath[str], db: NamedDependency[Database],
    settings: NamedDependency[Settings],
) -> Response[str]:  # fmt: skip
    """Asks first: scanners open links. Raises LinkUnknown."""
    async with _opened(db, settings, token) as (session, guest, event):
        off = await is_suppressed(session, guest.organisation_id, guest.mail_address)
    return page(request, "site/news.html", event=event, off=off, done=False)


@post(AT, include_in_schema=False, status_code=200)
async def choose_news(
    request: Request[Any, Any, Any], token: FromPath[str], db: NamedDependency[Database],
    settings: NamedDependency[Settings],
) -> Response[str]:  # fmt: skip
    """By a person's button or by a mail program's single click (RFC 8058), which has no cookie; with `again` the other
    way. Raises LinkUnknown, NotPressed."""
    form = await read_form(request)
    require_press(request, form)
    again = form.get("again") == "yes"
    async with _opened(db, settings, token) as (session, guest, event):
        turn = unsuppress_address if again else suppress_address
        await turn(session, guest.organisation_id, guest.mail_address)
    return page(request, "site/news.html", event=event, off=not again, done=True)


ROUTES = (news_page, choose_news)
