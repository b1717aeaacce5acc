"""By which way a guest wants short texts beside mails. Nobody but the guest says so; the moment is kept."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from service.core.actor import Actor
from service.core.errors import Invalid
from service.registrations.changing import record_of
from service.registrations.models import Registration

CHANNEL_NAMES = {"sms": "SMS", "whatsapp": "WhatsApp", "telegram": "Telegram"}  # the same in every language
NO_PHONE = "Please enter a phone number, so that a text can reach you."
NO_CHANNEL = "Please choose one of these ways, or none."


def check_wish(channel: str, phone: str, known: Collection[str]) -> None:
    """A way that is set up, and a number to reach; '' is none. Raises Invalid at "texts" or "phone"."""
    if channel and channel not in known:
        raise Invalid({"texts": NO_CHANNEL})
    if channel and not phone:
        raise Invalid({"phone": NO_PHONE})


async def choose_texts(
    session: AsyncSession, actor: Actor, registration: Registration, channel: str, *, now: datetime
) -> None:
    """From now on by this way, or ('') by none. `channel` was checked; the same again changes nothing."""
    if registration.text_channel == channel:
        return
    registration.text_channel, registration.text_consent_at = channel, now if channel else None
    name, more = (
        ("registration.texts_wanted", {"channel": channel}) if channel else ("registration.texts_ended", {})
    )
    await record_of(session, actor, registration, name, **more)
