"""The badge that goes with a mail, drawn in the press beside this process."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from emails.message import Attachment
from service.badges.badge import Badge
from service.badges.making import make_badge
from service.badges.press import draw
from service.credentials.operations import Signer
from service.registrations.mail import Guest, list_guests


async def load_badges(
    session: AsyncSession, ids: Sequence[UUID], base_url: str, signer: Signer
) -> dict[UUID, Badge]:
    """By registration; those without a living code have none. One query."""
    if not ids:
        return {}
    guests = await list_guests(session, ids)
    return {key: _badge(guest, base_url, signer) for key, guest in guests.items() if guest.credential}


def _badge(guest: Guest, base_url: str, signer: Signer) -> Badge:
    assert guest.credential is not None  # noqa: S101 — the caller chose those with a code
    return make_badge(
        guest.event, guest.registration, guest.credential, category=guest.category.name,
        colour=guest.category.colour, base_url=base_url, signer=signer,
    )  # fmt: skip


async def attach(badge: Badge) -> Attachment:
    """The PDF as a file of the mail, drawn outside the event loop."""
    return Attachment("badge.pdf", "application/pdf", await asyncio.to_thread(draw, [badge]))
