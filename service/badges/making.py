"""From a registration to its badge: in the words of the event's first language, whoever asks for it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from emails.dates import short_day
from emails.languages import country_name, pick
from service.badges.badge import Badge
from service.credentials import codes
from service.credentials.models import Credential
from service.credentials.operations import Signer
from service.events.models import Category, Event
from service.registrations.models import Registration

# the eight category colours of the pages, as ink
COLOURS = ("#2f6fa8", "#b4581f", "#3c7a45", "#7a4fa3", "#a83a5b", "#23777a", "#8a6a12", "#565b63")


def make_badge(
    event: Event, guest: Registration, credential: Credential, *, category: dict[str, str], colour: int,
    base_url: str, signer: Signer,
) -> Badge:  # fmt: skip
    """All that stands on it; the ticket is signed anew, which gives the same bytes each time."""
    language = event.languages[0]
    names = (guest.native_name, guest.latin_name)
    first, second = names if guest.name_order == "native" or not guest.latin_name else names[::-1]
    return Badge(
        native_name=first, latin_name=second, position=guest.badge_line or _said(guest, "position", language),
        affiliation=_said(guest, "affiliation", language),
        country=country_name(guest.country, language) if guest.country else "",
        category=pick(category, language), colour=COLOURS[colour - 1],
        ticket=codes.qr_content(base_url, signer.ticket(credential.id)), code=credential.code,
        event_name=pick(event.name, language),
        event_line=f"{short_day(event.starts_at, event.zone, language)} · {pick(event.place, language)}",
        language=guest.country or guest.language,
    )  # fmt: skip


def _said(guest: Registration, field: str, language: str) -> str:
    """Position or affiliation in the event's language, if the team knows it; else as it was given."""
    return str(guest.in_languages.get(field, {}).get(language) or getattr(guest, field))


async def list_badges(
    session: AsyncSession, event: Event, ids: Sequence[UUID] | None, *, base_url: str, signer: Signer,
    unprinted: bool = False,
) -> list[Badge]:  # fmt: skip
    """Of the approved among `ids` (None: of all), by name. One query."""
    wanted = (
        select(Registration, Credential, Category)
        .join(Credential, (Credential.registration_id == Registration.id) & Credential.revoked_at.is_(None))
        .join(Category, Category.id == Registration.category_id)
        .where(Registration.event_id == event.id, Registration.state == "approved")
        .order_by(Registration.sort_key, Registration.id)
    )
    if ids is not None:
        wanted = wanted.where(Registration.id.in_(ids))
    if unprinted:
        wanted = wanted.where(Credential.printed_at.is_(None))
    return [
        make_badge(
            event,
            guest,
            credential,
            category=category.name,
            colour=category.colour,
            base_url=base_url,
            signer=signer,
        )
        for guest, credential, category in await session.execute(wanted)
    ]


async def count_badges(session: AsyncSession, event_id: UUID) -> tuple[int, int]:
    """(alive, of them printed)."""
    row = (await session.execute(_COUNT, {"event_id": event_id})).one()
    return row.alive, row.printed


_COUNT = text("""
    SELECT count(*) AS alive, count(printed_at) AS printed FROM credentials
    WHERE event_id = :event_id AND revoked_at IS NULL
""")
