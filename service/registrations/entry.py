"""The one entry in a guest's calendar. It begins with the invitation, if its mails carry one, and whatever comes of
that keeps UID and organizer: a registration of the same person is an update, not a second appointment."""

from uuid import UUID

import msgspec
from sqlalchemy import Boolean, Integer, Select, Uuid, column, select, table
from sqlalchemy.ext.asyncio import AsyncSession

from emails.calendar import About, organizer
from service.registrations.models import Registration
from service.settings import Settings

# By name: invitations build on registrations, not the other way round.
INVITATIONS = table(
    "invitations", column("id", Uuid()), column("with_entry", Boolean()), column("entry_version", Integer())
)


class Thread(msgspec.Struct, frozen=True):
    """Whose entry it is (it stands in the UID), and how often it was changed besides the event. Registering, ending and
    opening again each raise `version`, so that the sequence only ever rises."""

    about: About
    subject_id: UUID
    version: int

    def organizer(self, settings: Settings) -> str:
        """Where calendar programs send answers; the sender's own address where nobody would hear them."""
        if not settings.hears:
            return settings.mail_from
        return organizer(settings.mail_from, self.subject_id.hex, settings.master_key, self.about)


def thread(registration: Registration, with_entry: bool | None, entry_version: int | None) -> Thread:
    """`with_entry` and `entry_version` are those of the invitation it came of, None without one."""
    if registration.invitation_id is None or not with_entry:
        return Thread("registration", registration.id, registration.version)
    return Thread("invitation", registration.invitation_id, registration.version + (entry_version or 0))


async def find_thread(session: AsyncSession, registration: Registration) -> Thread:
    """One query, none for one that came of no invitation."""
    if registration.invitation_id is None:
        return thread(registration, None, None)
    found = (await session.execute(_invited(registration.invitation_id))).one_or_none()
    return thread(registration, *(found or (None, None)))


def _invited(invitation_id: UUID) -> Select[tuple[bool, int]]:
    given = INVITATIONS.c
    return select(given.with_entry, given.entry_version).where(given.id == invitation_id)
