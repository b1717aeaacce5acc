"""Whether a row is somebody who is at the event already: surely, perhaps, or not."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.core.names import name_key
from service.delegations.models import Delegation
from service.imports.schemas import Read
from service.registrations.models import Registration

SAME_MAIL = "The e-mail address is the same, the name is another one."
SAME_NAME = "The name is the same."
SAME_PHONE = "The phone number is the same."
SAME_IN_FILE = "The name stands in line %(line)s, too."


class Known(msgspec.Struct, frozen=True):
    """What is compared of a guest of the event, or of a row above in the same file (then `id` is None)."""

    id: UUID | None
    version: int
    name: str
    email: str
    phone: str
    delegation: str
    affiliation: str
    line: int = 0


class Match(msgspec.Struct, frozen=True):
    """`sure`: it is this one. `perhaps`: these may be the same human being, with the reason of each."""

    sure: Known | None = None
    perhaps: list[tuple[Known, str]] = []


class Directory:
    """Everybody at the event by address, by name in any spelling, and by phone; with the rows of the file above."""

    def __init__(self, guests: Iterable[tuple[Known, str]] = ()) -> None:
        self._by_email: dict[str, Known] = {}
        self._by_key: dict[str, list[Known]] = {}
        self._by_phone: dict[str, Known] = {}
        self._keys: dict[UUID, set[str]] = {}
        for guest, latin_name in guests:
            self.add(guest, keys_of(guest.name, latin_name))

    def add(self, guest: Known, keys: set[str]) -> None:
        """One more that later rows may be doubles of, with its `keys_of`."""
        if guest.email:
            self._by_email.setdefault(guest.email, guest)
        if guest.phone:
            self._by_phone.setdefault(guest.phone, guest)
        for key in keys:
            self._by_key.setdefault(key, []).append(guest)
            if guest.id is not None:
                self._keys.setdefault(guest.id, set()).add(key)

    def mail_line(self, email: str) -> int:
        """The line above that has this address; 0 for none."""
        known = self._by_email.get(email)
        return known.line if known and known.id is None else 0

    def find(self, read: Read, keys: set[str]) -> Match:
        """By the address; else by the name within the same delegation or organisation; else what looks alike."""
        card = read.card
        assert card is not None  # noqa: S101 — only rows that can be read are looked for
        known = self._by_email.get(card.email) if card.email else None
        if known is not None and known.id is not None:
            if keys & self._keys.get(known.id, set()):
                return Match(sure=known)
            return Match(perhaps=[(known, SAME_MAIL)])
        alike = list({id(one): one for key in sorted(keys) for one in self._by_key.get(key, [])}.values())
        near = [one for one in alike if one.id is not None and _near(one, read)]
        if len(near) == 1:
            return Match(sure=near[0])
        perhaps = [(one, SAME_NAME if one.id else SAME_IN_FILE) for one in alike]
        by_phone = self._by_phone.get(card.phone) if card.phone else None
        if by_phone is not None and by_phone not in alike:
            perhaps.append((by_phone, SAME_PHONE))
        return Match(perhaps=perhaps)


def keys_of(name: str, latin_name: str) -> set[str]:
    """By which a name is found in any spelling."""
    return {name_key(name), name_key(latin_name)} - {""}


def _near(one: Known, read: Read) -> bool:
    """Of one name; nothing that both say differs in where they come from."""
    card = read.card
    assert card is not None  # noqa: S101 — as above
    if card.email and one.email:
        return False
    if read.delegation or one.delegation:
        return read.delegation.casefold() == one.delegation
    return not card.affiliation or not one.affiliation or card.affiliation.casefold() == one.affiliation


async def load_directory(session: AsyncSession, event_id: UUID) -> Directory:
    """All who are registered and not cancelled. One query."""
    of_guest: Any = (
        Registration.id, Registration.version, Registration.native_name, Registration.email, Registration.phone,
        Registration.affiliation, Registration.latin_name, Delegation.name,
    )  # fmt: skip
    wanted = (
        select(*of_guest)
        .outerjoin(Delegation, Delegation.id == Registration.delegation_id)
        .where(Registration.event_id == event_id, Registration.state != "cancelled")
        .order_by(Registration.created_at, Registration.id)
    )
    directory = Directory()
    found = await session.stream(wanted.execution_options(yield_per=2_000))
    async for part in found.partitions(2_000):
        for guest_id, version, name, email, phone, affiliation, latin, delegation in part:
            known = Known(
                guest_id, version, name, email, phone, (delegation or "").casefold(), affiliation.casefold()
            )
            directory.add(known, keys_of(name, latin))
    return directory
