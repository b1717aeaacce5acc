"""The badge that goes with a mail, drawn in the press beside this process."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from emails.dates import short_day
from emails.languages import country_name, pick
from emails.message import Attachment
from service.badges.badge import Badge
from service.badges.press import draw
from service.credentials import codes
from service.credentials.operations import Signer
from service.registrations.mail import Guest, list_guests
from service.site.own_badge import COLOURS


async def load_badges(
    session: AsyncSession, ids: Sequence[UUID], base_url: str, signer: Signer
) -> dict[UUID, Badge]:
    """By registration; those without a living code have none. One query."""
    if not ids:
        return {}
    guests = await list_guests(session, ids)
    return {key: _badge(guest, base_url, signer) for key, guest in guests.items() if guest.credential}


def _badge(guest: Guest, base_url: str, signer: Signer) -> Badge:
    event, person, credential = guest.event, guest.registration, guest.credential
    assert credential is not None  # noqa: S101 — the caller chose those with a code
    language = event.languages[0]
    return Badge(
        native_name=person.native_name, latin_name=person.latin_name, position=person.position,
        affiliation=person.affiliation,
        country=country_name(person.country, language) if person.country else "",
        category=pick(guest.category.name, language), colour=COLOURS[guest.category.colour - 1],
        ticket=codes.qr_content(base_url, signer.ticket(credential.id)), code=credential.code,
        event_name=pick(event.name, language),
        event_line=f"{short_day(event.starts_at, event.zone, language)} · {pick(event.place, language)}",
        language=person.country or person.language,
    )  # fmt: skip


async def attach(badge: Badge) -> Attachment:
    """The PDF as a file of the mail, drawn outside the event loop."""
    return Attachment("badge.pdf", "application/pdf", await asyncio.to_thread(draw, [badge]))
