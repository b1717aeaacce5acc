"""The guest's own page behind a personal link: state, code, calendar entry and badge.

Reading changes nothing: link scanners fetch every address in a mail."""

import asyncio
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response
from sqlalchemy.ext.asyncio import AsyncSession

from emails import calendar
from service.badges.making import make_badge
from service.badges.press import draw
from service.core.database import Database
from service.core.names import lang_of_name
from service.credentials import codes
from service.credentials.operations import Signer
from service.events.mail import event_facts, recipient, site
from service.events.queries import list_public_events
from service.questions.files import get_file, list_files
from service.questions.serving import file_answer
from service.questions.words import Answered, Reader, list_answered
from service.registrations.entry import Thread, find_thread
from service.registrations.errors import NoCredential
from service.registrations.texts import CHANNEL_NAMES
from service.settings import Settings
from service.site.form import ways_of
from service.site.own import Own, opened
from service.web.templating import language_of, page

CALENDAR = {"approved": "CONFIRMED", "cancelled": "CANCELLED", "rejected": "CANCELLED"}  # others wait
PRIVATE = {"x-robots-tag": "noindex, nofollow", "cache-control": "no-store"}


def own_page(request: Request[Any, Any, Any], template: str, own: Own, **context: Any) -> Response[str]:
    """A page behind a personal link: not for search engines, not for caches."""
    answer = page(request, template, own=own, event=own.event, guest=own.registration, **context)
    answer.headers.update(PRIVATE)
    return answer


@get("/g/{token:str}", include_in_schema=False)
async def see_own_page(
    request: Request[Any, Any, Any], token: FromPath[str], db: NamedDependency[Database],
    settings: NamedDependency[Settings], signer: NamedDependency[Signer], now: NamedDependency[datetime],
) -> Response[str]:  # fmt: skip
    """How it stands, what to do next, and the code when there is one. Raises LinkUnknown."""
    async with opened(db, settings, token) as (session, own):
        answers = await answered_of(session, own, language_of(request))
    qr = code = None
    if own.credential is not None:
        content = codes.qr_content(settings.base_url, signer.ticket(own.credential.id))
        qr, code = codes.qr_svg(content), codes.spaced(own.credential.code)
    return own_page(
        request, "site/own.html", own, qr=qr, code=code, open=own.open_at(now),
        over=own.event.ends_at <= now, late=own.late(now),
        answers=answers, files_at=f"/g/{own.token}/files/",
        ways=ways_of(settings), channels=CHANNEL_NAMES,
        name_lang=lang_of_name(own.registration.native_name, own.registration.country),
    )  # fmt: skip


async def answered_of(session: AsyncSession, own: Own, language: str) -> list[Answered]:
    """The guest's answers in words. One query if they have any."""
    files = await list_files(session, own.registration.id) if own.registration.answers else {}
    names = {file_id: file.name for file_id, file in files.items()}
    return list_answered(
        own.questions, own.registration.answers, Reader(language, own.event.languages), names
    )


@get("/g/{token:str}/files/{file_id:uuid}", include_in_schema=False)
async def own_file(
    token: FromPath[str], file_id: FromPath[UUID], db: NamedDependency[Database], settings: NamedDependency[Settings],
) -> Response[bytes]:  # fmt: skip
    """A file that the guest gave us. Raises LinkUnknown, and NotFound for another's."""
    async with opened(db, settings, token) as (session, own):
        return file_answer(await get_file(session, own.registration.id, file_id))


@get("/g/{token:str}/calendar.ics", include_in_schema=False)
async def own_calendar(
    request: Request[Any, Any, Any], token: FromPath[str], db: NamedDependency[Database],
    settings: NamedDependency[Settings], now: NamedDependency[datetime],
) -> Response[bytes]:  # fmt: skip
    """The calendar entry, in the reader's language. Raises LinkUnknown."""
    async with opened(db, settings, token) as (session, own):
        thread = await find_thread(session, own.registration)
    status = CALENDAR.get(own.registration.state, "TENTATIVE")
    text = calendar.download(_entry(own, thread, settings, language_of(request), now), status)
    return _file(text, "text/calendar", f"{own.event.slug}.ics")


def _entry(own: Own, thread: Thread, settings: Settings, language: str, now: datetime) -> calendar.Entry:
    """The same entry as in the mails: who has taken it from there gets it updated, not twice."""
    event, guest = own.event, own.registration
    address = guest.email or settings.mail_from
    return calendar.entry(
        event_facts(event, settings.base_url), recipient(guest, address, language, event),
        about=thread.about, subject_id=str(thread.subject_id), host=site(settings.base_url),
        sequence=event.version + thread.version, stamp=now,
        url=f"{settings.base_url}/g/{own.token}", organizer_address=settings.mail_from,
    )  # fmt: skip


@get("/g/{token:str}/badge.pdf", include_in_schema=False)
async def own_badge(
    token: FromPath[str], db: NamedDependency[Database], settings: NamedDependency[Settings],
    signer: NamedDependency[Signer],
) -> Response[bytes]:  # fmt: skip
    """The badge to print at home. Raises LinkUnknown, and NoCredential unless approved."""
    async with opened(db, settings, token) as (_, own):
        pass
    if own.credential is None:
        raise NoCredential
    badge = make_badge(
        own.event, own.registration, own.credential, category=own.category.name, colour=own.category.colour,
        base_url=settings.base_url, signer=signer,
    )  # fmt: skip
    return _file(await asyncio.to_thread(draw, [badge]), "application/pdf", f"{own.event.slug}-badge.pdf")


def _file(data: bytes, media_type: str, name: str) -> Response[bytes]:
    headers = {**PRIVATE, "content-disposition": f'attachment; filename="{name}"'}
    return Response(data, media_type=media_type, headers=headers)


@get("/lost-link", include_in_schema=False)
async def which_event(request: Request[Any, Any, Any], db: NamedDependency[Database]) -> Response[str]:
    """A dead link does not say which event it was of: choose it."""
    async with db.begin() as session:
        events = await list_public_events(session)
    return page(request, "site/which_event.html", events=events)


@get(["/t/{ticket:str}", "/T/{ticket:str}"], include_in_schema=False)
async def scanned_ticket(request: Request[Any, Any, Any], ticket: FromPath[str]) -> Response[str]:
    """What a phone's own camera opens (the QR code is upper case): what it is, and nothing about whose."""
    answer = page(request, "site/ticket.html", ticket=bool(ticket))
    answer.headers.update(PRIVATE)
    return answer


ROUTES = (scanned_ticket, see_own_page, own_calendar, own_badge, own_file, which_event)
